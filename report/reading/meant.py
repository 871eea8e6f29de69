"""Which facts a typed date is of, and what they say against it.

Facts *may be meant* where the date's clause names them, or the sentence mentions them, and it says that happened
which happened to them. Only a fact that is told (`report.reading.sentences.tells`) can be contradicted: its matter
is named, nothing else in the sentence is its date, and no fact that may be meant has a date that fits. Of several
such events only one within a month of what is typed is contradicted; the date of an event that no fact tells must
not be called wrong.
"""

import dataclasses
import re

from report.facts.dates import FactDate
from report.facts.models import Fact
from report.reading.dates import Relation, ToldDate
from report.reading.names import Naming
from report.reading.register import Reach, Register, are_one_event, finest, reach
from report.reading.sentences import Scope, Sentence, printed_date, reach_of, scope_of, tells

MONTH = 31
_OPENING = re.compile(r"[（(]\s?\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Meant:
    """What the facts say of a typed date.

    Attributes:
        told_on: The days on which the sentence puts the event; None where it says none.
        meeting: The facts that may be meant and have a date that fits.
        contradicted: The fact that is surely meant, and has no date that fits.
        coarser: A fact that is surely meant and fits, but is known less finely.
    """

    told_on: Reach | None
    meeting: tuple[Fact, ...] = ()
    contradicted: Fact | None = None
    coarser: Fact | None = None


def read_meant(sentence: Sentence, date: ToldDate, register: Register) -> Meant:
    """Return what the facts say of a date that is typed in a sentence."""
    scope = scope_of(sentence, date)
    told_on = reach_of(date, scope.events)
    if told_on is None:
        return Meant(None)
    beside = _beside(sentence.passage.text, date, scope)
    is_beside = beside is not None
    if beside is not None:
        scope = dataclasses.replace(scope, namings=(beside,))
    meant = [
        fact
        for fact in _candidates(sentence, scope, register)
        if is_beside or _is_meant(sentence, fact, scope, register)
    ]
    single = _single(sentence, meant, scope, register)
    meeting = tuple(fact for fact in meant if _meets(fact, told_on))
    if meeting:
        coarser = _coarser(single, meeting, told_on) if date.relation is Relation.ON else None
        return Meant(told_on, meeting, coarser=coarser)
    left = [fact for fact in single if not _is_told_elsewhere(sentence, fact, date, register)]
    if not are_one_event(left) and not is_beside:
        left = [fact for fact in left if _meets(fact, Reach(told_on.first - MONTH, told_on.last + MONTH))]
    is_sure = are_one_event(left) or (is_beside and bool(left))
    if is_sure and (scope.is_near or not scope.namings):
        return Meant(told_on, contradicted=finest(left))
    return Meant(told_on)


def _candidates(sentence: Sentence, scope: Scope, register: Register) -> list[Fact]:
    facts = {fact.id: fact for one in scope.namings for fact in register.facts_of(one.name)}
    for name in _mentioned(sentence):
        if (fact := register.fact(name)) is not None:
            facts[name] = fact
    return list(facts.values())


def _mentioned(sentence: Sentence) -> tuple[str, ...]:
    return tuple(one.fact for one in sentence.mentions if one.form in ("fact", "past", "note"))


def _is_meant(sentence: Sentence, fact: Fact, scope: Scope, register: Register) -> bool:
    if scope.events:
        return not scope.events.isdisjoint(register.events(fact))
    return fact.id in _mentioned(sentence) and register.resembles(fact, sentence.text)


def _single(sentence: Sentence, meant: list[Fact], scope: Scope, register: Register) -> list[Fact]:
    """Return the facts that are surely meant: told, or mentioned where the clause names no fact's matter."""
    told = [fact for fact in meant if tells(fact, sentence, scope.namings, scope.events, register)]
    names_matter = any(
        register.is_about(fact, one.name) for one in scope.namings for fact in register.facts_of(one.name)
    )
    mentioned = set() if names_matter else set(_mentioned(sentence))
    mentioned -= {fact.id for fact in told}
    return told + [fact for fact in meant if fact.id in mentioned]


def _beside(text: str, date: ToldDate, scope: Scope) -> Naming | None:
    """Return the name right behind which a date stands in brackets; it needs no word of what happened."""
    opening = _OPENING.search(text[max(0, date.start - 2) : date.start])
    if opening is None or text[date.end : date.end + 1] not in ("）", ")"):
        return None
    opened = date.start - len(opening.group())
    return next((one for one in scope.namings if 0 <= opened - one.end <= 4), None)


def _meets(fact: Fact, told_on: Reach) -> bool:
    return any(reach(date).meets(told_on) for date in fact.dates.values())


def _is_told_elsewhere(sentence: Sentence, fact: Fact, date: ToldDate, register: Register) -> bool:
    """Return whether the sentence prints the fact's date, or has another typed date that is the fact's."""
    if any(one.fact == fact.id and printed_date(one, fact) is not None for one in sentence.mentions):
        return True
    for other in sentence.dates:
        told_on = reach_of(other)
        if other is date or told_on is None or not _meets(fact, told_on):
            continue
        scope = scope_of(sentence, other)
        if not scope.namings or tells(fact, sentence, scope.namings, scope.events, register):
            return True
    return False


def _coarser(single: list[Fact], meeting: tuple[Fact, ...], told_on: Reach) -> Fact | None:
    """Return a fact whose date is coarser than what is typed; None where some date that fits is as fine.

    Of a date with an open end only the last month counts: long before that, another event may be meant.
    """
    dates = [date for fact in meeting for date in fact.dates.values() if reach(date).meets(told_on)]
    if not all(told_on.is_within(reach(date)) for date in dates):
        return None
    if all(date.is_open and not _is_near(date, told_on) for date in dates):
        return None
    sure = {fact.id for fact in single}
    return next((fact for fact in meeting if fact.id in sure), None)


def _is_near(date: FactDate, told_on: Reach) -> bool:
    own = reach(date)
    return (date.end is not None and told_on.first >= own.last - MONTH) or (
        date.start is not None and told_on.last <= own.first + MONTH
    )
