import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.typography.text import WORD_JOINER, bind_before, bind_last_words, join_lines


def joined(html):
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    join_lines(root)
    return lxml.html.tostring(root, encoding="unicode")[5:-6]


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("<p>第一行\n第二行</p>", "<p>第一行第二行</p>"),
        ("<p>句号。\n  下一句</p>", "<p>句号。下一句</p>"),
        ("<p>前<em>强调</em>\n后</p>", "<p>前<em>强调</em>后</p>"),
        ("<p>前\n<em>强调</em></p>", "<p>前<em>强调</em></p>"),
        ("<p>称\n“停”\n之后</p>", "<p>称“停”之后</p>"),
        ("<p>药品\nRyoncil\n获批</p>", "<p>药品Ryoncil获批</p>"),
        ("<p>two\nwords</p>", "<p>two\nwords</p>"),
        ("<p>“one”\n“two”</p>", "<p>“one”\n“two”</p>"),
        ("<pre>第一行\n第二行</pre>", "<pre>第一行\n第二行</pre>"),
        ('<p>引用<sup class="cite"></sup>\n下一行</p>', '<p>引用<sup class="cite"></sup>下一行</p>'),
    ],
)
def test_line_ends_between_han_are_no_spaces(written, printed):
    assert joined(written) == printed


@given(st.text(alphabet="汉字ab。“\n ", max_size=30))
def test_joining_loses_nothing_but_white_space(text):
    root = lxml.html.Element("p")
    root.text = text
    join_lines(root)
    assert (root.text or "").replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")


def test_a_mark_stays_with_the_word_before():
    root = lxml.html.fragment_fromstring("<p>字<sup>1</sup><sup>2</sup></p>")
    for mark in root.findall("sup"):
        bind_before(mark)
    assert root.text == "字\u2060"
    assert root[0].tail == "\u2060"


def test_a_mark_at_the_beginning_is_bound_to_nothing():
    root = lxml.html.fragment_fromstring("<p><sup>1</sup>字</p>")
    bind_before(root[0])
    assert root.text is None


@pytest.mark.parametrize(
    ("written", "bound"),
    [
        ("<p>一类疗法。</p>", "<p>一类疗|法。</p>"),
        ("<p>说“疗法”。</p>", "<p>说“疗|法”。</p>"),
        ("<p>疗法<sup>[1]</sup>。</p>", "<p>疗|法<sup>[1]</sup>。</p>"),
        ("<p>见<em>疗法</em>。</p>", "<p>见<em>疗|法</em>。</p>"),
        ("<p>用MSC。</p>", "<p>用MSC。</p>"),
        ("<p>第818号</p>", "<p>第818号</p>"),
        ("<ul><li><p>疗法</p></li></ul>", "<ul><li><p>疗|法</p></li></ul>"),
        ("<pre>疗法</pre>", "<pre>疗法</pre>"),
        ("<p>法</p>", "<p>法</p>"),
    ],
)
def test_the_last_two_han_of_a_paragraph_stay_together(written, bound):
    root = lxml.html.fragment_fromstring(written, create_parent="div")
    bind_last_words(root)
    told = (
        lxml.html.tostring(root, encoding="unicode")[5:-6].replace(WORD_JOINER, "|").replace("&#8288;", "|")
    )
    assert told == bound
