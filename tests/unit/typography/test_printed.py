"""Lines, blocks and passages read back from pages whose lines are known."""

import io

import pikepdf
import pypdfium2
import pytest
import weasyprint

from report.installation import cache_folder
from report.tagged_pdf import tagging
from report.typography import line_layout
from report.typography.blocks import blocks_of, passages_of, read_tags
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from report.typography.printed import glyphs_of, read_lines

STYLE = """
  @page { size: 400px 300px; margin: 40px 20px 20px; @top-left { content: '眉'; vertical-align: top } }
  html { font: 20px/32px 'Jianbao Song' }
  body, p { margin: 0 }
  sup { font-size: .6em; line-height: 0; vertical-align: super }
  ruby { display: inline-block; text-align: center; line-height: 1 }
  rt { display: block; font-size: .5em }
  td { padding: 0 }
"""
DRAWING = (
    "<svg width='100' height='40' viewBox='0 0 100 40'><title>图</title>"
    "<text x='0' y='20'>甲</text><text x='60' y='36'>乙丙</text></svg>"
)


@pytest.fixture(scope="module", autouse=True)
def bundled_fonts():
    faces = load_registry(bundled_fonts_dir())
    with pytest.MonkeyPatch.context() as patch:
        path = write_fontconfig(cache_folder() / "fonts.conf", faces, cache_folder() / "fontconfig")
        patch.setenv("FONTCONFIG_FILE", str(path))
        line_layout.remove()
        tagging.install()
        yield
        tagging.remove()


def printed(body, style="", variant="pdf/ua-1"):
    html = f"<html lang=zh-Hans><title>x</title><style>{STYLE}{style}</style>{body}"
    return weasyprint.HTML(string=html).write_pdf(pdf_variant=variant)


def lines(body, style=""):
    return [line.text for line in read_lines(printed(body, style)) if line.text != "眉"]


def blocks(body, style="", variant="pdf/ua-1"):
    data = printed(body, style, variant)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = blocks_of(read_lines(data), read_tags(pdf))
    return [(block.kind, *(line.text for line in block.lines)) for block in found]


def passages(body):
    data = printed(body)
    with pikepdf.open(io.BytesIO(data)) as pdf, pypdfium2.PdfDocument(data) as document:
        return passages_of([glyphs_of(page.get_textpage()) for page in document], read_tags(pdf))


def test_lines_come_from_top_to_bottom_and_from_left_to_right():
    body = "<table style='width: 100%'><tr><td>甲乙<td style='text-align: right'>丙</table><p>丁<br>戊"
    assert lines(body) == ["甲乙", "丙", "丁", "戊"]


def test_what_is_raised_belongs_to_its_line():
    assert lines("<p>甲<sup>[1]</sup>乙<br>10<sup>6</sup>") == ["甲[1]乙", "106"]


def test_a_glyph_has_its_places_in_points():
    (line,) = [line for line in read_lines(printed("<p>甲，乙")) if line.text != "眉"]
    first, comma, _ = line.glyphs
    assert line.page == 1
    assert [glyph.text for glyph in line.glyphs] == ["甲", "，", "乙"]
    assert (first.size, first.font) == (pytest.approx(15), "Jianbao-Song")
    assert first.x == pytest.approx(15)
    assert comma.x == pytest.approx(first.right) == pytest.approx(30)
    # The ink of a comma stands on its left half.
    assert comma.ink_right - comma.x < 7.5 < comma.right - comma.x
    assert {glyph.y for glyph in line.glyphs} == {line.baseline}


def test_a_space_that_the_reader_makes_up_follows_what_it_parts():
    (line,) = [
        line for line in read_lines(printed("<p>甲乙丙<b style='margin-left: 1em'>丁戊")) if line.text != "眉"
    ]
    assert [(glyph.text, glyph.is_generated) for glyph in line.glyphs] == [
        *(("甲", False), ("乙", False), ("丙", False)),
        (" ", True),
        *(("丁", False), ("戊", False)),
    ]


def test_a_hyphen_at_the_end_of_a_line_is_one():
    body = "<p lang=en style='width: 6em; hyphens: manual; hyphenate-character: \"-\"'>inter&shy;national"
    assert lines(body) == ["inter-", "national"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"text"])
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(ValueError, match="no PDF that can be read"):
        read_lines(data)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>甲<b>乙</b><br><b>丙</b><br>丁", [("P", "甲乙", "丙", "丁")]),
        ("<h2>甲<br>乙</h2><p>丙", [("H2", "甲", "乙"), ("P", "丙")]),
        ("<p>甲<a href='https://a.example'>乙<br>丙</a>丁", [("P", "甲乙", "丙丁")]),
        (
            "<table><tr><th>甲乙<td>丙<br>丁<tr><td>戊<td>己</table>",
            [("TH", "甲乙"), ("TD", "丙", "丁"), ("TD", "戊"), ("TD", "己")],
        ),
        # Boxes of their own in a cell: blocks have tags, and what stands in a line of its own is told by that.
        (
            "<table><tr><td>甲<span style='display: block'>乙<br>丙</span>丁</table>",
            [("P", "甲"), ("P", "乙", "丙"), ("P", "丁")],
        ),
        ("<table><tr><td>甲<span style='display: block'>乙</span></table>", [("P", "甲"), ("P", "乙")]),
        (
            "<table><tr><td>甲<br><span style='display: inline-block'>乙</span></table>",
            [("TD", "甲"), ("TD", "乙")],
        ),
        # A gloss is no line of its paragraph.
        ("<p>甲<ruby><rt>gǔ</rt>骨</ruby>髓", [("P", "甲骨髓"), ("RT", "gǔ")]),
        ("<p>甲<br><sup>[1]</sup>", [("P", "甲", "[1]")]),
        (f"<p>甲</p>{DRAWING}", [("P", "甲"), ("Figure", "甲"), ("Figure", "乙丙")]),
        ("<div>甲<br>乙</div>", [("P", "甲", "乙")]),
        ("<ul style='list-style: none'><li>甲<br>乙<li>丙</ul>", [("LBody", "甲", "乙"), ("LBody", "丙")]),
    ],
)
def test_lines_are_gathered_by_their_tags(body, expected):
    # What no tag holds comes last, each line by itself.
    assert blocks(body) == [*expected, ("", "眉")]


def test_a_made_up_space_belongs_to_the_block_it_stands_in():
    body = (
        "<p>甲乙丙<b style='margin-left: 1em'>丁戊己</b></p>"
        "<table><tr><td>甲乙丙<td style='padding-left: 1em'>丁戊己</table>"
    )
    data = printed(body, "@page { @top-left { content: '眉毛毛' ; letter-spacing: 1em } }")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = blocks_of(read_lines(data), read_tags(pdf))
    assert ["".join(glyph.text for glyph in block.lines[0].glyphs) for block in found] == [
        "甲乙丙 丁戊己",
        "甲乙丙",
        "丁戊己",
        "眉 毛 毛",
    ]


def test_a_file_without_tags_has_lines_alone():
    assert blocks("<p>甲<br>乙", variant=None) == [("", "眉"), ("", "甲"), ("", "乙")]


def test_a_paragraph_that_runs_on_over_a_page_is_two_blocks():
    body = "<p style='orphans: 1; widows: 1'>" + "<br>".join("甲乙丙丁戊己庚辛壬癸")
    assert [len(block) - 1 for block in blocks(body) if block[0] == "P"] == [7, 3]


def test_passages_come_in_the_order_of_the_tags():
    body = f"<table><tr><td>甲<br>乙<td>丙<b>丁</b></table>{DRAWING}"
    assert passages(body) == ("甲", "乙", "丙", "丁", "甲", "乙丙", "眉")


def test_damaged_tags_are_passed_over():
    with pikepdf.open(io.BytesIO(printed("<p>甲"))) as pdf:
        sound = read_tags(pdf)
        document = pdf.Root.StructTreeRoot.K[0]
        paragraph = document.K
        broken = [document, paragraph, pikepdf.Name.K, pikepdf.Array([1]), pikepdf.Dictionary(MCID="x")]
        paragraph.K = pikepdf.Array([paragraph.K, *broken])
        paragraph.K.append(pikepdf.Dictionary(S=pikepdf.Name.Span, Pg=3))
        assert read_tags(pdf) == sound
        assert len(sound) == 1
        pdf.Root.StructTreeRoot = pikepdf.Array()
        assert read_tags(pdf) == ()
