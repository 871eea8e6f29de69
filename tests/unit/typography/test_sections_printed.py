"""The sections of a finished PDF, told from its tags."""

from report.pages import Glyph
from report.typography.blocks import Tagged, sections_of


def glyphs(mark, text, *, made_up=False):
    return [Glyph(char, 0, 0, 10, 0, 10, 10, "", made_up, mark) for char in text]


def tag(page, mark, block, kind="P"):
    return Tagged(page, mark, block, kind, 0)


def test_sections_begin_at_headings_of_the_first_level_and_go_over_pages():
    pages = [
        [*glyphs(0, "封面"), *glyphs(1, "引"), *glyphs(2, "言"), *glyphs(3, "甲乙"), *glyphs(-1, "12")],
        [*glyphs(0, "丙"), *glyphs(1, "小题"), *glyphs(2, "小结"), *glyphs(3, "丁")],
    ]
    tags = [
        tag(1, 0, 1),
        # A title of two lines is one title.
        tag(1, 1, 2, "H1"),
        tag(1, 2, 2, "H1"),
        tag(1, 3, 3),
        tag(2, 0, 3),
        tag(2, 1, 4, "H2"),
        tag(2, 2, 5, "H1"),
        tag(2, 3, 6),
    ]
    assert sections_of(pages, tags) == (("", "封面"), ("引言", "甲乙\n丙\n小题"), ("小结", "丁"))


def test_two_titles_in_a_row_are_two_sections():
    pages = [[*glyphs(0, "附录"), *glyphs(1, "注释")]]
    assert sections_of(pages, [tag(1, 0, 1, "H1"), tag(1, 1, 2, "H1")]) == (("附录", ""), ("注释", ""))


def test_figures_furniture_and_what_the_reader_made_up_are_left_out():
    pages = [
        [
            *glyphs(0, "引言"),
            *glyphs(1, "图中"),
            *glyphs(2, "甲"),
            *glyphs(2, " ", made_up=True),
            *glyphs(-1, "页"),
        ]
    ]
    assert sections_of(pages, [tag(1, 0, 1, "H1"), tag(1, 1, 2, "Figure"), tag(1, 2, 3)]) == (("引言", "甲"),)


def test_no_tags_no_sections():
    assert sections_of([glyphs(0, "甲")], []) == ()
