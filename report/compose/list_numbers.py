"""What is printed before each item of a list, as part of the tree; and numbers that authors mistyped."""

import math
import re

import lxml.html

from report.compose.allowed import Report
from report.compose.numbered_lists import ListSlip, number_text, style_of
from report.compose.tables import text_ems
from report.findings import Code

LIST_NUMBER = Code("S018", "list-number")

_BULLETS = "•◦"
# Between a number that brings no blank of its own and its item, and the least that items are indented, in ems.
_GAP = 0.4
_LEAST_HANG = 2


def write_numbers(root: lxml.html.HtmlElement) -> None:
    """Write what each item of a list prints before it into `data-number`, and make room for the widest.

    Generated content keeps its place in front of the item in the text of a PDF, where the renderer's own
    markers all come at the end of the page. So the number has to stand on the line of the item's first paragraph,
    which becomes the item's own text. `hang-N` says how many ems the items are indented by.
    """
    for element in root.iter("ol", "ul"):
        style, first = style_of(element), int(element.get("start", "1"))
        depth = sum(1 for _ in element.iterancestors("ul"))
        widest = 0.0
        for number, item in enumerate(element.findall("li"), first):
            text = number_text(style, number) if element.tag == "ol" else _BULLETS[min(depth, 1)]
            gap = 0.0 if text[-1] in "、）" else _GAP
            widest = max(widest, text_ems(text) + gap)
            item.set("data-number", text)
            _take_in_first_paragraph(item)
        if widest > _LEAST_HANG:
            element.set("class", f"{element.get('class') or ''} hang-{math.ceil(widest)}".strip())


def _take_in_first_paragraph(item: lxml.html.HtmlElement) -> None:
    if len(item) and item[0].tag == "p" and not (item.text or "").strip():
        item.text = None
        item[0].tail = None
        item[0].drop_tag()


def check_numbers(slips: tuple[ListSlip, ...], report: Report) -> None:
    """Report numbers that would be printed otherwise than they are typed."""
    for slip in slips:
        place = re.compile(rf"^[ ]*({re.escape(slip.typed)})", re.MULTILINE)
        if slip.due:
            message = f"“{slip.typed}” would be printed as “{slip.due}”, which is its turn"
            hint = f"Write {slip.due}, or part the lists by a line of text."
        else:
            message = f"“{slip.typed}” begins a line within other text, and would run on in it"
            hint = "Leave an empty line before a list, and indent one below an item by four spaces."
        report(LIST_NUMBER, (place, slip.typed), message, hint)
