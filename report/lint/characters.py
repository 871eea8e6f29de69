"""Characters (family T): those that no bundled font has, and those that read as another or as none.

WeasyPrint gives all characters that a font lacks one glyph, so the text that is copied, searched or read
aloud becomes a *different* character; and one compatibility form turns every copy of its glyph into
itself. Hence the check before rendering, on what the author wrote.
"""

import re
import unicodedata
from collections.abc import Iterator

from report.findings import Code, Finding
from report.lint import Ground
from report.model import Briefing
from report.positions import Node, SourceFile

NOT_IN_FONTS = Code("T001", "character-not-in-fonts", is_waivable=False)
FORBIDDEN = Code("T002", "character-forbidden", is_waivable=False)
COMPATIBILITY = Code("T003", "character-compatibility")
INVISIBLE = Code("T004", "character-invisible")

# Keys whose values no reader sees.
_AUTHORS_ONLY = frozenset({"note", "notes", "feed", "watch", "checked_by", "sha256"})
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_PLAIN = re.compile(r"[\t\n\r -~\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e\u2014\u2018-\u201d\u2026]*")


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return a finding for each character that must not be printed, at its place; one a character and file."""
    findings: list[Finding] = []
    for name, file in briefing.files.items():
        for text, start in _texts(name, file):
            findings += _check_text(file, text, start, ground)
    for name, text in briefing.parts.items():
        file = SourceFile(f"{briefing.prefix}/{name}", text)
        findings += _check_text(file, text, 0, ground)
    return findings


def _texts(name: str, file: SourceFile) -> Iterator[tuple[str, int]]:
    """Yield the printed texts of a file, each with where it stands."""
    if name.startswith("sections/"):
        yield file.text, 0
    elif file.root is not None:
        yield from _scalars(file, file.root)


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
        offset = file.text.find(char, start)
        yield Finding(code, file.at(offset if offset >= 0 else start), message, hint)


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
