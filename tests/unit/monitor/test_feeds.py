"""Feeds of facts and tables: what is read, what is refused, what stays of before, what is told."""

import dataclasses
import datetime
import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.model import Briefing
from report.monitor.databases import Databases
from report.monitor.feed_documents import FeedError
from report.monitor.feed_findings import check_feeds
from report.monitor.feed_values import FeedOutcome, FeedValue, read_values, state_of, write_values
from report.monitor.feeds import FeedsRead, Reach, read_feeds
from tests.dsl import Project

TODAY = datetime.date(2026, 11, 28)
URL = "https://example.org/register.json"
FACT = """\
- id: fed
  kind: approval
  status: verified
  jurisdiction: CN
  label: 批准
  dates: {announced: "2025-01-02"}
  primary_date: announced
  attrs: {age_min: 14, dose: {value: 0.5, unit: mL}, origin: 脐带}
  feed: %s
"""
DOCUMENT = {
    "products": [
        {"id": "fed", "approved": "20250102", "age": 14, "dose": {"value": 0.5, "unit": "mL"}, "from": "脐带"}
    ]
}
TABLE = """\
- data: data/batches.csv
  url: https://example.org/register.json
  pointer: /batches
  key: 批号
  rows: [1, 3]
  columns:
    批号:
    放行: date
    支数: {type: whole, from: count, range: [1, 100], largest_step: 50%}
"""
BATCHES = [{"批号": "B1", "放行": "2026-09-01", "count": 20}, {"批号": "B2", "放行": "20261001", "count": 22}]
CSV = "批号,放行,支数\nB1,2026-09-01,20\nB2,2026-10-01,22\n"

Load = Callable[..., Briefing]


@pytest.fixture
def load(project: Project) -> Load:
    own = (project.demo / "facts.yaml").read_text(encoding="utf-8")

    def briefing(feed: str = "null", tables: str = "", data: str = "", more: str = "") -> Briefing:
        project.write("facts.yaml", own + FACT % feed + more)
        if tables:
            project.write("feeds.yaml", tables)
        if data:
            project.write("data/batches.csv", data)
        loaded, findings = load_briefing(read_briefing(project.root, "demo"))
        assert loaded is not None, findings
        return loaded

    return briefing


class Web:
    """What asks for addresses, and remembers it."""

    def __init__(self, **pages: object) -> None:
        self.pages = {URL: json.dumps(DOCUMENT).encode()} if not pages else {URL: pages["page"]}
        self.asked: list[str] = []
        self.kept: list[bytes] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        page = self.pages.get(url)
        if not isinstance(page, bytes):
            raise FeedError(FeedOutcome.UNREACHABLE, "no connection")
        return page

    def keep(self, data: bytes) -> None:
        self.kept.append(data)


def read(
    briefing: Briefing,
    web: Web,
    last: dict[str, FeedValue] | None = None,
    *,
    folder: Path = Path("nowhere"),
    today: datetime.date = TODAY,
) -> FeedsRead:
    reach = Reach(folder, Databases(folder), web, web.keep, today)
    return read_feeds(briefing, reach, last or {})


@pytest.mark.parametrize(
    ("field", "pointer", "value"),
    [
        ("dates.announced", "/products/0/approved", "2025-01-02"),
        ("attrs.age_min", "/products/0/age", "14"),
        ("attrs.dose", "/products/0/dose", "0.5"),
        ("attrs.origin", "/products/0/from", "脐带"),
    ],
)
def test_a_value_that_is_the_facts_own_is_no_difference(
    load: Load, field: str, pointer: str, value: str
) -> None:
    web = Web()
    found = read(load(f"{{url: {URL}, pointer: {pointer}, field: {field}}}"), web)
    assert (found.values["fed"].outcome, found.values["fed"].value) == (FeedOutcome.READ, value)
    assert found.values["fed"].read_on == TODAY
    assert found.differences == ()
    assert web.kept == []


def test_another_value_is_a_difference_and_what_it_was_read_from_is_kept(load: Load) -> None:
    page = json.dumps({"age": 12}).encode()
    web = Web(page=page)
    found = read(load(f"{{url: {URL}, pointer: /age, field: attrs.age_min, range: [0, 120]}}"), web)
    [difference] = found.differences
    assert dataclasses.asdict(difference) == {
        "name": "fed",
        "field": "attrs.age_min",
        "old": "14",
        "new": "12",
        "sha256": hashlib.sha256(page).hexdigest(),
        "where": URL,
    }
    assert web.kept == [page]


@pytest.mark.parametrize(
    ("declared", "page", "outcome", "message"),
    [
        ("pointer: /age, field: attrs.age_min", {"age": "vierzehn"}, "wrong-type", "no plain number"),
        ("pointer: /age, field: attrs.age_min", {"age": None}, "missing", "/age is null"),
        ("pointer: /age, field: attrs.age_min", {"age": [1]}, "wrong-type", "/age is a list"),
        ("pointer: /ages, field: attrs.age_min", {"age": 1}, "missing", "has no key 'ages'"),
        (
            "pointer: /age, field: attrs.age_min, range: [0, 120]",
            {"age": 140},
            "outside-range",
            "within 0 and 120",
        ),
        (
            "pointer: /age, field: attrs.age_min, largest_step: 10%",
            {"age": 16},
            "step-too-large",
            "2 from 14",
        ),
        (
            "pointer: /d, field: attrs.dose, unit_at: /u",
            {"d": 5, "u": "mg"},
            "other-unit",
            "'mL' is expected",
        ),
        ("pointer: '', field: attrs.age_min", b"<html>", "unreadable", "no JSON"),
        ("cell: {column: a, where: {b: c}}", b"a,b\n2025-01-02,x\n", "missing", "no row has b = c"),
        ("cell: {column: a, where: {b: x}}", b"a,b\n1,x\n2,x\n", "missing", "more than one row"),
        ("cell: {column: z}", b"a,b\n1,x\n", "missing", "no column 'z'; there are a, b"),
        ("cell: {column: a}", b"a,b\n1\n", "unreadable", "row 1 has 1 cells"),
        ("cell: {column: a}", b'a,b\n"1,2\n', "unreadable", "no CSV"),
        ("cell: {column: a}", b"\xff\xfe\x00", "unreadable", "UTF-8 or GB 18030"),
    ],
)
def test_what_is_not_expected_is_refused_and_told(
    load: Load, declared: str, page: object, outcome: str, message: str
) -> None:
    web = Web(page=page if isinstance(page, bytes) else json.dumps(page).encode())
    value = read(load(f"{{url: {URL}, {declared}}}"), web).values["fed"]
    assert (value.outcome, value.value, value.read_on) == (outcome, "", None)
    assert message in value.message


def test_a_cell_of_a_table_of_a_chinese_system_is_read(load: Load) -> None:
    web = Web(page="名称,日期\n甲,2025-01-02\n乙,2025-02-03\n".encode("gb18030"))
    found = read(load(f"{{url: {URL}, cell: {{column: 日期, where: {{名称: 甲}}}}}}"), web)
    assert found.values["fed"].value == "2025-01-02"


def test_a_file_and_a_database_of_the_briefing_are_read(load: Load, project: Project) -> None:
    project.write("notes/register.json", json.dumps(DOCUMENT))
    briefing = load("{file: notes/register.json, pointer: /products/0/approved}")
    assert read(briefing, Web(), folder=project.demo).values["fed"].value == "2025-01-02"
    (project.demo / "notes/register.json").unlink()
    (project.demo / "notes/register.json").symlink_to("/etc/hostname")
    assert "or it is a link" in read(briefing, Web(), folder=project.demo).values["fed"].message


def test_a_query_answers_with_a_value_and_its_unit(load: Load, project: Project) -> None:
    project.write("notes/x", "")
    connection = sqlite3.connect(project.demo / "notes/r.sqlite3")
    connection.execute("create table r (dose real, unit text)")
    connection.execute("insert into r values (0.75, 'mL')")
    connection.commit()
    connection.close()
    sql = "{url: sqlite:///notes/r.sqlite3, query: 'select dose, unit from r'}"
    found = read(load(f"{{sql: {sql}, field: attrs.dose, unit_at: unit}}"), Web(), folder=project.demo)
    assert [(one.old, one.new) for one in found.differences] == [("0.5", "0.75")]


def test_what_was_read_before_stays_where_nothing_can_be_read_now(load: Load) -> None:
    briefing = load(f"{{url: {URL}, pointer: /products/0/age, field: attrs.age_min}}")
    first = read(briefing, Web())
    later = read(briefing, Web(page=None), dict(first.values), today=TODAY + datetime.timedelta(days=40))
    value = later.values["fed"]
    assert (value.outcome, value.value, value.read_on) == (FeedOutcome.UNREACHABLE, "14", TODAY)
    assert later.unreachable == (value,)
    assert later.differences == ()


def test_what_was_read_from_a_feed_declared_otherwise_counts_for_nothing(load: Load) -> None:
    briefing = load(f"{{url: {URL}, pointer: /age, field: attrs.age_min}}")
    value = read(briefing, Web(page=b'{"age": 12}')).values["fed"]
    assert len(check_feeds(briefing, {"fed": value}, TODAY)) == 1
    other = dataclasses.replace(value, origin="another")
    assert check_feeds(briefing, {"fed": other}, TODAY) == []
    failed = read(briefing, Web(page=None), {"fed": other}).values["fed"]
    assert (failed.value, failed.read_on) == ("", None)


def test_one_document_is_asked_for_once(load: Load) -> None:
    one = f"{{url: {URL}, pointer: /products/0/age, field: attrs.age_min}}"
    web = Web()
    briefing = load(one, TABLE, more=(FACT % one).replace("id: fed", "id: fed-2"))
    assert len(read(briefing, web).values) == 3
    assert web.asked == [URL]


# Tables


def batches(rows: object) -> Web:
    return Web(page=json.dumps({"batches": rows}).encode())


def test_a_table_is_what_its_columns_ask_for(load: Load) -> None:
    web = batches([{**row, "more": 1} for row in BATCHES])
    [difference] = read(load(tables=TABLE), web).differences
    assert (difference.name, difference.is_table, difference.old, difference.new) == (
        "data/batches.csv",
        True,
        "",
        CSV,
    )
    assert web.kept[-1] == CSV.encode()
    assert read(load(tables=TABLE, data=CSV), batches(BATCHES)).differences == ()


@pytest.mark.parametrize(
    ("rows", "outcome", "message"),
    [
        ([], "outside-range", "0 rows, fewer than 1"),
        (BATCHES * 2, "wrong-type", "row 3: the key 'B1' stands there twice"),
        ([{**BATCHES[0], "批号": str(n)} for n in range(4)], "outside-range", "more than 3 rows"),
        ([{"批号": "B1", "放行": "2026-09-01"}], "missing", "/batches/0 has no key 'count'"),
        ([{**BATCHES[0], "放行": "soon"}], "wrong-type", "row 1, 放行: "),
        ([{**BATCHES[0], "放行": None}], "missing", "row 1, 放行: there is nothing in it"),
        ([{**BATCHES[0], "count": 101}], "outside-range", "row 1, 支数: 101 is not within 1 and 100"),
        ([{**BATCHES[0], "count": 31}], "step-too-large", "row 1, 支数: 31 is 11 from 20, more than 50%"),
        ([{**BATCHES[0], "count": 2.5}], "wrong-type", "2.5 is no whole number"),
        ([{**BATCHES[0], "count": {}}], "wrong-type", "/batches/0/count is no single value"),
        ([1], "wrong-type", "/batches/0 is no object"),
        ({}, "wrong-type", "/batches is no list of rows"),
    ],
)
def test_a_table_with_one_bad_cell_is_refused_whole(
    load: Load, rows: object, outcome: str, message: str
) -> None:
    found = read(load(tables=TABLE, data=CSV), batches(rows))
    value = found.values["data/batches.csv"]
    assert (value.outcome, value.value) == (outcome, "")
    assert message in value.message
    assert found.differences == ()


def test_a_step_asks_nothing_of_a_cell_that_a_person_left_otherwise(load: Load) -> None:
    briefing = load(tables=TABLE, data=CSV.replace("20", "二十"))
    assert read(briefing, batches(BATCHES)).values["data/batches.csv"].outcome is FeedOutcome.READ


# What builds find


def codes(briefing: Briefing, values: dict[str, FeedValue], today: datetime.date = TODAY) -> list[str]:
    return [f"{one.code.code} {one.location}" for one in check_feeds(briefing, values, today)]


def test_builds_tell_what_differs_at_the_value_of_the_fact(load: Load, project: Project) -> None:
    briefing = load(f"{{url: {URL}, pointer: /age, field: attrs.age_min}}")
    values = dict(read(briefing, Web(page=b'{"age": 12}')).values)
    [finding] = check_feeds(briefing, values, TODAY)
    line = (project.demo / "facts.yaml").read_text().split("attrs: {age_min")[0].count("\n") + 1
    assert str(finding.location) == f"content/demo/facts.yaml:{line}:20"
    assert finding.code.code == "F040"
    assert finding.message == '"fed" states 14 in attrs.age_min, and its feed 12 (read on 2026-11-28)'


def test_builds_tell_what_is_refused_and_what_is_old_and_nothing_of_what_was_never_read(load: Load) -> None:
    briefing = load(f"{{url: {URL}, pointer: /age, field: attrs.age_min, range: [0, 20], max_age_days: 7}}")
    place = codes(briefing, dict(read(briefing, Web(page=b'{"age": 21}')).values))
    assert [one.partition(" ")[0] for one in place] == ["F042"]
    assert [
        one.partition(" ")[0] for one in codes(briefing, dict(read(briefing, Web(page=b"{}")).values))
    ] == ["F041"]
    good = dict(read(briefing, Web(page=b'{"age": 14}')).values)
    assert codes(briefing, good, TODAY + datetime.timedelta(days=7)) == []
    assert codes(briefing, good, TODAY + datetime.timedelta(days=8))[0].startswith(
        "F043 content/demo/facts.yaml:"
    )
    assert codes(briefing, {}) == []
    assert codes(briefing, dict(read(briefing, Web(page=None)).values)) == []


def test_builds_tell_where_a_table_is_not_what_its_feed_is(load: Load) -> None:
    values = dict(read(load(tables=TABLE), batches(BATCHES)).values)
    assert codes(load(tables=TABLE), values) == ["F040 content/demo/feeds.yaml:1:9"]
    assert codes(load(tables=TABLE, data=CSV), values) == []
    assert codes(load(tables=TABLE, data=CSV.replace("22", "23")), values) == [
        "F040 content/demo/feeds.yaml:1:9"
    ]


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("field: dates.effective", "is of dates.effective, which the fact does not have"),
        ("type: text", "gives dates.announced as text, and it is a date"),
        ("field: attrs.age_min, range: [2025-01-02, 2025-02-03]", "has a range that is none of numbers"),
        ("range: [1.5, 2.5]", "has a range that is none of dates"),
        ("largest_step: 10%", "has a percentage as the step of a date"),
        ("field: attrs.dose, unit: mg", "is in 'mg', and attrs.dose in 'mL'"),
        ("field: attrs.dose, type: text", "gives attrs.dose as text, and it is a number"),
        ("field: attrs.origin, unit: mL", "is a text, and has a unit, a range or a step"),
        ("unit_at: /u", "has a unit, and dates.announced is a date"),
    ],
)
def test_a_feed_that_does_not_fit_its_fact_is_an_error_and_is_not_read(
    load: Load, declared: str, message: str
) -> None:
    briefing = load(f"{{url: {URL}, pointer: /a, {declared}}}")
    [finding] = check_feeds(briefing, {}, TODAY)
    assert finding.code.code == "F044"
    assert message in finding.message
    web = Web()
    assert read(briefing, web).values == {}
    assert web.asked == []


# The cache


def test_what_was_read_is_kept_with_its_day(load: Load, tmp_path: Path) -> None:
    found = read(
        load(f"{{url: {URL}, pointer: /products/0/age, field: attrs.age_min}}", TABLE), batches(BATCHES)
    )
    write_values(tmp_path, "demo", found.values)
    assert read_values(tmp_path, "demo") == found.values
    assert read_values(tmp_path, "other") == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"version": 2, "feeds": []}',
        b'{"version": 1, "feeds": [{"name": 1}]}',
        b"[" * 99999,
    ],
)
def test_a_cache_that_cannot_be_read_is_as_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/demo.json").write_bytes(data)
    assert read_values(tmp_path, "demo") == {}


def test_reading_the_same_again_makes_no_build_anew_until_it_is_too_old(load: Load) -> None:
    briefing = load(f"{{url: {URL}, pointer: /products/0/age, field: attrs.age_min}}")
    first = read(briefing, Web()).values
    week = TODAY + datetime.timedelta(days=7)
    again = read(briefing, Web(), today=week).values
    assert state_of(first, TODAY) == state_of(again, week)
    assert state_of(first, TODAY) != state_of(first, TODAY + datetime.timedelta(days=31))
    assert state_of(first, TODAY) != state_of(read(briefing, Web(page=b"{}")).values, TODAY)
