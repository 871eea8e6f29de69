"""Pages of a finished PDF as pictures."""

import io


def page_png(data: bytes, index: int, height: int) -> bytes:
    """Return a page of a PDF as a PNG of a height in pixels; `index` counts from 0."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        page = document[index]
        picture = page.render(scale=height / page.get_height()).to_pil()
        page.close()
    finally:
        document.close()
    out = io.BytesIO()
    # Few colours: a page is ink on paper, and a palette makes it a third of the size.
    picture.convert("RGB").quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
