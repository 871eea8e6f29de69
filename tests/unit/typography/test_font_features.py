"""Substitutions put into a font that has its own."""

import io

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from report.typography.font_features import (
    add_substitutions,
    drop_features,
    ligatures,
    local_forms,
    substitutions,
)

OWN = """
languagesystem DFLT dflt;
languagesystem latn dflt;
languagesystem latn ZHS;
lookup swash { sub b by b.alt; } swash;
feature calt { sub a b' lookup swash; } calt;
feature hwid { sub comma by comma.own; sub a by a.half; } hwid;
feature liga { sub a b by a_b; } liga;
feature locl { script latn; language ZHS exclude_dflt; sub a by a.zhs; } locl;
"""
FORMS = {"hwid": {"comma": "comma.half"}, "ss14": {"a": "a.lead"}}
NAMES = [
    ".notdef",
    "a",
    "b",
    "comma",
    "a.half",
    "a.lead",
    "a.zhs",
    "a_b",
    "b.alt",
    "comma.half",
    "comma.own",
    "comma.centred",
    "b.zht",
    "b.zhh",
]
REGIONAL = {
    "ZHT ": {"comma": "comma.centred", "b": "b.zht"},
    "ZHH ": {"comma": "comma.centred", "b": "b.zhh"},
}
CONTEXTS = "  sub comma' lookup hwid comma;\n"


def build(features):
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(NAMES)
    builder.setupCharacterMap({ord("a"): "a", ord("b"): "b", ord(","): "comma"})
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in NAMES})
    builder.setupHorizontalMetrics(dict.fromkeys(NAMES, (1000, 0)))
    if features:
        addOpenTypeFeaturesFromString(builder.font, features)
    return builder.font


@pytest.fixture
def font():
    font = build(OWN)
    add_substitutions(font, FORMS, REGIONAL, CONTEXTS, "hwid")
    return font


def saved(font):
    stream = io.BytesIO()
    font.save(stream)
    return TTFont(stream)


def systems(font):
    """The lookups of each feature, by script and language."""
    table = font["GSUB"].table
    return {
        (script.ScriptTag, tag): {
            table.FeatureList.FeatureRecord[index].FeatureTag: table.FeatureList.FeatureRecord[
                index
            ].Feature.LookupListIndex
            for index in system.FeatureIndex
        }
        for script in table.ScriptList.ScriptRecord
        for tag, system in [
            ("dflt", script.Script.DefaultLangSys),
            *((one.LangSysTag, one.LangSys) for one in script.Script.LangSysRecord),
        ]
    }


def test_every_script_and_language_has_the_new_features_besides_its_own(font):
    found = systems(font)
    languages = {("DFLT", "dflt"), ("latn", "dflt"), ("latn", "ZHS ")}
    assert found.keys() == languages | {
        (script, tag) for script in ("DFLT", "latn") for tag in ("ZHT ", "ZHH ")
    }
    for features in found.values():
        assert {"calt", "hwid", "liga", "ss14"} <= features.keys()
    assert len(found["latn", "dflt"]["calt"]) == 2


def test_a_font_is_the_same_after_saving(font):
    assert systems(saved(font)) == systems(font)


def test_features_are_in_the_order_of_their_tags(font):
    tags = [record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord]
    assert tags == sorted(tags)


def test_new_lookups_come_behind_the_fonts_own(font):
    features = systems(font)["latn", "dflt"]
    assert min(features["ss14"]) > max(features["liga"])


def test_languages_without_forms_keep_those_that_they_have(font):
    found = systems(font)
    assert "locl" not in found["latn", "dflt"]
    assert list(substitutions(font, ["locl"])) == [{"a": "a.zhs"}, *REGIONAL.values()]
    assert found["latn", "ZHS "]["locl"] != found["latn", "ZHT "]["locl"] == found["DFLT", "ZHT "]["locl"]


@pytest.mark.parametrize("language", ["ZHT ", "ZHH "])
def test_a_region_has_its_own_forms_and_no_other(font, language):
    assert local_forms(font, language) == REGIONAL[language]
    assert len(local_forms(saved(font), language)) == len(REGIONAL[language])
    assert local_forms(font, "ZHS ") == {"a": "a.zhs"}
    assert local_forms(build(""), language) == {}


def test_other_features_apply_to_what_a_region_has(font):
    """Lookups work in the order of their list, so those of regions come first."""
    features = systems(font)["latn", "ZHT "]
    assert max(features["locl"]) < min(features["ss14"])


def test_a_form_takes_the_place_of_the_fonts_own_and_no_more(font):
    assert list(substitutions(font, ["hwid"])) == [{"a": "a.half"}, {"comma": "comma.half"}]


def test_a_context_names_the_lookup_that_it_named(font):
    """Lookups have moved, and with them what contexts refer to."""
    table = font["GSUB"].table
    for index in systems(font)["latn", "dflt"]["calt"]:
        for subtable in table.LookupList.Lookup[index].SubTable:
            [target] = [record.LookupListIndex for record in subtable.SubstLookupRecord]
            mappings = [one.mapping for one in table.LookupList.Lookup[target].SubTable]
            assert mappings in ([{"b": "b.alt"}], [{"comma": "comma.half"}])


def test_a_font_without_features_gets_them():
    font = build("")
    add_substitutions(font, FORMS, {}, CONTEXTS, "hwid")
    font = saved(font)
    assert all({"calt", "hwid", "ss14"} <= features.keys() for features in systems(font).values())


def test_without_forms_a_font_stays_as_it_is():
    font = build("")
    add_substitutions(font, {"hwid": {}}, {}, "", "hwid")
    assert "GSUB" not in font


def test_features_are_dropped_and_the_others_stay(font):
    drop_features(font, "GSUB", ["liga", "none"])
    assert all("liga" not in features and "ss14" in features for features in systems(font).values())


def test_ligatures_are_found_with_what_they_begin_with(font):
    assert list(ligatures(font, ["liga"])) == [("a", "a_b")]
