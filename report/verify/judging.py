"""Judges a finished file by what was read back from it: fonts, metadata, text, lines, contents, attachments."""

import collections
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from report.findings import Code, Finding, Location, Severity
from report.pages import NOT_ADAPTED, Block, Extract, Message, Metadata
from report.readback import seen
from report.typography.copied import not_copied
from report.typography.faults import FaultKind, find_faults
from report.verify.structure import judge_archival, judge_structure

RENDERER_WARNING = Code("R001", "renderer-warning", Severity.WARNING)
RENDERER_ERROR = Code("R002", "renderer-error", is_waivable=False)
STYLE_UNKNOWN = Code("R003", "style-unknown", is_waivable=False)
GLYPH_MISSING = Code("R004", "glyph-missing", is_waivable=False)
RENDERER_NOT_ADAPTED = Code("R005", "renderer-not-adapted", Severity.WARNING)
FONT_FOREIGN = Code("V001", "font-foreign", is_waivable=False)
FONT_NOT_EMBEDDED = Code("V002", "font-not-embedded", is_waivable=False)
METADATA_WRONG = Code("V003", "metadata-wrong", is_waivable=False)
NOT_TAGGED = Code("V004", "not-tagged", is_waivable=False)
TEXT_LOST = Code("V005", "text-lost", is_waivable=False)
OUTLINE_INCOMPLETE = Code("V006", "outline-incomplete", is_waivable=False)
FILE_UNREADABLE = Code("V007", "file-unreadable", is_waivable=False)
DATA_NOT_EMBEDDED = Code("V008", "data-not-embedded", is_waivable=False)
CONTENTS_WRONG = Code("V010", "contents-page-wrong", is_waivable=False)
LINE_START_FORBIDDEN = Code("V011", "line-start-forbidden")
LINE_END_FORBIDDEN = Code("V012", "line-end-forbidden")
MARK_SPLIT = Code("V013", "mark-split")
GLYPHS_OVERLAP = Code("V014", "glyphs-overlap")
CHARACTER_ALONE = Code("V015", "character-alone", Severity.WARNING)
LINE_LOOSE = Code("V016", "line-loose", Severity.WARNING)
WORD_TORN = Code("V017", "word-torn")
COMPATIBILITY_COPIED = Code("V018", "compatibility-copied", is_waivable=False)
SPACE_COPIED = Code("V019", "space-copied", Severity.WARNING)

_FAULTS = {
    FaultKind.FORBIDDEN_START: (LINE_START_FORBIDDEN, "Write a word more or less here, and report the bug."),
    FaultKind.FORBIDDEN_END: (LINE_END_FORBIDDEN, "Write a word more or less here, and report the bug."),
    FaultKind.MARK_SPLIT: (MARK_SPLIT, "Write a word more or less here, and report the bug."),
    FaultKind.OVERLAP: (GLYPHS_OVERLAP, "Mend the style sheet: nothing may be moved over text."),
    FaultKind.LONE_CHARACTER: (CHARACTER_ALONE, "Write a word more or less."),
    FaultKind.LOOSE: (LINE_LOOSE, "Write a word more or less, or make the column wider."),
    FaultKind.TORN: (WORD_TORN, "Make the column wider, or write a word more or less."),
    FaultKind.COMPATIBILITY: (COMPATIBILITY_COPIED, "Write the character itself, or mend the font."),
    FaultKind.MADE_UP_SPACE: (SPACE_COPIED, "Set letters closer together in the style sheet."),
}
# How much of a line a finding shows, in characters.
_LONGEST_QUOTE = 40


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
        elif NOT_ADAPTED in message.text:
            code, hint = RENDERER_NOT_ADAPTED, "Install what requirements.txt locks: `make setup`."
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
    return [
        *_check_fonts(extract, families, where),
        *_check_metadata(extract, title, lang, where),
        *_check_text(extract, text, where),
        *_check_lines(extract.blocks, text, where),
        *_check_contents(extract, where),
        *_check_attachments(extract, attachments or {}, where),
        *_check_outline(extract, headings, where),
        *judge_structure(extract, path=path),
        *judge_archival(extract, path=path),
    ]


def judge_metadata(extract: Extract, metadata: Metadata, *, path: str) -> list[Finding]:
    """Return what a file says of itself that is not so; title and language are judged with its text.

    Args:
        extract: What was read back; what its format has no place for is not in `stated`.
        metadata: What it must say.
        path: For the findings.
    """
    wanted: Mapping[str, str] = {
        "identifier": metadata.identifier,
        "subtitle": metadata.subtitle,
        "authors": "; ".join(metadata.authors),
        "publisher": metadata.publisher,
        "description": metadata.description,
        "keywords": "; ".join(metadata.keywords),
        "edition": metadata.edition,
        "as_of": metadata.as_of.isoformat(),
    }
    return [
        Finding(
            METADATA_WRONG,
            Location(path),
            f"the metadata's {name} is {extract.stated[name]!r}, not {text!r}",
            "Build it again; if it stays, report the bug.",
        )
        for name, text in wanted.items()
        if name in extract.stated and extract.stated[name] != text
    ]


def _check_fonts(extract: Extract, families: Collection[str], where: Location) -> Iterator[Finding]:
    hint = "Use the families of fonts/fonts.yaml only."
    prefixes = tuple(family.replace(" ", "") for family in families)
    for name in extract.fonts:
        if not name.replace(" ", "").replace("-", "").startswith(prefixes):
            place = _where_set(name, extract)
            message = f"the font {name!r} is embedded, which is none of the project's{place}"
            yield Finding(FONT_FOREIGN, where, message, hint)
    for name in extract.unembedded_fonts:
        yield Finding(FONT_NOT_EMBEDDED, where, f"the font {name!r} is named and not embedded", hint)


def _check_metadata(extract: Extract, title: str, lang: str, where: Location) -> Iterator[Finding]:
    for what, has, wanted in (("title", extract.title, title), ("language", extract.lang, lang)):
        if has != wanted:
            message = f"the {what} is {has!r}, not {wanted!r}"
            yield Finding(METADATA_WRONG, where, message, "Mend the template's head.")
    if not extract.is_tagged:
        yield Finding(NOT_TAGGED, where, "the file has no tags", "Build it again with this program.")


def _check_attachments(extract: Extract, wanted: Mapping[str, bytes], where: Location) -> Iterator[Finding]:
    for name, data in wanted.items():
        if extract.attachments.get(name) != data:
            what = "differs from the file beside it" if name in extract.attachments else "is not in the file"
            hint = "Build it again; if it stays, report the bug."
            yield Finding(DATA_NOT_EMBEDDED, where, f"the attachment {name!r} {what}", hint)


def _check_outline(extract: Extract, headings: Collection[str], where: Location) -> Iterator[Finding]:
    outline = [seen(entry) for entry in extract.outline]
    for heading in headings:
        # A bookmark may carry the section's number before its title.
        if not any(entry.endswith(seen(heading)) for entry in outline):
            message = f"the heading {heading!r} is not among the bookmarks"
            yield Finding(OUTLINE_INCOMPLETE, where, message, "Give it a bookmark level in the style sheet.")


def _where_set(font: str, extract: Extract) -> str:
    """Return where a font is first used, in words; nothing where it is nowhere."""
    for block in extract.blocks:
        for line in block.lines:
            text = "".join(glyph.text for glyph in line.glyphs if glyph.font == font)
            if text:
                return f": page {line.page}, {_short(text)}"
    return ""


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


def _check_text(extract: Extract, wanted: str, where: Location) -> list[Finding]:
    """Compare by character what is copied of the pages, and by passage what is copied of the tagged content."""
    findings = _check_characters(extract.text, wanted, where)
    if not findings and extract.passages:
        for lost in not_copied([seen(passage) for passage in extract.passages], seen(wanted)):
            message = f"{_short(lost)} is not copied as it was written"
            hint = "Look at its glyphs, and at what stands over or between them."
            findings.append(Finding(TEXT_LOST, where, message, hint))
    return findings


def _check_characters(found: str, wanted: str, where: Location) -> list[Finding]:
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


def _check_lines(blocks: Sequence[Block], wanted: str, where: Location) -> list[Finding]:
    findings = []
    for fault in find_faults(blocks, wanted):
        code, hint = _FAULTS[fault.kind]
        message = f"page {fault.page}, {_short(fault.line)}: {fault.what}"
        findings.append(Finding(code, where, message, hint))
    return findings


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…")
