"""Compares what readers copy out of a finished file, passage by passage, with the text that was composed."""

from collections.abc import Collection, Iterator, Sequence

# A passage of so many characters is known by them wherever it stands; a shorter one only where it is expected.
ANCHOR = 4
# At how many places the text may be waiting to go on: behind what floats, repeated heads, moved blocks.
_WAITING = 8
# Numbers, names and dates of so many characters come again and again, and are not told from each other.
_COMMON = 12


def not_copied(passages: Sequence[str], wanted: str) -> list[str]:
    """Return the stretches of a text that no passages hold, in their order.

    Passages may come in another order than the text, as notes at the foot of a page do, and there may be more of
    them: numbers, leaders and heads that a style sheet adds. Within a passage nothing may differ, but for a hyphen
    at its end. Of what is shorter than `ANCHOR` nothing can be said.

    Args:
        passages: What each stretch of marked content reads as, without spaces.
        wanted: The text, without spaces.
    """
    covered = bytearray(len(wanted))
    waiting = [0]
    tiles: set[str] = set()
    for passage in filter(None, passages):
        forms = (passage, passage.removesuffix("-")) if len(passage) > 1 else (passage,)
        places = ((form, _place_of(form, wanted, waiting, covered)) for form in forms)
        form, place = next((found for found in places if found[1] >= 0), ("", -1))
        if form:
            end = place + len(form)
            covered[place:end] = b"\1" * len(form)
            others = [one for one in waiting if one != place]
            waiting = [*others[1 - _WAITING :], end]
        tiles.update(form for form in forms if place < 0 or len(form) <= _COMMON)
    gaps = [(start, end) for start, end in _gaps(covered) if end - start >= ANCHOR]
    return [wanted[start:end] for start, end in gaps if not _is_made_of(tiles, wanted, start, end)]


def _place_of(passage: str, wanted: str, waiting: Sequence[int], covered: bytearray) -> int:
    """Return where a passage stands in the text: where that is to go on, or else the next place; -1 for none."""
    for place in reversed(waiting):
        if wanted.startswith(passage, place):
            return place
    if len(passage) < ANCHOR:
        return -1
    for start in (waiting[-1], 0):
        place = wanted.find(passage, start)
        while place >= 0 and all(covered[place : place + len(passage)]):
            place = wanted.find(passage, place + 1)
        if place >= 0:
            return place
    return -1


def _gaps(covered: bytearray) -> Iterator[tuple[int, int]]:
    start = covered.find(0)
    while start >= 0:
        end = covered.find(1, start)
        yield start, end if end >= 0 else len(covered)
        start = covered.find(0, end) if end >= 0 else -1


def _is_made_of(passages: Collection[str], wanted: str, start: int, end: int) -> bool:
    """Return whether a stretch is a row of passages, such as the cells of a table that stands elsewhere.

    A number that was added may have been taken for the first characters of one.
    """
    longest = max(map(len, passages), default=0)
    begins = set(range(max(0, start - ANCHOR), start + 1))
    for place in range(max(0, start - ANCHOR), end):
        if place not in begins:
            continue
        for length in range(1, min(longest, end + ANCHOR - place) + 1):
            if wanted[place : place + length] in passages:
                if place + length >= end:
                    return True
                begins.add(place + length)
    return False
