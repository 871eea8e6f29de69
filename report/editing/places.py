"""Where each value of a YAML text begins and ends, by the parser that the project reads with."""

import dataclasses
import re
from typing import Any

import yaml

from report.load.yaml_tree import NULLS


@dataclasses.dataclass(frozen=True, slots=True)
class Scalar:
    """A text of a YAML file, or nothing.

    Attributes:
        start: Its first character, a quotation mark included.
        end: Behind its last character; of a block, behind its last line.
        text: What it reads as; None for null.
        style: `"`, `'`, `|`, `>`, or "" for plain.
    """

    start: int
    end: int
    text: str | None
    style: str


@dataclasses.dataclass(frozen=True, slots=True)
class Sequence:
    """A list.

    Attributes:
        start: Its bracket, or its first dash.
        end: Behind its bracket, or behind its last entry.
        is_flow: Whether it stands between brackets.
        items: Its entries.
    """

    start: int
    end: int
    is_flow: bool
    items: "tuple[Piece, ...]"


@dataclasses.dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping.

    Attributes:
        start: Its bracket, or its first key.
        end: Behind its bracket, or behind its last value.
        is_flow: Whether it stands between brackets.
        keys: Its keys, as many as values.
        values: Its values.
    """

    start: int
    end: int
    is_flow: bool
    keys: tuple[Scalar, ...]
    values: "tuple[Piece, ...]"

    def place_of(self, key: str) -> int | None:
        """Return which of the keys reads so; None where none does."""
        return next((index for index, one in enumerate(self.keys) if (one.text or "") == key), None)


Piece = Scalar | Sequence | Mapping


def pieces_of(text: str) -> Piece | None:
    """Return the one document of a YAML text that is known to be sound; None where it is empty.

    The text has no byte order mark; offsets count characters of it, whatever its line ends are.
    """
    events = _Events(text)
    while not isinstance(events.event, yaml.DocumentStartEvent):
        if isinstance(events.event, yaml.StreamEndEvent):
            return None
        events.advance()
    events.advance()
    return _piece(events)


def entries_of(text: str) -> list[tuple[str | None, int, int]] | None:
    """Return the entries of a list of one entry a dash: the `id` of each, and where its lines begin and end.

    None where the text is something else. Of a large file, all but one entry need no more than this.

    Raises:
        yaml.YAMLError: It is no YAML.
    """
    events = _Events(text)
    while isinstance(events.event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
        events.advance()
    root = events.advance()
    start: Any = root.start_mark
    if not isinstance(root, yaml.SequenceStartEvent) or root.flow_style:
        return None
    column = start.column
    dash = re.compile(rf"(?:^|(?<=[\r\n])) {{{column}}}-(?=\s|\Z)")
    found: list[tuple[str | None, int]] = []
    behind = start.index - column
    while not isinstance(events.event, yaml.SequenceEndEvent):
        match = dash.search(text, behind)
        if match is None or match.start() > events.event.start_mark.index:
            return None
        name, behind = _skip_entry(events)
        found.append((name, match.start()))
        behind = max(behind, match.end())
    events.finish()
    ends = [start for _, start in found[1:]]
    return [(name, start, end) for (name, start), end in zip(found, [*ends, len(text)], strict=True)]


def _skip_entry(events: "_Events") -> tuple[str | None, int]:
    """Go past an entry; return its `id`, and where its last value or bracket ends."""
    name: str | None = None
    depth, count, is_id, end = 0, 0, False, events.event.start_mark.index
    is_mapping = isinstance(events.event, yaml.MappingStartEvent)
    while True:
        event = events.advance()
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            count += depth == 1
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        else:
            if depth == 1 and is_mapping and isinstance(event, yaml.ScalarEvent):
                # Keys and values take turns.
                name = event.value if count % 2 and is_id else name
                is_id = not count % 2 and event.value == "id"
                count += 1
            # A plain mapping or list of lines ends where the next thing begins: only texts tell where they end.
            end = event.end_mark.index
        if depth == 0:
            return name, end


class _Events:
    """The parser's events, one at a time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._next = yaml.CSafeLoader(text).get_event
        self.event: Any = self._next()

    def finish(self) -> None:
        """Go on to the end, so that whatever is wrong there is found."""
        while self.event is not None:
            self.event = self._next()

    def advance(self) -> Any:
        """Return the event at hand and go on to the next."""
        passed, self.event = self.event, self._next()
        return passed


def _piece(events: _Events) -> Piece:
    event = events.advance()
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(events, event)
    start, is_flow = event.start_mark.index, bool(event.flow_style)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(events.event, yaml.SequenceEndEvent):
            items.append(_piece(events))
        end = events.advance().end_mark.index
        return Sequence(start, end if is_flow else items[-1].end, is_flow, tuple(items))
    keys, values = [], []
    while not isinstance(events.event, yaml.MappingEndEvent):
        key = _piece(events)
        assert isinstance(key, Scalar)  # the project's reading refuses other keys
        keys.append(key)
        values.append(_piece(events))
    end = events.advance().end_mark.index
    if not is_flow:
        end = max(keys[-1].end, values[-1].end)
    return Mapping(start, end, is_flow, tuple(keys), tuple(values))


def _scalar(events: _Events, event: Any) -> Scalar:
    start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
    if style in ("|", ">"):
        head = events.text[start:end].split("\n", 1)[0].split("#", 1)[0]
        if "+" not in head:
            # Blank lines below a block that does not keep them are none of it.
            end = start + len(events.text[start:end].rstrip(" \t\r\n"))
    return Scalar(start, end, None if event.value in NULLS and not style else event.value, style)
