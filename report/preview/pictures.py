"""Pages of a PDF as pictures, and where two of them differ."""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

from report.preview.snapshot import Box

# A difference that is less than this, of 255, is how the same line is drawn at another fraction of a pixel.
_SEEN = 32


def png_of(data: bytes, index: int, scale: float) -> bytes:
    """Return a page of a PDF as a PNG, `scale` pixels a point; `index` counts from 0."""
    out = io.BytesIO()
    _drawn(data, index, scale).save(out, "PNG", compress_level=1)
    return out.getvalue()


def digests_of(data: bytes, seed: str = "") -> tuple[tuple[str, int, int], ...]:
    """Return a hash of the image of each page, with its width and height at one pixel a point."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        found = []
        for page in document:
            bitmap = page.render(scale=1)
            image = hashlib.sha256(seed.encode() + bytes(bitmap.buffer)).hexdigest()
            found.append((image[:32], bitmap.width, bitmap.height))
            page.close()
        return tuple(found)
    finally:
        document.close()


def difference(first: tuple[bytes, int], second: tuple[bytes, int], within: Box) -> tuple[Box, ...]:
    """Return the box within which two pages differ, each a PDF and the place in it; none where they look alike."""
    from PIL import ImageChops

    pictures = [_drawn(*place, 1.0).convert("L") for place in (first, second)]
    if pictures[0].size != pictures[1].size:
        return (within,)
    width, height = pictures[0].size
    bounds = _pixels(within, width, height)
    cut = [picture.crop(bounds) for picture in pictures]
    seen = ImageChops.difference(*cut).point(lambda value: 255 if value > _SEEN else 0).getbbox()
    if seen is None:
        return ()
    left, top = bounds[0], bounds[1]
    return (
        (
            (left + seen[0]) / width,
            (top + seen[1]) / height,
            (left + seen[2]) / width,
            (top + seen[3]) / height,
        ),
    )


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    return int(box[0] * width), int(box[1] * height), int(box[2] * width) + 1, int(box[3] * height) + 1


def _drawn(data: bytes, index: int, scale: float) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        page = document[index]
        picture = page.render(scale=scale).to_pil()
        page.close()
        return picture.convert("RGB")
    finally:
        document.close()


def joined(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return boxes with those joined that follow each other closely, from the top down."""
    out: list[Box] = []
    for box in sorted(boxes, key=lambda item: (item[1], item[0])):
        if out and box[1] <= out[-1][3] + (box[3] - box[1]) / 2:
            last = out.pop()
            box = (min(last[0], box[0]), last[1], max(last[2], box[2]), max(last[3], box[3]))
        out.append(box)
    return tuple(out)
