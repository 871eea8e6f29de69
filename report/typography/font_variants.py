"""Adds the forms to a font that Chinese lines are set with: marks of several widths, Latin letters with a space.

All are composites of glyphs that are there, a few bytes each, and are reached by OpenType features, whose
lookups come behind the font's own; see `variants` for the features. Marks whose blank halves meet are halved by
default (`calt`), so that the font sets well wherever it goes. For zh-Hant, `locl` gives characters the forms of
Taiwan and Hong Kong, which also put pauses and stops into the middle of their square (W3C CLREQ 3.1.3) and give the
middle dot a whole em.
"""

import copy
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from report.typography import font_features
from report.typography.characters import is_han
from report.typography.font_features import Substitutions
from report.typography.variants import (
    CENTRED,
    CENTRED_END,
    CENTRED_END_WIDTH,
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
    WIDENED,
    WIDENED_BY,
    takes_space,
)

_EM = 1000
_HALF = 500
# The middle of the square that a Han fills, from 880 above the line to 120 below.
_MIDDLE_HEIGHT = 380
_CENTRED_BOTH_WAYS = frozenset("、。，．")
# The languages of zh-Hant and zh-Hant-TW, of zh-Hant-HK.
_TRADITIONAL = ("ZHT ", "ZHH ")
_MIDDLE_DOT, _ELLIPSIS, _FULL_STOP = 0xB7, 0x2026, 0x2E
_QUOTES = {0x2018: 1, 0x201C: 1, 0x2019: 0, 0x201D: 0}
# How far a proportional opening quote is moved into the right half of its square.
_QUOTE_SHIFT = 620
_IDEOGRAPHIC_SPACE = 0x3000
# The dash and the joined pair of it, with the ems that they fill (GB/T 15834-2011, 4.10), and the air at their ends.
_DASHES = {0x2014: 1, 0x2E3A: 2}
_DASH_MARGIN = 50
# Features whose forms of digits and letters take spaces as well; of `locl`, the digits outside Chinese.
_LATIN_ALTERNATES = ("locl", "tnum", "lnum", "onum", "pnum", "sups", "subs", "salt", "zero")
_LATIN_LIGATURES = ("ccmp", "liga")
# Behind the Latin, Greek and Cyrillic letters, symbols and punctuation (Unicode, CJK Radicals Supplement).
_FIRST_OF_CJK = 0x2E80


def add_variants(font: Any, regional: Mapping[str, Mapping[int, str]] | None = None) -> None:
    """Add all forms to a TrueType font of 1000 units to the em, in place, and the lookups that reach them.

    What the font lacks has no forms. Quotes that are proportional become full-width, and the middle dot becomes
    half an em wide (GB/T 15834-2011, 5.1.7), in traditional Chinese a whole one; `pwid` gives what suits Latin text.

    Args:
        font: The font.
        regional: By OpenType language, the glyphs of characters that are written otherwise there. Pauses and stops
            without one are moved into the middle of their square.
    """
    glyphs = _Glyphs(font)
    forms: Substitutions = {}
    _square_quotes(glyphs, forms)
    _widen_dashes(glyphs, forms)
    _narrow_ellipsis(glyphs, forms)
    locl = {
        language: {glyphs.cmap[code]: name for code, name in (regional or {}).get(language, {}).items()}
        for language in _TRADITIONAL
    }
    closing = [glyphs.of(char) for char in CLOSING if glyphs.is_square(char)]
    opening = [glyphs.of(char) for char in OPENING if glyphs.is_square(char)]
    centred = _centre(glyphs, locl, CENTRED)
    fixed = _centre(glyphs, locl, CENTRED_FIXED)
    for name in centred:
        for feature, advance in _widths():
            forms.setdefault(feature, {})[name] = glyphs.add(
                name, f"{name}.{feature}", advance, (advance - _EM) // 2
            )
        end = glyphs.add(name, f"{name}.{CENTRED_END}", round(CENTRED_END_WIDTH * _EM), 0)
        forms.setdefault(CENTRED_END, {})[name] = end
    for name in (*closing, *opening):
        for feature, advance in _widths():
            shift = advance - _EM if name in opening else 0
            forms.setdefault(feature, {})[name] = glyphs.add(name, f"{name}.{feature}", advance, shift)
    for name in _latin(font):
        _add_spaces(glyphs, name, forms)
    han = dict.fromkeys(name for code, name in sorted(glyphs.cmap.items()) if is_han(chr(code)))
    han |= dict.fromkeys(form for mapping in locl.values() for name, form in mapping.items() if name in han)
    forms[WIDENED] = {
        name: glyphs.add(name, f"{name}.{WIDENED}", glyphs.advance(name) + round(WIDENED_BY * _EM), 0)
        for name in han
        if glyphs.has_ink(name)
    }
    dots = _widen_middle_dot(glyphs, locl, forms)
    glyphs.finish()
    contexts = _contexts(glyphs, forms.get(HALF, {}), _Marks(closing, opening, centred, fixed, dots))
    font_features.add_substitutions(font, forms, locl, contexts, HALF)
    # These would narrow once more what the glyphs have narrowed.
    font_features.drop_features(font, "GPOS", ("chws", "vchw"))


def _widths() -> list[tuple[str, int]]:
    return [(HALF, _HALF), *((feature, round(advance * _EM)) for advance, feature in MARK_WIDTHS.items())]


class _Glyphs:
    """The glyphs of a font, with new ones at the end."""

    def __init__(self, font: Any) -> None:
        self._font = font
        self.cmap: dict[int, str] = font.getBestCmap()
        self._order = font.getGlyphOrder()
        self._glyf = font["glyf"]
        self._hmtx = font["hmtx"]

    def of(self, char: str) -> str:
        return self.cmap[ord(char)]

    def is_square(self, char: str) -> bool:
        """Return whether the font has a character and gives it a whole em."""
        return ord(char) in self.cmap and self.advance(self.of(char)) == _EM

    def advance(self, name: str) -> int:
        return int(self._hmtx[name][0])

    def add(self, base: str, name: str, advance: int, *shifts: int, rise: int = 0) -> str:
        """Add a glyph that is another moved by some units, once for each shift, and return its name."""
        from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

        glyph = Glyph()
        glyph.numberOfContours = -1
        glyph.components = []
        for shift in shifts:
            component = GlyphComponent()
            component.glyphName, component.x, component.y = base, shift, rise
            # ARGS_ARE_XY_VALUES and ROUND_XY_TO_GRID.
            component.flags = 0x6
            glyph.components.append(component)
        self._order.append(name)
        self._glyf.glyphs[name] = glyph
        glyph.recalcBounds(self._glyf)
        self._hmtx.metrics[name] = (advance, glyph.xMin)
        if "vmtx" in self._font:
            height, top = self._font["vmtx"].metrics[base]
            self._font["vmtx"].metrics[name] = (height, top - rise)
        return name

    def duplicate(self, base: str, name: str) -> str:
        """Add a glyph that stays as another is now."""
        self._order.append(name)
        self._glyf.glyphs[name] = copy.deepcopy(self._glyf[base])
        for table in ("hmtx", "vmtx"):
            if table in self._font:
                self._font[table].metrics[name] = self._font[table].metrics[base]
        return name

    def widen(self, name: str, advance: int, margin: int) -> None:
        """Stretch a glyph of simple outlines across, so that so much air is left at both ends of its advance."""
        glyph = self._glyf[name]
        left, scale = glyph.xMin, (advance - 2 * margin) / (glyph.xMax - glyph.xMin)
        glyph.coordinates.translate((-left, 0))
        glyph.coordinates.scale((scale, 1))
        glyph.coordinates.translate((margin, 0))
        glyph.coordinates.toInt()
        glyph.recalcBounds(self._glyf)
        self._hmtx.metrics[name] = (advance, glyph.xMin)

    def add_centred(self, base: str, *, both_ways: bool) -> str:
        glyph = self._glyf[base]
        shift = round(_EM / 2 - (glyph.xMin + glyph.xMax) / 2)
        rise = round(_MIDDLE_HEIGHT - (glyph.yMin + glyph.yMax) / 2) if both_ways else 0
        return self.add(base, f"{base}.centred", _EM, shift, rise=rise)

    def add_within(self, base: str, name: str, advance: int) -> str:
        """Add a glyph that is another in the middle of another advance."""
        glyph = self._glyf[base]
        return self.add(base, name, advance, round(advance / 2 - (glyph.xMin + glyph.xMax) / 2))

    def has_form(self, name: str, feature: str) -> bool:
        """Return whether a feature of the font itself changes a glyph."""
        return any(name in mapping for mapping in font_features.substitutions(self._font, [feature]))

    def has_ink(self, name: str) -> bool:
        return bool(self._glyf[name].numberOfContours)

    def remap(self, code: int, name: str) -> None:
        """Let a character have another glyph."""
        for table in self._font["cmap"].tables:
            if code in getattr(table, "cmap", {}):
                table.cmap[code] = name
        self.cmap[code] = name

    def finish(self) -> None:
        self._font.setGlyphOrder(self._order)
        self._glyf.setGlyphOrder(self._order)
        self._font["maxp"].numGlyphs = len(self._order)


def _square_quotes(glyphs: _Glyphs, forms: Substitutions) -> None:
    """Give quotes a whole em and the middle dot half of one; the glyphs that they had are `pwid`.

    Where the dot had an em, `pwid` gives it the width of a full stop: mg·kg.
    """
    proportional = forms.setdefault(PROPORTIONAL, {})
    for code, is_opening in _QUOTES.items():
        name = glyphs.cmap.get(code, "")
        if name and glyphs.advance(name) < _EM:
            square = glyphs.add(name, f"{name}.square", _EM, _QUOTE_SHIFT * is_opening)
            proportional[square] = name
            glyphs.remap(code, square)
    name = glyphs.cmap.get(_MIDDLE_DOT, "")
    if name and glyphs.advance(name) != _HALF:
        half = glyphs.add_within(name, f"{name}.middle", _HALF)
        stop = glyphs.cmap.get(_FULL_STOP, "")
        if stop and glyphs.advance(name) > _HALF:
            name = glyphs.add_within(name, f"{name}.proportional", glyphs.advance(stop))
        proportional[half] = name
        glyphs.remap(_MIDDLE_DOT, half)


def _widen_dashes(glyphs: _Glyphs, forms: Substitutions) -> None:
    """Let a dash fill its em, and a pair of them two, so that it takes the place of as many Han."""
    for code, ems in _DASHES.items():
        name = glyphs.cmap.get(code, "")
        if name and glyphs.advance(name) != ems * _EM:
            forms.setdefault(PROPORTIONAL, {})[name] = glyphs.duplicate(name, f"{name}.proportional")
            glyphs.widen(name, ems * _EM, _DASH_MARGIN)


def _narrow_ellipsis(glyphs: _Glyphs, forms: Substitutions) -> None:
    """Let a font whose own features do not do so have dots on the line for Latin text, as three full stops."""
    name, stop = glyphs.cmap.get(_ELLIPSIS, ""), glyphs.cmap.get(_FULL_STOP, "")
    if name and stop and not glyphs.has_form(name, PROPORTIONAL):
        advance = glyphs.advance(stop)
        dots = glyphs.add(stop, f"{name}.proportional", 3 * advance, 0, advance, 2 * advance)
        forms.setdefault(PROPORTIONAL, {})[name] = dots


def _centre(glyphs: _Glyphs, locl: dict[str, dict[str, str]], chars: str) -> list[str]:
    """Let marks have a form in the middle of their square where a language has none yet; return these forms."""
    found: list[str] = []
    for char in chars:
        if not glyphs.is_square(char):
            continue
        name = glyphs.of(char)
        lacking = [mapping for mapping in locl.values() if name not in mapping]
        if lacking:
            centred = glyphs.add_centred(name, both_ways=char in _CENTRED_BOTH_WAYS)
            for mapping in lacking:
                mapping[name] = centred
        found += [mapping[name] for mapping in locl.values()]
    return list(dict.fromkeys(found))


def _widen_middle_dot(glyphs: _Glyphs, locl: dict[str, dict[str, str]], forms: Substitutions) -> list[str]:
    """Give the middle dot a whole em in traditional Chinese; return the dots of Chinese text."""
    name = glyphs.cmap.get(_MIDDLE_DOT, "")
    if not name:
        return []
    wide = glyphs.add_within(name, f"{name}.wide", _EM)
    for mapping in locl.values():
        mapping[name] = wide
    proportional = forms.setdefault(PROPORTIONAL, {})
    if name in proportional:
        proportional[wide] = proportional[name]
    return [name, wide]


def _latin(font: Any) -> list[str]:
    """Return the glyphs, alternates and ligatures included, of characters that are spaced from Han.

    What fills just an em is no Latin letter but a sign for Chinese text, such as ① and ‰.
    """
    hmtx = font["hmtx"]
    found = [
        name
        for code, name in sorted(font.getBestCmap().items())
        if code < _FIRST_OF_CJK and takes_space(chr(code)) and hmtx[name][0] not in (0, _EM)
    ]
    for mapping in font_features.substitutions(font, _LATIN_ALTERNATES):
        found += [mapping[name] for name in found if name in mapping]
    first = set(found)
    found += [name for start, name in font_features.ligatures(font, _LATIN_LIGATURES) if start in first]
    return list(dict.fromkeys(found))


def _add_spaces(glyphs: _Glyphs, name: str, forms: Substitutions) -> None:
    if not glyphs.has_ink(name):
        return
    gap, advance = round(GAP * _EM), glyphs.advance(name)
    for feature, before, after in ((SPACE_BEFORE, 1, 0), (SPACE_AFTER, 0, 1), (SPACE_AROUND, 1, 1)):
        width = advance + gap * (before + after)
        forms.setdefault(feature, {})[name] = glyphs.add(name, f"{name}.{feature}", width, gap * before)


@dataclasses.dataclass(frozen=True, slots=True)
class _Marks:
    """The glyphs of marks, by where their blank is.

    Attributes:
        closing: Those that have it behind.
        opening: Those that have it before.
        centred: Those that have half of it on either side.
        fixed: The same that are never narrowed.
        dots: Middle dots.
    """

    closing: Sequence[str]
    opening: Sequence[str]
    centred: Sequence[str]
    fixed: Sequence[str]
    dots: Sequence[str]


def _contexts(glyphs: _Glyphs, halves: Mapping[str, str], marks: _Marks) -> str:
    """Return, as feature file source, where marks are halved of themselves; see `Paragraph` for the rules."""
    blank = [glyphs.cmap[_IDEOGRAPHIC_SPACE]] if _IDEOGRAPHIC_SPACE in glyphs.cmap else []
    central = [*marks.centred, *marks.fixed]
    closed = [*marks.closing, *(halves[name] for name in marks.closing)]
    opened = [*marks.opening, *(halves[name] for name in marks.opening)]
    rules = [
        (marks.closing, "", [*closed, *opened, *central, *blank, *marks.dots]),
        (marks.centred, "", closed),
        (marks.opening, [*opened, *central, *marks.dots[1:]], ""),
    ]
    return "".join(
        f"  sub {_class(before)} {_class(names)}' lookup {HALF} {_class(behind)};\n"
        for names, before, behind in rules
        if names and (before or behind)
    )


def _class(names: Iterable[str]) -> str:
    return f"[{' '.join(names)}]" if names else ""
