"""Characters (family T): those that no bundled font has, and those that read as another or as none.

WeasyPrint gives all characters that a font lacks one glyph, so the text that is copied, searched or read
aloud becomes a *different* character; and one compatibility form turns every copy of its glyph into
itself. Hence the check before rendering, on what the author wrote.
"""

import codecs
import html
import itertools
import re
import unicodedata
from collections.abc import Iterator

from report.findings import Code, Finding
from report.lint import Ground
from report.model import Briefing
from report.passages import COMMENT
from report.positions import Node, SourceFile

NOT_IN_FONTS = Code("T001", "character-not-in-fonts", is_waivable=False)
FORBIDDEN = Code("T002", "character-forbidden", is_waivable=False)
COMPATIBILITY = Code("T003", "character-compatibility")
INVISIBLE = Code("T004", "character-invisible")

# Keys whose values no reader sees.
_AUTHORS_ONLY = frozenset({"note", "notes", "feed", "watch", "checked_by", "sha256"})
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
MAX_OF_ONE = 20
_COMMENT = re.compile(COMMENT, re.DOTALL)
_REFERENCE = re.compile(r"&(?:#0*[0-9]{1,7}|#[xX]0*[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
# Those of a Python string, which Jinja's are; a backslash that is itself escaped begins none.
_ESCAPE = re.compile(
    r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{1,3}|N\{[^{}]*\}|[abfv]|\\)", re.ASCII
)
# What may stand for another character than it is written with, in Markdown, templates and YAML.
_ESCAPED = re.compile(r"[&\\]")
_PLAIN = re.compile(r"[\t\n\r -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e\u2014\u2018-\u201d\u2026]*")


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return a finding for each place of a character that must not be printed."""
    parts = [SourceFile(f"{briefing.prefix}/{name}", text) for name, text in briefing.parts.items()]
    files = [*briefing.files.items(), *((file.path, file) for file in (*briefing.data.values(), *parts))]
    # A briefing has many characters and few different ones: each is judged once, and nearly every file is clean.
    used = set().union(*(file.text for _, file in files))
    clean = {char for char in used if _judge(char, ground) is None}
    findings: list[Finding] = []
    for name, file in files:
        if clean.issuperset(file.text) and not _ESCAPED.search(file.text):
            continue
        for text, start in _texts(name, file):
            findings += _check_text(file, text, start, ground)
    return findings


def _texts(name: str, file: SourceFile) -> Iterator[tuple[str, int]]:
    """Yield the printed texts of a file, each with where it stands."""
    if name.startswith("sections/"):
        yield _printed(file), 0
    elif file.root is not None:
        yield from _scalars(file, file.root)
    elif not name.endswith(".yaml"):
        yield file.text, 0


def _printed(file: SourceFile) -> str:
    """Return a section with blanks for what no reader sees: comments, and the notes of its front matter."""
    text = _COMMENT.sub(lambda match: re.sub(r"\S", " ", match.group()), file.text)
    notes = (
        file.root.value.get("notes") if file.root is not None and isinstance(file.root.value, dict) else None
    )
    if notes is not None and isinstance(notes.value, str):
        start = file.text.find(notes.value)
        if start >= 0:
            text = text[:start] + re.sub(r"\S", " ", notes.value) + text[start + len(notes.value) :]
    return text


def _written(text: str) -> Iterator[tuple[str, int]]:
    """Yield the characters that are written as a reference (`&#8203;`) or an escape in a template, with places."""
    for match in _REFERENCE.finditer(text):
        # Where HTML says that a reference is wrong, Python leaves the character out, and a parser does not.
        for char in html.unescape(match.group()) or chr(_number(match.group())):
            yield char, match.start()
    for tag in _TAG.finditer(text):
        for match in _ESCAPE.finditer(tag.group()):
            try:
                char = codecs.decode(match.group(), "unicode_escape")
            except UnicodeDecodeError:
                continue
            yield char, tag.start() + match.start()


def _number(reference: str) -> int:
    """Return the code point that a numeric reference names."""
    digits = reference.strip("&#;").lower()
    return int(digits[1:], 16) if digits.startswith("x") else int(digits)


def _scalars(file: SourceFile, root: Node) -> Iterator[tuple[str, int]]:
    starts = [0]
    for match in re.finditer("\n", file.text):
        starts.append(match.end())
    for path, node in root.walk():
        if isinstance(node.value, str) and not _AUTHORS_ONLY.intersection(map(str, path)):
            yield node.value, starts[node.line - 1] + node.column - 1


def _check_text(file: SourceFile, text: str, start: int, ground: Ground) -> Iterator[Finding]:
    for char in sorted(set(text)):
        judged = _judge(char, ground)
        if judged is None:
            continue
        code, message, hint = judged
        # A character written as an escape (`\u2F42`) is not found in the file; the value's place stands for it.
        places = list(itertools.islice(_places(char, text, file.text, start), MAX_OF_ONE)) or [start]
        count = text.count(char)
        if count > MAX_OF_ONE:
            message += f"; it stands here {count:,} times, of which the first {MAX_OF_ONE} are told"
        for offset in places:
            yield Finding(code, file.at(offset), message, hint)
    if not file.path.endswith(".yaml"):
        for char, offset in _written(text):
            judged = None if char in "\t\n\r" else _judge(char, ground)
            if judged is not None:
                yield Finding(judged[0], file.at(start + offset), judged[1], judged[2])


def _places(char: str, text: str, whole: str, start: int) -> Iterator[int]:
    """Yield where a character of a text stands in the file; the text may be a value, folded or with escapes."""
    if whole.startswith(text, start) or len(text) == len(whole):
        yield from (start + match.start() for match in re.finditer(re.escape(char), text))
        return
    offset = start - 1
    for _ in range(text.count(char)):
        offset = whole.find(char, offset + 1)
        if offset < 0:
            return
        yield offset


def _judge(char: str, ground: Ground) -> tuple[Code, str, str] | None:
    if _PLAIN.fullmatch(char):
        return None if ground.is_covered(char) or char in "\t\n\r" else _not_in_fonts(char)
    category = unicodedata.category(char)
    if char in _INVISIBLE:
        return INVISIBLE, f"{_name(char)} is invisible", "Remove it; the typesetter adds its own."
    if category in ("Cc", "Cf", "Cs", "Co", "Cn"):
        kinds = {
            "Co": "a private-use character, which every font draws differently",
            "Cn": "a code point that Unicode has not assigned",
        }
        what = kinds.get(category, "a control character")
        if unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"):
            what = "a character that turns the direction of text"
        return FORBIDDEN, f"{_name(char)} is {what}", "Remove it."
    ordinary = _ordinary(char)
    if ordinary:
        message = f"{_name(char)} looks like “{ordinary}” and is another character"
        return COMPATIBILITY, message, f"Write {ordinary} (U+{ord(ordinary):04X})."
    return None if ground.is_covered(char) else _not_in_fonts(char)


def _ordinary(char: str) -> str:
    """Return the character that a Kangxi radical or compatibility ideograph stands for; else nothing."""
    code = ord(char)
    is_radical = 0x2E80 <= code <= 0x2FDF
    is_compatibility = 0xF900 <= code <= 0xFAFF or 0x2F800 <= code <= 0x2FA1F
    plain = unicodedata.normalize("NFKC", char)
    return plain if (is_radical or is_compatibility) and plain != char and len(plain) == 1 else ""


def _not_in_fonts(char: str) -> tuple[Code, str, str]:
    return (
        NOT_IN_FONTS,
        f"no bundled font has {_name(char)}",
        f"Write another character, or add it: `report fonts add U+{ord(char):04X}`.",
    )


def _name(char: str) -> str:
    name = unicodedata.name(char, "")
    shown = f"“{char}” " if char.isprintable() and unicodedata.category(char) != "Co" else ""
    return f"{shown}U+{ord(char):04X}{' ' + name if name and 'IDEOGRAPH' not in name else ''}"
