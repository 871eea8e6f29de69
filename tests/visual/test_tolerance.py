"""What the tolerance of a picture lets through, and what it does not: measured on the pictures that are kept."""

import random

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.visual.conftest import GOLDEN
from tests.visual.pictures import OF_PAGES, OF_SCREENS, WIDTH, distance, page_picture

PAGES = ("cover", "timeline", "references", "handout")
TOLERANCE = dict.fromkeys(PAGES, OF_PAGES) | {"web-320": OF_SCREENS}


@pytest.fixture(params=TOLERANCE)
def kept(request):
    """A picture that is kept, and the tolerance it is compared with."""
    return Image.open(GOLDEN / f"{request.param}.png").convert("L"), TOLERANCE[request.param]


# The cover has a band of colour at its left.
BESIDE_BAND = 60


def first_line(picture):
    """The top and the bottom of the first line of ink that is at least 5 pixels high."""
    start = 0
    for y in range(picture.height):
        if min(picture.crop((BESIDE_BAND, y, picture.width, y + 1)).tobytes()) >= 160:
            if y - start >= 5:
                return start, y
            start = y + 1
    raise AssertionError("there is no line of ink")


def test_a_picture_is_like_itself(kept):
    picture, tolerance = kept
    assert distance(picture, picture) == (0, 0)
    assert tolerance.covers(distance(picture, picture))


def test_noise_at_the_edges_of_letters_is_let_through(kept):
    picture, tolerance = kept
    # Another rasteriser's opinion of each pixel that lies at an edge and is neither ink nor paper.
    edges = picture.filter(ImageFilter.FIND_EDGES).tobytes()
    noise = random.Random(5)
    levels = [
        min(255, max(0, level + noise.randint(-16, 16))) if edge and 20 < level < 235 else level
        for level, edge in zip(picture.tobytes(), edges, strict=True)
    ]
    noisy = Image.frombytes("L", picture.size, bytes(levels))
    assert noisy.tobytes() != picture.tobytes()
    assert tolerance.covers(distance(picture, noisy))


@pytest.mark.parametrize("pixels", [2, 4])
def test_a_line_that_moved_is_not(kept, pixels):
    picture, tolerance = kept
    top, bottom = first_line(picture)
    line = picture.crop((BESIDE_BAND, top, picture.width, bottom))
    moved = picture.copy()
    paper = picture.getpixel((picture.width - 1, top))
    ImageDraw.Draw(moved).rectangle((BESIDE_BAND, top, picture.width, bottom), fill=paper)
    moved.paste(line, (BESIDE_BAND, top + pixels))
    assert not tolerance.covers(distance(picture, moved))


def test_another_size_is_not(kept):
    picture, tolerance = kept
    assert not tolerance.covers(distance(picture, picture.crop((0, 0, picture.width, picture.height - 1))))


@pytest.mark.slow
def test_no_digit_of_a_page_may_go(built):
    import pypdfium2

    data = (built / "pictures.pdf").read_bytes()
    document = pypdfium2.PdfDocument(data)
    gone, digits = [], 0
    for index in range(len(document)):
        page = document[index]
        text, picture = page.get_textpage(), page_picture(data, index)
        scale, height = WIDTH / page.get_width(), page.get_height()
        for place in range(text.count_chars()):
            if text.get_text_range(place, 1) in "0123456789":
                left, low, right, high = text.get_charbox(place)
                without = picture.copy()
                box = (left * scale, (height - high) * scale, right * scale, (height - low) * scale)
                ImageDraw.Draw(without).rectangle(box, fill=255)
                digits += 1
                if OF_PAGES.covers(distance(picture, without)):
                    gone.append((index, text.get_text_range(place, 1)))
        text.close()
        page.close()
    document.close()
    assert digits > 200
    assert gone == []
