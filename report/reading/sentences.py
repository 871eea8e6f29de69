"""A sentence with all that it tells: dates and durations, names and facts, and which events are meant."""

import bisect
import dataclasses
import re
from collections.abc import Iterator

from report.facts.dates import FactDate
from report.facts.models import Fact
from report.passages import Mention, Passage
from report.reading.clauses import Stretch, clauses, is_within, quoted
from report.reading.dates import Relation, ToldDate, read_dates
from report.reading.durations import ToldDuration, read_durations
from report.reading.events import COMMON, Event, events_beside, events_in
from report.reading.names import Naming
from report.reading.register import BEGINNING, END_OF_TIME, Reach, Register, are_one_event, dates_told, reach

_YEAR = r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])"
_YEAR_OF_NUMBERS = "[0-9]{4}[-./][0-9]"
_MAY_TELL = re.compile(
    rf"[0-9〇零一二三四五六七八九十半多余餘个個]\s?[年月天周週日星个個]|{_YEAR_OF_NUMBERS}"
)
_MAY_TELL_IN_ENGLISH = re.compile(rf"{_YEAR}|\b[JFMASOND][a-z]{{2}}.?.? ?[0-9]|day|week|month|year|fortnight")
_COMPARED = re.compile(r"(?:[与與和跟同比较較]|相比|除|than|with|to|unlike)\s*[\u2060“「]*\Z")
_BLANK = " \t\n\u2060，,。：:"
_BARE_SIGNS = 4
_NAMES_FACT = ("fact", "past", "note")
_AT_ONCE = frozenset({Event.TAKE_EFFECT, Event.START})
_OF_TWO = ("days_between", "years_between")


@dataclasses.dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage; all places are the passage's.

    Attributes:
        passage: The passage.
        start: Where it begins.
        end: Where it ends.
        clauses: Its clauses in order.
        quoted: What stands between quotation marks or in titles of works, in the whole passage.
        dates: The dates typed in it, outside of `quoted`.
        durations: The durations typed in it, outside of `quoted`.
        namings: What it names.
        mentions: The facts that its expressions and notes name.
    """

    passage: Passage
    start: int
    end: int
    clauses: tuple[Stretch, ...]
    quoted: tuple[Stretch, ...]
    dates: tuple[ToldDate, ...]
    durations: tuple[ToldDuration, ...]
    namings: tuple[Naming, ...]
    mentions: tuple[Mention, ...]

    @property
    def text(self) -> str:
        """The passage's text from its beginning to its end."""
        return self.passage.text[self.start : self.end]

    def clause_of(self, offset: int) -> int:
        """Return the number of the clause in which a character lies."""
        return max(0, bisect.bisect_right([start for start, _ in self.clauses], offset) - 1)

    def named_in(self, clause: int) -> tuple[Naming, ...]:
        """Return what a clause names."""
        start, end = self.clauses[clause]
        return tuple(one for one in self.namings if start <= one.start < end)

    def events_in(self, clause: int) -> frozenset[Event]:
        """Return the events that a clause tells."""
        return events_in(self.passage.text, *self.clauses[clause])


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """What belongs to a place in a sentence: the names and events of its clause, or else of the nearest.

    Attributes:
        namings: What is named.
        events: What happened.
        is_near: Whether the names stand in the clause itself or the one after it.
    """

    namings: tuple[Naming, ...]
    events: frozenset[Event]
    is_near: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """An event that a sentence tells, as far as one of the facts is surely meant.

    Attributes:
        start: Where the name or expression begins.
        end: Where it ends.
        facts: The facts, all of one event.
        dates: The dates of theirs that may be meant.
    """

    start: int
    end: int
    facts: tuple[Fact, ...]
    dates: tuple[FactDate, ...]


def may_tell_time(passage: Passage) -> bool:
    """Return whether a passage may hold a typed date or duration; quick, and mostly right."""
    gate = _MAY_TELL_IN_ENGLISH if passage.locale.startswith("en") else _MAY_TELL
    return gate.search(passage.text) is not None


def read_sentences(passage: Passage, register: Register) -> tuple[Sentence, ...]:
    """Return the sentences of a passage, read."""
    text = passage.text
    stretches = quoted(text)
    may_tell = may_tell_time(passage)
    dates = read_dates(text, passage.locale) if may_tell else ()
    durations = read_durations(text, passage.locale) if may_tell else ()
    namings = register.names.find(text)
    found = []
    for span in passage.sentences():
        start, end = span.start, span.end
        found.append(
            Sentence(
                passage,
                start,
                end,
                clauses(text, start, end),
                stretches,
                tuple(d for d in dates if start <= d.start < end and not is_within(stretches, d.start)),
                tuple(d for d in durations if start <= d.start < end and not is_within(stretches, d.start)),
                tuple(one for one in namings if start <= one.start < end),
                tuple(one for one in passage.mentions if start <= one.offset < end),
            )
        )
    return tuple(found)


def reach_of(date: ToldDate, events: frozenset[Event] = frozenset()) -> Reach | None:
    """Return the days on which a sentence says that something was; None where its date says no day.

    What has been so since a date may have come later; but what took effect or began since then did so on that day.
    """
    if date.date is None or date.relation is Relation.UNTIL:
        return None
    own = reach(date.date)
    if not events.isdisjoint(_AT_ONCE) and date.relation is Relation.SINCE:
        return own
    if date.relation is Relation.BEFORE:
        return Reach(BEGINNING, own.last)
    return Reach(own.first, END_OF_TIME) if date.relation in (Relation.SINCE, Relation.AFTER) else own


def scope_of(sentence: Sentence, date: ToldDate) -> Scope:
    """Return the names and events that belong to a typed date.

    Those of its clause; where that holds nothing but the date (2024年底，), of the next. Names that neither of the
    two has are those of the clauses before, as the topic.
    """
    text = sentence.passage.text
    own = sentence.clause_of(date.start)
    clause = sentence.clauses[own]
    following = own + 1 if own + 1 < len(sentence.clauses) else own
    if following != own and _is_bare(text, clause, date):
        return Scope(sentence.named_in(following), sentence.events_in(following), is_near=True)
    events = events_beside(text, clause, date.start, date.end)
    if named := sentence.named_in(own) or (sentence.named_in(following) if events else ()):
        return Scope(named, events, is_near=True)
    for before in range(own - 1, -1, -1):
        topics = tuple(one for one in sentence.named_in(before) if not _is_compared(sentence, one))
        if topics:
            return Scope(topics, events or sentence.events_in(before), is_near=False)
    return Scope((), events, is_near=False)


def _is_bare(text: str, clause: Stretch, date: ToldDate) -> bool:
    if events_in(text, *clause):
        return False
    return len((text[clause[0] : date.start] + text[date.end : clause[1]]).strip(_BLANK)) <= _BARE_SIGNS


def _is_compared(sentence: Sentence, naming: Naming) -> bool:
    return _COMPARED.search(sentence.passage.text[max(0, naming.start - 8) : naming.start]) is not None


def tells(
    fact: Fact,
    sentence: Sentence,
    namings: tuple[Naming, ...],
    events: frozenset[Event],
    register: Register,
) -> bool:
    """Return whether names single out a fact.

    The name of its matter does; but that of a body, or of a product to which happened what happens often, only
    beside words of the fact's label.
    """
    about = [one.name for one in namings if register.is_about(fact, one.name)]
    if any(not name.entities for name in about):
        return True
    if about and not (events and events & register.events(fact) <= COMMON):
        return True
    is_named = any(not set(one.name.entities).isdisjoint(fact.entities) for one in namings)
    return is_named and register.resembles(fact, sentence.text)


def events_told(sentence: Sentence, register: Register) -> tuple[Told, ...]:
    """Return the events of a sentence of which it is sure which fact is meant, in order."""
    found = list(_mentioned(sentence, register))
    known = {fact.id for one in found for fact in one.facts}
    for naming in sentence.namings:
        told = _named(sentence, naming, register)
        if told is not None and known.isdisjoint(fact.id for fact in told.facts):
            found.append(told)
            known.update(fact.id for fact in told.facts)
    return tuple(sorted(found, key=lambda one: one.start))


def _mentioned(sentence: Sentence, register: Register) -> Iterator[Told]:
    for mention in sentence.mentions:
        fact = register.fact(mention.fact)
        if fact is None or mention.form not in (*_NAMES_FACT, *_OF_TWO):
            continue
        dates = tuple(fact.dates.values())
        if date := printed_date(mention, fact):
            dates = (date,)
        yield Told(mention.offset, mention.offset + 1, (fact,), dates)


def printed_date(mention: Mention, fact: Fact) -> FactDate | None:
    """Return the date of a fact that an expression prints, or counts from; None where it asks for none."""
    name = mention.field.removeprefix("dates.").partition(".")[0]
    if mention.field.startswith("dates.") and name in fact.dates:
        return fact.dates[name]
    asks = mention.field == "date" or (mention.form in _OF_TWO and not mention.field)
    return fact.date if asks else None


def _happened_to(sentence: Sentence, naming: Naming, clause: int) -> frozenset[Event]:
    """Return the events that a clause tells of a name: behind it up to the next one, or before it, or anywhere."""
    names = sentence.named_in(clause)
    place = names.index(naming)
    text, (start, end) = sentence.passage.text, sentence.clauses[clause]
    behind = names[place + 1].start if place + 1 < len(names) else end
    ahead = names[place - 1].end if place else start
    own = events_in(text, naming.end, behind) or events_in(text, ahead, naming.start)
    return own or sentence.events_in(clause)


def _named(sentence: Sentence, naming: Naming, register: Register) -> Told | None:
    """Return the one event that a name stands for, by the date and the words of its clause."""
    clause = sentence.clause_of(naming.start)
    events = _happened_to(sentence, naming, clause)
    near = range(max(0, clause - (not sentence.named_in(clause - 1) if clause else 0)), clause + 1)
    typed = [reach_of(date) for date in sentence.dates if sentence.clause_of(date.start) in near]
    reaches = [one for one in typed if one is not None]
    pool = [
        fact
        for fact in register.facts_of(naming.name)
        if not reaches or any(reach(date).meets(one) for date in fact.dates.values() for one in reaches)
    ]
    happened = [fact for fact in pool if not events.isdisjoint(register.events(fact))]
    if not happened and (not events or len(sentence.named_in(clause)) > 1):
        # What the clause tells may have happened to its other name.
        happened, events = pool, frozenset()
    sure = [fact for fact in happened if tells(fact, sentence, (naming,), events, register)]
    facts = sure or (happened if reaches and events else [])
    if not are_one_event(facts):
        return None
    dates = tuple(date for fact in facts for date in dates_told(fact, events))
    return Told(naming.start, naming.end, tuple(facts), dates)
