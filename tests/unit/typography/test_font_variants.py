"""The forms that the bundled fonts have for Chinese lines, as the renderer's text engine finds them."""

import pypdfium2
import pytest
import weasyprint
from fontTools.ttLib import TTFont
from weasyprint.formatting_structure import boxes

from report.installation import cache_folder
from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from report.typography.shaping import Forms, shape
from report.typography.variants import (
    CENTRED,
    CENTRED_END,
    CENTRED_FIXED,
    CLOSING,
    GAP,
    HALF,
    MARK_WIDTHS,
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


@pytest.fixture(params=[face.path.name for face in load_registry(bundled_fonts_dir())])
def file(request):
    with TTFont(bundled_fonts_dir() / request.param, lazy=True) as font:
        yield font


def form_of(file, char, *features, language=None):
    """The glyph of a character under features, as the lookups of the font give it in their order."""
    name, table = file.getBestCmap()[ord(char)], file["GSUB"].table
    script = next(one.Script for one in table.ScriptList.ScriptRecord if one.ScriptTag == "latn")
    system = next(
        (one.LangSys for one in script.LangSysRecord if one.LangSysTag == language), script.DefaultLangSys
    )
    records = [table.FeatureList.FeatureRecord[index] for index in system.FeatureIndex]
    wanted = [one.Feature.LookupListIndex for one in records if one.FeatureTag in features]
    for index in sorted({index for indexes in wanted for index in indexes}):
        for subtable in table.LookupList.Lookup[index].SubTable:
            mapping = getattr(getattr(subtable, "ExtSubTable", subtable), "mapping", {})
            name = mapping.get(name, name)
    return name


def outline(file, name):
    coordinates, *_ = file["glyf"][name].getCoordinates(file["glyf"])
    return list(coordinates)


def moved(points, x):
    return [(left + x, up) for left, up in points]


def advances(text, font):
    style, forms = font
    return [round(advance / 100, 3) for advance in shape(text, style, forms).advances]


def test_every_mark_has_its_widths(font):
    _, forms = font
    for char in CLOSING + OPENING:
        assert forms.width(char) == pytest.approx(1, abs=0.001)
        assert forms.advance(char, HALF) == pytest.approx(0.5, abs=0.001)
        for width, feature in MARK_WIDTHS.items():
            assert forms.advance(char, feature) == pytest.approx(width, abs=0.001)


def test_a_mark_keeps_its_shape_in_every_width(file):
    for char in CLOSING + OPENING:
        full = outline(file, form_of(file, char))
        for feature, width in [(HALF, 0.5), *((name, width) for width, name in MARK_WIDTHS.items())]:
            # The blank side gives or takes: of opening marks the left one.
            shift = round(width * 1000) - 1000 if char in OPENING else 0
            assert outline(file, form_of(file, char, feature)) == moved(full, shift), (char, feature)


def test_a_letter_is_moved_by_the_space_before_it(file):
    for char in "AgW5%é₂⁶Жα®":
        plain = outline(file, form_of(file, char))
        for feature, shift in ((SPACE_BEFORE, 167), (SPACE_AFTER, 0), (SPACE_AROUND, 167)):
            name = form_of(file, char, feature)
            assert name != form_of(file, char)
            assert outline(file, name) == moved(plain, shift), (char, feature)


@pytest.mark.parametrize("alternates", ["locl", "sups", "subs"])
def test_alternates_of_digits_have_spaces_too(file, alternates):
    plain = form_of(file, "6", alternates)
    formed = form_of(file, "6", alternates, SPACE_BEFORE)
    assert outline(file, formed) == moved(outline(file, plain), 167)
    assert file["hmtx"][formed][0] == file["hmtx"][plain][0] + 167


def test_letters_have_their_space_in_the_advance(font):
    _, forms = font
    for char in "AZMWaz059%αβ®":
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


def test_latin_text_has_narrow_dots_on_the_line(file):
    dot = form_of(file, "·", PROPORTIONAL)
    assert file["hmtx"][dot][0] < 400
    height = max(up for _, up in outline(file, form_of(file, "…", PROPORTIONAL)))
    assert height == pytest.approx(max(up for _, up in outline(file, form_of(file, "."))), abs=20)


@pytest.mark.parametrize("text", ["fi", "ffi", "fl"])
@pytest.mark.parametrize(("family", "weight"), FACES[:4])
def test_ligatures_of_the_source_go_on_working_and_have_spaces(family, weight, text):
    style = style_of(family, weight)
    forms = Forms(style)
    ligature = forms._shape(text, "")
    for feature, spaces in ((SPACE_BEFORE, 1), (SPACE_AFTER, 1), (SPACE_AROUND, 2)):
        spaced = forms._shape(text, feature)
        assert spaced.glyph != ligature.glyph
        assert spaced.advance == pytest.approx(ligature.advance + spaces * GAP, abs=0.001)


def test_what_was_already_narrowed_is_not_narrowed_again(file):
    if "GPOS" in file:
        tags = {record.FeatureTag for record in file["GPOS"].table.FeatureList.FeatureRecord}
        assert not tags & {"chws", "vchw"}


@pytest.mark.parametrize(("family", "weight"), FACES)
def test_text_in_forms_is_copied_as_it_was_typed(family, weight):
    text = "他说：“（甲·乙）『丙』，《丁》。”——first……〔2型〕！？"
    html = f"<html lang='zh-Hans'><p style=\"font: {weight} 12px '{family}'\">{text}</p>"
    pdf = pypdfium2.PdfDocument(weasyprint.HTML(string=html).write_pdf())
    try:
        assert pdf[0].get_textpage().get_text_bounded().strip() == text
    finally:
        pdf.close()


TRADITIONAL = ("zh-Hant", "zh-Hant-TW", "zh-Hant-HK", "zh-TW", "zh-HK", "zh-MO")


@pytest.fixture
def traditional(font):
    style, _ = font
    styles = [style_of(style["font_family"][0], style["font_weight"], lang) for lang in TRADITIONAL]
    return [(style, Forms(style)) for style in styles]


def test_pauses_stand_in_the_middle_for_traditional_chinese(font, traditional):
    _, mainland = font
    for _, forms in traditional:
        for char in CENTRED:
            assert forms._shape(char, "") != mainland._shape(char, "")
            assert forms.advance(char, HALF) == pytest.approx(0.5, abs=0.001)
            assert forms.advance(char, CENTRED_END) == pytest.approx(0.75, abs=0.001)
            for width, feature in MARK_WIDTHS.items():
                assert forms.advance(char, feature) == pytest.approx(width, abs=0.001)
        assert forms._shape("一", "") == mainland._shape("一", "") or "Kai" in forms._style["font_family"][0]
    assert all(mainland.form(char, CENTRED_END) is None for char in CLOSING + OPENING)


def test_exclamation_and_question_marks_have_one_width_in_traditional_chinese(font, traditional):
    _, mainland = font
    for _, forms in traditional:
        for char in CENTRED_FIXED:
            assert forms._shape(char, "") != mainland._shape(char, "")
            assert forms.width(char) == pytest.approx(1, abs=0.001)
            assert all(forms.form(char, name) is None for name in (HALF, CENTRED_END, *MARK_WIDTHS.values()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("。」", [0.5, 1]),
        ("：「", [1, 0.5]),
        ("？「", [1, 0.5]),
        ("？」", [1, 1]),
        ("」，", [0.5, 1]),
        ("」！", [0.5, 1]),
        ("。』」", [0.5, 0.5, 1]),
        ("「『", [1, 0.5]),
        ("，\u3000", [1, 1]),
        ("》·《", [0.5, 1, 0.5]),
        ("甲·乙", [1, 1, 1]),
    ],
)
def test_traditional_marks_are_halved_by_the_font_as_lines_have_them(traditional, text, expected):
    """The same as `Paragraph` does across elements."""
    for own in traditional:
        assert advances(text, own) == expected


def test_the_dot_has_a_narrow_form_for_latin_text_in_traditional_chinese_too(traditional):
    for _, forms in traditional:
        assert forms.advance("·", PROPORTIONAL) < 0.4
