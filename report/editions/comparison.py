"""Compares two editions: what changed, and how much each change matters (`report.editions.difference`).

The difference is net: what went and came back between the two is none. Only what an edition records for its
readers is compared; a new as-of date that changes nothing else changes nothing.
"""

import collections
import datetime
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence

from report.editions.alignment import Block, align, find_moved
from report.editions.difference import (
    Changes,
    Event,
    FactChange,
    FieldChange,
    KeyPointChange,
    SectionChange,
    TextChange,
    TriggerChange,
    Weight,
)
from report.editions.errata import Errata, is_newly_known
from report.editions.record import Edition, FactState, KeyPointState, SectionState, TriggerState
from report.editions.redline import countable, redline
from report.editions.values import fact_changes, trigger_changes
from report.facts.dates import FactDate, parse_date

KEY_POINTS = "key-points"
RETRACTED = "retracted"
# A value of one character, such as 是, stands in any text.
_TELLING = 2

# What each event says already; what else changed is told as a change.
_SAID_BY = {
    Event.RETRACTED: "status",
    Event.STATUS: "status",
    Event.SUPERSEDED: "superseded_by",
    Event.NEWLY_IN_FORCE: "in_force",
    Event.NO_LONGER_IN_FORCE: "in_force",
}
_STANDING = frozenset(_SAID_BY.values())


def compare(old: Edition, new: Edition, between: Sequence[Edition] = ()) -> Changes:
    """Return what changed from an edition to a later one.

    Args:
        old: The edition that a reader holds.
        new: The edition that takes its place, or would.
        between: The editions after `old`, of which `new` may be one; what an erratum among them changed is
            an erratum here.
    """
    return _Comparison(old, new, between).changes()


class _Comparison:
    """Compares two editions, kind by kind."""

    def __init__(self, old: Edition, new: Edition, between: Sequence[Edition]) -> None:
        self.old, self.new = old, new
        self.errata = Errata(old, new, between)
        self.resting = [_facts_below_key_points(edition) for edition in (old, new)]

    def changes(self) -> Changes:
        facts = tuple(self.facts())
        return Changes(
            self.old,
            self.new,
            title=self.title(),
            key_points=tuple(self.key_points()),
            triggers=tuple(self.triggers()),
            facts=facts,
            sections=tuple(self.sections(facts)),
            sources=tuple(self.sources()),
            corrections=self.errata.corrections(),
        )

    def facts(self) -> Iterator[FactChange]:
        """Yield the facts that changed, in the order of the timeline."""
        found: list[FactChange] = []
        for name in self.old.facts.keys() | self.new.facts.keys():
            found += self.fact(name, self.old.facts.get(name), self.new.facts.get(name))
        yield from sorted(found, key=_timeline_order)

    def fact(self, name: str, old: FactState | None, new: FactState | None) -> Iterator[FactChange]:
        """Yield what changed of a fact: what errata mended apart from what else happened to it."""
        if old == new:
            return
        if old is None or new is None:
            yield self.fact_change(name, old, new, (), is_erratum=self.errata.has_fact(name))
            return
        mended = self.errata.fields_of(name)
        fields = fact_changes(old, new)
        for is_erratum in (True, False):
            own = tuple(item for item in fields if (item.field in mended) is is_erratum)
            if own:
                yield self.fact_change(name, old, new, own, is_erratum=is_erratum)

    def fact_change(
        self,
        name: str,
        old: FactState | None,
        new: FactState | None,
        fields: tuple[FieldChange, ...],
        *,
        is_erratum: bool,
    ) -> FactChange:
        events = _fact_events(old, new, fields, self.old.as_of, self.new.as_of)
        state = new or old
        assert state is not None, "one of the two differs from nothing"
        return FactChange(
            id=name,
            events=events,
            fields=fields,
            old=old,
            new=new,
            sections=state.sections,
            weight=self.fact_weight(name, events, fields),
            is_erratum=is_erratum,
        )

    def fact_weight(self, name: str, events: Sequence[Event], fields: Sequence[FieldChange]) -> Weight:
        before, after = self.resting
        if events[0] in (Event.ADDED, Event.NEWLY_KNOWN):
            # Where a key point that is new rests on it, the key point is the news.
            is_grave = name in before
        else:
            is_standing = events[0] is Event.REMOVED or any(item.field in _STANDING for item in fields)
            is_grave = is_standing and (name in before or name in after)
        return Weight.CONCLUSION if is_grave else Weight.FACT

    def key_points(self) -> Iterator[KeyPointChange]:
        """Yield the key points that changed, those that are gone last."""
        old, new = self.old.key_points, self.new.key_points
        if old == new:
            return
        places: dict[str, collections.deque[int]] = {}
        for index, point in enumerate(old):
            places.setdefault(point.text, collections.deque()).append(index)
        index = 0
        gone = []
        blocks = align([point.text for point in old], [point.text for point in new], self.new.lang)
        for block in _with_replaced(blocks):
            origin = places[block.old].popleft() if block.kind != "added" else None
            if block.kind == "removed":
                assert origin is not None, "what was removed was there"
                gone.append(self.key_point(origin + 1, block, old[origin], None))
                continue
            change = self.key_point(index + 1, block, None if origin is None else old[origin], new[index])
            index += 1
            if block.kind == "moved" or change.old != change.new:
                yield change
        yield from gone

    def key_point(
        self, index: int, block: Block, old: KeyPointState | None, new: KeyPointState | None
    ) -> KeyPointChange:
        if old is None or new is None:
            event, weight = (Event.ADDED if old is None else Event.REMOVED), Weight.CONCLUSION
        elif old.text != new.text:
            event, weight = Event.CHANGED, Weight.CONCLUSION
        elif old.facts != new.facts:
            event, weight = Event.CHANGED, Weight.FACT
        else:
            event, weight = (Event.MOVED if block.kind == "moved" else Event.CHANGED), Weight.EDITORIAL
        is_erratum = self.errata.has_key_point(old, new)
        return KeyPointChange(index, event, old, new, block.pieces, weight, is_erratum)

    def triggers(self) -> Iterator[TriggerChange]:
        """Yield the triggers that changed, by id."""
        for name in sorted(self.old.triggers.keys() | self.new.triggers.keys()):
            old, new = self.old.triggers.get(name), self.new.triggers.get(name)
            if old != new:
                yield self.trigger(name, old, new)

    def trigger(self, name: str, old: TriggerState | None, new: TriggerState | None) -> TriggerChange:
        fields = trigger_changes(old, new) if old and new else ()
        event, weight = Event.CHANGED, Weight.FACT
        if old is None or new is None:
            event = Event.ADDED if old is None else Event.REMOVED
        elif old.state != new.state:
            event, weight = Event.FLIPPED, Weight.CONCLUSION
        return TriggerChange(name, event, fields, old, new, weight, self.errata.has_trigger(name))

    def sections(self, facts: Sequence[FactChange]) -> Iterator[SectionChange]:
        """Yield the sections that changed, in reading order, those that are gone last."""
        old = {section.id: section for section in self.old.sections}
        new = {section.id: section for section in self.new.sections}
        moved = find_moved(list(old), list(new))
        values = _values_by_section(facts)
        for name in dict.fromkeys((*new, *old)):
            before, after = old.get(name), new.get(name)
            if before is None or after is None or name in moved or _text_of(before) != _text_of(after):
                yield self.section(before, after, name in moved, values.get(name, frozenset()))

    def section(
        self, old: SectionState | None, new: SectionState | None, is_moved: bool, values: Collection[str]
    ) -> SectionChange:
        lang = self.new.lang
        section = new or old
        assert section is not None, "one of the two is there"
        title = redline(old.title if old else "", new.title if new else "", lang)
        blocks = align(old.paragraphs if old else (), new.paragraphs if new else (), lang)
        events = [Event.MOVED] if is_moved else []
        if old is None or new is None:
            events, weight = [Event.ADDED if old is None else Event.REMOVED], Weight.FACT
        elif _text_of(old) != _text_of(new):
            events.insert(0, Event.CHANGED)
            weight = _section_weight(old, new, blocks, values)
        else:
            weight = Weight.EDITORIAL
        is_erratum = self.errata.has_section(section.id)
        return SectionChange(section.id, tuple(events), title, blocks, weight, is_erratum)

    def title(self) -> TextChange | None:
        """Return what became of the briefing's title."""
        old, new = self.old.title, self.new.title
        if old == new:
            return None
        pieces = redline(old, new, self.new.lang)
        return TextChange("title", Event.CHANGED, pieces, _text_weight(old, new), self.errata.has_title())

    def sources(self) -> Iterator[TextChange]:
        """Yield the entries of the references that changed, by id."""
        for name in sorted(self.old.sources.keys() | self.new.sources.keys()):
            old, new = self.old.sources.get(name), self.new.sources.get(name)
            if old == new:
                continue
            event, weight = Event.CHANGED, Weight.EDITORIAL
            if old is None or new is None:
                event, weight = (Event.ADDED if old is None else Event.REMOVED), Weight.FACT
            pieces = redline(old or "", new or "", self.new.lang)
            yield TextChange(name, event, pieces, weight, self.errata.has_source(name))


def _with_replaced(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield key points; as many as were removed in a place where as many were added are taken for rewritten."""
    for is_either, run in itertools.groupby(blocks, lambda block: block.kind in ("removed", "added")):
        group = list(run)
        gone = [block for block in group if block.kind == "removed"]
        come = [block for block in group if block.kind == "added"]
        if is_either and len(gone) == len(come):
            yield from (Block("changed", a.pieces + b.pieces) for a, b in zip(gone, come, strict=True))
        else:
            yield from group


def _facts_below_key_points(edition: Edition) -> frozenset[str]:
    """Return the ids of the facts that key points name or print."""
    named = {name for point in edition.key_points for name in point.facts}
    printed = {name for name, fact in edition.facts.items() if KEY_POINTS in fact.sections}
    return frozenset(named | printed)


def _fact_events(
    old: FactState | None,
    new: FactState | None,
    fields: Sequence[FieldChange],
    before_on: datetime.date,
    after_on: datetime.date,
) -> tuple[Event, ...]:
    """Return what happened to some fields of a fact between two as-of dates, the chief thing first."""
    if new is None:
        return (Event.REMOVED,)
    if old is None:
        return (Event.NEWLY_KNOWN if is_newly_known(new, before_on) else Event.ADDED,)
    events = []
    changed = {item.field for item in fields}
    if "status" in changed:
        events.append(Event.RETRACTED if new.status == RETRACTED else Event.STATUS)
    if new.superseded_by and "superseded_by" in changed:
        events.append(Event.SUPERSEDED)
    if "in_force" in changed:
        events += _force_events(old, new, before_on, after_on)
    said = {_SAID_BY[event] for event in events}
    if changed - said:
        events.append(Event.CHANGED)
    return tuple(sorted(events, key=_CHIEF.index))


_CHIEF = (
    Event.RETRACTED,
    Event.SUPERSEDED,
    Event.NO_LONGER_IN_FORCE,
    Event.NEWLY_IN_FORCE,
    Event.STATUS,
    Event.CHANGED,
)


def _force_events(
    old: FactState, new: FactState, before_on: datetime.date, after_on: datetime.date
) -> list[Event]:
    """Return whether the fact came into force or went out of it; neither where its date was corrected.

    A date that was wrong makes an edition say otherwise than the one before; nothing has happened then.
    """
    start = _start_of_force(new)
    if new.in_force == "yes":
        had_begun = start is not None and start.latest is not None and start.latest <= before_on
        return [] if had_begun else [Event.NEWLY_IN_FORCE]
    if (old.in_force, new.in_force) == ("yes", "no"):
        is_to_begin = start is not None and start.earliest is not None and start.earliest > after_on
        return [] if is_to_begin else [Event.NO_LONGER_IN_FORCE]
    return []


def _start_of_force(fact: FactState) -> FactDate | None:
    """Return the date from which the fact is in force, after the rule of `report.facts.judgement`."""
    if fact.valid:
        start = parse_date(fact.valid).start
        return parse_date(str(start)) if start else None
    text = fact.dates.get("effective") or fact.dates.get("started")
    return parse_date(text) if text else None


def _timeline_order(change: FactChange) -> tuple[datetime.date, datetime.date, str]:
    """Return a key after the rule of `report.facts.judgement.timeline_order`."""
    dates = change.state.dates
    text = dates.get(change.state.primary_date) or next(iter(dates.values()), "")
    if not text:
        return datetime.date.max, datetime.date.max, change.id
    date = parse_date(text)
    return date.latest or datetime.date.max, date.earliest or datetime.date.min, change.id


def _values_by_section(facts: Sequence[FactChange]) -> Mapping[str, frozenset[str]]:
    """Return the printed values of facts that changed, of both editions, by the section that shows them."""
    found: dict[str, set[str]] = {}
    for change in facts:
        for state in (change.old, change.new):
            for shown in state.shown if state else ():
                if len(shown.text) >= _TELLING:
                    found.setdefault(shown.section, set()).add(shown.text)
    return {section: frozenset(texts) for section, texts in found.items()}


def _text_of(section: SectionState) -> tuple[str, ...]:
    return (section.title, *section.paragraphs)


def _section_weight(
    old: SectionState, new: SectionState, blocks: Sequence[Block], values: Collection[str]
) -> Weight:
    if _text_weight(old.title, new.title) is Weight.FACT:
        return Weight.FACT
    if "".join(old.paragraphs) == "".join(new.paragraphs):
        return Weight.EDITORIAL
    return Weight.FACT if any(_is_factual(block, values) for block in blocks) else Weight.EDITORIAL


def _is_factual(block: Block, values: Collection[str]) -> bool:
    if block.kind in ("added", "removed"):
        return True
    old, new = block.old, block.new
    if old == new:
        return False
    return _text_weight(old, new) is Weight.FACT or any(text in old or text in new for text in values)


def _text_weight(old: str, new: str) -> Weight:
    return Weight.EDITORIAL if countable(old) == countable(new) else Weight.FACT
