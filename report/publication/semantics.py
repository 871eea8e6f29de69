"""What the composed page leaves to a style sheet for print, made part of the tree: numbers, labels of cells, glosses.

A reading system may ignore or replace style sheets, and a screen reader reads what is in the tree. Numbers that the
tree gets are furniture to those who compare (`report.readback`): the composed text has none.
"""

import re

from lxml.html import HtmlElement

from report.publication.documents import parts_of
from report.readback import FURNITURE

# Tables of so many columns are stacked on narrow screens (`templates/css/epub.css`).
_STACKED_COLUMNS = 4
_DECIMAL = re.compile(r"([0-9]+)\.?")
_BULLETS = frozenset("•◦")
# A zero-width space lets a narrow printed cell break within a mark; a reader who searches for `1,3` would not find it.
_BREAK = "\u200b"
_JOINER = "\u2060"
_BOUND = "bound"
# A Latin word, or one sign, with the marks that close it.
_CLOSING = "\u3001\u3002\uff0c\uff1a\uff1b\uff01\uff1f\u201d\u2019)）》】〕」』"
_LAST_WORD = re.compile(rf"(?:[0-9A-Za-z\u00c0-\u024f]+|\S)[{_CLOSING}]*\Z")
_BACK_LINKS = "back-links"


def give_meaning(page: HtmlElement) -> None:
    """Change a page so that its documents mean without a style sheet what they mean with one.

    Args:
        page: Of an HTML parser; it is altered.
    """
    _name_links(page)
    _bind_marks(page)
    _name_back_links(page)
    for element in page.iter("ol", "ul"):
        _number(element)
    for table in page.iter("table"):
        _label_cells(table)
    for ruby in page.iter("ruby"):
        _set_ruby(ruby)
    for paragraph in page.xpath("//p[img]"):
        if len(paragraph) == 1 and not str(paragraph.text_content()).strip():
            paragraph.set("class", f"{paragraph.get('class') or ''} picture".strip())


def _name_links(page: HtmlElement) -> None:
    """Say of each link in a mark what it leads to, for systems that show it in place."""
    for mark, kind in (("cite", "biblioref"), ("note-ref", "noteref")):
        for element in page.xpath(f"//sup[contains(concat(' ', @class, ' '), ' {mark} ')]"):
            element.text = (element.text or "").replace(_BREAK, "")
            for link in element.iter("a"):
                link.set("epub:type", kind)
                link.set("role", f"doc-{kind}")
                link.tail = (
                    (link.tail or "").replace(_BREAK, "") if link.getparent() is element else link.tail
                )


def _bind_marks(page: HtmlElement) -> None:
    """Keep a mark on the line of the word before it: what joins them in print would be a box in some fonts."""
    for mark in page.xpath("//sup"):
        previous, parent = mark.getprevious(), mark.getparent()
        text = (parent.text if previous is None else previous.tail) or ""
        if previous is not None and previous.get("class") == _BOUND and not text.strip(_JOINER):
            # Another mark behind the first.
            previous.tail = None
            previous.append(mark)
            mark.tail, previous.tail = None, mark.tail
            continue
        word = _LAST_WORD.search(text.rstrip(_JOINER))
        if word is None:
            continue
        holder = mark.makeelement("span", {"class": _BOUND})
        holder.text = word[0]
        parent.replace(mark, holder)
        holder.append(mark)
        mark.tail, holder.tail = None, mark.tail
        rest = text[: word.start()]
        if previous is None:
            parent.text = rest
        else:
            previous.tail = rest


def _name_back_links(page: HtmlElement) -> None:
    """Give back links, which a style sheet for print fills with page numbers, the name of the place that they lead to.

    Of several that lead to one document the first one stays.
    """
    homes = {
        element.get("id"): part
        for part in parts_of(page)
        for element in part.iter()
        if isinstance(element.tag, str) and element.get("id")
    }
    for holder in page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {_BACK_LINKS} ')]"):
        kept: dict[HtmlElement, HtmlElement] = {}
        for link in list(holder.iter("a")):
            home = homes.get((link.get("href") or "#")[1:])
            if home is None or home in kept:
                link.drop_tree()
                continue
            kept[home] = link
            link.text = home.get("data-short") or home.get("data-title")
            link.set("role", "doc-backlink")
            link.set("epub:type", "backlink")
        separator = holder.attrib.pop("data-separator", None)
        for link in list(kept.values())[:-1]:
            link.tail = separator


def _number(element: HtmlElement) -> None:
    """Number the items of a list: by the list itself where it can, else by text before each."""
    items = element.findall("li")
    numbers = [item.get("data-number") for item in items]
    if not items or not all(numbers):
        return
    if element.tag == "ul" and _BULLETS.issuperset(numbers):
        return
    if element.tag == "ol" and "entries" not in (element.get("class") or "").split():
        values = [_DECIMAL.fullmatch(number) for number in numbers]
        if all(values):
            _count(element, items, [int(match[1]) for match in values if match])
            return
    # Without markers, some systems take a list for none (https://bugs.webkit.org/show_bug.cgi?id=170179).
    element.set("role", "list")
    element.set("class", f"{element.get('class') or ''} numbered".strip())
    for item, number in zip(items, numbers, strict=True):
        mark = item.makeelement("span", {"class": "number", FURNITURE: ""})
        mark.text, mark.tail = number, item.text
        item.text = None
        item.insert(0, mark)


def _count(element: HtmlElement, items: list[HtmlElement], values: list[int]) -> None:
    """Let a list count by itself, from its first number on; an item that is out of turn says its own."""
    element.attrib.pop("start", None)
    if values[0] != 1:
        element.set("start", str(values[0]))
    due = values[0]
    for item, value in zip(items, values, strict=True):
        item.attrib.pop("value", None)
        if value != due:
            item.set("value", str(value))
        due = value + 1


def _label_cells(table: HtmlElement) -> None:
    """Give each cell the head of its column as `data-label`; a table of many columns the class `stacked`.

    A table with cells that span rows or columns is left alone, but for a row that is one head over all columns.
    """
    heads = [row.findall("th") for row in table.xpath("./thead/tr")]
    if len(heads) != 1 or not heads[0]:
        return
    labels = [" ".join(str(cell.text_content()).split()) for cell in heads[0]]
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.xpath("./tbody/tr")]
    rows = [row for row in rows if not (len(row) == 1 and row[0].get("colspan"))]
    spans = (cell.get("rowspan") or cell.get("colspan") for row in [*rows, heads[0]] for cell in row)
    if any(spans) or any(len(row) != len(labels) for row in rows):
        return
    if len(labels) >= _STACKED_COLUMNS:
        table.set("class", f"{table.get('class') or ''} stacked".strip())
        for row in rows:
            for cell, label in zip(row, labels, strict=True):
                cell.set("data-label", label)


def _set_ruby(ruby: HtmlElement) -> None:
    """Put a gloss behind what it is of, as HTML has it; the page has it before, for the printed line.

    As many syllables as there are characters stand each behind its own.
    """
    gloss = ruby.find("rt")
    if gloss is None or ruby[0] is not gloss:
        return
    syllables = [str(item.text_content()) for item in gloss.findall("span")]
    base, is_plain = gloss.tail or "", len(ruby) == 1
    gloss.tail = None
    ruby.remove(gloss)
    ruby.text = base
    if not is_plain or len(syllables) != len(base):
        ruby.append(gloss)
        return
    ruby.text = base[0]
    for syllable, following in zip(syllables, [*base[1:], None], strict=True):
        item = ruby.makeelement("rt")
        item.text, item.tail = syllable, following
        ruby.append(item)
