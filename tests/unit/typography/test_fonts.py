import functools
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import opencc
import pytest
from fontTools.ttLib import TTFont

from report.errors import MissingDependencyError
from report.typography import font_features, fonts

BUNDLED = fonts.bundled_fonts_dir()
FACES = fonts.load_registry(BUNDLED)
BUNDLED_FACES = [face for face in FACES if not face.family.endswith(" Extra")]
by_file = pytest.mark.parametrize("face", BUNDLED_FACES, ids=lambda face: face.path.name)


@functools.cache
def cmap(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@functools.cache
def charset() -> dict[str, frozenset[int]]:
    return fonts.parse_ranges((BUNDLED / "charset.txt").read_text(encoding="utf-8"))


def entry_of(face: fonts.FontFace) -> dict:
    return next(one for one in fonts.read_entries(BUNDLED / "fonts.yaml") if one["file"] == face.path.name)


def write_registry(folder: Path, family: str, name: str, weight: str = "400") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"a font")
    (folder / "fonts.yaml").write_text(
        f"fonts:\n- {{file: {name}, family: {family}, weight: {weight}, licence: OFL-1.1,"
        " version: '1', sha256: '0'}\n",
        encoding="utf-8",
    )


def test_three_families_are_bundled_with_real_bolds_for_song_and_hei():
    assert {(face.family, face.weight) for face in BUNDLED_FACES} == {
        ("Jianbao Song", 400),
        ("Jianbao Song", 700),
        ("Jianbao Hei", 400),
        ("Jianbao Hei", 700),
        ("Jianbao Kai", 400),
    }


def test_every_registered_file_is_the_one_registered():
    assert fonts.altered_faces(FACES) == ()


def test_an_altered_file_is_noticed(tmp_path):
    write_registry(tmp_path, "Own", "own.ttf")
    faces = fonts.load_registry(tmp_path)
    assert fonts.altered_faces(faces) == faces


def test_no_font_file_lies_there_unregistered():
    assert {path.name for path in BUNDLED.glob("*.ttf")} == {face.path.name for face in FACES}


@by_file
def test_recorded_coverage_is_what_the_font_has(face):
    recorded = fonts.parse_ranges((BUNDLED / "coverage.txt").read_text(encoding="ascii"))
    assert recorded[face.path.name] == cmap(face.path)


def test_the_character_tables_are_whole():
    sizes = {name: len(codes) for name, codes in charset().items()}
    assert sizes["tgh"] == 8105
    assert sizes["gb2312"] == 7445
    assert sizes["iicore"] == 9810
    assert {ord("衞"), ord("牀")} <= charset()["iicore"]


@by_file
def test_every_face_has_all_common_characters(face):
    assert charset()["tgh"] <= cmap(face.path)
    assert charset()["gb2312"] <= cmap(face.path)
    assert {ord("衞"), ord("牀")} <= cmap(face.path)


@by_file
def test_every_face_has_what_traditional_chinese_is_written_with(face):
    assert charset()["iicore"] <= cmap(face.path)
    assert charset()["traditional"] <= cmap(face.path)
    # Their sources have no traditional form of three very rare characters.
    missing = set("𡑍𣈶𥗽") if face.family != "Jianbao Kai" else set()
    assert {chr(code) for code in charset()["variants"] - cmap(face.path)} == missing


@pytest.mark.parametrize("configuration", ["s2t", "s2tw", "s2twp", "s2hk"])
def test_what_simplified_characters_are_converted_to_can_be_printed(configuration):
    converter = opencc.OpenCC(configuration)
    covered = fonts.coverage(BUNDLED_FACES)
    for name, allowed in (("gb2312", ""), ("tgh", "𡑍𣈶𥗽")):
        converted = converter.convert("".join(map(chr, sorted(charset()[name]))))
        assert set(covered.missing(converted)) <= set(allowed)


@by_file
def test_regions_have_forms_of_their_own(face):
    with TTFont(face.path, lazy=True) as font:
        own = font.getBestCmap()
        taiwan, hong_kong = (font_features.local_forms(font, language) for language in ("ZHT ", "ZHH "))
    names = {own[code]: chr(code) for code in charset()["traditional"] & own.keys()}
    changed = {char for name, char in names.items() if name in taiwan}
    assert len(changed) > (6000 if face.family == "Jianbao Kai" else 2500)
    others = {name for name in taiwan.keys() | hong_kong.keys() if taiwan.get(name) != hong_kong.get(name)}
    assert (len(others) > 1000) == (face.family != "Jianbao Kai")


@pytest.mark.parametrize("family", ["Jianbao Song", "Jianbao Hei"])
def test_signs_that_briefings_use_need_no_other_family(family):
    text = "◇◆■○●▽①②〔〕⁴⁵⁶⁷⁸⁹₀₁₂²³™®℃℉μµΩ≥≤±×÷≈−→↑—…·☐✓㎎㎡§†‡‰€£¥№ŁłŽžŞşŐőĚě"
    codes = fonts.coverage(FACES).by_family[family]
    assert [char for char in text if ord(char) not in codes] == []


@by_file
def test_look_alikes_of_ordinary_characters_are_left_out(face):
    blocks = (range(0x2F00, 0x2FE0), range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
    assert [f"{code:X}" for block in blocks for code in block if code in cmap(face.path)] == []


@by_file
def test_names_are_ours_and_rights_are_kept(face):
    entry = entry_of(face)
    with TTFont(face.path, lazy=True) as font:
        names = {record.nameID: str(record) for record in font["name"].names}
        is_bold = bool(font["OS/2"].fsSelection & 0x20)
        style = (font["OS/2"].usWeightClass, is_bold, bool(font["head"].macStyle & 1))
    subfamily = "Bold" if face.weight == 700 else "Regular"
    assert {number: names[number] for number in (1, 2, 4, 6)} == {
        1: face.family,
        2: subfamily,
        4: f"{face.family} {subfamily}",
        6: f"{face.family.replace(' ', '')}-{subfamily}",
    }
    for number in {3, 16, 17, 18, 20, 21, 22, 25} & names.keys():
        assert not any(reserved in names[number] for reserved in ("Source", "Noto", "LXGW", "霞鹜"))
    assert names[0] == entry["copyright"]
    assert names[5] == face.version
    assert "SIL Open Font License, Version 1.1" in names[13]
    assert names[14].endswith(("openfontlicense.org", "scripts.sil.org/OFL"))
    assert style == (face.weight, face.weight == 700, face.weight == 700)


@by_file
def test_every_licence_is_there_in_full(face):
    for name in entry_of(face)["licence_files"]:
        text = " ".join((BUNDLED / name).read_text(encoding="utf-8").split())
        if name == "LICENSES/fonts-cns11643-kai.txt":
            # Taiwan's licence for open data lets what is made of it be licensed anew, where its source is named.
            assert "User can sublicense the copyrights" in text
            assert "National Development Council" in entry_of(face)["copyright"]
            continue
        assert "PERMISSION & CONDITIONS" in text
        assert "SIL OPEN FONT LICENSE Version 1.1" in text


@pytest.mark.parametrize(
    ("name", "table", "features"),
    [
        ("JianbaoSong-Regular.ttf", "GSUB", {"locl", "vert", "liga", "ccmp", "fwid", "hwid", "pwid"}),
        ("JianbaoSong-Bold.ttf", "GPOS", {"halt", "palt", "kern", "mark", "vhal"}),
        ("JianbaoHei-Regular.ttf", "GSUB", {"locl", "vert", "liga", "ccmp", "fwid", "hwid", "pwid"}),
        ("JianbaoHei-Bold.ttf", "GPOS", {"halt", "palt", "kern", "mark", "vhal"}),
        ("JianbaoKai-Regular.ttf", "GSUB", {"calt", "vert", "dlig", "sups", "subs", "frac"}),
    ],
)
def test_layout_features_of_the_sources_are_kept(name, table, features):
    with TTFont(BUNDLED / name, lazy=True) as font:
        records = font[table].table.FeatureList.FeatureRecord
        assert features <= {record.FeatureTag for record in records}


def test_a_folder_without_fonts_has_no_faces(tmp_path):
    assert fonts.load_registry(tmp_path / "absent") == ()


def test_a_project_adds_its_own_and_takes_the_place_of_one_of_the_same_name(tmp_path):
    write_registry(tmp_path / "bundled", "Song", "bundled.ttf")
    write_registry(tmp_path / "project", "Song", "own.ttf")
    faces = fonts.load_registry(tmp_path / "bundled", tmp_path / "project")
    assert [face.path.name for face in faces] == ["own.ttf"]
    write_registry(tmp_path / "project", "Ming", "own.ttf")
    faces = fonts.load_registry(tmp_path / "bundled", tmp_path / "project", tmp_path / "bundled")
    assert [face.family for face in faces] == ["Song", "Ming"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fonts: [", "is not YAML"),
        ("fonts: none", "no list `fonts`"),
        ("fonts: [{family: Song}]", "without a usable"),
        ("fonts: [{file: a.ttf, family: A, weight: b, licence: L, version: v, sha256: s}]", "usable"),
        ("fonts: [{file: a.ttf, family: A, weight: 400, licence: L, version: v, sha256: s}]", "a.ttf"),
    ],
)
def test_a_registry_that_cannot_be_used_is_refused_by_name(tmp_path, text, said):
    (tmp_path / "fonts.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MissingDependencyError) as caught:
        fonts.load_registry(tmp_path)
    assert said in caught.value.message
    assert str(tmp_path) in caught.value.message


def test_coverage_counts_only_what_every_weight_has(tmp_path):
    (tmp_path / "coverage.txt").write_text("[a.ttf]\n4E00-4E03\n[b.ttf]\n4E01\n[c.ttf] # one\n0041\n")

    def face(family: str, weight: int, name: str) -> fonts.FontFace:
        return fonts.FontFace(family, weight, tmp_path / name, "OFL-1.1", "1", "0")

    found = fonts.coverage(
        [face("Song", 400, "a.ttf"), face("Song", 700, "b.ttf"), face("Hei", 400, "c.ttf")]
    )
    assert found.by_family == {"Song": {0x4E01}, "Hei": {0x41}}
    assert [found.is_covered(char) for char in "一丁A"] == [False, True, True]
    assert found.missing("A一\n丁\u200b一B") == ("一", "B")
    assert found.families_of("A") == ("Hei",)


def test_a_font_whose_coverage_nobody_recorded_is_opened(tmp_path):
    (tmp_path / "own.ttf").symlink_to(BUNDLED / "JianbaoKai-Regular.ttf")
    own = fonts.FontFace("Own", 400, tmp_path / "own.ttf", "OFL-1.1", "1", "0")
    assert fonts.coverage([own]).by_family["Own"] == cmap(BUNDLED / "JianbaoKai-Regular.ttf")


def test_ranges_survive_being_written_and_read():
    sections = {"a": {0x41, 0x42, 0x43, 0x20BB7}, "b": {0x4E00}, "c": {0x41, 0x42, 0x43, 0x20BB7}}
    text = fonts.format_ranges(sections, "why")
    assert text == "# why\n[a c] # 4 characters\n0041-0043 20BB7\n[b] # 1 characters\n4E00\n"
    assert fonts.parse_ranges(text) == {name: frozenset(codes) for name, codes in sections.items()}
    many = {"all": frozenset(range(0, 0x3000, 2))}
    written = fonts.format_ranges(many)
    assert fonts.parse_ranges(written) == many
    assert max(map(len, written.splitlines())) <= 110


def test_fontconfig_knows_only_the_folders_given_and_escapes_them(tmp_path):
    odd = tmp_path / "a & <b> 'c'"
    text = fonts.fontconfig_xml([odd, odd], tmp_path / "cache>", accept=[odd / "x&y.ttf"])
    root = ElementTree.fromstring(text)
    assert [element.text for element in root.iter("dir")] == [str(odd)]
    assert [element.text for element in root.iter("cachedir")] == [str(tmp_path / "cache>")]
    assert [element.text for element in root.iterfind(".//acceptfont/glob")] == [str(odd / "x&y.ttf")]
    assert list(root.iter("include")) == []
    edit = next(root.iter("edit"))
    assert edit.attrib == {"name": "family", "mode": "append_last", "binding": "strong"}
    assert edit.findtext("string") == "Jianbao Song"


def test_fontconfig_finds_the_registered_faces_and_no_other(tmp_path):
    """Asked in a process of its own: fontconfig reads its configuration once."""
    conf = fonts.write_fontconfig(tmp_path / "a & b" / "fonts.conf", FACES, tmp_path / "cache")
    program = (
        "import ctypes, ctypes.util\n"
        "lib = ctypes.CDLL(ctypes.util.find_library('fontconfig'))\n"
        "for name in ('FcInitLoadConfigAndFonts', 'FcConfigGetFonts', 'FcPatternFormat'):\n"
        "    getattr(lib, name).restype = ctypes.c_void_p\n"
        "config = ctypes.c_void_p(lib.FcInitLoadConfigAndFonts())\n"
        "class FontSet(ctypes.Structure):\n"
        "    _fields_ = [('n', ctypes.c_int), ('s', ctypes.c_int),\n"
        "                ('fonts', ctypes.POINTER(ctypes.c_void_p))]\n"
        "fonts = FontSet.from_address(lib.FcConfigGetFonts(config, 0))\n"
        "for index in range(fonts.n):\n"
        "    pattern = ctypes.c_void_p(fonts.fonts[index])\n"
        "    print(ctypes.string_at(lib.FcPatternFormat(pattern, b'%{family}|%{style}|%{file}')).decode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"FONTCONFIG_FILE": str(conf), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = {f"{face.family}|{'Bold' if face.weight == 700 else 'Regular'}|{face.path}" for face in FACES}
    assert set(done.stdout.split("\n")) - {""} == expected


def test_importing_opens_neither_fonts_nor_yaml():
    program = (
        "import sys, report.typography.fonts as f; f.bundled_fonts_dir()\n"
        "print({'yaml', 'fontTools'} & {name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_characters_without_ink_need_no_glyph():
    found = fonts.Coverage({"Song": frozenset()})
    assert found.missing("\n\t\u00ad\u200b\u2060\ufeff\ufe0f") == ()
    assert found.missing(" \u3000") == (" ", "\u3000")
    assert unicodedata.category("\u2060") == "Cf"
