"""Pages as pictures."""

import io

import pikepdf
import pytest
from PIL import Image

from report.preview.pictures import difference, digests_of, joined, png_of

WHOLE = (0.0, 0.0, 1.0, 1.0)


def drawing(*contents):
    """Return a PDF of a page of 100 by 200 points for each content stream."""
    pdf = pikepdf.new()
    for content in contents:
        pdf.add_blank_page(page_size=(100, 200))
        pdf.pages[-1].Contents = pdf.make_stream(content)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


BLANK, SQUARE = b"", b"20 100 40 50 re f"


def test_a_page_is_as_large_as_it_is_asked_for():
    picture = Image.open(io.BytesIO(png_of(drawing(BLANK, SQUARE), 1, 2.0)))
    assert picture.size == (200, 400)
    assert picture.getpixel((80, 150)) == (0, 0, 0)


def test_the_same_image_has_the_same_digest():
    (first, *size), (second, *_), (third, *_) = digests_of(drawing(SQUARE, BLANK, SQUARE))
    assert first == third
    assert first != second
    assert size == [100, 200]


def test_where_two_pages_differ():
    data = drawing(BLANK, SQUARE)
    assert difference((data, 0), (data, 0), WHOLE) == ()
    [(left, top, right, bottom)] = difference((data, 0), (data, 1), WHOLE)
    assert (left, top, right, bottom) == pytest.approx((0.2, 0.25, 0.6, 0.5), abs=0.01)


def test_what_differs_in_the_margins_is_no_difference():
    data = drawing(BLANK, SQUARE)
    assert difference((data, 0), (data, 1), (0.0, 0.6, 1.0, 1.0)) == ()


def test_boxes_that_follow_closely_are_joined():
    boxes = [(0.1, 0.5, 0.3, 0.6), (0.2, 0.1, 0.9, 0.2), (0.1, 0.22, 0.5, 0.32)]
    assert joined(boxes) == ((0.1, 0.1, 0.9, 0.32), (0.1, 0.5, 0.3, 0.6))
