"""Roles and lists on the finished page: what is drawn under text and above it, in which faces, and what is copied."""

import ctypes
import dataclasses
import io
import itertools
import re

import pikepdf
import pypdfium2
import pytest
import weasyprint  # noqa: F401 - the children that export fork need not import it again
from pypdfium2 import raw

from report.compose.finder import Finder
from report.compose.markup import convert, new_converter
from report.compose.numbering import Numbering
from report.compose.tree import TreePass
from report.formats import pdf
from report.pages import Page
from report.positions import SourceFile
from report.sandbox import Worker
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from tests.dsl import ROOT

SHEETS = "".join((ROOT / f"templates/css/{name}.css").read_text("utf-8") for name in ("theme", "base"))
SIZE = 11.0
LEADING = SIZE * 1.75


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Return a function: the PDF of a section's Markdown, `ems` wide."""
    folder = tmp_path_factory.mktemp("fonts")
    fontconfig = write_fontconfig(folder / "fonts.conf", load_registry(bundled_fonts_dir()), folder / "cache")

    def run(text, ems=30):
        made = TreePass(Numbering(), frozenset(), lambda *_: None, {}, {})
        body = made.run("x", convert(new_converter(), text), Finder(SourceFile("x", text), 0, {})).html
        assert not made.findings
        page = f"@page {{ size: {ems * SIZE + 60}pt 900pt; margin: 30pt }}"
        head = f"<head><title>题</title><style>{SHEETS}{page}</style></head>"
        html = (
            f'<!DOCTYPE html><html lang="zh-Hans">{head}<body><div class="prose">{body}</div></body></html>'
        )
        with Worker(pdf.export, name="making the pdf", prepare=lambda: pdf.prepare(fontconfig)) as worker:
            exported = worker.run(Page(html, {}))
        assert not exported.messages
        return exported.data

    return run


@dataclasses.dataclass(frozen=True)
class Char:
    text: str
    x: float
    y: float
    size: float
    font: str


def characters(data):
    """The printed characters of the first page in the order in which they are copied."""
    with pypdfium2.PdfDocument(data) as document:
        text_page = document[0].get_textpage()
        return [
            read(text_page.raw, index)
            for index in range(text_page.count_chars())
            if is_printed(text_page.raw, index)
        ]


def is_printed(page, index):
    return (
        not raw.FPDFText_IsGenerated(page, index) and chr(raw.FPDFText_GetUnicode(page, index)) not in "\r\n"
    )


def read(page, index):
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(page, index, x, y)
    name = ctypes.create_string_buffer(100)
    raw.FPDFText_GetFontInfo(page, index, name, len(name), ctypes.c_int())
    font = name.value.decode().rpartition("+")[2]
    # WeasyPrint draws in CSS pixels.
    size = round(raw.FPDFText_GetFontSize(page, index) * 0.75, 3)
    return Char(chr(raw.FPDFText_GetUnicode(page, index)), x.value, y.value, size, font)


def objects(data, kind):
    with pypdfium2.PdfDocument(data) as document:
        yield from (item.raw for item in document[0].get_objects(filter=(kind,)))


def paths(data):
    """The points of every path of the first page, on the page."""
    for item in objects(data, raw.FPDF_PAGEOBJ_PATH):
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, matrix)
        points = []
        for index in range(raw.FPDFPath_CountSegments(item)):
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(item, index), x, y)
            points.append(
                (
                    matrix.a * x.value + matrix.c * y.value + matrix.e,
                    matrix.b * x.value + matrix.d * y.value + matrix.f,
                )
            )
        yield points


def dots(data):
    """Where a line of no length is drawn."""
    return [
        first
        for points in paths(data)
        for first, second in zip(points[::2], points[1::2], strict=False)
        if first == second
    ]


def copied(data):
    with pypdfium2.PdfDocument(data) as document:
        return document[0].get_textpage().get_text_bounded().replace("\r\n", "\n").strip()


# Enough for justified lines at the narrow measures.
AROUND = "这里写一些文字，使这一行写满以后换到下一行"


@pytest.mark.parametrize("ems", [30, 13])
def test_a_dot_stands_under_each_han_and_under_nothing_else(export, ems):
    data = export(f"{AROUND}[重点、治疗（MSC）“细胞”*楷体*]{{.role-dots}}，{AROUND}。", ems)
    stressed = [char for char in characters(data) if char.text in "重点治疗细胞楷体"]
    assert len(dots(data)) == len(stressed) == 8
    for char, (x, y) in zip(stressed, dots(data), strict=True):
        assert x == pytest.approx(char.x + SIZE / 2, abs=0.05 * SIZE)
        assert 0.2 * SIZE < char.y - y < 0.45 * SIZE


def test_what_is_drawn_under_text_is_no_text(export):
    text = (
        f"{AROUND}[重点]{{.role-dots}}、[李时珍]{{.role-name}}[张仲景]{{.role-name}}、[本草]{{.role-work}}。"
    )
    marked, plain = (copied(export(part)) for part in (text, "".join(re.split(r"[\[\]]|\{.*?\}", text))))
    assert marked == plain


def test_a_wave_is_as_wide_as_its_text_and_smooth_to_its_end(export):
    data = export("[本草纲目]{.role-work}。")
    first, *_, last = (char for char in characters(data) if char.text in "本草纲目")
    (wave,) = (points for points in paths(data) if len(points) > 12)
    assert wave[0][0] == pytest.approx(first.x, abs=0.1)
    assert wave[-1][0] == pytest.approx(last.x + SIZE, abs=0.1)
    assert wave[0][1] == pytest.approx(wave[-1][1], abs=0.01)
    assert 0.1 * SIZE < max(y for _, y in wave) - min(y for _, y in wave) < 0.2 * SIZE


def test_lines_of_neighbours_do_not_meet(export):
    data = export("[李时珍]{.role-name}[张仲景]{.role-name}。")
    lines = sorted((min(x for x, _ in points), max(x for x, _ in points)) for points in paths(data))
    assert len(lines) == 2
    assert 0.05 * SIZE < lines[1][0] - lines[0][1] < 0.1 * SIZE


def test_a_gloss_is_copied_whole_in_front_of_its_base(export):
    text = '到[重庆]{ruby="chóng qìng"}市，<ruby>骨<rt>gǔ</rt>髓<rt>suǐ</rt></ruby>，[人民]{ruby="rénmín"}。'
    printed = "".join(char.text for char in characters(export(text)))
    assert printed.replace(" ", "") == "到chóngqìng重庆市，gǔsuǐ骨髓，rénmín人民。"


def test_a_syllable_stands_above_its_own_character(export):
    chars = {char.text: char for char in characters(export('[阿姨]{ruby="ā yí"}。'))}
    for syllable, base in (("ā", "阿"), ("í", "姨")):
        assert chars[syllable].size == SIZE / 2
        assert 0.8 * SIZE < chars[syllable].y - chars[base].y < 1.2 * SIZE
        assert 0.2 * SIZE < chars[syllable].x - chars[base].x < 0.7 * SIZE


def test_long_syllables_do_not_meet(export):
    printed = [char for char in characters(export('[装状]{ruby="zhuāng zhuàng"}。')) if char.size == SIZE / 2]
    syllables = [char for char in printed if char.text == "z"]
    ends = [char for char in printed if char.text == "g"]
    assert syllables[1].x - ends[0].x > 0.5 * SIZE / 2 + 0.5


MIXED = (
    "宋体*楷体***粗体**[黑体]{.role-hei}[术语]{.role-term}[楷]{.role-kai}[小字]{.role-small}`代码`、x^2^。"
)


def test_no_mark_in_a_text_moves_its_line(export):
    data = export(f"{AROUND}。{AROUND}\n\n{MIXED}{AROUND}。{MIXED}{AROUND}{AROUND}", 22)
    lines = sorted({round(char.y, 1) for char in characters(data) if char.size == SIZE}, reverse=True)
    assert len(lines) > 5
    for upper, lower in itertools.pairwise(lines):
        assert upper - lower == pytest.approx(LEADING, abs=0.15)


FACES = {
    "*甲*": "Kai",
    "**乙**": "Song-Bold",
    "***丙***": "Song-Bold",
    "*子**丁***": "Song-Bold",
    "> 子**戊**": "Song-Bold",
    "> 子*己*": "Kai",
    "[庚]{.role-kai}": "Kai",
    "**[辛]{.role-kai}**": "Song-Bold",
    "[子**壬**]{.role-kai}": "Song-Bold",
    "[癸]{.role-hei}": "Hei",
    "[天]{.role-term}": "Hei-Bold",
    "## *地*": "Kai",
    "## [玄]{.role-kai}": "Kai",
    "## 黄": "Hei-Bold",
    "[宇]{.role-dots}": "Song",
    '[宙]{ruby="zhòu"}': "Song",
}


def test_a_mark_chooses_a_face_that_there_is(export):
    text = "\n\n".join(FACES)
    faces = [
        char.font for char in characters(export(text, 60)) if char.text in "甲乙丙丁戊己庚辛壬癸天地玄黄宇宙"
    ]
    assert faces == [f"Jianbao-{face}" for face in FACES.values()]


def test_no_weight_and_no_slant_is_made_up(export):
    data = export(f"## *楷*标题\n\n{MIXED}***粗楷***\n\n> 甲**乙***丙*\n\n一、甲\n二、*乙*")
    for item in objects(data, raw.FPDF_PAGEOBJ_TEXT):
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, matrix)
        assert (matrix.b, matrix.c) == (0, 0)
        assert abs(matrix.a) == pytest.approx(abs(matrix.d))
        assert raw.FPDFTextObj_GetTextRenderMode(item) == raw.FPDF_TEXTRENDERMODE_FILL


LIST = """一、登记
    （一）核对
        1. 身份证
            （1）原件
                ① 正面
                ② 反面
    （二）填表
二、接种

间隔。

三、留观

- 过敏
    - 发热

9. 九
10. 十
"""


def test_numbers_are_copied_in_front_of_their_items(export):
    text = copied(export(LIST))
    assert text.replace(" ", "").split("\n") == [
        *("一、登记", "（一）核对", "1.身份证", "（1）原件", "①正面", "②反面", "（二）填表", "二、接种"),
        *("间隔。", "三、留观", "•过敏", "◦发热", "9.九", "10.十"),
    ]


def test_items_of_a_list_begin_below_each_other(export):
    begins = {char.text: char.x for char in characters(export(LIST))}
    assert begins["登"] == pytest.approx(begins["留"], abs=0.05)
    assert begins["正"] == pytest.approx(begins["反"], abs=0.05)
    assert begins["九"] == pytest.approx(begins["十"], abs=0.05)
    assert begins["登"] == pytest.approx(30 + 2 * SIZE, abs=0.05)


def test_a_number_is_tagged_as_the_label_of_its_item(export):
    with pikepdf.open(io.BytesIO(export("一、甲\n二、乙"))) as document:
        items = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/LI"
        ]
        kinds = [[str(kid.S) for kid in item.K] for item in items]
    assert len(kinds) == 2
    assert all(kind[0] == "/Lbl" and "/Lbl" not in kind[1:] for kind in kinds)
