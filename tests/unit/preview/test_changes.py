"""What an edit changed: lines whose text is another, not those that moved."""

import dataclasses

import pytest

from report.preview.book import Book, Group, PrintedLine
from report.preview.changes import changed_places
from tests.unit.preview.test_book import page


def box(row):
    return (0.1, row / 10, 0.9, (row + 0.8) / 10)


def laid(name, *lines, section="a", first=0):
    printed = tuple(PrintedLine(text, box(first + row)) for row, text in enumerate(lines))
    return dataclasses.replace(page(name), lines=printed, section=section)


def book(*pages):
    return Book((Group(("x",), pages),))


def never(first, second):
    pytest.fail("the images need not be compared")


def test_nothing_changed_at_first():
    assert changed_places(Book(), book(laid("1", "a")), never) == {}


def test_the_line_that_is_another_is_marked():
    marks = changed_places(book(laid("1", "a", "b", "c")), book(laid("2", "a", "B", "c")), never)
    assert marks == {1: (box(1),)}


def test_lines_that_only_moved_are_not_marked():
    before = book(laid("1", "a", "b"), laid("2", "c"))
    marks = changed_places(before, book(laid("3", "new", "a"), laid("4", "b", "c")), never)
    assert marks == {1: (box(0),)}


def test_where_a_line_is_gone_a_thin_mark_stands():
    before = book(laid("1", "a", "b", "c"))
    [(left, top, right, bottom)] = changed_places(before, book(laid("2", "a", "c")), never)[1]
    assert (left, right) == (0.1, 0.9)
    assert 0 < bottom - top < 0.01
    assert bottom == box(1)[1]
    [(_, _, _, bottom)] = changed_places(before, book(laid("2", "a", "b")), never)[1]
    assert bottom == box(1)[3]


def test_lines_that_follow_each_other_are_marked_together():
    marks = changed_places(book(laid("1", "a", "b", "c")), book(laid("2", "a", "x", "y")), never)
    assert marks == {1: ((0.1, box(1)[1], 0.9, box(2)[3]),)}


def test_another_section_is_not_compared_with_this_one():
    before = book(laid("1", "a"), laid("2", "b", section="b"))
    marks = changed_places(before, book(laid("1", "a"), laid("3", "B", section="b")), never)
    assert marks == {2: (box(0),)}


def test_where_the_text_is_the_same_the_images_are_compared():
    marks = changed_places(book(laid("1", "a")), book(laid("2", "a")), lambda first, second: (box(5),))
    assert marks == {1: (box(5),)}
    assert changed_places(book(laid("1", "a")), book(laid("2", "a")), lambda first, second: ()) == {}
