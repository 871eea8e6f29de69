"""Pages set wrong on purpose, and right ones that look alike, judged by what is read back from the finished PDF."""

import io
import itertools

import lxml.html
import pikepdf
import pytest
import weasyprint

from report.installation import cache_folder
from report.pages import Block, Glyph, PrintedLine
from report.tagged_pdf import tagging
from report.typography import line_layout
from report.typography.blocks import blocks_of, read_tags
from report.typography.faults import find_faults
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from report.typography.printed import read_lines

STYLE = """
  @page { size: 500px 400px; margin: 20px }
  html { font: 20px/32px 'Jianbao Song' }
  body, p { margin: 0 }
  p { width: 10em }
  div { break-after: page }
  td { padding: 0 4px; vertical-align: top }
  sup { font-size: .6em; line-height: 0 }
  ruby { display: inline-block; text-align: center; line-height: 1 }
  rt { display: block; font-size: .5em }
"""

# Each is set by the renderer's own rules, in a measure of ten ems.
WRONG = {
    "<p>一二三四五六七八九十<br>，甲乙丙": ["FORBIDDEN_START"],
    "<p>一二三四五六<br>）甲乙丙": ["FORBIDDEN_START"],
    "<p>他说：“一二三四五六<br>”甲乙丙": ["FORBIDDEN_START"],
    "<p>一二三四五六七八九十<br>·甲乙丙": ["FORBIDDEN_START"],
    "<p>一二三四五六七八九十<br>～甲乙丙": ["FORBIDDEN_START"],
    "<p>一二三四五六七八九十<br>——甲乙丙": ["FORBIDDEN_START"],
    "<p>一二三四五六七八九十<br><sup>[1]</sup>甲乙丙": ["FORBIDDEN_START"],
    "<p>一二三四五六七八九十<br><sup>[1]</sup>": ["FORBIDDEN_START"],
    "<table><tr><td style='width: 10em'>一二三四五六七八九十<br>、甲乙丙<td>药</table>": ["FORBIDDEN_START"],
    "<p>一二三四五六七八九（<br>甲乙）": ["FORBIDDEN_END"],
    "<p>一二三四五六七八九“<br>甲乙”": ["FORBIDDEN_END"],
    "<p>一二三四五六七八九￥<br>85": ["FORBIDDEN_END"],
    "<p>一二三四五六七八10<sup>6</sup>/<br>kg体重": ["FORBIDDEN_END"],
    "<p>一二三四五六七八九—<br>—甲乙丙": ["MARK_SPLIT"],
    "<p>一二三四五六七八九…<br>…甲乙丙": ["MARK_SPLIT"],
    "<p><span style='letter-spacing: -.3em'>甲乙</span>": ["OVERLAP"],
    "<p><span style='letter-spacing: -.4em'>MSC</span>": ["OVERLAP"],
    "<p>甲。<span style='margin-left: -.5em'>“乙</span>": ["OVERLAP"],
    "<table><tr><td style='max-width: 3em; white-space: nowrap'>甲乙丙丁戊<td>己庚</table>": ["OVERLAP"],
    "<p>一二三四五六七八九十<br>甲": ["LONE_CHARACTER"],
    "<p>一二三四五六七八九十<br>甲。”": ["LONE_CHARACTER"],
    "<p>一二三四五六七八九十<br>甲<sup>[12]</sup>。": ["LONE_CHARACTER"],
    "<h2 style='width: 10em'>一二三四五六七八九十<br>甲</h2>": ["LONE_CHARACTER"],
    "<p><span style='letter-spacing: .4em'>一二三四五六七</span><br>甲乙丙丁戊己庚": [
        "LOOSE",
        "MADE_UP_SPACE",
    ],
    "<p>一二三四五六七2025<br>年甲乙": ["TORN"],
    "<p>一二三四五六七八九5<br>%甲乙": ["FORBIDDEN_START", "TORN"],
    "<p>一二三四五六七八九第<br>3章": ["TORN"],
    "<p>一二三四五六七八20<br>25年": ["TORN"],
    "<p>一二三四五六七八九M<br>SC细胞": ["TORN"],
    "<p>一二<span style='letter-spacing: .3em'>三四</span>五": ["MADE_UP_SPACE"],
    "<p>一二<span style='margin: 0 .4em'>MSC</span>五": ["MADE_UP_SPACE"],
}
RIGHT = [
    # The author ended the line.
    "<p>床前明月光<br>——李白",
    "<p>一二三<br>甲",
    "<p>第<br>3章",
    # It is the first of its paragraph.
    "<p>一二三四五六七八九十</p><p>，甲乙",
    "<table><tr><td>一二三四五六七八九十<td>）</table>",
    "<ul><li>一二三四五六七八九十一二三<li>甲乙</ul>",
    # Marks that Chinese shares with English.
    "<p lang='en' style='margin-left: 1em'>It was said that “stop” was never meant — or so they say — for every use.",
    "<p>一二三四五六七八九为<br>-5℃甲乙",
    # What is longer than its line has to be cut.
    "<p style='margin-left: 2em'>见https://example.org/a/b<br>/c/d/e?f=1&amp;g=2345<br>678",
    "<p style='margin-left: 3em'>12345678901234567890<br>123456",
    # Two words are no torn one.
    "<p>一二三四五六七八Stem<br>Cell甲乙",
    "<p>一二三四五六七八九2<br>是甲乙",
    # Two characters, and columns that have room for no more than one.
    "<p>一二三四五六七八九十<br>甲乙",
    "<p>一二三四五六七八九十<br>MSC",
    "<p style='width: 4em'>一二三四<br>甲",
    # Nothing overlaps.
    "<p>AVATAR Type To fi ffi 10<sup>6</sup>x",
    "<p>甲乙<sup>[1]</sup>丙丁<ruby><rt>gǔ</rt>骨</ruby>髓",
    "<p>一二三四五六七八九十<ruby><rt>gǔ</rt>骨</ruby>髓甲乙",
    "<table><tr><td>甲乙丙<td>丁戊</table>",
    # A design that spaces its letters has them all spaced.
    "<p style='letter-spacing: .12em'>一二三四五六七八九十甲乙丙丁",
    # Spaces that were written, and room between elements that are apart.
    "<p>甲 乙&nbsp;丙 MSC 丁",
    "<p>作用机制<span style='margin-left: 1em'>药物在体内的途径</span>",
    "<p>●<span style='margin-left: .3em'>叫停</span>",
    # A note in a cell is no line of the text before it.
    "<table><tr><td>一二三四五六七八九十<span style='display: block; font-size: 16px'>否</span><td>药</table>",
]


def judge(bodies, style="", lang="zh-Hans"):
    """The faults on each page of a file that has a page for each of the texts."""
    html = "".join(f"<div>{body}</div>" for body in bodies)
    document = weasyprint.HTML(
        string=f"<html lang={lang}><title>x</title><style>{STYLE}{style}</style>{html}"
    )
    data = document.write_pdf(pdf_variant="pdf/ua-1")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        blocks = blocks_of(read_lines(data), read_tags(pdf))
    wanted = "\n".join(lxml.html.fromstring(f"<div>{body}</div>").text_content() for body in bodies)
    found = {number: [] for number in range(1, len(bodies) + 1)}
    for fault in find_faults(blocks, wanted):
        found[fault.page].append(fault)
    return dict(zip(bodies, found.values(), strict=True))


@pytest.fixture(scope="module")
def fontconfig():
    faces = load_registry(bundled_fonts_dir())
    with pytest.MonkeyPatch.context() as patch:
        path = write_fontconfig(cache_folder() / "fonts.conf", faces, cache_folder() / "fontconfig")
        patch.setenv("FONTCONFIG_FILE", str(path))
        tagging.install()
        yield
        tagging.remove()


@pytest.fixture(scope="module")
def judged(fontconfig):
    line_layout.remove()
    return judge([*WRONG, *RIGHT])


@pytest.mark.parametrize("body", WRONG)
def test_what_is_set_wrong_is_found(judged, body):
    assert sorted({fault.kind.name for fault in judged[body]}) == WRONG[body]
    assert all(fault.line for fault in judged[body])


@pytest.mark.parametrize("body", RIGHT)
def test_what_only_looks_alike_is_not(judged, body):
    assert judged[body] == []


TEXT = (
    "国家药监局于2025年1月2日附条件批准艾米迈托赛注射液，用于14岁以上、消化道受累为主、激素治疗失败的急性移植物抗宿主病"
    "（aGVHD）<sup>[3-4]</sup>。美国批准Ryoncil®是在2024年12月18日，剂量每次2×10<sup>6</sup>/kg；“先后”不等于“谁更好”——"
    "适用人群也不同：有效率为12%（95%CI 3%～21%），请看《指导原则》·第3章……见<em>https://example.org/a/b?c=12345678901</em>。"
)


TRADITIONAL = (
    "國家藥監局於2025年1月2日附條件批准艾米邁托賽注射液，用於14歲以上、消化道受累為主、激素治療失敗的急性移植物抗宿主病"
    "（aGVHD）<sup>[3-4]</sup>。業者說：「美國批准Ryoncil®是在2024年12月18日。」『先後』不等於『誰更好』——適用人群也不同！"
    "有效率為12%（95%CI 3%～21%）？「見《指導原則》·第3章……」；名為西蒙·凱茲者：甲、乙，（丙）「丁」。"
)


@pytest.mark.parametrize("family", ["Song", "Kai"])
@pytest.mark.parametrize(
    ("lang", "text"), [("zh-Hans", TEXT), ("zh-Hant-HK", TRADITIONAL), ("zh-Hant-TW", TRADITIONAL)]
)
def test_the_lines_of_the_product_have_no_faults(fontconfig, lang, text, family):
    bodies = [f"<p style='width: {ems / 10}em; text-align: justify'>{text}</p>" for ems in range(120, 240, 7)]
    line_layout.install()
    try:
        found = judge(bodies, f"@page {{ size: 500px 900px }} p {{ font-family: 'Jianbao {family}' }}", lang)
    finally:
        line_layout.remove()
    assert [fault for fault in itertools.chain(*found.values()) if fault.kind.name != "LOOSE"] == []


def line(text, start=0.0, mark=0, font="Song"):
    """A line of one-em glyphs of ten points."""
    places = [start + 10 * index for index in range(len(text))]
    glyphs = [
        Glyph(char, x, 0, x + 10, x, x + 10, 10, font, False, mark)
        for char, x in zip(text, places, strict=True)
    ]
    return PrintedLine(1, 0, tuple(glyphs))


@pytest.mark.parametrize("char", ["\u2f42", "\u2e80", "\uf900", "\U0002f800", "\ue123", "\U000f0001"])
def test_characters_for_compatibility_are_found_unless_they_were_written(char):
    blocks = [Block("P", (line(f"中{char}"),))]
    (fault,) = find_faults(blocks, "中文")
    assert (fault.kind.name, fault.page) == ("COMPATIBILITY", 1)
    assert f"U+{ord(char):04X}" in fault.what
    assert list(find_faults(blocks, f"中{char}")) == []


@pytest.mark.parametrize("height", [0, 0.01, 3, -4])
def test_what_lies_over_the_text_of_another_block_is_found(height):
    over = line("丁", start=25, mark=1)
    raised = over._replace(baseline=height, glyphs=tuple(glyph._replace(y=height) for glyph in over.glyphs))
    (fault,) = find_faults([Block("TD", (line("甲乙丙"),)), Block("TD", (raised,))])
    assert fault.what == "'丙' and '丁' overlap by 0.50 em"


def test_what_is_printed_in_one_place_is_a_ligature_only_within_one_text():
    one = line("ff")
    one = one._replace(
        glyphs=tuple(glyph._replace(x=0, right=10, ink_left=0, ink_right=10) for glyph in one.glyphs)
    )
    assert list(find_faults([Block("P", (one,))])) == []
    (fault,) = find_faults([Block("P", (line("1"),)), Block("P", (line("8", mark=1),))])
    assert fault.kind.name == "OVERLAP"


def test_figures_labels_and_what_is_no_paragraph_have_no_line_ends():
    lines = (line("一二三"), line("，四五")._replace(baseline=-20))
    for kind in ("Figure", "Lbl", "RT", ""):
        assert list(find_faults([Block(kind, lines)])) == []
    (fault,) = find_faults([Block("P", lines)])
    assert fault.kind.name == "FORBIDDEN_START"
