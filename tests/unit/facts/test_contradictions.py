"""Facts whose dates exclude each other: exactly those that say nothing of it are found."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.facts.contradictions import find_contradictions
from tests.unit.facts.strategies import ALL_DATES, make_fact


def stated(name, date, **changes):
    return make_fact(name, date, subject="药", **changes)


def told(facts):
    return [(one.date, one.earlier.id, one.later.id) for one in find_contradictions(facts)]


def test_dates_without_a_common_day_contradict_each_other():
    assert told([stated("b", "2025-06"), stated("a", "2025-05")]) == [("announced", "a", "b")]


@pytest.mark.parametrize("date", ["2025", "2025-05-20", "../2025-05-20", "2025-05~", "2025-05/2025-07"])
def test_dates_with_a_common_day_do_not(date):
    assert told([stated("a", date), stated("b", "2025-05")]) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "另一种药"},
        {"subject": None},
        {"kind": "refusal"},
        {"status": "retracted"},
        {"contradicts": ["a"]},
        {"supersedes": ["a"]},
        {"dates": {"approved": "2025-06"}, "primary_date": "approved"},
    ],
)
def test_what_is_not_of_one_kind_or_says_so_is_not_compared(changes):
    one, other = stated("a", "2025-05"), make_fact("b", "2025-06", **{"subject": "药", **changes})
    assert told([one, other]) == told([other, one]) == []


def test_a_whole_line_of_succession_follows_itself():
    oldest, older = stated("a", "2020"), stated("b", "2021", supersedes=["a"])
    newest = stated("c", "2022", supersedes=["b"])
    assert told([oldest, older, newest]) == []
    assert told([oldest, older, newest, stated("d", "2019")]) == [
        ("announced", "d", "a"),
        ("announced", "d", "b"),
        ("announced", "d", "c"),
    ]


def test_a_dispute_that_is_named_does_not_hide_another():
    facts = [stated("a", "2020"), stated("b", "2022", contradicts=["a"]), stated("c", "2021")]
    assert told(facts) == [("announced", "c", "b"), ("announced", "a", "c")]


def test_every_name_of_a_date_is_compared():
    dates = [{"announced": "2020", "effective": "2021"}, {"announced": "2020", "effective": "2022"}]
    facts = [
        stated(name, None, kind="policy", dates=one, primary_date="announced")
        for name, one in zip("ab", dates, strict=True)
    ]
    assert told(facts) == [("effective", "a", "b")]


@st.composite
def records(draw):
    """Draw facts of one subject, some of which name each other."""
    names = [f"f{number}" for number in range(draw(st.integers(1, 7)))]
    others = st.sets(st.sampled_from(names), max_size=2)
    links = [(name, sorted(draw(others) - {name}), sorted(draw(others) - {name})) for name in names]
    return [
        stated(name, draw(ALL_DATES), contradicts=disputed, supersedes=older if draw(st.booleans()) else [])
        for name, disputed, older in links
    ]


def are_joined(one, other, facts):
    """Whether `supersedes` joins two facts, through any others."""
    reached, waiting = set(), [one.id]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [fact.id for fact in facts if name in fact.supersedes]
            waiting += next(fact.supersedes for fact in facts if fact.id == name)
    return other.id in reached


@given(records())
def test_those_are_found_that_comparing_all_with_all_would_find(facts):
    def exclude(one, other):
        is_said = other.id in one.contradicts or one.id in other.contradicts
        last = one.date.latest or datetime.date.max
        first = other.date.earliest or datetime.date.min
        return last < first and not is_said and not are_joined(one, other, facts)

    found = find_contradictions(facts)
    assert all(exclude(one.earlier, one.later) for one in found)
    later = {other.id for one in facts for other in facts if exclude(one, other)}
    assert sorted(one.later.id for one in found) == sorted(later)
