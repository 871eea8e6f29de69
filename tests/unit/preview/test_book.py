"""Which pages stay as parts change, which have to be made anew, and which cannot be told to be exact any more."""

from hypothesis import given
from hypothesis import strategies as st

from report.preview.book import Book, Group, LaidPage, Stretch, grouped


def page(name, *, anchors=(), strings=None, is_exact=True):
    return LaidPage(
        digest=name,
        width_px=100,
        height_px=200,
        source="pdf",
        index=0,
        section="",
        body=(0.0, 0.0, 1.0, 1.0),
        lines=(),
        anchors=tuple(anchors),
        strings=strings or {},
        is_exact=is_exact,
    )


def group(part, *pages, targets=()):
    return Group((part,), tuple(pages), frozenset(targets))


BOOK = Book(
    (
        group("foot"),
        group("cover", page("c", strings={"title": "T"})),
        group("contents", page("i"), targets=["b"]),
        group("a", page("a1"), page("a2", strings={"running": "A"})),
        group("b", page("b1", anchors=["b"], strings={"running": "B"})),
        group("last", page("z")),
    )
)
PARTS = ["foot", "cover", "contents", "a", "b", "last"]


def exact(book):
    return "".join(item.digest for item in book.pages if item.is_exact)


def test_nothing_is_made_anew_where_nothing_changed():
    assert BOOK.stretches(PARTS) == []


def test_a_changed_part_comes_in_the_place_of_its_pages():
    assert BOOK.stretches(["foot", "cover", "contents", "A", "b", "last"]) == [Stretch(3, 4, 3, 1)]


def test_neighbours_that_changed_are_made_one_after_the_other():
    assert BOOK.stretches(["foot", "C", "contents", "A", "B", "last"]) == [
        Stretch(1, 2, 1, 1),
        Stretch(3, 4, 3, 1),
        Stretch(4, 5, 4, 1),
    ]


def test_neighbours_that_changed_and_became_more_are_made_together():
    assert BOOK.stretches(["foot", "cover", "contents", "A", "B", "new", "last"]) == [Stretch(3, 6, 3, 2)]


def test_a_new_part_and_one_that_is_gone():
    assert BOOK.stretches(["foot", "cover", "contents", "a", "new", "b", "last"]) == [Stretch(4, 5, 4, 0)]
    assert BOOK.stretches(["foot", "cover", "contents", "b", "last"]) == [Stretch(3, 3, 3, 1)]
    assert BOOK.stretches([*PARTS, "more"]) == [Stretch(6, 7, 6, 0)]


def test_a_running_element_that_changed_may_stand_on_every_page():
    assert BOOK.stretches(["FOOT", *PARTS[1:]]) == [Stretch(0, 6, 0, 6)]


def test_without_a_book_everything_is_made():
    assert Book().stretches(["x", "y"]) == [Stretch(0, 2, 0, 0)]


def test_pages_that_depend_on_nothing_that_changed_stay_exact():
    made = BOOK.spliced(
        Stretch(3, 4, 3, 1), [group("A", page("A1", is_exact=False), page("A2", strings={"running": "A"}))]
    )
    assert [item.digest for item in made.pages] == ["c", "i", "A1", "A2", "b1", "z"]
    assert exact(made) == "ciA2b1z"
    assert not made.pages[2].is_exact


def test_one_page_more_changes_the_number_of_pages_on_all():
    pages = [page(name, is_exact=False) for name in ("A1", "A2", "A3")]
    made = BOOK.spliced(Stretch(3, 4, 3, 1), [group("A", *pages)])
    assert exact(made) == ""
    assert made.anchors == {"b": 6}


def test_a_string_of_the_margins_that_changed_is_on_the_pages_behind():
    made = BOOK.spliced(Stretch(1, 2, 1, 1), [group("C", page("C", strings={"title": "U"}))])
    assert exact(made) == "C"


def test_a_place_that_moved_is_doubted_where_its_page_is_printed():
    old = Book((group("i", page("i"), targets=["x"]), group("a", page("a1", anchors=["x"]), page("a2"))))
    made = old.spliced(Stretch(1, 2, 1, 1), [group("A", page("A1"), page("A2", anchors=["x"]))])
    assert exact(made) == "A1A2"


def test_strings_and_anchors_of_the_first_place_and_the_last_value():
    assert BOOK.strings_before(5) == {"title": "T", "running": "B"}
    assert BOOK.anchors == {"b": 5}


def test_parts_that_share_a_page_are_one_group():
    names = ["cover", "a", "b", "foot", "c"]
    pages = [([0], page("1")), ([1], page("2")), ([1, 2], page("3")), ([4], page("4"))]
    made = grouped(names, [frozenset({name}) for name in names], pages)
    assert [(item.parts, [leaf.digest for leaf in item.pages]) for item in made] == [
        (("cover",), ["1"]),
        (("a", "b"), ["2", "3"]),
        (("foot",), []),
        (("c",), ["4"]),
    ]
    assert made[1].targets == {"a", "b"}


def test_a_blank_page_belongs_to_the_part_before():
    made = grouped(["a", "b"], [frozenset()] * 2, [([0], page("1")), ([], page("2")), ([1], page("3"))])
    assert [[leaf.digest for leaf in item.pages] for item in made] == [["1", "2"], ["3"]]


@given(st.data())
def test_every_part_and_page_is_in_one_group_and_in_order(data):
    count = data.draw(st.integers(1, 6))
    starts = sorted(data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=8)))
    pages = []
    for number, first in enumerate(starts):
        last = starts[number + 1] if number + 1 < len(starts) else count - 1
        places = data.draw(st.lists(st.integers(first, last), max_size=3, unique=True))
        pages.append((sorted(places), page(str(number))))
    names = [str(place) for place in range(count)]
    made = grouped(names, [frozenset()] * count, pages)
    assert [part for item in made for part in item.parts] == names
    assert [leaf.digest for item in made for leaf in item.pages] == [str(n) for n in range(len(pages))]


@given(st.lists(st.sampled_from([*PARTS[1:], "x", "y"]), max_size=8))
def test_splicing_what_has_to_be_made_gives_the_parts_that_are_wanted(rest):
    wanted, book = ["foot", *rest], BOOK
    for _ in range(20):
        stretches = book.stretches(wanted)
        if not stretches:
            break
        stretch = stretches[0]
        made = [group(part, page(part)) for part in wanted[stretch.first : stretch.end]]
        book = book.spliced(stretch, made)
    assert [part for item in book.groups for part in item.parts] == wanted
