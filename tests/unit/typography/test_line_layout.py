"""Pages set with and without the product's line layout, on the bundled fonts."""

import itertools
import re

import pypdfium2
import pytest
import weasyprint
from hypothesis import given, settings
from hypothesis import strategies as st
from weasyprint.formatting_structure import boxes

from report.installation import cache_folder
from report.typography import line_layout
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig

TEXT = (
    "国家药监局于2025年1月2日附条件批准艾米迈托赛注射液，用于14岁以上、消化道受累为主、激素治疗失败的急性移植物抗宿主病"
    "（aGVHD）。美国批准Ryoncil®是在2024年12月18日，两者相隔15天；“先后”不等于“谁更好”，适用人群也不同：请看第三章。"
)
IMAGE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>"
STYLE = """
  @page { size: 600px 400px; margin: 20px }
  html { font: 10px/16px 'Jianbao Song'; text-align: justify; hyphens: auto; hyphenate-character: '-' }
  body { margin: 0 }
  p { margin: 0 0 4px }
"""


@pytest.fixture(scope="module", autouse=True)
def bundled_fonts():
    with pytest.MonkeyPatch.context() as patch:
        faces = load_registry(bundled_fonts_dir())
        fontconfig = write_fontconfig(cache_folder() / "fonts.conf", faces, cache_folder() / "fontconfig")
        patch.setenv("FONTCONFIG_FILE", str(fontconfig))
        line_layout.install()
        yield


def render(body, style="", lang="zh-Hans"):
    html = f'<html lang="{lang}"><style>{STYLE}{style}</style><body>{body}</body></html>'
    return weasyprint.HTML(string=html).render()


def boxes_of(document, kind):
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, kind):
                yield box


def texts_in(box):
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.TextBox):
            yield child.text
        elif isinstance(child, boxes.ReplacedBox):
            yield "\ufffc"
        elif not getattr(child, "is_leader", False):
            yield from texts_in(child)


def lines(document, tag="p"):
    """Text, width, and whether it is the last of its block, of each line of the blocks of a kind."""
    found = []
    for block in boxes_of(document, boxes.BlockBox):
        if block.element_tag == tag:
            own = [child for child in block.children if isinstance(child, boxes.LineBox)]
            found += [("".join(texts_in(line)), line.width, line is own[-1]) for line in own]
    return found


def text_of(document):
    pdf = pypdfium2.PdfDocument(document.write_pdf())
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()


def test_lines_are_flush_with_the_layout_and_not_without():
    def widths():
        document = render(f"<p style='width: 200px'>{TEXT}</p>")
        return [round(width, 1) for _, width, is_last in lines(document) if not is_last]

    assert set(widths()) == {200}
    line_layout.remove()
    try:
        assert len(set(widths())) > 3
    finally:
        line_layout.install()


def test_what_is_printed_is_what_readers_extract():
    document = render(f"<p style='width: 200px'>{TEXT}</p>")
    printed = [text for text, _, _ in lines(document)]
    assert text_of(document).replace("\r", "").split("\n") == printed
    assert "".join(printed) == TEXT


def test_glyphs_end_where_their_line_does():
    document = render(f"<p style='width: 200px'>{TEXT}</p>")
    pdf = pypdfium2.PdfDocument(document.write_pdf())
    page = pdf[0].get_textpage()
    ends = {}
    for index in range(page.count_chars()):
        if page.get_text_range(index, 1).strip():
            _, bottom, right, _ = page.get_charbox(index, loose=True)
            ends[round(bottom)] = right
    rights = sorted(ends.values())[1:]
    # 220 px are 165 pt; a hundredth of an em here and there is lost to rounding.
    assert all(right == pytest.approx(165, abs=0.2) for right in rights)
    pdf.close()


def test_marks_are_halved_across_elements():
    (_, plain, _), *_ = lines(render("<p>他说：“停。”（甲）</p>"))
    (_, parted, _), *_ = lines(render("<p>他说：<b>“停。</b>”<em>（甲）</em></p>"))
    assert plain == parted == 10 * 8


def test_space_between_han_and_latin_is_there_and_is_no_space():
    document = render("<p>用MSC是</p>")
    ((_, width, _),) = lines(document)
    ((_, apart, _),) = lines(render("<p>用</p>"))
    ((_, latin, _),) = lines(render("<p>MSC</p>"))
    assert width == pytest.approx(2 * apart + latin + 2 * 0.167 * 10, abs=0.05)
    assert text_of(document).strip() == "用MSC是"


def test_no_space_at_the_ends_of_a_line():
    first, second, _ = lines(render("<p style='text-align: left; width: 40px'>甲乙丙丁MSC丙丁戊</p>"))
    assert (first[0], first[1]) == ("甲乙丙丁", 40)
    assert second[0].startswith("MSC")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("一<br>二<br><br>三", ["一", "二", "", "三"]),
        ("<em>一二三四五六七八九十甲乙</em>丙丁戊己", ["一二三四五六七八九十", "甲乙丙丁戊己"]),
        (f'一二三四五六七八九<img src="{IMAGE}">。', None),
        (
            "一二三四五六七八<span style='white-space: nowrap'>九十甲乙</span>丙丁",
            ["一二三四五六七八", "九十甲乙丙丁"],
        ),
        ("一二三四五六七八九十<sup>[1]</sup>甲乙丙", None),
        ("一二三四五六七八九十。甲乙丙", None),
    ],
)
def test_lines_of_boxes_within_lines(body, expected):
    document = render(f"<p style='width: 100px; text-align: left'>{body}</p>")
    printed = [text for text, _, _ in lines(document)]
    if expected is not None:
        assert printed == expected
    assert not any(text.startswith(("。", "[", "，")) for text in printed)


def test_edges_of_boxes_are_drawn_once_where_a_line_ends_with_them():
    body = "一二三四五六七<kbd style='padding: 0 5px; border: 1px solid'>八九</kbd>十甲乙丙丁"
    document = render(f"<p style='width: 102px; text-align: left'>{body}</p>")
    first, second = lines(document)
    assert (first[0], first[1]) == ("一二三四五六七八九", 102)
    kbd = [box for box in boxes_of(document, boxes.InlineBox) if box.element_tag == "kbd"]
    assert [(box.padding_left, box.padding_right) for box in kbd if box.children] == [(5, 5)]
    assert second[1] == 50


def test_what_the_layout_does_not_know_is_left_to_the_renderer():
    pre = render("<pre>a  b\n  c</pre>")
    assert [text for text, _, _ in lines(pre, "pre")] == ["a  b", "  c"]
    floating = render(f"<p style='width: 100px'><i style='float: left; width: 20px'>浮</i>{TEXT}</p>")
    assert len(lines(floating)) > 4
    first_letter = render(f"<p>{TEXT}</p>", "p::first-letter { font-size: 20px }")
    assert len(lines(first_letter)) > 1


def test_boxes_that_shrink_to_fit_hold_their_text_on_one_line():
    for text in ("在2025年1月2日", "（甲）乙“丙”", "A药B", "说：“停”"):
        table = f"<table><tr><td>{text}</td><td>{TEXT}</td></tr></table>"
        document = render(f"{table}<p><span style='display: inline-block'>{text}</span></p>")
        cells = [box for box in boxes_of(document, boxes.TableCellBox)]
        assert cells[0].width <= 100
        inline_blocks = [box for box in boxes_of(document, boxes.InlineBlockBox)]
        assert [len(box.children) for box in inline_blocks] == [1]


def test_a_paragraph_goes_on_over_pages_as_it_was_broken():
    style = "@page { size: 240px 90px; margin: 10px } p { width: 200px; orphans: 1; widows: 1 }"
    paged = [text for text, _, _ in lines(render(f"<p>{TEXT}</p>", style))]
    whole = [text for text, _, _ in lines(render(f"<p style='width: 200px'>{TEXT}</p>"))]
    assert paged == whole


def test_alignment_moves_lines_and_leaders_fill_them():
    document = render(
        "<p style='text-align: center; width: 100px'>甲乙</p><p style='text-align: right; width: 100px'>甲乙</p>"
    )
    first, second = (box for box in boxes_of(document, boxes.TextBox))
    assert (first.position_x, second.position_x) == (20 + 40, 20 + 80)
    leading = render("<p style='width: 200px'>目录</p>", "p::after { content: leader('.') '12' }")
    ((_, width, _),) = lines(leading)
    assert width == 200


def test_words_are_hyphenated_only_where_lines_would_be_loose():
    body = "首次命名为Mesenchymal Stromal Cells的细胞"
    narrow = lines(render(f"<p style='width: 80px'>{body}</p>"))
    wide = lines(render(f"<p style='width: 300px'>{body}</p>"))
    assert any(text.endswith("-") for text, _, _ in narrow)
    assert not any("-" in text for text, _, _ in wide)


def test_english_is_justified_by_its_spaces_and_has_narrow_quotes():
    body = "It’s said that “stop” was never meant for every use of cells, only for those that nobody had approved."
    document = render(f"<p style='width: 200px'>{body}</p>", lang="en")
    assert all(width == pytest.approx(200, abs=0.02) for _, width, is_last in lines(document) if not is_last)
    ((_, width, _),) = lines(render("<p>“</p>", lang="en"))
    assert width < 6


_RUNS = st.lists(
    st.tuples(
        st.sampled_from(["", "b", "em", "code", "sup", "a", "kbd"]),
        st.text(alphabet="汉字一二，。：“”（）—…·MSC52%a ", min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(_RUNS, st.integers(40, 200))
def test_no_text_is_lost_or_moved(runs, width):
    body = "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in runs)
    document = render(f"<p style='width: {width}px'>{body}</p>")
    printed = "".join(
        itertools.chain.from_iterable(texts_in(line) for line in boxes_of(document, boxes.LineBox))
    )
    written = "".join(text for _, text in runs)
    assert re.sub(r"\s", "", printed).replace("-", "") == re.sub(r"\s", "", written)


def test_a_ligature_beside_han_keeps_its_letters():
    """A form of the first letter alone in the place of the ligature would print “frst”."""
    text = "用flow法与first法，off时再fi型。"
    assert text_of(render(f"<p style='width: 400px'>{text}</p>")).strip() == text


def test_boxes_in_a_line_follow_page_numbers_that_change():
    # The number is 0 at first, and three digits wide once the last page is known.
    style = (
        "@page { size: 200px 60px; margin: 10px } b { display: inline-block } section { break-before: page }"
    )
    style += " b::after { content: target-counter('#end', page) }"
    pages = "<section>页</section>" * 100 + "<section id='end'>末页</section>"
    document = render(f"<p style='text-align: left; width: 70px'>见第<b></b>页起甲乙丙</p>{pages}", style)
    (first, width, _), *_ = lines(document)
    assert "102" in first
    assert width <= 70
    block = next(box for box in boxes_of(document, boxes.InlineBlockBox))
    assert len(block.children) == 1
