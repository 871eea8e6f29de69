"""Proposals at the desk: the evidence is seen, and a person decides, by name, from the keyboard too."""

import datetime

import pytest

from report.proposals import Evidence, Proposal, Seen, read_proposals, write_proposal
from tests.browser import eventually
from tests.dsl import NOW

pytestmark = pytest.mark.slow

FEED = Proposal(
    id="2026-11-26-drug-approved-0123456789",
    kind="feed-value",
    facts=("drug-approved",),
    field="dates.approved",
    old="2025-05",
    new="2025-05-20",
    opened_at=NOW - datetime.timedelta(days=1),
    evidence=Evidence(url="https://a.example/data.json"),
)
SOURCE = Proposal(
    id="2026-11-27-notice-abcdef0123",
    kind="source-changed",
    source="notice",
    facts=("trial-halted", "trial-resumed", "drug-approved"),
    opened_at=NOW,
    evidence=Evidence(
        url="https://a.example/notice",
        old=Seen(on=datetime.date(2026, 11, 20), text="a" * 64),
        new=Seen(on=datetime.date(2026, 11, 27), text="b" * 64),
    ),
    diff="--- 2026-11-20\n+++ 2026-11-27\n@@ -1 +1 @@\n-试验共有12处。\n+试验共有15处。",
)


@pytest.fixture
def page(desk, seated):
    """The desk with two open proposals."""
    for proposal in (FEED, SOURCE):
        write_proposal(desk.project.root, "demo", proposal)
    page = seated(desk, "proposals")
    page.wait_for_selector(".proposal")
    return page


def card(page, proposal):
    return page.locator(f"#proposal-{proposal.id}")


def decided(desk, proposal):
    found, _ = read_proposals(desk.project.root, "demo")
    return next(one for one in found if one.id == proposal.id)


def facts(desk):
    return (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")


def test_proposals_are_shown_with_their_evidence_the_newest_first(page):
    assert page.locator(".proposal .kind").all_inner_texts() == [
        "来源有改动 · 2026-11-27",
        "数据有新值 · 2026-11-26",
    ]
    text = card(page, SOURCE).inner_text()
    for words in ("试验共有15处。", "2026-11-20 → 2026-11-27", "药物获批", "https://a.example/notice"):
        assert words in text
    assert card(page, FEED).locator("ins").inner_text() == "2025-05-20"
    assert page.locator("#proposal-count").inner_text() == "2"


def test_a_value_is_accepted_by_name_and_written(desk, page):
    before = facts(desk)
    one = card(page, FEED)
    one.get_by_role("button", name="采纳并写入").click()
    assert page.evaluate("document.activeElement.name") == "by"
    assert "姓名" in one.get_by_role("alert").inner_text()
    one.get_by_label("决定人").fill("王小明")
    one.get_by_role("button", name="采纳并写入").click()
    one.wait_for(state="detached")
    found = decided(desk, FEED)
    assert (found.status, found.decided_by, str(found.decided_on)) == ("accepted", "王小明", "2026-11-27")
    after = facts(desk)
    assert 'approved: "2025-05-20"' in after
    assert "checked_by: 王小明" in after
    assert after.startswith(before.partition("- id: drug-approved")[0])
    eventually(page, lambda: page.locator("#proposal-count").inner_text() == "1")
    page.get_by_role("button", name="已采纳").click()
    assert "由王小明于2026-11-27采纳" in card(page, FEED).inner_text()


def test_the_effect_of_a_value_is_seen_first(desk, page):
    before = facts(desk)
    one = card(page, FEED)
    one.get_by_role("button", name="先看改了会怎样").click()
    one.locator(".effect ins").first.wait_for()
    assert one.locator(".effect ins").first.inner_text() == "2025年5月20日"
    assert facts(desk) == before


def test_another_value_than_the_proposed_one_may_be_written(desk, page):
    one = card(page, FEED)
    one.get_by_label("决定人").fill("王小明")
    one.get_by_label("写入 dates.approved").fill("2025-05-21")
    one.get_by_role("button", name="采纳并写入").click()
    one.wait_for(state="detached")
    assert 'approved: "2025-05-21"' in facts(desk)


def test_a_value_that_is_none_is_told_and_nothing_is_written(desk, page):
    before = facts(desk)
    one = card(page, FEED)
    one.get_by_label("决定人").fill("王小明")
    one.get_by_label("写入 dates.approved").fill("2025-13-21")
    one.get_by_role("button", name="采纳并写入").click()
    one.locator(".finding.error").first.wait_for()
    assert "C013" in one.inner_text()
    assert facts(desk) == before
    assert decided(desk, FEED).is_open


def test_a_rejection_needs_a_reason_and_changes_no_fact(desk, page):
    before = facts(desk)
    one = card(page, FEED)
    one.get_by_label("决定人").fill("李四")
    one.get_by_role("button", name="不采纳").click()
    assert page.evaluate("document.activeElement.name") == "reason"
    page.keyboard.type("网站上的日期是转载日期")
    one.get_by_role("button", name="不采纳").focus()
    page.keyboard.press("Enter")
    one.wait_for(state="detached")
    found = decided(desk, FEED)
    assert (found.status, found.decided_by, found.reason) == ("rejected", "李四", "网站上的日期是转载日期")
    assert facts(desk) == before
    # Whoever works with the keyboard stays where they were.
    assert page.evaluate("document.activeElement.id") == "title-proposals"


def test_a_source_that_changed_may_leave_the_facts_as_they_are(desk, page):
    one = card(page, SOURCE)
    one.get_by_label("决定人").fill("王小明")
    one.get_by_role("button", name="看过了，仍然属实").click()
    one.wait_for(state="detached")
    assert facts(desk).count('last_checked: "2026-11-27"') == 3
    assert decided(desk, SOURCE).status == "accepted"


def test_a_value_may_be_changed_because_of_a_source(desk, page):
    one = card(page, SOURCE)
    one.get_by_label("决定人").fill("王小明")
    one.get_by_label("顺便改一个值").select_option("试验暂停 · sites")
    assert one.get_by_label("改成").input_value() == "12"
    one.get_by_label("改成").fill("15")
    one.get_by_role("button", name="看过了，仍然属实").click()
    one.wait_for(state="detached")
    assert "attrs: {sites: 15}" in facts(desk)


def test_what_one_tab_decides_the_other_one_sees(desk, page, seated):
    other = seated(desk, "proposals")
    other.wait_for_selector(".proposal")
    one = card(page, FEED)
    one.get_by_label("决定人").fill("王小明")
    one.get_by_role("button", name="采纳并写入").click()
    card(other, FEED).wait_for(state="detached")
    assert card(other, FEED).count() == 0


def test_a_proposal_that_the_command_line_decided_meanwhile_is_not_decided_again(desk, page):
    one = card(page, FEED)
    one.get_by_label("决定人").fill("王小明")
    write_proposal(
        desk.project.root,
        "demo",
        FEED.model_copy(update={"status": "rejected", "decided_by": "李四", "decided_on": NOW.date()}),
    )
    one.get_by_role("button", name="采纳并写入").click()
    eventually(page, lambda: not one.count() or "李四" in one.inner_text())
    assert decided(desk, FEED).decided_by == "李四"
    page.said.clear()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing(desk, seated, desk_axe, scheme, width):
    for proposal in (FEED, SOURCE):
        write_proposal(desk.project.root, "demo", proposal)
    page = seated(desk, "proposals", width=width, color_scheme=scheme, bypass_csp=True)
    one = card(page, FEED)
    one.get_by_role("button", name="先看改了会怎样").click()
    one.locator(".effect ins").first.wait_for()
    one.get_by_role("button", name="不采纳").click()
    assert desk_axe(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_proposal_whose_file_is_broken_is_told(desk, page):
    (desk.project.demo / "proposals" / f"{FEED.id}.yaml").write_text("id: [", encoding="utf-8")
    page.wait_for_selector("#view-proposals .finding.error")
    assert "proposals/2026-11-26" in page.inner_text("#view-proposals .finding.error")
