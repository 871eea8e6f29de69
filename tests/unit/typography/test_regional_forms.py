"""Which form of a character is drawn in which language: that of its region's source font, outline by outline.

`source_forms.json` holds a digest of each outline of the source fonts, since they are too large to be fetched for a
test; where they have been fetched by `make fonts`, it is held against them.
"""

import functools
import hashlib
import io
import json
import re
from pathlib import Path

import pikepdf
import pytest
import weasyprint
from fontTools.pens.basePen import decomposeQuadraticSegment
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from report.installation import cache_folder
from report.typography import font_sources, line_layout, renderer
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from report.typography.printed import read_lines
from report.typography.shaping import Forms, shape
from report.typography.variants import WIDENED

CHARS = "骨角直真冷次及化戶令說青房過者器為慎填述遍條麥黑草蘋花雪曜免告船望返誤吳衛溫眾着"
FACES = [("Song", 400), ("Song", 700), ("Hei", 400), ("Hei", 700), ("Kai", 400)]
LANGUAGES = {"zh-Hans": "", "zh-Hant": "ZHT ", "zh-Hant-TW": "ZHT ", "zh-Hant-HK": "ZHH "}
SOURCE_FORMS = Path(__file__).with_name("source_forms.json")


def digest(glyph_set, name, scale=1.0, shift=(0, 0)):
    """What tells outlines apart, whatever point a contour begins at, to a unit of a thousand to the em."""
    recording = DecomposingRecordingPen(glyph_set)
    glyph_set[name].draw(TransformPen(recording, (scale, 0, 0, scale, *shift)))
    segments, point, start = set(), None, None
    for command, points in recording.value:
        points = [(round(x), round(y)) for x, y in points]
        if command == "moveTo":
            start = points[0]
        elif command == "closePath":
            segments |= {(point, start)} - {(start, start)}
        else:
            for part in decomposeQuadraticSegment(points) if command == "qCurveTo" else [points]:
                segments.add((point, *part))
                point = part[-1]
        point = points[-1] if points else point
    return hashlib.sha256(repr(sorted(segments, key=repr)).encode()).hexdigest()[:12]


def source_forms(fetch):
    """By face and OpenType language, the digests of the outlines of the source fonts."""
    forms = {}
    for recipe in font_sources.RECIPES:
        sources = {"": recipe.base} | {
            language: region.font for region in recipe.regions for language in region.languages
        }
        forms[f"{recipe.family} {recipe.weight}"] = {
            language: digests_of(source, fetch(source.package) / source.member)
            for language, source in sources.items()
        }
    return forms


def digests_of(source, path):
    with TTFont(path, lazy=True) as font:
        scale = source.scale * 1000 / font["head"].unitsPerEm
        shift = round((1 - source.scale) * 500), source.rise
        glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
        return {char: digest(glyphs, cmap[ord(char)], scale, shift) for char in CHARS}


@pytest.fixture(scope="module")
def expected():
    return json.loads(SOURCE_FORMS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def bundled_fonts():
    with pytest.MonkeyPatch.context() as patch:
        faces = load_registry(bundled_fonts_dir())
        fontconfig = write_fontconfig(cache_folder() / "fonts.conf", faces, cache_folder() / "fontconfig")
        patch.setenv("FONTCONFIG_FILE", str(fontconfig))
        renderer.adapt()
        line_layout.install()
        yield


def pages_of(bodies, style="", lang="zh-Hans"):
    """A PDF with a page for each text."""
    html = "".join(f"<section>{body}</section>" for body in bodies)
    style = f"@page {{ size: 700px 200px; margin: 10px }} section {{ break-after: page }} {style}"
    return weasyprint.HTML(string=f"<html lang={lang}><style>{style}</style>{html}").write_pdf()


def drawn(data):
    """What each page of a PDF draws, as digests of outlines in the order of drawing."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = {}

        def outlines(font):
            if font.objgen not in fonts:
                file = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
                fonts[font.objgen] = TTFont(io.BytesIO(file))
            return fonts[font.objgen]

        return [list(_drawn_on(page, outlines)) for page in pdf.pages]


def _drawn_on(page, outlines):
    yield from _drawn_in(page, page.Resources, outlines)


def _drawn_in(stream, resources, outlines):
    font = None
    for operands, operator in pikepdf.parse_content_stream(stream):
        if str(operator) == "Tf":
            font = outlines(resources.Font[operands[0]])
        elif str(operator) == "TJ":
            for item in operands[0]:
                if isinstance(item, pikepdf.String):
                    data = bytes(item)
                    for place in range(0, len(data), 2):
                        name = font.getGlyphName(int.from_bytes(data[place : place + 2], "big"))
                        yield digest(font.getGlyphSet(), name)
        elif str(operator) == "Do":
            form = resources.XObject[operands[0]]
            if form.Subtype == "/Form":
                yield from _drawn_in(form, form.get("/Resources", resources), outlines)


@functools.cache
def drawn_in(lang):
    """What is drawn of `CHARS` in a language, by face."""
    bodies = [f"<p style=\"font: {weight} 12px 'Jianbao {family}'\">{CHARS}" for family, weight in FACES]
    return dict(zip(FACES, drawn(pages_of(bodies, lang=lang)), strict=True))


@pytest.mark.parametrize("face", FACES, ids=lambda face: f"{face[0]} {face[1]}")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_have_the_forms_of_their_regions_source(expected, lang, face):
    forms = expected[f"Jianbao {face[0]} {face[1]}"][LANGUAGES[lang]]
    assert dict(zip(CHARS, drawn_in(lang)[face], strict=True)) == forms


@pytest.mark.parametrize("face", FACES, ids=lambda face: f"{face[0]} {face[1]}")
def test_the_regions_differ(expected, face):
    mainland, taiwan, hong_kong = (
        expected[f"Jianbao {face[0]} {face[1]}"][language] for language in ("", "ZHT ", "ZHH ")
    )
    assert all(mainland[char] != taiwan[char] for char in "骨角次化過述草青")
    if face[0] == "Kai":
        assert taiwan == hong_kong
    else:
        assert all(hong_kong[char] not in (mainland[char], taiwan[char]) for char in "骨化遍條")
        assert all(mainland[char] == taiwan[char] != hong_kong[char] for char in "直真填慎")
        assert all(mainland[char] != taiwan[char] == hong_kong[char] for char in "角冷令過述雪")
        assert all(mainland[char] == taiwan[char] == hong_kong[char] for char in "為免告者")


def test_the_record_is_that_of_the_sources(expected):
    from report.tools import packages

    folder = cache_folder() / "packages"
    wanted = [
        source.package
        for recipe in font_sources.RECIPES
        for source in (recipe.base, *(region.font for region in recipe.regions))
    ]
    if not all((folder / package.archive).is_file() for package in wanted):
        pytest.skip("the packages of the fonts have not been fetched here (make fonts)")
    assert source_forms(lambda package: packages.fetch(package, folder)) == expected


def test_within_a_page_each_language_has_its_forms(expected):
    body = "<p>骨<span lang=zh-Hans>骨<span lang=zh-Hant-TW>令</span></span><b>令</b>"
    (page,) = drawn(pages_of([body], "* { font: 12px 'Jianbao Song' }", "zh-Hant-HK"))
    forms = expected["Jianbao Song 400"]
    assert page == [forms["ZHH "]["骨"], forms[""]["骨"], forms["ZHT "]["令"], forms["ZHH "]["令"]]


def test_heads_and_pictures_are_in_the_language_of_the_page(expected):
    text = "<text y='15' font-family='Jianbao Hei'>角</text>"
    picture = f"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>{text}</svg>"
    uri = "data:image/svg+xml," + picture.replace("#", "%23")
    style = "@page { @top-left { content: '骨'; font: 12px 'Jianbao Hei' } }"
    forms = expected["Jianbao Hei 400"]
    for lang in ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK"):
        (page,) = drawn(pages_of([f'{picture}<img src="{uri}">'], style, lang))
        own = forms[LANGUAGES[lang]]
        assert sorted(page) == sorted([own["骨"], own["角"], own["角"]])


def style_of(lang, family="Song"):
    from weasyprint.formatting_structure import boxes

    html = f"<p lang='{lang}' style=\"font: 100px 'Jianbao {family}'\">字</p>"
    page = weasyprint.HTML(string=html).render().pages[0]._page_box
    return next(box.style for box in page.descendants() if isinstance(box, boxes.TextBox))


@pytest.mark.parametrize("family", ["Song", "Hei", "Kai"])
def test_regional_forms_are_widened_in_loose_lines(family):
    mainland, hong_kong = (Forms(style_of(lang, family)) for lang in ("zh-Hans", "zh-Hant-HK"))
    for char in "骨角直":
        assert hong_kong.form(char, WIDENED) != mainland.form(char, WIDENED)
        assert hong_kong.advance(char, WIDENED) == pytest.approx(1.05, abs=0.001)


TEXT = (
    "業者說：「骨髓、（幹細胞）。」而『先後』不等於「誰更好」！西蒙·凱茲於2025年1月2日："
    "「MSC？」答：未經核准，不得施行；違者處罰。"
)


@pytest.mark.parametrize("lang", ["zh-Hant-TW", "zh-Hant-HK"])
@pytest.mark.parametrize("family", ["Song", "Hei", "Kai"])
def test_lines_are_drawn_as_they_were_measured(lang, family):
    style = f"* {{ font: 20px/1 'Jianbao {family}'; margin: 0 }} p {{ width: 300px; text-align: justify }}"
    *lines, last = read_lines(pages_of([f"<p>{TEXT}"], style, lang))
    assert len(lines) > 2
    # 310 px are 232.5 pt.
    assert all(line.glyphs[-1].right == pytest.approx(232.5, abs=0.3) for line in lines)
    styled = style_of(lang, family)
    measured = shape("骨髓、（幹細胞）", styled, Forms(styled)).advances
    assert sum(measured) == pytest.approx(7.5 * 100)
    printed = "".join(re.sub(r"\s", "", line.text) for line in [*lines, last])
    assert printed == TEXT


@pytest.mark.parametrize("lang", ["zh-Hant-TW", "zh-Hant-HK"])
@pytest.mark.parametrize("family", ["Song", "Hei", "Kai"])
def test_marks_stand_in_the_middle_with_brackets_near(lang, family):
    style = f"* {{ font: 20px/1 'Jianbao {family}'; margin: 0 }}"
    (line,) = read_lines(pages_of(["<p>甲，「乙。」丙？」丁·戊。"], style, lang))
    size = line.glyphs[0].size
    width = {
        f"{index} {glyph.text}": (glyph.right - glyph.x) / size for index, glyph in enumerate(line.glyphs)
    }
    marks = [
        width[f"{index} {char}"]
        for index, char in ((1, "，"), (2, "「"), (4, "。"), (5, "」"), (7, "？"), (8, "」"))
    ]
    assert marks == pytest.approx([1, 0.5, 0.5, 1, 1, 1], abs=0.01)
    # The last one ends its line.
    assert [width["10 ·"], width["12 。"]] == pytest.approx([1, 0.75], abs=0.01)
    for index in (1, 4, 7, 10):
        glyph = line.glyphs[index]
        before, after = glyph.ink_left - glyph.x, glyph.right - glyph.ink_right
        assert before == pytest.approx(after, abs=0.06 * size), glyph.text
