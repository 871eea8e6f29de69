"""Which packages the bundled fonts are made from: data only."""

import dataclasses


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
        rise: By how many thousandths of an em they are raised after that.
    """

    package: Package
    member: str
    sha256: str
    number: int = -1
    scale: float = 1.0
    rise: int = 0


@dataclasses.dataclass(frozen=True)
class Region:
    """Where the forms of characters come from that are written otherwise in a region.

    Attributes:
        languages: The OpenType languages that get these forms by `locl`.
        font: A font of the same design with the region's forms.
        whole: The one of the same collection as the recipe's fallback, for a character added later; without it,
            `font` is used.
        is_akin: Whether it is of the design of the recipe's base. If so, all that it draws otherwise is taken; if not,
            everything is another, and only Han that traditional Chinese is written with are taken.
    """

    languages: tuple[str, ...]
    font: SourceFont
    whole: SourceFont | None = None
    is_akin: bool = True


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
        regions: What traditional Chinese is set with.
    """

    family: str
    subfamily: str
    weight: int
    base: SourceFont
    supplement: SourceFont | None = None
    fallback: SourceFont | None = None
    regions: tuple[Region, ...] = ()

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
_NOTO_SERIF_TC = _expo(
    "noto-serif-tc",
    "0.4.4",
    "3ea15781c2997b4a0ff40b1f4d15f6bd2b7e2e41128ba6c9b9ebcd129a076b68",
    "NotoSerifTC",
)
_NOTO_SERIF_HK = _expo(
    "noto-serif-hk",
    "0.4.3",
    "3b77012ac09be1011c9f82a3784e37a661be5ac8d615408de01ed5ae0c609a29",
    "NotoSerifHK",
)
_NOTO_SANS_TC = _expo(
    "noto-sans-tc", "0.4.3", "e7532a3a43a6c660ee0351a167b99fe0da52f20b4940fb3fc067ed7c5bd594bf", "NotoSansTC"
)
_NOTO_SANS_HK = _expo(
    "noto-sans-hk", "0.4.3", "250f41901a7f04a3501b25d06db2c5c5b78632f3a9dd0719ce5a797324a8aeb7", "NotoSansHK"
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
_TW_KAI_TTF = "./usr/share/fonts/truetype/cns11643/TW-Kai-98_1.ttf"
_TW_KAI_LICENCE = "./usr/share/doc/fonts-cns11643-kai/copyright"
_TW_KAI = Package(
    manager="apt",
    name="fonts-cns11643-kai",
    version="103.1+20181001-1",
    archive="fonts-cns11643-kai_103.1+20181001-1_all.deb",
    sha256="c8c92e76357c0980b50d80d83674a5109a11624df83b9994c9118ad3aec31ece",
    licence_file=_TW_KAI_LICENCE,
    members=(_TW_KAI_TTF, _TW_KAI_LICENCE),
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
        f"./usr/share/unicode/Unihan_{part}.txt.bz2"
        for part in ("DictionaryLikeData", "IRGSources", "OtherMappings", "Readings", "Variants")
    ),
)


_SHA256_OF_COLLECTION = {
    "Serif-Regular": "a04178ec485dffdff7cc0c0c20e1fce9202d7e2160d805e8e44a4c8841c58481",
    "Serif-Bold": "a5d4b046c127da3d7c72f98b46c41489cd29bf52abfdf18aba920903e920d4ac",
    "Sans-Regular": "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a",
    "Sans-Bold": "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb",
}
# The places in each collection of the fonts for mainland China, Taiwan and Hong Kong; before come Japan and Korea.
_CHINA, _TAIWAN, _HONG_KONG = 2, 3, 4


def _cjk(design: str, cut: str, number: int = _CHINA) -> SourceFont:
    sha256 = _SHA256_OF_COLLECTION[f"{design}-{cut}"]
    return SourceFont(_NOTO_CJK, f"{_CJK_FOLDER}/Noto{design}CJK-{cut}.ttc", sha256, number=number)


def _noto_regions(design: str, cut: str, taiwan: SourceFont, hong_kong: SourceFont) -> tuple[Region, ...]:
    return (
        Region(("ZHT ",), taiwan, _cjk(design, cut, _TAIWAN)),
        Region(("ZHH ",), hong_kong, _cjk(design, cut, _HONG_KONG)),
    )


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
        fallback=_cjk("Serif", "Regular"),
        regions=_noto_regions(
            "Serif",
            "Regular",
            SourceFont(
                _NOTO_SERIF_TC,
                "package/400Regular/NotoSerifTC_400Regular.ttf",
                "b0acf9799d5dc656cdeff077d36b2ee9032b762e05b3f8a7b76c81dee4eec08c",
            ),
            SourceFont(
                _NOTO_SERIF_HK,
                "package/400Regular/NotoSerifHK_400Regular.ttf",
                "636dac589831ccdd5e75efa30c7c7ae8327e5cd36c3fec16d5b493f939627c72",
            ),
        ),
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
        fallback=_cjk("Serif", "Bold"),
        regions=_noto_regions(
            "Serif",
            "Bold",
            SourceFont(
                _NOTO_SERIF_TC,
                "package/700Bold/NotoSerifTC_700Bold.ttf",
                "98c207d0254a6b0b4b5611dd8d5bcc37af4482494477d43eba6b2409ed083140",
            ),
            SourceFont(
                _NOTO_SERIF_HK,
                "package/700Bold/NotoSerifHK_700Bold.ttf",
                "a6522f2e0cd47fdbb2bf12abd982568ee3f87e62306801d9163796c487cd4ba2",
            ),
        ),
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
        fallback=_cjk("Sans", "Regular"),
        regions=_noto_regions(
            "Sans",
            "Regular",
            SourceFont(
                _NOTO_SANS_TC,
                "package/400Regular/NotoSansTC_400Regular.ttf",
                "add35d53f70727657b4509531677c4e3712b67df3d54661efdee5d3a0c16d954",
            ),
            SourceFont(
                _NOTO_SANS_HK,
                "package/400Regular/NotoSansHK_400Regular.ttf",
                "154ee8273741df924c7c509029478389bc4d91994fc51d5213af158ce09d3efb",
            ),
        ),
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
        fallback=_cjk("Sans", "Bold"),
        regions=_noto_regions(
            "Sans",
            "Bold",
            SourceFont(
                _NOTO_SANS_TC,
                "package/700Bold/NotoSansTC_700Bold.ttf",
                "ed4ae6ed781e34d0beee896e9be5d835a938ac7adabbcc1b6b6904290006f372",
            ),
            SourceFont(
                _NOTO_SANS_HK,
                "package/700Bold/NotoSansHK_700Bold.ttf",
                "9c8bc87430613644fee27cbde7df8b72fd1ae8a6ff3ef8d9a35c4e6cd155b20f",
            ),
        ),
    ),
    Recipe(
        "Jianbao Kai",
        "Regular",
        400,
        base=SourceFont(
            _WENKAI, _WENKAI_TTF, "bbf534b0ca093928f94d1782855e65a19a32cde82b075d495d072025521953c8"
        ),
        # The standard forms of Taiwan, for Hong Kong too, for want of a Kai with its own; LXGW WenKai TC has inherited
        # forms (為 as 爲, 青 as 靑, 真 as 眞). Scaled and raised, Han are nearly as large and as high as the base's.
        regions=(
            Region(
                ("ZHT ", "ZHH "),
                SourceFont(
                    _TW_KAI,
                    _TW_KAI_TTF,
                    "6e7b756bf723845e1494db161f0944c04fa8494f8e0ca4647b6cf655cd67d03a",
                    scale=1.06,
                    rise=53,
                ),
                is_akin=False,
            ),
        ),
    ),
)
