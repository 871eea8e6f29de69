"""The texts that everyone sets: a running text, one of adjacent marks, one that is hard to break."""

import dataclasses
import itertools
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import lxml.html

from report.typography.variants import CLOSING

ZERO_WIDTH_SPACE = "\u200b"
_WORD_JOINER = "\u2060"

Style = Literal["", "bold", "kai"]

MIN_PARAGRAPH = 27
MAX_CHARACTERS = 4_000


@dataclasses.dataclass(frozen=True)
class Run:
    """A piece of a paragraph in one style."""

    text: str
    style: Style = ""


@dataclasses.dataclass(frozen=True)
class Text:
    """A text and what it is called."""

    name: str
    paragraphs: Sequence[Sequence[Run]]


def plain(paragraph: Sequence[Run]) -> str:
    """Return what a reader of the finished page is to find: no tags, nothing without a width."""
    return "".join(run.text for run in paragraph).replace(ZERO_WIDTH_SPACE, "")


def running_text(html: str) -> Text:
    """Return the plain paragraphs of a composed page, in order, without citations and note marks.

    Paragraphs shorter than 27 characters are left out; it ends before 4,000 characters.
    """
    body: Any = lxml.html.document_fromstring(html)
    paragraphs: list[Sequence[Run]] = []
    length = 0
    for element in body.xpath("//section//*[contains(@class, 'prose')]/p"):
        for mark in element.xpath(".//sup"):
            mark.drop_tree()
        text = (
            " ".join(element.text_content().split()).replace(_WORD_JOINER, "").replace(ZERO_WIDTH_SPACE, "")
        )
        if len(text) < MIN_PARAGRAPH:
            continue
        length += len(text)
        if length > MAX_CHARACTERS:
            break
        paragraphs.append((Run(text),))
    return Text("running", paragraphs)


_FULL_WIDTH = str.maketrans(",:;?!()", "，：；？！（）")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_MARKS = re.escape("，：；？！（）、。“”‘’《》")


def article_text(text: str) -> Text:
    """Return an article's paragraphs of at least 27 characters, its half-width marks made full-width."""
    paragraphs = []
    for line in text.split("\n"):
        kept = line.strip()
        if len(kept) < MIN_PARAGRAPH:
            continue
        kept = re.sub(f"(?<=[{_HAN}”》）)])[,:;?!()]|[,:;?!()](?=[{_HAN}“《（])|[()]", _widen, kept)
        kept = re.sub(
            f" +(?=[“‘《])|(?<=[”’》]) +|(?<=—) +|(?<=[{_HAN}{_MARKS}]) +(?=[{_HAN}{_MARKS}])", "", kept
        )
        paragraphs.append((Run(kept),))
    return Text("running", paragraphs)


def _widen(match: re.Match[str]) -> str:
    return match.group().translate(_FULL_WIDTH)


_CLOSERS = "、。，：；！？）》”’」』】〉"
_OPENERS = "（《“‘「『【〈"
_PLAIN_HAN = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
_PAIRS_A_PARAGRAPH = 12


def pairs_text() -> Text:
    """Return every pair of closing and opening marks that squeezes, and half of them once more: 614 in all.

    Each pair stands once between Han; the second time `<b>`, `<em>` or U+200B parts its marks.
    """
    pairs = [
        *itertools.product(_CLOSERS, _CLOSERS),
        *itertools.product(_CLOSERS, _OPENERS),
        *itertools.product(_OPENERS, _OPENERS),
    ]
    han = itertools.cycle(_PLAIN_HAN)
    pieces: list[tuple[Run, ...]] = []
    for first, second in pairs:
        pieces.append((Run(_some(han, 2) + first + second + _some(han, 3)),))
    for number, (first, second) in enumerate(pairs[::2]):
        before, after = _some(han, 3) + first, second + _some(han, 2)
        if number % 3 == 2:
            pieces.append((Run(before + ZERO_WIDTH_SPACE + after),))
        else:
            pieces.append((Run(before), Run(after, "kai" if number % 3 else "bold")))
    chunks = range(0, len(pieces), _PAIRS_A_PARAGRAPH)
    paragraphs = [
        [*itertools.chain.from_iterable(pieces[start : start + _PAIRS_A_PARAGRAPH]), Run("止。")]
        for start in chunks
    ]
    return Text("pairs", paragraphs)


def _some(chars: Iterator[str], count: int) -> str:
    return "".join(itertools.islice(chars, count))


_HARD = (
    "“{a}”与‘{b}’并称《{a}·{b}》",
    "（{a}）；【{b}】——{a}",
    "{a}……{b}——{c}",
    "2025年1月2日{a}占12.5%，{b}约3～5倍",
    "{a}（Mesenchymal Stromal Cells）{b}",
    "Ryoncil®用于aGVHD，{a}",
    "{a}·{b}·{c}说：“{a}？”‘{b}！’",
    "约2×10⁶/kg的{a}、{b}和{c}",
    "《{a}（试行）》“{b}”第39条",
    "￥320万元或$45万，{a}；{b}37℃以下",
    "「{a}『{b}』」〈{c}〉",
    "it’s “only a test”的{a}",
)


def hard_text() -> Text:
    """Return a generated text whose marks, numbers and Latin words fall on every place of a line."""
    chance = random.Random(4)

    def word() -> str:
        return "".join(chance.choices(_PLAIN_HAN, k=chance.randint(1, 4)))

    paragraphs = []
    for _ in range(40):
        clauses = [
            form.format(a=word(), b=word(), c=word()) for form in chance.sample(_HARD, k=chance.randint(3, 5))
        ]
        text = "".join(clause + chance.choice("，，、；。：") for clause in clauses)
        paragraphs.append((Run(text[:-1].rstrip(CLOSING) + "。"),))
    return Text("hard", paragraphs)
