"""Which characters a face has to have, after the cascade of CSS."""

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.pages import FontFile
from report.publication.documents import cut
from report.typography.embedding import covered, subset_font
from report.typography.face_use import characters_by_font
from report.typography.fonts import bundled_fonts_dir, load_registry

FONTS = tuple(FontFile(face.family, face.weight, face.path) for face in load_registry(bundled_fonts_dir()))
HEI = '"Jianbao Hei"'


def used(body, css, fonts=FONTS):
    page = lxml.html.document_fromstring(f'<html><body><div data-document="a">{body}</div></body></html>')
    roots = [item.root for item in cut(page, "zh-Hans")]
    found = characters_by_font(roots, css, fonts)
    return {f"{font.family.split()[1]} {font.weight}": "".join(sorted(text)) for font, text in found.items()}


@pytest.mark.parametrize(
    ("body", "css", "expected"),
    [
        ("<p>甲</p>", "", {}),
        ("<p>甲</p>", "p { font-family: serif }", {}),
        ("<p>甲<b>乙</b></p>", f"p {{ font-family: {HEI} }}", {"Hei 400": "甲", "Hei 700": "乙"}),
        ("<p>甲<i>乙</i>丙</p>", f"i {{ font-family: {HEI}, serif }}", {"Hei 400": "乙"}),
        ("<h1>甲</h1>", f"h1 {{ font-family: {HEI} }}", {"Hei 700": "甲"}),
        ("<h1>甲</h1>", f"h1 {{ font-family: {HEI}; font-weight: normal }}", {"Hei 400": "甲"}),
        ("<p>甲</p>", f"p {{ font-family: {HEI}; font-weight: 600 }}", {"Hei 700": "甲"}),
        ("<p><i>甲</i></p>", f"p {{ font-family: {HEI} }} i {{ font-family: serif }}", {}),
        ("<p>甲</p>", f"p {{ font-family: {HEI} }} body p {{ font-family: serif }}", {}),
        ("<p class='a'>甲</p>", f".a {{ font-family: {HEI} }} p {{ font-family: serif }}", {"Hei 400": "甲"}),
        ("<p>甲</p>", 'p { font-family: "No Such", "Jianbao Kai" }', {"Kai 400": "甲"}),
        ("<p><b>甲</b></p>", 'p { font-family: "Jianbao Kai" }', {"Kai 400": "甲"}),
        (
            "<p title='乙'>甲</p>",
            f'p::before {{ content: "丙" attr(title); font-family: {HEI} }}',
            {"Hei 400": "丙乙"},
        ),
        (
            "<p title='乙'>甲</p>",
            f"p::before {{ content: attr(title); }} p {{ font-family: {HEI} }}",
            {"Hei 400": "乙甲"},
        ),
        (
            "<p>甲</p>",
            f"@media (max-width: 9em) {{ p {{ font-family: {HEI}; font-weight: bold }} }}",
            {"Hei 700": "甲"},
        ),
        (
            "<p>甲</p>",
            f"p {{ font-family: {HEI} }} @media (max-width: 9em) {{ p {{ font-weight: bold }} }}",
            {"Hei 400": "甲", "Hei 700": "甲"},
        ),
        (
            "<p lang='en'>a</p>",
            f"p {{ font-family: serif }} p:lang(en) {{ font-family: {HEI} }}",
            {"Hei 400": "a"},
        ),
        ("<p>甲\n\t乙</p>", f"p {{ font-family: {HEI} }}", {"Hei 400": " 甲乙"}),
        ("<svg><title>甲</title><text>乙</text></svg>", f"body {{ font-family: {HEI} }}", {"Hei 400": "乙"}),
        ("<p>甲</p>", f"p:unknown(x) {{ font-family: {HEI} }} p {{ font-family: {HEI} }}", {"Hei 400": "甲"}),
        ("<p>甲</p>", f"i {{ font-family: inherit }} p {{ font-family: {HEI} }}", {"Hei 400": "甲"}),
    ],
)
def test_a_face_has_what_is_set_in_it(body, css, expected):
    assert used(body, css) == {name: "".join(sorted(text)) for name, text in expected.items()}


def test_a_character_that_the_first_family_lacks_is_set_in_the_next():
    kai, hei = (next(font for font in FONTS if font.family == f"Jianbao {name}") for name in ("Kai", "Hei"))
    lacking = chr(min(covered(hei.path) - covered(kai.path)))
    found = used(f"<p>甲{lacking}</p>", f'p {{ font-family: "Jianbao Kai", {HEI} }}')
    assert found == {"Kai 400": "甲", "Hei 400": lacking}


def test_fonts_that_are_not_given_are_used_for_nothing():
    assert used("<p>甲</p>", f"p {{ font-family: {HEI} }}", ()) == {}


@given(st.sets(st.sampled_from(sorted(covered(FONTS[0].path))), min_size=1, max_size=40))
def test_a_subset_has_exactly_the_characters_asked_for(codes):
    import io

    from fontTools.ttLib import TTFont

    data = subset_font(FONTS[0].path, map(chr, codes))
    assert data == subset_font(FONTS[0].path, reversed([*map(chr, codes)]))
    with TTFont(io.BytesIO(data)) as font:
        assert set(font.getBestCmap()) == codes


def test_characters_that_a_font_lacks_are_passed_over():
    assert subset_font(FONTS[0].path, "甲\U0010fffd") == subset_font(FONTS[0].path, "甲")
