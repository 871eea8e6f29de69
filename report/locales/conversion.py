"""Chinese text from one script into the other: OpenCC for characters, a project's own terms for words.

OpenCC's configurations with regional phrases are not used: they replace words (发布 by 釋出, 信息 by 資訊) that a
regulator's text means literally. What a region calls otherwise stands in the project's dictionary, reviewed.
"""

import dataclasses
import functools
import re
from collections.abc import Callable, Iterator, Sequence

from report.model import ConversionTerm

# By script or region: https://github.com/BYVoid/OpenCC#configurations
_CONFIGURATIONS = {
    ("zh-Hans", "zh-Hant"): "s2t",
    ("zh-Hans", "zh-Hant-HK"): "s2hk",
    ("zh-Hans", "zh-Hant-TW"): "s2tw",
    ("zh-Hant", "zh-Hans"): "t2s",
    ("zh-Hant-HK", "zh-Hans"): "hk2s",
    ("zh-Hant-TW", "zh-Hans"): "tw2s",
    ("zh-Hant", "zh-Hant-HK"): "t2hk",
    ("zh-Hant", "zh-Hant-TW"): "t2tw",
}
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Addresses and text that is marked as another language stand as they are written.
_KEPT = re.compile(r"https?://[^\s<>()（）\u3000-\u9fff]+|\[[^\]\n]*\]\{[^}\n]*\blang=\"?(?!zh)[^}\n]*\}")
_TO_CORNERS = str.maketrans("“”", "「」")
_TO_CURLY = str.maketrans("「」『』", "“”‘’")
# An apostrophe has no partner that opens: it stays.
_SINGLE = re.compile("‘([^‘’\n]*)’")


@dataclasses.dataclass(frozen=True)
class Override:
    """A use of a term of the dictionary: which, what it became, and the line of the text it stands in, from 1."""

    term: str
    result: str
    line: int


class Conversion:
    """Converts text between two locales of Chinese; the same text always becomes the same."""

    def __init__(self, source: str, target: str, terms: Sequence[ConversionTerm]) -> None:
        """Prepare it.

        Args:
            source: The locale that texts are written in.
            target: The locale that is wanted; `can_convert(source, target)` must hold.
            terms: The project's dictionary; those that say nothing of `target` are not used.
        """
        self.source, self.target = source, target
        self._terms = {
            term.from_: result for term in terms if (result := term.for_locale(target)) is not None
        }
        longest_first = sorted(self._terms, key=lambda term: (-len(term), term))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._characters = _converter(_CONFIGURATIONS[source, target])

    def text(self, text: str) -> str:
        """Return a text in the target; line ends, Latin, numbers, addresses and templates stay as they are."""
        if not HAN.search(text):
            return text
        pieces, end = [], 0
        for kept in _KEPT.finditer(text):
            pieces += [self._convert(text[end : kept.start()]), kept[0]]
            end = kept.end()
        return "".join((*pieces, self._convert(text[end:])))

    def overrides(self, text: str) -> Iterator[Override]:
        """Yield the terms of the dictionary that are used in a text, in order."""
        if self._pattern is None:
            return
        for found in self._pattern.finditer(text):
            yield Override(found[0], self._terms[found[0]], text.count("\n", 0, found.start()) + 1)

    def _convert(self, text: str) -> str:
        if self._pattern is None:
            return self._quotes(self._characters(text))
        pieces, end = [], 0
        for found in self._pattern.finditer(text):
            pieces += [self._quotes(self._characters(text[end : found.start()])), self._terms[found[0]]]
            end = found.end()
        return "".join((*pieces, self._quotes(self._characters(text[end:]))))

    def _quotes(self, text: str) -> str:
        """Return a text with the quotation marks of its script: GB/T 15834-2011 “ ”, 重訂標點符號手冊 「 」."""
        if self.source.startswith("zh-Hant") == self.target.startswith("zh-Hant"):
            return text
        if self.target == "zh-Hans":
            return text.translate(_TO_CURLY)
        return _SINGLE.sub("『\\1』", text).translate(_TO_CORNERS)


def can_convert(source: str, target: str) -> bool:
    """Return whether text of one locale can be converted into another."""
    return (source, target) in _CONFIGURATIONS


@functools.cache
def _converter(configuration: str) -> Callable[[str], str]:
    # Imported here: it reads its dictionaries, which a briefing in one locale does not need.
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC(configuration).convert
    return convert
