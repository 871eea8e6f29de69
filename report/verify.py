"""Judges a finished file by what was read back from it: one list of findings, one verdict."""

import collections
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping

from report.findings import Code, Finding, Location, Severity
from report.pages import Extract, Message

RENDERER_WARNING = Code("R001", "renderer-warning", Severity.WARNING)
RENDERER_ERROR = Code("R002", "renderer-error", is_waivable=False)
STYLE_UNKNOWN = Code("R003", "style-unknown", is_waivable=False)
GLYPH_MISSING = Code("R004", "glyph-missing", is_waivable=False)
FONT_FOREIGN = Code("V001", "font-foreign", is_waivable=False)
FONT_NOT_EMBEDDED = Code("V002", "font-not-embedded", is_waivable=False)
METADATA_WRONG = Code("V003", "metadata-wrong", is_waivable=False)
NOT_TAGGED = Code("V004", "not-tagged", is_waivable=False)
TEXT_LOST = Code("V005", "text-lost", is_waivable=False)
OUTLINE_INCOMPLETE = Code("V006", "outline-incomplete", is_waivable=False)
FILE_UNREADABLE = Code("V007", "file-unreadable", is_waivable=False)
DATA_NOT_EMBEDDED = Code("V008", "data-not-embedded", is_waivable=False)
CONTENTS_WRONG = Code("V010", "contents-page-wrong", is_waivable=False)

# Joiners that the typesetter adds, spaces and line ends: what readers do not see may change.
_UNSEEN = re.compile(r"[\s\u00ad\u200b\u2060\ufeff\ufffe]+")


def judge_messages(messages: Iterable[Message], path: str) -> list[Finding]:
    """Return what the renderer said as findings; only what is harmless is a warning."""
    findings = []
    for message in messages:
        code, hint = RENDERER_WARNING, "Look at the page it is about."
        if message.is_error:
            code, hint = RENDERER_ERROR, "Mend what the message names; nothing is left out silently."
        elif message.text.startswith(("Ignored", "Invalid or unsupported", "Expected")):
            code, hint = STYLE_UNKNOWN, "Mend the style sheet under templates/css/."
        elif ".notdef" in message.text:
            code, hint = GLYPH_MISSING, "Add the character with `report fonts add`, or write another."
        findings.append(Finding(code, Location(path), message.text, hint))
    return findings


def judge_file(
    inspect: Callable[[bytes], Extract], data: bytes, *, path: str, families: Collection[str]
) -> list[Finding]:
    """Return what is wrong with a file of which nothing is known but itself."""
    try:
        extract = inspect(data)
    except ValueError as error:
        return [Finding(FILE_UNREADABLE, Location(path), str(error), "Build it again.")]
    findings = judge(
        extract,
        path=path,
        families=families,
        title=extract.title,
        lang=extract.lang,
        headings=(),
        text="",
    )
    for what, value in (("title", extract.title), ("language", extract.lang)):
        if not value:
            message = f"the file states no {what}"
            findings.append(
                Finding(METADATA_WRONG, Location(path), message, "Build it again with this program.")
            )
    return findings


def judge(
    extract: Extract,
    *,
    path: str,
    families: Collection[str],
    title: str,
    lang: str,
    headings: Collection[str],
    text: str,
    attachments: Mapping[str, bytes] | None = None,
) -> list[Finding]:
    """Return what is wrong with a file.

    Args:
        extract: What was read back.
        path: For the findings.
        families: The font families that may be embedded.
        title: The title it must carry.
        lang: The language it must state.
        headings: What its outline must hold.
        text: What it must let its readers copy: each character at least as often as here.
        attachments: What it must carry, by name.
    """
    where = Location(path)
    findings = []
    prefixes = tuple(family.replace(" ", "") for family in families)
    for name in extract.fonts:
        if not name.replace(" ", "").replace("-", "").startswith(prefixes):
            message = f"the font {name!r} is embedded, which is none of the project's"
            findings.append(
                Finding(FONT_FOREIGN, where, message, "Use the families of fonts/fonts.yaml only.")
            )
    for name in extract.unembedded_fonts:
        message = f"the font {name!r} is named and not embedded"
        findings.append(
            Finding(FONT_NOT_EMBEDDED, where, message, "Use the families of fonts/fonts.yaml only.")
        )
    for what, has, wanted in (("title", extract.title, title), ("language", extract.lang, lang)):
        if has != wanted:
            message = f"the {what} is {has!r}, not {wanted!r}"
            findings.append(Finding(METADATA_WRONG, where, message, "Mend the template's head."))
    if not extract.is_tagged:
        findings.append(Finding(NOT_TAGGED, where, "the file has no tags", "Build it as pdf/ua-1."))
    findings += _check_text(extract.text, text, where)
    findings += _check_contents(extract, where)
    for name, data in (attachments or {}).items():
        if extract.attachments.get(name) != data:
            what = "differs from the file beside it" if name in extract.attachments else "is not in the file"
            hint = "Build it again; if it stays, report the bug."
            findings.append(Finding(DATA_NOT_EMBEDDED, where, f"the attachment {name!r} {what}", hint))
    outline = [seen(entry) for entry in extract.outline]
    for heading in headings:
        # A bookmark may carry the section's number before its title.
        if not any(entry.endswith(seen(heading)) for entry in outline):
            message = f"the heading {heading!r} is not among the bookmarks"
            findings.append(
                Finding(OUTLINE_INCOMPLETE, where, message, "Give it a bookmark level in the style sheet.")
            )
    return findings


def _check_contents(extract: Extract, where: Location) -> list[Finding]:
    """Compare the pages that the contents print, behind a line of dots, with those that bookmarks lead to."""
    pages: dict[str, set[int]] = {}
    for title, page in zip(extract.outline, extract.outline_pages, strict=False):
        # The contents print a section's number apart from its title.
        for name in {title, title.rpartition("\u3000")[2]}:
            pages.setdefault(seen(name), set()).add(page)
    findings = []
    for line in re.finditer(r"^(.+?)\s*\.{3,}\s*([0-9]+)\s*$", extract.text, re.MULTILINE):
        title, printed = line[1].strip(), int(line[2])
        stands_on = pages.get(seen(title), set())
        if stands_on and printed not in stands_on:
            where_it_is = " and ".join(map(str, sorted(stands_on)))
            message = f"the contents say page {printed} of {title!r}, which stands on page {where_it_is}"
            hint = "Build it again; if it stays, report the bug."
            findings.append(Finding(CONTENTS_WRONG, where, message, hint))
    return findings


def _check_text(found: str, wanted: str, where: Location) -> list[Finding]:
    """Compare by character and not by passage: a passage may run on over a page, a foot in between."""
    has = collections.Counter(seen(found))
    # pdfium takes a hyphen at a line's end for one of hyphenation and leaves it out.
    has["-"] = max(has["-"], wanted.count("-"))
    lost = {
        char: (count, has[char])
        for char, count in collections.Counter(seen(wanted)).items()
        if count > has[char]
    }
    if not lost:
        return []
    worst = sorted(lost.items(), key=lambda item: item[1][1] - item[1][0])[:5]
    told = ", ".join(f"“{char}” {count} times, not {needed}" for char, (needed, count) in worst)
    message = f"{len(lost)} characters read back differently from how they were written: {told}"
    return [
        Finding(TEXT_LOST, where, message, "Look at their glyphs, and for parts of the page that are hidden.")
    ]


def seen(text: str) -> str:
    """Return a text as it is compared: composed, without spaces, line ends and joiners."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))
