"""What readers of a PDF get out of it: lines as printed or not, and spaces that the source does not have."""

import collections
import dataclasses
import itertools
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2

from benchmarks.typesetting.cells import SetLine, squeezed
from benchmarks.typesetting.judge import is_han, is_latin
from benchmarks.typesetting.texts import Text, plain

READERS = ("pdftotext", "pdftotext -raw", "pdfium")


@dataclasses.dataclass
class Extracted:
    """What one reader got out of some documents.

    Attributes:
        printed: Lines that the pages show.
        lines: Lines that the reader tells.
        whole: Printed lines that the reader tells as one line.
        strange: Lines of the reader that do not go on where the one before ends.
        han_spaces: Spaces between Han that the source does not have.
        latin_spaces: The same between Han and a Latin letter or digit.
        mark_spaces: The same anywhere else: beside a mark, or within a word.
    """

    printed: int = 0
    lines: int = 0
    whole: int = 0
    strange: int = 0
    han_spaces: int = 0
    latin_spaces: int = 0
    mark_spaces: int = 0


def extract(path: Path, reader: str) -> list[str]:
    """Return the lines that a reader gets out of a PDF, blank ones left out; none where it is not installed."""
    if reader == "pdfium":
        document = pypdfium2.PdfDocument(path)
        try:
            text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
        finally:
            document.close()
    elif shutil.which("pdftotext") is None:
        return []
    else:
        command = [*reader.split(), "-enc", "UTF-8", "-nopgbrk", str(path), "-"]
        text = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()
    # pdfium tells a hyphen that it takes out as U+0002.
    return [line.strip() for line in text.replace("\x02", "").splitlines() if line.strip()]


def compare(lines: Sequence[str], text: Text, printed: Sequence[SetLine], extracted: Extracted) -> None:
    """Add how a reader's lines differ from what is printed and from the source."""
    extracted.printed += len(printed)
    extracted.lines += len(lines)
    told = collections.Counter(map(squeezed, lines))
    shown = collections.Counter(
        squeezed(line.text) + (line.hyphen.char if line.hyphen else "") for line in printed
    )
    # A reader that takes the hyphen out and joins the word again gives two lines as one, and is right to.
    rejoined = told & collections.Counter(_rejoined(printed))
    extracted.lines += rejoined.total()
    extracted.whole += (told & shown).total() + 2 * rejoined.total()
    source = "\n".join(map(plain, text.paragraphs))
    letters = squeezed(source)
    has_space = _spaces(source)
    cursor = 0
    for line in lines:
        own = squeezed(line)
        start = letters.find(own, cursor)
        if start < 0:
            # A hyphen at a line's end is no part of the source.
            own = own[:-1]
            start = letters.find(own, cursor)
        if not own or start != cursor:
            extracted.strange += 1
        if not own or start < 0:
            continue
        cursor = start + len(own)
        _count_spaces(_spaces(line)[1 : len(own)], own, has_space[start + 1 : cursor], extracted)


def _rejoined(printed: Sequence[SetLine]) -> Iterator[str]:
    """Yield each line that ends with a hyphen together with the next, as readers join them."""
    for line, following in itertools.pairwise(printed):
        if line.hyphen:
            yield (
                squeezed(line.text)
                + squeezed(following.text)
                + (following.hyphen.char if following.hyphen else "")
            )


def _spaces(text: str) -> list[bool]:
    """Return, for each character of a text without its blanks, whether a blank stands before it."""
    found, after_blank = [], False
    for char in text:
        if not squeezed(char):
            after_blank = after_blank or char.isspace()
        else:
            found.append(after_blank)
            after_blank = False
    return found


def _count_spaces(read: Sequence[bool], own: str, typed: Sequence[bool], extracted: Extracted) -> None:
    for number, (is_read, is_typed) in enumerate(zip(read, typed, strict=True)):
        if not is_read or is_typed:
            continue
        before, after = own[number], own[number + 1]
        if is_han(before) and is_han(after):
            extracted.han_spaces += 1
        elif (is_han(before) and is_latin(after)) or (is_latin(before) and is_han(after)):
            extracted.latin_spaces += 1
        else:
            extracted.mark_spaces += 1
