"""Which stretches of a YAML text give way to what, so that all the rest of it stays byte for byte."""

import dataclasses
import difflib
import json
import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence as AnySequence

from report.editing.changes import CannotSpliceError, Change, Gone, Whole, Within, numbered, value_of
from report.editing.lines import Lines, Splice
from report.editing.places import Mapping, Piece, Scalar, Sequence
from report.editing.wording import (
    Value,
    as_read,
    double_quoted,
    flow,
    is_plain,
    is_taken_for_other,
    key_text,
    literal,
    single_quoted,
)


@dataclasses.dataclass(frozen=True)
class _Spot:
    """Where a value stands.

    Attributes:
        anchor: Behind the colon or dash that the value belongs to; None for the whole document.
        column: From 0, of the keys or dashes among which it stands.
        in_flow: Whether that is between brackets.
    """

    anchor: int | None
    column: int
    in_flow: bool


class Splicer:
    """Plans the splices of one text."""

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.text = text

    @property
    def splices(self) -> tuple[Splice, ...]:
        """What has been planned."""
        return tuple(self.lines.splices)

    def plan(self, root: Piece, change: Change) -> None:
        """Plan a change of the whole document."""
        self._change(root, change, _Spot(None, 0, in_flow=False))

    def _change(self, piece: Piece, change: Change, spot: _Spot) -> None:
        if isinstance(change, Whole):
            self._become(piece, change.value, spot)
        elif isinstance(change, Within):
            if isinstance(piece, Mapping):
                self._change_mapping(piece, change, spot)
            elif isinstance(piece, Sequence):
                self._change_sequence(piece, change, spot)
            elif piece.text is None:
                self._become(piece, value_of(change), spot)
            else:
                raise CannotSpliceError

    def _become(self, piece: Piece, value: Value, spot: _Spot) -> None:
        if plain(piece) == as_read(value):
            return
        if isinstance(piece, Mapping) and isinstance(value, AnyMapping) and value:
            below: dict[str, Change] = {(key.text or ""): Gone() for key in piece.keys}
            below.update((str(key), Whole(one)) for key, one in value.items())
            self._change_mapping(piece, Within(below, tuple(map(str, value))), spot)
        elif (
            isinstance(piece, Sequence)
            and not isinstance(value, str)
            and isinstance(value, AnySequence)
            and value
        ):
            self._change_items(piece, list(value), spot)
        elif isinstance(piece, Scalar) and not isinstance(value, AnyMapping | list | tuple):
            self._rewrite(piece, value, spot)
        else:
            self._replace(piece, flow(value, in_flow=spot.in_flow), spot)

    # Scalars

    def _rewrite(self, piece: Scalar, value: Value, spot: _Spot) -> None:
        """Put one scalar in place of another, in the same quotes where they can hold it."""
        new = as_read(value)
        if not isinstance(new, str) or not isinstance(value, str):
            written = str(new) if new is not None else "null"
            if piece.style in ("'", '"') and new is not None:
                written = f"{piece.style}{written}{piece.style}"
            self._replace(piece, written, spot)
            return
        self._replace(piece, self._styled(piece, new, spot), spot)

    def _styled(self, piece: Scalar, new: str, spot: _Spot) -> str:
        if piece.style == '"':
            return double_quoted(new)
        if piece.style == "'":
            return single_quoted(new) or double_quoted(new)
        if piece.style:
            return self._block(piece, new, spot) or double_quoted(new)
        if "\n" in new and not spot.in_flow and spot.anchor is not None and self._is_last_on_line(piece):
            # What follows a null without any text belongs to the line of its key, and so does the block's sign.
            return literal(new, spot.column + 2, self.lines.line_end) or double_quoted(new)
        was_other = piece.text is not None and is_taken_for_other(piece.text)
        if is_plain(new, in_flow=spot.in_flow) and (was_other or not is_taken_for_other(new)):
            return new
        return double_quoted(new)

    def _block(self, piece: Scalar, new: str, spot: _Spot) -> str | None:
        """Return a block in place of another, with the indentation and the comment that it has."""
        head, _, body = re.sub(r"\r\n?", "\n", self.text[piece.start : piece.end]).partition("\n")
        first = next((line for line in body.split("\n") if line.strip()), "")
        indent = len(first) - len(first.lstrip(" ")) or spot.column + 2
        comment = re.search(r"\s+#.*", head)
        written = literal(new, indent, self.lines.line_end, comment=comment.group() if comment else "")
        if written is None or "\n" in new.removesuffix("\n") or piece.style == "|":
            return written
        return ">" + written[1:]

    def _is_last_on_line(self, piece: Scalar) -> bool:
        return not self.text[piece.end : self.lines.line_end_of(piece.end)].strip()

    def _replace(self, piece: Piece, written: str, spot: _Spot) -> None:
        """Put a text in place of a value."""
        if isinstance(piece, Scalar) and piece.start == piece.end:
            self._fill(piece, written, spot)
            return
        is_block = not isinstance(piece, Scalar) and not piece.is_flow
        end = piece.end
        if isinstance(piece, Scalar) and self.text[piece.start : end].endswith(("\n", "\r")):
            # A block that keeps the blank lines below it: they go, its last line's end stays.
            end -= 2 if self.text[piece.start : end].endswith("\r\n") else 1
        starts_line = self.lines.starts_line(piece.start)
        if is_block and starts_line and spot.anchor is not None:
            self.lines.cut_lines(piece.start, end)
            self.lines.put(spot.anchor, " " + written)
        else:
            # A block with its last line's end needs one, also at the end of the file.
            if written.startswith(("|", ">")) and end == len(self.text) and not written[1:].startswith("-"):
                written += self.lines.line_end
            self.lines.cut(piece.start, end, written)

    def _fill(self, piece: Scalar, written: str, spot: _Spot) -> None:
        """Write a value where a key or a dash has none."""
        at = piece.start if spot.anchor is None else spot.anchor
        if spot.anchor is not None and self.text[at - 1 : at] not in (":", "-"):
            written = ": " + written  # a key between brackets, without its colon
        elif at and not self.text[at - 1].isspace():
            written = " " + written
        self.lines.put(at, written)

    # Mappings

    def _change_mapping(self, piece: Mapping, change: Within, spot: _Spot) -> None:
        wanted = dict(change.changes)
        own = {(key.text or ""): index for index, key in enumerate(piece.keys)}
        gone = {own[key] for key, one in wanted.items() if isinstance(one, Gone) and key in own}
        new = [key for key, one in wanted.items() if key not in own and not isinstance(one, Gone)]
        if len(gone) == len(piece.keys):
            kept = {key: value_of(wanted[key]) for key in new}
            self._replace(piece, flow(kept, in_flow=spot.in_flow), spot)
            return
        inner = _Spot(None, self.lines.column(piece.start), in_flow=piece.is_flow or spot.in_flow)
        # `[a: 1]` holds a mapping without brackets of its own.
        is_bare = piece.is_flow and self.text[piece.start] != "{"
        if is_bare:
            self.lines.put(piece.start, "{")
        for key, index in own.items():
            if key in wanted and index not in gone:
                place = dataclasses.replace(inner, anchor=self._behind_colon(piece, index))
                self._change(piece.values[index], wanted[key], place)
        if piece.is_flow:
            spans = [
                (key.start, max(key.end, value.end))
                for key, value in zip(piece.keys, piece.values, strict=True)
            ]
            self.lines.drop_from_flow(spans, gone)
        else:
            self.lines.drop_lines(
                [key.start for key in piece.keys], [value.end for value in piece.values], gone
            )
        for key in self._in_order(new, change.order):
            self._add_key(piece, key, value_of(wanted[key]), (change.order, own, gone))
        if is_bare:
            self.lines.put(piece.end, "}")

    @staticmethod
    def _in_order(new: list[str], order: tuple[str, ...]) -> list[str]:
        return sorted(new, key=lambda key: order.index(key) if key in order else len(order))

    def _add_key(
        self,
        piece: Mapping,
        key: str,
        value: Value,
        standing: tuple[tuple[str, ...], AnyMapping[str, int], set[int]],
    ) -> None:
        """Put a key behind the nearest that stands before it in order, else behind the last."""
        order, own, gone = standing
        before = order[: order.index(key)] if key in order else ()
        after = next((own[name] for name in reversed(before) if name in own and own[name] not in gone), None)
        if after is None:
            after = max((index for index in range(len(piece.keys)) if index not in gone), default=None)
        if piece.is_flow:
            written = f"{key_text(key)}: {flow(value, in_flow=True)}"
            if after is None:
                self.lines.put(piece.start + 1, written)
            else:
                self.lines.put(max(piece.keys[after].end, piece.values[after].end), f", {written}")
            return
        assert after is not None  # a block has at least one key that stays
        column = self.lines.column(piece.start)
        block = (
            literal(value, column + 2, self.lines.line_end)
            if isinstance(value, str) and "\n" in value
            else None
        )
        self.lines.put_line(
            max(piece.keys[after].end, piece.values[after].end),
            " " * column + f"{key_text(key)}: {block or flow(value, in_flow=False)}",
        )

    def _behind_colon(self, piece: Mapping, index: int) -> int:
        """Return where a value may be written; behind the key where it has no colon, between brackets."""
        end, value = piece.keys[index].end, piece.values[index]
        match = re.compile(r"\s*:").match(self.text, end)
        has_colon = match is not None and match.end() <= max(value.start, end)
        return match.end() if match is not None and has_colon else end

    # Lists

    def _change_sequence(self, piece: Sequence, change: Within, spot: _Spot) -> None:
        """Change entries by their numbers; the one after the last is added."""
        count = len(piece.items)
        wanted = numbered(change.changes, count)
        gone = {number for number, one in wanted.items() if isinstance(one, Gone) and number < count}
        new = [
            value_of(one)
            for number, one in sorted(wanted.items())
            if number >= count and not isinstance(one, Gone)
        ]
        kept = {number: one for number, one in wanted.items() if number < count and number not in gone}
        self._change_entries(piece, kept, gone, {count: new}, spot)

    def _change_items(self, piece: Sequence, new: list[Value], spot: _Spot) -> None:
        """Make a list another, entry by entry: those that stay are not touched."""
        before = [json.dumps(plain(item)) for item in piece.items]
        after = [json.dumps(as_read(value)) for value in new]
        changed: dict[int, Change] = {}
        gone: set[int] = set()
        added: dict[int, list[Value]] = {}
        for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            paired = min(i2 - i1, j2 - j1)
            changed.update((i1 + step, Whole(new[j1 + step])) for step in range(paired))
            gone.update(range(i1 + paired, i2))
            if j1 + paired < j2:
                added[i1 + paired] = new[j1 + paired : j2]
        self._change_entries(piece, changed, gone, added, spot)

    def _change_entries(
        self,
        piece: Sequence,
        changed: AnyMapping[int, Change],
        gone: set[int],
        added: AnyMapping[int, list[Value]],
        spot: _Spot,
    ) -> None:
        """Change, remove and add entries; `added` holds what comes before the entry of a number."""
        if len(gone) == len(piece.items):
            every = [value for number in sorted(added) for value in added[number]]
            self._replace(piece, flow(every, in_flow=spot.in_flow), spot)
            return
        column = self.lines.column(piece.start)
        dashes = [] if piece.is_flow else self._dashes(piece, column)
        for number, change in changed.items():
            anchor = piece.items[number].start if piece.is_flow else dashes[number] + 1
            in_flow = piece.is_flow or spot.in_flow
            self._change(piece.items[number], change, _Spot(anchor, column, in_flow=in_flow))
        if piece.is_flow:
            self.lines.drop_from_flow([(item.start, item.end) for item in piece.items], gone)
        else:
            self.lines.drop_lines(dashes, [item.end for item in piece.items], gone)
        for number, values in added.items():
            for value in values:
                self._add_item(piece, number, value, dashes)

    def _add_item(self, piece: Sequence, number: int, value: Value, dashes: list[int]) -> None:
        if piece.is_flow:
            written = flow(value, in_flow=True)
            if number == 0:
                self.lines.put(piece.items[0].start, f"{written}, ")
            else:
                self.lines.put(piece.items[number - 1].end, f", {written}")
            return
        column = self.lines.column(piece.start)
        pattern = piece.items[max(number - 1, 0)]
        lines = [f"- {flow(value, in_flow=False)}"]
        if isinstance(pattern, Mapping) and not pattern.is_flow and isinstance(value, AnyMapping) and value:
            # As its neighbour is written: a key a line.
            lines = [f"  {key_text(key)}: {flow(below, in_flow=False)}" for key, below in value.items()]
            lines[0] = f"- {lines[0][2:]}"
        if number == 0:
            self.lines.put(dashes[0], (self.lines.line_end + " " * column).join([*lines, ""]))
        else:
            indented = (self.lines.line_end + " " * column).join(lines)
            self.lines.put_line(
                max(dashes[number - 1] + 1, piece.items[number - 1].end), " " * column + indented
            )

    def _dashes(self, piece: Sequence, column: int) -> list[int]:
        """Return where each entry's dash is: the first begins the list, the others a line of the same column."""
        dash = re.compile(rf"(?:^|(?<=[\r\n])) {{{column}}}(-)(?=\s|\Z)")
        dashes, end = [piece.start], max(piece.start + 1, piece.items[0].end)
        for item in piece.items[1:]:
            found = dash.search(self.text, end)
            if found is None or found.start(1) > item.start:
                raise CannotSpliceError
            dashes.append(found.start(1))
            end = max(found.end(), item.end)
        return dashes


def plain(piece: Piece) -> object:
    """Return what a piece reads as: dicts, lists, texts and None."""
    if isinstance(piece, Scalar):
        return piece.text
    if isinstance(piece, Sequence):
        return [plain(item) for item in piece.items]
    return {(key.text or ""): plain(value) for key, value in zip(piece.keys, piece.values, strict=True)}
