"""What proofreading finds."""

import dataclasses
import enum


class Kind(enum.Enum):
    """What is wrong with a mark."""

    WIDTH = enum.auto()
    QUOTE = enum.auto()
    DASH = enum.auto()
    ELLIPSIS = enum.auto()
    SPACE = enum.auto()


@dataclasses.dataclass(frozen=True, slots=True)
class Slip:
    """A mark that is typed wrong.

    Attributes:
        kind: What is wrong.
        start: Where it begins in the text.
        end: Where it ends.
        text: What belongs there; None where only a person can say.
        what: What is wrong, in a few words.
        hint: What to do.
        read_as: What the later checks read in its place, repeated to its length; empty for what is there.
    """

    kind: Kind
    start: int
    end: int
    text: str | None
    what: str
    hint: str
    read_as: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class NumberRange:
    """The sign between the numbers of a range, such as that of 2–32天.

    Attributes:
        start: Where the sign begins.
        end: Where it ends.
        sign: What is typed.
        is_of_time: Whether it is a range of years, months or days, which takes a — too.
        shown: The range as it is typed.
    """

    start: int
    end: int
    sign: str
    is_of_time: bool
    shown: str


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """What proofreading a text found: slips in order, and its ranges, which are compared over a briefing."""

    slips: tuple[Slip, ...]
    ranges: tuple[NumberRange, ...]
