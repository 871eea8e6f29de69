"""Makes the bundled fonts: cut down from packages, supplemented and renamed; adds rarer characters to them.

The same sources give the same bytes: no clock is read, and fontTools' optional repacker is never used. Only
another version of fontTools may change them; `fonts.yaml` names the one that was used.
"""

import bz2
import contextlib
import dataclasses
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from report.errors import MissingDependencyError, UsageError
from report.typography import font_sources, font_tables, font_variants, fonts
from report.typography.font_sources import Package, Recipe, SourceFont

Fetch = Callable[[Package, Path], Path]
"""Returns the folder in which a package's members are, unpacked, given where archives are kept."""

_LICENCE = "OFL-1.1"


@dataclasses.dataclass(frozen=True)
class Addition:
    """What `add_characters` did.

    Attributes:
        added: By family (`Jianbao Song Extra`), the characters that are new in it.
        present: Characters that every family had already, or that no source can add to any.
        lacking: By family, the characters asked for that none of its sources has.
        files: The font files written.
    """

    added: dict[str, tuple[str, ...]]
    present: tuple[str, ...]
    lacking: dict[str, tuple[str, ...]]
    files: tuple[Path, ...]

    def lines(self) -> list[str]:
        """Return what was done, for the command line."""
        return [
            *(f"added {' '.join(chars)} to {family}" for family, chars in self.added.items()),
            *(f"no source of {family} has {' '.join(chars)}" for family, chars in self.lacking.items()),
            *([f"already there: {' '.join(self.present)}"] if self.present else []),
        ]


def make_charset(work_dir: Path, out_dir: Path, fetch: Fetch) -> Path:
    """Write `charset.txt`, the characters the bundled fonts are cut down to, and return its path.

    Args:
        work_dir: Where fetched archives are kept.
        out_dir: Where the file goes.
        fetch: Gets the Unihan database.
    """
    package = font_sources.UNICODE_DATA
    folder = fetch(package, work_dir)
    lines = (
        line
        for member in package.members
        for line in bz2.decompress((folder / member).read_bytes()).decode("utf-8").splitlines()
    )
    comment = (
        "The characters of the bundled fonts, made by `make fonts`; do not edit.\n"
        f"tgh: kTGH of {package.manager} {package.name} {package.version}, 通用规范汉字表 (2013)\n"
        f"iicore: kIICore of the same, the International Ideographs Core\n"
        "gb2312: GB 2312-80; blocks: BLOCKS of report/typography/font_sources.py"
    )
    text = fonts.format_ranges(font_sources.collect_charset(lines), comment)
    fonts.write_whole(out_dir / "charset.txt", text.encode("utf-8"))
    return out_dir / "charset.txt"


def make_fonts(
    work_dir: Path, out_dir: Path, fetch: Fetch, recipes: Sequence[Recipe] = font_sources.RECIPES
) -> tuple[Path, ...]:
    """Make the bundled fonts with their registry, coverage and licences; return the font files.

    Args:
        work_dir: Where fetched archives are kept.
        out_dir: The folder of fonts; its `charset.txt` is used, and made where there is none.
        fetch: Gets the packages.
        recipes: What to make.

    Raises:
        MissingDependencyError: A package cannot be had, or a font in it is not the one expected.
    """
    charset = out_dir / "charset.txt"
    if not charset.is_file():
        make_charset(work_dir, out_dir, fetch)
    sections = fonts.parse_ranges(charset.read_text(encoding="utf-8"))
    codes = frozenset[int]().union(*sections.values())
    entries: list[dict[str, Any]] = []
    covered: dict[str, frozenset[int]] = {}
    files = []
    for recipe in recipes:
        data, entry, covered[recipe.file] = _make_font(recipe, codes, work_dir, fetch)
        fonts.write_whole(out_dir / recipe.file, data)
        files.append(out_dir / recipe.file)
        entries.append(entry)
    _write_licences(recipes, work_dir, out_dir, fetch)
    _write_registry(out_dir / "fonts.yaml", "The bundled fonts, made by `make fonts`; do not edit.", entries)
    _write_coverage(out_dir / "coverage.txt", covered)
    return tuple(files)


def _make_font(
    recipe: Recipe, codes: frozenset[int], work_dir: Path, fetch: Fetch
) -> tuple[bytes, dict[str, Any], frozenset[int]]:
    """Return a font's bytes, its entry in the registry, and the characters it has."""
    lender = recipe.supplement
    with contextlib.ExitStack() as opened:
        font = opened.enter_context(_open(recipe.base, work_dir, fetch))
        font_tables.subset(font, codes)
        used = [(recipe.base, len(font.getBestCmap()))]
        copyrights = [font["name"].getDebugName(0)]
        if lender is not None:
            source = opened.enter_context(_open(lender, work_dir, fetch))
            lent = sorted((codes & source.getBestCmap().keys()) - font.getBestCmap().keys() - _MARKS)
            font_tables.add_glyphs(font, source, lent, lender.scale)
            used.append((lender, len(lent)))
            copyrights.append(source["name"].getDebugName(0))
        font_variants.add_variants(font)
        version = font["name"].getDebugName(5)
        notice = "\n".join(copyrights)
        font_tables.rename(font, recipe.family, recipe.subfamily, recipe.weight, notice)
        data = font_tables.font_bytes(font)
        covered = frozenset(font.getBestCmap())
    entry = {
        "file": recipe.file,
        "family": recipe.family,
        "subfamily": recipe.subfamily,
        "style": "normal",
        "weight": recipe.weight,
        "licence": _LICENCE,
        "licence_files": _licence_files(recipe.sources[: len(used)]),
        "version": version,
        "copyright": notice,
        "sha256": hashlib.sha256(data).hexdigest(),
        "sources": [_source_entry(source, count) for source, count in used],
    }
    return data, entry, covered


# Combining marks are not lent: without the GPOS anchors of their own font they would be misplaced.
_MARKS = frozenset(range(0x0300, 0x0370))


def _open(source: SourceFont, work_dir: Path, fetch: Fetch) -> Any:
    from fontTools.ttLib import TTFont

    path = fetch(source.package, work_dir) / source.member
    if fonts.hash_file(path) != source.sha256:
        raise MissingDependencyError(
            f"{source.member} of {source.package.name} {source.package.version} is not the font expected.",
            f"Remove {path} and try again.",
        )
    return TTFont(path, fontNumber=source.number, lazy=True, recalcTimestamp=False)


def _licence_files(sources: Iterable[SourceFont]) -> list[str]:
    return sorted({f"LICENSES/{source.package.title}.txt" for source in sources})


def _source_entry(source: SourceFont, characters: int) -> dict[str, Any]:
    package = source.package
    return {
        "manager": package.manager,
        "package": package.name,
        "version": package.version,
        "archive": package.archive,
        "archive_sha256": package.sha256,
        "path": source.member.removeprefix("./"),
        "sha256": source.sha256,
        "characters": characters,
    }


def _write_licences(recipes: Iterable[Recipe], work_dir: Path, out_dir: Path, fetch: Fetch) -> None:
    used = (source for one in recipes for source in (one.base, one.supplement) if source is not None)
    for package in {source.package.name: source.package for source in used}.values():
        text = (fetch(package, work_dir) / package.licence_file).read_bytes()
        fonts.write_whole(out_dir / "LICENSES" / f"{package.title}.txt", text)


def _write_registry(path: Path, comment: str, entries: Sequence[Mapping[str, Any]]) -> None:
    import fontTools
    import yaml

    document = {"made_with": f"fontTools {fontTools.version}", "fonts": list(entries)}
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    fonts.write_whole(path, f"# {comment}\n{text}".encode())


def _write_coverage(path: Path, covered: Mapping[str, Iterable[int]]) -> None:
    comment = "The characters each font has, so that a build need not open the fonts; do not edit."
    fonts.write_whole(path, fonts.format_ranges(covered, comment).encode("ascii"))


def parse_characters(arguments: Iterable[str]) -> tuple[str, ...]:
    """Return the characters that arguments such as `㸆` and `U+20BB7` name, each once, by code point.

    Raises:
        UsageError: An argument names no character that a font could have.
    """
    found: set[str] = set()
    for argument in arguments:
        if match := re.fullmatch(r"[Uu]\+([0-9A-Fa-f]{4,6})", argument):
            code = int(match[1], 16)
            chars = chr(code) if code <= 0x10FFFF else ""
        elif re.match(r"[Uu]\+.", argument):
            chars = ""
        else:
            chars = argument
        unusable = [char for char in chars if not char.isprintable() or char.isspace()]
        if unusable or not chars:
            shown = f"U+{ord(unusable[0]):04X}" if unusable else repr(argument)
            raise UsageError(
                f"{shown} is not a character that can be printed.",
                "Give the characters themselves, or code points as U+20BB7.",
            )
        found.update(chars)
    return tuple(sorted(found))


def add_characters(
    arguments: Iterable[str],
    fonts_dir: Path,
    work_dir: Path,
    fetch: Fetch,
    *,
    bundled_dir: Path | None = None,
    recipes: Sequence[Recipe] = font_sources.RECIPES,
) -> Addition:
    """Put characters that the bundled fonts lack into small fonts of their own, in a project's `fonts/`.

    For every face whose sources have a character, `Jianbao Song Extra` and its like are made anew with what
    was added before; `extra.yaml`, `extra-coverage.txt` and the licences follow.

    Args:
        arguments: Characters, or code points as `U+20BB7`.
        fonts_dir: The project's `fonts/`; in the checkout, the bundled folder itself.
        work_dir: Where fetched archives are kept.
        fetch: Gets the packages.
        bundled_dir: The bundled fonts; by default those of this installation.
        recipes: How the bundled fonts were made.

    Raises:
        UsageError: An argument names no printable character.
        MissingDependencyError: No source font has a character; nothing is written then.
    """
    chars = parse_characters(arguments)
    bundled = bundled_dir or fonts.bundled_fonts_dir()
    registry = fonts.load_registry(bundled, fonts_dir)
    have = fonts.coverage(registry)
    plans = [_plan(recipe, chars, have, work_dir, fetch) for recipe in recipes]
    found = {code for plan in plans for code in plan.sources}
    nowhere = [char for char in chars if ord(char) not in found and not have.is_covered(char)]
    if nowhere:
        titles = dict.fromkeys(source.package.title for one in recipes for source in one.sources)
        named = ", ".join(f"{char} (U+{ord(char):04X})" for char in nowhere)
        raise MissingDependencyError(
            f"No source font has {named}; looked at {', '.join(titles)}.",
            "Write it another way, or register a font that has it in the project's fonts/fonts.yaml.",
        )
    files = []
    for plan in plans:
        if plan.sources:
            earlier = next((one for one in registry if one.path.name == plan.recipe.extra_file), None)
            files.append(_make_extra(plan, earlier, bundled, fonts_dir, work_dir, fetch))
    added: dict[str, tuple[str, ...]] = {}
    lacking: dict[str, tuple[str, ...]] = {}
    for plan in plans:
        if plan.sources:
            added[plan.recipe.extra_family] = tuple(map(chr, sorted(plan.sources)))
        if plan.lacking:
            lacking[plan.recipe.family] = plan.lacking
    present = tuple(char for char in chars if ord(char) not in found)
    return Addition(added, present, lacking, tuple(files))


@dataclasses.dataclass(frozen=True)
class _Plan:
    """Which source gives a face which code points, and what none of its sources has."""

    recipe: Recipe
    sources: dict[int, SourceFont]
    lacking: tuple[str, ...]


def _plan(recipe: Recipe, chars: Sequence[str], have: fonts.Coverage, work_dir: Path, fetch: Fetch) -> _Plan:
    own = have.by_family.get(recipe.family, frozenset()) | have.by_family.get(
        recipe.extra_family, frozenset()
    )
    wanted = {ord(char) for char in chars} - own
    sources: dict[int, SourceFont] = {}
    for source in recipe.sources:
        if wanted:
            with _open(source, work_dir, fetch) as font:
                given = wanted & font.getBestCmap().keys()
            sources |= dict.fromkeys(sorted(given), source)
            wanted -= given
    return _Plan(recipe, sources, tuple(map(chr, sorted(wanted))))


def _make_extra(
    plan: _Plan, earlier: fonts.FontFace | None, bundled: Path, fonts_dir: Path, work_dir: Path, fetch: Fetch
) -> Path:
    """Write a face's font of extra characters, its entry and its coverage; return the font's path."""
    from fontTools.ttLib import TTFont

    recipe = plan.recipe
    glyphs: dict[int, tuple[Any, int]] = {}
    entry: dict[str, Any] = {"characters": {}, "licence_files": [], "copyright": ""}
    if earlier is not None:
        entry = _entry_of(earlier)
        with TTFont(earlier.path) as font:
            glyphs = {code: font_tables.draw_glyph(font, code) for code in font.getBestCmap()}
        for name in entry["licence_files"]:
            fonts.write_whole(fonts_dir / name, (earlier.path.parent / name).read_bytes())
    copyrights = [line for line in entry["copyright"].splitlines() if line]
    origin: dict[str, str] = dict(entry["characters"])
    for source in dict.fromkeys(plan.sources.values()):
        with _open(source, work_dir, fetch) as font:
            scale = source.scale * 1000 / font["head"].unitsPerEm
            for code in (code for code, giver in plan.sources.items() if giver == source):
                glyphs[code] = font_tables.draw_glyph(font, code, scale)
                origin[f"U+{code:04X}"] = f"{source.package.name} {source.package.version}"
            copyrights += [
                line for line in font["name"].getDebugName(0).splitlines() if line not in copyrights
            ]
        package = source.package
        licence = (fetch(package, work_dir) / package.licence_file).read_bytes()
        fonts.write_whole(fonts_dir / "LICENSES" / f"{package.title}.txt", licence)
    names = (recipe.extra_family, recipe.subfamily, recipe.weight)
    notice = "\n".join(sorted(copyrights))
    data = font_tables.build_font(glyphs, names, bundled / recipe.file, notice)
    path = fonts_dir / recipe.extra_file
    fonts.write_whole(path, data)
    licences = {*entry["licence_files"], *_licence_files(plan.sources.values())}
    _register_extra(
        fonts_dir,
        {
            "file": recipe.extra_file,
            "family": recipe.extra_family,
            "subfamily": recipe.subfamily,
            "style": "normal",
            "weight": recipe.weight,
            "licence": _LICENCE,
            "licence_files": sorted(licences),
            "version": "Version 1.000",
            "copyright": notice,
            "sha256": hashlib.sha256(data).hexdigest(),
            "characters": dict(sorted(origin.items(), key=lambda item: int(item[0][2:], 16))),
        },
        frozenset(glyphs),
    )
    return path


def _entry_of(face: fonts.FontFace) -> dict[str, Any]:
    entries = fonts.read_entries(face.path.parent / "extra.yaml")
    return next(entry for entry in entries if entry["file"] == face.path.name)


def _register_extra(fonts_dir: Path, entry: dict[str, Any], codes: frozenset[int]) -> None:
    registry, sidecar = fonts_dir / "extra.yaml", fonts_dir / "extra-coverage.txt"
    entries = fonts.read_entries(registry) if registry.is_file() else []
    others = [other for other in entries if other["file"] != entry["file"]]
    for other in others:
        other["weight"] = int(other["weight"])
    ordered = sorted([*others, entry], key=lambda one: (one["family"], one["weight"]))
    covered = fonts.parse_ranges(sidecar.read_text(encoding="ascii")) if sidecar.is_file() else {}
    covered[entry["file"]] = codes
    _write_registry(registry, "Characters added by `report fonts add`; do not edit.", ordered)
    _write_coverage(sidecar, {one["file"]: covered[one["file"]] for one in ordered})
