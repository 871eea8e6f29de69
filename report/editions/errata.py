"""Which changes between two editions are mistakes mended (勘误), and which the world moving on (更新).

An item is an erratum where an edition that mends a mistake changed it, and changed what is different still:
what came and went in between concerns nobody who holds the older edition. What time alone brings, a fact
that became known or came into force on the day it always named, is no mistake in any edition.
"""

import collections
import datetime
import functools
from collections.abc import Iterator, Sequence

from report.editions.alignment import find_moved
from report.editions.difference import Correction
from report.editions.record import Edition, FactState, KeyPointState, SectionState
from report.editions.values import fact_changes, trigger_changes

# One thing about an item that can change: its presence, a field of it, a block of its text.
Aspect = tuple[str, ...]
_PRESENCE: Aspect = ("presence",)
_PLACE: Aspect = ("place",)


class Errata:
    """Answers, of each item that changed between two editions, whether an erratum changed it."""

    def __init__(self, old: Edition, new: Edition, between: Sequence[Edition]) -> None:
        """Take the editions in any order; those that are not between the two are passed over."""
        inner = {item.number: item for item in between if old.number < item.number < new.number}
        self._editions = (old, *(inner[number] for number in sorted(inner)), new)
        self._net = _Step(old, new)
        pairs = zip(self._editions, self._editions[1:], strict=False)
        self._steps = [_Step(before, after) for before, after in pairs if after.is_erratum]

    def corrections(self) -> tuple[Correction, ...]:
        """Return the errata after the older edition, oldest first."""
        return tuple(
            Correction(item.number, item.released_on, item.reason)
            for item in self._editions[1:]
            if item.is_erratum
        )

    def has_fact(self, fact_id: str) -> bool:
        """Return whether an erratum changed a fact."""
        return any(step.fact(fact_id) & self._net.fact(fact_id) for step in self._steps)

    def fields_of(self, fact_id: str) -> frozenset[str]:
        """Return which of a fact's fields an erratum changed."""
        net = self._net.fact(fact_id)
        return frozenset(field for step in self._steps for field, *_ in step.fact(fact_id) & net)

    def has_trigger(self, trigger_id: str) -> bool:
        """Return whether an erratum changed a trigger."""
        return any(step.trigger(trigger_id) & self._net.trigger(trigger_id) for step in self._steps)

    def has_section(self, section_id: str) -> bool:
        """Return whether an erratum changed a section."""
        return any(step.section(section_id) & self._net.section(section_id) for step in self._steps)

    def has_source(self, source_id: str) -> bool:
        """Return whether an erratum changed an entry of the references."""
        return any(step.source(source_id) & self._net.source(source_id) for step in self._steps)

    def has_key_point(self, old: KeyPointState | None, new: KeyPointState | None) -> bool:
        """Return whether an erratum made a key point what it is, or ended what it was."""
        wanted = {state for state in (old, new) if state is not None}
        return any(step.key_points & wanted for step in self._steps)

    def has_title(self) -> bool:
        """Return whether an erratum changed the title to what it is, or from what it was."""
        wanted = {self._net.before.title, self._net.after.title}
        return any(
            step.before.title != step.after.title and {step.before.title, step.after.title} & wanted
            for step in self._steps
        )


class _Step:
    """Two editions, and what of each item differs between them."""

    def __init__(self, before: Edition, after: Edition) -> None:
        self.before, self.after = before, after

    def fact(self, fact_id: str) -> frozenset[Aspect]:
        old, new = self.before.facts.get(fact_id), self.after.facts.get(fact_id)
        if old is not None and new is not None:
            own = ((change.field,) for change in fact_changes(old, new))
            return frozenset(own) - _brought_by_time(old, new)
        if new is not None and is_newly_known(new, self.before.as_of):
            return frozenset()
        return frozenset({_PRESENCE} if old is not new else ())

    def trigger(self, trigger_id: str) -> frozenset[Aspect]:
        old, new = self.before.triggers.get(trigger_id), self.after.triggers.get(trigger_id)
        if old is not None and new is not None:
            return frozenset((change.field,) for change in trigger_changes(old, new))
        return frozenset({_PRESENCE} if old is not new else ())

    def source(self, source_id: str) -> frozenset[Aspect]:
        old, new = self.before.sources.get(source_id), self.after.sources.get(source_id)
        if old == new:
            return frozenset()
        return frozenset(("entry", text) for text in (old, new) if text is not None)

    def section(self, section_id: str) -> frozenset[Aspect]:
        old_sections, new_sections = self._sections
        old, new = old_sections.get(section_id), new_sections.get(section_id)
        if old is None or new is None:
            return frozenset({_PRESENCE} if old is not new else ())
        aspects = set(_aspects(old)) ^ set(_aspects(new))
        aspects |= {("moved", text) for text in find_moved(old.paragraphs, new.paragraphs)}
        return frozenset({*aspects, _PLACE} if section_id in self._moved else aspects)

    @functools.cached_property
    def key_points(self) -> frozenset[KeyPointState]:
        """The key points that came, went or were moved."""
        old, new = self.before.key_points, self.after.key_points
        moved = find_moved([item.text for item in old], [item.text for item in new])
        return (frozenset(old) ^ frozenset(new)) | {item for item in new if item.text in moved}

    @functools.cached_property
    def _sections(self) -> tuple[dict[str, SectionState], dict[str, SectionState]]:
        old, new = ({item.id: item for item in edition.sections} for edition in (self.before, self.after))
        return old, new

    @functools.cached_property
    def _moved(self) -> frozenset[str]:
        return find_moved(*(list(sections) for sections in self._sections))


def is_newly_known(fact: FactState, day: datetime.date) -> bool:
    """Return whether a fact came to be known after a day, rather than being told late."""
    return fact.known_since is not None and fact.known_since > day


def _brought_by_time(old: FactState, new: FactState) -> frozenset[Aspect]:
    is_as_announced = (old.dates, old.valid) == (new.dates, new.valid)
    return frozenset({("in_force",)} if is_as_announced else ())


def _aspects(section: SectionState) -> Iterator[Aspect]:
    yield ("title", section.title)
    counts: collections.Counter[str] = collections.Counter()
    for text in section.paragraphs:
        counts[text] += 1
        yield ("block", text, str(counts[text]))
