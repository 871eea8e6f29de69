import pytest

from report.references import cluster, ranges


@pytest.mark.parametrize(
    ("numbers", "mark"),
    [
        ([1], "[1]"),
        ([1, 3], "[1,3]"),
        ([255, 256], "[255-256]"),
        ([1, 2, 3], "[1-3]"),
        ([3, 1, 2], "[1-3]"),
        ([2, 2, 2], "[2]"),
        ([9, 1, 2, 5, 6, 7, 10, 12], "[1-2,5-7,9-10,12]"),
    ],
)
def test_numbers_at_one_place_make_one_mark(numbers: list[int], mark: str) -> None:
    assert cluster(numbers) == mark


def test_ranges_are_first_and_last() -> None:
    assert ranges(iter([4, 1, 2])) == ((1, 2), (4, 4))


@pytest.mark.parametrize("numbers", [[], [0], [-1, 2]])
def test_a_mark_without_a_reference_is_refused(numbers: list[int]) -> None:
    with pytest.raises(ValueError, match="numbers from 1 on"):
        cluster(numbers)
