"""The conditions for the next step as the briefing prints them, and as an edition's record keeps them."""

import datetime
from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from report.compose.fact_context import Badge, PrintedDate, TriggerEvidence, TriggerRow
from report.editions.record import TriggerState
from report.facts.dates import date_of_day
from report.facts.judgement import is_known
from report.facts.models import Entity, Fact
from report.facts.printing import print_date, print_span
from report.facts.terms import Status
from report.model import Briefing, CountCondition, Trigger
from report.triggers import VALID, Evidence, Judged, State, judge

# None of them is a mark of the timeline, which stands near: ● and ○ mean something else there.
GLYPHS = {State.MET: "✓", State.NOT_MET: "✗", State.UNCLEAR: "◐"}

# A quotation within a quotation (GB/T 15834).
_INNER_QUOTES = str.maketrans("“”", "‘’")

Words = Mapping[str, str]
Recorder = Callable[[str, str, str], str]


def trigger_rows(
    briefing: Briefing,
    as_of: datetime.date,
    words: Words,
    superseded: Mapping[str, str],
    *,
    citations: Callable[[Fact], Markup],
    record: Recorder,
) -> tuple[TriggerRow, ...]:
    """Return the triggers in the file's order, each as it stands on a day.

    Args:
        briefing: Printed in its own language.
        as_of: The day.
        words: The labels of that language.
        superseded: The fact that took its place, by id, as of the day.
        citations: Returns the mark of a fact's sources; called in the order in which they are printed.
        record: Is told of each use of a fact: its id, the field, and the text as printed; returns the text.
    """
    table = _Table(briefing, as_of, words, citations, record)
    return tuple(
        table.row(trigger, judge(trigger, briefing.facts, as_of, superseded))
        for trigger in briefing.settings.triggers
    )


def trigger_states(rows: Iterable[TriggerRow], words: Words) -> dict[str, TriggerState]:
    """Return what an edition's record keeps of the triggers, by id: the evidence as printed, in one line."""
    return {row.id: TriggerState(row.label, row.state.key, _evidence_line(row, words)) for row in rows}


def _evidence_line(row: TriggerRow, words: Words) -> str:
    facts = [
        " ".join(part for part in (item.event + item.check, item.date.text) if part) for item in row.evidence
    ]
    return words["note_separator"].join([*([row.count] if row.count else []), *facts])


class _Table:
    """Prints rows in a language, as of a day."""

    def __init__(
        self,
        briefing: Briefing,
        as_of: datetime.date,
        words: Words,
        citations: Callable[[Fact], Markup],
        record: Recorder,
    ) -> None:
        self.briefing = briefing
        self.locale = briefing.settings.language
        self.as_of = as_of
        self.words = words
        self.citations = citations
        self.record = record

    def row(self, trigger: Trigger, judged: Judged) -> TriggerRow:
        count = judged.count
        return TriggerRow(
            id=trigger.id,
            label=self.briefing.text(trigger.label, self.locale),
            note=self.briefing.text(trigger.note, self.locale),
            basis=self.basis(trigger),
            state=Badge(
                judged.state.value, GLYPHS[judged.state], self.words[f"trigger_{judged.state.value}"]
            ),
            count="" if count is None else self.words["trigger_count_state"].format(count=count),
            evidence=tuple(self.evidence(item) for item in judged.evidence),
        )

    def basis(self, trigger: Trigger) -> str:
        """Return what a condition is judged by, in words; of a fact that is none on that day, it names nothing."""
        when = trigger.when
        if when.date is not None:
            return self.words["trigger_date"].format(date=print_date(date_of_day(when.date), self.locale))
        if when.count is not None:
            what = self.counted(when.count)
            return self.words["trigger_count"].format(what=what, number=when.at_least)
        fact = self.briefing.facts[when.fact or ""]
        if fact.status is Status.RETRACTED or not is_known(fact, self.as_of):
            return self.words["trigger_fact_unknown"]
        return self.words[f"trigger_fact_{when.is_}"].format(fact=self.label(fact).translate(_INNER_QUOTES))

    def counted(self, wanted: CountCondition) -> str:
        words, parts = self.words, []
        if wanted.jurisdiction is not None:
            parts.append(words.get(f"jurisdiction_{wanted.jurisdiction}", wanted.jurisdiction))
        if wanted.kind is not None:
            parts.append(words["trigger_count_kind"].format(kind=words[f"kind_{wanted.kind.value}"]))
        if wanted.entity is not None:
            name = self.name(self.briefing.entities[wanted.entity])
            parts.append(words["trigger_count_entity"].format(entity=name))
        if wanted.subject is not None:
            parts.append(words["trigger_count_subject"].format(subject=wanted.subject))
        if not parts:
            return words["trigger_count_any"]
        return words["trigger_count_of"].format(what=words["list_separator"].join(parts))

    def name(self, entity: Entity) -> str:
        """Return the name that an entity bears at as-of, or the last one that it bore."""
        names = entity.names_on(date_of_day(self.as_of)) or entity.names[-1:]
        return self.briefing.text(names[0].name, self.locale)

    def evidence(self, item: Evidence) -> TriggerEvidence:
        fact = item.fact
        is_doubtful = fact.status in (Status.DRAFT, Status.CONTESTED)
        check = self.words[f"status_{fact.status.value}"] if is_doubtful else ""
        return TriggerEvidence(
            event=self.label(fact),
            date=self.date(item),
            check=self.words["trigger_check"].format(check=check) if check else "",
            citations=self.citations(fact),
        )

    def date(self, item: Evidence) -> PrintedDate:
        fact, name = item.fact, item.date
        if name == VALID:
            assert fact.valid is not None
            text = self.record(fact.id, VALID, print_span(fact.valid, self.locale))
            return PrintedDate(self.words["trigger_valid"].format(span=text), fact.valid.text)
        if not name:
            return PrintedDate("", "")
        text = self.record(fact.id, f"dates.{name}", print_date(fact.dates[name], self.locale))
        return PrintedDate(f"{self.words[f'date_{name}']} {text}", fact.dates[name].text)

    def label(self, fact: Fact) -> str:
        return self.record(fact.id, "label", self.briefing.text(fact.label, self.locale))
