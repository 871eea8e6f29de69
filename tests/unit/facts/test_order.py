import datetime
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.facts.dates import Precision, coarsen, date_of_day, mark_uncertain, parse_date
from report.facts.derived import Unit, age, days_between, days_since, days_to_review, years_between
from report.facts.errors import DerivedError
from report.facts.judgement import is_known
from report.facts.order import ANY_DAY, Moment, Reach, count_facts, find_earliest, reach
from report.facts.selection import FactIndex, Selection
from tests.unit.facts.strategies import (
    ALL_DATES,
    CLOSED_DATES,
    FAR_DATES,
    NEAR_DAYS,
    PLAIN_DATES,
    day_within,
    make_fact,
)

# Each property is tried on this many drawn cases.
thorough = settings(max_examples=500)


def day(text):
    return datetime.date.fromisoformat(text)


# --- the order of two dates ---


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-01-02", "2025-01-02", "2025-01-02"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2024-12~", "2024-10-31", "2025-01-31"),
        ("2025-01-02~", "2025-01-01", "2025-01-03"),
        ("2011-12-16/2012-07-01~", "2011-12-16", "2012-07-02"),
    ],
)
def test_an_approximate_date_may_lie_its_own_length_to_either_side(text, first, last):
    assert reach(parse_date(text)) == Reach(day(first), day(last))


def test_what_is_uncertain_or_not_given_may_be_any_day():
    assert reach(parse_date("2025?")) == reach(parse_date("2025-01-02%")) == reach(None) == ANY_DAY


def test_an_open_end_reaches_as_far_as_days_do():
    assert reach(parse_date("../2025")).first == datetime.date.min
    assert reach(parse_date("2025/..")).last == datetime.date.max
    assert reach(parse_date("9999~")).last == datetime.date.max
    assert reach(parse_date("0001~")).first == datetime.date.min


# --- how many ---


def count(facts, **moments):
    bounds = count_facts(
        facts, **{name: Moment(reach(parse_date(on))) for name, on in moments.items()}
    ).bounds()
    return bounds.low, bounds.high


FACTS = [
    make_fact("a", "2024-12-18"),
    make_fact("b", "2025-05"),
    make_fact("c", "2025-10/.."),
    make_fact("d", None),
]


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        ({}, (4, 4)),
        ({"before": "2025-05-10"}, (1, 3)),
        ({"before": "2025-06"}, (2, 3)),
        ({"after": "2025"}, (0, 3)),
        ({"after": "2024-12-18"}, (2, 3)),
        ({"after": "2024-12-18", "before": "2025-06-01"}, (1, 2)),
        ({"before": "2025-06?"}, (0, 4)),
    ],
)
def test_facts_are_counted_between_those_that_surely_and_those_that_possibly_came(moments, expected):
    assert count(FACTS, **moments) == expected


def test_a_fact_is_neither_before_nor_after_itself():
    moment = Moment(reach(parse_date("2025-05")), "b")
    for moments in ({"before": moment}, {"after": moment}):
        assert "b" not in {fact.id for fact in count_facts(FACTS, **moments).possible}
    assert "b" in {fact.id for fact in count_facts(FACTS, before=Moment(moment.reach)).possible}


def test_a_range_is_no_exact_number():
    tally = count_facts(FACTS, before=Moment(reach(parse_date("2025-05-10"))))
    with pytest.raises(DerivedError, match=r"from 1 to 3, by when 'b', 'd' came"):
        tally.bounds(exact=True)
    assert count_facts(FACTS).bounds(exact=True).is_exact


def test_a_count_with_a_draft_in_it_is_not_certain():
    tally = count_facts([*FACTS, make_fact("e", "2020", status="draft")])
    assert tally.bounds().is_uncertain
    with pytest.raises(DerivedError, match="nobody has verified 'e'"):
        tally.bounds(exact=True)


@st.composite
def dated_facts(draw, dates=ALL_DATES, max_size=6):
    """Draw facts, and for each a day that its date allows."""
    drawn = draw(st.lists(dates, max_size=max_size))
    facts = [make_fact(f"f-{number}", date) for number, date in enumerate(drawn)]
    return facts, {fact.id: draw(day_within(fact.date)) for fact in facts}


@thorough
@given(dated_facts(), st.data())
def test_a_count_holds_for_all_days_that_the_dates_allow(drawn, data):
    facts, days = drawn
    moments, truth = {}, set(days)
    for name in data.draw(st.sets(st.sampled_from(["before", "after"]))):
        if facts and data.draw(st.booleans()):
            own = data.draw(st.sampled_from(facts))
            moments[name], on = Moment(reach(own.date), own.id), days[own.id]
        else:
            date = data.draw(ALL_DATES)
            moments[name], on = Moment(reach(date)), data.draw(day_within(date))
        truth &= {fact for fact, held in days.items() if (held < on if name == "before" else held > on)}
    tally = count_facts(facts, **moments)
    assert {fact.id for fact in tally.sure} <= truth <= {fact.id for fact in tally.possible}
    assert tally.bounds().low <= len(truth) <= tally.bounds().high
    assert tally.bounds().unit is Unit.FACTS


@thorough
@given(dated_facts(), ALL_DATES, st.sampled_from(Precision))
def test_coarser_dates_never_make_a_count_narrower(drawn, date, precision):
    facts, _ = drawn
    coarse = [make_fact(fact.id, coarsen(fact.date, precision)) for fact in facts]
    fine = count_facts(facts, before=Moment(reach(date))).bounds()
    for moment in (date, coarsen(date, precision)):
        wide = count_facts(coarse, before=Moment(reach(moment))).bounds()
        assert wide.low <= fine.low <= fine.high <= wide.high


# --- which came first ---


def test_the_first_is_named_where_it_is_sure():
    assert find_earliest(FACTS[:3]).sure().id == "a"


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (["2025-05-20", "2025-05-20"], r"'f-0' \(2025-05-20\), 'f-1' \(2025-05-20\)"),
        (["2025-05", "2025-05-20"], r"'f-1' \(2025-05-20\), 'f-0' \(2025-05\)"),
        (["2024", "2025~"], r"'f-0' \(2024\), 'f-1' \(2025~\)"),
        (["2011", "2025?"], r"'f-0' \(2011\), 'f-1' \(2025\?\)"),
        (["2011", None], r"'f-0' \(2011\), 'f-1' \(no date\)"),
        (["2025"] * 7, r"\(2025\) and 2 more$"),
    ],
)
def test_where_the_order_is_open_the_candidates_are_named(dates, told):
    facts = [make_fact(f"f-{number}", date) for number, date in enumerate(dates)]
    with pytest.raises(DerivedError, match=told):
        find_earliest(facts).sure()


def test_there_is_no_first_of_nothing():
    with pytest.raises(DerivedError, match="no fact known by then"):
        find_earliest([]).sure()


def test_a_draft_is_not_named_and_stands_against_the_others_all_the_same():
    draft = make_fact("draft", "2011", status="draft")
    with pytest.raises(DerivedError, match=r"'a' \(2024-12-18\), 'draft' \(2011, draft\)"):
        find_earliest([*FACTS[:3], draft]).sure()
    assert find_earliest([*FACTS[:3], draft], with_drafts=True).sure() is draft
    later = make_fact("later", "2026", status="draft")
    assert find_earliest([*FACTS[:2], later]).sure().id == "a"


@thorough
@given(st.one_of(dated_facts(FAR_DATES), dated_facts()))
def test_no_choice_of_days_puts_another_before_the_first(drawn):
    facts, days = drawn
    earliest = find_earliest(facts)
    if earliest.is_sure:
        others = [held for fact, held in days.items() if fact != earliest.fact.id]
        assert all(days[earliest.fact.id] < held for held in others)


@thorough
@given(dated_facts(PLAIN_DATES, max_size=4))
def test_where_none_is_called_first_some_choice_of_days_puts_another_first(drawn):
    facts, _ = drawn
    if not facts or find_earliest(facts).is_sure:
        return
    for fact, others in ((one, [other for other in facts if other is not one]) for one in facts):
        assert any(other.date.earliest <= fact.date.latest for other in others)


# --- until today ---


@thorough
@given(ALL_DATES, NEAR_DAYS, st.data())
def test_the_time_since_holds_for_all_days_that_the_date_allows(date, today, data):
    held = data.draw(day_within(date))
    try:
        days, years = days_since(date, today), age(date, today)
    except DerivedError:
        assert date.earliest is None or date.latest is None or date.latest > today
        return
    assert days.low <= (today - held).days <= days.high
    birthdays = sum(
        (year, held.month, held.day) <= (today.year, today.month, today.day)
        for year in range(held.year + 1, today.year + 1)
    )
    assert years.low <= birthdays <= years.high


@thorough
@given(CLOSED_DATES, FAR_DATES, st.sampled_from(Precision), st.sampled_from([days_between, years_between]))
def test_coarser_dates_never_make_a_duration_narrower(a, b, precision, between):
    a, b = sorted([a, b], key=lambda date: date.earliest)
    try:
        wide = between(coarsen(a, precision), coarsen(b, precision))
    except DerivedError:
        return
    fine = between(a, b)
    assert wide.low <= fine.low <= fine.high <= wide.high


@thorough
@given(CLOSED_DATES, NEAR_DAYS, st.sampled_from(Precision), st.sampled_from([age, days_since]))
def test_coarser_dates_never_make_the_time_since_narrower(date, today, precision, since):
    try:
        wide = since(coarsen(date, precision), today)
    except DerivedError:
        return
    fine = since(date, today)
    assert wide.low <= fine.low <= fine.high <= wide.high


@pytest.mark.parametrize("date", ["2027", "2026", "2026-11-23", "2020/.."])
def test_there_is_no_time_since_what_may_come_later(date):
    for since in (age, days_since):
        with pytest.raises(DerivedError, match="may come after 2026-11-22"):
            since(parse_date(date), day("2026-11-22"))


def test_what_happened_today_is_0_days_ago():
    assert days_since(parse_date("2026-11-22"), day("2026-11-22")).high == 0


def test_days_to_a_review():
    fact = make_fact("a", "2025", review_by="2026-11-22")
    assert days_to_review(fact, day("2026-11-12")).low == 10
    assert days_to_review(fact, day("2026-11-22")).low == 0
    with pytest.raises(DerivedError, match="by 2026-11-22, 1 days before 2026-11-23"):
        days_to_review(fact, day("2026-11-23"))
    with pytest.raises(DerivedError, match="has no review_by"):
        days_to_review(make_fact("a", "2025"), day("2026-11-23"))


# --- time travel ---


@thorough
@given(st.lists(ALL_DATES, max_size=6), NEAR_DAYS, NEAR_DAYS)
def test_what_is_known_stays_known(dates, one, other):
    facts = [make_fact(f"f-{number}", date) for number, date in enumerate(dates)]
    early, late = (
        {fact.id for fact in FactIndex(facts, on).select(Selection())} for on in sorted([one, other])
    )
    assert early <= late
    assert early == {fact.id for fact in facts if is_known(fact, min(one, other))}


@thorough
@given(ALL_DATES)
def test_marking_a_date_uncertain_changes_no_day(date):
    marked = mark_uncertain(date)
    assert marked.is_uncertain
    assert (marked.earliest, marked.latest, marked.is_interval) == (
        date.earliest,
        date.latest,
        date.is_interval,
    )
    assert marked.is_approximate == date.is_approximate
    assert mark_uncertain(marked) == marked


@thorough
@given(NEAR_DAYS, NEAR_DAYS)
def test_of_two_whole_days_the_order_is_always_sure(one, other):
    a, b = (reach(date_of_day(on)) for on in (one, other))
    assert a.is_before(b) == a.may_be_before(b) == (one < other)


def test_order_is_that_of_a_line():
    reaches = [reach(parse_date(text)) for text in ("2011", "2024-12-18", "2025-05")]
    assert all(one.is_before(other) for one, other in itertools.pairwise(reaches))
