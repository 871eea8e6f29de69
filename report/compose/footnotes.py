"""Footnotes of one section: taken from where Markdown lists them, and matched with what refers to them."""

import difflib
import re

import lxml.html

from report.compose.allowed import Report
from report.compose.markup import Converted
from report.findings import Code

FOOTNOTE_UNMATCHED = Code("S015", "footnote-unmatched", is_waivable=False)


def take_footnotes(root: lxml.html.HtmlElement) -> dict[str, lxml.html.HtmlElement]:
    """Remove Python-Markdown's list of footnotes and return its items by id."""
    items: dict[str, lxml.html.HtmlElement] = {}
    for block in root.xpath("./div[@class='footnote']"):
        for link in block.xpath(".//a[@class='footnote-backref']"):
            previous = link.getprevious()
            holder, attribute = (previous, "tail") if previous is not None else (link.getparent(), "text")
            setattr(holder, attribute, (getattr(holder, attribute) or "").removesuffix("\xa0"))
            link.drop_tree()
        items |= {str(item.get("id")): item for item in block.iter("li")}
        root.remove(block)
    return items


def check_footnotes(
    root: lxml.html.HtmlElement,
    footnotes: dict[str, lxml.html.HtmlElement],
    converted: Converted,
    report: Report,
) -> None:
    """Report references without a footnote, and footnotes that nothing refers to or that stand twice."""
    trees = (root, *footnotes.values())
    for element in [found for tree in trees for found in tree.xpath(".//sup[@data-footnote]")]:
        name = str(element.get("data-footnote"))
        message = f"there is no footnote [^{name}]"
        close = difflib.get_close_matches(f"fn-{name}", list(footnotes), n=1)
        hint = f"Did you mean [^{close[0][3:]}]?" if close else f"Add a line `[^{name}]: …`."
        report(FOOTNOTE_UNMATCHED, (f"[^{name}]",), message, hint)
        element.drop_tree()
    used = {str(link.get("href")) for tree in trees for link in tree.xpath(".//sup/a[@class='footnote-ref']")}
    for anchor in footnotes:
        if f"#{anchor}" not in used:
            name = anchor.removeprefix("fn-")
            message = f"nothing refers to the footnote [^{name}]"
            hint = f"Write [^{name}] where it belongs, or remove the footnote."
            report(FOOTNOTE_UNMATCHED, (_definition(name), f"[^{name}]"), message, hint)
    for name in converted.repeated_footnotes:
        message = f"the footnote [^{name}] is defined more than once; only its last text would be printed"
        places = re.compile(rf"^\[\^{re.escape(name)}\]:.*?^(\[\^{re.escape(name)}\]:)", re.M | re.DOTALL)
        report(FOOTNOTE_UNMATCHED, (places,), message, "Give one of them another name.")


def _definition(name: str) -> re.Pattern[str]:
    return re.compile(rf"^\[\^{re.escape(name)}\]:", re.MULTILINE)
