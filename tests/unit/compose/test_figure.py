import calendar
import datetime
import itertools
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.compose import figure
from report.compose.figure import FigureEvent, figure_alt, figure_caption, timeline_figure
from report.compose.figure_marks import text_width

SVG = "{http://www.w3.org/2000/svg}"
LABELS = {
    "figure_alt": "{first}年至{last}年共{total}项，其中{lanes}。最早{earliest}，最晚{latest}。",
    "figure_alt_one": "仅{first}年一项，{earliest}（{lanes}）。",
    "figure_alt_empty": "没有事件。",
    "figure_alt_lane": "{lane}{count}项",
    "figure_alt_event": "{date}“{label}”",
    "figure_year": "{year}年",
    "figure_month": "{year}年{month}月",
    "figure_day": "{year}年{month}月{day}日",
    "figure_range": "{start}至{end}",
    "figure_open_start": "{end}或更早",
    "figure_open_end": "{start}或更晚",
    "figure_caption": "逐项",
    "figure_counts_caption": "每年",
    "figure_counts_step_caption": "每段",
    "list_separator": "、",
}


def event(
    year: int, month: int = 0, day: int = 0, *, lane: str = "中国", label: str = "施行", glyph: str = "◆"
) -> FigureEvent:
    if day:
        only = datetime.date(year, month, day)
        return FigureEvent(only, only, "day", lane, glyph, "regulate", label)
    first, last = (month, month) if month else (1, 12)
    return FigureEvent(
        datetime.date(year, first, 1),
        datetime.date(year, last, calendar.monthrange(year, last)[1]),
        "month" if month else "year",
        lane,
        glyph,
        "regulate",
        label,
    )


def draw(events: list[FigureEvent], **options: object) -> ET.Element:
    return ET.fromstring(timeline_figure(events, title="图", **options))  # type: ignore[arg-type]


def texts(svg: ET.Element) -> list[str]:
    return [node.text or "" for node in svg.iter(f"{SVG}text")]


def labels_drawn(svg: ET.Element) -> list[tuple[float, float, str]]:
    """Where each event's label begins, and what it says."""
    drawn = []
    for group in svg.iter(f"{SVG}g"):
        label = group.findall(f"{SVG}text")[-1]
        drawn.append((float(label.get("x", "nan")), float(label.get("y", "nan")), label.text or ""))
    return drawn


def mark_ends(svg: ET.Element) -> list[float]:
    """How far to the right the lines of each event reach."""
    return [
        max(float(part.split()[0]) for part in path.get("d", "").strip("MZ").split("L"))
        for group in svg.iter(f"{SVG}g")
        for path in group.iter(f"{SVG}path")
    ]


def bar_width(svg: ET.Element) -> float:
    """The width of the first event's bar, 0 where it has none."""
    group = next(svg.iter(f"{SVG}g"))
    for path in group.iter(f"{SVG}path"):
        if path.get("stroke-width") == "1.4":
            start, end = (float(part.split()[0]) for part in path.get("d", "")[1:].split("L"))
            return end - start
    return 0.0


def test_no_events_give_no_figure() -> None:
    assert timeline_figure([], title="图") == ""
    assert figure_caption([], labels=LABELS) == ""
    assert figure_alt([], labels=LABELS) == "没有事件。"


def test_order_of_events_does_not_change_the_figure() -> None:
    events = [event(2011, 12, 16), event(2015), event(2025, 5, lane="国际"), event(2025, 1, 2, label="批准")]
    drawn = {timeline_figure(list(order), title="图") for order in itertools.permutations(events)}
    assert len(drawn) == 1


def test_title_is_escaped_and_stands_as_text_alternative() -> None:
    svg = draw_titled('A & B <c> "d"')
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'A & B <c> "d"'
    assert [child.text for child in svg if child.tag == f"{SVG}title"] == ['A & B <c> "d"']


def draw_titled(title: str) -> ET.Element:
    return ET.fromstring(timeline_figure([event(2020, 1, 1, label="<b>&")], title=title))


def test_figure_refers_to_nothing_outside_and_runs_nothing() -> None:
    markup = timeline_figure([event(2020, 1, 1), event(2021)], title="图")
    for forbidden in ("<script", "href", "url(", "<image", "<style", "<foreignObject"):
        assert forbidden not in markup


def test_a_date_is_drawn_no_sharper_than_it_is_known() -> None:
    day, month, year = (bar_width(draw([e])) for e in (event(2020, 5, 20), event(2020, 5), event(2020)))
    assert day == 0
    assert month == pytest.approx(year * 31 / 366, abs=0.02)
    assert year > figure.WIDTH_PT / 2


def test_an_open_interval_is_dashed_and_has_no_solid_bar() -> None:
    known = datetime.date(2025, 1, 2)
    markup = timeline_figure([FigureEvent(None, known, "day", "中国", "○", "ease", "批准")], title="图")
    assert 'stroke-width="1.4" stroke-dasharray' in markup


def test_an_event_without_any_day_is_refused() -> None:
    with pytest.raises(ValueError, match="neither an earliest nor a latest"):
        timeline_figure([FigureEvent(None, None, "day", "中国", "○", "ease", "批准")], title="图")


def test_lanes_follow_the_order_given_and_empty_ones_are_left_out() -> None:
    svg = draw([event(2020, lane="国际"), event(2019, lane="中国")], lanes=("美国", "中国", "国际"))
    lanes = [text for text in texts(svg) if text in {"美国", "中国", "国际"}]
    assert lanes == ["中国", "国际"]


def test_years_without_events_are_compressed_and_dotted() -> None:
    svg = draw([event(2011), event(2020)])
    assert [text for text in texts(svg) if text.isdigit()] == ["2011", "2020"]
    assert bar_width(svg) > figure.WIDTH_PT / 8
    assert sum(path.get("stroke-dasharray") is not None for path in svg.iter(f"{SVG}path")) == 8


def test_a_label_wider_than_the_figure_is_cut_with_an_ellipsis() -> None:
    svg = draw([event(2020, 6, 1, label="很长的题名" * 30)])
    label = texts(svg)[-1]
    assert label.endswith("…")
    assert label[:-1] == ("很长的题名" * 30)[: len(label) - 1]


def test_a_label_keeps_its_words_where_the_bar_takes_the_whole_line() -> None:
    assert "双备案管理办法" in texts(draw([event(2015, label="双备案管理办法")]))


def test_a_glyph_without_a_shape_is_set_as_text() -> None:
    assert "※" in texts(draw([event(2020, 1, 1, glyph="※")]))


def test_many_events_are_counted_by_year_and_lane() -> None:
    events = [
        event(2011 + n % 5, 1, 1, lane="中国" if n % 3 else "美国") for n in range(figure.MOST_EVENTS + 1)
    ]
    svg = draw(events)
    numbers = [int(text) for text in texts(svg) if text.isdigit() and len(text) < 4]
    assert sum(numbers) == len(events)
    assert [text for text in texts(svg) if len(text) == 4] == ["2011", "2012", "2013", "2014", "2015"]
    assert figure_caption(events, labels=LABELS) == "每年"


def test_as_many_events_as_can_be_named_are_named() -> None:
    events = [event(2011 + n % 5, 1, 1, label=f"事件{n}") for n in range(figure.MOST_EVENTS)]
    assert sum(text.startswith("事件") for text in texts(draw(events))) == figure.MOST_EVENTS
    assert figure_caption(events, labels=LABELS) == "逐项"


def test_many_years_are_counted_in_runs_of_equal_length() -> None:
    events = [event(year, 1, 1) for year in range(1950, 2027)]
    svg = draw(events)
    assert "1950–59" in texts(svg)
    assert sum(int(text) for text in texts(svg) if text.isdigit()) == len(events)
    assert figure_caption(events, labels=LABELS) == "每段"


def test_alternative_tells_number_span_lanes_first_and_last() -> None:
    events = [
        event(2025, 5, lane="国际", label="标准"),
        event(2011, 12, 16, label="停止"),
        event(2015, label="备案"),
    ]
    assert figure_alt(events, labels=LABELS, lanes=("中国", "美国", "国际")) == (
        "2011年至2025年共3项，其中中国2项、国际1项。最早2011年12月16日“停止”，最晚2025年5月“标准”。"
    )


def test_alternative_of_one_event_names_it_once() -> None:
    assert figure_alt([event(2015, label="备案")], labels=LABELS) == "仅2015年一项，2015年“备案”（中国1项）。"


@pytest.mark.parametrize(
    ("earliest", "latest", "told"),
    [
        (None, datetime.date(2025, 1, 2), "2025年1月2日或更早"),
        (datetime.date(2025, 1, 2), None, "2025年1月2日或更晚"),
        (datetime.date(2011, 12, 16), datetime.date(2012, 7, 1), "2011年12月16日至2012年7月1日"),
    ],
)
def test_alternative_tells_intervals_as_intervals(
    earliest: datetime.date | None, latest: datetime.date | None, told: str
) -> None:
    ranged = FigureEvent(earliest, latest, "range", "中国", "○", "ease", "批准")
    assert f"{told}“批准”" in figure_alt([ranged], labels=LABELS)


dates = st.dates(datetime.date(1995, 1, 1), datetime.date(2030, 12, 31))
anywhere = st.builds(
    lambda day, lane, label: FigureEvent(day, day, "day", lane, "■", "halt", label),
    dates,
    st.sampled_from(["中国", "美国", "欧盟", "国际"]),
    st.text("施行停止批准 FDAabc0123《》", min_size=1, max_size=60),
)


@given(st.lists(anywhere, min_size=1, max_size=figure.MOST_EVENTS))
def test_each_label_has_a_row_of_its_own_and_all_begin_in_one_column(events: list[FigureEvent]) -> None:
    svg = draw(events)
    height = float(svg.get("height", "0").removesuffix("pt"))
    drawn = labels_drawn(svg)
    assert len(drawn) == len(events)
    assert len({x for x, _, _ in drawn}) == 1
    rows = sorted(y for _, y, _ in drawn)
    assert all(after - before >= 10 for before, after in itertools.pairwise(rows))
    assert rows[-1] < height
    for x, _, text in drawn:
        assert x + text_width(text) <= figure.WIDTH_PT + 0.01
    assert max(mark_ends(svg)) < drawn[0][0]


def test_years_that_crowd_are_named_in_two_lines_and_never_overlap() -> None:
    events = [event(year, 6, 1, label="很长的题名" * 6) for year in range(2005, 2027)]
    svg = draw(events)
    years = [node for node in svg.iter(f"{SVG}text") if (node.text or "").isdigit()]
    assert len({node.get("y") for node in years}) == 2
    for a, b in itertools.combinations(years, 2):
        if a.get("y") == b.get("y"):
            apart = abs(float(a.get("x", "nan")) - float(b.get("x", "nan")))
            assert apart >= text_width("2005")


def test_an_open_end_stays_left_of_the_labels() -> None:
    known = datetime.date(2025, 12, 31)
    svg = draw([FigureEvent(known, None, "day", "中国", "○", "ease", "批准")])
    assert max(mark_ends(svg)) < labels_drawn(svg)[0][0]
