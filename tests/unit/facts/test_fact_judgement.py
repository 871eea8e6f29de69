import datetime

import pytest

from report.facts.judgement import (
    Freshness,
    FreshnessLimits,
    InForce,
    Verdict,
    earliest_public_day,
    find_supersession_cycles,
    freshness,
    has_start,
    in_force,
    is_future,
    is_known,
    superseded_by,
    timeline_order,
)
from report.facts.models import Fact

DAY = datetime.date.fromisoformat


def fact(id_="f", dates=None, **keys):
    dates = {"announced": "2025-01-02"} if dates is None else dates
    entry = {
        "id": id_,
        "kind": "regulation" if dates else "scientific",
        "status": "verified",
        "jurisdiction": "CN",
        "label": "甲",
        "dates": dates,
        "primary_date": next(iter(dates), None),
    }
    return Fact.model_validate(entry | keys)


ORDER_818 = {"signed": "2025-09-28", "published": "2025-10-10", "effective": "2026-05-01"}


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        (ORDER_818, "2025-10-10"),
        ({"issued": "2011-12-16", "disclosed": "2012-01-10"}, "2011-12-16"),
        ({"disclosed": "2012-01-10", "published": "2012-01"}, "2012-01-01"),
        ({"decided": "2024-12", "effective": "2024-11-01"}, "2024-12-01"),
        ({"announced": "../2025-01-02"}, None),
        ({}, None),
    ],
)
def test_earliest_public_day(dates, day):
    assert earliest_public_day(fact(dates=dates)) == (day and DAY(day))


def test_without_public_and_primary_date_the_earliest_of_all_counts():
    study = fact(dates={"ended": "2020", "started": "2018-05"}, kind="scientific", primary_date=None)
    assert earliest_public_day(study) == DAY("2018-05-01")


@pytest.mark.parametrize(("as_of", "known"), [("2025-10-09", False), ("2025-10-10", True)])
def test_known_from_the_first_public_day_on(as_of, known):
    assert is_known(fact(dates=ORDER_818), DAY(as_of)) is known


def test_what_has_no_date_is_known():
    assert is_known(fact(dates={}), DAY("1900-01-01"))


@pytest.mark.parametrize(
    ("dates", "valid", "as_of", "expected"),
    [
        (ORDER_818, None, "2026-04-30", "no"),
        (ORDER_818, None, "2026-05-01", "yes"),
        ({"effective": "2026-05"}, None, "2026-04-30", "no"),
        ({"effective": "2026-05"}, None, "2026-05-01", "unclear"),
        ({"effective": "2026-05"}, None, "2026-05-31", "yes"),
        ({"effective": "2026/.."}, None, "2030-01-01", "unclear"),
        ({"effective": "../2026"}, None, "2025-01-01", "unclear"),
        ({"effective": "2024", "ended": "2025-06"}, None, "2025-05-31", "yes"),
        ({"effective": "2024", "ended": "2025-06"}, None, "2025-06-01", "yes"),
        ({"effective": "2024", "ended": "2025-06"}, None, "2025-06-15", "unclear"),
        ({"effective": "2024", "ended": "2025-06"}, None, "2025-06-30", "unclear"),
        ({"effective": "2024", "ended": "2025-06"}, None, "2025-07-01", "no"),
        ({"started": "2024-01-01", "ended": "2025-06-30"}, None, "2025-06-30", "yes"),
        ({"started": "2024-01-01", "ended": "2025-06-30"}, None, "2025-07-01", "no"),
        ({"effective": "2030"}, "2024-01-01/..", "2025-01-01", "yes"),
        ({"effective": "2020"}, "2024-01-01/2024-12-31", "2023-12-31", "no"),
        ({"effective": "2020"}, "2024-01-01/2024-12-31", "2024-12-31", "yes"),
        ({"effective": "2020"}, "2024-01-01/2024-12-31", "2025-01-01", "no"),
        ({"effective": "2020"}, "2024/2026", "2024-06-01", "unclear"),
        ({"effective": "2030"}, "../2024-12-31", "2020-01-01", "yes"),
        ({"announced": "2025-01-02"}, None, "2026-01-01", "unclear"),
        ({"announced": "2025-01-02", "ended": "2025-03-01"}, None, "2026-01-01", "no"),
        (ORDER_818, None, "0001-01-01", "no"),
    ],
)
def test_in_force(dates, valid, as_of, expected):
    assert in_force(fact(dates=dates, valid=valid), DAY(as_of)) is InForce(expected)


@pytest.mark.parametrize(
    ("as_of", "expected"), [("2025-06-01", False), ("2025-10-15", True), ("2026-11-22", False)]
)
def test_future_is_known_and_not_yet_in_force(as_of, expected):
    assert is_future(fact(dates=ORDER_818), DAY(as_of)) is expected


def test_what_has_ended_is_not_future():
    assert not is_future(fact(valid="2020-01-01/2020-12-31"), DAY("2026-01-01"))


def test_start_is_told_from_its_absence():
    assert has_start(fact(dates=ORDER_818))
    assert not has_start(fact())


@pytest.mark.parametrize(
    ("newer", "as_of", "is_superseded"),
    [
        ({"dates": ORDER_818}, "2026-04-30", False),
        ({"dates": ORDER_818}, "2026-05-01", True),
        ({"dates": {"published": "2025-10-10"}}, "2025-10-09", False),
        ({"dates": {"published": "2025-10-10"}}, "2025-10-10", True),
        ({"dates": {"published": "2025-10-10", "effective": "2026-05"}}, "2026-05-15", False),
        ({"dates": {"published": "2025-10-10", "effective": "2025-01-01"}}, "2025-06-01", False),
        ({"dates": ORDER_818, "valid": "2026-05-01/2026-12-31"}, "2027-06-01", True),
        ({"dates": ORDER_818, "status": "retracted"}, "2026-11-22", False),
    ],
)
def test_older_fact_stands_until_the_newer_is_in_force_or_known(newer, as_of, is_superseded):
    facts = [fact("old"), fact("new", supersedes=["old"], **newer)]
    assert superseded_by(facts, DAY(as_of)) == ({"old": "new"} if is_superseded else {})


def test_of_several_the_latest_supersedes():
    facts = [
        fact("c", {"announced": "2025-03-01"}, supersedes=["a", "b"]),
        fact("b", {"announced": "2025-02-01"}, supersedes=["a"]),
        fact("a", {"announced": "2025-01-01"}),
    ]
    assert superseded_by(facts, DAY("2025-02-15")) == {"a": "b"}
    assert superseded_by(facts, DAY("2025-03-15")) == {"a": "c", "b": "c"}


def links(**named):
    return [fact(id_, supersedes=others) for id_, others in named.items()]


@pytest.mark.parametrize(
    ("facts", "cycles"),
    [
        (links(a=["b"], b=["c"], c=[]), []),
        (links(a=["b", "c"], b=["d"], c=["d"], d=[]), []),
        (links(a=["missing"]), []),
        (links(b=["a"], a=["b"]), [("a", "b")]),
        (links(c=["a"], a=["b"], b=["c"], d=["a"]), [("a", "b", "c")]),
        (links(a=["b"], b=["a"], x=["y"], y=["x"]), [("a", "b"), ("x", "y")]),
    ],
)
def test_cycles_of_supersession(facts, cycles):
    assert find_supersession_cycles(facts) == cycles


def test_long_chain_has_no_cycle_and_needs_no_deep_stack():
    facts = [fact(f"f{n}", supersedes=[f"f{n + 1}"]) for n in range(3000)]
    assert find_supersession_cycles(facts) == []


LIMITS = {
    "default": FreshnessLimits(warn_after_days=180, error_after_days=365),
    "regulation": FreshnessLimits(error_after_days=30),
}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"last_checked": "2026-11-22"}, Freshness(0, None, Verdict.FRESH, False)),
        ({"last_checked": "2026-05-26"}, Freshness(180, None, Verdict.FRESH, False)),
        ({"last_checked": "2026-05-25"}, Freshness(181, 180, Verdict.AGEING, False)),
        ({"last_checked": "2025-11-21"}, Freshness(366, 365, Verdict.STALE, False)),
        ({"last_checked": "2026-12-01"}, Freshness(-9, None, Verdict.FRESH, False)),
        ({"last_checked": None}, Freshness(None, None, Verdict.UNCHECKED, False)),
        (
            {"last_checked": "2026-11-22", "review_by": "2026-11-22"},
            Freshness(0, None, Verdict.FRESH, False),
        ),
        (
            {"last_checked": "2026-11-22", "review_by": "2026-11-21"},
            Freshness(0, None, Verdict.FRESH, True),
        ),
        ({"last_checked": "2026-10-22", "kind": "regulation"}, Freshness(31, 30, Verdict.STALE, False)),
    ],
)
def test_freshness(keys, expected):
    assert freshness(fact(**{"kind": "approval"} | keys), DAY("2026-11-22"), LIMITS) == expected


def test_without_limits_a_checked_fact_is_fresh():
    assert freshness(fact(last_checked="1990-01-01"), DAY("2026-11-22"), {}).verdict is Verdict.FRESH


def test_order_of_the_timeline():
    facts = [
        fact("none", {}),
        fact("open-end", {"announced": "2024/.."}),
        fact("year", {"announced": "2025"}),
        fact("b-day", {"announced": "2025-01-02"}),
        fact("a-day", {"announced": "2025-01-02"}),
        fact("open-start", {"announced": "../2025-01-02"}),
        fact("month", {"announced": "2024-12"}),
    ]
    ordered = [one.id for one in sorted(facts, key=timeline_order)]
    assert ordered == ["month", "open-start", "a-day", "b-day", "year", "open-end", "none"]
