"""Conditions for the next step: judged on a day, by the facts alone."""

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.facts.judgement import superseded_by
from report.facts.models import Fact
from report.model import Trigger
from report.triggers import Judged, State, judge

BEFORE, BETWEEN, AFTER = (datetime.date(2025, 6, 1), datetime.date(2025, 10, 15), datetime.date(2026, 11, 22))


def fact(name: str, **changes: Any) -> Fact:
    values = {
        "id": name,
        "kind": "approval",
        "status": "verified",
        "jurisdiction": "CN",
        "label": name,
        "dates": {"announced": "2025-01-02"},
        "primary_date": "announced",
    }
    return Fact.model_validate({**values, **changes})


DECREE = fact(
    "decree",
    kind="regulation",
    dates={"published": "2025-10-10", "effective": "2026-05-01"},
    primary_date="effective",
)
OLD = fact("old", kind="suspension", dates={"issued": "2011-12-16"}, primary_date="issued")
SUCCESSOR = DECREE.model_copy(update={"supersedes": ("old",)})
FIRST = fact("first", entities=["drug"], subject="drug")
SECOND = fact("second", jurisdiction="CN-GD", entities=["drug"], dates={"announced": "2025-09"})
ABROAD = fact("abroad", jurisdiction="US")
DRAFT = fact("draft", status="draft", entities=["drug"])
WITHDRAWN = fact("withdrawn", status="retracted", entities=["drug"])
CONTESTED = fact("contested", status="contested", dates={"announced": "2025-03", "effective": "2025-04"})
PLAN = fact("plan", kind="policy", dates={"published": "2025-06-10"}, primary_date="published")
COARSE = fact("coarse", dates={"announced": "2025-01-02", "effective": "2025-10"})
FACTS = (DECREE, OLD, FIRST, SECOND, ABROAD, DRAFT, WITHDRAWN, CONTESTED, PLAN, COARSE)


def judged(when: dict[str, Any], as_of: datetime.date, *facts: Fact) -> Judged:
    chosen = facts or FACTS
    trigger = Trigger.model_validate({"id": "next", "label": "下一步", "when": when})
    return judge(trigger, {one.id: one for one in chosen}, as_of, superseded_by(chosen, as_of))


def told(found: Judged) -> tuple[str, list[str]]:
    return found.state.value, [f"{item.fact.id}.{item.date}" for item in found.evidence]


@pytest.mark.parametrize(
    ("name", "wanted", "on_each_day"),
    [
        ("decree", "in_force", ["not_met", "not_met", "met"]),
        ("decree", "known", ["not_met", "met", "met"]),
        ("decree", "not_in_force", ["not_met", "met", "not_met"]),
        ("decree", "verified", ["not_met", "met", "met"]),
        ("plan", "in_force", ["not_met", "unclear", "unclear"]),
        ("coarse", "in_force", ["not_met", "unclear", "met"]),
        ("contested", "verified", ["not_met", "not_met", "not_met"]),
        ("contested", "in_force", ["met", "met", "met"]),
        ("draft", "known", ["unclear", "unclear", "unclear"]),
        ("draft", "verified", ["not_met", "not_met", "not_met"]),
        ("withdrawn", "known", ["not_met", "not_met", "not_met"]),
        ("old", "superseded", ["not_met", "not_met", "not_met"]),
    ],
)
def test_a_fact_is_judged_by_how_it_stands_on_the_day(name: str, wanted: str, on_each_day: list[str]) -> None:
    days = (BEFORE, BETWEEN, AFTER)
    assert [judged({"fact": name, "is": wanted}, day).state.value for day in days] == on_each_day


def test_what_is_not_known_is_no_evidence() -> None:
    assert told(judged({"fact": "decree", "is": "in_force"}, BEFORE)) == ("not_met", [])
    assert told(judged({"fact": "withdrawn", "is": "known"}, AFTER)) == ("not_met", [])


def test_evidence_has_the_date_that_tells() -> None:
    assert told(judged({"fact": "decree", "is": "in_force"}, BETWEEN)) == ("not_met", ["decree.effective"])
    assert told(judged({"fact": "decree", "is": "known"}, BETWEEN)) == ("met", ["decree.published"])
    assert told(judged({"fact": "plan", "is": "in_force"}, AFTER)) == ("unclear", ["plan.published"])
    ended = fact("ended", dates={"started": "2025-01-01", "ended": "2025-08-01"}, primary_date="started")
    assert told(judged({"fact": "ended", "is": "not_in_force"}, AFTER, ended)) == ("met", ["ended.ended"])
    span = fact("span", valid="2025-01-01/2025-08-01")
    assert told(judged({"fact": "span", "is": "in_force"}, BEFORE, span)) == ("met", ["span.valid"])


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (BEFORE, ("not_met", ["old.issued"])),
        (BETWEEN, ("not_met", ["old.issued"])),
        (AFTER, ("met", ["decree.effective"])),
    ],
)
def test_a_superseded_fact_is_told_by_the_newer_one(
    as_of: datetime.date, expected: tuple[str, list[str]]
) -> None:
    assert told(judged({"fact": "old", "is": "superseded"}, as_of, OLD, SUCCESSOR)) == expected


@pytest.mark.parametrize(
    ("keys", "counted"),
    [
        ({"kind": "approval", "entity": "drug"}, ["first", "second"]),
        ({"kind": "approval", "jurisdiction": "CN"}, ["first", "coarse", "contested", "second"]),
        ({"kind": "approval", "jurisdiction": "CN-GD"}, ["second"]),
        ({"subject": "drug"}, ["first"]),
        ({"kind": "pilot"}, []),
    ],
)
def test_facts_are_counted_that_agree_with_every_key(keys: dict[str, str], counted: list[str]) -> None:
    found = judged({"count": keys, "at_least": 2}, AFTER)
    assert sorted(item.fact.id for item in found.evidence) == sorted(counted)
    assert found.count == len(counted)
    assert found.state is (State.MET if len(counted) >= 2 else State.NOT_MET)


def test_what_is_not_known_yet_is_not_counted() -> None:
    when = {"count": {"kind": "approval", "entity": "drug"}, "at_least": 2}
    found = [judged(when, day) for day in (BEFORE, BETWEEN, AFTER)]
    assert [(one.state.value, one.count) for one in found] == [("not_met", 1), ("met", 2), ("met", 2)]


def test_what_was_superseded_happened_all_the_same() -> None:
    newer = fact("newer", supersedes=["first"], dates={"announced": "2025-02"})
    assert judged({"count": {"kind": "approval"}, "at_least": 2}, AFTER, FIRST, newer).count == 2


@given(day=st.dates(datetime.date(2000, 1, 1), datetime.date(2050, 1, 1)), offset=st.integers(-5000, 5000))
def test_a_day_is_met_from_that_day_on(day: datetime.date, offset: int) -> None:
    found = judged({"date": day.isoformat()}, day + datetime.timedelta(days=offset))
    assert found == Judged(State.MET if offset >= 0 else State.NOT_MET)
