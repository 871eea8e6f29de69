"""What became of a text, word by word, for Han text first.

A date, a number with its unit, a word in Latin letters and a mark of punctuation are one token each, so
that no redline shows half a number. Between them, Han is cut into phrases by BudouX, whose model is small
and steady rather than exact: where it cuts a term badly, more is struck out than need be, never less.
"""

import dataclasses
import difflib
import re
import unicodedata
from typing import Literal

from report.phrases import phrases_of

Kind = Literal["same", "deleted", "inserted"]

_HAN = "\u3007\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_JOINED = "\u0300-\u036f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_DIGIT = "0-9０-９"
_NUMERAL = "〇零一二三四五六七八九十"
# The longer before those that they begin with.
_UNIT = (
    "个月|個月|月龄|月齡|周岁|週歲|小时|小時|分钟|分鐘|万元|萬元|亿元|億元|万人|萬人|"
    "天|日|周|週|月|年|岁|歲|时|時|分|秒|号|號|条|條|款|项|項|章|版|期|例|次|种|種|个|個|家|人|名|份|篇|批|页|頁|"
    "倍|成|万|萬|亿|億|元|米|克|℃|%|％|‰|°"
)
_LATIN_UNIT = (
    "(?:[µμmnkMGc]?(?:g|L|l|m|mol|Pa|Hz|J)|IU|U|min|h|d|s)(?:/(?:kg|m²|m2|L|mL|d|h|min))?(?![A-Za-z0-9])"
)
_WORD = f"(?![{_HAN}])\\w"
_TOKEN = re.compile(
    rf"""
      [{_DIGIT}]{{4}}年(?:[{_DIGIT}]{{1,2}}月(?:[{_DIGIT}]{{1,2}}日)?)?        # 2025年1月2日
    | [{_NUMERAL}]{{4}}年(?:[{_NUMERAL}]{{1,3}}月(?:[{_NUMERAL}]{{1,3}}日)?)?  # 二〇一五年
    | [{_DIGIT}]{{1,2}}月[{_DIGIT}]{{1,2}}日
    | 第?[<>≤≥±−+]?[{_DIGIT}](?:[{_DIGIT}]|[,.．/:–—~～-](?=[{_DIGIT}]))*       # 2–32天, 第818号, 1,000
      (?:[ \u00a0]?(?:{_UNIT}|{_LATIN_UNIT})|\u00a0[{_HAN}]|/?[A-Za-z](?:[A-Za-z0-9/.-]*[A-Za-z0-9])?)?
    | {_WORD}(?:{_WORD}|[{_JOINED}]|[-./'’](?={_WORD}))*                      # NR-20201, aGVHD, doi.org
    | \s+
    | (?P<han>[{_HAN}](?:(?!第?[{_DIGIT}])[{_HAN}{_JOINED}])*)                  # up to 第818号
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
# What is counted or denied in a run of Han: numbers with what they count, and negations. 十分, 万一 and 一时 are
# words of degree and chance, 非常 and 未来 deny nothing; in doubt (一种, 不断) a word counts.
_HAN_COUNTABLE = re.compile(
    rf"""
      (?!十分(?!之|钟|鐘)|万一|萬一|一时|一時)
      (?: 百分之[{_NUMERAL}百千万萬]+
        | 第?[{_NUMERAL}百千万萬亿億]{{2,}}(?:{_UNIT})?
        | 第[{_NUMERAL}百千]
        | [{_NUMERAL}百千两兩](?:{_UNIT}) )
    | 半
    | 非(?![常洲]) | 未(?![来來]) | [不无無没沒否勿莫毋]
    """,
    re.VERBOSE,
)
# A particle, a mark or two, or two Han between two changes: reading on is easier where it goes with them.
_ISLAND = 2
# Above this, words that stand everywhere are left out of the search for what stayed, which is quadratic.
_LONG = 4_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, was deleted, or was inserted."""

    kind: Kind
    text: str


def tokens(text: str, lang: str) -> tuple[str, ...]:
    """Return the words, numbers, dates, marks and spaces of a text; joined they are the text."""
    return _words(_runs(text), lang)


def countable(text: str) -> tuple[str, ...]:
    """Return what of a text is counted, named in Latin letters, or denied, in its order.

    Two texts that have the same of these differ in wording only, as far as a program can tell: numbers with
    their units, dates, words in Latin letters, negations. Spaces and the width of characters do not count.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "han":
            found += _HAN_COUNTABLE.findall(match.group())
        elif re.search(r"\w", match.group()):
            found.append(re.sub(r"\s", "", unicodedata.normalize("NFKC", match.group())))
    return tuple(found)


def redline(old: str, new: str, lang: str) -> tuple[Piece, ...]:
    """Return what became of a text.

    What stayed and what was deleted, joined, are the old text; what stayed and what was inserted, the new
    one. No two pieces of a kind follow each other, and what was deleted stands before what replaced it.

    Args:
        old: The older text.
        new: The newer one.
        lang: BCP 47.
    """
    if old == new:
        return (Piece("same", old),) if old else ()
    # Only what lies between the first and the last change is cut into words: that is what costs time.
    before, after = _runs(old), _runs(new)
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    gone, come = (_words(runs[start : len(runs) - end], lang) for runs in (before, after))
    matcher = difflib.SequenceMatcher(None, gone, come, autojunk=len(gone) * len(come) > _LONG)
    head, tail = "".join(before[:start]), "".join(before[len(before) - end :])
    runs = [_Run(head, head, is_same=True)]
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        runs.append(_Run("".join(gone[i1:i2]), "".join(come[j1:j2]), tag == "equal"))
    runs.append(_Run(tail, tail, is_same=True))
    return _pieces(_without_islands([run for run in runs if run.old or run.new]))


def _runs(text: str) -> tuple[str, ...]:
    """Return numbers, dates, Latin words, marks, spaces, and the stretches of Han between them."""
    return tuple(match.group() for match in _TOKEN.finditer(text))


def _words(runs: tuple[str, ...], lang: str) -> tuple[str, ...]:
    """Return runs with the stretches of Han cut into phrases."""
    found: list[str] = []
    for run in runs:
        if len(run) > 1 and _is_han(run):
            found += phrases_of(run, lang)
        else:
            found.append(run)
    return tuple(found)


def _is_han(run: str) -> bool:
    match = _TOKEN.fullmatch(run)
    return match is not None and match.lastgroup == "han"


@dataclasses.dataclass(frozen=True, slots=True)
class _Run:
    old: str
    new: str
    is_same: bool

    @property
    def size(self) -> int:
        return max(len(self.old), len(self.new))


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _without_islands(runs: list[_Run]) -> list[_Run]:
    """Join changes that only a particle parts, where each of them is at least as long as it."""
    joined: list[_Run] = []
    for run in runs:
        if run.is_same or not joined:
            joined.append(run)
            continue
        while len(joined) > 1 and _is_island(joined[-2], joined[-1], run):
            island, before = joined.pop(), joined.pop()
            run = _Run(before.old + island.old + run.old, before.new + island.new + run.new, is_same=False)
        if joined and not joined[-1].is_same:
            before = joined.pop()
            run = _Run(before.old + run.old, before.new + run.new, is_same=False)
        joined.append(run)
    return joined


def _is_island(before: _Run, between: _Run, after: _Run) -> bool:
    if before.is_same or not between.is_same or len(between.old) > _ISLAND:
        return False
    # A number that stayed is news of its own, and so is a full stop: sentences are not run together.
    if re.search(r"[0-9０-９A-Za-z。！？；]", between.old):
        return False
    return len(between.old) <= min(before.size, after.size)


def _pieces(runs: list[_Run]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for run in runs:
        if run.is_same:
            if pieces and pieces[-1].kind == "same":
                pieces[-1] = Piece("same", pieces[-1].text + run.old)
            else:
                pieces.append(Piece("same", run.old))
            continue
        if run.old:
            pieces.append(Piece("deleted", run.old))
        if run.new:
            pieces.append(Piece("inserted", run.new))
    return tuple(pieces)
