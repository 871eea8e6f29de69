"""The web page in a real browser: what it shows at three widths, with and without scripts, by keyboard, on paper."""

import itertools

import pytest

from tests.browser import eventually
from tests.functional.web.conftest import WIDTHS

pytestmark = pytest.mark.slow
TITLE = "间充质干细胞为何被叫停、何时松绑"


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(opened, folder, third_edition, width):
    for path in (*sorted(folder.glob("*.html")), third_edition):
        page = opened(path, width)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        # Nor with all that can be opened.
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_it_is_complete_without_scripts(opened, briefing, third_edition):
    page = opened(briefing, 320, java_script_enabled=False)
    for name in (".filters", ".theme", ".choose", ".sidenote"):
        assert page.locator(name).filter(visible=True).count() == 0
    assert page.locator("tr.row").count() == page.locator("tr.row:visible").count() > 10
    page.locator("#row_cn-818 summary").click()
    assert page.locator("#row_cn-818 .card").is_visible()
    assert page.locator("#part_notes li").first.is_visible()
    page.locator("sup.note-ref a").first.click()
    assert page.url.endswith(page.locator("#part_notes li").first.get_attribute("id"))
    # The contents open; beside a wide page they are open.
    assert page.locator(".contents a").first.is_hidden()
    page.locator(".contents summary").click()
    assert page.locator(".contents a").first.is_visible()
    assert opened(briefing, 1280, java_script_enabled=False).locator(".contents ol ol a").first.is_visible()
    later = opened(third_edition, java_script_enabled=False)
    assert later.locator("details.since").count() == 2
    later.locator("details.since summary").last.click()
    assert "12处" in later.locator("details.since").last.inner_text()


def test_the_contents_mark_what_is_being_read(opened, briefing):
    page = opened(briefing)
    for target, parent in (("part_key-points", ""), ("safety-2", "safety"), ("part_references", "")):
        page.evaluate(f"document.getElementById('{target}').scrollIntoView()")
        eventually(page, f"document.querySelector('.contents a[aria-current]')?.hash === '#{target}'")
        assert page.locator(".contents a[aria-current]").count() == 1
        # Only the part that is read shows what it has below it.
        shown = page.locator(".contents ol ol a:visible").evaluate_all(
            "links => links.map(item => item.hash)"
        )
        assert (f"#{target}" in shown) == bool(parent)
        assert all(link.startswith(f"#{parent}-") for link in shown)


def test_the_contents_are_closed_on_a_narrow_screen_and_close_behind_a_choice(opened, briefing):
    page = opened(briefing, 320)
    assert page.locator(".contents a").first.is_hidden()
    page.locator(".contents summary").click()
    page.locator(".contents a", has_text="参考文献").click()
    assert page.url.endswith("#part_references")
    assert page.locator(".contents a").first.is_hidden()
    assert 0 < page.locator("#h_references").bounding_box()["y"] < 200


@pytest.mark.parametrize("width", WIDTHS)
def test_edition_and_day_stay_in_sight(opened, briefing, width):
    page = opened(briefing, width)
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    bar = page.locator(".bar-edition")
    assert 0 <= bar.bounding_box()["y"] < 90
    assert "第1版" in bar.inner_text()
    assert "数据截至 2026年11月22日" in bar.inner_text()
    page.get_by_label("回到顶部").click()
    eventually(page, "scrollY === 0")


def test_headings_have_links_that_are_no_part_of_their_names(opened, briefing):
    page = opened(briefing)
    heading = page.get_by_role("heading", name="科学上还有哪些不确定", exact=True)
    heading.hover()
    page.get_by_label("本节的链接：科学上还有哪些不确定").click()
    assert page.url.endswith("#science")
    below = page.get_by_role("heading", name="起作用的方式", exact=True)
    assert (
        page.get_by_label("本节的链接：起作用的方式").get_attribute("href") == f"#{below.get_attribute('id')}"
    )


def test_notes_stand_beside_the_text(opened, briefing):
    page = opened(briefing)
    beside = page.locator(".sidenote")
    assert beside.count() == page.locator("sup.note-ref a").count() > 5
    boxes = [beside.nth(index).bounding_box() for index in range(beside.count())]
    edge = page.locator("#science .prose").bounding_box()
    assert all(box["x"] > edge["x"] + edge["width"] for box in boxes)
    assert all(first["y"] + first["height"] <= second["y"] for first, second in itertools.pairwise(boxes))
    marks = page.locator("sup.note-ref a")
    assert abs(boxes[0]["y"] - marks.first.bounding_box()["y"]) < 20
    # What reads aloud meets each note once, where its number leads.
    assert all(beside.nth(index).get_attribute("aria-hidden") == "true" for index in range(beside.count()))
    assert beside.locator("a:not([tabindex='-1'])").count() == 0


def test_notes_open_in_the_text_of_a_narrow_screen(opened, briefing):
    page = opened(briefing, 320)
    assert page.locator(".sidenote").count() == 0
    link = page.get_by_label("注1", exact=True)
    link.click()
    note = page.get_by_role("note")
    assert note.is_visible()
    assert link.get_attribute("aria-expanded") == "true"
    wanted = page.locator("#part_notes li").first.inner_text()
    assert note.inner_text().replace(" ", "")[1:20] in wanted.replace(" ", "")
    assert note.locator("[id], .back-links").count() == 0
    link.press("Escape")
    assert note.count() == 0
    assert link.get_attribute("aria-expanded") == "false"


def test_a_table_of_the_text_becomes_cards_on_a_narrow_screen(opened, briefing):
    page = opened(briefing, 320)
    row = page.locator("#progress .prose tbody tr").first
    labels = row.locator("td").evaluate_all(
        "cells => cells.map(item => getComputedStyle(item, '::before').content.replaceAll('\"', '').trim())"
    )
    heads = page.locator("#progress .prose thead").first.locator("th").all_text_contents()
    # The first heads the card itself.
    assert labels[1:] == heads[1:]
    assert len({round(cell["x"]) for cell in (item.bounding_box() for item in row.locator("td").all())}) == 1


def paper(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_chosen_and_remembered(opened, briefing, scheme):
    page = opened(briefing, color_scheme=scheme)
    button = page.locator(".theme")
    other = {"light": ("深色", "浅色"), "dark": ("浅色", "深色")}[scheme]
    first = paper(page)
    assert button.inner_text() == other[0]
    button.click()
    eventually(page, lambda: paper(page) != first)
    eventually(page, lambda: button.inner_text() == other[1])
    # What is stored reaches the browser's other processes, of which a reloaded page may be one, a little later.
    beside = page.context.new_page()

    def is_stored() -> bool:
        beside.goto(page.url)
        return bool(beside.evaluate("localStorage.length"))

    eventually(beside, is_stored)
    page.reload()
    eventually(page, lambda: paper(page) != first)
    page.locator(".theme").click()
    eventually(page, lambda: paper(page) == first)
    # What the system says anyway is not remembered against it.
    assert page.evaluate("localStorage.length") == 0


def test_where_nothing_can_be_stored_the_choice_holds_for_the_page(opened, briefing):
    refused = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused') } })"
    page = opened(briefing, script=refused)
    first = paper(page)
    page.locator(".theme").click()
    assert paper(page) != first
    page.reload()
    assert paper(page) == first
    assert page.locator(".sidenote").count() > 5


def test_a_reader_chooses_the_edition_to_be_told_from(opened, third_edition):
    page = opened(third_edition)
    choice = page.get_by_label("您手上的是")
    assert choice.locator("option").all_inner_texts() == ["第2版", "第1版"]
    shown = page.locator("details.since:visible")
    assert shown.count() == 1
    assert "自第2版以来" in shown.inner_text()
    assert "增3处" in shown.inner_text()
    assert "12处" not in shown.inner_text()
    choice.select_option("第1版")
    assert shown.count() == 1
    assert "自第1版以来" in shown.inner_text()
    assert "12处" in shown.inner_text()
    assert "增3处" in shown.inner_text()


def test_everything_is_reached_by_keyboard(opened, briefing):
    page = opened(briefing, 320)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    # From there on in the order of the page, and what has the focus is to be seen.
    page = opened(briefing, 1280)
    reached = []
    for _ in range(9):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.className || document.activeElement.hash || document.activeElement.tagName"
            )
        )
        if reached[-1] != "skip":
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert reached[:4] == ["skip", "#top", "to-top", "theme"]
    assert reached[4:6] == ["SUMMARY", "#part_key-points"]
    head = page.locator("th[data-key=kind] button")
    head.focus()
    page.keyboard.press("Enter")
    assert page.locator("th[data-key=kind]").get_attribute("aria-sort") == "ascending"
    page.locator("tr.row summary").first.focus()
    page.keyboard.press("Space")
    assert page.locator("tr.row details[open]").count() == 1
    page.locator(".filters select").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".filters select").first.input_value() != ""
    assert page.locator("tr.row[hidden]").count() > 0


def test_on_paper_all_is_open_and_nothing_is_to_be_pressed(opened, briefing):
    page = opened(briefing, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for name in (".contents", ".filters", ".theme", ".to-top", ".permalink", ".sidenote", ".values-hint"):
        assert page.locator(name).filter(visible=True).count() == 0
    assert page.locator("#fact_cn-818").is_visible()
    assert paper(page) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert "数据截至" in page.locator(".bar-edition").inner_text()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#part_facts details[open]").count() == 0


def test_each_sheet_of_paper_says_which_edition_it_is_and_how_old(opened, briefing):
    import pypdfium2

    page = opened(briefing)
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    try:
        assert len(document) > 10
        assert {tuple(round(side) for side in sheet.get_size()) for sheet in document} == {(595, 842)}
        for number, sheet in enumerate(document, 1):
            text = sheet.get_textpage().get_text_bounded()
            assert "数据截至 2026年11月22日 · 第1版" in text
            assert f"{number} / {len(document)}" in text
    finally:
        document.close()


def test_nothing_runs_or_loads_that_is_not_the_pages_own(browser, briefing, tmp_path):
    """The policy in the head refuses scripts and styles whose hash it does not name, and every address."""
    foreign = (
        "<script>document.title = 'x'</script><style>body { color: red }</style>"
        '<img src="https://a.example/x.png" alt="" onerror="document.title = \'y\'">'
    )
    spoilt = tmp_path / "spoilt.html"
    text = briefing.read_text(encoding="utf-8")
    spoilt.write_text(text.replace("</main>", f"{foreign}</main>"), encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.route("https://**", lambda route: route.fulfill(body="x"))
    page.goto(spoilt.as_uri())
    assert page.title() == TITLE
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    assert not [url for url in asked if url.startswith("https:")]
    context.close()
