"""Judges how a file is built, whatever it says: links, requests, headings, text alternatives, standards."""

from collections.abc import Iterator

from report.findings import Code, Finding, Location
from report.pages import Extract
from report.typography.overflow import overflow

HANDOUT_OVERFLOWS = Code("V021", "handout-overflows", is_waivable=False)
LINK_DEAD = Code("V025", "link-dead", is_waivable=False)
REQUEST_OUTSIDE = Code("V026", "request-to-outside", is_waivable=False)
NOT_ARCHIVAL = Code("V027", "not-archival", is_waivable=False)
STRUCTURE_WRONG = Code("V028", "structure-wrong", is_waivable=False)

# What a PDF states in its XMP: PDF/A-3 (ISO 19005-3), level A; PDF/UA-1 (ISO 14289-1).
PDF_PARTS = ("PDF/A-3a", "PDF/UA-1")


def judge_structure(extract: Extract, *, path: str) -> list[Finding]:
    """Return what is wrong with how a file is built, of which nothing is known but itself.

    Args:
        extract: What was read back.
        path: For the findings.
    """
    where = Location(path)
    findings = [
        Finding(LINK_DEAD, where, f"the link {link!r} leads nowhere", "Mend the link, or what it leads to.")
        for link in extract.dead_links
    ]
    findings += [
        Finding(
            REQUEST_OUTSIDE,
            where,
            f"the file would load {address[:120]!r}",
            "Put it into the file, or leave it out.",
        )
        for address in extract.requests
    ]
    findings += [Finding(STRUCTURE_WRONG, where, *fault) for fault in _structure_faults(extract)]
    return findings


def judge_archival(extract: Extract, *, path: str) -> list[Finding]:
    """Return a finding for each standard that a PDF must state and does not.

    Args:
        extract: What was read back; a format without pages states none.
        path: For the findings.
    """
    hint = "Build it again with this program."
    return [
        Finding(NOT_ARCHIVAL, Location(path), f"the file does not state that it is {part}", hint)
        for part in (PDF_PARTS if extract.pages else ())
        if part not in extract.pdf_parts
    ]


def judge_one_page(extract: Extract, *, path: str) -> list[Finding]:
    """Return a finding where a handout does not keep to its page, and by how much.

    Args:
        extract: What was read back.
        path: For the findings.
    """
    if extract.pages <= 1:
        return []
    over = overflow(extract.blocks)
    much = f": {over.lines} lines, {over.characters} characters, {over.height_mm:.0f} mm" if over else ""
    pages = "a second page" if extract.pages == 2 else f"{extract.pages} pages"
    message = f"the handout runs on over {pages}{much}"
    return [Finding(HANDOUT_OVERFLOWS, Location(path), message, "Cut the text by that much.")]


def _structure_faults(extract: Extract) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, and what mends it."""
    for figure in extract.figures_without_alt:
        yield f"the picture {figure!r} has no text alternative", "Give it one."
    for link in extract.links_without_text:
        yield f"the link to {link[:120]!r} has no text", "Write what it leads to."
    for rule in extract.broken_rules:
        yield rule, "Build it again with this program; if it stays, report the bug."
    last = 0
    for level, title in extract.headings:
        if level > last + 1:
            before = f"a heading of level {last}" if last else "no heading"
            message = f"the heading {title!r} is of level {level} and follows {before}"
            yield message, "Leave no level out."
        last = level
