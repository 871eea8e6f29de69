"""Changes to a font's tables that making our fonts takes: cut down, lend, rename, build."""

import io
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

_ENGLISH = (3, 1, 0x409)
_NAMES_KEPT = (0, 7, 8, 9, 10, 11, 12, 13, 14)
# The largest error in font units, of 1000 to the em, where a cubic outline becomes a quadratic one.
_CURVE_ERROR = 0.5
_MODIFIED = "A modified version, cut down and renamed for Jianbao; not the original font."


def subset(font: Any, codes: Collection[int]) -> None:
    """Cut a font down to the given code points, in place; all its layout features stay, its hints go."""
    from fontTools import subset as subsetter

    options = subsetter.Options(
        layout_features=["*"],
        layout_scripts=["*"],
        name_IDs=["*"],
        name_languages=["*"],
        name_legacy=True,
        hinting=False,
        glyph_names=False,
        notdef_outline=True,
        recalc_bounds=True,
        recalc_timestamp=False,
        # STAT describes a place in the variable font that this is a static cut of.
        drop_tables=["STAT", "DSIG", "prep", "gasp"],
    )
    # uharfbuzz packs tables otherwise, where it happens to be installed.
    font.cfg["fontTools.ttLib.tables.otBase:USE_HARFBUZZ_REPACKER"] = False
    cutter = subsetter.Subsetter(options)
    cutter.populate(unicodes=set(codes) & font.getBestCmap().keys())
    cutter.subset(font)


Drawn = tuple[Any, int]
"""An outline as a TrueType glyph without components, and its advance in font units."""


def draw_glyph(source: Any, code: int, scale: float = 1.0, shift: tuple[int, int] = (0, 0)) -> Drawn:
    """Return a character's outline, scaled and then moved to the right and up, and its scaled advance."""
    return draw_named_glyph(source, source.getBestCmap()[code], scale, shift)


def draw_named_glyph(source: Any, name: str, scale: float = 1.0, shift: tuple[int, int] = (0, 0)) -> Drawn:
    """Return the outline of a glyph, scaled and then moved to the right and up, and its scaled advance."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    glyphs = source.getGlyphSet()
    recording = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(recording)
    target = TTGlyphPen(None)
    # PostScript outlines run the other way round and are cubic.
    pen = target if "glyf" in source else Cu2QuPen(target, _CURVE_ERROR, reverse_direction=True)
    recording.replay(TransformPen(pen, (scale, 0, 0, scale, *shift)))
    glyph = target.glyph(round=round)
    glyph.recalcBounds(None)
    return glyph, round(glyphs[name].width * scale)


def add_glyphs(font: Any, source: Any, codes: Iterable[int], scale: float) -> None:
    """Draw characters of another font into a TrueType font, in place, at the end of its glyphs."""
    scale *= font["head"].unitsPerEm / source["head"].unitsPerEm
    names = {code: f"lent{code:04X}" for code in codes}
    append_glyphs(font, {name: draw_glyph(source, code, scale) for code, name in names.items()})
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format in (4, 12):
            table.cmap |= {code: name for code, name in names.items() if code <= 0xFFFF or table.format == 12}
    font["OS/2"].recalcUnicodeRanges(font)


def append_glyphs(font: Any, drawn: Mapping[str, Drawn]) -> None:
    """Put glyphs at the end of those of a TrueType font, in place."""
    order = font.getGlyphOrder()
    for name, (glyph, advance) in drawn.items():
        order.append(name)
        font["glyf"].glyphs[name] = glyph
        font["hmtx"].metrics[name] = (advance, getattr(glyph, "xMin", 0))
        if "vmtx" in font:
            top = font["OS/2"].sTypoAscender - getattr(glyph, "yMax", 0)
            font["vmtx"].metrics[name] = (font["head"].unitsPerEm, top)
    font.setGlyphOrder(order)
    font["glyf"].setGlyphOrder(order)
    font["maxp"].numGlyphs = len(order)


def rename(font: Any, family: str, subfamily: str, weight: int, copyright_notice: str) -> None:
    """Give a font its new name and style, in place; whose work it is and under which licence stays.

    The Open Font License, clause 3: a modified version must not bear a reserved name; clause 2: copyright
    notice and licence go with every copy.
    """
    table = font["name"]
    kept = {number: table.getDebugName(number) for number in _NAMES_KEPT}
    version = table.getDebugName(5)
    postscript = f"{family.replace(' ', '')}-{subfamily}"
    table.names = []
    texts = kept | {
        0: copyright_notice,
        1: family,
        2: subfamily,
        3: f"{version.removeprefix('Version ').partition(';')[0]};Jianbao;{postscript}",
        4: f"{family} {subfamily}",
        5: version,
        6: postscript,
        10: f"{kept[10]}\n{_MODIFIED}" if kept[10] else _MODIFIED,
    }
    for number, text in sorted(texts.items()):
        if text:
            table.setName(text, number, *_ENGLISH)
    os2, head = font["OS/2"], font["head"]
    is_bold = subfamily == "Bold"
    os2.usWeightClass = weight
    # OpenType: bit 5 of fsSelection is BOLD, bit 6 REGULAR, bit 0 ITALIC; bit 0 of macStyle is bold.
    os2.fsSelection = (os2.fsSelection & ~0b1100001) | (0b100000 if is_bold else 0b1000000)
    head.macStyle = 1 if is_bold else 0


def font_bytes(font: Any) -> bytes:
    """Return a font as its file would be."""
    stream = io.BytesIO()
    font.save(stream)
    return stream.getvalue()


def build_font(
    glyphs: Mapping[int, Drawn], names: tuple[str, str, int], model: Path, copyright_notice: str
) -> Any:
    """Return a new font of the given outlines, 1000 units to the em, with a model's line height and times.

    Its bytes are `font_bytes`.

    Args:
        glyphs: Outline and advance by code point, as `draw_glyph` gives them.
        names: Family, subfamily and weight.
        model: The font whose lines its characters will stand in.
        copyright_notice: Whose work the outlines are.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    glyph_names = {code: f"u{code:05X}" for code in sorted(glyphs)}
    outlines = {".notdef": TTGlyphPen(None).glyph()} | {
        glyph_names[code]: glyphs[code][0] for code in glyph_names
    }
    advances = {".notdef": 1000} | {glyph_names[code]: glyphs[code][1] for code in glyph_names}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(outlines))
    builder.setupCharacterMap(glyph_names)
    builder.setupGlyf(outlines)
    bearings = {name: getattr(glyph, "xMin", 0) for name, glyph in outlines.items()}
    builder.setupHorizontalMetrics({name: (advances[name], bearings[name]) for name in outlines})
    with TTFont(model, lazy=True) as font:
        hhea, os2, head = font["hhea"], font["OS/2"], font["head"]
        builder.setupHorizontalHeader(ascent=hhea.ascent, descent=hhea.descent, lineGap=hhea.lineGap)
        vertical = ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent")
        builder.setupOS2(**{key: getattr(os2, key) for key in vertical}, fsSelection=os2.fsSelection)
        builder.updateHead(created=head.created, modified=head.modified)
        licence = {number: font["name"].getDebugName(number) for number in (13, 14)}
    builder.setupNameTable({"version": "Version 1.000"})
    for number, text in licence.items():
        builder.font["name"].setName(text, number, *_ENGLISH)
    rename(builder.font, *names, copyright_notice)
    builder.font["OS/2"].recalcUnicodeRanges(builder.font)
    builder.setupPost(keepGlyphNames=False)
    return builder.font
