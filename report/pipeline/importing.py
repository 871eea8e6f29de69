"""`clinics import`: a table takes the place of the list of clinics, all of it or nothing."""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import store
from report.errors import UsageError
from report.findings import Finding, sort_findings
from report.pipeline.recipients import views_by_format

if TYPE_CHECKING:
    from report.clinics import Clinic, ClinicList
    from report.load.imported import Rows

HEADER = "# 由 report clinics import 写成。再次导入时整份重写，手写的注释不保留。\n"


@dataclasses.dataclass(frozen=True)
class Import:
    """What an import would do; only field names are told of what changes, for the values are personal.

    Attributes:
        findings: Of the table, or of what it is judged by; with an error there is nothing to write.
        target: The list.
        before: Its text as it was read; None where there is none.
        text: What it would become; "" where there is an error.
        read_as: How the table was read.
        added: Ids that are new.
        changed: Ids with the fields that change.
        removed: Ids that are gone.
    """

    findings: tuple[Finding, ...]
    target: Path
    before: str | None = None
    text: str = ""
    read_as: str = ""
    added: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    removed: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether the list says the same already."""
        return not (self.added or self.changed or self.removed)


def plan_import(
    project: Path, table: Path, *, to: Path | None = None, encoding: str = "", sheet: str = ""
) -> Import:
    """Return what would become of a list of clinics; writes nothing.

    Args:
        project: The folder that has `content/`.
        table: A CSV or XLSX file, wherever it lies.
        to: The list; None stands for the one that `distribution.yaml` names.
        encoding: Of a CSV file; "" looks.
        sheet: Of an XLSX file; "" is the first.

    Raises:
        UsageError: The list has comments that would be lost.
    """
    from report.load.clinics import judge_list
    from report.load.distribution import load_distribution, required_fields

    distribution, findings = load_distribution(project)
    target = to or project / (distribution.clinics if distribution else "")
    if distribution is None:
        return Import(tuple(sort_findings(findings)), target)
    shown = _shown(target, project)
    known = {"channels": required_fields(distribution), "formats": views_by_format()}
    earlier, before, found = _read_earlier(project, target, shown, known)
    by_id = {clinic.id: clinic for clinic in earlier.clinics} if earlier else {}
    rows, read_as = _read_rows(table, _shown(table, project), by_id, encoding=encoding, sheet=sheet)
    if isinstance(rows, list):
        return Import(tuple(sort_findings([*found, *rows])), target, before, read_as=read_as)
    clinics, judged = judge_list(rows.file, target, shown, **known)
    findings = sort_findings([*found, *rows.judged(judged)])
    if clinics is None or any(finding.is_error for finding in findings):
        return Import(tuple(findings), target, before, read_as=read_as)
    after = {clinic.id: clinic for clinic in clinics.clinics}
    differing = {name: _differing(by_id[name], clinic) for name, clinic in after.items() if name in by_id}
    return Import(
        tuple(findings),
        target,
        before,
        to_yaml(clinics.clinics),
        read_as,
        added=tuple(name for name in after if name not in by_id),
        changed={name: fields for name, fields in differing.items() if fields},
        removed=tuple(name for name in by_id if name not in after),
    )


def _read_rows(
    table: Path, shown: str, earlier: Mapping[str, "Clinic"], *, encoding: str, sheet: str
) -> tuple["Rows | list[Finding]", str]:
    """Return the rows of a table, or why there are none; and how it was read."""
    from report.load.files import read_file
    from report.load.imported import tree_of
    from report.load.tables import MAX_TABLE_BYTES, read_table

    data = read_file(table, shown, MAX_TABLE_BYTES)
    if isinstance(data, Finding):
        return [data], ""
    read = read_table(data, shown, encoding=encoding, sheet=sheet)
    return (read, "") if isinstance(read, list) else (tree_of(read, earlier), read.read_as)


def write_import(planned: Import) -> None:
    """Put a list in the place of the one that was read.

    Raises:
        UsageError: There is an error, or the list has changed since it was read.
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    from report.load.clinics import read_list

    if not planned.text:
        raise UsageError("the table has errors; nothing was written", "Mend them, and import it again.")
    with store.locked(planned.target.parent):
        now = read_list(planned.target, str(planned.target)) if os.path.lexists(planned.target) else None
        if now != planned.before:
            hint = "Look at what changed it, and import again."
            raise UsageError(f"{planned.target} has changed meanwhile; nothing was written", hint)
        store.replace(planned.target, planned.text.encode(), is_private=True)


def to_yaml(clinics: Sequence["Clinic"]) -> str:
    """Return a list of clinics as its file: each key that says more than nothing, in the order of the model."""
    import yaml

    entries = [_plain(clinic) for clinic in clinics]
    dumped = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, default_flow_style=None, width=4096)
    return HEADER + (dumped if entries else "[]\n")


def _plain(clinic: "Clinic") -> dict[str, object]:
    written = clinic.model_dump(mode="json", exclude_defaults=True)
    # What a clinic gets is written out, so that the list says it where a default would change.
    return {
        key: value
        for key in type(clinic).model_fields
        if (value := written.get(key, _always(clinic, key))) not in ({}, "")
    }


def _always(clinic: "Clinic", key: str) -> object:
    if key in ("views", "formats"):
        return list(getattr(clinic, key))
    return clinic.active if key == "active" else ""


def _read_earlier(
    project: Path, target: Path, shown: str, known: Mapping[str, Mapping[str, Sequence[str]]]
) -> tuple["ClinicList | None", str | None, list[Finding]]:
    from report.load.clinics import judge_list, read_list
    from report.load.yaml_tree import comments_in, parse_yaml
    from report.positions import SourceFile

    if not os.path.lexists(target):
        return None, None, []
    text = read_list(target, shown)
    if isinstance(text, Finding):
        return None, None, [text]
    line = comments_in(text.removeprefix(HEADER))
    if line:
        number = line + text.startswith(HEADER)
        message = f"{shown} has a comment on line {number}, which would be lost"
        raise UsageError(message, "Take the comments out, or write another file with --to PATH.")
    root, findings = parse_yaml(text, shown)
    clinics, found = judge_list(SourceFile(shown, text, root), target, shown, **known)
    errors = [finding for finding in (*findings, *found) if finding.is_error]
    return clinics, text, errors


def _differing(before: "Clinic", after: "Clinic") -> tuple[str, ...]:
    own = [
        key
        for key in type(after).model_fields
        if key != "contact" and getattr(before, key) != getattr(after, key)
    ]
    contact = [
        f"contact.{key}"
        for key in type(after.contact).model_fields
        if getattr(before.contact, key) != getattr(after.contact, key)
    ]
    return (*own, *contact)


def _shown(path: Path, project: Path) -> str:
    """Return a path as findings print it: from the project where it lies in it, else as it was named."""
    full = path.absolute()
    return full.relative_to(project).as_posix() if full.is_relative_to(project) else path.as_posix()
