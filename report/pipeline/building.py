"""A build and a check, step by step."""

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import formats, store
from report.errors import MissingDependencyError, UsageError
from report.findings import Code, Finding, Location, Severity, sort_findings
from report.installation import cache_folder, code_digest, versions
from report.load.files import BriefingFiles, read_briefing
from report.manifest import Manifest
from report.pipeline.composing import AFTER_PAGES, Made, check_briefing, compose_briefing
from report.pipeline.run import Outcome, Run
from report.sandbox import Worker
from report.typography.fonts import altered_faces, bundled_fonts_dir, load_registry, write_fontconfig

if TYPE_CHECKING:
    from report.compose.assemble import Composed
    from report.compose.issue import Issue
    from report.pages import Exported, Page
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
        pages: By the same names; 0 where a file has none.
    """

    made: Made
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    pages: Mapping[str, int] = dataclasses.field(default_factory=dict)


def build(
    run: Run, slug: str, names: Sequence[str], *, force: bool = False, since: int | None = None
) -> Outcome:
    """Build a briefing in some formats; what was there before stays unless all went well.

    Args:
        run: What every step needs.
        slug: The briefing.
        names: The formats.
        force: Build even if nothing has changed.
        since: The edition that the changes are told from, in a folder of its own; None stands for the last one.
    """
    files = read_briefing(run.project, slug)
    folder = output_folder(run, slug, since)
    inputs = digest_inputs(run, files, names, since=since)
    last = store.read_manifest(folder)
    outputs = output_names(slug, names)
    is_of_today = last is not None and (last.is_as_of_written or last.as_of == run.today.isoformat())
    if not force and is_of_today and store.is_current(folder, last, inputs, outputs):
        assert last is not None
        built = tuple((folder / name, record.pages) for name, record in last.files.items())
        return Outcome(slug, told=last.warnings, files=built, is_current=True)
    rendered = render(run, files, names, since=since)
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
    slug = work.briefing.slug
    manifest = Manifest(
        briefing=slug,
        edition=work.issue.number,
        is_released=work.issue.is_released,
        as_of=work.as_of.isoformat(),
        is_as_of_written=bool(run.as_of or work.briefing.settings.as_of),
        inputs=inputs,
        files={name: store.record(data, rendered.pages[name]) for name, data in rendered.files.items()},
        warnings=tuple(str(finding) for finding in rendered.findings),
        facts=_fact_record(work.composed),
        versions=dict(versions()),
    )
    run.progress(f"{slug}: writing")
    store.publish(folder, rendered.files, manifest)
    built = tuple((folder / name, rendered.pages[name]) for name in rendered.files)
    return Outcome(slug, rendered.findings, files=built)


def render(
    run: Run,
    files: BriefingFiles,
    names: Sequence[str],
    *,
    release: "Release | None" = None,
    since: int | None = None,
    gate: Callable[[Made], list[Finding]] = lambda made: [],
) -> Rendered:
    """Return a briefing in some formats, read back and judged.

    Args:
        run: What every step needs.
        files: What lies on disk.
        names: The formats.
        release: What is being released, if this is no ordinary build; any finding stops it, warnings too.
        since: The edition that the changes are told from; None stands for the last one.
        gate: Says what else keeps the composed briefing from being laid out.

    Raises:
        MissingDependencyError: A font is not the file that was registered.
    """
    _check_fonts(run)
    slug = files.slug
    with contextlib.ExitStack() as stack:
        # The renderer loads in its own process while this one reads, checks and composes.
        workers = {name: stack.enter_context(start_renderer(name, run)) for name in names}
        made = compose_briefing(run, files, release=release, since=since)
        findings = [*made.findings, *gate(made)]
        work = made.work
        if work is None or _stops(findings, release):
            return Rendered(made, tuple(sort_findings(findings)))
        page = _page(work)
        exported: dict[str, Exported] = {}
        for name, worker in workers.items():
            output = output_name(slug, name)
            exported[output] = worker.run(page, lambda text: run.progress(f"{slug}: {text}"))
            run.progress(f"{slug}: verifying")
            judged = _verify(run, name, output, exported[output], work.composed, page)
            judged += check_as_released(work.issue, output, exported[output].data)
            findings += work.excuses.excuse(judged)
    leftovers = work.excuses.leftovers(AFTER_PAGES) if work.is_own_day else []
    findings = sort_findings([*findings, *leftovers])
    if _stops(findings, release):
        return Rendered(made, tuple(findings))
    beside = {item.name: item.data for item in page.attachments}
    return Rendered(
        made,
        tuple(findings),
        {name: item.data for name, item in exported.items()} | beside,
        {name: item.pages for name, item in exported.items()} | dict.fromkeys(beside, 0),
    )


def _stops(findings: Sequence[Finding], release: "Release | None") -> bool:
    return any(finding.is_error or release is not None for finding in findings)


def output_name(slug: str, name: str) -> str:
    """Return the file name of a briefing in a format."""
    return f"{slug}{formats.load_format(name).SUFFIX}"


def output_names(slug: str, names: Sequence[str]) -> list[str]:
    """Return the names of all files that a build writes, but the manifest."""
    return [*(output_name(slug, name) for name in names), FACTS_FILE]


def _check_fonts(run: Run) -> None:
    altered = altered_faces(run.faces)
    if altered:
        path = altered[0].path
        raise MissingDependencyError(
            f"The font {path.name} is not the file that was registered in {path.parent}.",
            "Put the file back, or make the fonts again with `make fonts`.",
        )


def verify_file(path: Path, project_fonts: Path) -> list[Finding]:
    """Return what is wrong with a finished file by itself: its fonts, its tags, its metadata.

    Raises:
        UsageError: There is no such file, or no format has its suffix.
    """
    from report import verify

    loaded = [formats.load_format(name) for name in formats.format_names()]
    format_ = next((item for item in loaded if path.suffix.lower() == item.SUFFIX), None)
    if format_ is None or not path.is_file():
        raise UsageError(f"{path} is no file that can be judged", "Name a .pdf that was built.")
    families = {face.family for face in load_registry(bundled_fonts_dir(), project_fonts)}
    return verify.judge_file(format_.inspect, path.read_bytes(), path=str(path), families=families)


def start_renderer(name: str, run: Run) -> "Worker[Page, Exported]":
    """Return a process that makes files of a format; it reads fonts and loads the renderer meanwhile."""
    fontconfig = write_fontconfig(cache_folder() / "fonts.conf", run.faces, cache_folder() / "fontconfig")
    format_ = formats.load_format(name)
    return Worker(format_.export, name=f"making the {name}", prepare=lambda: format_.prepare(fontconfig))


def _page(work: "Work") -> "Page":
    from report.editions.facts_json import facts_json
    from report.pages import Attachment, Page

    composed = work.composed
    data = facts_json(composed.state, is_released=work.issue.is_released)
    facts = Attachment(FACTS_FILE, data, FACTS_DESCRIPTION, work.as_of)
    return Page(composed.html, {path: work.briefing.images[path] for path in composed.images}, (facts,))


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


def _verify(
    run: Run, name: str, path: str, exported: "Exported", composed: "Composed", page: "Page"
) -> list[Finding]:
    from report import verify

    findings = verify.judge_messages(exported.messages, path)
    if any(finding.is_error for finding in findings):
        return findings
    extract = formats.load_format(name).inspect(exported.data)
    return findings + verify.judge(
        extract,
        path=path,
        families={face.family for face in run.faces},
        title=composed.title,
        lang=composed.lang,
        headings=composed.headings,
        text=composed.text,
        attachments={item.name: item.data for item in page.attachments},
    )


def digest_inputs(run: Run, files: BriefingFiles, names: Sequence[str], *, since: int | None = None) -> str:
    """Return a hash of everything that the files of a build depend on, but the day where it is not written."""
    digest = hashlib.sha256()
    for text in (
        code_digest(),
        files.digest,
        *(f"{name}\0{text}" for name, text in sorted(run.templates.items())),
        *(f"{face.family} {face.weight} {face.sha256}" for face in run.faces),
        *(" ".join(version) for version in versions()),
        f"as of {run.as_of}",
        f"formats {sorted(names)}",
        f"since {since}",
    ):
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def _fact_record(composed: "Composed") -> dict[str, list[dict[str, str]]]:
    record: dict[str, list[dict[str, str]]] = {}
    for use in composed.uses:
        entry = {"section": use.section, "field": use.field, "text": use.text}
        record.setdefault(use.fact, []).append(entry)
    return record
