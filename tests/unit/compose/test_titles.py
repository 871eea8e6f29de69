import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.compose.titles import MOST_EMS, title_lines, width_in_ems


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("间充质干细胞为何被叫停、何时松绑", ("间充质干细胞", "为何被叫停、何时松绑")),
        ("流感疫苗接种简报", ("流感疫苗接种简报",)),
        ("呼吸道合胞病毒疫苗的接种：2026年版指南", ("呼吸道合胞病毒疫苗的接种：", "2026年版指南")),
        ("干细胞临床研究与多方参与的证据如何评价", ("干细胞临床研究", "与多方参与的证据如何评价")),
    ],
)
def test_titles_break_by_sense_and_evenly(title: str, lines: tuple[str, ...]) -> None:
    assert title_lines(title) == lines


def test_a_title_without_a_pause_is_cut_into_lines_of_about_one_length() -> None:
    first, second = title_lines("细胞治疗产品生产质量管理指南试行版解读")
    assert abs(len(first) - len(second)) <= 1


def test_words_of_latin_letters_and_numbers_are_never_torn() -> None:
    title = "CAR-T cell therapy in relapsed and refractory B-cell lymphoma: a briefing"
    assert " ".join(title_lines(title)) == title


@given(st.text("间充质干细胞为何被叫停与及的、：，。（）《》“”MSC 2025", min_size=1, max_size=90))
def test_nothing_is_lost_but_spaces_at_breaks_and_no_mark_begins_a_line(title: str) -> None:
    lines = title_lines(title)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", title)
    assert not any(
        re.match(r"[、：，。）》”]", line) for line in lines[1:] if re.match("[^、：，。）》”]", title)
    )


@given(st.text("间充质干细胞为何被叫停与、：", min_size=1, max_size=90))
def test_every_line_fits_the_cover(title: str) -> None:
    # A run of marks hangs on to the word before, so a line may be over by those.
    assert all(width_in_ems(line.rstrip("、：")) <= MOST_EMS for line in title_lines(title))
