"""Some parts of a page laid out without the others, as they stand among them; for the pinned renderer alone.

WeasyPrint lays out a document whole. Where each part of it begins a page, what its pages look like follows from the
part itself and from little else: how many pages come before it and are there in all, what the named strings of the
margins are where it begins, and on which page what it refers to stands. `Before` holds just that.
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

from report.typography.renderer import VERSION

# What a part that is not laid out has for its `style`; a first attribute of a name is the one that counts.
HIDDEN = "display: none"
_MOST_ROUNDS = 8


@dataclasses.dataclass(frozen=True)
class Before:
    """What the layout of a part depends on besides the part.

    Attributes:
        pages: How many come before it.
        strings: The named strings as they are where it begins.
        anchors: The page of each place, from 1; of those in the part itself, where it was before.
        total: Returns how many pages there are in all, if the part has this many.
    """

    pages: int
    strings: Mapping[str, str]
    anchors: Mapping[str, int]
    total: Callable[[int], int]


def is_possible() -> bool:
    """Return whether the renderer that is installed is the one whose inner workings this module knows."""
    import weasyprint

    return bool(weasyprint.__version__ == VERSION)


class PartLayout:
    """Lays parts out one after the other; keeps fonts and parsed style sheets between them."""

    def __init__(self) -> None:
        from weasyprint.text.fonts import FontConfiguration

        self._fonts = FontConfiguration()
        self._sheets: tuple[tuple[str, ...], Any, list[Any]] | None = None

    def lay_out(self, html: Any, before: Before) -> Any:
        """Return the renderer's document of a page's HTML that shows one part, all others `display: none`."""
        from weasyprint.document import Document, Page
        from weasyprint.formatting_structure.build import build_formatting_structure
        from weasyprint.html import get_html_metadata
        from weasyprint.pdf.metadata import DocumentMetadata

        context, counter_style = self._context(html)
        _announce_targets(context.target_collector, html, before)
        root_box = build_formatting_structure(
            html.etree_element,
            context.style_for,
            context.get_image_from_uri,
            html.base_url,
            context.target_collector,
            counter_style,
            context.footnotes,
        )
        _fill_targets(context.target_collector, before)
        _lift_running(context, root_box, before.pages)
        boxes = _finished(context, _paginated(html, root_box, context, before), before)
        metadata = DocumentMetadata(**get_html_metadata(html))
        document = Document([Page(box) for box in boxes], metadata, html.url_fetcher, self._fonts, {}, None)
        document._html = html
        return document

    def _context(self, html: Any) -> tuple[Any, Any]:
        from weasyprint import DEFAULT_OPTIONS
        from weasyprint.css import StyleFor
        from weasyprint.css.targets import TargetCollector
        from weasyprint.images import get_image_from_uri
        from weasyprint.layout import LayoutContext

        counter_style, author_sheets = self._author_sheets(html)
        sheets = [(sheet, "user agent", None) for sheet in html._ua_stylesheets(False)]
        sheets += [(sheet, "author", None) for sheet in author_sheets]
        targets = TargetCollector()
        style_for = StyleFor(html, sheets, False, self._fonts, targets)
        image = functools.partial(
            get_image_from_uri, cache={}, url_fetcher=html.url_fetcher, options=dict(DEFAULT_OPTIONS)
        )
        return LayoutContext(style_for, image, self._fonts, counter_style, targets), counter_style

    def _author_sheets(self, html: Any) -> tuple[Any, list[Any]]:
        """Return the page's own style sheets as `get_all_computed_styles` makes them, parsed where they are new."""
        from weasyprint.css import find_stylesheets
        from weasyprint.css.counters import CounterStyle

        texts = tuple("".join(style.itertext()) for style in html.etree_element.iter("style"))
        if self._sheets is None or self._sheets[0] != texts:
            counter_style = CounterStyle()
            for style in html._ua_counter_style():
                counter_style.update(style)
            found = find_stylesheets(
                html.wrapper_element,
                html.media_type,
                html.url_fetcher,
                html.base_url,
                self._fonts,
                counter_style,
                {},
                [],
                [],
            )
            self._sheets = (texts, counter_style, list(found))
        return self._sheets[1:]


def _announce_targets(collector: Any, html: Any, before: Before) -> None:
    """Tell of places that are not laid out, so that references to them are no mistakes."""
    from weasyprint.css.targets import TargetLookupItem

    shown = {element.get("id") for element in html.etree_element.iter() if element.get("style") != HIDDEN}
    for anchor in before.anchors.keys() - shown:
        item = TargetLookupItem("up-to-date")
        item.target_box = _Elsewhere()
        collector.target_lookup_items[anchor] = item


def _fill_targets(collector: Any, before: Before) -> None:
    """Tell the pages of places: of those elsewhere for good, of those in the part as a guess that saves a round.

    Not before the boxes are built, as WeasyPrint learns them while it lays out pages.
    """
    total = before.total(1)
    for anchor, number in before.anchors.items():
        item = collector.target_lookup_items.get(anchor)
        if item is not None:
            item.cached_page_counter_values = {"pages": [total], "page": [number]}
    for (_, token), lookup in collector.counter_lookup_items.items():
        if token == "content" and not before.anchors.keys().isdisjoint(lookup.missing_target_counters):
            lookup.parse_again({})


class _Elsewhere:
    """A box of a part that is not laid out."""

    cached_counter_values: Mapping[str, list[int]] = {}

    @staticmethod
    def extract_text(style: object) -> str:
        return ""


def _lift_running(context: Any, root_box: Any, pages: int) -> None:
    """Take running elements that stand by themselves off the flow, as ones of the page before.

    A part that begins a page would begin a second one behind them.
    """
    if not pages:
        return
    for body in root_box.children:
        running = [box for box in getattr(body, "children", ()) if box.is_running()]
        for box in running:
            context.running_elements[box.style["position"][1]][pages].append(box)
        if running:
            body.children = [box for box in body.children if box not in running]


def _paginated(html: Any, root_box: Any, context: Any, before: Before) -> list[Any]:
    """Return the page boxes without margin boxes: the loop of WeasyPrint's `layout_document`, from a later page on."""
    from weasyprint.layout import initialize_page_maker, make_all_pages

    initialize_page_maker(context, root_box)
    [(_, next_page, is_right, _, _)] = context.page_maker
    total, start = before.total(1), before.pages
    context.page_maker = [_entry({0: None}, next_page, is_right, 0, total) for _ in range(start)]
    # A place in the document, and not None for its beginning: with None, the page before would be taken for the last.
    resume_at = {0: None} if start else None
    context.page_maker.append(_entry(resume_at, next_page, is_right ^ bool(start % 2), start, total))
    context.page_maker[start][-1]["content_changed"] = True
    pages: list[Any] = [None] * start
    footnotes = list(context.footnotes)
    for _ in range(_MOST_ROUNDS):
        context.footnotes = list(footnotes)
        pages = list(make_all_pages(context, root_box, html, pages))
        total = before.total(len(pages) - start)
        is_settled = True
        for _, _, _, state, remake in context.page_maker[start:]:
            is_settled &= not remake["content_changed"]
            is_settled &= not (remake["pages_wanted"] and state[1]["pages"] != [total])
            state[1]["pages"] = [total]
        if is_settled:
            break
    return pages[start:]


def _entry(resume_at: Any, next_page: Any, is_right: bool, page: int, total: int) -> tuple[Any, ...]:
    """Return what `page_maker` holds of a page before it is made."""
    counters = {"pages": [total], "page": [page]}
    state: Any = ([0], counters, [set(counters)], [])
    remake = {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}
    return resume_at, next_page, is_right, state, remake


def _finished(context: Any, pages: list[Any], before: Before) -> list[Any]:
    """Return the pages with their margins: the second half of `layout_document`."""
    from weasyprint.layout import layout_backgrounds, layout_fixed_boxes, make_margin_boxes

    for name, text in before.strings.items():
        # Looked for on the pages before, the nearest first.
        context.string_set[name][before.pages] = [text]
    for number, page in enumerate(pages, before.pages + 1):
        _, _, _, state, _ = context.page_maker[number]
        for box in page.descendants():
            if box.missing_link:
                _resolve(context, box, state[1])
            if box.string_set and box.string_set != "none":
                for name, text in box.string_set:
                    context.string_set[name][number].append(text)
    for index, page in enumerate(pages):
        root, footnotes, notes = page.children
        root.children = [
            *layout_fixed_boxes(context, pages[:index], page),
            *root.children,
            *layout_fixed_boxes(context, pages[index + 1 :], page),
        ]
        context.current_page = before.pages + index + 1
        state = context.page_maker[context.current_page][3]
        areas = [area for area in (footnotes, notes) if area.children]
        page.children = (root, *areas, *make_margin_boxes(context, page, state))
        layout_backgrounds(page, context.get_image_from_uri)
    return pages


def _resolve(context: Any, box: Any, counters: Any) -> None:
    """Set the strings of a box that need a page's number."""
    for (source, token), item in context.target_collector.counter_lookup_items.items():
        if box.missing_link is source and token == "string-set":
            item.parse_again(counters)
