"""Small pictures of pages, and how far apart two of them are.

Both pictures are blurred over 7 × 7 pixels before they are compared, so that what a rasteriser does at the edges of
letters evens out, while ink that is gone, added or moved leaves a mark. Two numbers say how far apart they are, in
steps of grey (0 to 255): the largest difference anywhere, and the mean difference of all pixels.
"""

import io
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageStat

WIDTH = 400
LARGEST_BYTES = 60 * 1024
_RADIUS = 3


class Distance(NamedTuple):
    """How far apart two pictures are."""

    anywhere: float
    mean: float


class Tolerance(NamedTuple):
    """How far apart two pictures of the same may be."""

    anywhere: float
    mean: float

    def covers(self, apart: Distance) -> bool:
        return apart.anywhere <= self.anywhere and apart.mean <= self.mean


# test_tolerance.py measures what they let through and what they do not. The fonts of a PDF are in it, and pdfium is
# the one that requirements-dev.txt locks: two pictures of one page differ by nothing but rounding. A page of the web
# is drawn by whatever Chromium the machine has, whose antialiasing changes from version to version.
OF_PAGES = Tolerance(8.0, 0.3)
OF_SCREENS = Tolerance(30.0, 1.5)


def page_picture(pdf: bytes, index: int) -> Image.Image:
    """Return a page of a PDF, in grey, `WIDTH` pixels wide."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[index]
        # Twice as large, then reduced: the steps of antialiasing count for less.
        picture = page.render(scale=2 * WIDTH / page.get_width()).to_pil().convert("L")
        page.close()
    finally:
        document.close()
    return picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.BOX)


def distance(one: Image.Image, other: Image.Image) -> Distance:
    """Return how far apart two pictures are; those of different sizes could not be farther."""
    if one.size != other.size:
        return Distance(255.0, 255.0)
    blur = ImageFilter.BoxBlur(_RADIUS)
    apart = ImageChops.difference(one.convert("L").filter(blur), other.convert("L").filter(blur))
    return Distance(float(apart.getextrema()[1]), ImageStat.Stat(apart).mean[0])


def png(picture: Image.Image) -> bytes:
    """Return a picture as a small PNG in grey."""
    out = io.BytesIO()
    picture.convert("L").save(out, "PNG", optimize=True)
    return out.getvalue()


def apart(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return where two pictures differ: both beside what is between them, dark where it is much."""
    height = max(one.height, other.height)
    sheet = Image.new("L", (one.width + other.width + min(one.width, other.width) + 20, height), 255)
    sheet.paste(one, (0, 0))
    sheet.paste(other, (one.width + 10, 0))
    if one.size == other.size:
        difference = ImageChops.invert(ImageChops.difference(one.convert("L"), other.convert("L")))
        sheet.paste(difference, (one.width + other.width + 20, 0))
    return sheet
