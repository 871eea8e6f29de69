"""Values of facts in the text of the web page: each opens what there is to say of its facts."""

import pytest

pytestmark = pytest.mark.slow
BOX = "#fact-box"


def value(page, text, part="main"):
    return page.locator(f"{part} a.fact", has_text=text).first


def test_a_value_tells_of_its_fact(opened, briefing):
    page = opened(briefing)
    link = value(page, "2026年5月1日", "#easing")
    link.click()
    box = page.get_by_role("dialog", name=link.inner_text())
    assert box.is_visible()
    for words in ("国务院令第818号", "已核实", "最近核查", "施行", "已施行", "来源"):
        assert words in box.inner_text()
    # The same as at the end of the page.
    assert page.locator("#fact_cn-818").text_content() == box.locator(".card").text_content()
    assert link.get_attribute("aria-expanded") == "true"


def test_a_number_tells_of_all_the_facts_that_it_comes_from(opened, briefing):
    page = opened(briefing)
    link = page.locator("a.fact[data-facts='us-ryoncil cn-amimestrocel']").first
    link.click()
    told = page.locator(f"{BOX} .fact-label").all_inner_texts()
    assert len(told) == 2
    assert "Ryoncil" in told[0]
    assert "艾米迈托赛" in told[1]


def test_what_was_opened_closes_by_escape_and_gives_the_focus_back(opened, briefing):
    page = opened(briefing)
    link = value(page, "2026年5月1日", "#easing")
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator(BOX).is_visible()
    # What is in it is next.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#fact-box') !== null")
    page.keyboard.press("Escape")
    assert page.locator(BOX).is_hidden()
    assert link.get_attribute("aria-expanded") == "false"
    assert link.evaluate("link => document.activeElement === link")


def test_it_closes_by_its_button_by_a_click_beside_it_and_for_another(opened, briefing):
    page = opened(briefing)
    first = value(page, "2026年5月1日", "#easing")
    first.click()
    page.get_by_role("button", name="关闭").click()
    assert page.locator(BOX).is_hidden()
    first.click()
    page.mouse.click(5, 400)
    assert page.locator(BOX).is_hidden()
    first.click()
    second = page.locator("#easing a.fact").first
    second.click(force=True)
    assert page.locator(BOX).is_visible()
    assert page.get_by_role("dialog").get_attribute("aria-label") == second.inner_text()
    assert page.locator("a.fact[aria-expanded=true]").count() == 1


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_it_is_in_sight(opened, briefing, width):
    page = opened(briefing, width)
    links = page.locator("main a.fact")
    for index in (0, links.count() // 2, links.count() - 1):
        links.nth(index).scroll_into_view_if_needed()
        links.nth(index).click()
        box = page.locator(BOX).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] < 800
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.keyboard.press("Escape")


def test_its_sources_are_links_and_close_it(opened, briefing):
    page = opened(briefing)
    value(page, "2026年5月1日", "#easing").click()
    page.locator(f"{BOX} .card a").first.click()
    assert page.url.rpartition("#")[2].startswith("ref-")
    assert page.locator(BOX).is_hidden()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_without_popovers_or_scripts_a_value_leads_to_its_fact(opened, briefing, has_scripts):
    script = "delete HTMLElement.prototype.popover" if has_scripts else ""
    page = opened(briefing, script=script, java_script_enabled=has_scripts)
    link = value(page, "2026年5月1日", "#easing")
    link.click()
    assert page.url.endswith("#fact_cn-818")
    assert page.locator("#fact_cn-818").is_visible()
    assert 0 < page.locator("#fact_cn-818").bounding_box()["y"] < 800


def test_facts_without_a_row_are_told_too(opened, briefing):
    page = opened(briefing)
    assert page.locator("#row_cn-nkrdp").count() == 0
    page.goto(f"{briefing.as_uri()}#fact_cn-nkrdp")
    page.reload()
    assert page.locator("#fact_cn-nkrdp").is_visible()
    assert "有争议" in page.locator("#fact_cn-nkrdp").inner_text()
