"""Puts OpenType substitutions into a font that has some of its own, behind them and without losing any.

After OpenType 1.9, GSUB: lookups work in the order of their list, so what comes behind applies to the alternates
of what comes before; features belong to scripts and languages, so a new one is given to each of them.
"""

import copy
import functools
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

# What a font without features is given them for.
_SCRIPTS = ("DFLT", "grek", "hani", "kana", "latn")

Substitutions = dict[str, dict[str, str]]
"""From a glyph to its form, by feature."""


def add_substitutions(
    font: Any,
    forms: Substitutions,
    regional: Mapping[str, Mapping[str, str]],
    contexts: str = "",
    context_lookup: str = "",
) -> None:
    """Add features to all scripts and languages of a font, in place, and `locl` to some languages.

    Where the font itself has another form for a glyph under one of these features, the new one is taken.

    Args:
        font: A font with or without a GSUB table.
        forms: What each feature gives.
        regional: What `locl` gives, by language.
        contexts: The rules of a default-on `calt`, as feature file source.
        context_lookup: The feature whose lookup the rules name.
    """
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
    from fontTools.ttLib import newTable

    features = [feature for feature in sorted(forms) if forms[feature]]
    localised = {language: f"rg{index:02}" for index, language in enumerate(regional) if regional[language]}
    if not features and not localised:
        return
    if "GSUB" not in font:
        _add_empty_gsub(font)
    _drop_replaced(font["GSUB"].table, forms)
    # What follows finds the form of the region.
    source = "".join(_lookup(tag, regional[language]) for language, tag in localised.items())
    source += "".join(_lookup(feature, forms[feature]) for feature in features)
    if contexts and forms.get(context_lookup):
        source += f"feature calt {{\n{contexts}}} calt;\n"
    for tag in (*localised.values(), *features):
        source += f"feature {tag} {{ lookup {tag}; }} {tag};\n"
    own = font["GSUB"]
    font["GSUB"] = newTable("GSUB")
    addOpenTypeFeaturesFromString(font, source, tables=["GSUB"])
    added, font["GSUB"] = font["GSUB"].table, own
    _merge(own.table, added, localised)


def drop_features(font: Any, tag: str, features: Collection[str]) -> None:
    """Take features out of a layout table, GSUB or GPOS, in place."""
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


def substitutions(font: Any, features: Collection[str]) -> Iterator[Mapping[str, str]]:
    """Yield what a font's features put for single glyphs, in the order of its lookups."""
    for subtable in _subtables(font, features):
        mapping = getattr(subtable, "mapping", None)
        if mapping is not None:
            yield mapping


def local_forms(font: Any, language: str) -> dict[str, str]:
    """Return what `locl` puts for single glyphs in a language."""
    found: dict[str, str] = {}
    for subtable in _subtables(font, ("locl",), language):
        found |= getattr(subtable, "mapping", {})
    return found


def ligatures(font: Any, features: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the ligatures of a font's features, each with its first component."""
    for subtable in _subtables(font, features):
        for first, found in getattr(subtable, "ligatures", {}).items():
            for ligature in found:
                yield first, ligature.LigGlyph


def _subtables(font: Any, features: Collection[str], language: str | None = None) -> Iterator[Any]:
    if "GSUB" not in font:
        return
    table = font["GSUB"].table
    records = table.FeatureList.FeatureRecord
    if language is not None:
        used = {index for tag, system in _systems(table) if tag == language for index in system.FeatureIndex}
        records = [records[index] for index in sorted(used)]
    indexes = {
        index
        for record in records
        if record.FeatureTag in features
        for index in record.Feature.LookupListIndex
    }
    for index in sorted(indexes):
        for subtable in table.LookupList.Lookup[index].SubTable:
            yield getattr(subtable, "ExtSubTable", subtable)


def _lookup(name: str, mapping: Mapping[str, str]) -> str:
    # One rule for all: feaLib's time for many grows with the square of their number.
    return f"lookup {name} {{\n  sub [{' '.join(mapping)}] by [{' '.join(mapping.values())}];\n}} {name};\n"


def _drop_replaced(table: Any, forms: Substitutions) -> None:
    """Drop the font's own forms of glyphs that get another one under the same feature, which theirs would forestall."""
    for record in table.FeatureList.FeatureRecord:
        replaced = forms.get(record.FeatureTag, {})
        for index in record.Feature.LookupListIndex if replaced else ():
            for subtable in table.LookupList.Lookup[index].SubTable:
                mapping = getattr(getattr(subtable, "ExtSubTable", subtable), "mapping", {})
                for name in mapping.keys() & replaced.keys():
                    del mapping[name]


def _merge(own: Any, added: Any, localised: Mapping[str, str]) -> None:
    """Append the lookups of a GSUB table to another's; what stands for the `locl` of a language becomes that."""
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
    by_language = {language: {"locl": lookups.pop(tag)} for language, tag in localised.items()}
    for script in own.ScriptList.ScriptRecord:
        systems = script.Script.LangSysRecord
        default = script.Script.DefaultLangSys
        for tag in localised:
            if default is not None and not any(system.LangSysTag == tag for system in systems):
                systems.append(_language_system(tag, copy.deepcopy(default)))
        systems.sort(key=lambda system: system.LangSysTag)
        script.Script.LangSysCount = len(systems)
    _add_features(own, lookups, lambda tag: True)
    for language, feature in by_language.items():
        _add_features(own, feature, functools.partial(operator.eq, language))
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


def _add_features(table: Any, lookups: Mapping[str, list[int]], is_meant: Callable[[str], bool]) -> None:
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


def _add_empty_gsub(font: Any) -> None:
    """Give a font without GSUB one that has scripts and nothing else."""
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables import otTables

    table = otTables.GSUB()
    table.Version = 0x00010000
    table.ScriptList, table.FeatureList = otTables.ScriptList(), otTables.FeatureList()
    table.LookupList = otTables.LookupList()
    table.ScriptList.ScriptRecord, table.FeatureList.FeatureRecord, table.LookupList.Lookup = [], [], []
    for tag in _SCRIPTS:
        record = otTables.ScriptRecord()
        record.ScriptTag, record.Script = tag, otTables.Script()
        record.Script.LangSysRecord = []
        system = record.Script.DefaultLangSys = otTables.LangSys()
        # OpenType: no feature is required.
        system.LookupOrder, system.ReqFeatureIndex, system.FeatureIndex = None, 0xFFFF, []
        table.ScriptList.ScriptRecord.append(record)
    font["GSUB"] = newTable("GSUB")
    font["GSUB"].table = table
