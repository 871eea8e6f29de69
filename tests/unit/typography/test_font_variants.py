"""The forms that the bundled fonts have for Chinese lines, as the renderer's text engine finds them."""

import pytest
import weasyprint
from weasyprint.formatting_structure import boxes

from report.installation import cache_folder
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from report.typography.shaping import Forms, shape
from report.typography.variants import (
    CLOSING,
    GAP,
    HALF,
    NARROWED,
    OPENING,
    PROPORTIONAL,
    SPACE_AFTER,
    SPACE_AROUND,
    SPACE_BEFORE,
)

FACES = [
    ("Jianbao Song", 400),
    ("Jianbao Song", 700),
    ("Jianbao Hei", 400),
    ("Jianbao Hei", 700),
    ("Jianbao Kai", 400),
]


@pytest.fixture(scope="module", autouse=True)
def bundled_fonts():
    with pytest.MonkeyPatch.context() as patch:
        faces = load_registry(bundled_fonts_dir())
        fontconfig = write_fontconfig(cache_folder() / "fonts.conf", faces, cache_folder() / "fontconfig")
        patch.setenv("FONTCONFIG_FILE", str(fontconfig))
        yield


def style_of(family, weight=400, lang="zh-Hans"):
    html = f"<p lang='{lang}' style=\"font: {weight} 100px '{family}'\">字</p>"
    page = weasyprint.HTML(string=html).render().pages[0]._page_box
    return next(box.style for box in page.descendants() if isinstance(box, boxes.TextBox))


@pytest.fixture(params=FACES, ids=lambda face: f"{face[0]} {face[1]}")
def font(request):
    style = style_of(*request.param)
    return style, Forms(style)


def advances(text, font):
    style, forms = font
    return [round(advance / 100, 3) for advance in shape(text, style, forms).advances]


def test_every_mark_has_its_widths(font):
    _, forms = font
    for char in CLOSING + OPENING:
        assert forms.width(char) == pytest.approx(1, abs=0.001)
        assert forms.advance(char, HALF) == pytest.approx(0.5, abs=0.001)
        for width, feature in NARROWED.items():
            assert forms.advance(char, feature) == pytest.approx(width, abs=0.001)


def test_letters_have_their_space_in_the_advance(font):
    _, forms = font
    for char in "AZaz059%αβ®":
        plain = forms.width(char)
        for feature, spaces in ((SPACE_BEFORE, 1), (SPACE_AFTER, 1), (SPACE_AROUND, 2)):
            assert forms.advance(char, feature) == pytest.approx(plain + spaces * GAP, abs=0.001)
    assert forms.form("字", SPACE_BEFORE) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("。”", [0.5, 1]),
        ("：“", [0.5, 1]),
        ("“（", [1, 0.5]),
        ("）（", [0.5, 1]),
        ("字，字", [1, 1, 1]),
        ("」』）", [0.5, 0.5, 1]),
    ],
)
def test_marks_whose_blanks_meet_are_halved_by_the_font_alone(font, text, expected):
    assert advances(text, font) == expected


def test_dashes_and_dots_fill_what_they_stand_for(font):
    assert sum(advances("——", font)) == 2
    assert sum(advances("……", font)) == 2
    assert advances("甲·乙", font) == [1, 0.5, 1]


def test_quotes_have_narrow_forms_for_latin_text(font):
    _, forms = font
    for char in "“”‘’":
        assert forms.advance(char, PROPORTIONAL) < 0.6


def test_ligatures_of_the_source_go_on_working():
    style = style_of("Jianbao Song")
    assert advances("fi", (style, Forms(style)))[1] == 0


def test_pauses_stand_in_the_middle_for_traditional_chinese(font):
    style, forms = font
    family, weight = style["font_family"][0], style["font_weight"]
    for lang in ("zh-Hant", "zh-Hant-TW", "zh-Hant-HK"):
        traditional = Forms(style_of(family, weight, lang))
        for char in "、。，：；！？":
            assert traditional._shape(char, "") != forms._shape(char, "")
            assert traditional.advance(char, HALF) == pytest.approx(0.5, abs=0.001)
        assert traditional._shape("字", "") == forms._shape("字", "")
