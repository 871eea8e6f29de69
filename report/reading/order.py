"""What a sentence says came first: words of order and of cause, and which of the events around them they join.

Events are given by their places in the text. A word joins two of them only in a construction that is told apart
here; any other use is left alone. So is whatever a sentence denies, doubts, or says that others say.
"""

import dataclasses
import enum
import functools
import re
from collections.abc import Iterator, Sequence

from report.facts.terms import Kind
from report.model import WordList
from report.reading.clauses import Stretch, clauses

_DENIED = re.compile(
    r"不能是|不可能|不[是会會]|[并並][非不未]|[绝絕而]非|未必|[谈談]不上|没有|沒有|[无無]法|[无無][关關]|颠倒|顛倒|倒置|不[确確](?=[，。；、]|\Z)"
    r"|不[准对對](?=[，。；、]|\Z)|有[误誤]|[误誤][作写寫称稱以传傳]|不成立|[错錯][误誤了在]|有文章|有人|有[说說]法|[据據][称稱传傳]|[声聲][称稱]"
    r"|所[谓謂]|有[争爭][议議]|[说說]法不一|是否|能否|[吗嗎？?]|\b(?:not|never|nor|cannot|whether|claim\w*|alleg\w+|wrong\w*"
    r"|incorrect\w*|mistaken\w*|contrary|disputed|contested)\b|n[’']t\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"[将將]|未[来來]|日[后後]|今[后後]|[后後][续續]|更多|有望|可能|\b(?:future|further|later|more|will|may)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"[不未没沒无無非]|\b(?:not|no|never)\b", re.IGNORECASE)
_APPROVALS = re.compile(r"审批|審批|[获獲]批|批准|上市|\bapprovals?\b|\bauthori[sz]ations?\b", re.IGNORECASE)
_BACK = re.compile(r"\s*[\u2060“「]*(?:[这這此该該](?!前)|上述|前述|[Tt]h(?:is|at|ese|ose)\b|[Ii]t\b)")

# How a word joins; a word that stands in none of these compares, or brings about what follows it.
_LEADING = re.compile(
    r"(?:此前|先前|随后|隨後|此后|此後|后来|後來|继而|繼而|紧接着|緊接着|继之|繼之|跟进|跟進|subsequently|afterwards)",
    re.I,
)
_POINT = re.compile(r"(?:之|以)[前后後]")
_PAVING = re.compile(r".*(?:铺路|鋪路|道路|基础|基礎)")
_THEREFORE = re.compile(r"(?:由此|因此|因而|therefore|as a result|thus)", re.I)
_TURNED = re.compile(r"(?:followed|preceded)", re.I)
_ENGLISH_POINT = re.compile(r"(?:before|after|prior to|ahead of|in the wake of)", re.I)
_BY = re.compile(r"\s+by\b", re.I)


class Sense(enum.StrEnum):
    """Which list a word stands in."""

    BEFORE = "before"
    AFTER = "after"
    CAUSE = "cause"


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """What a word says: one event came before another.

    Attributes:
        start: Where the word begins.
        word: The word.
        first: The place of the event that is said to come first, among the places given.
        second: The place of the other; or the kind of all such events, where the text says only 审批.
    """

    start: int
    word: str
    first: int
    second: int | Kind


@dataclasses.dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a word: events of its clause and of its sentence on both sides, as their numbers."""

    text: str
    sentence: Stretch
    clause: Stretch
    places: Sequence[Stretch]
    near_left: list[int]
    near_right: list[int]
    left: list[int]
    right: list[int]

    def between(self, start: int, end: int) -> list[int]:
        """Return the events that begin in a stretch."""
        return [index for index, place in enumerate(self.places) if start <= place[0] < end]


@dataclasses.dataclass(frozen=True)
class OrderWords:
    """A locale's words of order and cause.

    Attributes:
        first_signs: Where one may begin: an expression that is quick to look for.
        words: The words, the longest first, in a group for each sense; a Latin word is whole.
    """

    first_signs: re.Pattern[str]
    words: re.Pattern[str]

    def may_stand_in(self, text: str) -> bool:
        """Return whether a text holds one."""
        return self.first_signs.search(text) is not None


@functools.lru_cache(maxsize=16)
def order_words(words: WordList) -> OrderWords:
    """Return the expressions for a locale's words of order and cause."""
    groups, plain = [], []
    for sense in Sense:
        spelt = sorted(getattr(words, sense.value), key=len, reverse=True)
        plain += [re.escape(word).replace(r"\ ", r"\s+") for word in spelt]
        written = [
            rf"\b{re.escape(word)}\b".replace(r"\ ", r"\s+") if word[0].isascii() else re.escape(word)
            for word in spelt
        ]
        groups.append(f"(?P<{sense.value}>{'|'.join(written) or '(?!)'})")
    # Without groups the expression is searched by its first signs, many times faster.
    return OrderWords(
        re.compile("|".join(plain) or "(?!)", re.IGNORECASE), re.compile("|".join(groups), re.IGNORECASE)
    )


def is_denied(text: str, start: int, end: int) -> bool:
    """Return whether a sentence denies or doubts something, or tells what others say."""
    return _DENIED.search(text, start, end) is not None


def read_order(text: str, sentence: Stretch, words: OrderWords, places: Sequence[Stretch]) -> Iterator[Claim]:
    """Yield what the words of a sentence claim about the order of events.

    Args:
        text: The passage.
        sentence: Where the sentence lies in it.
        words: From `order_words`.
        places: The events told in this sentence and in the one before, in order.
    """
    if len(places) < 2 and not _APPROVALS.search(text, *sentence):
        return
    for match in words.words.finditer(text, *sentence):
        if not places or is_denied(text, *sentence):
            return
        start, end = match.span()
        clause = next(one for one in clauses(text, *sentence) if one[0] <= start < one[1])
        numbered = list(enumerate(places))
        around = _Around(
            text,
            sentence,
            clause,
            places,
            [index for index, place in numbered if clause[0] <= place[0] < start],
            [index for index, place in numbered if end <= place[0] < clause[1]],
            [index for index, place in numbered if place[0] < start],
            [index for index, place in numbered if end <= place[0]],
        )
        sense = Sense(match.lastgroup or Sense.BEFORE)
        pairs: Iterator[tuple[int, int | Kind]] = (
            _caused(around, match) if sense is Sense.CAUSE else _ordered(around, match, sense)
        )
        for first, second in pairs:
            if first != second:
                yield Claim(start, match.group(), first, second)


def _ordered(around: _Around, match: re.Match[str], sense: Sense) -> Iterator[tuple[int, int | Kind]]:
    """Yield the pair that a word of order joins, the earlier first."""
    event, reference = _joined(around, match)
    if event is None or reference is None:
        return
    is_turned = _TURNED.fullmatch(match.group()) and _BY.match(around.text, match.end())
    if (sense is Sense.BEFORE) != bool(is_turned):
        yield event, reference
    else:
        yield reference, event


def _joined(around: _Around, match: re.Match[str]) -> tuple[int | None, int | None]:
    """Return the event that a word places, and the one by which it is placed."""
    word, start = match.group(), match.start()
    is_first = not around.text[around.clause[0] : start].strip(" \t\n\u2060“「")
    if _LEADING.fullmatch(word) or (_POINT.fullmatch(word) and is_first):
        nearest = around.near_right[:1] or around.near_left[-1:] or around.right[:1]
        event = nearest[0] if nearest else None
        earlier = [index for index in around.left if index != event]
        return event, (earlier[-1] if earlier else None)
    if _POINT.fullmatch(word):
        return _at_point(around)
    if _ENGLISH_POINT.fullmatch(word) and is_first:
        following = [index for index in around.right if index not in around.near_right]
        return (following[0] if following else None), (around.near_right[0] if around.near_right else None)
    return (around.left[-1] if around.left else None), (around.near_right[0] if around.near_right else None)


def _at_point(around: _Around) -> tuple[int | None, int | None]:
    """Return what 乙之前 places: 甲在乙之前, 乙之前甲, or 在乙之前，甲."""
    if not around.near_left:
        return None, None
    reference = around.near_left[-1]
    earlier = around.near_left[:-1]
    if earlier:
        between = around.text[around.places[earlier[-1]][1] : around.places[reference][0]]
        if re.search("[在于於]", between):
            return earlier[-1], reference
    if around.right:
        return around.right[0], reference
    return (earlier[-1] if earlier else None), reference


def _caused(around: _Around, match: re.Match[str]) -> Iterator[tuple[int, int | Kind]]:
    """Yield pairs of cause and effect."""
    word, (start, end) = match.group(), match.span()
    text = around.text
    if _THEREFORE.fullmatch(word):
        effect = (
            around.near_right[0] if around.near_right else around.near_left[-1] if around.near_left else None
        )
        earlier = [index for index in around.left if index != effect]
        if effect is not None and earlier and not _NEGATED.search(text, *around.clause):
            yield earlier[-1], effect
        return
    if _PAVING.fullmatch(word):
        yield from _paved(around, start)
        return
    if _BY.match(text, end):
        if around.near_right and around.left:
            yield around.near_right[0], around.left[-1]
        return
    marker = max(text.rfind(sign, around.clause[0], start) for sign in "由被受在因")
    causes = around.between(marker, start) if marker >= 0 else []
    if causes:
        effects = around.right[:1] or around.between(around.clause[0], marker)[-1:]
        yield from ((cause, effect) for cause in causes for effect in effects)
    elif around.near_right:
        for cause in around.near_left or around.left[-1:]:
            yield cause, around.near_right[0]
    elif word.isascii() and around.left and _is_of_all(text, end, around.clause[1]):
        yield around.left[-1], Kind.APPROVAL


def _paved(around: _Around, start: int) -> Iterator[tuple[int, int | Kind]]:
    """Yield what 甲为乙铺路 joins; where 乙 is only 审批 or 获批, each 甲 with all approvals."""
    text, clause = around.text, around.clause
    marker = max(text.rfind(sign, clause[0], start) for sign in "为為")
    if marker < 0:
        return
    effects = around.between(marker, start)
    causes = around.between(around.sentence[0], marker)
    if not causes and _BACK.match(text, around.sentence[0]):
        causes = around.left[-1:]
    for cause in causes:
        if effects:
            yield cause, effects[0]
        elif _is_of_all(text, marker, start):
            yield cause, Kind.APPROVAL


def _is_of_all(text: str, start: int, end: int) -> bool:
    return _APPROVALS.search(text, start, end) is not None and _LATER.search(text, start, end) is None
