"""Values that changed, as readers see them: dates, states and sources in the words of the page, not of the record."""

from collections.abc import Iterable, Mapping

from report.compose.context import FieldRow
from report.editions.difference import FactChange, FieldChange, KeyPointChange, TriggerChange
from report.editions.record import CitedSource, Edition, FactState
from report.facts.dates import parse_date
from report.facts.printing import print_date, print_span

Words = Mapping[str, str]
# Values that are words of the program, by what their labels begin with.
_VOCABULARIES = frozenset({"status", "in_force", "kind", "effect", "grade", "jurisdiction"})


class ValuePrinter:
    """Prints values of an older and a newer edition in the newer one's language."""

    def __init__(self, old: Edition, new: Edition, words: Words) -> None:
        self._old, self._new, self._words = old, new, words

    def fact_rows(self, change: FactChange) -> tuple[FieldRow, ...]:
        """Return the values of a fact that changed; of one that was added, its date and its standing."""
        if change.old is None and change.new is not None:
            return self._first_rows(change.new)
        return tuple(self._fact_row(change, item) for item in change.fields)

    def trigger_rows(self, change: TriggerChange) -> tuple[FieldRow, ...]:
        """Return the values of a trigger that changed; of one that was added, its state."""
        fields = change.fields
        if change.old is None and change.new is not None:
            return (FieldRow(self._words["field_state"], "", self._state(change.new.state)),)
        return tuple(self._trigger_row(item) for item in fields)

    def key_point_rows(self, change: KeyPointChange) -> tuple[FieldRow, ...]:
        """Return the facts that a key point rests on, where they changed."""
        if change.old is None or change.new is None or change.old.facts == change.new.facts:
            return ()
        old, new = self._labels(change.old.facts), self._labels(change.new.facts)
        return (self._row(self._words["field_facts"], old, new),)

    def sources(self, change: FactChange) -> str:
        """Return the sources of a fact as it is now, or was last."""
        return self._entries(change.state.sources)

    def _first_rows(self, fact: FactState) -> tuple[FieldRow, ...]:
        fields = [FieldChange("status", "", fact.status)]
        if fact.primary_date in fact.dates:
            name = f"dates.{fact.primary_date}"
            fields.insert(0, FieldChange(name, "", fact.dates[fact.primary_date]))
        return tuple(
            FieldRow(self._name(item.field), "", self._value(item.field, item.new)) for item in fields
        )

    def _fact_row(self, change: FactChange, item: FieldChange) -> FieldRow:
        name = self._name(item.field)
        if item.field == "sources" and change.old is not None and change.new is not None:
            old, new = change.old.sources, change.new.sources
            gone = [source for source in old if source not in new]
            come = [source for source in new if source not in old]
            if not gone and not come:  # their order alone
                gone, come = list(old), list(new)
            return self._row(name, self._entries(gone), self._entries(come))
        if item.field == "contradicts" and change.old is not None and change.new is not None:
            return self._row(name, self._labels(change.old.contradicts), self._labels(change.new.contradicts))
        return self._row(name, self._value(item.field, item.old), self._value(item.field, item.new))

    def _trigger_row(self, item: FieldChange) -> FieldRow:
        old, new = item.old, item.new
        if item.field == "state":
            old, new = self._state(old), self._state(new)
        return self._row(self._words[f"field_{item.field}"], old, new)

    def _row(self, name: str, old: str, new: str) -> FieldRow:
        nothing = self._words["nothing"]
        return FieldRow(name, old or nothing, new or nothing)

    def _name(self, field: str) -> str:
        kind, _, name = field.partition(".")
        if kind == "dates":
            return self._words["field_date"].format(name=self._words.get(f"date_{name}", name))
        if kind == "attrs":
            return self._words.get(f"attr_{name}", name)
        return self._words.get(f"field_{field}", self._words["field_derived"])

    def _value(self, field: str, value: str) -> str:
        if not value:
            return ""
        if field.startswith("dates."):
            return print_date(parse_date(value), self._new.lang)
        if field == "valid":
            return print_span(parse_date(value), self._new.lang)
        if field == "primary_date":
            return self._words.get(f"date_{value}", value)
        if field == "superseded_by":
            return self._labels([value])
        if field in _VOCABULARIES:
            return self._words.get(f"{field}_{value}", value)
        return value

    def _state(self, state: str) -> str:
        return self._words.get(f"trigger_{state}", state)

    def _labels(self, names: Iterable[str]) -> str:
        """Return what some facts say; the id of one that neither edition knows."""
        found = [(name, self._new.facts.get(name) or self._old.facts.get(name)) for name in names]
        return self._words["list_separator"].join(fact.label if fact else name for name, fact in found)

    def _entries(self, sources: Iterable[CitedSource]) -> str:
        """Return the entries of some sources with their places; the id of one that neither edition cites."""
        texts = []
        for source in sources:
            entry = self._new.sources.get(source.ref) or self._old.sources.get(source.ref) or source.ref
            entry = entry.rstrip(".。")
            texts.append(f"{entry}，{source.locator}" if source.locator else entry)
        return self._words["note_separator"].join(texts)
