"""A build and a check, step by step."""

import dataclasses
import functools
import hashlib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import store
from report.errors import MissingDependencyError
from report.findings import Code, Finding, Location, Severity, sort_findings
from report.installation import code_digest, versions
from report.load.files import BriefingFiles, read_briefing
from report.manifest import FileRecord, Manifest
from report.pages import VIEWS, Attachment, Exported, FontFile, Page, PageStart
from report.pipeline.composing import AFTER_PAGES, Made, check_briefing, compose_briefing
from report.pipeline.edition_lists import drop_lists
from report.pipeline.explaining import Before, explain, explain_current
from report.pipeline.feed_cache import feed_state
from report.pipeline.input_graph import inputs_of, parts_of
from report.pipeline.making import MadeFile, Maker, early_makers, make_files
from report.pipeline.outputs import Output, Request, in_order, outputs_of, variants_of
from report.pipeline.run import Outcome, Run
from report.typography.fonts import altered_faces

if TYPE_CHECKING:
    from report.compose.composed import Composed
    from report.compose.issue import Issue
    from report.model import Briefing
    from report.pipeline.composing import Work
    from report.pipeline.issuing import Release

NOT_AS_RELEASED = Code("V009", "not-as-released", Severity.WARNING)

FACTS_FILE = "facts.json"
FACTS_DESCRIPTION = "Facts of this edition with their sources, for machines"


def check(run: Run, slug: str) -> Outcome:
    """Return all findings of a briefing; writes nothing and lays out no page."""
    run.progress(f"{slug}: checking")
    return Outcome(slug, tuple(sort_findings(check_briefing(run, read_briefing(run.project, slug)))))


@dataclasses.dataclass(frozen=True)
class Rendered:
    """A briefing in all formats that were asked for, judged; nothing is written yet.

    Attributes:
        made: What it was made from.
        findings: All of them, sorted.
        files: By name in the folder of the briefing; empty where there is an error.
        records: What the manifest says of each, by the same names.
        parts: What they are made from, by name.
        reasons: Why each was made again, or was not.
    """

    made: Made
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    records: Mapping[str, FileRecord] = dataclasses.field(default_factory=dict)
    parts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    reasons: Mapping[str, str] = dataclasses.field(default_factory=dict)


def build(run: Run, slug: str, request: Request, *, force: bool = False, since: int | None = None) -> Outcome:
    """Build a briefing; what was there before stays unless all went well.

    Args:
        run: What every step needs.
        slug: The briefing.
        request: Which files are wanted.
        force: Make them even if nothing has changed.
        since: The edition that the changes are told from, in a folder of its own; None stands for the last one.
    """
    files = read_briefing(run.project, slug)
    folder = output_folder(run, slug, since)
    inputs = digest_inputs(run, files, since=since)
    last = store.read_manifest(folder)
    is_of_today = last is not None and (last.is_as_of_written or last.as_of == run.today.isoformat())
    if not force and last is not None and is_of_today and last.inputs == inputs:
        names = [item.name for item in outputs_of(slug, last.language, last.variants, request)]
        names += [name for name, record in last.files.items() if not record.format]
        if store.is_current(folder, last, names):
            built = tuple((folder / name, last.files[name].pages) for name in names)
            reasons = explain_current(last, [name for name in names if last.files[name].format])
            return Outcome(slug, told=last.warnings, files=built, is_current=True, reasons=reasons)
    rendered = render(run, files, request, since=since, last=Before(folder, last, force))
    if not rendered.files:
        return Outcome(slug, rendered.findings)
    return write(run, rendered, inputs, folder)


def output_folder(run: Run, slug: str, since: int | None = None) -> Path:
    """Return where a briefing's files go."""
    folder = run.project / "output" / slug
    return folder if since is None else folder / f"since-{since}"


def write(run: Run, rendered: Rendered, inputs: str, folder: Path) -> Outcome:
    """Put the files of a build in their places, with the manifest."""
    work = rendered.made.work
    assert work is not None
    briefing = work.briefing
    last = store.read_manifest(folder)
    files = dict(rendered.records)
    outdated = set(last.outdated if last else ())
    for name, record in (last.files if last else {}).items():
        if last is not None and last.inputs == inputs:
            files.setdefault(name, record)
        else:
            outdated.add(name)
    manifest = Manifest(
        briefing=briefing.slug,
        edition=work.issue.number,
        is_released=work.issue.is_released,
        as_of=work.as_of.isoformat(),
        is_as_of_written=bool(run.as_of or briefing.settings.as_of),
        inputs=inputs,
        language=briefing.settings.language,
        variants=variants_of(briefing),
        files=files,
        outdated=tuple(sorted(name for name in outdated - files.keys() if (folder / name).is_file())),
        warnings=tuple(str(finding) for finding in rendered.findings),
        facts=_fact_record(work.views.values()),
        versions=dict(versions()),
        parts=rendered.parts,
    )
    run.progress(f"{briefing.slug}: writing")
    store.publish(folder, rendered.files, manifest)
    if not manifest.is_released:
        drop_lists(folder)
    built = tuple((folder / name, record.pages) for name, record in rendered.records.items())
    return Outcome(
        briefing.slug, rendered.findings, files=built, outdated=manifest.outdated, reasons=rendered.reasons
    )


def render(
    run: Run,
    files: BriefingFiles,
    request: Request,
    *,
    release: "Release | None" = None,
    since: int | None = None,
    gate: Callable[[Made], list[Finding]] = lambda made: [],
    last: Before | None = None,
) -> Rendered:
    """Return the files of a briefing, read back and judged.

    Args:
        run: What every step needs.
        files: What lies on disk.
        request: Which files are wanted.
        release: What is being released, if this is no ordinary build; any finding stops it, warnings too.
        since: The edition that the changes are told from; None stands for the last one.
        gate: Says what else keeps the composed briefing from being laid out.
        last: What the last build left, whose files are taken where they would come out alike.

    Raises:
        MissingDependencyError: A font is not the file that was registered.
        UsageError: A locale is asked for that the briefing does not list.
    """
    _check_fonts(run)
    before = len(last.manifest.variants) if last and last.manifest else len(VIEWS)
    with early_makers(run, in_order(request.formats), before) as early:
        made = compose_briefing(run, files, request, release=release, since=since)
        findings = [*made.findings, *gate(made)]
        work = made.work
        if work is None or _stops(findings, release):
            return Rendered(made, tuple(sort_findings(findings)))
        facts = facts_attachment(work)
        taken: set[str] = set()
        kept = functools.partial(_kept, last, taken) if last else lambda output, made_from: None
        made_files = _make(run, work, request, facts, early, kept)
    for item in made_files:
        judged = [*item.findings, *check_as_released(work.issue, item.output.name, item.exported.data)]
        findings += work.excuses.excuse(judged)
    leftovers = work.excuses.leftovers(AFTER_PAGES) if work.is_own_day else []
    findings = sort_findings([*findings, *leftovers])
    if _stops(findings, release):
        return Rendered(made, tuple(findings))
    locales = {item.output.locale for item in made_files}
    beside = {facts.name: facts.data} | _terms_lists(work.briefing, locales)
    data = {item.output.name: item.exported.data for item in made_files} | beside
    parts = parts_of(run, files, work, since)
    records = {
        item.output.name: _record(item, inputs_of(run, work, item.output, parts)) for item in made_files
    }
    reasons = {
        name: explain(last, name, record, parts, is_kept=name in taken)
        for name, record in records.items()
        if last is not None
    }
    records |= {name: store.record(content) for name, content in beside.items()}
    return Rendered(made, tuple(findings), data, records, parts, reasons)


def _make(
    run: Run,
    work: "Work",
    request: Request,
    facts: Attachment,
    early: list[Maker],
    kept: Callable[[Output, str], Exported | None],
) -> list[MadeFile]:
    """Return the files that a request is for, less those of a locale in which something is not written."""
    briefing = work.briefing
    outputs = outputs_of(briefing.slug, briefing.settings.language, variants_of(briefing), request)
    return make_files(
        run,
        briefing.slug,
        [item for item in outputs if (item.view, item.locale) in work.views],
        work.views,
        lambda composed, output: page_of(run, briefing, composed, output.entry, facts),
        early,
        kept,
    )


def _terms_lists(briefing: "Briefing", locales: Iterable[str]) -> dict[str, bytes]:
    """Return, for each locale that was converted, the list of the terms it was made with, for somebody to review."""
    from report.locales.localise import term_uses, terms_csv

    others = sorted(set(locales) - {briefing.settings.language})
    found = {locale: term_uses(briefing, locale) for locale in others}
    return {f"{briefing.slug}.{locale}-terms.csv": terms_csv(uses) for locale, uses in found.items() if uses}


def _stops(findings: Sequence[Finding], release: "Release | None") -> bool:
    """Return whether nothing is made: what one locale lacks stops that locale, and a release."""
    from report.locales.texts import TEXT_MISSING_IN_LOCALE

    return any(
        release is not None or (finding.is_error and finding.code != TEXT_MISSING_IN_LOCALE)
        for finding in findings
    )


def _record(item: MadeFile, inputs: tuple[str, ...]) -> FileRecord:
    output, exported = item.output, item.exported
    return dataclasses.replace(
        store.record(exported.data),
        pages=exported.pages,
        view=output.view,
        locale=output.locale,
        format=output.format,
        made_from="" if item.findings else item.made_from,
        page_starts=tuple((start.label, start.anchor, start.text) for start in exported.page_starts),
        inputs=inputs,
    )


def _kept(last: Before, taken: set[str], output: Output, made_from: str) -> Exported | None:
    """Return a file as it lies on disk, if it was made from just this, and nothing was found in it; say so."""
    record = last.manifest.files.get(output.name) if last.manifest and not last.is_forced else None
    if record is None or record.made_from != made_from:
        return None
    data = store.read_built(last.folder / output.name, record)
    if data is None:
        return None
    taken.add(output.name)
    return Exported(data, record.pages, (), tuple(itertools.starmap(PageStart, record.page_starts)))


def _check_fonts(run: Run) -> None:
    altered = altered_faces(run.faces)
    if altered:
        path = altered[0].path
        raise MissingDependencyError(
            f"The font {path.name} is not the file that was registered in {path.parent}.",
            "Put the file back, or make the fonts again with `make fonts`.",
        )


def facts_attachment(work: "Work") -> Attachment:
    """Return the facts of the edition for machines: one file, the same in and beside all others."""
    from report.editions.facts_json import facts_json

    data = facts_json(work.composed.state, is_released=work.issue.is_released)
    return Attachment(FACTS_FILE, data, FACTS_DESCRIPTION, work.as_of)


def page_of(run: Run, briefing: "Briefing", composed: "Composed", entry: str, facts: Attachment) -> Page:
    """Return what a file is made from."""
    html = composed.pages[entry]
    styles = html[: html.find("</head>")]
    fonts = [face for face in run.faces if f'"{face.family}"' in styles]
    return Page(
        html,
        {path: briefing.images[path] for path in composed.images},
        (facts,) if composed.frozen else (),
        composed.metadata,
        composed.labels,
        fonts=tuple(FontFile(face.family, face.weight, face.path) for face in fonts),
    )


def check_as_released(issue: "Issue", name: str, data: bytes) -> list[Finding]:
    """Return a finding where the file of a released edition is no more, byte for byte, the one that went out."""
    released = issue.artefacts.get(name)
    is_another = issue.since != len(issue.earlier)  # with the changes since an older edition
    if is_another or released in (None, hashlib.sha256(data).hexdigest()):
        return []
    message = (
        f"edition {issue.number} went out as another file (SHA-256 {released}); "
        "its text and facts are the same, and what makes the pages has changed since"
    )
    hint = "Send the file that was released; this one only looks like it."
    return [Finding(NOT_AS_RELEASED, Location(name), message, hint)]


def digest_inputs(run: Run, files: BriefingFiles, *, since: int | None = None) -> str:
    """Return a hash of everything that the files of a build depend on, but the day where it is not written."""
    digest = hashlib.sha256()
    for text in (
        code_digest(),
        files.digest,
        *(f"{name}\0{text}" for name, text in sorted(run.templates.items())),
        *(f"{face.family} {face.weight} {face.sha256}" for face in run.faces),
        *(" ".join(version) for version in versions()),
        f"as of {run.as_of}",
        f"since {since}",
        f"feeds {feed_state(run.project, files, run.today)}",
    ):
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def _fact_record(views: "Iterable[Composed]") -> dict[str, list[dict[str, str]]]:
    record: dict[str, list[dict[str, str]]] = {}
    for composed in views:
        for use in composed.uses:
            entry = {
                "view": composed.view,
                "locale": composed.lang,
                "section": use.section,
                "field": use.field,
                "text": use.text,
            }
            record.setdefault(use.fact, []).append(entry)
    return record
