"""How everything stands, told: to people, to programs, to a spreadsheet, on a page."""

import csv
import datetime
import io
import json
import re

from report.compose.matter import read_labels
from report.editions.record import Shown
from report.editions.tracing import StatedValue
from report.editions.withdrawals import Withdrawal
from report.ledger import Delivery, State
from report.notices.overview import (
    COLUMNS,
    standing_csv,
    standing_data,
    standing_lines,
    traced_csv,
    traced_data,
    traced_lines,
)
from report.notices.overview_page import overview_html
from report.notices.standing import (
    BriefingStanding,
    DeliveryStanding,
    EditionStanding,
    FactsStanding,
    Standing,
    Traced,
)
from tests.unit.notices.test_status_site import TEMPLATES

NOW = datetime.datetime(2026, 11, 27, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
DAY = datetime.date(2026, 11, 22)
GONE = Withdrawal(1, DAY, "", "日期写错", 2, must_return=True)


def delivery(clinic, state, *, kind="edition", edition=2, about=0, channel="mail", **more):
    made = Delivery(
        kind, "demo", edition, about, clinic, channel, 0, "0" * 64, f"<{clinic}@x.invalid>", state, **more
    )
    return DeliveryStanding(made, {})


DELIVERIES = (
    delivery("GZ-0001", State.SENT, done_at=NOW),
    delivery("GZ-0002", State.DEFERRED, next_attempt_at=NOW + datetime.timedelta(hours=1), attempts=2),
    delivery("GZ-0003", State.IN_DOUBT, done_at=NOW),
    delivery("GZ-0004", State.DUE, kind="correction", about=1),
    DeliveryStanding(
        delivery("GZ-0005", State.SENT, kind="withdrawal", edition=0, about=1, done_at=NOW).delivery,
        {"received": NOW},
    ),
)
BRIEFING = BriefingStanding(
    "demo",
    "试验简报",
    "zh-Hans",
    (
        EditionStanding(2, "current", DAY, DAY, True, None, ("GZ-0001",), ("GZ-0003",)),
        EditionStanding(1, "withdrawn", DAY, DAY, False, GONE, ("GZ-0005",), ()),
    ),
    DELIVERIES,
    ("GZ-0009",),
    FactsStanding(DAY, {"fresh": 3, "stale": 1}, 2),
)
STANDING = Standing(NOW, (BRIEFING,), ())
EMPTY = Standing(NOW, (BriefingStanding("demo", "", "", (), (), (), None),), ())


def test_the_terminal_has_what_wants_doing():
    assert list(standing_lines(STANDING)) == [
        "demo: edition 2 is current",
        "  edition      state      as of       released    held by  perhaps by",
        "  2 (erratum)  current    2026-11-22  2026-11-22  1        1",
        "  1            withdrawn  2026-11-22  2026-11-22  1        -",
        "  edition 1 was withdrawn: 日期写错; to be taken out of use",
        "  facts on 2026-11-22: 3 fresh, 1 stale; 2 to be reviewed",
        "  1 active clinic without an edition",
        "  deliveries: 1 due, 2 sent, 1 deferred, 1 in doubt",
        "  clinic   channel  what                     state                             answer",
        "  GZ-0002  mail     edition 2                deferred  until 2026-11-27 10:30",
        "  GZ-0003  mail     edition 2                in doubt  2026-11-27 09:30",
        "  GZ-0004  mail     correction of edition 1  due",
    ]


def test_everything_is_listed_where_it_is_asked_for():
    lines = list(standing_lines(STANDING, everything=True))
    assert [line.split()[0] for line in lines[-5:]] == [one.delivery.clinic for one in DELIVERIES]
    assert lines[-1].endswith("received 2026-11-27")


def test_a_notice_that_nobody_answered_wants_something_still():
    waiting = delivery("GZ-0006", State.SENT, kind="withdrawal", edition=0, about=1, done_at=NOW)
    briefing = BriefingStanding("demo", "", "", (), (waiting,), (), None)
    assert "GZ-0006" in "\n".join(standing_lines(Standing(NOW, (briefing,), ())))


def test_programs_have_all_of_it_with_instants_in_utc():
    data = json.loads(json.dumps(standing_data(STANDING)))
    assert (data["format"], data["version"], data["at"]) == ("jianbao-standing", 1, "2026-11-27T01:30:00Z")
    (briefing,) = data["briefings"]
    assert (briefing["current"], briefing["clinics_without"]) == (2, ["GZ-0009"])
    assert [item["holders"] for item in briefing["editions"]] == [["GZ-0001"], ["GZ-0005"]]
    assert briefing["editions"][1]["withdrawn"]["reason"] == "日期写错"
    assert briefing["counts"] == {"due": 1, "sent": 2, "deferred": 1, "in_doubt": 1}
    assert briefing["deliveries"][1]["next_attempt_at"] == "2026-11-27T02:30:00Z"
    assert briefing["deliveries"][4]["answers"] == {"received": "2026-11-27T01:30:00Z"}


def test_a_spreadsheet_gets_no_formula():
    formula = delivery("GZ-0001", State.SENT, channel="=HYPERLINK(1)")
    briefing = BriefingStanding("demo", "", "", (), (formula, *DELIVERIES), (), None)
    rows = list(csv.reader(io.StringIO(standing_csv(Standing(NOW, (briefing,), ())))))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1][2] == "'=HYPERLINK(1)"
    assert len(rows) == 1 + 6
    assert rows[6][COLUMNS.index("received_at")] == "2026-11-27T01:30:00Z"


def test_the_page_says_it_in_words_and_asks_for_nothing():
    page = overview_html(STANDING, read_labels(TEMPLATES, "zh-Hans"), "zh-Hans", TEMPLATES)
    assert page.count('scope="col"') == 12
    assert page.count('scope="row"') == 7
    for word in (
        "已撤回",
        "存疑",
        "2026-11-27 10:30后重试",
        "勘误通知（第1版）",
        "已知悉 2026-11-27 09:30",
        "1条已过期",
    ):
        assert word in page
    assert not re.search(r"<script|src=|href=|@import|url\(", page)


def test_a_page_in_another_language_says_which_the_title_is_in():
    page = overview_html(STANDING, read_labels(TEMPLATES, "en"), "en", TEMPLATES)
    assert '<html lang="en">' in page
    assert '<span lang="zh-Hans">试验简报</span>' in page


def test_nothing_released_and_nothing_sent():
    assert list(standing_lines(EMPTY)) == ["demo: nothing was released"]
    assert standing_csv(EMPTY).splitlines() == [",".join(COLUMNS)]
    page = overview_html(EMPTY, read_labels(TEMPLATES, "zh-Hans"), "zh-Hans", TEMPLATES)
    assert "尚未发布。" in page
    assert "没有送达记录。" in page


VALUE = StatedValue(1, "dates.effective", "2026-05-01", (Shown("rules", "dates.effective", "2026年5月1日"),))
TRACED = (
    Traced(VALUE, "withdrawn", ("GZ-0001",), ("GZ-0002",), ("GZ-0003",)),
    Traced(StatedValue(2, "dates.effective", "2026-06-01", ()), "current", (), (), ()),
)


def test_who_got_a_value_of_a_fact():
    assert list(traced_lines(TRACED, "cn-818")) == [
        "edition 1 (withdrawn): held by GZ-0001; perhaps by GZ-0002; GZ-0003 got it and holds a later one",
        "  dates.effective: 2026-05-01; prints as 2026年5月1日 (rules)",
        "edition 2 (current): held by nobody",
        "  dates.effective: 2026-06-01; is not printed",
    ]
    assert list(traced_lines((), "cn-818")) == ["cn-818: no edition states that value"]
    assert traced_data(TRACED)[0]["hold_later"] == ["GZ-0003"]
    rows = list(csv.reader(io.StringIO(traced_csv(TRACED))))
    assert [row[-2:] for row in rows[1:]] == [
        ["GZ-0001", "yes"],
        ["GZ-0002", "perhaps"],
        ["GZ-0003", "a later one"],
        ["", ""],
    ]
