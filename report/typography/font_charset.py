"""Which characters the bundled fonts get, by the lists that they are on."""

from collections.abc import Iterable, Mapping

# Blocks of Unicode, or the part of one that a page set across may need. Kangxi radicals and compatibility
# ideographs are left out on purpose: they look like ordinary characters and spoil searching in a PDF.
BLOCKS = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x036F),  # Latin-1, Latin Extended-A and -B, IPA, modifier letters, combining marks
    (0x0370, 0x03FF),  # Greek; the Cyrillic of GB 2312 comes with that
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x218F),  # punctuation, super- and subscripts, currency, letterlike, number forms
    (0x2190, 0x23FF),  # arrows, mathematical operators, miscellaneous technical
    (0x2460, 0x25FF),  # enclosed alphanumerics, box drawing, block elements, geometric shapes
    (0x2600, 0x27BF),  # miscellaneous symbols, dingbats
    (0x2B00, 0x2BFF),  # miscellaneous symbols and arrows
    (0x2E3A, 0x2E3B),  # two-em and three-em dash
    (0x3000, 0x30FF),  # CJK punctuation, kana
    (0x3100, 0x312F),  # bopomofo
    (0x31A0, 0x31BF),  # bopomofo extended
    (0x3200, 0x33FF),  # enclosed CJK, CJK compatibility: ㎎ ㎡
    (0xFF01, 0xFF9F),  # full-width forms, half-width katakana
    (0xFFE0, 0xFFE6),  # full-width signs
)


# What comes before C6A1 are the 5,401 characters of Big5's first level, those in common use.
_BIG5_LEVEL_1 = range(0xA440, 0xC67F)
# What OpenCC writes for simplified characters, to Taiwan's or Hong Kong's custom, and none of the lists has.
_CONVERTED = "衞啓嬀巹潙瘻皁砈緼蔿藴衆襉輼醖鉲鉳鋂錼鍅鑀钁钂韝餈"


def collect_charset(unihan: Iterable[str]) -> dict[str, frozenset[int]]:
    """Return the code points the bundled fonts are cut down to, by where they come from.

    Args:
        unihan: The lines of the Unihan database.

    Returns:
        `tgh`, the 通用规范汉字表 of 2013; `iicore`, the International Ideographs Core; `gb2312`, all of
        GB 2312-80; `traditional`, what traditional Chinese is commonly written with: Big5's first level, Hong Kong's
        常用字字形表, and what simplified characters of GB 2312 are converted to; `variants`, the traditional forms of
        the rarer ones; `blocks`, what `BLOCKS` lists.
    """
    fields: dict[str, dict[int, str]] = {
        field: {} for field in ("kTGH", "kIICore", "kBigFive", "kHKGlyph", "kTraditionalVariant")
    }
    for line in unihan:
        if line.startswith("U+"):
            code, field, value = line.rstrip("\n").split("\t", 2)
            if field in fields:
                fields[field][int(code[2:], 16)] = value
    # One cell at a time: of an unassigned one the decoder would take the next one's bytes.
    cells = (bytes([row, cell]) for row in range(0xA1, 0xFE) for cell in range(0xA1, 0xFF))
    gb2312 = frozenset(map(ord, "".join(cell.decode("gb2312", "ignore") for cell in cells)))
    forms = fields["kTraditionalVariant"]
    first_level = (code for code, place in fields["kBigFive"].items() if int(place, 16) in _BIG5_LEVEL_1)
    return {
        "tgh": frozenset(fields["kTGH"]),
        "iicore": frozenset(fields["kIICore"]),
        "gb2312": gb2312,
        "traditional": frozenset({*first_level, *fields["kHKGlyph"], *map(ord, _CONVERTED)})
        | _traditional(gb2312, forms),
        "variants": _traditional(fields["kTGH"], forms),
        "blocks": frozenset(code for first, last in BLOCKS for code in range(first, last + 1)),
    }


def _traditional(codes: Iterable[int], forms: Mapping[int, str]) -> frozenset[int]:
    """Return the traditional forms of simplified characters, given as Unihan gives them: U+6ABC U+6AAF."""
    return frozenset(int(form[2:], 16) for code in codes for form in forms.get(code, "").split())
