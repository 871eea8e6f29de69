"""What stands around a mark: the nearest letters, Han or figures, whatever marks and spaces lie between.

Marks and spaces are what gets mended, letters never are; so what is decided by letters stays decided.
"""

import bisect
import re

UNKNOWN = "\ufffc"
OPAQUE = "\ufffb"

# Han, kana, and the signs 々 and 〇.
HAN = "\u3005\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
SPACES = " \t\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
CJK_OPENERS = "（《〈「『【〔〖"
CJK_CLOSERS = "）》〉」』】〕〗"
CJK_MARKS = f"、，。；：！？{CJK_OPENERS}{CJK_CLOSERS}"
# Marks that Chinese shares with other scripts; the last two stand for a —— and a …… that are to be written.
READ_AS_DASH, READ_AS_ELLIPSIS = "⸺", "⋯"
SHARED_MARKS = f"“”‘’—…{READ_AS_DASH}{READ_AS_ELLIPSIS}"

_OPENER = re.compile(rf"[(“‘{CJK_OPENERS}]")
_CLOSER = re.compile(rf"[)”’{CJK_CLOSERS}]")
_GAP = re.compile(rf"[,.;:!?()\"'＂＇．…・·⋯•“”‘’{CJK_MARKS}{SPACES}]+")
_HAN_RUN = re.compile(f"[{HAN}]+")
_ENGLISH = re.compile(rf"[^{HAN}\n|“”「」『』《》{UNKNOWN}]{{20,}}")
_WORD = re.compile(r"[A-Za-z]{2,}")
# Words that sentences have and names, titles and lists have not.
_OF_A_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|does|did|not|that|which|who|this|these|it|we|they|may|can|should"
    r"|must|will|would)\b",
    re.IGNORECASE,
)
MANY_WORDS = 5


class Surroundings:
    """A text, and for each place in it what stands around."""

    def __init__(self, text: str) -> None:
        """Find the runs of marks and spaces, of Han, and of whole English sentences; linear in the text."""
        self.text = text
        gaps = [match.span() for match in _GAP.finditer(text)]
        self._gap_starts = [start for start, _ in gaps]
        self._gap_ends = [end for _, end in gaps]
        self._openers = [match.start() for match in _OPENER.finditer(text)]
        self._closers = [match.start() for match in _CLOSER.finditer(text)]
        runs = [match.span() for match in _HAN_RUN.finditer(text)]
        self._han_ends = [end for _, end in runs]
        self._han_starts = [start for start, _ in runs]
        self.english = tuple(_english(text))
        self._english_starts = [start for start, _ in self.english]

    def is_han(self, offset: int) -> bool:
        """Return whether a Han stands at a place."""
        return self.has_han(offset, offset + 1)

    def has_han(self, start: int, end: int) -> bool:
        """Return whether a stretch holds Han."""
        index = bisect.bisect_right(self._han_ends, start)
        return index < len(self._han_starts) and self._han_starts[index] < end

    def is_english(self, offset: int) -> bool:
        """Return whether a place lies in a whole English sentence."""
        index = bisect.bisect_right(self._english_starts, offset) - 1
        return index >= 0 and offset < self.english[index][1]

    def _gap(self, offset: int) -> tuple[int, int]:
        """Return the run of marks and spaces that a place lies in; an empty one where it lies in none."""
        index = bisect.bisect_right(self._gap_starts, offset) - 1
        if index >= 0 and offset < self._gap_ends[index]:
            return self._gap_starts[index], self._gap_ends[index]
        return offset, offset

    def _run_before(self, offset: int) -> int:
        """Return where the run of marks and spaces begins that reaches up to a place."""
        start, end = self._gap(offset - 1) if offset else (0, 0)
        return start if end > start else offset

    def follows_han(self, offset: int) -> bool:
        """Return whether Han goes before what begins at a place, with marks and spaces between but no opener."""
        start = self._run_before(offset)
        index = bisect.bisect_left(self._openers, start)
        if index < len(self._openers) and self._openers[index] < offset:
            return False
        return start > 0 and self.is_han(start - 1)

    def precedes_han(self, offset: int) -> bool:
        """Return whether Han follows what ends at a place, with marks and spaces between but no closer."""
        end = self._gap(offset)[1]
        index = bisect.bisect_left(self._closers, offset)
        if index < len(self._closers) and self._closers[index] < end:
            return False
        return self.is_han(end)

    def is_beside_han(self, start: int, end: int) -> bool:
        """Return whether the nearest letter on either side of a stretch is Han, whatever marks lie between."""
        first = self._run_before(start)
        return (first > 0 and self.is_han(first - 1)) or self.is_han(self._gap(end)[1])


def _english(text: str) -> list[tuple[int, int]]:
    """Return the stretches that are English sentences and fill a line, a cell or a pair of quotation marks."""
    found = []
    for match in _ENGLISH.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        is_whole = before in ("", "\n", "|", "“", "「", "『", "《") and after in (
            "",
            "\n",
            "|",
            "”",
            "」",
            "』",
            "》",
        )
        words = _WORD.findall(match.group())
        if is_whole and len(words) >= MANY_WORDS and _OF_A_SENTENCE.search(match.group()):
            found.append(match.span())
    return found
