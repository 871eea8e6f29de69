"""Facts at the desk: found, read, changed after their effect was seen, and never over somebody else's change."""

import pytest

from tests.browser import eventually

pytestmark = pytest.mark.slow


def rows(page):
    return page.locator("tr[data-fact]:visible").evaluate_all("rows => rows.map(row => row.dataset.fact)")


def opened(page, fact="drug-approved"):
    page.goto(page.url.partition("#")[0] + f"#facts/{fact}")
    page.wait_for_selector("#edit-fact")
    return page


def editing(page, fact="drug-approved"):
    opened(page, fact).click("#edit-fact")
    page.wait_for_selector(".fact-form")
    return page


def test_facts_are_listed_with_how_they_stand(desk, seated):
    page = seated(desk, "facts")
    page.wait_for_selector("tr[data-fact]")
    assert rows(page) == ["trial-halted", "trial-resumed", "drug-approved"]
    text = page.inner_text('tr[data-fact="drug-approved"]')
    for word in ("2025年5月", "药物获批", "中国", "已核实", "未核对"):
        assert word in text


def test_filters_narrow_the_list_and_can_be_undone(desk, seated):
    page = seated(desk, "facts")
    page.wait_for_selector("tr[data-fact]")
    page.get_by_label("查找").fill("获批")
    assert rows(page) == ["drug-approved"]
    assert page.inner_text("#view-facts [role=status]") == "显示1条，共3条"
    page.get_by_label("类型").select_option("政策")
    assert rows(page) == []
    page.locator(".empty button").click()
    assert len(rows(page)) == 3
    page.get_by_label("要留意的").select_option("没有核对过")
    assert len(rows(page)) == 3


def test_a_column_sorts_both_ways_and_keeps_the_focus(desk, seated):
    page = seated(desk, "facts")
    page.get_by_role("button", name="日期").click()
    assert rows(page) == ["drug-approved", "trial-resumed", "trial-halted"]
    assert page.locator("th.c-date").get_attribute("aria-sort") == "descending"
    assert page.evaluate("document.activeElement.textContent") == "日期"


def test_the_timeline_goes_year_by_year(desk, seated):
    page = seated(desk, "facts")
    page.get_by_role("button", name="时间线").click()
    assert page.locator(".year > h2").all_inner_texts() == ["2020", "2024", "2025"]
    page.get_by_role("link", name="药物获批").click()
    page.wait_for_selector("#panel-title")
    assert page.evaluate("document.activeElement.id") == "panel-title"


def test_a_fact_is_opened_and_closed_with_the_keyboard(desk, seated):
    page = seated(desk, "facts")
    page.get_by_role("link", name="药物获批").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel-title")
    page.keyboard.press("Escape")
    page.wait_for_selector(".panel", state="hidden")
    assert page.evaluate("document.activeElement.textContent") == "药物获批"


def test_an_error_stands_at_its_field_and_nothing_is_saved(desk, seated):
    page = editing(seated(desk, "facts"))
    before = (desk.project.demo / "facts.yaml").read_bytes()
    page.get_by_role("textbox", name="批准").fill("2025-13")
    page.get_by_role("button", name="先看改了会怎样").click()
    page.wait_for_selector('[name="dates.approved"][aria-invalid]')
    assert page.evaluate("document.activeElement.name") == "dates.approved"
    described = page.locator('[name="dates.approved"]').get_attribute("aria-describedby")
    assert "2025-13" in page.inner_text(f'[id="{described}"]')
    assert page.get_by_role("button", name="保存", exact=True).is_disabled()
    assert (desk.project.demo / "facts.yaml").read_bytes() == before


def test_the_effect_is_seen_before_a_change_is_saved(desk, seated):
    page = editing(seated(desk, "facts"), "trial-resumed")
    before = (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")
    page.get_by_label("宣布").fill("2024-05-21")
    page.get_by_role("button", name="先看改了会怎样").click()
    page.wait_for_selector(".thumbs img")
    assert page.locator(".effect del").first.inner_text() == "2024年5月20日"
    assert page.locator(".effect ins").first.inner_text() == "2024年5月21日"
    assert "引言" in page.inner_text(".effect")
    page.locator(".outcome details summary").last.click()
    assert '+  dates: {announced: "2024-05-21"' in page.inner_text(".diff")
    assert (desk.project.demo / "facts.yaml").read_text(encoding="utf-8") == before
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_selector("#edit-fact")
    assert "2024年5月21日" in page.inner_text(".terms")
    after = (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")
    assert after == before.replace('"2024-05-20"', '"2024-05-21"')


def test_a_change_after_the_look_has_to_be_looked_at_again(desk, seated):
    page = editing(seated(desk, "facts"))
    page.get_by_label("给作者看，不印出来").fill("看过公告")
    page.get_by_role("button", name="先看改了会怎样").click()
    eventually(page, lambda: page.get_by_role("button", name="保存", exact=True).is_enabled())
    page.get_by_label("给作者看，不印出来").fill("看过公告原文")
    assert page.get_by_role("button", name="保存", exact=True).is_disabled()


def test_what_the_whole_briefing_says_against_a_change_keeps_it_from_being_saved(desk, seated):
    page = editing(seated(desk, "facts"), "trial-resumed")
    page.get_by_label("核实情况").select_option("已撤回")
    page.get_by_role("button", name="先看改了会怎样").click()
    page.wait_for_selector(".outcome .finding.error")
    assert "F005" in page.inner_text(".outcome")
    assert page.get_by_role("button", name="保存", exact=True).is_disabled()
    # What has to change with it may be elsewhere: who knows it may go on.
    page.get_by_role("button", name="仍要保存").click()
    page.wait_for_selector("#edit-fact")
    assert "status: retracted" in (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")


def test_what_a_fact_says_of_itself_has_to_be_right(desk, seated):
    page = editing(seated(desk, "facts"))
    page.get_by_role("textbox", name="下次复核").fill("soon")
    page.get_by_role("button", name="先看改了会怎样").click()
    page.wait_for_selector("[aria-invalid]")
    assert page.get_by_role("button", name="仍要保存").count() == 0


def test_somebody_elses_change_is_not_written_over_and_ones_own_is_kept(desk, seated):
    page = editing(seated(desk, "facts"))
    page.get_by_label("给作者看，不印出来").fill("我的备注")
    desk.project.change("facts.yaml", "label: 药物获批", "label: 药物已获批")
    page.get_by_role("button", name="先看改了会怎样").click()
    page.wait_for_selector(".outcome .banner.trouble")
    page.get_by_role("button", name="重新读入，保留我填的").click()
    eventually(page, lambda: page.get_by_label("表述").input_value() == "药物已获批")
    assert page.get_by_label("给作者看，不印出来").input_value() == "我的备注"
    page.get_by_role("button", name="先看改了会怎样").click()
    eventually(page, lambda: page.get_by_role("button", name="保存", exact=True).is_enabled())
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_selector("#edit-fact")
    text = (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")
    assert "label: 药物已获批" in text
    assert "note: 我的备注" in text


def test_a_form_is_not_taken_from_under_ones_hands(desk, seated):
    page = editing(seated(desk, "facts"))
    page.get_by_label("给作者看，不印出来").fill("打到一半")
    with page.expect_response(lambda answer: "/api/material/demo" in answer.url) as answered:
        desk.project.opening("别处改了。")
    answered.value.finished()
    assert page.get_by_label("给作者看，不印出来").input_value() == "打到一半"


def test_a_check_is_written_down_with_name_and_day(desk, seated):
    page = opened(seated(desk, "facts"))
    page.get_by_role("button", name="今天核对过，仍然属实").click()
    assert page.evaluate("document.activeElement.id") == "checker"
    page.get_by_label("核对人").fill("王小明")
    page.get_by_role("button", name="今天核对过，仍然属实").click()
    page.wait_for_selector("text=2026年11月27日由王小明核对")
    text = (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")
    assert 'last_checked: "2026-11-27"' in text
    assert "checked_by: 王小明" in text
    # The name is remembered for the next one.
    opened(page, "trial-resumed")
    assert page.get_by_label("核对人").input_value() == "王小明"


def test_a_name_that_is_being_typed_stays_while_a_file_changes(desk, seated):
    page = opened(seated(desk, "facts"))
    page.get_by_label("核对人").fill("王小")
    desk.project.change("facts.yaml", "药物获批", "药物获得批准")
    page.wait_for_selector("#panel-title:has-text('药物获得批准')")
    assert page.get_by_label("核对人").input_value() == "王小"
    assert page.evaluate("document.activeElement.id") == "checker"


def test_one_more_date_can_be_added(desk, seated):
    page = editing(seated(desk, "facts"))
    page.get_by_label("再加一个日期").select_option("施行")
    page.get_by_label("施行").fill("2025-07-01")
    page.get_by_role("button", name="先看改了会怎样").click()
    eventually(page, lambda: page.get_by_role("button", name="保存", exact=True).is_enabled())
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_selector("#edit-fact")
    assert 'effective: "2025-07-01"' in (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")


def test_thousands_of_facts_are_shown_bit_by_bit(desk, seated):
    entry = (
        "- id: more-{n}\n  kind: policy\n  status: verified\n  jurisdiction: CN\n  label: 第{n}条\n"
        '  dates: {{announced: "2021-01-01"}}\n  primary_date: announced\n  sources: [{{ref: notice}}]\n'
    )
    text = (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")
    desk.project.write("facts.yaml", text + "".join(entry.format(n=n) for n in range(1000)))
    page = seated(desk, "facts")
    page.wait_for_selector("tr[data-fact]")
    assert len(rows(page)) == 400
    page.get_by_role("button", name="另有603条，再显示一些").click()
    assert len(rows(page)) == 800
    page.get_by_label("查找").fill("more-999")
    assert rows(page) == ["more-999"]


def test_axe_finds_nothing_in_what_a_change_would_do(desk, seated, desk_axe):
    for scheme, width in (("light", 1440), ("dark", 320)):
        page = seated(desk, "facts", width=width, color_scheme=scheme, bypass_csp=True)
        editing(page, "trial-resumed")
        page.fill('[name="dates.announced"]', "2024-05-21")
        page.click("[type=submit]")
        page.wait_for_selector(".thumbs img")
        page.locator(".outcome details summary").last.click()
        assert desk_axe(page) == {}
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
