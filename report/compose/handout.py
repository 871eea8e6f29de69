"""What is particular to the view for patients: how long it is, and that its sources stand in the full briefing."""

import re
from collections.abc import Iterable

import lxml.html
from lxml import etree

from report.compose.pages import visible_text
from report.findings import Code, Finding, Location

HANDOUT_TOO_LONG = Code("T042", "handout-too-long")
HANDOUT_NOTE = Code("S032", "handout-note", is_waivable=False)

MAX_CHARACTERS = 600
# As word processors count Chinese: each character and mark, each word and number.
_COUNTED = re.compile("[A-Za-z0-9]+(?:[.,:/%-][A-Za-z0-9]+)*|[^\\s\u2060\u200b]")


def count_characters(text: str) -> int:
    """Return the length of a text as word processors count Chinese: marks count, a word or number counts as one."""
    return len(_COUNTED.findall(text))


def check_length(bodies: Iterable[str], where: Location) -> list[Finding]:
    """Return a finding where the sections (HTML) of a handout are together longer than a page for patients may be."""
    count = sum(count_characters(visible_text(f"<body>{html}</body>")) for html in bodies)
    if count <= MAX_CHARACTERS:
        return []
    message = f"the handout has {count} characters, {count - MAX_CHARACTERS} more than {MAX_CHARACTERS}"
    hint = "Cut it: what it is, what can and cannot be done, three questions for the doctor."
    return [Finding(HANDOUT_TOO_LONG, where, message, hint)]


def without_references(html: str) -> str:
    """Return a section's HTML without the marks of citations and notes, which a page for patients has no lists for."""
    if "<sup" not in html:
        return html
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for mark in root.xpath(".//sup[contains(@class, 'cite') or contains(@class, 'note-ref')]"):
        mark.drop_tree()
    return (root.text or "") + "".join(
        etree.tostring(child, encoding="unicode", method="html") for child in root
    )


def check_notes(notes: Iterable[str], where: Location) -> list[Finding]:
    """Return a finding for each note (HTML) that an author wrote for a handout, which would not be printed."""
    hint = "Say it in the text, or leave it to the full briefing."
    return [
        Finding(
            HANDOUT_NOTE,
            where,
            f"a handout prints no notes: {visible_text(f'<body>{note}</body>')[:40]!r}",
            hint,
        )
        for note in notes
    ]
