"""A page cut into parts: together they are the page, and one alone stands where it stood."""

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.preview.parts import cut

PAGE = (
    '<!DOCTYPE html><html><head><style>p > a { color: red }</style></head>\n<body class="x">\n'
    '<div class="foot">f</div>\n<main id="m"><section id="one"><p>1<br>1</p></section>\n'
    "<section id='two' data-x=\"a > b\"><!-- </section> --><p>2</p></section></main>\n"
    "<hr>\n<div><style>b {}</style><script>if (1 < 2) '</div>'</script>3</div>\n</body></html>"
)


def test_parts_are_what_stands_in_the_body_and_in_main():
    parts = cut(PAGE).parts
    assert [part.start_tag for part in parts] == [
        '<div class="foot">',
        '<section id="one">',
        "<section id='two' data-x=\"a > b\">",
        "<div>",
    ]
    assert [part.id for part in parts] == ["", "one", "two", ""]
    assert parts[3].rest.endswith("3</div>")


def test_all_parts_together_are_the_page():
    assert cut(PAGE).shown(range(4)) == PAGE


def test_a_part_alone_keeps_its_place_among_hidden_ones():
    tree = lxml.html.document_fromstring(cut(PAGE).shown([2]))
    body = tree.find("body")
    assert [child.tag for child in body] == ["div", "main", "hr", "div"]
    first, second = body.find("main")
    assert first.get("style") == "display: none"
    assert first.get("id") == "one"
    assert first.text_content() == ""
    assert second.get("style") is None
    assert second.text_content() == "2"


def test_a_container_of_hidden_parts_is_hidden():
    main = lxml.html.document_fromstring(cut(PAGE).shown([0])).find("body/main")
    assert main.get("style") == "display: none"
    assert main.get("id") == "m"


def test_a_style_that_the_template_gives_does_not_show_a_hidden_part():
    page = '<html><body><div style="display: block">x</div><p>y</p></body></html>'
    hidden = lxml.html.document_fromstring(cut(page).shown([1])).find("body/div")
    # HTML: of two attributes of a name the first one counts.
    assert hidden.get("style") == "display: none"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<p>no body</p>",
        "<html><body><div><p>not closed</div></body></html>",
        "<html><body><div>not closed</body></html>",
        "<html><body></div></body></html>",
        "<html><body><p>cut off",
        "<html><body><p/></body></html>",
    ],
)
def test_what_does_not_pair_is_not_cut(page):
    assert cut(page) is None


def test_an_empty_body_has_no_parts():
    found = cut("<html><body>\n</body></html>")
    assert found.parts == ()
    assert found.shown([]) == "<html><body>\n</body></html>"


def test_style_sheets_are_those_of_the_head():
    assert cut(PAGE).styles == ("p > a { color: red }",)


def test_parts_that_say_the_same_have_the_same_digest():
    page = "<html><body><p>a</p><p>a</p><p>b</p><p class='a'>a</p></body></html>"
    first, second, *others = [part.digest for part in cut(page).parts]
    assert first == second
    assert len({first, *others}) == 3


elements = st.recursive(
    st.sampled_from(["x", "<br>", "<!-- </p> -->", "&lt;", "<img alt='>'>", "汉字", "\n"]),
    lambda inner: st.builds(
        lambda name, parts: f"<{name} data-a='1 > 2'>{''.join(parts)}</{name}>",
        st.sampled_from(["p", "div", "section", "main", "b"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(st.lists(elements, max_size=5).map("".join))
def test_any_page_whose_tags_pair_is_put_together_again(body):
    page = f"<!DOCTYPE html><html><head></head><body>{body}</body></html>"
    found = cut(page)
    assert found is not None
    assert found.shown(range(len(found.parts))) == page


@given(st.text(alphabet="<>/bodymainpxsty le\"'!-\n"))
def test_no_text_makes_it_fail(text):
    for page in (text, f"<html><body>{text}</body></html>"):
        found = cut(page)
        assert found is None or found.shown(range(len(found.parts))) == page
