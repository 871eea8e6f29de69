"""`report accept` and `report reject`: a person decides a proposal, by name; the file of the facts is changed, or not.

What is written is first loaded as the whole briefing would be. The file comes first and the decision after it: whoever
is interrupted between the two runs the command again.
"""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from report.addresses import check_line
from report.editing import Editable, Value, edited, read_editable, write_edited
from report.errors import UsageError
from report.facts.models import Fact
from report.facts.sources import Source
from report.findings import Finding, sort_findings
from report.load.briefing import load_briefing
from report.load.files import decode, read_briefing
from report.load.yaml_tree import parse_yaml
from report.model import Briefing
from report.pipeline.proposing import fact_digests
from report.proposals import OF_SOURCES, Proposal, close, find_proposal

FACTS, SOURCES = "facts.yaml", "sources.yaml"
LONGEST_NAME, LONGEST_REASON = 100, 500

FieldPath = tuple[str, ...]
Changes = dict[str, dict[FieldPath, Value]]


@dataclasses.dataclass(frozen=True)
class Decided:
    """What a decision came to.

    Attributes:
        briefing: The slug.
        proposal: As it stands now.
        changed: The file that was changed, from the project; "" where none was.
        entries: The entries of it that were changed: facts, or a source.
        findings: Why it could not be done; empty where it was.
    """

    briefing: str
    proposal: Proposal
    changed: str = ""
    entries: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def accept(
    project: Path,
    slugs: Sequence[str],
    wanted: str,
    *,
    by: str,
    today: datetime.date,
    values: Sequence[str] = (),
    reason: str = "",
) -> Decided:
    """Accept a proposal: what it proposes is written, and the facts count as checked on this day by this person.

    Args:
        project: The project's folder.
        slugs: The briefings among whose proposals it is.
        wanted: Its id, or a beginning of it.
        by: Who decides.
        today: The day.
        values: `FIELD=VALUE`, `FACT:FIELD=VALUE`, or for a proposal with a field just `VALUE`: what is written instead.
        reason: What else there is to say.

    Raises:
        UsageError: There is no such open proposal, what it is about was changed since, or a value names no field.
        MissingDependencyError: The disk is full, or a folder cannot be written.
    """
    slug, proposal = _open(project, slugs, wanted)
    by, reason = (
        _line(by, "the name", LONGEST_NAME),
        _line(reason, "the reason", LONGEST_REASON, may_be_empty=True),
    )
    if proposal.kind == "feed-table":
        return _accept_table(project, slug, proposal, values, by, today, reason)
    name = f"content/{slug}/{SOURCES if proposal.kind in OF_SOURCES else FACTS}"
    briefing = _load(project, slug)
    changes = _changes(proposal, briefing, values, by, today)
    if changes:
        before = read_editable(project, name)
        after = _edited(before.text, changes, proposal)
        if after != before.text:
            findings = _new_errors(project, slug, name, after)
            if findings:
                return Decided(slug, proposal, findings=tuple(findings))
            _check_unchanged(proposal, briefing, changes, before)
            write_edited(project, name, before.sha256, after)
    closed = close(project, slug, proposal, status="accepted", decided_by=by, decided_on=today, reason=reason)
    return Decided(slug, closed, name if changes else "", tuple(changes))


def _accept_table(
    project: Path,
    slug: str,
    proposal: Proposal,
    values: Sequence[str],
    by: str,
    today: datetime.date,
    reason: str,
) -> Decided:
    from report.monitor.vault import Vault
    from report.pipeline.feed_cache import vault_folder
    from report.pipeline.table_proposals import write_table

    if values:
        raise UsageError(
            f"{proposal.id} is of a whole table, and no single value of it is written",
            f"Accept it without --value, or change {proposal.field} in an editor.",
        )
    name = write_table(project, slug, proposal, Vault(vault_folder(project)))
    closed = close(project, slug, proposal, status="accepted", decided_by=by, decided_on=today, reason=reason)
    return Decided(slug, closed, name, (proposal.field,))


def reject(
    project: Path, slugs: Sequence[str], wanted: str, *, by: str, today: datetime.date, reason: str
) -> Decided:
    """Reject a proposal; nothing but its own file is changed.

    Raises:
        UsageError: There is no such open proposal, or no reason.
        MissingDependencyError: The disk is full, or the folder cannot be written.
    """
    slug, proposal = _open(project, slugs, wanted)
    by, reason = _line(by, "the name", LONGEST_NAME), _line(reason, "the reason", LONGEST_REASON)
    closed = close(project, slug, proposal, status="rejected", decided_by=by, decided_on=today, reason=reason)
    return Decided(slug, closed)


def _open(project: Path, slugs: Sequence[str], wanted: str) -> tuple[str, Proposal]:
    slug, proposal = find_proposal(project, slugs, wanted)
    if not proposal.is_open:
        who = f" by {proposal.decided_by}" if proposal.decided_by else ""
        told = f"was {proposal.status}{who} on {proposal.decided_on}"
        raise UsageError(
            f"the proposal {proposal.id} {told}", "What is decided stays; change the fact itself."
        )
    return slug, proposal


def _line(text: str, what: str, limit: int, *, may_be_empty: bool = False) -> str:
    from pydantic_core import PydanticCustomError

    text = text.strip()
    if not text and not may_be_empty:
        raise UsageError(f"{what} is missing", "Write it; it stays with the decision.")
    try:
        return check_line(text, limit)
    except PydanticCustomError as error:
        raise UsageError(f"{what} {error.message()}", "Write one plain line.") from None


def _load(project: Path, slug: str) -> Briefing:
    briefing, findings = load_briefing(read_briefing(project, slug))
    if briefing is None:
        first = next((one for one in sort_findings(findings) if one.code.is_unreadable), None)
        told = f": {first.location}: {first.message}" if first else ""
        raise UsageError(
            f"the briefing {slug} cannot be read{told}", "Mend it first; `report check` tells how."
        )
    return briefing


def _changes(
    proposal: Proposal, briefing: Briefing, values: Sequence[str], by: str, today: datetime.date
) -> Changes:
    """Return what is written, by entry and path.

    Raises:
        UsageError: A value names no field or no fact of the proposal, or it proposes nothing to write.
    """
    entry = proposal.source if proposal.kind in OF_SOURCES else proposal.fact
    changes: Changes = {}
    for written in values:
        name, field, value = _parsed(written, proposal)
        changes.setdefault(name or entry, {})[_path(briefing, name or entry, field)] = value
    if not values and proposal.field:
        if proposal.new is None:
            raise UsageError(f"{proposal.id} proposes no value", f"Write it: --value {proposal.field}=VALUE.")
        changes[entry] = {_path(briefing, entry, proposal.field): proposal.new}
    if proposal.kind in OF_SOURCES:
        return changes
    gone = [name for name in (*proposal.facts, *changes) if name not in briefing.facts]
    if gone:
        raise UsageError(
            f"there is no fact {gone[0]!r} any more", "Reject the proposal with that as the reason."
        )
    for name in dict.fromkeys((*proposal.facts, *changes)):
        of_fact = changes.setdefault(name, {})
        of_fact.setdefault(("last_checked",), today.isoformat())
        of_fact.setdefault(("checked_by",), by)
    return changes


def _parsed(written: str, proposal: Proposal) -> tuple[str, str, str]:
    """Return fact, field and value of what was written; "" for the one fact that is meant."""
    left, mark, value = written.partition("=")
    if not mark:
        if not proposal.field:
            raise UsageError(
                f"{written[:80]!r} names no field", "Write such as --value dates.announced=2025-01-02."
            )
        return "", proposal.field, written
    name, mark, field = left.strip().rpartition(":")
    value = value.strip()
    if not field or not value:
        raise UsageError(
            f"{written[:80]!r} is no field and value", "Write such as dates.announced=2025-01-02."
        )
    if not mark and proposal.kind not in OF_SOURCES and not proposal.fact:
        facts = ", ".join(proposal.facts) or "none"
        raise UsageError(
            f"{written[:80]!r} does not say of which fact", f"Write FACT:{field}=…; there are {facts}."
        )
    if name and name not in proposal.facts:
        raise UsageError(f"the proposal is not about {name[:80]!r}", "Change that fact in its file.")
    return name, field, value


def _path(briefing: Briefing, entry: str, field: str) -> FieldPath:
    """Return where a field is written; of a quantity, its value and not its unit."""
    parts = tuple(field.split("."))
    fact = briefing.facts.get(entry)
    if fact is not None and len(parts) == 2 and parts[0] == "attrs":
        from report.facts.attributes import Quantity

        if isinstance(fact.attrs.get(parts[1]), Quantity):
            return (*parts, "value")
    if parts[0] in ("id", "") or len(parts) > 3:
        raise UsageError(f"{field[:80]!r} is no field that is changed here", "Change it in an editor.")
    return parts


def _edited(text: str, changes: Changes, proposal: Proposal) -> str:
    model = Source if proposal.kind in OF_SOURCES else Fact
    order = [field.alias or name for name, field in model.model_fields.items()]
    for entry, of_entry in changes.items():
        text = edited(text, entry, of_entry, order=order)
    return text


def _new_errors(project: Path, slug: str, name: str, text: str) -> list[Finding]:
    """Return the errors that the briefing would have with a changed file, and has not without."""
    files = read_briefing(project, slug)
    _, before = load_briefing(files)
    as_read, _ = decode(text.encode())
    changed = dataclasses.replace(files, texts={**files.texts, name.rpartition("/")[2]: as_read})
    _, after = load_briefing(changed)
    known = {(one.code, one.message) for one in before}
    return sort_findings(one for one in after if one.is_error and (one.code, one.message) not in known)


def _check_unchanged(proposal: Proposal, briefing: Briefing, changes: Changes, file: Editable) -> None:
    """Refuse where what is about to be overwritten is not what the proposal was made of.

    Raises:
        UsageError: It was changed since.
    """
    entries = _entries(file)
    digests = fact_digests(briefing)
    for entry, of_entry in changes.items():
        overwritten = {
            path: value for path, value in of_entry.items() if path[0] not in ("last_checked", "checked_by")
        }
        present = {path: _at(entries.get(entry), path) for path in overwritten}
        if all(present[path] == value for path, value in overwritten.items()):
            continue
        told = next(((path, now) for path, now in present.items() if now != overwritten[path]))
        if proposal.field and proposal.old is not None:
            is_same = told[1] == proposal.old
        else:
            is_same = proposal.digests.get(entry) in (None, digests.get(entry))
        if not is_same:
            shown = f"{'.'.join(told[0])} of {entry} is {str(told[1])[:80]!r} now"
            message = f"{file_name(proposal)} was changed since {proposal.opened_at.date()}: {shown}"
            raise UsageError(message, "Change it in an editor if that is right, and reject the proposal.")


def file_name(proposal: Proposal) -> str:
    """Return which of a briefing's files a proposal is about."""
    return SOURCES if proposal.kind in OF_SOURCES else FACTS


def _entries(file: Editable) -> Mapping[str, object]:
    root, _ = parse_yaml(decode(file.text.encode())[0], "")
    found: dict[str, object] = {}
    for node in root.value if root is not None and isinstance(root.value, list) else ():
        entry = node.plain()
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            found.setdefault(entry["id"], entry)
    return found


def _at(entry: object, path: FieldPath) -> object:
    for step in path:
        entry = entry.get(step) if isinstance(entry, dict) else None
    return entry
