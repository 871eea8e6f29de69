"""Citation marks of the running text: `[1]`, `[1,3]`, `[1-3]`."""

from collections.abc import Iterable


def ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return the numbers, sorted and without repeats, as runs of consecutive ones (first, last).

    Raises:
        ValueError: There is no number, or one below 1.
    """
    ordered = sorted(set(numbers))
    if not ordered or ordered[0] < 1:
        raise ValueError("a citation mark needs numbers from 1 on")
    runs: list[tuple[int, int]] = []
    for number in ordered:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs)


def cluster(numbers: Iterable[int]) -> str:
    """Return one mark for several references cited at one place.

    GB/T 7714-2025, 9.2.1: all numbers in one pair of brackets, commas between them, a hyphen between the ends
    of consecutive ones; the example `[255-256]` joins two already.

    Raises:
        ValueError: There is no number, or one below 1.
    """
    runs = (str(first) if first == last else f"{first}-{last}" for first, last in ranges(numbers))
    return f"[{','.join(runs)}]"
