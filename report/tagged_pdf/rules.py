"""What of PDF/UA-1 and PDF/A-3a can be judged by a file's objects: the tags, the annotations, the catalogue.

A check of our own, beside validators: these know more rules, and may not be there. The clauses are those of
ISO 14289-1 (UA) and ISO 19005-3 (A); of tables and lists, ISO 32000-1, 14.8.4.3. Headings, alternative texts of
figures and texts of links are read for every format, and judged with those.
"""

import collections
import re
from collections.abc import Iterator, Sequence
from typing import Any

from report.tagged_pdf.annotations import FoundAnnotation
from report.tagged_pdf.identification import is_described
from report.tagged_pdf.reading import Node, array, dictionary

# ISO 32000-1, 14.8.4.
_STANDARD = frozenset(
    {
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "BlockQuote",
        "Caption",
        "TOC",
        "TOCI",
        "Index",
        "NonStruct",
        "Private",
    }
    | {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody"}
    | {"Table", "TR", "TH", "TD", "THead", "TBody", "TFoot"}
    | {"Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot"}
    | {"Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "Figure", "Formula", "Form"}
)
_GROUPS = frozenset({"THead", "TBody", "TFoot"})
# What may stand in an element of a kind, and what a kind must stand in.
_CONTENT = {
    "Table": _GROUPS | {"TR", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "TOC": {"TOC", "TOCI", "Caption"},
}
_PARENTS = {
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "TR": _GROUPS | {"Table"},
    "TH": {"TR"},
    "TD": {"TR"},
    "LI": {"L"},
    "LBody": {"LI"},
    "TOCI": {"TOC"},
}
_PRINTED, _NOT_SHOWN = 4, 1 | 2 | 32


def broken_rules(pdf: Any, root: Node | None, annotations: Sequence[FoundAnnotation]) -> Iterator[str]:
    """Yield what a pikepdf document does against the rules, each with its clause.

    Args:
        pdf: The document.
        root: Of its structure tree; None where it has none.
        annotations: Of all its pages.
    """
    yield from _catalogue(pdf)
    yield from _images(pdf)
    yield from _annotations(pdf, annotations, root)
    if root is not None:
        yield from _nesting(root)
        yield from _notes(root)
        for node in root.below():
            if node.kind == "Table":
                yield from _table(node)
            elif re.fullmatch("H[1-6]?", node.kind) and not any(kid.marks for kid in node.below()):
                yield f"UA 7.4: a heading on page {node.page} is empty"


def _catalogue(pdf: Any) -> Iterator[str]:
    root = pdf.Root
    if "/StructTreeRoot" not in root or not dictionary(root.get("/MarkInfo")).get("/Marked", False):
        yield "UA 7.1: the file has no tags, or does not say so"
    if not str(root.get("/Lang", "")):
        yield "UA 7.2: the file states no language"
    if not dictionary(root.get("/ViewerPreferences")).get("/DisplayDocTitle", False):
        yield "UA 7.1: the title is not what a window shows"
    intents = map(dictionary, array(root.get("/OutputIntents")))
    if not any(item.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in item for item in intents):
        yield "A 6.2.3: no output intent says what its colours mean"
    if pdf.is_encrypted or "/ID" not in pdf.trailer:
        yield "A 6.1.3: the file is encrypted, or has no identifier"
    if not is_described(pdf):
        yield "A 6.6.2.3: the property that states PDF/UA is not described"
    if "/JavaScript" in dictionary(root.get("/Names")) or "/AA" in root:
        yield "A 6.5: the file holds actions"
    for item in map(dictionary, array(root.get("/AF"))):
        if not {"/F", "/UF", "/AFRelationship"} <= set(item.keys()):
            yield "A 6.8: an associated file lacks a name or its relationship"


def _images(pdf: Any) -> Iterator[str]:
    import pikepdf

    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Interpolate", False):
            yield "A 6.2.8: an image is to be interpolated"


def _nesting(node: Node) -> Iterator[str]:
    for kid in node.kids:
        where = f"on page {kid.page}" if kid.page else f"in a {node.kind or 'document'}"
        if kid.kind not in _STANDARD:
            yield f"UA 7.1: {kid.kind!r} {where} is no structure type"
        if kid.kind not in _CONTENT.get(node.kind, {kid.kind}) or node.kind not in _PARENTS.get(
            kid.kind, {node.kind}
        ):
            yield f"UA 7.2: a {kid.kind} {where} stands in a {node.kind or 'document'}"
        yield from _nesting(kid)


def _notes(root: Node) -> Iterator[str]:
    names = [node.entries.get("ID", "") for node in root.below() if node.kind == "Note"]
    for name, count in collections.Counter(names).items():
        if not name:
            yield f"UA 7.9: {count} notes have no identifier"
        elif count > 1:
            yield f"UA 7.9: {count} notes have the identifier {name!r}"


def _table(table: Node) -> Iterator[str]:
    kinds = [kid.kind for kid in table.kids]
    if kinds.count("THead") > 1 or kinds.count("TFoot") > 1:
        yield f"UA 7.2: a table on page {_page(table)} has more than one head or foot"
    if _GROUPS & set(kinds) and "TBody" not in kinds:
        yield f"UA 7.2: a table on page {_page(table)} has a head or foot and no body"
    if "Caption" in kinds[1:-1] or kinds.count("Caption") > 1:
        yield f"UA 7.2: the caption of a table on page {_page(table)} is neither its first nor its last part"
    rows = [row for row in table.below() if row.kind == "TR"]
    widths = set(_widths(rows))
    if len(widths) > 1:
        told = " and ".join(map(str, sorted(widths)))
        yield f"UA 7.2: the rows of a table on page {_page(table)} have {told} columns"
    cells = [cell for row in rows for cell in row.kids]
    headers = [cell for cell in cells if cell.kind == "TH"]
    loose = [cell for cell in headers if cell.attributes.get("Scope") not in ("/Row", "/Column", "/Both")]
    if loose and not all("Headers" in cell.attributes for cell in cells if cell.kind == "TD"):
        yield f"UA 7.5: {len(loose)} header cells on page {_page(table)} do not say what they head"
    if cells and not headers:
        yield f"UA 7.5: a table on page {_page(table)} has no header cell"


def _page(node: Node) -> int:
    return next((item.page for item in node.below() if item.page), 0)


def _widths(rows: list[Node]) -> Iterator[int]:
    """Yield how many columns each row fills, with the cells that reach into it from above."""
    above: list[int] = []
    for row in rows:
        width = sum(count > 0 for count in above)
        above = [count - 1 for count in above if count > 1]
        for cell in row.kids:
            columns = _count(cell, "ColSpan")
            width += columns
            above += [_count(cell, "RowSpan") - 1] * columns
        yield width


def _count(cell: Node, name: str) -> int:
    text = cell.attributes.get(name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1


def _annotations(pdf: Any, annotations: Sequence[FoundAnnotation], root: Node | None) -> Iterator[str]:
    with_some = {item.page for item in annotations}
    for number, page in enumerate(pdf.pages, 1):
        if number in with_some and page.get("/Tabs") != "/S":
            yield f"UA 7.18.3: the order of tabs on page {number} is not that of the tags"
    nodes = list(root.below()) if root else []
    in_links = {objgen for node in nodes if node.kind == "Link" for objgen in node.annotations}
    in_forms = {objgen for node in nodes if node.kind == "Form" for objgen in node.annotations}
    for item in annotations:
        if not item.flags & _PRINTED or item.flags & _NOT_SHOWN:
            yield f"A 6.3.2: an annotation on page {item.page} is not printed as it is shown"
        if item.kind == "Link" and item.objgen not in in_links:
            yield f"UA 7.18.5: a link on page {item.page} is in no element for links"
        # 7.18.1: what lies outside the crop box is exempt, such as the field of an invisible signature.
        if item.kind == "Widget" and item.objgen not in in_forms and not item.is_outside:
            yield f"UA 7.18.4: a field on page {item.page} is in no element for forms"
