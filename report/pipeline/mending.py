"""Mends what the checks found, where that is mechanical: whole files are planned, shown, and then replaced.

Files are read once more here, as bytes, so that their byte order mark and line ends stay, and so that none is
overwritten that has changed meanwhile.
"""

import bisect
import dataclasses
import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from report import store
from report.errors import UsageError
from report.findings import Mend, sort_findings
from report.load.briefing import FRONT_MATTER_BLOCK
from report.load.files import decode, read_briefing
from report.load.yaml_tree import parse_yaml
from report.pipeline.composing import compose_briefing
from report.pipeline.run import Outcome, Run
from report.positions import Node

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclasses.dataclass(frozen=True)
class MendedFile:
    """A file as it is and as it would be.

    Attributes:
        path: Where it lies.
        name: The same, relative to the project, with `/`.
        before: Its bytes when it was read.
        after: Its bytes when it is mended.
        changes: How many places differ.
    """

    path: Path
    name: str
    before: bytes
    after: bytes
    changes: int


@dataclasses.dataclass(frozen=True)
class Mending:
    """What a check found, and the files that would mend part of it; nothing is written yet."""

    outcome: Outcome
    files: tuple[MendedFile, ...]


def plan_mending(run: Run, slug: str) -> Mending:
    """Check a briefing and plan what can be mended; what a waiver or an allowance excuses is left as it is.

    Raises:
        UsageError: A file changed while it was being checked.
    """
    run.progress(f"{slug}: checking")
    files = read_briefing(run.project, slug)
    findings = tuple(sort_findings(compose_briefing(run, files).findings))
    by_path: dict[str, list[Mend]] = {}
    for finding in findings:
        if finding.mend is not None:
            by_path.setdefault(finding.location.path, []).append(finding.mend)
    planned: list[MendedFile] = []
    for name, mends in sorted(by_path.items()):
        text = files.texts[name.removeprefix(f"{files.prefix}/")]
        kept = sound_mends(text, mends, is_yaml=name.endswith(".yaml"))
        if kept:
            path = run.project / name
            before = _read(path)
            if before is None or decode(before) != (text, None):
                raise _changed(name)
            after = with_line_ends(before, apply_mends(text, kept))
            planned.append(MendedFile(path, name, before, after, len(kept)))
    return Mending(Outcome(slug, findings), tuple(planned))


def apply_mends(text: str, mends: Iterable[Mend]) -> str:
    """Return a text with mends applied; of two that overlap, the first."""
    parts: list[str] = []
    done = 0
    for mend in sorted(mends, key=lambda mend: (mend.start, mend.end)):
        if mend.start >= done:
            parts += (text[done : mend.start], mend.text)
            done = mend.end
    return "".join((*parts, text[done:]))


def sound_mends(text: str, mends: Sequence[Mend], *, is_yaml: bool) -> list[Mend]:
    """Return the mends that leave a file's YAML, or its front matter, what it is but for the mended values."""
    head, offset = (text, 0) if is_yaml else _front_matter(text)
    end = offset + len(head)
    within = [
        Mend(mend.start - offset, mend.end - offset, mend.text)
        for mend in mends
        if offset <= mend.start and mend.end <= end
    ]
    sound = [Mend(mend.start + offset, mend.end + offset, mend.text) for mend in _sound(head, within)]
    return sound + [mend for mend in mends if mend.start >= end]


def _front_matter(text: str) -> tuple[str, int]:
    match = FRONT_MATTER_BLOCK.match(text)
    return (match.group(1), match.start(1)) if match is not None and match.group(1) else ("", 0)


def _sound(text: str, mends: list[Mend]) -> list[Mend]:
    """Return the mends that keep the tree; where they do not together, those that do by halves."""
    if not mends or _keeps_tree(text, mends):
        return mends
    if len(mends) == 1:
        return []
    middle = len(mends) // 2
    halves = _sound(text, mends[:middle]) + _sound(text, mends[middle:])
    return halves if _keeps_tree(text, halves) else []


def _keeps_tree(text: str, mends: list[Mend]) -> bool:
    """Return whether mended YAML parses to the same tree as before, but for the values that are mended in place."""
    root, _ = parse_yaml(text, "")
    mended, findings = parse_yaml(apply_mends(text, mends), "")
    if root is None or mended is None or findings:
        return False
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    in_order = sorted(mends, key=lambda mend: mend.start)
    places = [mend.start for mend in in_order]

    def expected(node: Node) -> object:
        if isinstance(node.value, dict):
            return {key: expected(below) for key, below in node.value.items()}
        if isinstance(node.value, list):
            return [expected(below) for below in node.value]
        if node.value is None:
            return None
        start = lines[node.line - 1] + node.column - 1
        # A value between quotation marks begins after the first; one that is folded is not mended.
        at = next((start + skip for skip in (0, 1) if text.startswith(node.value, start + skip)), start)
        first, last = bisect.bisect_left(places, at), bisect.bisect_left(places, at + len(node.value))
        own = (Mend(item.start - at, item.end - at, item.text) for item in in_order[first:last])
        return apply_mends(node.value, own)

    return expected(root) == mended.plain()


def with_line_ends(before: bytes, text: str) -> bytes:
    """Return a text of as many lines as a file has, as bytes with the file's byte order mark and line ends."""
    ends = [*_LINE_END.findall(before), b""]
    lines = text.split("\n")
    mark = _BYTE_ORDER_MARK if before.startswith(_BYTE_ORDER_MARK) else b""
    return mark + b"".join(line.encode() + end for line, end in zip(lines, ends, strict=True))


def difference(file: MendedFile) -> list[str]:
    """Return what would change in a file, as the lines of a unified diff."""
    before, after = (decode(data)[0].split("\n") for data in (file.before, file.after))
    return list(difflib.unified_diff(before, after, file.name, file.name, lineterm="", n=1))


def write_mended(files: Sequence[MendedFile]) -> None:
    """Replace the files, each whole; a run that breaks off leaves every file either as it was or mended.

    Raises:
        UsageError: A file changed since it was read; it is left alone, and so are those after it.
        MissingDependencyError: The disk is full, or a folder cannot be written.
    """
    for file in files:
        if _read(file.path) != file.before:
            raise _changed(file.name)
    for file in files:
        if _read(file.path) != file.before:
            raise _changed(file.name)
        store.replace(file.path, file.after)


def _read(path: Path) -> bytes | None:
    """Return a file's bytes; None where it is gone or has become something else."""
    try:
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None


def _changed(name: str) -> UsageError:
    return UsageError(
        f"{name} changed on disk since it was read, and is left alone",
        "Run the command again to look at it anew.",
    )
