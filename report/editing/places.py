"""Where each value of a YAML text begins and ends, by the parser that the project reads with."""

import dataclasses
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


class _Events:
    """The parser's events, one at a time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._next = yaml.CSafeLoader(text).get_event
        self.event: Any = self._next()

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
