"""What this project changes in the renderer, one by one, each with its reason; only on the pinned version."""

from typing import Any

VERSION = "70.0"


def adapt() -> bool:
    """Apply the changes; return False, and change nothing, on another version of WeasyPrint than the pinned one."""
    import weasyprint

    if weasyprint.__version__ != VERSION:
        return False
    _keep_page_references()
    _file_targets_under_their_anchor()
    _choose_lines_by_paragraph()
    _draw_marks_under_text()
    _set_pictures_in_the_language_around()
    return True


def _choose_lines_by_paragraph() -> None:
    """Set Chinese text after CLREQ: see `line_layout`, which lists what it replaces."""
    from report.typography import line_layout

    line_layout.install()


def _draw_marks_under_text() -> None:
    """Draw emphasis dots and waves under text: see `decorations`, which tells what it replaces."""
    from report.typography import decorations

    decorations.install()


def _keep_page_references() -> None:
    """Keep pydyf's list of page references while no page is added.

    pydyf 0.13 makes the list anew for every tag, so that the time for tags grows with the square of the
    pages: 1.6 s of 43 s at 279 pages.
    """
    import pydyf

    stock = pydyf.PDF.page_references.fget
    if getattr(stock, "is_kept", False):
        return

    def page_references(pdf: Any) -> tuple[bytes, ...]:
        count = len(pdf.pages["Kids"])
        kept: tuple[int, tuple[bytes, ...]] | None = getattr(pdf, "_kept_page_references", None)
        if kept is None or kept[0] != count:
            kept = pdf._kept_page_references = (count, stock(pdf))
        return kept[1]

    page_references.is_kept = True  # type: ignore[attr-defined]
    pydyf.PDF.page_references = property(page_references)


def _file_targets_under_their_anchor() -> None:
    """Let a page number that is printed elsewhere follow its target when that moves to another page.

    WeasyPrint 70 files what `target-counter(attr(href), page)` waits for under no anchor: its
    `compute_content_list` asks for the anchor of the unresolved `attr()`. So nobody hears of a heading that
    moves while pages are made again, and the contents may print the page that it stood on before.
    The function that names an anchor is asked for the resolved token just before, by `lookup_target`.
    """
    from weasyprint.css import targets

    stock = targets.anchor_name_from_token
    if hasattr(stock, "stock"):
        return
    last: str | None = None

    def anchor_name_from_token(token: Any) -> str | None:
        nonlocal last
        if token[0] != "attr()":
            last = stock(token)
        return last

    anchor_name_from_token.stock = stock  # type: ignore[attr-defined]
    targets.anchor_name_from_token = anchor_name_from_token


def _set_pictures_in_the_language_around() -> None:
    """Set the text of SVG pictures in the language of where they stand, so that it has the forms of its region.

    WeasyPrint 70 gives it the initial values of all properties, without any language: Pango then takes that of the
    process, which is another one on every machine.
    """
    from weasyprint import images
    from weasyprint.css.properties import INITIAL_VALUES

    stock = images.SVGImage.draw
    if hasattr(stock, "stock"):
        return

    def draw(image: Any, stream: Any, width: float, height: float, style: Any) -> None:
        before = INITIAL_VALUES["lang"]
        # A picture within a picture has no style of its own.
        INITIAL_VALUES["lang"] = before if type(style) is dict else style["lang"]
        try:
            stock(image, stream, width, height, style)
        finally:
            INITIAL_VALUES["lang"] = before

    draw.stock = stock  # type: ignore[attr-defined]
    images.SVGImage.draw = draw
