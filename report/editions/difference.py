"""What changed between two editions, item by item, each with its weight.

- 结论改变 (conclusion): a key point's text; the status, force, retraction, supersession or absence of a fact
  that a key point rests on; a trigger that flipped.
- 事实改变 (fact): any other change of a fact, a trigger or what a key point rests on; text that came or went as
  a whole paragraph, and references that came or went; text whose numbers, Latin words or negations changed,
  or that shows a changed fact.
- 编辑性 (editorial): what is left is wording, order, titles, where a paragraph ends, and the form of a
  reference.

The rule for text is on purpose the strict one: no program can tell a change of meaning from one of wording,
so only what touches nothing countable is called editorial.
"""

import dataclasses
import datetime
import enum
from collections.abc import Iterator

from report.editions.alignment import Block
from report.editions.record import Edition, FactState, KeyPointState, TriggerState
from report.editions.redline import Piece


class Weight(enum.StrEnum):
    """How much a change matters, the gravest first."""

    CONCLUSION = "conclusion"
    FACT = "fact"
    EDITORIAL = "editorial"


class Event(enum.StrEnum):
    """What happened to a fact, key point, trigger or section."""

    ADDED = "added"
    NEWLY_KNOWN = "newly_known"
    REMOVED = "removed"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"
    NEWLY_IN_FORCE = "newly_in_force"
    NO_LONGER_IN_FORCE = "no_longer_in_force"
    STATUS = "status"
    FLIPPED = "flipped"
    CHANGED = "changed"
    MOVED = "moved"


@dataclasses.dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that changed, as the editions record it (dates in EDTF); empty where there is none.

    Attributes:
        field: `status`, `label`, `jurisdiction`, `dates.effective`, `attrs.age_min`, `sources`, `in_force`,
            `superseded_by`, `contradicts` …, or a derived value such as `days_between`, as printed.
    """

    field: str
    old: str
    new: str


@dataclasses.dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that changed; one that an erratum mended and to which more happened changed twice.

    Attributes:
        id: The fact's.
        events: What happened, the chief thing first.
        fields: In a fixed order; empty where the fact was added or removed.
        old: None where it was added.
        new: None where it was removed.
        sections: Where it shows, in the newer edition or, where it was removed, the older.
        weight: How much it matters.
        is_erratum: 勘误, our own mistake mended; else 更新.
    """

    id: str
    events: tuple[Event, ...]
    fields: tuple[FieldChange, ...]
    old: FactState | None
    new: FactState | None
    sections: tuple[str, ...]
    weight: Weight
    is_erratum: bool = False

    @property
    def state(self) -> FactState:
        """The fact as it is now, or as it was last."""
        state = self.new or self.old
        assert state is not None, "a change is of something"
        return state


@dataclasses.dataclass(frozen=True, slots=True)
class KeyPointChange:
    """A key point that changed; `pieces` is the redline of its text, `index` its place, from 1."""

    index: int
    event: Event
    old: KeyPointState | None
    new: KeyPointState | None
    pieces: tuple[Piece, ...]
    weight: Weight
    is_erratum: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class TriggerChange:
    """A trigger that changed."""

    id: str
    event: Event
    fields: tuple[FieldChange, ...]
    old: TriggerState | None
    new: TriggerState | None
    weight: Weight
    is_erratum: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SectionChange:
    """A section that changed.

    Attributes:
        id: The section's.
        events: Added, removed, moved, changed.
        title: The redline of its title.
        blocks: All its blocks in reading order, those of the older edition where they stood; the unchanged
            ones too, so that a redline view can show them.
        weight: How much it matters.
        is_erratum: 勘误, our own mistake mended; else 更新.
    """

    id: str
    events: tuple[Event, ...]
    title: tuple[Piece, ...]
    blocks: tuple[Block, ...]
    weight: Weight
    is_erratum: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class TextChange:
    """The briefing's title (`id` is `title`) or a reference's entry (`id` is the source's) that changed."""

    id: str
    event: Event
    pieces: tuple[Piece, ...]
    weight: Weight = Weight.EDITORIAL
    is_erratum: bool = False


Change = FactChange | KeyPointChange | TriggerChange | SectionChange | TextChange


@dataclasses.dataclass(frozen=True, slots=True)
class Correction:
    """An edition between the two that mends a mistake of the publisher's own, and what the mistake was."""

    number: int
    released_on: datetime.date
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two editions.

    Attributes:
        old: The older edition.
        new: The newer one.
        title: The briefing's title, where it changed.
        key_points: In their order, the removed ones last.
        triggers: By id.
        facts: In the order of the timeline.
        sections: In reading order, the removed ones last.
        sources: Of the references, by id.
        corrections: The errata after the older edition, oldest first.
    """

    old: Edition
    new: Edition
    title: TextChange | None = None
    key_points: tuple[KeyPointChange, ...] = ()
    triggers: tuple[TriggerChange, ...] = ()
    facts: tuple[FactChange, ...] = ()
    sections: tuple[SectionChange, ...] = ()
    sources: tuple[TextChange, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def __iter__(self) -> Iterator[Change]:
        """Yield every item: key points, triggers, facts, sections, the title, sources."""
        yield from self.key_points
        yield from self.triggers
        yield from self.facts
        yield from self.sections
        if self.title is not None:
            yield self.title
        yield from self.sources

    def __bool__(self) -> bool:
        """Return whether anything changed."""
        return next(iter(self), None) is not None

    @property
    def weight(self) -> Weight | None:
        """The gravest of the items' weights; None where nothing changed."""
        found = {item.weight for item in self}
        return next((weight for weight in Weight if weight in found), None)
