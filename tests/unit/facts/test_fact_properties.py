"""Properties of dates and durations that hold for whatever an author may write."""

import datetime
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from report.facts.dates import Precision, coarsen, date_of_day, parse_date
from report.facts.derived import days_between, years_between
from report.facts.errors import DateError, DerivedError
from report.facts.judgement import timeline_order
from report.facts.printing import print_date, print_date_compact, print_span
from report.scalars import LOCALES
from tests.unit.facts.strategies import ALL_DATES, CLOSED_DATES, DAYS, FAR_DATES, day_within, make_fact

# A busy machine is no failure.
untimed = settings(deadline=None)


@untimed
@given(st.one_of(st.text(), st.text("0123456789-/.~?%XYT[]{},: 年月日约Ⅻ", max_size=24)))
def test_any_text_is_a_date_or_refused(text):
    try:
        date = parse_date(text)
    except DateError:
        return
    assert date.text == text


@untimed
@given(DAYS)
def test_every_day_is_its_own_bounds(day):
    date = date_of_day(day)
    assert date.earliest == date.latest == day


@untimed
@given(ALL_DATES, st.sampled_from(Precision))
def test_coarsening_never_narrows_and_never_sharpens(date, precision):
    coarse = coarsen(date, precision)
    assert (coarse.earliest or datetime.date.min) <= (date.earliest or datetime.date.min)
    assert (coarse.latest or datetime.date.max) >= (date.latest or datetime.date.max)
    assert coarse.precision.rank <= date.precision.rank
    for part in (coarse.start, coarse.end):
        assert part is None or part.precision.rank <= precision.rank
    assert coarsen(coarse, precision) == coarse
    assert (coarse.is_approximate, coarse.is_uncertain) == (date.is_approximate, date.is_uncertain)
    assert parse_date(coarse.text) == coarse


@untimed
@given(ALL_DATES, st.sampled_from(LOCALES))
def test_every_date_prints_its_years_and_marks(date, locale):
    for text in (print_date(date, locale), print_date_compact(date, locale), print_span(date, locale)):
        assert all(str(part.year) in text for part in (date.start, date.end) if part)
        assert ("待核" in text or "unconfirmed" in text) == date.is_uncertain
        assert ("约" in text or "約" in text or "c. " in text) == date.is_approximate


@settings(deadline=None, max_examples=500)
@given(st.data(), CLOSED_DATES, st.one_of(CLOSED_DATES, FAR_DATES))
def test_bounds_hold_for_every_two_days_that_the_dates_allow(data, a, b):
    a, b = sorted([a, b], key=lambda date: date.latest)
    first, second = data.draw(day_within(a)), data.draw(day_within(b))
    try:
        days, years = days_between(a, b), years_between(a, b)
    except DerivedError:
        assert b.earliest < a.latest
        return
    assert first <= second
    assert days.low <= (second - first).days <= days.high
    completed = sum(
        1 for year in range(first.year + 1, second.year + 1) if _anniversary(first, year) <= second
    )
    assert years.low <= completed <= years.high


def _anniversary(day: datetime.date, year: int) -> datetime.date:
    try:
        return day.replace(year=year)
    except ValueError:
        return datetime.date(year, 3, 1)


@untimed
@given(CLOSED_DATES, CLOSED_DATES)
def test_both_bounds_are_reached(a, b):
    try:
        bounds = days_between(a, b)
    except DerivedError:
        return
    assert bounds.low == (b.earliest - a.latest).days
    assert bounds.high == (b.latest - a.earliest).days


@untimed
@given(st.lists(ALL_DATES, max_size=8).flatmap(lambda dates: st.permutations(list(enumerate(dates)))))
def test_order_of_the_timeline_is_total(numbered):
    facts = [make_fact(f"f-{number}", date) for number, date in numbered]
    keys = [timeline_order(fact) for fact in facts]
    assert len(set(keys)) == len(keys)
    ordered = sorted(facts, key=timeline_order)
    assert ordered == sorted(reversed(facts), key=timeline_order)
    for one, other in itertools.pairwise(ordered):
        assert (one.date.latest or datetime.date.max) <= (other.date.latest or datetime.date.max)
