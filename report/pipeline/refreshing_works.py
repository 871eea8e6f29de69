"""Works checked for notices: what was retracted, corrected or put in doubt becomes a proposal."""

import dataclasses
from collections.abc import Mapping, Sequence

from report.findings import Finding
from report.model import Briefing
from report.monitor.answers import Fetched, Kind, Request
from report.monitor.fetching import fetch_all
from report.monitor.retractions import Notice, ShapeError, addresses, notices_naming, notices_on_work
from report.monitor.source_findings import CORRECTED, DOI_SERVICE, DOI_UNKNOWN, RETRACTED
from report.pipeline.proposing import Draft, Proposals, facts_resting_on
from report.pipeline.refreshing_sources import place_of
from report.pipeline.run import Progress
from report.proposals import Evidence
from report.watch_settings import MonitorSettings

# A service made for programs, and not a site: https://www.crossref.org/documentation/retrieve-metadata/rest-api/
_DELAY_SECONDS = 1


@dataclasses.dataclass(frozen=True)
class WorkOutcome:
    """What a service says of one source that has a DOI.

    Attributes:
        briefing: The slug.
        source: The source's id.
        doi: As the source has it.
        notices: What was said about the work.
        is_known: Whether the service knows the DOI.
        why: Why nothing could be read, in words; "" where it could.
        proposals: The ids of those that wait for a decision about a notice.
    """

    briefing: str
    source: str
    doi: str
    notices: tuple[Notice, ...] = ()
    is_known: bool = True
    why: str = ""
    proposals: tuple[str, ...] = ()


def check_works(
    briefings: Sequence[Briefing],
    settings: MonitorSettings,
    proposals: Mapping[str, Proposals],
    progress: Progress,
) -> tuple[list[WorkOutcome], list[Finding]]:
    """Ask about all sources of briefings that have a DOI; open a proposal for each notice that is new.

    Raises:
        MissingDependencyError: A proposal cannot be written.
    """
    works = works_of(briefings)
    if not works or not settings.doi_service:
        return [], []
    dois = list(dict.fromkeys(doi.lower() for _, _, doi in works))
    progress(f"asking about {len(dois)} DOI{'s' * (len(dois) != 1)}")
    answers = _ask(dois, settings)
    outcomes, findings = [], []
    for briefing, source, doi in works:
        outcome = _judge(briefing.slug, source, doi, settings.doi_service, answers)
        waiting, found = _settle(briefing, outcome, settings.doi_service, proposals[briefing.slug])
        outcomes.append(dataclasses.replace(outcome, proposals=waiting))
        findings += found
    failed = [one for one in outcomes if one.why]
    if failed:
        first = failed[0]
        briefing = next(one for one in briefings if one.slug == first.briefing)
        message = f"{settings.doi_service} told nothing about {len(failed)} of {len(works)} DOIs: {first.why}"
        where = place_of(briefing, first.source, "DOI")
        hint = "Run it again later; `monitor.doi_service` names the service."
        findings.append(Finding(DOI_SERVICE, where, message, hint))
    return outcomes, findings


def works_of(briefings: Sequence[Briefing]) -> list[tuple[Briefing, str, str]]:
    """Return the sources that have a DOI: the briefing, the source's id, the DOI."""
    return [
        (one, source.id, source.doi) for one in briefings for source in one.sources.values() if source.doi
    ]


def _ask(dois: Sequence[str], settings: MonitorSettings) -> dict[str, Fetched]:
    answers: dict[str, Fetched] = {}
    requests = [
        Request(url, heeds_robots=False, accept="application/json")
        for doi in dois
        for url in addresses(settings.doi_service, doi)
    ]
    gentle = settings.model_copy(update={"delay_seconds": min(settings.delay_seconds, _DELAY_SECONDS)})
    fetch_all(requests, gentle, lambda request, fetched: answers.update({request.url: fetched}))
    return answers


def _judge(slug: str, source: str, doi: str, service: str, answers: Mapping[str, Fetched]) -> WorkOutcome:
    work, search = (answers[url] for url in addresses(service, doi.lower()))
    notices: tuple[Notice, ...] = ()
    try:
        if work.kind is Kind.BODY:
            notices = notices_on_work(work.body, doi)
        elif work.kind is not Kind.GONE:
            return WorkOutcome(slug, source, doi, why=work.why)
        if search.kind is Kind.BODY:
            notices = tuple(sorted({*notices, *notices_naming(search.body, doi)}))
        elif work.kind is Kind.BODY:
            # What the work itself says is told all the same.
            return WorkOutcome(slug, source, doi, notices, why=search.why)
    except ShapeError as error:
        return WorkOutcome(slug, source, doi, notices, why=f"an answer of another shape: {error}")
    return WorkOutcome(slug, source, doi, notices, is_known=work.kind is Kind.BODY or bool(notices))


def _settle(
    briefing: Briefing, outcome: WorkOutcome, service: str, proposals: Proposals
) -> tuple[tuple[str, ...], list[Finding]]:
    """Open a proposal for each notice; return the ids of those that wait, and what is told."""
    where = place_of(briefing, outcome.source, "DOI")
    if not outcome.is_known:
        message = f'"{outcome.source}" has the DOI {outcome.doi}, which {service} does not know'
        hint = (
            "Compare it with the work; one of another agency is not known there: waive M012 with that reason."
        )
        return (), [Finding(DOI_UNKNOWN, where, message, hint)]
    waiting, findings = [], []
    for notice in outcome.notices:
        on = f" of {notice.on}" if notice.on else ""
        told = f"{notice.words}{on}, DOI {notice.doi}"
        draft = Draft(
            kind="retraction",
            subject=outcome.source,
            source=outcome.source,
            facts=facts_resting_on(briefing, outcome.source),
            before=outcome.doi.lower(),
            after=f"{notice.doi} {notice.type}",
            evidence=Evidence(url=addresses(service, outcome.doi)[0], note=told),
        )
        made = proposals.propose(draft)
        if made.is_open:
            waiting.append(made.id)
            code = RETRACTED if notice.is_retraction else CORRECTED
            hint = f"Read the notice, then decide: `report accept {made.id}` or `report reject`."
            findings.append(Finding(code, where, f'"{outcome.source}" has a notice: {told}', hint))
    return tuple(waiting), findings
