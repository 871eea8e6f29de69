"""Dates in prose (family F): typed ones against the facts, what is said to have come first, names out of their time.

A date that contradicts the facts is an error only where it is sure which fact is meant; otherwise a typed date is a
warning, because nothing changes it when the fact changes. How a fact is recognised: `report.reading.register`.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from report.facts.dates import FactDate, Precision
from report.facts.models import Fact
from report.facts.terms import Kind
from report.findings import Code, Finding, Severity
from report.lint import Ground, read_words
from report.model import Briefing
from report.passages import NOTHING, VALUE, Passage
from report.reading.clauses import clause_at, is_within
from report.reading.dates import Relation, ToldDate
from report.reading.durations import ToldDuration
from report.reading.meant import read_meant
from report.reading.names import Naming
from report.reading.order import Claim, OrderWords, is_denied, order_words, read_order
from report.reading.register import (
    Reach,
    Register,
    are_one_event,
    earliest_day,
    latest_day,
    reach,
    spelt_dates,
)
from report.reading.sentences import (
    Sentence,
    Told,
    events_told,
    may_tell_time,
    printed_date,
    read_sentences,
)

WRONG = Code("F020", "date-in-prose-wrong")
TYPED = Code("F021", "date-typed", Severity.WARNING)
OVER_PRECISE = Code("F022", "over-precise")
ORDER = Code("F023", "order-contradicted")
OUT_OF_TIME = Code("F024", "body-outside-its-time")

# Labels and titles hold no expressions, so a date there cannot be anything but typed.
_EXPRESSIVE = frozenset({"paragraph", "heading", "item", "table", "note", "key-point"})
_TYPED_HINT = (
    "Put it in facts.yaml and write {{ fact('…').date }}, or write <!-- allow: F021 reason --> above it."
)
_BORN = re.compile(r"出生|[生诞誕][于於]|\b[Bb]orn\b")
_CITED = re.compile(r"(?:等[，,（(]|\bet al\.?,? ?\(?|[A-Z][a-z]+,? ?[（(])\s?\Z")
_COUNTING = re.compile(r"\{\{[^{}]*\b(?:before|after|on)\s*=\s*['\"][0-9]")
# What speaks about the names themselves, or says that a name is an old or a new one.
_ABOUT_NAMES = re.compile(
    r"原名|前身|[改更][称稱名为為]|[旧舊曾又][称稱]|旧名|舊名|[现現今][称稱名为為]|名[称稱]|[组組]建|合并|合併|并入|併入|撤[销銷]|挂牌|掛牌"
    r"|\b(?:formerly|renamed|predecessor|then known|former|previously|successor|now|name[sd]?)\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"[后後][来來]|此[后後]|[随隨][后後]|之[后後]|以[后後]|目前|至今|沿用|仍|\b(?:later|since|still)\b"
)
_OF_OBJECT = re.compile(rf"{VALUE}*[^，。；,;\s]{{0,10}}?的")
_WHEN = ("于", "於", "在", "自", "从", "從")
_OLD_OR_NEW = re.compile(r"[原前时時现現今]\s?\Z")


@dataclasses.dataclass(frozen=True)
class _Place:
    """A sentence, and what the checks of it share."""

    sentence: Sentence
    register: Register

    @property
    def is_denied(self) -> bool:
        """Whether the sentence denies something, or tells what others say."""
        return is_denied(self.sentence.passage.text, self.sentence.start, self.sentence.end)

    def at(self, code: Code, offset: int, message: str, hint: str) -> Finding:
        """Return a finding at a character of the passage."""
        return Finding(code, self.sentence.passage.at(offset), message, hint)


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return typed dates and durations, contradicted ones, orders that the facts exclude, and names out of time."""
    register = Register(briefing)
    words = {briefing.settings.language: order_words(ground.words)}
    findings: list[Finding] = []
    for index, passage in enumerate(ground.passages):
        if passage.kind == "quotation":
            continue
        own = words.get(passage.locale)
        if own is None:
            own = words[passage.locale] = order_words(read_words(_list_of(passage.locale)))
        tells_order = own.may_stand_in(passage.text)
        # Of long briefings most passages hold nothing that these checks are about.
        if not tells_order and not may_tell_time(passage) and not _may_be_out_of_time(passage, register):
            continue
        before: Sequence[Told] = ()
        for sentence in read_sentences(passage, register):
            place = _Place(sentence, register)
            findings += _check_names(place, briefing)
            for date in sentence.dates:
                findings += _check_date(place, date)
            if not (tells_order or sentence.durations):
                continue
            told = events_told(sentence, register)
            for duration in sentence.durations:
                findings += _check_duration(place, duration, told)
            findings += _check_order(place, own, (*before, *told), ground.passages, index)
            before = told[-1:]
    return findings


def _may_be_out_of_time(passage: Passage, register: Register) -> bool:
    """Return whether a passage without typed dates names a body by a dated name beside a fact."""
    return bool(passage.mentions) and any(
        one.name.is_dated for one in register.names_of_entities.find(passage.text)
    )


def _list_of(locale: str) -> str:
    return "en" if locale.startswith("en") else "zh-Hant" if "Hant" in locale else "zh-Hans"


def _check_date(place: _Place, date: ToldDate) -> Iterator[Finding]:
    sentence = place.sentence
    written = sentence.passage.text[date.start : date.end]
    meant = read_meant(sentence, date, place.register)
    if not place.is_denied and (fact := meant.contradicted) is not None:
        message = f"“{written}” contradicts {fact.id!r}: {spelt_dates(fact)}"
        hint = f"Write {_expression(fact, None)} in its place; where another event is meant, make it a fact."
        yield place.at(WRONG, date.start, message, hint)
    elif not place.is_denied and (fact := meant.coarser) is not None:
        message = f"“{written}” is finer than {fact.id!r} allows: {spelt_dates(fact)}"
        hint = (
            f"Write {_expression(fact, None)} in its place, or give the date in facts.yaml with its source."
        )
        yield place.at(OVER_PRECISE, date.start, message, hint)
    elif not _may_stay_typed(sentence.passage, date):
        hint = _TYPED_HINT
        if are_one_event(meant.meeting):
            hint = f"Write {_expression(meant.meeting[0], meant.told_on)} in its place."
        yield place.at(TYPED, date.start, f"“{written}” is typed, and stays when the facts change", hint)


def _may_stay_typed(passage: Passage, date: ToldDate) -> bool:
    """Return whether a typed date is none of an event, or cannot be anything but typed."""
    text = passage.text
    ahead = text[max(0, date.start - 24) : date.start]
    is_of_life = _BORN.search(text, max(0, date.start - 12), date.end + 8) is not None
    cannot = passage.kind not in _EXPRESSIVE or date.relation is Relation.UNTIL
    return cannot or is_of_life or _CITED.search(ahead) is not None or _is_asked_for(passage, date.start)


def _is_asked_for(passage: Passage, offset: int) -> bool:
    """Return whether the clause has an expression that asks about a typed day, which the text says in words."""
    start, end = clause_at(passage.text, offset)
    if not passage.is_verbatim or VALUE not in passage.text[start:end]:
        return False
    return _COUNTING.search(passage.file.text, passage.start + start, passage.start + end) is not None


def _expression(fact: Fact, told_on: Reach | None) -> str:
    """Return the expression that prints a fact's date, no finer than what is typed."""
    dates = [
        (name, date) for name, date in fact.dates.items() if told_on is None or reach(date).meets(told_on)
    ]
    name, date = next((one for one in dates if one[0] == fact.primary_date), dates[0])
    field = "date" if name == fact.primary_date else f"dates.{name}"
    days = told_on.last - told_on.first if told_on is not None else 0
    wanted = Precision.YEAR if days > 31 else Precision.MONTH if days else Precision.DAY
    coarse = f" | precision('{wanted}')" if wanted.rank < date.precision.rank else ""
    return f"{{{{ fact('{fact.id}').{field}{coarse} }}}}"


def _check_duration(place: _Place, duration: ToldDuration, told: Sequence[Told]) -> Iterator[Finding]:
    passage = place.sentence.passage
    written = passage.text[duration.start : duration.end]
    pair = list({tuple(fact.id for fact in one.facts) + one.dates: one for one in told}.values())
    if len(pair) == 2 and len(place.sentence.durations) == 1 and not place.is_denied:
        first, second = pair
        ranges = [
            apart for a in first.dates for b in second.dates if (apart := _days_apart(a, b)) is not None
        ]
        ids = [first.facts[0].id, second.facts[0].id]
        allowed = ", ".join(
            dict.fromkeys(f"{low}–{high}" if low < high else str(low) for low, high in ranges)
        )
        fitting = [one for one in ranges if one[0] <= duration.most_days and duration.least_days <= one[1]]
        hint = f"Write {{{{ days_between('{ids[0]}', '{ids[1]}') }}}} in its place, the earlier one first."
        if ranges and not fitting:
            message = f"“{written}” contradicts {ids[0]!r} and {ids[1]!r}, which lie {allowed} days apart"
            yield place.at(WRONG, duration.start, message, hint)
            return
        if fitting and duration.is_exact and not any(_is_covered(one, duration) for one in fitting):
            message = (
                f"“{written}” is finer than {ids[0]!r} and {ids[1]!r} allow, which lie {allowed} days apart"
            )
            yield place.at(OVER_PRECISE, duration.start, message, hint)
            return
    if passage.kind in _EXPRESSIVE and not _is_asked_for(passage, duration.start):
        hint = "Write {{ days_between('…', '…') }} or {{ years_between('…', '…') }} in its place."
        yield place.at(TYPED, duration.start, f"“{written}” is typed, and stays when the facts change", hint)


def _days_apart(one: FactDate, other: FactDate) -> tuple[int, int] | None:
    """Return the fewest and the most days between two dates in either order; None where an end is open."""
    if one.is_open or other.is_open:
        return None
    a, b = reach(one), reach(other)
    high = max(a.last - b.first, b.last - a.first)
    return max(0, a.first - b.last, b.first - a.last), high


def _is_covered(days: tuple[int, int], duration: ToldDuration) -> bool:
    return duration.least_days <= days[0] and days[1] <= duration.most_days


def _check_order(
    place: _Place, words: OrderWords, told: Sequence[Told], passages: Sequence[Passage], index: int
) -> Iterator[Finding]:
    sentence = place.sentence
    places = [(one.start, one.end) for one in told]
    for claim in read_order(sentence.passage.text, (sentence.start, sentence.end), words, places):
        if not is_within(sentence.quoted, claim.start):
            yield from _check_claim(place, claim, told, passages, index)


def _check_claim(
    place: _Place, claim: Claim, told: Sequence[Told], passages: Sequence[Passage], index: int
) -> Iterator[Finding]:
    first = told[claim.first]
    if isinstance(claim.second, Kind):
        found = _approvals_near(place, passages, index) if first.facts[0].kind is not Kind.REGULATION else ()
        if not found:
            return
        facts, dates = found, tuple(date for fact in found for date in fact.dates.values())
    else:
        facts, dates = told[claim.second].facts, told[claim.second].dates
    if earliest_day(first.dates) <= latest_day(dates):
        return
    earlier, later = max(facts, key=lambda fact: latest_day(fact.dates.values())), first.facts[0]
    message = (
        f"“{claim.word}” puts {later.id!r} before {earlier.id!r}, which came first: "
        f"{later.id} {spelt_dates(later)}; {earlier.id} {spelt_dates(earlier)}"
    )
    hint = "Tell the two in the order of their dates, or drop the word."
    yield place.at(ORDER, claim.start, message, hint)


def _approvals_near(place: _Place, passages: Sequence[Passage], index: int) -> tuple[Fact, ...]:
    """Return the approvals that the passage and the two on either side of it in the section name."""
    section = passages[index].section
    found: dict[str, Fact] = {}
    for passage in passages[max(0, index - 2) : index + 3]:
        if passage.section == section:
            for sentence in read_sentences(passage, place.register):
                for one in events_told(sentence, place.register):
                    found |= {fact.id: fact for fact in one.facts if fact.kind is Kind.APPROVAL}
    return tuple(found.values())


def _check_names(place: _Place, briefing: Briefing) -> Iterator[Finding]:
    sentence = place.sentence
    for naming in sentence.namings:
        if not naming.name.is_dated or is_within(sentence.quoted, naming.start):
            continue
        ahead = sentence.passage.text[max(0, naming.start - 2) : naming.start]
        dates = _dates_beside(place, naming)
        spans = [span for _, span in naming.name.borne if span is not None]
        is_borne = any(reach(span).meets(reach(date)) for span in spans for date in dates)
        if not dates or is_borne or _OLD_OR_NEW.search(ahead) or _ABOUT_NAMES.search(sentence.text):
            continue
        entity = briefing.entities[naming.name.entities[0]]
        then = [one.name for one in entity.names_on(dates[0]) if one.valid is not None]
        if then:
            name = briefing.text(then[0], sentence.passage.locale) or next(iter(then[0].texts.values()))
            message = (
                f"“{naming.name.text}” is a name of {entity.id!r} for {spans[0]} only; "
                f"for {dates[0]} it is {name}"
            )
            hint = f"Write {name}, or ask for it: {{{{ name({entity.id!r}, on='…') }}}}."
            yield place.at(OUT_OF_TIME, naming.start, message, hint)


def _dates_beside(place: _Place, naming: Naming) -> list[FactDate]:
    """Return the dates of a name's clause, or else of its sentence, or else of the facts noted there."""
    sentence = place.sentence
    own = sentence.clause_of(naming.start)
    dated: list[tuple[int, FactDate]] = []
    noted: list[FactDate] = []
    for date in sentence.dates:
        is_point = date.relation in (Relation.ON, Relation.SINCE)
        is_own = not _is_of_object(sentence.passage.text, naming, date.start, date.end)
        if date.date is not None and is_point and is_own:
            dated.append((date.start, date.date))
    for mention in sentence.mentions:
        fact = place.register.fact(mention.fact)
        if fact is None or mention.form not in ("fact", "past", "note"):
            continue
        if (day := printed_date(mention, fact)) is not None:
            if not _is_of_object(sentence.passage.text, naming, mention.offset, mention.offset):
                dated.append((mention.offset, day))
        elif not set(fact.entities).isdisjoint(naming.name.entities):
            noted += fact.dates.values()
    near = [date for offset, date in dated if sentence.clause_of(offset) == own]
    if near or _LATER.search(sentence.passage.text, *sentence.clauses[own]):
        return near
    return [date for _, date in dated] or noted


def _is_of_object(text: str, naming: Naming, start: int, end: int) -> bool:
    """Return whether a date behind a name is that of something else: 甲废止2015年印发的办法."""
    between = text[naming.end : start].strip(f"{NOTHING} ")
    return bool(between) and _OF_OBJECT.match(text, end) is not None and not between.endswith(_WHEN)
