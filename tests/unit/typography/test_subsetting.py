import dataclasses
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from report.errors import MissingDependencyError, UsageError
from report.typography import (
    font_additions,
    font_charset,
    font_features,
    font_sources,
    font_tables,
    fonts,
    subsetting,
)
from report.typography.font_sources import Package, Recipe, Region, SourceFont
from report.typography.variants import HALF, MARK_WIDTHS

NAMES = {
    "copyright": "Copyright of the source, with Reserved Font Name 'Source'.",
    "familyName": "Source Song",
    "styleName": "Regular",
    "uniqueFontIdentifier": "2.5;Source",
    "fullName": "Source Song Regular",
    "version": "Version 2.500;of the source",
    "psName": "SourceSong-Regular",
    "typographicFamily": "Source Song Text",
    "licenseDescription": "Licensed under the SIL Open Font License, Version 1.1.",
    "licenseInfoURL": "https://openfontlicense.org",
}
FEATURES = """
languagesystem hani dflt;
languagesystem hani ZHT;
feature locl { script hani; language ZHT exclude_dflt; sub uni4E00 by uni4E01; } locl;
feature vert { sub uni3001 by uni3001.vert; } vert;
feature halt { pos uni3001 <0 0 -500 0>; } halt;
"""


def draw_square(pen, size: int) -> None:
    pen.moveTo((50, 0))
    pen.lineTo((50, size))
    pen.curveTo((100, size + 40), (size - 50, size + 40), (size, size))
    pen.lineTo((size, 0))
    pen.closePath()


def make_source(
    path: Path, codes: str, *, is_cff: bool = False, features: str = "", upem: int = 1000, other: str = ""
) -> str:
    """Write a small font with squares for glyphs and return its SHA-256; those of `other` have names of their own."""
    names = {ord(char): f"uni{ord(char):04X}{'.tw' * (char in other)}" for char in codes}
    order = [".notdef", *names.values()] + (["uni3001.vert"] if "、" in codes else [])
    builder = FontBuilder(upem, isTTF=not is_cff)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    sizes = {name: 400 + 10 * index for index, name in enumerate(order)}
    if is_cff:
        charstrings = {}
        for name, size in sizes.items():
            pen = T2CharStringPen(upem, None)
            draw_square(pen, size)
            charstrings[name] = pen.getCharString()
        builder.setupCFF("Source", {}, charstrings, {})
    else:
        glyphs = {}
        for name, size in sizes.items():
            target = TTGlyphPen(None)
            target.moveTo((50, 0))
            for point in ((50, size), (size, size), (size, 0)):
                target.lineTo(point)
            target.closePath()
            glyphs[name] = target.glyph()
        builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: (upem, 50) for name in order})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable(NAMES)
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=1000, usWinDescent=200)
    builder.setupPost()
    builder.updateHead(created=3_600_000_000, modified=3_700_000_000)
    if features:
        addOpenTypeFeaturesFromString(builder.font, features)
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Registry:
    """A package registry in a folder: three packages, each with a font and a licence."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fetched: list[str] = []

    def add(self, name: str, codes: str, **how) -> SourceFont:
        sha256 = make_source(self.folder / name / "font", codes, **how)
        (self.folder / name / "OFL").write_text(f"licence of {name}", encoding="utf-8")
        package = Package("npm", f"@scope/{name}", "1.0", f"{name}.tgz", "0" * 64, "OFL", ("font", "OFL"))
        return SourceFont(package, "font", sha256)

    def fetch(self, package: Package, work_dir: Path) -> Path:
        self.fetched.append(package.title)
        return self.folder / package.title


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "packages")


@pytest.fixture
def recipe(registry):
    return Recipe(
        "Jianbao Song",
        "Regular",
        400,
        base=registry.add("base", "一丁七、 ", features=FEATURES),
        supplement=registry.add("latin", "Aé一", upem=500),
        fallback=registry.add("large", "一𠮷㐀A", is_cff=True),
    )


@pytest.fixture
def regions(registry):
    """Taiwan draws 丁 and 一 otherwise, and has 凹; Hong Kong draws 一 in a third way."""
    return (
        Region(
            ("ZHT ",),
            registry.add("taiwan", "丁一凹"),
            registry.add("taiwan-large", "㐀𠮷", is_cff=True, other="𠮷"),
        ),
        Region(
            ("ZHH ",),
            registry.add("hong-kong", "凹丁一", upem=500),
            registry.add("hong-kong-large", "㐀𠮷", is_cff=True),
        ),
    )


def make(out, registry, recipe, codes="一丁、A𠮷"):
    out.mkdir()
    sections = {"all": map(ord, codes), "traditional": map(ord, codes)}
    (out / "charset.txt").write_text(fonts.format_ranges(sections), encoding="utf-8")
    subsetting.make_fonts(out / "work", out, registry.fetch, [recipe])
    return out


@pytest.fixture
def made(tmp_path, registry, recipe):
    """A folder with one bundled font: 一丁、 of the base and A of the supplement."""
    return make(tmp_path / "bundled", registry, recipe)


@pytest.fixture
def add_to(tmp_path, registry, made):
    def run(recipe: Recipe, project: Path, *arguments: str) -> font_additions.Addition:
        return font_additions.add_characters(
            arguments, project, tmp_path / "work", registry.fetch, bundled_dir=made, recipes=[recipe]
        )

    return run


@pytest.fixture
def add(tmp_path, recipe, add_to):
    def run(*arguments: str, project: str = "project") -> font_additions.Addition:
        return add_to(recipe, tmp_path / project, *arguments)

    return run


def features_of(font: TTFont) -> set[str]:
    tables = [font[tag].table for tag in ("GSUB", "GPOS")]
    return {record.FeatureTag for table in tables for record in table.FeatureList.FeatureRecord}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_made_font_has_the_charset_its_sources_have_and_its_features(made):
    with TTFont(made / "JianbaoSong-Regular.ttf") as font:
        assert set(font.getBestCmap()) == set(map(ord, "一丁、A"))
        assert features_of(font) >= {"locl", "vert", "halt", "calt", HALF, *MARK_WIDTHS.values()}
        languages = font["GSUB"].table.ScriptList.ScriptRecord[0].Script.LangSysRecord
        assert [record.LangSysTag for record in languages] == ["ZHH ", "ZHT "]
        assert font["post"].formatType == 3.0
        assert (font["head"].created, font["head"].modified) == (3_600_000_000, 3_700_000_000)


def test_what_the_base_lacks_is_lent_at_the_size_of_the_base(made):
    with TTFont(made / "JianbaoSong-Regular.ttf") as font:
        glyph = font["glyf"][font.getBestCmap()[ord("A")]]
        # Drawn 410 high in a font of 500 units to the em.
        assert (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax) == (100, 0, 820, 820)
        assert font["hmtx"][font.getBestCmap()[ord("A")]] == (1000, 100)


def test_a_made_font_bears_our_name_and_keeps_the_rights(made):
    with TTFont(made / "JianbaoSong-Regular.ttf") as font:
        names = {record.nameID: str(record) for record in font["name"].names}
    assert {number: names[number] for number in (1, 2, 3, 4, 5, 6)} == {
        1: "Jianbao Song",
        2: "Regular",
        3: "2.500;Jianbao;JianbaoSong-Regular",
        4: "Jianbao Song Regular",
        5: NAMES["version"],
        6: "JianbaoSong-Regular",
    }
    assert names[0] == NAMES["copyright"]
    assert (names[13], names[14]) == (NAMES["licenseDescription"], NAMES["licenseInfoURL"])
    assert 16 not in names
    assert "modified version" in names[10]


def test_bold_is_marked_as_bold(recipe, registry):
    with TTFont(registry.folder / "base" / "font") as font:
        font_tables.rename(font, "Jianbao Song", "Bold", 700, "(c)")
        assert font["OS/2"].usWeightClass == 700
        assert font["OS/2"].fsSelection & 0b1100001 == 0b0100000
        assert font["head"].macStyle == 1
        assert font["name"].getDebugName(6) == "JianbaoSong-Bold"


def test_registry_coverage_and_licences_are_written_beside_the_fonts(made, recipe):
    (face,) = fonts.load_registry(made)
    assert (face.family, face.weight, face.licence) == ("Jianbao Song", 400, "OFL-1.1")
    assert fonts.altered_faces([face]) == ()
    assert fonts.coverage([face]).by_family == {"Jianbao Song": set(map(ord, "一丁、A"))}
    (entry,) = fonts.read_entries(made / "fonts.yaml")
    sources = [(one["package"], one["sha256"], one["characters"]) for one in entry["sources"]]
    assert sources == [
        ("@scope/base", recipe.base.sha256, "3"),
        ("@scope/latin", recipe.supplement.sha256, "1"),
    ]
    assert entry["licence_files"] == ["LICENSES/base.txt", "LICENSES/latin.txt"]
    assert (made / "LICENSES" / "latin.txt").read_text(encoding="utf-8") == "licence of latin"


def height_of(font, name):
    return font["glyf"][name].yMax


def forms_of(font, language):
    forms = font_features.local_forms(font, language)
    named = {chr(code): name for code, name in font.getBestCmap().items()}
    return {char: height_of(font, forms[name]) for char, name in named.items() if name in forms}


def test_a_region_has_the_forms_that_its_font_draws_otherwise(tmp_path, registry, recipe, regions):
    recipe = dataclasses.replace(recipe, regions=regions)
    out = make(tmp_path / "regions", registry, recipe, "一丁、A凹")
    with TTFont(out / "JianbaoSong-Regular.ttf") as font:
        cmap = font.getBestCmap()
        assert [height_of(font, cmap[ord(char)]) for char in "一丁凹"] == [410, 420, 430]
        taiwan, hong_kong = forms_of(font, "ZHT "), forms_of(font, "ZHH ")
        # The source of Hong Kong has 500 units to the em.
        assert {char: taiwan[char] for char in "一丁"} == {"一": 420, "丁": 410}
        assert {char: hong_kong[char] for char in "一丁凹"} == {"一": 860, "丁": 840, "凹": 820}
        assert "凹" not in taiwan
        assert taiwan["、"] == hong_kong["、"]
    (entry,) = fonts.read_entries(out / "fonts.yaml")
    assert [one["package"] for one in entry["sources"][2:]] == ["@scope/taiwan", "@scope/hong-kong"]
    assert (out / "LICENSES" / "taiwan.txt").is_file()
    assert not (out / "LICENSES" / "taiwan-large.txt").exists()


def test_of_another_design_only_han_in_common_use_are_taken_at_the_size_of_the_base(
    tmp_path, registry, recipe
):
    font = dataclasses.replace(registry.add("kai", "一丁七、"), scale=1.1, rise=30)
    recipe = dataclasses.replace(recipe, regions=(Region(("ZHT ", "ZHH "), font, is_akin=False),))
    out = tmp_path / "regions"
    out.mkdir()
    sections = {"all": map(ord, "一丁七、A"), "traditional": map(ord, "一丁、A")}
    (out / "charset.txt").write_text(fonts.format_ranges(sections), encoding="utf-8")
    subsetting.make_fonts(out / "work", out, registry.fetch, [recipe])
    with TTFont(out / "JianbaoSong-Regular.ttf") as made:
        forms = font_features.local_forms(made, "ZHH ")
        cmap = made.getBestCmap()
        assert forms == font_features.local_forms(made, "ZHT ")
        assert cmap[ord("七")] not in forms
        glyph, advance = made["glyf"][forms[cmap[ord("一")]]], made["hmtx"][forms[cmap[ord("一")]]][0]
        # 50 to 410 wide, enlarged by a tenth about the middle of its square.
        assert (glyph.xMin, glyph.xMax, glyph.yMin, glyph.yMax, advance) == (5, 401, 30, 481, 1000)
        # The stop is the base's own, moved.
        dot = made["glyf"][forms[cmap[ord("、")]]]
        assert (dot.xMax - dot.xMin, dot.yMax - dot.yMin) == (390, 440)


def test_making_does_not_fetch_what_only_additions_need(made, registry):
    assert set(registry.fetched) == {"base", "latin"}


def test_a_source_that_is_not_the_one_recorded_is_refused(tmp_path, registry, recipe, made):
    make_source(registry.folder / "base" / "font", "一")
    with pytest.raises(MissingDependencyError, match="not the font expected"):
        subsetting.make_fonts(tmp_path / "work", made, registry.fetch, [recipe])


def test_the_same_sources_give_the_same_bytes_in_any_process_and_folder(tmp_path, registry):
    make_source(registry.folder / "base" / "font", "一丁七、 ", features=FEATURES)
    program = (
        "import hashlib, sys; from fontTools.ttLib import TTFont; from report.typography import font_tables\n"
        "font = TTFont(sys.argv[1], recalcTimestamp=False)\n"
        "font_tables.subset(font, {ord(char) for char in '一丁、'})\n"
        "font_tables.add_glyphs(font, TTFont(sys.argv[1]), map(ord, '七'), 0.9)\n"
        "font_tables.rename(font, 'Jianbao Song', 'Regular', 400, '(c)')\n"
        "print(hashlib.sha256(font_tables.font_bytes(font)).hexdigest())\n"
    )
    printed = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program, str(registry.folder / "base" / "font")],
            cwd=Path(__file__).resolve().parents[3],
            env=os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        printed.add(done.stdout)
    assert len(printed) == 1


def test_charset_is_read_from_unihan_and_the_gb2312_codec():
    lines = [
        "# comment",
        "U+4E00\tkTGH\t2013:1",
        "U+8852\tkIICore\tAGTJHKMP",
        "U+4E01\tkOther\t1",
        "U+9AA8\tkBigFive\tB0A9",
        "U+4E42\tkBigFive\tC940",
        "U+7740\tkHKGlyph\t2600",
        "U+6AAF\tkDefinition\ttable",
        "U+53F0\tkTraditionalVariant\tU+53F0 U+6AAF U+81FA",
        "U+4E00\tkTraditionalVariant\tU+58F9",
        "",
    ]
    sections = font_charset.collect_charset(lines)
    assert {chr(code) for code in sections["traditional"]} >= set("骨着台檯臺壹衞")
    assert ord("乂") not in sections["traditional"]
    assert {chr(code) for code in sections["variants"]} == {"壹"}
    assert sections["tgh"] == {0x4E00}
    assert sections["iicore"] == {0x8852}
    assert len(sections["gb2312"]) == 7445
    assert {ord(char) for char in "㎡℃⁶①ㄅあ。"} <= sections["blocks"] | sections["gb2312"]
    assert not sections["blocks"] & {0x2F42, 0xF900, 0xFE30}


def test_characters_are_given_as_themselves_or_as_code_points():
    assert font_additions.parse_characters(["㸆𠮷", "U+20BB7", "u+3e06", "U+00e9"]) == ("é", "㸆", "𠮷")


@pytest.mark.parametrize(
    "argument", ["", " ", "U+0009", "U+200B", "U+D800", "U+110000", "U+E000", "U+ZZ", "U+1", "㸆\n"]
)
def test_what_cannot_be_printed_is_refused(argument):
    with pytest.raises(UsageError) as caught:
        font_additions.parse_characters([argument])
    assert caught.value.hint


def test_an_added_character_gets_a_font_of_its_own_beside_the_bundled_one(add, tmp_path, made):
    addition = add("㐀", "U+20BB7", "一")
    assert addition.added == {"Jianbao Song Extra": ("㐀", "𠮷")}
    assert addition.present == ("一",)
    assert addition.lacking == {}
    assert addition.files == (tmp_path / "project" / "JianbaoSongExtra-Regular.ttf",)
    faces = fonts.load_registry(made, tmp_path / "project")
    assert [face.family for face in faces] == ["Jianbao Song", "Jianbao Song Extra"]
    assert fonts.altered_faces(faces) == ()
    assert fonts.coverage(faces).families_of("𠮷") == ("Jianbao Song Extra",)
    with TTFont(addition.files[0]) as font:
        assert set(font.getBestCmap()) == {0x3400, 0x20BB7}
        assert font["name"].getDebugName(1) == "Jianbao Song Extra"
        assert (font["hhea"].ascent, font["hhea"].descent) == (880, -120)
        glyph = font["glyf"][font.getBestCmap()[0x20BB7]]
        # The source's outline is cubic, 420 to 450 high; ours is quadratic.
        assert (glyph.xMin, glyph.yMin, glyph.xMax) == (50, 0, 420)
        assert 445 <= glyph.yMax <= 451
    (entry,) = fonts.read_entries(tmp_path / "project" / "extra.yaml")
    assert entry["characters"] == {"U+3400": "@scope/large 1.0", "U+20BB7": "@scope/large 1.0"}
    assert (tmp_path / "project" / "LICENSES" / "large.txt").is_file()


def test_an_added_character_has_the_forms_of_regions(add_to, tmp_path, registry, recipe, regions):
    recipe = dataclasses.replace(recipe, regions=regions)
    project = tmp_path / "one"
    add_to(recipe, project, "𠮷")
    add_to(recipe, project, "㐀")
    add_to(recipe, tmp_path / "other", "㐀", "𠮷")
    assert snapshot(project) == snapshot(tmp_path / "other")
    with TTFont(project / "JianbaoSongExtra-Regular.ttf") as font:
        # Glyphs of one collection that have one name are one.
        assert forms_of(font, "ZHT ").keys() == {"𠮷"}
        assert forms_of(font, "ZHH ") == {}
    (entry,) = fonts.read_entries(project / "extra.yaml")
    assert entry["licence_files"] == ["LICENSES/large.txt", "LICENSES/taiwan-large.txt"]


def test_an_addition_says_what_it_did():
    addition = font_additions.Addition(
        {"Jianbao Song Extra": ("㐀", "𠮷")}, ("一",), {"Jianbao Kai": ("㐀",)}, ()
    )
    assert addition.lines() == [
        "added 㐀 𠮷 to Jianbao Song Extra",
        "no source of Jianbao Kai has 㐀",
        "already there: 一",
    ]
    assert font_additions.Addition({}, (), {}, ()).lines() == []


def test_additions_add_up_whatever_their_order(add, tmp_path):
    add("㐀", project="one")
    assert add("𠮷é", project="one").added == {"Jianbao Song Extra": ("é", "𠮷")}
    add("é", "𠮷", "㐀", project="other")
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "other")


def test_what_was_added_already_is_not_added_again(add, tmp_path):
    add("㐀")
    before = snapshot(tmp_path / "project")
    addition = add("㐀")
    assert (addition.added, addition.present, addition.files) == ({}, ("㐀",), ())
    assert snapshot(tmp_path / "project") == before


def test_a_project_keeps_what_was_added_to_the_bundled_fonts(add, tmp_path, made):
    add("㐀", project="bundled")
    add("𠮷", project="project")
    faces = fonts.load_registry(made, tmp_path / "project")
    assert [face.path.parent.name for face in faces] == ["bundled", "project"]
    assert fonts.coverage(faces).by_family["Jianbao Song Extra"] == {0x3400, 0x20BB7}
    (entry,) = fonts.read_entries(tmp_path / "project" / "extra.yaml")
    assert all((tmp_path / "project" / name).is_file() for name in entry["licence_files"])


def test_a_character_that_no_source_has_is_named_with_where_one_looked(add, tmp_path):
    with pytest.raises(MissingDependencyError) as caught:
        add("㐀", "龘")
    assert "龘 (U+9F98)" in caught.value.message
    assert "㐀" not in caught.value.message
    assert "base, latin, large" in caught.value.message
    assert not (tmp_path / "project").exists()


def test_the_recipes_name_each_file_once():
    files = [name for recipe in font_sources.RECIPES for name in (recipe.file, recipe.extra_file)]
    assert len(set(files)) == len(files) == 10
    for recipe in font_sources.RECIPES:
        for source in recipe.sources:
            assert source.member in source.package.members
            assert source.package.licence_file in source.package.members
