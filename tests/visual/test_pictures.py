"""Key pages look as they did when somebody last looked at them."""

import pytest

from report.formats import load_format
from tests.visual.conftest import GOLDEN
from tests.visual.pictures import LARGEST_BYTES, OF_PAGES, OF_SCREENS, page_picture
from tests.visual.screens import screen

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def pages(built):
    """The PDF, and which page each entry of its outline leads to, from 0."""
    data = (built / "pictures.pdf").read_bytes()
    extract = load_format("pdf").inspect(data)
    return data, {title: page - 1 for title, page in zip(extract.outline, extract.outline_pages, strict=True)}


def test_the_cover(pages, looks_as_kept):
    assert looks_as_kept("cover", page_picture(pages[0], 0), OF_PAGES) == ""


@pytest.mark.parametrize(("name", "title"), [("timeline", "监管时间线"), ("references", "参考文献")])
def test_a_page_of_the_matter_behind(pages, looks_as_kept, name, title):
    data, places = pages
    assert looks_as_kept(name, page_picture(data, places[title]), OF_PAGES) == ""


def test_the_handout(built, looks_as_kept):
    picture = page_picture((built / "pictures-handout.pdf").read_bytes(), 0)
    assert looks_as_kept("handout", picture, OF_PAGES) == ""


def test_the_web_page_on_a_narrow_screen(built, browser, looks_as_kept):
    assert looks_as_kept("web-320", screen(browser, built / "pictures.html", 320, 640), OF_SCREENS) == ""


def test_the_pictures_are_small():
    sizes = {path.name: path.stat().st_size for path in GOLDEN.glob("*.png")}
    assert sorted(sizes) == ["cover.png", "handout.png", "references.png", "timeline.png", "web-320.png"]
    assert max(sizes.values()) <= LARGEST_BYTES
