"""Adds rarer characters to the bundled fonts: small fonts of their own beside them, made anew with each addition."""

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Sequence, Set
from pathlib import Path
from typing import Any

from report.errors import MissingDependencyError, UsageError
from report.typography import font_features, font_regions, font_sources, font_tables, fonts
from report.typography.font_sources import Recipe, Region, SourceFont
from report.typography.subsetting import (
    LICENCE,
    Fetch,
    licence_files,
    open_source,
    write_coverage,
    write_registry,
)


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
            with open_source(source, work_dir, fetch) as font:
                given = wanted & font.getBestCmap().keys()
            sources |= dict.fromkeys(sorted(given), source)
            wanted -= given
    return _Plan(recipe, sources, tuple(map(chr, sorted(wanted))))


@dataclasses.dataclass
class _Extra:
    """A face's font of extra characters as it comes together.

    Attributes:
        glyphs: What is drawn, by code point; `forms`: how regions write it, by OpenType language.
        origin: The package that each character is from.
        copyrights: The notices of all sources.
        licence_files: Those of all sources, as the registry names them.
    """

    glyphs: dict[int, font_tables.Drawn]
    forms: font_regions.Drawings
    origin: dict[str, str]
    copyrights: set[str]
    licence_files: set[str]


def _make_extra(
    plan: _Plan, earlier: fonts.FontFace | None, bundled: Path, fonts_dir: Path, work_dir: Path, fetch: Fetch
) -> Path:
    """Write a face's font of extra characters, its entry and its coverage; return the font's path."""
    recipe = plan.recipe
    extra = _read_earlier(recipe, earlier, fonts_dir)
    for source in dict.fromkeys(plan.sources.values()):
        with open_source(source, work_dir, fetch) as font:
            scale = source.scale * 1000 / font["head"].unitsPerEm
            for code in (code for code, giver in plan.sources.items() if giver == source):
                extra.glyphs[code] = font_tables.draw_glyph(font, code, scale)
                extra.origin[f"U+{code:04X}"] = f"{source.package.name} {source.package.version}"
        _credit(extra, source, fonts_dir, work_dir, fetch)
    for region in recipe.regions:
        source, found = _draw_forms(recipe, region, plan.sources.keys(), work_dir, fetch)
        for language in region.languages:
            extra.forms[language] |= found
        if found:
            _credit(extra, source, fonts_dir, work_dir, fetch)
    names = (recipe.extra_family, recipe.subfamily, recipe.weight)
    notice = "\n".join(sorted(extra.copyrights))
    data = font_tables.font_bytes(_build(extra, names, bundled / recipe.file, notice))
    path = fonts_dir / recipe.extra_file
    fonts.write_whole(path, data)
    entry = {
        "file": recipe.extra_file,
        "family": recipe.extra_family,
        "subfamily": recipe.subfamily,
        "style": "normal",
        "weight": recipe.weight,
        "licence": LICENCE,
        "licence_files": sorted(extra.licence_files),
        "version": "Version 1.000",
        "copyright": notice,
        "sha256": hashlib.sha256(data).hexdigest(),
        "characters": dict(sorted(extra.origin.items(), key=lambda item: int(item[0][2:], 16))),
    }
    _register_extra(fonts_dir, entry, frozenset(extra.glyphs))
    return path


def _read_earlier(recipe: Recipe, earlier: fonts.FontFace | None, fonts_dir: Path) -> _Extra:
    """Return what was added before, its licences copied into the project."""
    from fontTools.ttLib import TTFont

    extra = _Extra(
        {}, {language: {} for region in recipe.regions for language in region.languages}, {}, set(), set()
    )
    if earlier is not None:
        entry = _entry_of(earlier)
        with TTFont(earlier.path) as font:
            extra.glyphs = {code: font_tables.draw_glyph(font, code) for code in font.getBestCmap()}
            for language in extra.forms:
                extra.forms[language] = font_regions.read_forms(font, language)
        extra.origin |= entry["characters"]
        extra.copyrights |= {line for line in entry["copyright"].splitlines() if line}
        extra.licence_files |= set(entry["licence_files"])
        for name in extra.licence_files:
            fonts.write_whole(fonts_dir / name, (earlier.path.parent / name).read_bytes())
    return extra


def _draw_forms(
    recipe: Recipe, region: Region, codes: Set[int], work_dir: Path, fetch: Fetch
) -> tuple[SourceFont, dict[int, font_tables.Drawn]]:
    """Return where a region's forms of characters are from, and those that it writes otherwise.

    The fonts of one collection share their glyphs, so that another glyph is another form.
    """
    source = region.whole or region.font
    own: dict[int, str] = {}
    if region.whole is not None and recipe.fallback is not None:
        with open_source(recipe.fallback, work_dir, fetch) as font:
            own = font.getBestCmap()
    with open_source(source, work_dir, fetch) as font:
        glyphs = font.getBestCmap()
        wanted = [code for code in sorted(codes & glyphs.keys()) if glyphs[code] != own.get(code)]
        return source, {code: font_regions.draw_form(source, font, code) for code in wanted}


def _credit(extra: _Extra, source: SourceFont, fonts_dir: Path, work_dir: Path, fetch: Fetch) -> None:
    """Record whose work a source is, and copy its licence into the project."""
    package = source.package
    with open_source(source, work_dir, fetch) as font:
        extra.copyrights |= {line for line in font["name"].getDebugName(0).splitlines() if line}
    licence = (fetch(package, work_dir) / package.licence_file).read_bytes()
    fonts.write_whole(fonts_dir / "LICENSES" / f"{package.title}.txt", licence)
    extra.licence_files |= set(licence_files([source]))


def _build(extra: _Extra, names: tuple[str, str, int], model: Path, notice: str) -> Any:
    font = font_tables.build_font(extra.glyphs, names, model, notice)
    forms, glyphs = font_regions.name_forms(extra.forms)
    font_tables.append_glyphs(font, glyphs)
    own = font.getBestCmap()
    regional = {
        language: {own[code]: name for code, name in found.items()} for language, found in forms.items()
    }
    font_features.add_substitutions(font, {}, regional)
    return font


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
    write_registry(registry, "Characters added by `report fonts add`; do not edit.", ordered)
    write_coverage(sidecar, {one["file"]: covered[one["file"]] for one in ordered})
