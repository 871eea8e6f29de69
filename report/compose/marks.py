"""The marks of citations and notes: `[1,3-5]`, each number linked to its entry, and the numbers of notes."""

import html
import re

import lxml.html
from lxml import etree

from report.references import cluster
from report.typography.text import bind_before

_LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')


def link_cluster(cited: list[tuple[int, str]]) -> str:
    """Return a citation mark, `[1,3-5]`, with each printed number linked to its entry.

    In a narrow cell it may be broken after a comma, at a zero-width space.
    """
    by_number = {str(number): name for number, name in cited}
    text = cluster([number for number, _ in cited]).replace(",", ",\u200b")
    return re.sub(r"[0-9]+", lambda m: f'<a href="#ref-{by_number[m.group()]}">{m.group()}</a>', text)


def fill_mark(element: lxml.html.HtmlElement, kind: str, anchor: str, inner: str) -> None:
    """Make a placeholder the mark that it stands for, bound to what is before it.

    Args:
        element: The placeholder; what follows it stays.
        kind: `cite` or `note-ref`.
        anchor: Its id.
        inner: Links without attributes but an address, and text; escaped.
    """
    tail = element.tail
    element.clear()
    element.tail = tail
    bind_before(element)
    element.set("class", kind)
    element.set("id", anchor)
    # Only links and text, and thousands of times: an HTML parser would take most of the time of a section.
    end = 0
    link: lxml.html.HtmlElement | None = None
    for match in _LINK.finditer(inner):
        _append_text(element, link, inner[end : match.start()])
        link = etree.SubElement(element, "a")
        link.set("href", html.unescape(match[1]))
        link.text = html.unescape(match[2])
        end = match.end()
    _append_text(element, link, inner[end:])


def _append_text(element: lxml.html.HtmlElement, last: lxml.html.HtmlElement | None, text: str) -> None:
    """Add a text, in which characters may be escaped, behind the last child of an element."""
    if last is None:
        element.text = html.unescape(text) or None
    else:
        last.tail = html.unescape(text) or None
