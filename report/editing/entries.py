"""Fields of an entry of a content file changed, comments, order, quotes and line ends kept."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias

import yaml

from report.editing.changes import CannotSpliceError, Change, Gone, Whole, Within, changed
from report.editing.lines import apply
from report.editing.places import Mapping as MappingPiece
from report.editing.places import Piece, entries_of, pieces_of
from report.editing.places import Scalar as ScalarPiece
from report.editing.places import Sequence as SequencePiece
from report.editing.splicing import Splicer
from report.editing.wording import Value, as_read
from report.errors import UsageError
from report.findings import Finding
from report.load.yaml_tree import parse_yaml

_BYTE_ORDER_MARK = "\ufeff"


class Removed(Enum):
    """What a field that is to go is set to."""

    REMOVED = "removed"


REMOVED: Final = Removed.REMOVED
Changes: TypeAlias = "Mapping[tuple[str, ...], Value | Removed]"


def edited(text: str, entry_id: str, changes: Changes, *, order: Sequence[str] = ()) -> str:
    """Return a file's text with fields of one entry changed; whatever is not named stays as it was, byte for byte.

    Args:
        text: The file as it is, with its line ends; a byte order mark may begin it.
        entry_id: The `id` of an entry of a list; "" where the file is one mapping.
        changes: By path within the entry, such as `("dates", "announced")`; entries of lists are numbered
            from "0", and the one after the last is added. A list or a mapping is made
            what is given: what it has besides goes.
        order: Keys of an entry in the order in which new ones are put among those that are there.

    Raises:
        UsageError: There is no such entry, the file is not sound, or it is written so that it cannot be changed here.
    """
    wanted = _tree(changes, tuple(order))
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    body = text.removeprefix(mark)
    start, end = _lines_of(body, entry_id)
    after = _edited(body[start:end], entry_id, wanted, body.count("\n", 0, start))
    return f"{mark}{body[:start]}{after}{body[end:]}"


def _lines_of(text: str, entry_id: str) -> tuple[int, int]:
    """Return where the lines of an entry begin and end; the whole text where an entry has none of its own.

    Raises:
        UsageError: There are several of that id, or the text is no YAML.
    """
    try:
        entries = entries_of(text)
    except yaml.YAMLError:
        _, findings = parse_yaml(text, "")
        raise _unsound(findings) from None
    found = [(start, end) for name, start, end in entries or () if entry_id and name == entry_id]
    if len(found) > 1:
        raise _no_entry(entry_id, len(found))
    return found[0] if found else (0, len(text))


def _edited(text: str, entry_id: str, wanted: Within, lines_before: int) -> str:
    """Return a text with one of its entries changed, read again to see that it is what was meant."""
    before, findings = parse_yaml(text, "", line_offset=lines_before)
    root = pieces_of(text) if not findings else None
    if findings or root is None or before is None:
        raise _unsound(findings)
    change = _at_entry(root, entry_id, wanted)
    splicer = Splicer(text)
    try:
        expected = changed(before.plain(), change)
        splicer.plan(root, change)
        after = apply(text, splicer.splices)
    except CannotSpliceError:
        raise _refusal(entry_id) from None
    mended, problems = parse_yaml(after, "")
    if problems or (mended.plain() if mended is not None else None) != expected:
        raise _refusal(entry_id)
    return after


def _unsound(findings: Sequence[Finding]) -> UsageError:
    where = f"line {findings[0].location.line}: {findings[0].message}" if findings else "it is empty"
    return UsageError(
        f"the file cannot be changed as it is: {where}", "Mend it first; `report check` tells how."
    )


def _no_entry(entry_id: str, count: int) -> UsageError:
    what = f"has {count} entries" if count else "has no entry"
    return UsageError(f"the file {what} with the id {entry_id!r}", "Look at the ids in it.")


def _refusal(entry_id: str) -> UsageError:
    named = f"the entry {entry_id!r}" if entry_id else "the file"
    return UsageError(
        f"{named} is written so that this cannot be changed in place", "Change it in an editor."
    )


def _tree(changes: Changes, order: tuple[str, ...]) -> Within:
    """Return changes by path as a tree of them.

    Raises:
        UsageError: A path is empty or lies below another, or a value cannot be written.
    """
    root: dict[str, Change] = {}
    nested: dict[tuple[str, ...], dict[str, Change]] = {(): root}
    for path, value in sorted(changes.items(), key=lambda item: len(item[0])):
        if not path:
            raise UsageError("a change names no field", "Name one.")
        for length in range(1, len(path)):
            above = nested[path[: length - 1]]
            if path[length - 1] in above and path[:length] not in nested:
                shown = ".".join(path[:length])
                raise UsageError(f"{shown} is changed as a whole and in part", "Change one of the two.")
            if path[:length] not in nested:
                nested[path[:length]] = {}
                above[path[length - 1]] = Within(nested[path[:length]])
        if isinstance(value, Removed):
            nested[path[:-1]][path[-1]] = Gone()
        else:
            as_read(value)
            nested[path[:-1]][path[-1]] = Whole(value)
    return Within(root, order)


def _at_entry(root: Piece, entry_id: str, wanted: Within) -> Change:
    """Return a change of an entry as one of the file.

    Raises:
        UsageError: There is no such entry, or there are two.
    """
    if not entry_id and isinstance(root, MappingPiece):
        return wanted
    entries = root.items if isinstance(root, SequencePiece) else ()
    found = [str(index) for index, entry in enumerate(entries) if entry_id and _id_of(entry) == entry_id]
    if len(found) != 1:
        raise _no_entry(entry_id, len(found))
    return Within({found[0]: wanted})


def _id_of(entry: Piece) -> str | None:
    place = entry.place_of("id") if isinstance(entry, MappingPiece) else None
    value = entry.values[place] if isinstance(entry, MappingPiece) and place is not None else None
    return value.text if isinstance(value, ScalarPiece) else None
