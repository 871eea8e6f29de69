import dataclasses

import pytest

from benchmarks.typesetting.cells import Cell, SetLine
from benchmarks.typesetting.extraction import Extracted, compare
from benchmarks.typesetting.texts import Run, Text

SOURCE = "用MSC治疗，共12例。"
TEXT = Text("running", [(Run(SOURCE),), (Run("Stromal Cells在后"),)])


def printed(*texts: str) -> list[SetLine]:
    cell = Cell("字", 0, 0, 1, 0, 1)
    return [SetLine(0, text, (cell,), None, True, False, False) for text in texts]


def compared(*lines: str) -> Extracted:
    extracted = Extracted()
    compare(lines, TEXT, printed("用MSC治疗，", "共12例。", "Stromal Cells在后"), extracted)
    return extracted


def test_lines_as_printed_have_no_fault() -> None:
    expected = Extracted(printed=3, lines=3, whole=3)
    assert compared("用MSC治疗，", "共12例。", "Stromal Cells在后") == expected


@pytest.mark.parametrize(
    ("first", "counts"),
    [
        ("用 MSC治疗，", (0, 1, 0)),
        ("用MSC 治 疗，", (1, 1, 0)),
        ("用MSC治疗 ，", (0, 0, 1)),
        ("用M SC治疗，", (0, 0, 1)),
    ],
)
def test_spaces_that_the_source_does_not_have_are_told_apart(
    first: str, counts: tuple[int, int, int]
) -> None:
    found = compared(first, "共12例。", "Stromal Cells在后")
    assert (found.han_spaces, found.latin_spaces, found.mark_spaces) == counts
    assert found.whole == 3


def test_torn_and_shuffled_lines_are_counted() -> None:
    torn = compared("用MSC治", "疗，", "共12例。", "Stromal Cells在后")
    assert (torn.lines, torn.whole, torn.strange) == (4, 2, 0)
    assert compared("共12例。", "用MSC治疗，", "Stromal Cells在后").strange == 2


def test_a_hyphen_at_a_line_end_is_no_part_of_the_source() -> None:
    hyphened = dataclasses.replace(printed("Stro")[0], hyphen=Cell("-", 4, 4, 5, 4, 5))
    extracted = Extracted()
    compare(
        ["Stro-", "mal Cells"],
        Text("t", [(Run("Stromal Cells"),)]),
        [hyphened, *printed("mal Cells")],
        extracted,
    )
    assert extracted == Extracted(printed=2, lines=2, whole=2)
