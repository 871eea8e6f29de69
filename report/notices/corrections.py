"""What a notice corrects: 原文, 现文, 依据, 影响章节, 影响程度, from the difference of two editions.

A text that only carries corrected values on is no correction of its own; what is left out of a notice is counted.
"""

import collections
import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from report.compose.change_values import ValuePrinter
from report.editions.comparison import KEY_POINTS
from report.editions.difference import (
    Changes,
    Event,
    FactChange,
    KeyPointChange,
    SectionChange,
    TriggerChange,
    Weight,
)
from report.notices.context import CorrectedThing, Correction, Said

Words = Mapping[str, str]
# A text of an edition in the page's language, or None where it is not to be had in it.
Translate = Callable[[str], str | None]

_GRAVITY = tuple(Weight)
# Fields whose values are printed in the words of the page, whatever language the editions are in.
_IN_WORDS = frozenset(
    {"status", "in_force", "kind", "effect", "grade", "jurisdiction", "valid", "primary_date"}
)


@dataclasses.dataclass(frozen=True)
class Corrections:
    """What is corrected between two editions.

    Attributes:
        things: Errata first, then by weight.
        weights: The weight of each thing, in the same order.
        others: How much else changed, by weight.
    """

    things: tuple[CorrectedThing, ...]
    weights: tuple[Weight, ...]
    others: Mapping[Weight, int]

    @property
    def count(self) -> int:
        """How many values are corrected."""
        return sum(len(thing.corrections) for thing in self.things)

    def first(self, count: int) -> "Corrections":
        """Return the first so many values; what is left out is counted among the others, each thing once."""
        kept: list[CorrectedThing] = []
        weights: list[Weight] = []
        others = collections.Counter(self.others)
        for thing, weight in zip(self.things, self.weights, strict=True):
            own = thing.corrections[: max(count, 0)]
            count -= len(own)
            if own:
                kept.append(dataclasses.replace(thing, corrections=own))
                weights.append(weight)
            if len(own) < len(thing.corrections):
                others[weight] += 1
        return Corrections(tuple(kept), tuple(weights), others)


def corrections_of(changes: Changes, words: Words, locale: str, translate: Translate | None) -> Corrections:
    """Return what is corrected from an edition to the one that takes its place.

    Args:
        changes: Between the two, as they are recorded.
        words: The labels of the locale.
        locale: BCP 47.
        translate: Tells a text of the editions in the locale; None where that is their own.
    """
    return _Corrector(changes, words, locale, translate).corrections()


class Teller:
    """Tells texts of editions on a page of another locale, where need be in their own language."""

    def __init__(self, original: str, translate: Translate | None) -> None:
        """Take the language of the editions, and what tells their texts in that of the page."""
        self._original, self._translate = original, translate

    def said(self, text: str) -> Said:
        """Return a text in the page's language, else as it is, with its own."""
        if self._translate is None or not text:
            return Said(text)
        told = self._translate(text)
        return Said(text, self._original) if told is None else Said(told)


class _Corrector:
    """Finds what is corrected between two editions."""

    def __init__(self, changes: Changes, words: Words, locale: str, translate: Translate | None) -> None:
        self._changes, self._words = changes, words
        self._teller = Teller(changes.old.lang, translate)
        new = dataclasses.replace(changes.new, lang=locale)
        self._values = ValuePrinter(changes.old, new, words)
        self._own_values = ValuePrinter(changes.old, changes.new, words)
        self._titles = {KEY_POINTS: Said(words["key_points"])}
        self._titles |= {name: Said(words[name]) for name in ("timeline", "triggers")}
        for edition in (changes.new, changes.old):
            self._titles |= {item.id: self._teller.said(item.title) for item in edition.sections}
        self._carried = dict(self._carried_values())
        # The longest first, since one value may stand in another.
        longest = sorted(self._carried, key=lambda value: (-len(value), value))
        self._pattern = re.compile("|".join(map(re.escape, longest)))

    def corrections(self) -> Corrections:
        others: collections.Counter[Weight] = collections.Counter()
        found: list[tuple[bool, Weight, CorrectedThing]] = []
        for fact in self._changes.facts:
            if fact.old is None:
                others[fact.weight] += 1
            else:
                weight = self._weight(fact)
                found.append((fact.is_erratum, weight, self._fact(fact, weight)))
        for point in self._changes.key_points:
            if point.event is Event.CHANGED and point.weight is Weight.CONCLUSION:
                if not self._is_carried(point):
                    found.append((point.is_erratum, point.weight, self._key_point(point)))
            else:
                others[point.weight] += 1
        for trigger in self._changes.triggers:
            if trigger.event is Event.FLIPPED:
                found.append((trigger.is_erratum, trigger.weight, self._trigger(trigger)))
            else:
                others[trigger.weight] += 1
        for section in self._changes.sections:
            for weight, count in self._section(section).items():
                others[weight] += count
        texts = [*self._changes.sources, *([self._changes.title] if self._changes.title else ())]
        others.update(text.weight for text in texts)
        found.sort(key=lambda item: (not item[0], _GRAVITY.index(item[1])))
        return Corrections(tuple(item[2] for item in found), tuple(item[1] for item in found), others)

    def _weight(self, change: FactChange) -> Weight:
        """Return how much a change of a fact matters to who holds the older edition: what its key points print does."""
        assert change.old is not None, "only what was stated is corrected"
        fields = {item.field for item in change.fields}
        is_printed = any(item.section == KEY_POINTS and item.field in fields for item in change.old.shown)
        return Weight.CONCLUSION if is_printed else change.weight

    def _fact(self, change: FactChange, weight: Weight) -> CorrectedThing:
        words, said = self._words, self._teller.said
        assert change.old is not None, "only what was stated is corrected"
        degree = words[f"weight_{weight.value}"]
        if change.new is None:
            sections = self._where(change.old.sections)
            removed = Said(words["event_removed"])
            rows: tuple[Correction, ...] = (
                Correction(Said(""), said(change.old.label), removed, sections, degree),
            )
        else:
            rows = tuple(
                Correction(
                    said(row.name),
                    self._value(item.field, row.old),
                    self._value(item.field, row.new),
                    self._where(self._sections(change, item.field)),
                    degree,
                )
                for item, row in zip(change.fields, self._values.fact_rows(change), strict=True)
            )
        mark = words["erratum"] if change.is_erratum else ""
        basis = said(self._own_values.sources(change))
        return CorrectedThing(words["change_fact"], said(change.state.label), basis, mark, rows)

    def _value(self, field: str, text: str) -> Said:
        """Return a value: dates and words of the program are in the page's language already."""
        is_told = field.startswith("dates.") or field in _IN_WORDS or text == self._words["nothing"]
        return Said(text) if is_told else self._teller.said(text)

    def _sections(self, change: FactChange, field: str) -> tuple[str, ...]:
        """Return the sections of the older edition that print a value, or where they cannot be told, its fact."""
        assert change.old is not None, "only what was stated is corrected"
        own = dict.fromkeys(item.section for item in change.old.shown if item.field == field)
        return tuple(own) or change.old.sections

    def _where(self, sections: Sequence[str]) -> Said:
        titles = [self._titles.get(section, Said(section)) for section in sections]
        if not titles:
            return Said(self._words["shown_nowhere"])
        langs = {title.lang for title in titles}
        text = self._words["list_separator"].join(title.text for title in titles)
        return Said(text, langs.pop() if len(langs) == 1 else "")

    def _key_point(self, change: KeyPointChange) -> CorrectedThing:
        words, said = self._words, self._teller.said
        assert change.old is not None, "only what was stated is corrected"
        assert change.new is not None, "only what is stated corrects"
        row = Correction(
            Said(""),
            said(change.old.text),
            said(change.new.text),
            Said(words["key_points"]),
            words[f"weight_{change.weight.value}"],
        )
        what = words["change_key_point"].format(number=change.index)
        mark = words["erratum"] if change.is_erratum else ""
        return CorrectedThing(what, Said(""), Said(""), mark, (row,))

    def _trigger(self, change: TriggerChange) -> CorrectedThing:
        words, said = self._words, self._teller.said
        assert change.new is not None, "a condition that flipped is there"
        rows = self._values.trigger_rows(change)
        state = next(row for row, item in zip(rows, change.fields, strict=True) if item.field == "state")
        degree = words[f"weight_{change.weight.value}"]
        row = Correction(Said(state.name), Said(state.old), Said(state.new), Said(words["triggers"]), degree)
        mark = words["erratum"] if change.is_erratum else ""
        evidence = said(change.new.evidence)
        return CorrectedThing(words["change_trigger"], said(change.new.label), evidence, mark, (row,))

    def _section(self, change: SectionChange) -> Mapping[Weight, int]:
        """Return how many blocks of a section changed by more than corrected values, by weight."""
        if not {Event.ADDED, Event.REMOVED}.isdisjoint(change.events):
            return {change.weight: 1}
        blocks = [block for block in change.blocks if block.kind != "same"]
        own = [
            block for block in blocks if block.kind != "changed" or not self._explains(block.old, block.new)
        ]
        is_renamed = len(change.title) > 1
        return {change.weight: len(own) + is_renamed} if own or is_renamed else {}

    def _is_carried(self, change: KeyPointChange) -> bool:
        assert change.old is not None, "only what was stated is corrected"
        assert change.new is not None, "only what is stated corrects"
        return self._explains(change.old.text, change.new.text)

    def _explains(self, old: str, new: str) -> bool:
        """Return whether a text changed by corrected values alone."""
        values = self._carried
        return bool(values) and self._pattern.sub(lambda found: values[found[0]], old) == new

    def _carried_values(self) -> Iterator[tuple[str, str]]:
        """Yield the printed values that changed, old and new; none where it cannot be told which became which."""
        for change in self._changes.facts:
            if change.old is None or change.new is None:
                continue
            for field, texts in change.old.printed.items():
                others = change.new.printed.get(field, ())
                if len(texts) == len(others):
                    yield from (pair for pair in zip(texts, others, strict=True) if pair[0] != pair[1])
