"""A fact's fields as a form changes them: checked as the whole briefing is, then written back into `facts.yaml`."""

import dataclasses
import difflib
import hashlib
from collections.abc import Mapping
from pathlib import Path

from report.editing import REMOVED, Removed, edited, read_editable, write_edited
from report.errors import UsageError
from report.facts.terms import DATE_NAMES
from report.findings import Finding, sort_findings
from report.load.briefing import load_briefing
from report.load.files import BriefingFiles, decode, read_briefing
from report.load.yaml_tree import parse_yaml
from report.positions import Key, SourceFile

FILE = "facts.yaml"
# What the form has; ids, links to other facts and feeds are for those who edit the file.
_WHOLE = ("status", "effect", "grade", "primary_date", "valid", "note", "label")
_CHECKS = ("last_checked", "checked_by", "review_by")
_LONGEST_VALUE = 4000
_LONGEST_DIFF = 400

Changes = Mapping[tuple[str, ...], str | Removed]


class ConflictError(UsageError):
    """The file was changed by somebody else since the form was opened."""


@dataclasses.dataclass(frozen=True)
class Draft:
    """A change that is not saved.

    Attributes:
        files: The briefing's files as they are.
        changed: The same with the change.
        text: What `facts.yaml` would hold.
        diff: Its difference, in lines.
        findings: What the change brings, of which errors keep it from being saved.
        fields: The same by the field of the form that it stands at; those of none are under "".
    """

    files: BriefingFiles
    changed: BriefingFiles
    text: str
    diff: tuple[str, ...]
    findings: tuple[Finding, ...]
    fields: Mapping[str, tuple[Finding, ...]]

    @property
    def is_sound(self) -> bool:
        """Whether it may be saved."""
        return not any(finding.is_error for finding in self.findings)


def facts_name(slug: str) -> str:
    """Return where a briefing's facts are, relative to the project."""
    return f"content/{slug}/{FILE}"


def hash_facts(project: Path, slug: str) -> str:
    """Return the SHA-256 of `facts.yaml` as it lies on disk; empty where it cannot be read."""
    try:
        return read_editable(project, facts_name(slug)).sha256
    except UsageError:
        return ""


def read_changes(given: Mapping[str, str | None]) -> Changes:
    """Return the changes that a form asks for; None and nothing stand for a field that is to go.

    Raises:
        UsageError: There is no such field, or a value is too long.
    """
    changes: dict[tuple[str, ...], str | Removed] = {}
    for name, value in given.items():
        path = tuple(name.split("."))
        if not _is_field(path):
            raise UsageError(f"the form has no field {name[:80]!r}", "Edit facts.yaml itself.")
        text = (value or "").strip()
        if len(text) > _LONGEST_VALUE:
            raise UsageError(f"{name}: more than {_LONGEST_VALUE} characters", "Make it shorter.")
        changes[path] = text or REMOVED
    return changes


def _is_field(path: tuple[str, ...]) -> bool:
    if len(path) == 1:
        return path[0] in (*_WHOLE, *_CHECKS)
    head, *rest = path
    if head == "dates":
        return len(rest) == 1 and rest[0] in DATE_NAMES
    if head == "attrs":
        return all(rest) and (len(rest) == 1 or (len(rest) == 2 and rest[1] in ("value", "unit")))
    return head == "label" and len(rest) == 1 and bool(rest[0])


def draft(project: Path, slug: str, fact: str, base: str, changes: Changes) -> Draft:
    """Return what a change would come to; nothing is written.

    Args:
        project: The project.
        slug: The briefing.
        fact: The fact's id.
        base: The hash of the file that the form was filled from.
        changes: By path within the fact's entry.

    Raises:
        ConflictError: The file is another by now.
        UsageError: There is no such fact, or the file cannot be changed so.
    """
    now = read_editable(project, facts_name(slug))
    if now.sha256 != base:
        raise ConflictError(
            f"{FILE} was changed by somebody else meanwhile", "Load it again; what you typed is kept."
        )
    files = read_briefing(project, slug)
    new = edited(now.text, fact, changes)
    read, _ = decode(new.encode())
    digest = hashlib.sha256(f"{files.digest}\0{new}".encode()).hexdigest()
    changed = dataclasses.replace(files, texts={**files.texts, FILE: read}, digest=digest)
    findings = _brought(files, changed)
    return Draft(files, changed, new, _diff(now.text, new), findings, _by_field(read, fact, findings))


def save(project: Path, slug: str, base: str, made: Draft) -> None:
    """Write a draft, if it is sound and the file is still the one that it was made from.

    Raises:
        UsageError: It is not sound.
        ReportError: The file is another by now, or cannot be written.
    """
    if not made.is_sound:
        raise UsageError("the change has errors", "Mend them; each stands at its field.")
    write_edited(project, facts_name(slug), base, made.text)


def _brought(files: BriefingFiles, changed: BriefingFiles) -> tuple[Finding, ...]:
    """Return the findings that the change brings, and none that were there before."""
    _, before = load_briefing(files)
    _, after = load_briefing(changed)
    known = {(item.code.code, item.location.path, item.message) for item in before}
    return tuple(
        sort_findings(
            item for item in after if (item.code.code, item.location.path, item.message) not in known
        )
    )


def _diff(old: str, new: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2)
    # The two lines that would name the files come first.
    return tuple(lines)[2 : _LONGEST_DIFF + 2]


def _by_field(text: str, fact: str, findings: tuple[Finding, ...]) -> dict[str, tuple[Finding, ...]]:
    """Return findings by the dotted name of the field of the fact's entry that each stands in."""
    root, _ = parse_yaml(text, FILE)
    file = SourceFile(FILE, text, root)
    entries = root.value if root is not None and isinstance(root.value, list) else []
    index = next(
        (
            number
            for number, node in enumerate(entries)
            if isinstance(node.value, dict) and "id" in node.value and node.value["id"].value == fact
        ),
        None,
    )
    places: dict[tuple[int, int], tuple[Key, ...]] = {}
    if index is not None:
        for path, node in entries[index].walk():
            for is_key in (True, False):
                where = file.locate_node(node, key=is_key)
                places.setdefault((where.line, where.column), path)
    found: dict[str, list[Finding]] = {}
    for item in findings:
        is_here = item.location.path.endswith(f"/{FILE}")
        path = places.get((item.location.line, item.location.column), ()) if is_here else ()
        found.setdefault(".".join(map(str, path)), []).append(item)
    return {name: tuple(items) for name, items in found.items()}
