"""Straight quotation marks in Chinese: “ ” outside and ‘ ’ within, or 「 」 and 『 』 (GB/T 15834-2011, 4.8)."""

import bisect
import itertools
import re
from collections.abc import Callable, Iterator

from report.punctuation.slips import Kind, Slip
from report.punctuation.surroundings import CJK_CLOSERS, CJK_OPENERS, SPACES, Surroundings

Pair = tuple[int, int]

_DOUBLE = re.compile('["＂]')
# An apostrophe (Crohn's, patients' own) and a prime (5'端) are no quotation marks.
_SINGLE = re.compile(r"(?<![A-Za-z0-9])['＇](?=\S)|(?<=\S)(?<![0-9])['＇](?![A-Za-z0-9])")
_CURLY = re.compile("[“”「」]")
_STRAIGHT = "\"'＂＇"
_NO_START = frozenset(f'，。、；：！？"＂”’\n{CJK_CLOSERS}{SPACES}')
_NO_END = frozenset(f'"＂“‘\n{CJK_OPENERS}{SPACES}')
_MARKS = {False: ("“”", "‘’"), True: ("「」", "『』")}


def check_quotes(text: str, is_traditional: bool) -> list[Slip]:
    """Return straight quotation marks in Chinese; where it is not plain which belong together, to be told only."""
    doubles = [match.start() for match in _DOUBLE.finditer(text)]
    singles = [match.start() for match in _SINGLE.finditer(text)] if "'" in text or "＇" in text else []
    if not doubles and not singles:
        return []
    around = Surroundings(text)
    found: list[Slip] = []
    for start, end in _cells(text):
        own = _between(doubles, start, end)
        curly = [match.start() for match in _CURLY.finditer(text, start, end)]
        pairs = _pairs(text, own, curly)
        if pairs is None:
            found += [_lone(text, place) for place in own if around.is_beside_han(place, place + 1)]
            continue
        within = _between(singles, start, end)
        inner = list(zip(within[::2], within[1::2], strict=True)) if len(within) % 2 == 0 else []
        is_within = _nesting(pairs + (_nested(text, curly) or []))
        for pair in (*pairs, *inner):
            if around.has_han(*pair) or around.is_beside_han(pair[0], pair[1] + 1):
                found += _mends(around, pair, _MARKS[is_traditional][is_within(pair)])
    return sorted(found, key=lambda slip: slip.start)


def _between(places: list[int], start: int, end: int) -> list[int]:
    return places[bisect.bisect_left(places, start) : bisect.bisect_left(places, end)]


def _nesting(pairs: list[Pair]) -> Callable[[Pair], bool]:
    """Return a function that says whether a pair lies within one of some pairs."""
    in_order = sorted(pairs)
    starts = [start for start, _ in in_order]
    # Up to each pair, the farthest end.
    ends = list(itertools.accumulate((end for _, end in in_order), max, initial=-1))
    return lambda pair: ends[bisect.bisect_left(starts, pair[0])] > pair[1]


def _cells(text: str) -> Iterator[Pair]:
    """Yield the cells of a table's row; of another text, the whole."""
    start = 0
    for match in re.finditer(r"\|", text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _pairs(text: str, straight: list[int], curly: list[int]) -> list[Pair] | None:
    """Return which marks belong together, one of the two at least straight; None where that is not plain."""
    for pairs in (_straight_pairs(text, straight, curly), _mixed_pairs(text, straight, curly)):
        if pairs is not None and all(_is_plain(text, *pair) for pair in pairs):
            return pairs
    return None


def _is_plain(text: str, start: int, end: int) -> bool:
    """Return whether the straight marks of a pair stand where such marks open and close."""
    can_open = text[start] not in _STRAIGHT or text[start + 1] not in _NO_START
    return can_open and (text[end] not in _STRAIGHT or text[end - 1] not in _NO_END)


def _straight_pairs(text: str, straight: list[int], curly: list[int]) -> list[Pair] | None:
    """Return the pairs that straight marks make by themselves, among curly ones that are complete."""
    if len(straight) % 2:
        # 6" is a length.
        straight = [place for place in straight if not text[place - 1 : place].isdigit()]
    if len(straight) % 2 or _nested(text, curly) is None:
        return None
    return list(zip(straight[::2], straight[1::2], strict=True))


def _mixed_pairs(text: str, straight: list[int], curly: list[int]) -> list[Pair] | None:
    """Return the pairs of marks that open and close in turn, be they straight or curly."""
    both = sorted((*straight, *curly))
    pairs = list(zip(both[::2], both[1::2], strict=False))
    if len(both) % 2 or any(text[start] in "”」" or text[end] in "“「" for start, end in pairs):
        return None
    return [pair for pair in pairs if text[pair[0]] in _STRAIGHT or text[pair[1]] in _STRAIGHT]


def _nested(text: str, curly: list[int]) -> list[Pair] | None:
    """Return the pairs of curly marks; None where one has no other."""
    opened: list[int] = []
    pairs: list[Pair] = []
    for place in curly:
        if text[place] in "“「":
            opened.append(place)
        elif opened:
            pairs.append((opened.pop(), place))
        else:
            return None
    return None if opened else pairs


def _mends(around: Surroundings, pair: Pair, marks: str) -> Iterator[Slip]:
    for place, mark in zip(pair, marks, strict=True):
        sign = around.text[place]
        if sign in _STRAIGHT:
            what = f"a straight {sign} in Chinese text"
            yield Slip(Kind.QUOTE, place, place + 1, mark, what, f"Put {mark} in its place.", mark)


def _lone(text: str, place: int) -> Slip:
    what = f"a straight {text[place]} in Chinese text, and it is not plain which other it belongs to"
    hint = "Write “ where the quotation begins and ” where it ends."
    return Slip(Kind.QUOTE, place, place + 1, None, what, hint)
