"""`verify`: finished files read back, judged, compared with the content composed anew, and with each other."""

import collections
import dataclasses
import datetime
import functools
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import formats, store
from report.errors import UsageError
from report.findings import Finding, Location
from report.installation import bundled_templates
from report.load.files import read_briefing, read_templates
from report.manifest import FILE_NAME, FileRecord, Manifest
from report.pipeline.building import (
    FACTS_FILE,
    check_as_released,
    digest_inputs,
    facts_attachment,
    output_folder,
    page_of,
)
from report.pipeline.composing import Work, compose_briefing
from report.pipeline.examining import Examined, Validate, examine_all
from report.pipeline.making import expected_of
from report.pipeline.outputs import Request, entry_name
from report.pipeline.run import Run
from report.typography.fonts import bundled_fonts_dir, load_registry

if TYPE_CHECKING:
    from report.pages import Attachment, Extract
    from report.verify import Evidence, Expected, Verdict


def verify_briefing(run: Run, slug: str, validate: Validate) -> "Verdict":
    """Return what speaks for the files of a briefing's last build, and against them.

    Args:
        run: What every step needs; the day is that of the build.
        slug: The briefing.
        validate: Asks validators of other people's.

    Raises:
        UsageError: The briefing was not built.
    """
    from report import verify

    folder = output_folder(run, slug)
    manifest = store.read_manifest(folder)
    if manifest is None:
        raise UsageError(f"{slug} has no build that could be verified", f"Run `report build {slug}` first.")
    run.progress(f"{slug}: composing")
    files = read_briefing(run.project, slug)
    of_day = dataclasses.replace(run, as_of=datetime.date.fromisoformat(manifest.as_of))
    names = {record.format: None for record in manifest.files.values() if record.format}
    made = compose_briefing(of_day, files, Request(tuple(names)))
    is_current = manifest.inputs in (digest_inputs(run, files), digest_inputs(of_day, files))
    findings = list(_outdated(run, folder, manifest, is_current=is_current))
    if made.work is None:
        return verify.Verdict((), (*findings, *made.findings))
    facts = facts_attachment(made.work)
    findings += _check_data(run, folder, manifest, facts)
    jobs = {
        folder / name: functools.partial(_examine_built, run, folder / name, record, made.work, facts)
        for name, record in manifest.files.items()
        if record.format
    }
    examined = examine_all(jobs, validate, lambda text: run.progress(f"{slug}: {text}"))
    return verify.Verdict(tuple(evidence for evidence, _ in examined.values()), tuple(findings))


def _examine_built(
    run: Run, path: Path, record: FileRecord, work: Work, facts: "Attachment"
) -> "tuple[Evidence, None]":
    """Return the evidence of one file of a build."""
    from report import verify

    shown = _shown(run, path)
    data = path.read_bytes() if path.is_file() else None
    subject = verify.Subject(
        path=shown,
        format=record.format,
        inspect=formats.load_format(record.format).inspect,
        data=data,
        is_unaltered=data is not None and hashlib.sha256(data).hexdigest() == record.sha256,
    )
    expected = _expected(run, work, record, facts)
    released = check_as_released(work.issue, path.name, data) if data is not None else []
    more = [dataclasses.replace(finding, location=Location(shown)) for finding in released]
    evidence, _ = verify.examine(
        subject,
        expected,
        families={face.family for face in run.faces},
        excuse=work.excuses.excuse,
        more=more if expected else [*more, verify.outdated_file(shown)],
    )
    return evidence, None


def _expected(run: Run, work: Work, record: FileRecord, facts: "Attachment") -> "Expected | None":
    """Return what a file must be; None where the briefing has no such view or locale any more."""
    composed = work.views.get((record.view, record.locale))
    entry = entry_name(record.view, record.format)
    if composed is None or entry not in composed.pages:
        return None
    page = page_of(run, work.briefing, composed, entry, facts)
    return expected_of(page, composed.content, composed.headings)


def _outdated(run: Run, folder: Path, manifest: Manifest, *, is_current: bool) -> Iterator[Finding]:
    """Yield what lies beside a build and is not of it, and that the build itself is of an earlier state."""
    from report import verify

    if not is_current:
        yield verify.outdated_build(_shown(run, folder / FILE_NAME), manifest.briefing)
    suffixes = {formats.load_format(name).SUFFIX for name in formats.format_names()}
    for path in sorted(folder.iterdir()):
        if path.suffix in suffixes and path.name not in manifest.files:
            yield verify.outdated_file(_shown(run, path))


def _check_data(run: Run, folder: Path, manifest: Manifest, facts: "Attachment") -> Iterator[Finding]:
    """Yield what is wrong with the data that lie beside the pages."""
    from report.verify import FILE_ALTERED

    expected = {name: record.sha256 for name, record in manifest.files.items() if not record.format}
    for name in sorted(expected.keys() | {FACTS_FILE}):
        path, message = folder / name, ""
        if not path.is_file():
            message = "the file is gone"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected.get(name):
            message = "its SHA-256 is not the one that its build recorded"
        elif name == facts.name and path.read_bytes() != facts.data:
            message = "its facts are not those of the briefing as it is now"
        if message:
            yield Finding(FILE_ALTERED, Location(_shown(run, path)), message, "Build it again.")


def verify_files(
    project: Path,
    paths: Sequence[Path],
    validate: Validate,
    progress: Callable[[str], None] = lambda text: None,
) -> "Verdict":
    """Return what speaks for files and against them, of which nothing is known but themselves.

    Those of one name and language are views of one content in several formats, and are compared with each other.

    Args:
        project: Whose fonts they may use.
        paths: The files.
        validate: Asks validators of other people's.
        progress: Is told of each.

    Raises:
        UsageError: There is no such file, or no format has its suffix.
    """
    from report import verify

    by_suffix = {formats.load_format(name).SUFFIX: name for name in formats.format_names()}
    families = {face.family for face in load_registry(bundled_fonts_dir(), project / "fonts")}
    for path in paths:
        if path.suffix.lower() not in by_suffix or not path.is_file():
            known = ", ".join(sorted(by_suffix))
            raise UsageError(f"{path} is no file that can be judged", f"Name one that was built: {known}.")
    jobs = {
        path: functools.partial(_examine_alone, path, by_suffix[path.suffix.lower()], families)
        for path in paths
    }
    examined = examine_all(jobs, validate, progress)
    extracts = {path: extract for path, (_, extract) in examined.items() if extract is not None}
    templates = read_templates(project, bundled_templates())
    findings = tuple(_compare(extracts, templates))
    return verify.Verdict(tuple(evidence for evidence, _ in examined.values()), findings)


def _examine_alone(path: Path, name: str, families: Collection[str]) -> Examined:
    """Return the evidence of a file of which nothing is known but itself, and what is compared of it with others."""
    from report import verify

    subject = verify.Subject(str(path), name, formats.load_format(name).inspect, path.read_bytes())
    evidence, extract = verify.examine(subject, None, families=families)
    # Its glyphs are many, and judged already.
    return evidence, extract and dataclasses.replace(extract, blocks=())


def _compare(extracts: "Mapping[Path, Extract]", templates: Mapping[str, str]) -> Iterator[Finding]:
    """Yield how files differ that must carry the same."""
    from report import verify
    from report.compose.matter import read_labels

    groups: dict[tuple[str, str], list[Path]] = collections.defaultdict(list)
    for path, extract in extracts.items():
        groups[path.stem, extract.lang].append(path)
    for (_, lang), paths in groups.items():
        # What flows is compared exactly, and a PDF passage by passage: it is never what others are compared with.
        first, *others = sorted(paths, key=lambda path: extracts[path].pages)
        labels = read_labels(templates, lang)
        # Each format has parts of its own, and prints some otherwise: all are titled by labels.
        of_content = {labels.get(name) for name in ("key_points", "notes", "references")}
        for path in others:
            yield from verify.check_same(
                extracts[path],
                extracts[first],
                path=str(path),
                other_path=str(first),
                own_titles=set(labels.values()) - of_content,
                words=labels.values(),
            )


def _shown(run: Run, path: Path) -> str:
    return path.relative_to(run.project).as_posix()
