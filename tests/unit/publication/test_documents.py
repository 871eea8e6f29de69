"""A page becomes files: what goes where, what each is, and what their links lead to."""

import lxml.html
import pytest

from report.publication.documents import Alternate, cut, image_path
from report.publication.xhtml import serialise
from tests.epubs import OPS, XHTML

PAGE = """
<html><body>
<div data-document="one" data-type="chapter" data-title="一　甲"><section id="one"><header><h1>甲</h1></header>
<p>见<a href="#two-1">乙</a>、<a href="#one">此</a>、<a href="https://a.example/#x">外</a>。
<img alt="图" src="asset:///figures/%E5%9B%BE%20a.png"></p></section></div>
<p>不属于任何文件</p>
<div data-document="two"><section id="two"><h1>乙</h1><h2 id="two-1">丙</h2>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0"/></svg></section></div>
<div id="part_contents" data-document="part_contents"><nav epub:type="toc" role="doc-toc"><h1>目录</h1></nav></div>
</body></html>
"""


@pytest.fixture
def documents():
    found = cut(
        lxml.html.document_fromstring(PAGE), "zh-Hans", [Alternate("f.json", "application/json", "数据")]
    )
    return {item.name: item for item in found}


def test_each_part_is_a_file_in_the_order_of_the_page(documents):
    assert list(documents) == ["one.xhtml", "two.xhtml", "part_contents.xhtml"]
    assert "不属于任何文件" not in "".join("".join(item.root.itertext()) for item in documents.values())


def test_links_lead_to_the_files_their_targets_went_to(documents):
    links = [link.get("href") for link in documents["one.xhtml"].root.iter(f"{XHTML}a")]
    assert links == ["two.xhtml#two-1", "#one", "https://a.example/#x"]


def test_images_are_where_they_are_said_to_be(documents):
    (image,) = documents["one.xhtml"].root.iter(f"{XHTML}img")
    assert image.get("src") == image_path("figures/图 a.png")
    assert image_path("figures/图 a.png").isascii()
    assert image_path("figures/a-b.png") != image_path("figures/a_2Db.png")


def test_every_file_states_its_language_title_style_and_data(documents):
    for item in documents.values():
        assert (
            item.root.get("lang") == item.root.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-Hans"
        )
        links = [(link.get("rel"), link.get("href")) for link in item.root.iter(f"{XHTML}link")]
        assert links == [("stylesheet", "style.css"), ("alternate", "f.json")]
    titles = [item.root.findtext(f"{XHTML}head/{XHTML}title") for item in documents.values()]
    assert titles == ["一　甲", "two.xhtml", "part_contents.xhtml"]


def test_a_section_says_what_it_is_and_is_named_by_its_heading(documents):
    section = documents["one.xhtml"].body.find(f"{XHTML}section")
    assert (section.get(f"{OPS}type"), section.get("role")) == ("chapter", "doc-chapter")
    heading = next(section.iter(f"{XHTML}h1"))
    assert section.get("aria-labelledby") == heading.get("id") == "one_title"
    assert documents["two.xhtml"].body.find(f"{XHTML}section").get("role") is None


def test_the_package_is_told_what_is_in_a_file(documents):
    assert documents["one.xhtml"].properties == ()
    assert documents["two.xhtml"].properties == ("svg",)
    assert documents["part_contents.xhtml"].properties == ("nav",)
    assert [item.is_nav for item in documents.values()] == [False, False, True]


def test_nothing_of_the_cutting_is_left_in_the_files(documents):
    for item in documents.values():
        assert b"data-document" not in serialise(item.root)
        assert b"data-title" not in serialise(item.root)
    assert documents["part_contents.xhtml"].body.get("id") == "part_contents"
