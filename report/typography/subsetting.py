"""Makes the bundled fonts: cut down from packages, supplemented, given the forms of regions, and renamed.

The same sources give the same bytes: no clock is read, and fontTools' optional repacker is never used. Only
another version of fontTools may change them; `fonts.yaml` names the one that was used.
"""

import bz2
import contextlib
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from report.errors import MissingDependencyError
from report.typography import font_charset, font_regions, font_sources, font_tables, font_variants, fonts
from report.typography.font_sources import Package, Recipe, SourceFont

Fetch = Callable[[Package, Path], Path]
"""Returns the folder in which a package's members are, unpacked, given where archives are kept."""

LICENCE = "OFL-1.1"


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
        "gb2312: GB 2312-80; blocks: BLOCKS of report/typography/font_charset.py\n"
        "traditional: kBigFive (first level) and kHKGlyph of the same, what GB 2312 is converted to\n"
        "variants: kTraditionalVariant of kTGH"
    )
    text = fonts.format_ranges(font_charset.collect_charset(lines), comment)
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
    entries: list[dict[str, Any]] = []
    covered: dict[str, frozenset[int]] = {}
    files = []
    for recipe in recipes:
        data, entry, covered[recipe.file] = _make_font(recipe, sections, work_dir, fetch)
        fonts.write_whole(out_dir / recipe.file, data)
        files.append(out_dir / recipe.file)
        entries.append(entry)
    _write_licences(recipes, work_dir, out_dir, fetch)
    write_registry(out_dir / "fonts.yaml", "The bundled fonts, made by `make fonts`; do not edit.", entries)
    write_coverage(out_dir / "coverage.txt", covered)
    return tuple(files)


def _make_font(
    recipe: Recipe, sections: Mapping[str, frozenset[int]], work_dir: Path, fetch: Fetch
) -> tuple[bytes, dict[str, Any], frozenset[int]]:
    """Return a font's bytes, its entry in the registry, and the characters it has."""
    lender, codes = recipe.supplement, frozenset[int]().union(*sections.values())
    with contextlib.ExitStack() as opened:
        font = opened.enter_context(open_source(recipe.base, work_dir, fetch))
        font_tables.subset(font, codes)
        used = [(recipe.base, len(font.getBestCmap()))]
        copyrights = {font["name"].getDebugName(0): None}
        if lender is not None:
            source = opened.enter_context(open_source(lender, work_dir, fetch))
            lent = sorted((codes & source.getBestCmap().keys()) - font.getBestCmap().keys() - _MARKS)
            font_tables.add_glyphs(font, source, lent, lender.scale)
            used.append((lender, len(lent)))
            copyrights[source["name"].getDebugName(0)] = None
        regions = [
            (region, opened.enter_context(open_source(region.font, work_dir, fetch)))
            for region in recipe.regions
        ]
        traditional = sections.get("traditional", frozenset())
        forms = font_regions.add_regions(font, regions, codes, traditional)
        for region, source in regions:
            used.append((region.font, len(forms[region.languages[0]])))
            copyrights[source["name"].getDebugName(0)] = None
        font_variants.add_variants(font, forms)
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
        "licence": LICENCE,
        "licence_files": licence_files(source for source, _ in used),
        "version": version,
        "copyright": notice,
        "sha256": hashlib.sha256(data).hexdigest(),
        "sources": [_source_entry(source, count) for source, count in used],
    }
    return data, entry, covered


# Combining marks are not lent: without the GPOS anchors of their own font they would be misplaced.
_MARKS = frozenset(range(0x0300, 0x0370))


def open_source(source: SourceFont, work_dir: Path, fetch: Fetch) -> Any:
    """Return a font of a package, opened.

    Raises:
        MissingDependencyError: The package cannot be had, or its font is not the one expected.
    """
    from fontTools.ttLib import TTFont

    path = fetch(source.package, work_dir) / source.member
    if fonts.hash_file(path) != source.sha256:
        raise MissingDependencyError(
            f"{source.member} of {source.package.name} {source.package.version} is not the font expected.",
            f"Remove {path} and try again.",
        )
    return TTFont(path, fontNumber=source.number, lazy=True, recalcTimestamp=False)


def licence_files(sources: Iterable[SourceFont]) -> list[str]:
    """Return the licences of sources, as the registry names them."""
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
    regional = [region.font for one in recipes for region in one.regions]
    own = [source for one in recipes for source in (one.base, one.supplement) if source is not None]
    used = [*own, *regional]
    for package in {source.package.name: source.package for source in used}.values():
        text = (fetch(package, work_dir) / package.licence_file).read_bytes()
        fonts.write_whole(out_dir / "LICENSES" / f"{package.title}.txt", text)


def write_registry(path: Path, comment: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write a registry of fonts, such as `fonts.yaml`."""
    import fontTools
    import yaml

    document = {"made_with": f"fontTools {fontTools.version}", "fonts": list(entries)}
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    fonts.write_whole(path, f"# {comment}\n{text}".encode())


def write_coverage(path: Path, covered: Mapping[str, Iterable[int]]) -> None:
    """Write which characters the fonts of a registry have."""
    comment = "The characters each font has, so that a build need not open the fonts; do not edit."
    fonts.write_whole(path, fonts.format_ranges(covered, comment).encode("ascii"))
