"""Clauses and quoted stretches: how far a word reaches, and which words are somebody else's."""

import bisect
import re

Stretch = tuple[int, int]

_STOP = re.compile(r"[，；：。！？;:!?\n]|,(?![0-9]{3})|\.(?=\s)")
_QUOTED = re.compile('“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|‘[^’\n]*’|"[^"\n]*"|《[^》\n]*》|〈[^〉\n]*〉')


def clauses(text: str, start: int, end: int) -> tuple[Stretch, ...]:
    """Return the clauses of a sentence in order; together they cover it, each with the stop that ends it."""
    found: list[Stretch] = []
    for match in _STOP.finditer(text, start, end):
        found.append((start, match.end()))
        start = match.end()
    if start < end or not found:
        found.append((start, end))
    return tuple(found)


def clause_at(text: str, offset: int) -> Stretch:
    """Return the clause in which a character lies."""
    stops = [match.end() for match in _STOP.finditer(text)]
    place = bisect.bisect_right(stops, offset)
    return (stops[place - 1] if place else 0), (stops[place] if place < len(stops) else len(text))


def quoted(text: str) -> tuple[Stretch, ...]:
    """Return what stands between quotation marks or is the title of a work."""
    return tuple(match.span() for match in _QUOTED.finditer(text))


def is_within(stretches: tuple[Stretch, ...], offset: int) -> bool:
    """Return whether a character lies in one of the stretches."""
    return any(start <= offset < end for start, end in stretches)
