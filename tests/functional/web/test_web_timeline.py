"""The timeline of the web page, sorted and filtered: by what is then shown, and in which order."""

import pytest

from tests.browser import eventually

pytestmark = pytest.mark.slow
COLUMNS = ("date", "jurisdiction", "event", "kind", "badge", "check")


def cells(page, key):
    return page.locator(f"tr.row:visible [data-key={key}]").all_inner_texts()


def events(page):
    return page.locator("tr.row:visible").evaluate_all("rows => rows.map(row => row.id)")


def runs(values):
    return [value for index, value in enumerate(values) if index == 0 or values[index - 1] != value]


def sort(page, key):
    page.locator(f"th[data-key={key}] button").click()
    return page.locator(f"th[data-key={key}]").get_attribute("aria-sort")


def sorted_columns(page):
    return page.locator("th[aria-sort]").evaluate_all("heads => heads.map(head => head.dataset.key)")


def test_it_is_sorted_by_date_first_and_that_way_back(opened, briefing):
    page = opened(briefing)
    before = events(page)
    assert sorted_columns(page) == ["date"]
    assert sort(page, "date") == "descending"
    assert events(page) == before[::-1]
    assert sort(page, "date") == "ascending"
    assert events(page) == before


def test_it_is_sorted_by_any_column_and_by_one_at_a_time(opened, briefing):
    page = opened(briefing)
    before = events(page)
    for key in ("jurisdiction", "kind", "badge", "check"):
        assert sort(page, key) == "ascending"
        assert sorted_columns(page) == [key]
        ascending = events(page)
        values = runs(cells(page, key))
        # Equal values stand together, each in the order of their dates.
        assert len(values) == len(set(values)) > 1
        for value in values:
            places = [
                before.index(row)
                for row, shown in zip(ascending, cells(page, key), strict=True)
                if shown == value
            ]
            assert places == sorted(places)
        assert sort(page, key) == "descending"
        assert runs(cells(page, key)) == values[::-1]
        assert events(page) != ascending
    page.get_by_role("button", name="全部显示").click()
    eventually(page, "document.querySelector('th[aria-sort]').dataset.key === 'date'")
    assert events(page) == before


def test_it_is_filtered_and_says_how_many_are_left(opened, briefing):
    page = opened(briefing)
    total = len(events(page))
    told = page.locator(".filters output")
    assert told.get_attribute("aria-live") == "polite"
    assert told.inner_text() == f"显示{total}项，共{total}项"
    page.get_by_label("法域", exact=True).select_option("美国")
    assert set(cells(page, "jurisdiction")) == {"美国"}
    first = len(events(page))
    assert told.inner_text() == f"显示{first}项，共{total}项"
    page.get_by_label("状态", exact=True).select_option("松绑")
    assert 0 < len(events(page)) < first
    assert all("松绑" in text for text in cells(page, "badge"))
    page.get_by_label("核实", exact=True).select_option("待核")
    assert events(page) == []
    assert told.inner_text() == f"显示0项，共{total}项"
    page.get_by_role("button", name="全部显示").click()
    eventually(page, f"document.querySelectorAll('tr.row:not([hidden])').length === {total}")
    assert page.get_by_label("法域", exact=True).input_value() == ""


def test_a_country_stands_for_its_provinces_and_a_province_for_itself(opened, briefing):
    page = opened(briefing)
    page.get_by_label("法域", exact=True).select_option("中国")
    assert set(cells(page, "jurisdiction")) == {"中国", "中国（广东）"}
    page.get_by_label("法域", exact=True).select_option("中国（广东）")
    assert set(cells(page, "jurisdiction")) == {"中国（广东）"}


def test_what_is_filtered_stays_so_when_sorted(opened, briefing):
    page = opened(briefing)
    page.get_by_label("法域", exact=True).select_option("美国")
    before = events(page)
    assert sort(page, "date") == "descending"
    assert events(page) == before[::-1]


def test_a_grouped_timeline_loses_its_groups_while_it_is_sorted(opened, grouped):
    page = opened(grouped)
    titles = page.locator("tr.group:visible")
    names = titles.all_inner_texts()
    before = events(page)
    assert len(names) > 2
    assert sorted_columns(page) == []
    page.get_by_label("法域", exact=True).select_option("美国")
    # A group of which nothing is left has no title.
    assert titles.all_inner_texts() == ["美国"]
    page.get_by_label("法域", exact=True).select_option("")
    sort(page, "date")
    assert titles.count() == 0
    assert sorted(events(page)) == sorted(before)
    assert len(runs(cells(page, "jurisdiction"))) > len(names)
    days = page.locator("tr.row:visible .c-date time").evaluate_all(
        "times => times.map(time => time.dateTime)"
    )
    assert [day[:4] for day in days] == sorted(day[:4] for day in days)
    page.get_by_role("button", name="全部显示").click()
    eventually(page, "!document.querySelector('th[aria-sort]')")
    assert titles.all_inner_texts() == names
    assert events(page) == before


def test_rows_are_cards_on_a_narrow_screen_and_are_still_sorted(opened, briefing):
    page = opened(briefing, 320)
    row = page.locator("#row_cn-818")
    boxes = {key: row.locator(f"[data-key={key}]").bounding_box() for key in COLUMNS}
    # Day and badge in one line, then what happened, then the rest.
    assert boxes["date"]["y"] == pytest.approx(boxes["badge"]["y"], abs=4)
    assert boxes["date"]["y"] < boxes["event"]["y"] < boxes["check"]["y"]
    before = events(page)
    button = page.get_by_role("button", name="日期")
    assert button.is_visible()
    button.click()
    assert events(page) == before[::-1]
    page.get_by_label("法域", exact=True).select_option("美国")
    assert set(cells(page, "jurisdiction")) == {"美国"}


def test_a_row_tells_of_its_fact(opened, briefing):
    page = opened(briefing, 320)
    page.locator("#row_cn-818 summary").click()
    card = page.locator("#row_cn-818 .card")
    for words in ("已核实", "2026年5月1日", "最近核查", "已施行", "来源"):
        assert words in card.inner_text()
    card.locator("a").first.click()
    assert page.url.rpartition("#")[2].startswith("ref-")
