"""Which structure element an HTML element has (ISO 32000-1, 14.8.4).

What says nothing of its text has none: its text belongs to what holds it. A reading program walks through fewer
elements, and none of them is noise.
"""

from collections.abc import Callable
from typing import Any

from report.tagged_pdf.structure import Element

SVG = "{http://www.w3.org/2000/svg}svg"
# ISO 32000-1, 14.8.4.2: they group, and hold no text of their own.
GROUPS = frozenset(
    {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "TOC", "TOCI", "L", "LI", "Table"}
    | {"THead", "TBody", "TFoot", "TR"}
)
# They may hold text, and blocks instead.
_CELLS = frozenset({"LBody", "TD", "TH", "Caption", "Note"})
_KINDS = {
    "main": "Part",
    "article": "Art",
    "section": "Sect",
    "aside": "Sect",
    "blockquote": "BlockQuote",
    "p": "P",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "caption": "Caption",
    "figcaption": "Caption",
    "figure": "Div",
    "q": "Quote",
    "code": "Code",
    "ruby": "Ruby",
    "rt": "RT",
}
# What may stand in nothing else.
_PARENTS = {
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "Caption": {"Table", "Div"},
    "RT": {"Ruby"},
}
CONTENTS, NOTES = "contents", "notes"
_CONTEXTS = {"nav": CONTENTS, "doc-toc": CONTENTS, "doc-endnotes": NOTES}


def is_hidden(element: Any) -> bool:
    """Return whether an element says that it is decoration."""
    return element.get("aria-hidden") == "true" or (
        element.tag in ("img", SVG) and (element.get("alt") == "" or element.get("role") == "presentation")
    )


def alternative(element: Any) -> str:
    """Return the text that stands for a picture; empty where it has none."""
    title = element.find(SVG.replace("}svg", "}title"))
    texts = (element.get("aria-label"), element.get("alt"), title.text if title is not None else None)
    return next((text.strip() for text in texts if text and text.strip()), "")


def begin(box: Any, holder: Element) -> Element:
    """Return the structure element that text of an HTML element belongs to: a new one, or the one that holds it.

    Args:
        box: The first box of the HTML element.
        holder: What it stands in.
    """
    element, tag = box.element, box.element_tag
    maker = _MAKERS.get(tag)
    kind = _KINDS.get(tag)
    made = holder
    if maker is not None:
        made = maker(box, holder)
    elif kind is not None and holder.kind in _PARENTS.get(kind, (holder.kind,)):
        made = holder.add(kind, element)
    lang = element.get("lang") or holder.lang
    expansion = element.get("title") if tag == "abbr" else None
    if made is holder and (expansion or lang != holder.lang or _is_atom(box)):
        made = holder.add("Div" if holder.kind in GROUPS else "Span", element)
    if made is not holder:
        _describe(made, lang, expansion)
        made.context = _CONTEXTS.get(element.get("role") or tag, made.context)
    return made


def block_for(box: Any, holder: Element) -> Element:
    """Return what the lines of a box belong to: an own paragraph where what holds the box may not hold them."""
    from weasyprint.css import AnonymousStyle

    if holder.kind == "Ruby":
        kind, at = "RB", 0
    elif holder.kind == "TOCI":
        kind, at = "Reference", len(holder.kids)
    elif holder.kind in GROUPS or (
        # Beside other blocks, text of the cell's own stands in an anonymous one.
        holder.kind in _CELLS and (box.element is not holder.owner or isinstance(box.style, AnonymousStyle))
    ):
        kind, at = "P", len(holder.kids)
    else:
        return holder
    last = holder.kids[-1 if at else 0] if holder.kids else None
    if isinstance(last, Element) and last.is_implied and last.owner is box.element:
        return last
    made = holder.add(kind, box.element, at)
    made.is_implied = True
    return made


def label_for(body: Element) -> Element:
    """Return what holds the number of a list item: in a note, it is part of the note."""
    if body.is_implied and body.parent is not None:
        body = body.parent
    item = body if body.kind == "Note" or body.parent is None else body.parent
    if item.kind not in ("LI", "Note"):
        return body
    first = item.kids[0] if item.kids else None
    if isinstance(first, Element) and first.kind == "Lbl":
        return first
    return item.add("Lbl", body.owner, 0)


def _is_atom(box: Any) -> bool:
    """Return whether a box stands in its line as one thing, as a province under its country or a list of pages does."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.InlineBox):
        is_whole = box.element_tag == "span" and box.style["white_space"] == "nowrap"
        return is_whole and bool(box.style.parent_style["white_space"] != "nowrap")
    return isinstance(box, boxes.InlineBlockBox | boxes.InlineFlexBox | boxes.InlineGridBox)


def _describe(made: Element, lang: str, expansion: str | None) -> None:
    import pydyf

    if made.parent is not None and lang != made.parent.lang:
        made.entries["Lang"] = pydyf.String(lang)
        made.lang = lang
    if expansion:
        made.entries["E"] = pydyf.String(expansion)


def _nav(box: Any, holder: Element) -> Element:
    return holder.add("Sect", box.element)


def _list(box: Any, holder: Element) -> Element:
    import pydyf

    if holder.context == CONTENTS:
        return holder.add("TOC", box.element)
    made = holder.add("L", box.element)
    numbering = {"ol": "Decimal", "ul": "Disc"}.get(box.element_tag, "None")
    made.entries["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{numbering}"})
    return made


def _list_item(box: Any, holder: Element) -> Element:
    import pydyf

    if holder.kind == "TOC":
        return holder.add("TOCI", box.element)
    if holder.kind != "L":
        return holder
    body = holder.add("LI", box.element).add("LBody", box.element)
    if holder.context != NOTES:
        return body
    # ISO 14289-1, 7.9. The item holds the note, so that both the list and its notes are announced.
    note = body.add("Note", box.element)
    note.context = ""
    note.entries["ID"] = pydyf.String(box.element.get("id") or f"note.{len(holder.kids)}")
    return note


def _term(box: Any, holder: Element) -> Element:
    if holder.kind != "L":
        return holder
    last = holder.kids[-1] if holder.kids else None
    has_body = isinstance(last, Element) and any(
        isinstance(kid, Element) and kid.kind == "LBody" for kid in last.kids
    )
    item = last if isinstance(last, Element) and not has_body else holder.add("LI", box.element)
    return item.add("Lbl", box.element)


def _definition(box: Any, holder: Element) -> Element:
    if holder.kind != "L":
        return holder
    last = holder.kids[-1] if holder.kids else None
    item = last if isinstance(last, Element) else holder.add("LI", box.element)
    return item.add("LBody", box.element)


def _header_cell(box: Any, holder: Element) -> Element:
    """A header cell says what it heads (ISO 32000-1, table 349): as HTML says, else by where it stands."""
    import pydyf

    if holder.kind != "TR":
        return holder
    scope = box.element.get("scope") or ""
    is_row = scope.startswith("row") or (
        not scope and not (holder.parent is not None and holder.parent.kind == "THead")
    )
    made = holder.add("TH", box.element)
    made.entries["A"] = pydyf.Dictionary({"O": "/Table", "Scope": "/Row" if is_row else "/Column"})
    _span(box, made)
    return made


def _cell(box: Any, holder: Element) -> Element:
    if holder.kind != "TR":
        return holder
    made = holder.add("TD", box.element)
    _span(box, made)
    return made


def _span(box: Any, cell: Element) -> None:
    import pydyf

    for name, count in (("ColSpan", box.colspan), ("RowSpan", box.rowspan)):
        if count != 1:
            cell.entries.setdefault("A", pydyf.Dictionary({"O": "/Table"}))[name] = count


def _table(box: Any, holder: Element) -> Element:
    import pydyf

    made = holder.add("Table", box.element)
    if summary := box.element.get("aria-label"):
        made.entries["A"] = pydyf.Dictionary({"O": "/Table", "Summary": pydyf.String(summary)})
    return made


def _link(box: Any, holder: Element) -> Element:
    if not box.link:
        return holder
    if holder.kind == "TOCI":
        holder = holder.add("Reference", box.element)
    return holder.add("Link", box.element)


_MAKERS: dict[str, Callable[[Any, Element], Element]] = {
    "nav": _nav,
    "ol": _list,
    "ul": _list,
    "dl": _list,
    "li": _list_item,
    "dt": _term,
    "dd": _definition,
    "table": _table,
    "th": _header_cell,
    "td": _cell,
    "a": _link,
}
