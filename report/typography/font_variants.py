"""Adds the forms to a font that Chinese lines are set with: halved and narrowed marks, Latin letters with a space.

All are composites of glyphs that are there, a few bytes each, and are reached by OpenType features, whose
lookups come behind the font's own; see `variants` for the features. Marks whose blank halves meet are halved by
default (`calt`), so that the font sets well wherever it goes. For zh-Hant, `locl` puts pauses and stops into
the middle of their square, as Taiwan and Hong Kong have them (W3C CLREQ 3.1.3).
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

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
    takes_space,
)

_EM = 1000
_HALF = 500
# The middle of the square that a Han fills, from 880 above the line to 120 below.
_MIDDLE_HEIGHT = 380
_CENTRED_BOTH_WAYS = "、。，．"
_CENTRED_ACROSS = "：；！？"
_TRADITIONAL = ("ZHT ", "ZHH ")
_MIDDLE_DOT = 0xB7
_QUOTES = {0x2018: 1, 0x201C: 1, 0x2019: 0, 0x201D: 0}
# How far a proportional opening quote is moved into the right half of its square.
_QUOTE_SHIFT = 620
_IDEOGRAPHIC_SPACE = 0x3000
# The dash and the joined pair of it, with the ems that they fill (GB/T 15834-2011, 4.10), and the air at their ends.
_DASHES = {0x2014: 1, 0x2E3A: 2}
_DASH_MARGIN = 50
# Features whose forms of digits and letters take spaces as well.
_LATIN_ALTERNATES = ("tnum", "lnum", "onum", "pnum", "sups", "subs", "salt", "zero")

# From a glyph to its form, by feature.
_Substitutions = dict[str, dict[str, str]]


def add_variants(font: Any) -> None:
    """Add all forms to a TrueType font of 1000 units to the em, in place, and the lookups that reach them.

    What the font lacks has no forms. Quotes that are proportional become full-width, and the middle dot becomes
    half an em wide (GB/T 15834-2011, 4.13); what they were is reached by `pwid`.
    """
    if "GSUB" not in font:
        _add_empty_gsub(font)
    glyphs = _Glyphs(font)
    forms: _Substitutions = {}
    _square_quotes(glyphs, forms)
    _widen_dashes(glyphs, forms)
    locl: dict[str, str] = {}
    closing = [glyphs.of(char) for char in CLOSING if glyphs.is_square(char)]
    opening = [glyphs.of(char) for char in OPENING if glyphs.is_square(char)]
    for char in _CENTRED_BOTH_WAYS + _CENTRED_ACROSS:
        if glyphs.is_square(char):
            centred = glyphs.add_centred(glyphs.of(char), both_ways=char in _CENTRED_BOTH_WAYS)
            locl[glyphs.of(char)] = centred
            for feature, advance in _widths():
                forms.setdefault(feature, {})[centred] = glyphs.add(
                    centred, f"{centred}.{feature}", advance, (advance - _EM) // 2
                )
    for name in (*closing, *opening):
        for feature, advance in _widths():
            shift = advance - _EM if name in opening else 0
            forms.setdefault(feature, {})[name] = glyphs.add(name, f"{name}.{feature}", advance, shift)
    for name in _latin(font):
        _add_spaces(glyphs, name, forms)
    glyphs.finish()
    meeting = [*closing, *locl.values()]
    _add_lookups(font, forms, locl, _contexts(glyphs, forms.get(HALF, {}), meeting, opening))
    _drop_features(font, "GPOS", ("chws", "vchw"))


def _widths() -> list[tuple[str, int]]:
    return [(HALF, _HALF), *((feature, round(advance * _EM)) for advance, feature in NARROWED.items())]


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

    def add(self, base: str, name: str, advance: int, shift: int, rise: int = 0) -> str:
        """Add a glyph that is another moved by some units, and return its name."""
        from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

        component = GlyphComponent()
        component.glyphName, component.x, component.y = base, shift, rise
        # ARGS_ARE_XY_VALUES and ROUND_XY_TO_GRID.
        component.flags = 0x6
        glyph = Glyph()
        glyph.numberOfContours = -1
        glyph.components = [component]
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
        return self.add(base, f"{base}.centred", _EM, shift, rise)

    def bounds(self, name: str) -> tuple[int, int]:
        glyph = self._glyf[name]
        return glyph.xMin, glyph.xMax

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


def _square_quotes(glyphs: _Glyphs, forms: _Substitutions) -> None:
    """Give quotes a whole em and the middle dot half of one; the glyphs that they had stay as `pwid`."""
    proportional = forms.setdefault(PROPORTIONAL, {})
    for code, is_opening in _QUOTES.items():
        name = glyphs.cmap.get(code, "")
        if name and glyphs.advance(name) < _EM:
            square = glyphs.add(name, f"{name}.square", _EM, _QUOTE_SHIFT * is_opening)
            proportional[square] = name
            glyphs.remap(code, square)
    name = glyphs.cmap.get(_MIDDLE_DOT, "")
    if name and glyphs.advance(name) != _HALF:
        left, right = glyphs.bounds(name)
        square = glyphs.add(name, f"{name}.middle", _HALF, round(_HALF / 2 - (left + right) / 2))
        proportional[square] = name
        glyphs.remap(_MIDDLE_DOT, square)


def _widen_dashes(glyphs: _Glyphs, forms: _Substitutions) -> None:
    """Let a dash fill its em, and a pair of them two, so that it takes the place of as many Han."""
    for code, ems in _DASHES.items():
        name = glyphs.cmap.get(code, "")
        if name and glyphs.advance(name) != ems * _EM:
            forms.setdefault(PROPORTIONAL, {})[name] = glyphs.duplicate(name, f"{name}.proportional")
            glyphs.widen(name, ems * _EM, _DASH_MARGIN)


def _latin(font: Any) -> list[str]:
    """Return the glyphs, alternates included, of proportional characters that are spaced from Han."""
    hmtx = font["hmtx"]
    found = [
        name
        for code, name in sorted(font.getBestCmap().items())
        if code < 0x2E80 and takes_space(chr(code)) and 0 < hmtx[name][0] < _EM
    ]
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag not in _LATIN_ALTERNATES:
            continue
        for index in record.Feature.LookupListIndex:
            for subtable in table.LookupList.Lookup[index].SubTable:
                mapping = getattr(getattr(subtable, "ExtSubTable", subtable), "mapping", {})
                found += [mapping[name] for name in found if isinstance(mapping.get(name), str)]
    return list(dict.fromkeys(found))


def _add_spaces(glyphs: _Glyphs, name: str, forms: _Substitutions) -> None:
    if not glyphs.has_ink(name):
        return
    gap, advance = round(GAP * _EM), glyphs.advance(name)
    for feature, before, after in ((SPACE_BEFORE, 1, 0), (SPACE_AFTER, 0, 1), (SPACE_AROUND, 1, 1)):
        width = advance + gap * (before + after)
        forms.setdefault(feature, {})[name] = glyphs.add(name, f"{name}.{feature}", width, gap * before)


def _contexts(
    glyphs: _Glyphs, halves: Mapping[str, str], closing: Iterable[str], opening: Iterable[str]
) -> str:
    """Return, as feature file source, where marks are halved of themselves."""
    closers, openers = list(closing), list(opening)
    blanks = [glyphs.cmap[code] for code in (_IDEOGRAPHIC_SPACE, _MIDDLE_DOT) if code in glyphs.cmap]
    halved_openers = [halves[name] for name in openers]
    before = " ".join((*closers, *openers, *(halves[name] for name in closers), *halved_openers, *blanks))
    rules = ""
    if closers:
        rules += f"  sub [{' '.join(closers)}]' lookup {HALF} [{before}];\n"
    if openers:
        rules += f"  sub [{' '.join((*openers, *halved_openers))}] [{' '.join(openers)}]' lookup {HALF};\n"
    return rules


def _add_lookups(font: Any, forms: _Substitutions, locl: Mapping[str, str], contexts: str) -> None:
    """Put the new lookups behind the font's own, and into all its scripts and languages."""
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
    from fontTools.ttLib import newTable

    def lookup(name: str, mapping: Mapping[str, str]) -> str:
        pairs = "".join(f"  sub {base} by {form};\n" for base, form in mapping.items())
        return f"lookup {name} {{\n{pairs}}} {name};\n"

    names = [name for name in sorted(forms) if forms[name]]
    source = "".join(lookup(name, forms[name]) for name in names)
    if locl:
        source = lookup("centred", locl) + source + "feature locl { lookup centred; } locl;\n"
    if contexts:
        source += f"feature calt {{\n{contexts}}} calt;\n"
    source += "".join(f"feature {name} {{ lookup {name}; }} {name};\n" for name in names)
    if not source:
        return
    own = font["GSUB"]
    font["GSUB"] = newTable("GSUB")
    addOpenTypeFeaturesFromString(font, source, tables=["GSUB"])
    added, font["GSUB"] = font["GSUB"].table, own
    _merge(own.table, added)


def _merge(own: Any, added: Any) -> None:
    offset = len(own.LookupList.Lookup)
    for lookup in added.LookupList.Lookup:
        for subtable in lookup.SubTable:
            _move_references(subtable, offset)
        own.LookupList.Lookup.append(lookup)
    own.LookupList.LookupCount = len(own.LookupList.Lookup)
    lookups = {
        record.FeatureTag: [index + offset for index in record.Feature.LookupListIndex]
        for record in added.FeatureList.FeatureRecord
    }
    central = lookups.pop("locl", [])
    for script in own.ScriptList.ScriptRecord:
        systems = script.Script.LangSysRecord
        default = script.Script.DefaultLangSys
        for tag in _TRADITIONAL:
            if default is not None and not any(system.LangSysTag == tag for system in systems):
                systems.append(_language_system(tag, copy.deepcopy(default)))
        systems.sort(key=lambda system: system.LangSysTag)
        script.Script.LangSysCount = len(systems)
    _add_features(own, lookups, lambda tag: True)
    _add_features(own, {"locl": central} if central else {}, lambda tag: tag in _TRADITIONAL)
    _sort_features(own)


def _move_references(subtable: Any, offset: int) -> None:
    """Let a contextual lookup mean the lookups that it meant, in a longer list."""
    for rule_set in (
        getattr(subtable, "SubstLookupRecord", None) or [],
        *(rule.SubstLookupRecord for rules in _rule_sets(subtable) for rule in rules),
    ):
        for record in rule_set:
            record.LookupListIndex += offset


def _rule_sets(subtable: Any) -> list[list[Any]]:
    sets = getattr(subtable, "ChainSubRuleSet", None) or getattr(subtable, "ChainSubClassSet", None) or []
    return [
        getattr(one, "ChainSubRule", None) or getattr(one, "ChainSubClassRule", []) for one in sets if one
    ]


def _language_system(tag: str, system: Any) -> Any:
    from fontTools.ttLib.tables import otTables

    record = otTables.LangSysRecord()
    record.LangSysTag, record.LangSys = tag, system
    return record


def _systems(table: Any) -> Iterable[tuple[str, Any]]:
    for script in table.ScriptList.ScriptRecord:
        if script.Script.DefaultLangSys is not None:
            yield "", script.Script.DefaultLangSys
        for record in script.Script.LangSysRecord:
            yield record.LangSysTag, record.LangSys


def _add_features(table: Any, lookups: Mapping[str, list[int]], is_meant: Any) -> None:
    """Give language systems features, joined with those that they have under the same tag."""
    from fontTools.ttLib.tables import otTables

    records = table.FeatureList.FeatureRecord
    made: dict[tuple[str, tuple[int, ...]], int] = {}
    for tag, system in _systems(table):
        if not is_meant(tag):
            continue
        for feature, indexes in lookups.items():
            present = [index for index in system.FeatureIndex if records[index].FeatureTag == feature]
            known = [one for index in present for one in records[index].Feature.LookupListIndex]
            key = feature, tuple(sorted({*known, *indexes}))
            if key not in made:
                record = otTables.FeatureRecord()
                record.FeatureTag, record.Feature = feature, otTables.Feature()
                record.Feature.FeatureParams = None
                record.Feature.LookupListIndex = list(key[1])
                record.Feature.LookupCount = len(key[1])
                records.append(record)
                made[key] = len(records) - 1
            system.FeatureIndex = [index for index in system.FeatureIndex if index not in present]
            system.FeatureIndex.append(made[key])
            system.FeatureCount = len(system.FeatureIndex)


def _sort_features(table: Any) -> None:
    """Drop features that no language has any more, and order the rest by tag, as OpenType asks."""
    records = table.FeatureList.FeatureRecord
    used = sorted(
        {index for _, system in _systems(table) for index in system.FeatureIndex},
        key=lambda index: (records[index].FeatureTag, index),
    )
    place = {old: new for new, old in enumerate(used)}
    table.FeatureList.FeatureRecord = [records[index] for index in used]
    table.FeatureList.FeatureCount = len(used)
    for _, system in _systems(table):
        system.FeatureIndex = sorted(place[index] for index in system.FeatureIndex)


def _drop_features(font: Any, tag: str, features: tuple[str, ...]) -> None:
    """Take features out of a layout table: what they do is done by glyphs here."""
    if tag not in font:
        return
    table = font[tag].table
    dropped = {
        index for index, record in enumerate(table.FeatureList.FeatureRecord) if record.FeatureTag in features
    }
    for _, system in _systems(table):
        system.FeatureIndex = [index for index in system.FeatureIndex if index not in dropped]
        system.FeatureCount = len(system.FeatureIndex)
    _sort_features(table)


def _add_empty_gsub(font: Any) -> None:
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString

    systems = "".join(
        f"languagesystem {script} dflt;\n" for script in ("DFLT", "grek", "hani", "kana", "latn")
    )
    addOpenTypeFeaturesFromString(font, systems + "feature test { } test;\n", tables=["GSUB"])
