"""Editions and deliveries as the desk shows them: what changed, who holds what, what would be sent; read only.

Clinics are named by their ids and nothing else: a desk may stand where others see it.
"""

import datetime
from collections.abc import Mapping

from report.compose.fact_context import printed_day
from report.desk.telling import Editor, finding_data
from report.errors import ReportError
from report.findings import Finding, sort_findings
from report.notices.standing import BriefingStanding, EditionStanding
from report.pipeline import sending
from report.pipeline.run import Run
from report.pipeline.sending_matter import Request
from report.pipeline.sending_plan import Held, Plan, Planned
from report.pipeline.standing import standing

Words = Mapping[str, str]


def standing_data(
    run: Run, slug: str, now: datetime.datetime, words: Words, language: str, editor: Editor
) -> dict[str, object]:
    """Return how a briefing's editions and deliveries stand, and what would be sent.

    Args:
        run: What every step needs.
        slug: The briefing.
        now: The instant.
        words: The labels of the desk's language (`labels/`).
        language: BCP 47, of the desk.
        editor: How a place is opened.
    """
    found = standing(run, [slug], now)
    briefing = found.briefings[0]
    findings: list[Finding] = [*found.findings, *briefing.findings]
    plan, error = None, ""
    try:
        planned = sending.preview(run, Request((slug,)), now)
    except ReportError as refused:
        error = refused.message
    else:
        plan = next(iter(planned.plans), None)
        findings += planned.all_findings
    return {
        "editions": [_edition_data(item, words, language) for item in briefing.editions],
        "facts": _facts_data(briefing),
        "waiting": list(briefing.waiting),
        "deliveries": [_delivery_data(briefing, index) for index in range(len(briefing.deliveries))],
        "plan": _plan_data(plan) if plan is not None else None,
        "error": error,
        "findings": [finding_data(finding, editor) for finding in sort_findings(findings)],
    }


def _edition_data(item: EditionStanding, words: Words, language: str) -> dict[str, object]:
    return {
        "number": item.number,
        "name": words["edition_number"].format(number=item.number),
        "state": item.state,
        "state_word": words[f"edition_{item.state}"],
        "as_of": printed_day(item.as_of, language).text,
        "released_on": printed_day(item.released_on, language).text,
        "erratum": words["erratum"] if item.is_erratum else "",
        "reason": item.withdrawal.reason if item.withdrawal else "",
        "holders": list(item.holders),
        "may_hold": list(item.may_hold),
    }


def _facts_data(briefing: BriefingStanding) -> dict[str, object] | None:
    if briefing.facts is None:
        return None
    return {"verdicts": dict(briefing.facts.by_verdict), "reviews_due": briefing.facts.reviews_due}


def _delivery_data(briefing: BriefingStanding, index: int) -> dict[str, object]:
    item = briefing.deliveries[index]
    one = item.delivery
    instant = one.next_attempt_at or one.done_at or one.intent_at
    return {
        "clinic": one.clinic,
        "channel": one.channel,
        "kind": one.kind,
        "edition": one.edition,
        "about": one.about,
        "state": one.state.value,
        "at": instant.astimezone().isoformat(timespec="minutes") if instant else "",
        "is_retry": one.next_attempt_at is not None,
        "answers": sorted(item.answers),
    }


def _plan_data(plan: Plan) -> dict[str, object]:
    return {
        "edition": plan.edition,
        "done": plan.done,
        "planned": [_planned_data(item) for item in plan.planned],
        "held": [_held_data(item) for item in plan.held],
    }


def _planned_data(item: Planned) -> dict[str, object]:
    entry = item.entry
    return {
        "clinic": entry.clinic,
        "channel": entry.channel,
        "kind": entry.kind,
        "edition": entry.edition,
        "about": entry.about,
        "since": entry.since,
        "reason": item.reason.name.lower(),
        "bytes": sum(item.sizes.values()),
    }


def _held_data(item: Held) -> dict[str, object]:
    return {
        "clinic": item.clinic,
        "channel": item.channel,
        "hindrance": item.hindrance.name.lower(),
        "until": item.until.isoformat(timespec="minutes") if item.until else "",
    }
