"""Dates, days within them, and facts, as Hypothesis draws them."""

import datetime

from hypothesis import strategies as st

from report.facts.dates import FactDate, parse_date
from report.facts.models import Fact

DAYS = st.dates(datetime.date(1, 1, 1), datetime.date(9999, 12, 31))
NEAR_DAYS = st.dates(datetime.date(2019, 1, 1), datetime.date(2026, 12, 31))


def _part(day: datetime.date, length: int, mark: str) -> str:
    return day.isoformat()[:length] + mark


PARTS = st.builds(_part, NEAR_DAYS, st.sampled_from([4, 7, 10]), st.sampled_from(["", "~", "?", "%"]))


def _interval(one: str, other: str) -> FactDate:
    first, second = parse_date(one), parse_date(other)
    start, end = sorted([first, second], key=lambda date: (date.earliest, date.latest))
    return parse_date(f"{start}/{end}")


SINGLE_DATES = PARTS.map(parse_date)
CLOSED_DATES = st.one_of(SINGLE_DATES, st.builds(_interval, PARTS, PARTS))
OPEN_DATES = PARTS.flatmap(lambda part: st.sampled_from([f"../{part}", f"{part}/.."])).map(parse_date)
ALL_DATES = st.one_of(CLOSED_DATES, OPEN_DATES)
# Without marks: what these allow is what is written, and no day more.
PLAIN_DATES = st.builds(_part, NEAR_DAYS, st.sampled_from([4, 7, 10]), st.just("")).map(parse_date)
# Mostly far enough apart for their order to be sure.
FAR_DAYS = st.dates(datetime.date(1700, 1, 1), datetime.date(2026, 12, 31))
FAR_DATES = st.builds(_part, FAR_DAYS, st.sampled_from([4, 7, 10]), st.sampled_from(["", "", "", "~"])).map(
    parse_date
)


def day_within(date: FactDate) -> st.SearchStrategy[datetime.date]:
    return st.dates(date.earliest or datetime.date.min, date.latest or datetime.date.max)


def make_fact(name: str, date: FactDate | str | None, **changes: object) -> Fact:
    """Return a fact with one date, announced; a scientific one where it has none."""
    dates = {} if date is None else {"dates": {"announced": str(date)}, "primary_date": "announced"}
    plain = {
        "id": name,
        "kind": "scientific" if date is None else "approval",
        "status": "verified",
        "jurisdiction": "CN",
        "label": "甲",
    }
    return Fact.model_validate({**plain, **dates, **changes})
