"""The pages at the desk follow the files that are saved, and keep their place."""

import pytest

from tests.browser import eventually
from tests.desks import RunningDesk

pytestmark = pytest.mark.slow


def address_of(page, number):
    return page.locator(f"#page-{number} img").get_attribute("src")


def test_an_edit_shows_the_changed_page(desk, seated):
    page = seated(desk)
    before, other = address_of(page, 1), address_of(page, 2)
    desk.project.opening("改过的一段。")
    page.wait_for_selector("#page-1.changed")
    eventually(page, lambda: address_of(page, 1) != before)
    assert address_of(page, 2) == other
    assert page.locator("#page-1 .marks span").count() == 1
    assert page.locator("#page-2 .tag").count() == 0
    assert page.locator('[data-section="opening"] .tag').inner_text() == "有改动"
    assert page.locator("#to-change").inner_text() == "看改动：第1页"


def test_the_image_is_as_sharp_as_the_screen(desk, seated):
    page = seated(desk, device_scale_factor=2)
    shown, real = page.evaluate(
        "(image => [image.clientWidth, image.naturalWidth])(document.querySelector('#page-1 img'))"
    )
    assert real >= 2 * shown


def test_the_place_is_kept_when_pages_change(desk, seated):
    for number in range(3, 12):
        desk.project.write(
            f"sections/{number:02}-more.md", f"---\nid: more-{number}\ntitle: 第{number}节\n---\n\n文。\n"
        )
    desk.project.change(
        "briefing.yaml", "spine: [", f"spine: [{', '.join(f'more-{n}' for n in range(3, 12))}, "
    )
    page = seated(desk)
    page.wait_for_selector("#page-11")
    page.locator("#page-number").fill("6")
    page.locator("#page-number").press("Enter")
    eventually(page, "document.querySelector('#sheets').scrollTop > 2000")
    before = page.evaluate("document.querySelector('#sheets').scrollTop")
    desk.project.opening("又改了。")
    page.wait_for_selector("#page-1.changed", state="attached")
    assert page.evaluate("document.querySelector('#sheets').scrollTop") == pytest.approx(before, abs=3)
    # What changed elsewhere is told, and one press away.
    page.locator("#toast.shown button").click()
    eventually(page, lambda: page.locator("#page-number").input_value() == "1")


def test_a_place_is_found_again_after_the_page_is_loaded_anew(desk, seated):
    page = seated(desk)
    page.locator('[data-section="closing"] button').click()
    eventually(page, lambda: page.locator("#page-number").input_value() == "2")
    page.reload()
    page.wait_for_selector("#page-2 img[src]")
    eventually(page, lambda: page.locator("#page-number").input_value() == "2")
    assert page.locator("#page-number").input_value() == "2"


def test_keys_turn_pages_where_the_pages_have_the_focus(desk, seated):
    page = seated(desk)
    page.locator("#sheets").focus()
    page.keyboard.press("n")
    eventually(page, lambda: page.locator("#page-number").input_value() == "2")
    page.keyboard.press("p")
    eventually(page, lambda: page.locator("#page-number").input_value() == "1")
    wide = page.locator("#page-1").evaluate("one => one.clientWidth")
    page.keyboard.press("-")
    assert page.locator("#page-1").evaluate("one => one.clientWidth") < wide
    page.keyboard.press("0")
    assert page.locator("#page-1").evaluate("one => one.clientWidth") == wide


def test_everything_can_be_reached_with_the_keyboard(desk, seated):
    page = seated(desk)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.innerText.trim()"))
    assert {"事实", "提议", "版次与送达", "theme", "网页版", "zoom-in", "page-number", "sheets"} <= reached


def test_a_finding_leads_to_its_line(desk, seated):
    desk.project.change(
        "facts.yaml",
        "entities: [agency]\n  sources: [{ref: notice}]\n  supersedes",
        "entities: [agency]\n  sources: [{ref: nowhere}]\n  supersedes",
    )
    page = seated(desk)
    page.wait_for_selector("#findings .finding.error")
    link = page.locator("#findings .finding.error .place").first
    assert link.inner_text().startswith("content/demo/facts.yaml:21:")
    assert link.get_attribute("href").startswith(
        f"vscode://file{desk.project.root}/content/demo/facts.yaml:21:"
    )
    page.locator(".explanation summary").first.click()
    assert "怎么办" in page.locator(".explanation").first.inner_text()
    desk.project.change("facts.yaml", "nowhere", "notice")
    page.wait_for_selector("#findings .good")


def test_content_that_cannot_be_read_keeps_the_last_pages_and_says_why(desk, seated):
    page = seated(desk)
    good = (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")
    desk.project.write("facts.yaml", "- id: [\n")
    page.wait_for_selector("#trouble:not([hidden])")
    assert page.locator("#page-1 img").get_attribute("src")
    assert page.locator("#state").inner_text() == "不是最新的"
    assert page.locator('[data-section="opening"]').is_visible()
    page.goto(f"{desk.base}/b/demo#facts")
    page.wait_for_selector("#view-facts .trouble:not([hidden])")
    desk.project.write("facts.yaml", good)
    page.wait_for_selector("tr[data-fact]")


def test_a_desk_that_starts_with_broken_content_says_so_and_goes_on_once_it_is_mended(
    desk, seated, desk_browser
):
    good = (desk.project.demo / "facts.yaml").read_text(encoding="utf-8")
    desk.project.write("facts.yaml", "- id: [\n")
    context = desk_browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(desk.url)
    page.wait_for_selector("#trouble:not([hidden])")
    assert page.locator("#findings .finding.error").count() >= 1
    assert "排不出页面" in page.inner_text("#sheets")
    desk.project.write("facts.yaml", good)
    page.wait_for_selector("#page-1 img[src]")
    page.wait_for_selector("#trouble", state="hidden")
    context.close()


def test_the_web_edition_is_still_and_keeps_its_place(desk, seated):
    page = seated(desk)
    page.get_by_role("button", name="网页版").click()
    frame = page.frame_locator("#web:not([hidden])")
    frame.locator("main p").first.wait_for()
    page.evaluate("document.getElementById('web').contentWindow.scrollTo(0, 900)")
    desk.project.opening("网页上也改了。")
    frame.locator("text=网页上也改了").wait_for()
    eventually(page, "document.getElementById('web').contentWindow.scrollY === 900")
    assert page.evaluate("document.getElementById('web').contentDocument.title") == "web"
    # The sandbox says so in the console; nothing else is said.
    assert all("sandboxed" in line for line in page.said)
    page.said.clear()


def test_the_web_edition_lives_in_a_tab_of_its_own(desk, seated):
    page = seated(desk)
    page.get_by_role("button", name="网页版").click()
    page.wait_for_selector("#web:not([hidden])")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="单独打开").click()
    alone = opened.value
    alone.wait_for_load_state()
    assert alone.title() == "alive"
    assert alone.evaluate("self.origin") == "null"
    page.said.clear()


def test_two_tabs_see_the_same(desk, seated):
    first, second = seated(desk), seated(desk, width=900)
    before = [address_of(page, 1) for page in (first, second)]
    desk.project.opening("两个窗口都看得到。")
    for page, address in zip((first, second), before, strict=True):
        page.wait_for_selector("#page-1.changed", state="attached")
        eventually(
            page,
            lambda page=page, address=address: address_of(page, 1).split("?")[0] != address.split("?")[0],
        )
    assert address_of(first, 1).split("?")[0] == address_of(second, 1).split("?")[0]


def test_a_server_that_went_away_is_found_again(desk, seated, tmp_path):
    page = seated(desk)
    page.locator("#page-2").scroll_into_view_if_needed()
    desk.stop()
    page.wait_for_selector("#lost:not([hidden])")
    assert page.locator("#link").inner_text() == "已断开"
    assert page.locator("#page-1 img").get_attribute("src")
    desk.project.opening("停着的时候改的。")
    again = RunningDesk(desk.project.root, tmp_path / "state").start()
    try:
        assert again.url == desk.url
        page.wait_for_selector("#lost", state="hidden")
        eventually(page, lambda: page.locator("#link").inner_text() == "已连接")
        page.locator("#toast.shown").wait_for()
        page.locator("#page-1 img").wait_for()
    finally:
        again.stop()


def test_the_door_stays_shut_without_the_secret(desk, desk_browser):
    context = desk_browser.new_context()
    page = context.new_page()
    page.goto(desk.base)
    page.get_by_role("alert").wait_for()
    assert "report preview" in page.inner_text("body")
    page.goto(f"{desk.base}/#wrong")
    page.reload()
    page.get_by_role("alert").wait_for()
    page.goto("about:blank")
    page.goto(desk.address.ticket())
    page.wait_for_selector("#sheets")
    # The secret stays neither in the address nor in the history.
    assert "#" not in page.url
    context.close()


def test_the_language_can_be_chosen(desk, seated):
    page = seated(desk)
    page.get_by_role("link", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.get_by_role("link", name="Facts").is_visible()
    page.reload()
    assert page.locator("html").get_attribute("lang") == "en"


def test_light_and_dark_can_be_chosen_and_stay(desk, seated):
    page = seated(desk, color_scheme="light")
    page.get_by_role("button", name="深色").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 26, 28)"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 26, 28)"
    assert page.get_by_role("button", name="浅色").is_visible()
