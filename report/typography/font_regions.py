"""Gives a font the forms in which a region writes characters, as `locl` of its languages finds them.

Taiwan and Hong Kong write many characters otherwise than the mainland, 骨 and 角 and 戶 among them, with the same
code points. A font gets a second glyph for each whose outline differs, and a third one only where Hong Kong's form
is not Taiwan's either. So one file serves all locales, and the language that a text is marked with decides.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from report.typography import font_features, font_tables
from report.typography.characters import is_han
from report.typography.font_sources import Region, SourceFont
from report.typography.font_tables import Drawn

_EM = 1000

Drawings = dict[str, dict[int, Drawn]]
"""By OpenType language, the forms of characters that differ from the font's own, drawn."""


def add_regions(
    font: Any, regions: Sequence[tuple[Region, Any]], codes: Set[int], traditional: Set[int]
) -> dict[str, dict[int, str]]:
    """Add glyphs to a TrueType font of 1000 units to the em for what its regions write otherwise, in place.

    Han that the font lacks altogether are added as they are in the first region that has them.

    Args:
        font: The font.
        regions: Each with its font.
        codes: The characters that the font is to have.
        traditional: Those of them that traditional Chinese is written with.

    Returns:
        By OpenType language, the glyphs of the characters that have one of their own.
    """
    for region, source in regions:
        lacking = (source.getBestCmap().keys() & codes) - font.getBestCmap().keys()
        font_tables.add_glyphs(font, source, sorted(filter(_is_han, lacking)), region.font.scale)
    drawings: Drawings = {}
    own: dict[int, Drawn] = {}
    for region, source in regions:
        wanted = source.getBestCmap().keys() & font.getBestCmap().keys()
        if not region.is_akin:
            wanted = set(filter(_is_han, wanted & traditional))
        own |= {code: font_tables.draw_glyph(font, code) for code in wanted - own.keys()}
        drawn = {code: draw_form(region.font, source, code) for code in sorted(wanted)}
        found = {code: form for code, form in drawn.items() if form != own[code]}
        drawings |= dict.fromkeys(region.languages, found)
    forms, glyphs = name_forms(drawings)
    font_tables.append_glyphs(font, glyphs)
    return forms


def _is_han(code: int) -> bool:
    return is_han(chr(code))


def draw_form(font: SourceFont, source: Any, code: int) -> Drawn:
    """Return a form as tall as the font's data say, in the middle of the square that the source gives it."""
    scale = _EM / source["head"].unitsPerEm
    shift = round((1 - font.scale) * _EM / 2), font.rise
    glyph, _ = font_tables.draw_glyph(source, code, font.scale * scale, shift)
    return glyph, round(source["hmtx"][source.getBestCmap()[code]][0] * scale)


def name_forms(
    drawings: Mapping[str, Mapping[int, Drawn]],
) -> tuple[dict[str, dict[int, str]], dict[str, Drawn]]:
    """Return names for forms by language and character, and the glyphs to be added; one for forms that are alike."""
    glyphs: dict[str, Drawn] = {}
    names = {
        language: {code: _name(glyphs, code, by_code[code]) for code in sorted(by_code)}
        for language, by_code in drawings.items()
    }
    return names, glyphs


def _name(glyphs: dict[str, Drawn], code: int, drawn: Drawn) -> str:
    number = 0
    while glyphs.setdefault(name := f"form{code:04X}.{number}", drawn) != drawn:
        number += 1
    return name


def read_forms(font: Any, language: str) -> dict[int, Drawn]:
    """Return the forms that a font has for a language, drawn, by character."""
    mapping = font_features.local_forms(font, language)
    named = {code: mapping[name] for code, name in font.getBestCmap().items() if name in mapping}
    return {code: font_tables.draw_named_glyph(font, name) for code, name in named.items()}
