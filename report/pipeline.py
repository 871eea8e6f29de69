"""Each run on one screen: what a build and a check do, step by step."""

import contextlib
import dataclasses
import datetime
import functools
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import formats, store
from report.errors import MissingDependencyError, UsageError
from report.findings import Finding, sort_findings
from report.installation import bundled_templates, cache_folder, code_digest, versions
from report.load.files import BriefingFiles, briefing_slugs, read_briefing, read_templates
from report.manifest import Manifest
from report.sandbox import Worker
from report.typography.fonts import (
    FontFace,
    altered_faces,
    bundled_fonts_dir,
    coverage,
    load_registry,
    write_fontconfig,
)

if TYPE_CHECKING:
    from report.compose.assemble import Composed
    from report.model import Briefing
    from report.pages import Exported, Page

Progress = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class Run:
    """What every step of a run needs.

    Attributes:
        project: The folder that has `content/`.
        today: Read from the clock once.
        as_of: What the command line asked for; None leaves it to the briefing.
        templates: By name, the project's own in place of the bundled ones.
        faces: The fonts that pages may use.
        progress: Is told of each stage.
    """

    project: Path
    today: datetime.date
    as_of: datetime.date | None
    templates: dict[str, str]
    faces: tuple[FontFace, ...]
    progress: Progress


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run did with one briefing.

    Attributes:
        slug: The briefing.
        findings: Sorted; empty where nothing had to be done.
        told: Findings of the last build, as printed, where nothing had to be done.
        files: What was built, with pages.
        is_current: Nothing had to be done.
    """

    slug: str
    findings: tuple[Finding, ...] = ()
    told: tuple[str, ...] = ()
    files: tuple[tuple[Path, int], ...] = ()
    is_current: bool = False


def start(
    project: Path, today: datetime.date, as_of: datetime.date | None, progress: Progress = lambda text: None
) -> Run:
    """Return what the steps of a run need."""
    templates = read_templates(project, bundled_templates())
    faces = load_registry(bundled_fonts_dir(), project / "fonts")
    return Run(project, today, as_of, templates, faces, progress)


def choose(project: Path, wanted: Sequence[str]) -> list[str]:
    """Return the briefings that are meant: those named, or all.

    Raises:
        UsageError: There is no such briefing, or none at all.
    """
    slugs = briefing_slugs(project)
    unknown = [name for name in wanted if name not in slugs]
    if unknown or not slugs:
        what = f"there is no briefing {unknown[0]!r}" if unknown else "there is no briefing"
        known = f"there are {', '.join(slugs)}" if slugs else "a folder with a briefing.yaml is one"
        raise UsageError(f"{what} in {project / 'content'}", f"Name one that is there: {known}.")
    return list(dict.fromkeys(wanted)) or slugs


def check(run: Run, slug: str) -> Outcome:
    """Return all findings of a briefing; writes nothing and lays out no page."""
    run.progress(f"{slug}: checking")
    findings, _, _ = _compose(run, read_briefing(run.project, slug))
    return Outcome(slug, tuple(sort_findings(findings)))


def build(run: Run, slug: str, names: Sequence[str], *, force: bool = False) -> Outcome:
    """Build a briefing in some formats; what was there before stays unless all went well."""
    files = read_briefing(run.project, slug)
    folder = run.project / "output" / slug
    inputs = _digest(run, files, names)
    last = store.read_manifest(folder)
    outputs = {name: f"{slug}{formats.load_format(name).SUFFIX}" for name in names}
    is_of_today = last is not None and (last.is_as_of_written or last.as_of == run.today.isoformat())
    if not force and is_of_today and store.is_current(folder, last, inputs, list(outputs.values())):
        assert last is not None
        built = tuple((folder / name, record.pages) for name, record in last.files.items())
        return Outcome(slug, told=last.warnings, files=built, is_current=True)
    altered = altered_faces(run.faces)
    if altered:
        path = altered[0].path
        raise MissingDependencyError(
            f"The font {path.name} is not the file that was registered in {path.parent}.",
            "Put the file back, or make the fonts again with `make fonts`.",
        )
    fontconfig = write_fontconfig(cache_folder() / "fonts.conf", run.faces, cache_folder() / "fontconfig")
    with contextlib.ExitStack() as stack:
        # The renderer loads in its own process while this one reads, checks and composes.
        workers = {name: stack.enter_context(_renderer(name, fontconfig)) for name in names}
        findings, briefing, composed = _compose(run, files)
        if briefing is None or composed is None or any(finding.is_error for finding in findings):
            return Outcome(slug, tuple(sort_findings(findings)))
        exported: dict[str, Exported] = {}
        for name, worker in workers.items():
            exported[name] = worker.run(
                _page(composed, briefing), lambda text: run.progress(f"{slug}: {text}")
            )
            run.progress(f"{slug}: verifying")
            findings += _verify(run, name, outputs[name], exported[name], composed)
    findings = sort_findings(findings)
    if any(finding.is_error for finding in findings):
        return Outcome(slug, tuple(findings))
    as_of = _as_of(run, briefing)
    manifest = Manifest(
        briefing=slug,
        edition=briefing.edition,
        as_of=as_of.isoformat(),
        is_as_of_written=bool(run.as_of or briefing.settings.as_of),
        inputs=inputs,
        files={outputs[name]: store.record(item.data, item.pages) for name, item in exported.items()},
        warnings=tuple(str(finding) for finding in findings),
        facts=_fact_record(composed),
        versions=dict(versions()),
    )
    run.progress(f"{slug}: writing")
    store.publish(folder, {outputs[name]: item.data for name, item in exported.items()}, manifest)
    built = tuple((folder / outputs[name], item.pages) for name, item in exported.items())
    return Outcome(slug, tuple(findings), files=built)


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


def _compose(run: Run, files: BriefingFiles) -> "tuple[list[Finding], Briefing | None, Composed | None]":
    """Read, check and compose a briefing; all its findings, and what there is of it."""
    # Imported here: a run with nothing to do must not pay for them.
    from report.compose.assemble import compose
    from report.compose.matter import Colophon
    from report.compose.theme import check_theme
    from report.lint import Ground
    from report.lint import check as lint
    from report.load.briefing import load_briefing

    locales = [name[7:-5] for name in run.templates if name.startswith("labels/")]
    briefing, findings = load_briefing(files, locales)
    if briefing is None:
        return findings, None, None
    as_of = _as_of(run, briefing)
    theme_sheet = run.templates["css/theme.css"]
    findings += check_theme(briefing.settings.theme, theme_sheet, briefing.files["briefing.yaml"])
    findings += lint(briefing, Ground(as_of, coverage(run.faces).is_covered))
    if any(finding.code.code in ("C017", "C018") for finding in findings):
        return findings, briefing, None
    # `Version 2.003-H1;hotconv 1.1.1`: the tools that made a font are none of the reader's concern.
    fonts = dict.fromkeys(
        (face.family, f"{face.version.partition(';')[0].removeprefix('Version ')}, {face.licence}")
        for face in run.faces
    )
    colophon = Colophon(tuple(fonts), versions(), files.digest)
    work = functools.partial(_work, compose, briefing, run.templates, as_of, colophon)
    with Worker(work, name="composing the sections") as worker:
        composed: Composed = worker.run(None)
    return [*findings, *composed.findings], briefing, composed


def _work(
    compose: "Callable[..., Composed]",
    briefing: "Briefing",
    templates: dict[str, str],
    as_of: datetime.date,
    colophon: object,
    argument: None,
    progress: Progress,
) -> "Composed":
    return compose(briefing, templates, as_of, colophon)


def _renderer(name: str, fontconfig: Path) -> "Worker[Page, Exported]":
    format_ = formats.load_format(name)
    return Worker(format_.export, name=f"making the {name}", prepare=lambda: format_.prepare(fontconfig))


def _page(composed: "Composed", briefing: "Briefing") -> "Page":
    from report.pages import Page

    return Page(composed.html, {path: briefing.images[path] for path in composed.images})


def _verify(run: Run, name: str, path: str, exported: "Exported", composed: "Composed") -> list[Finding]:
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
    )


def _as_of(run: Run, briefing: "Briefing") -> datetime.date:
    return run.as_of or briefing.settings.as_of or run.today


def _digest(run: Run, files: BriefingFiles, names: Sequence[str]) -> str:
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
    ):
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def _fact_record(composed: "Composed") -> dict[str, list[dict[str, str]]]:
    record: dict[str, list[dict[str, str]]] = {}
    for use in composed.uses:
        entry = {"section": use.section, "field": use.field, "text": use.text}
        record.setdefault(use.fact, []).append(entry)
    return record
