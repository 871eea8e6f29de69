"""Fonts of copies: the glyphs that one copy prints, and nothing that tells of another clinic."""

import io
import re

import pikepdf
import pypdfium2
import pytest
from fontTools import ttLib

from report.copies import FormError
from tests.unit.copies.conftest import filled

# The beginning of 千字文 in traditional characters, which the bundled fonts have.
COMMON = frozenset(
    "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏閏餘成歲律呂調陽雲騰致雨露結為霜金生麗水玉出崑岡"
    "劍號巨闕珠稱夜光果珍李柰菜重芥薑海鹹河淡鱗潛羽翔龍師火帝鳥官人皇始制文字乃服衣裳推位讓國有虞陶唐"
    "弔民伐罪周發殷湯坐朝問道垂拱平章"
)
OWN, OTHER = "青柏社区诊所", "南屿血液病鑫淼"


@pytest.fixture(scope="module")
def made(edition, sheet):
    """The copy of the second of three clinics."""
    return filled(edition, sheet(f"<p>{OTHER}</p>", f"<p>{OWN}<b>门诊</b></p>", f"<p>{OTHER}</p>")[0], 1)


def added_fonts(made):
    """The composite fonts that stand behind the edition."""
    size = int(pikepdf.open(io.BytesIO(made.edition)).trailer["/Size"])
    with made.opened() as document:
        fonts = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary)
            and item.get("/Subtype") == "/Type0"
            and item.objgen[0] >= size
        ]
        for font in fonts:
            descendant = font.DescendantFonts[0]
            program = descendant.FontDescriptor.FontFile2.read_bytes()
            yield font, descendant, program, font.ToUnicode.read_bytes()


def texts_of(to_unicode):
    """Texts by glyph, of a map of characters."""
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for listed in re.findall(rb"beginbfchar(.*?)endbfchar", to_unicode, re.DOTALL)
        for code, text in re.findall(rb"<(\w{4})> <(\w+)>", listed)
    }


def test_only_the_glyphs_of_the_copy_are_embedded(made):
    for _, descendant, program, to_unicode in added_fonts(made):
        texts = texts_of(to_unicode)
        font = ttLib.TTFont(io.BytesIO(program))
        # And .notdef, which every font has.
        assert font["maxp"].numGlyphs == len(texts) + 1
        numbers = [int(item) for item in list(descendant.W)[::2]]
        assert sorted(numbers) == sorted(texts)


def test_the_characters_of_other_clinics_are_nowhere(made):
    found = "".join("".join(texts_of(to_unicode).values()) for *_, to_unicode in added_fonts(made))
    assert sorted(found) == sorted(f"{OWN}门诊")
    assert not set(found) & set(OTHER)
    for font, _, program, _ in added_fonts(made):
        read = ttLib.TTFont(io.BytesIO(program))
        characters = {chr(code) for table in getattr(read.get("cmap"), "tables", ()) for code in table.cmap}
        assert not characters & set(OTHER)
        assert "GSUB" not in read
        assert "GPOS" not in read
        assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))


def test_text_goes_round(made):
    with pypdfium2.PdfDocument(made.copy) as printed:
        text = printed[0].get_textpage().get_text_bounded()
    assert f"{OWN}门诊" in text
    assert OTHER not in text


def test_each_glyph_has_the_width_that_the_font_has(made):
    for _, descendant, program, _ in added_fonts(made):
        font = ttLib.TTFont(io.BytesIO(program))
        unit = font["head"].unitsPerEm / 1000
        order = font.getGlyphOrder()
        items = list(descendant.W)
        for number, widths in zip(items[::2], items[1::2], strict=True):
            assert abs(float(widths[0]) - font["hmtx"][order[int(number)]][0] / unit) <= 1


def test_a_glyph_looks_as_on_the_sheet(edition, sheet):
    """Glyphs have other numbers in a copy: a wrong one would be another character."""
    laid_out, _ = sheet(f"<p>{OTHER}{OWN}</p>", f"<p>{OWN}</p>")
    alone, _ = sheet(f"<p>{OWN}</p>")
    pictures = [page_of(filled(edition, laid_out, 1).copy), page_of(filled(edition, alone).copy)]
    assert pictures[0] == pictures[1]
    assert pictures[0] != page_of(filled(edition, sheet(f"<p>{OWN[::-1]}</p>")[0]).copy)


def page_of(data):
    with pypdfium2.PdfDocument(data) as printed:
        return printed[0].render(scale=1).to_pil().tobytes()


def test_many_characters_are_told_in_several_lists(edition, sheet):
    signs = "".join(sorted(COMMON))
    made = filled(edition, sheet(f"<p>{signs}</p>", style="p { font-size: 8px; line-height: 9px }")[0])
    counts = [
        int(count)
        for *_, to_unicode in added_fonts(made)
        for count in re.findall(rb"(\d+) beginbfchar", to_unicode)
    ]
    assert sum(counts) == len(COMMON) > 100
    assert max(counts) <= 100
    with pypdfium2.PdfDocument(made.copy) as printed:
        text = "".join(printed[0].get_textpage().get_text_bounded().split())
    assert signs in text


def test_a_character_that_no_font_has_is_refused(edition, sheet):
    laid_out, _ = sheet("<p>青\U0003106c柏</p>")
    with pytest.raises(FormError, match="a character that no font has"):
        filled(edition, laid_out)
