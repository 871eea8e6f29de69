"""Which packages the bundled fonts are made from, and which characters they get: data only."""

import dataclasses
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True)
class Package:
    """An archive of a package registry.

    Attributes:
        manager: `npm` or `apt`.
        name: As its manager calls it.
        version: The one version meant.
        archive: The file name its manager gives the archive.
        sha256: Of the archive, hexadecimal.
        licence_file: The path within of the text that grants the licence; empty where none is kept.
        members: The paths within that are wanted.
    """

    manager: str
    name: str
    version: str
    archive: str
    sha256: str
    licence_file: str
    members: tuple[str, ...]

    @property
    def title(self) -> str:
        """Its name as a file name, without the scope."""
        return self.name.rpartition("/")[2]


@dataclasses.dataclass(frozen=True)
class SourceFont:
    """A font in a package.

    Attributes:
        package: Where it is.
        member: Its path within.
        sha256: Of the file, hexadecimal.
        number: Which font of a collection; -1 where the file is one font.
        scale: What its outlines are multiplied by to fit the font they are added to.
    """

    package: Package
    member: str
    sha256: str
    number: int = -1
    scale: float = 1.0


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How one bundled font is made.

    Attributes:
        family: Its new name.
        subfamily: `Regular` or `Bold`.
        weight: As in CSS.
        base: The font that is cut down, its layout features kept.
        supplement: A font of the same design that lends what the base lacks, above all Latin letters.
        fallback: A larger font of the same design, for a character added later.
    """

    family: str
    subfamily: str
    weight: int
    base: SourceFont
    supplement: SourceFont | None = None
    fallback: SourceFont | None = None

    @property
    def file(self) -> str:
        """The name of the font file."""
        return f"{self.family.replace(' ', '')}-{self.subfamily}.ttf"

    @property
    def extra_family(self) -> str:
        """The family of the characters added later."""
        return f"{self.family} Extra"

    @property
    def extra_file(self) -> str:
        """The name of the font file of the characters added later."""
        return f"{self.extra_family.replace(' ', '')}-{self.subfamily}.ttf"

    @property
    def sources(self) -> tuple[SourceFont, ...]:
        """The fonts a character may come from, the best first."""
        return tuple(font for font in (self.base, self.supplement, self.fallback) if font is not None)


def _expo(
    name: str, version: str, sha256: str, font: str, cuts: tuple[str, str] = ("400Regular", "700Bold")
) -> Package:
    fonts = tuple(f"package/{cut}/{font}_{cut}.ttf" for cut in cuts)
    return Package(
        manager="npm",
        name=f"@expo-google-fonts/{name}",
        version=version,
        archive=f"expo-google-fonts-{name}-{version}.tgz",
        sha256=sha256,
        licence_file="package/LICENSE_FONT",
        members=(*fonts, "package/LICENSE_FONT"),
    )


_NOTO_SERIF = _expo(
    "noto-serif-sc",
    "0.4.3",
    "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e",
    "NotoSerifSC",
)
_NOTO_SANS = _expo(
    "noto-sans-sc", "0.4.3", "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59", "NotoSansSC"
)
_SOURCE_SERIF = _expo(
    "source-serif-4",
    "0.4.1",
    "84f0b412fbc9b0b666d6fe04620b2cd2e54bfd49ca61fe0663a9e5beb30afcc4",
    "SourceSerif4",
    ("300Light", "500Medium"),
)
_SOURCE_SANS = _expo(
    "source-sans-3",
    "0.4.1",
    "eb41834f563921e19b18b40bc924b97110983aef800d9cb67b9186f546311828",
    "SourceSans3",
)
_WENKAI_TTF = "./usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"
_WENKAI_LICENCE = "./usr/share/doc/fonts-lxgw-wenkai/copyright"
_WENKAI = Package(
    manager="apt",
    name="fonts-lxgw-wenkai",
    version="1.250+repack-1",
    archive="fonts-lxgw-wenkai_1.250+repack-1_all.deb",
    sha256="6d1e4c4aac78ad32062aefa2c836ee4d6e58f9dcf8b3f4407c9eefe304615318",
    licence_file=_WENKAI_LICENCE,
    members=(_WENKAI_TTF, _WENKAI_LICENCE),
)
_CJK_FOLDER = "./usr/share/fonts/opentype/noto"
_CJK_LICENCE = "./usr/share/doc/fonts-noto-cjk/copyright"
_NOTO_CJK = Package(
    manager="apt",
    name="fonts-noto-cjk",
    version="1:20220127+repack1-1",
    archive="fonts-noto-cjk_1%3a20220127+repack1-1_all.deb",
    sha256="4a2515eb6db3978b897fef9709ed0d2b1f4c6c4df4d83d6c4ef65f71f1b1f502",
    licence_file=_CJK_LICENCE,
    members=(
        *(
            f"{_CJK_FOLDER}/Noto{design}CJK-{cut}.ttc"
            for design in ("Serif", "Sans")
            for cut in ("Regular", "Bold")
        ),
        _CJK_LICENCE,
    ),
)
UNICODE_DATA = Package(
    manager="apt",
    name="unicode-data",
    version="15.0.0-1",
    archive="unicode-data_15.0.0-1_all.deb",
    sha256="5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc",
    licence_file="",
    members=tuple(
        f"./usr/share/unicode/Unihan_{part}.txt.bz2" for part in ("IRGSources", "OtherMappings", "Readings")
    ),
)


def _cjk(design: str, cut: str, sha256: str) -> SourceFont:
    # The third font of each collection is the one for mainland China.
    return SourceFont(_NOTO_CJK, f"{_CJK_FOLDER}/Noto{design}CJK-{cut}.ttc", sha256, number=2)


# The scales make the letters that both fonts have equally high; the Latin letters of the Noto CJK
# fonts are those of Source Serif and Source Sans, enlarged. Those of the serif are lighter than their
# names say: Light and Medium come nearest in the area of ink of a letter.
RECIPES = (
    Recipe(
        "Jianbao Song",
        "Regular",
        400,
        base=SourceFont(
            _NOTO_SERIF,
            "package/400Regular/NotoSerifSC_400Regular.ttf",
            "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
        ),
        supplement=SourceFont(
            _SOURCE_SERIF,
            "package/300Light/SourceSerif4_300Light.ttf",
            "7ee4c600c46fa6e0f25362464a3265a240befe02d384ccf78d2ffbce6c48686f",
            scale=1.06,
        ),
        fallback=_cjk("Serif", "Regular", "a04178ec485dffdff7cc0c0c20e1fce9202d7e2160d805e8e44a4c8841c58481"),
    ),
    Recipe(
        "Jianbao Song",
        "Bold",
        700,
        base=SourceFont(
            _NOTO_SERIF,
            "package/700Bold/NotoSerifSC_700Bold.ttf",
            "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
        ),
        supplement=SourceFont(
            _SOURCE_SERIF,
            "package/500Medium/SourceSerif4_500Medium.ttf",
            "7dba2003fd01cbbbb3e2cfa3f3d34e4a7893c0a4ed253bc9fca82e1aec5196e6",
            scale=1.087,
        ),
        fallback=_cjk("Serif", "Bold", "a5d4b046c127da3d7c72f98b46c41489cd29bf52abfdf18aba920903e920d4ac"),
    ),
    Recipe(
        "Jianbao Hei",
        "Regular",
        400,
        base=SourceFont(
            _NOTO_SANS,
            "package/400Regular/NotoSansSC_400Regular.ttf",
            "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
        ),
        supplement=SourceFont(
            _SOURCE_SANS,
            "package/400Regular/SourceSans3_400Regular.ttf",
            "393fb5b878ceed04aebc34b097e853ae5138c51d0c34b496ce8e2b47e0d0b94a",
            scale=1.118,
        ),
        fallback=_cjk("Sans", "Regular", "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a"),
    ),
    Recipe(
        "Jianbao Hei",
        "Bold",
        700,
        base=SourceFont(
            _NOTO_SANS,
            "package/700Bold/NotoSansSC_700Bold.ttf",
            "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
        ),
        supplement=SourceFont(
            _SOURCE_SANS,
            "package/700Bold/SourceSans3_700Bold.ttf",
            "7109021766e915ecd9721e28d11dfc732d57affda49e4ca15bb6d1529add7fdd",
            scale=1.13,
        ),
        fallback=_cjk("Sans", "Bold", "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb"),
    ),
    Recipe(
        "Jianbao Kai",
        "Regular",
        400,
        base=SourceFont(
            _WENKAI, _WENKAI_TTF, "bbf534b0ca093928f94d1782855e65a19a32cde82b075d495d072025521953c8"
        ),
    ),
)

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


def collect_charset(unihan: Iterable[str]) -> dict[str, frozenset[int]]:
    """Return the code points the bundled fonts are cut down to, by where they come from.

    Args:
        unihan: The lines of the Unihan database.

    Returns:
        `tgh`, the 通用规范汉字表 of 2013; `iicore`, the International Ideographs Core; `gb2312`, all of
        GB 2312-80; `blocks`, what `BLOCKS` lists.
    """
    fields: dict[str, set[int]] = {"kTGH": set(), "kIICore": set()}
    for line in unihan:
        if line.startswith("U+"):
            code, field, *_ = line.split("\t")
            if field in fields:
                fields[field].add(int(code[2:], 16))
    # One cell at a time: of an unassigned one the decoder would take the next one's bytes.
    cells = (bytes([row, cell]) for row in range(0xA1, 0xFE) for cell in range(0xA1, 0xFF))
    gb2312 = "".join(cell.decode("gb2312", "ignore") for cell in cells)
    return {
        "tgh": frozenset(fields["kTGH"]),
        "iicore": frozenset(fields["kIICore"]),
        "gb2312": frozenset(ord(char) for char in gb2312),
        "blocks": frozenset(code for first, last in BLOCKS for code in range(first, last + 1)),
    }
