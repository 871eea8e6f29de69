"""Which editions stated a value of a fact: as recorded, and as it printed."""

import dataclasses

from report.editions.record import Shown
from report.editions.tracing import trace
from tests.unit.editions.samples import edition, fact

MOVED = fact(
    dates={"effective": "2026-06-01", "published": "2025-10-10"},
    attrs={"articles": "58"},
    shown=(Shown("rules", "dates.effective", "2026年6月1日"), Shown("rules", "days_between", "234天")),
)
EDITIONS = (edition(1), edition(2, facts={"cn-818": MOVED}))


def test_a_field_is_told_of_every_edition_that_states_it():
    found = trace(EDITIONS[::-1], "cn-818", field="dates.effective")
    assert [(one.edition, one.stated) for one in found] == [(1, "2026-05-01"), (2, "2026-06-01")]
    assert found[0].shown == (Shown("rules", "dates.effective", "2026年5月1日"),)


def test_a_value_is_found_as_it_is_recorded_and_as_it_prints():
    for value in ("2026-05-01", "2026年5月1日"):
        assert [one.edition for one in trace(EDITIONS, "cn-818", value=value)] == [1]
    assert trace(EDITIONS, "cn-818", value="2026年5月") == ()


def test_what_is_derived_has_only_what_it_prints_as():
    (one,) = trace(EDITIONS, "cn-818", field="days_between")
    assert (one.edition, one.stated, one.shown[0].text) == (2, "", "234天")


def test_all_that_is_recorded_of_a_fact_is_told():
    fields = {one.field for one in trace(EDITIONS[1:], "cn-818")}
    assert {"status", "label", "dates.published", "attrs.articles", "sources", "in_force"} <= fields
    assert "subject" not in fields


def test_a_fact_that_no_edition_states():
    assert trace(EDITIONS, "nowhere") == ()
    assert trace((dataclasses.replace(EDITIONS[0], facts={}), EDITIONS[1]), "cn-818")[0].edition == 2
