import pydantic
import pytest

from report.facts.attributes import Number, Quantity
from report.facts.dates import parse_date
from report.facts.models import Entity, Fact
from report.facts.sources import Source
from report.facts.terms import Kind, Status

FACT = {
    "id": "cn-818",
    "kind": "regulation",
    "status": "verified",
    "jurisdiction": "CN",
    "label": {"zh-Hans": "国务院令第818号", "en": "State Council Order 818"},
    "dates": {"signed": "2025-09-28", "published": "2025-10-10", "effective": "2026-05-01"},
    "primary_date": "effective",
}
SOURCE = {"id": "nmpa-20250102", "type": "webpage", "title": "通告"}


def errors_of(model, entry):
    with pytest.raises(pydantic.ValidationError) as caught:
        model.model_validate(entry)
    return {
        error["loc"]: (error["type"], error["msg"], error.get("ctx", {}).get("hint", ""))
        for error in caught.value.errors()
    }


def the_error(model, entry):
    ((place, (kind, message, hint)),) = errors_of(model, entry).items()
    return place, kind, message, hint


def without(entry, *keys):
    return {key: value for key, value in entry.items() if key not in keys}


def test_fact_with_the_required_keys():
    fact = Fact.model_validate(FACT)
    assert fact.kind is Kind.REGULATION
    assert fact.status is Status.VERIFIED
    assert fact.date == parse_date("2026-05-01")
    assert (fact.entities, fact.supersedes, fact.attrs, fact.valid) == ((), (), {}, None)


def test_fact_with_every_key():
    fact = Fact.model_validate(
        FACT
        | {
            "effect": "regulate",
            "subject": "干细胞临床研究",
            "valid": "2026-05-01/..",
            "attrs": {"articles": "58"},
            "entities": ["state-council"],
            "sources": [{"ref": "gov", "locator": "第 3 条", "supports": ["effective", "attrs.articles"]}],
            "supersedes": ["cn-dual-filing-2015"],
            "contradicts": ["cn-easing"],
            "grade": "very-low",
            "last_checked": "2026-11-22",
            "checked_by": "editor-a",
            "review_by": "2027-02-22",
            "feed": {"url": "https://example.org/a.json", "pointer": "/0/date", "field": "dates.effective"},
            "note": "通告用「近日」",
        }
    )
    assert fact.sources[0].supports == ("effective", "attrs.articles")
    assert fact.review_by is not None
    assert fact.feed is not None


@pytest.mark.parametrize(
    "key", ["effect", "valid", "attrs", "sources", "supersedes", "grade", "feed", "note"]
)
def test_optional_key_may_be_null(key):
    assert Fact.model_validate(FACT | {key: None}) == Fact.model_validate(FACT)


@pytest.mark.parametrize("key", ["id", "kind", "status", "jurisdiction", "label"])
def test_required_key_is_missed_at_its_name(key):
    place, kind, _, _ = the_error(Fact, without(FACT, key))
    assert (place, kind) == ((key,), "missing")


@pytest.mark.parametrize("key", ["kind", "status"])
def test_required_word_may_not_be_null(key):
    place, kind, _, hint = the_error(Fact, FACT | {key: None})
    assert (place, kind) == ((key,), "required_key")
    assert hint


def test_dates_are_required():
    place, kind, message, hint = the_error(Fact, without(FACT, "dates", "primary_date"))
    assert (place, kind) == (("dates",), "required_key")
    assert "regulation has no dates" in message
    assert "announced" in hint


def test_primary_date_is_required():
    place, kind, _, hint = the_error(Fact, without(FACT, "primary_date"))
    assert (place, kind, hint) == (
        ("primary_date",),
        "required_key",
        "write one of signed, published, effective",
    )


@pytest.mark.parametrize("kind", ["scientific", "opinion"])
def test_neither_is_required_of_what_has_no_day(kind):
    fact = Fact.model_validate(without(FACT, "dates", "primary_date") | {"kind": kind})
    assert fact.date is None


def test_primary_date_names_a_date_of_the_fact():
    place, kind, _, hint = the_error(Fact, FACT | {"primary_date": "announced"})
    assert (place, kind, hint) == (
        ("primary_date",),
        "primary_date_unknown",
        "write one of signed, published, effective",
    )


def test_superseded_is_not_typed():
    place, kind, _, hint = the_error(Fact, FACT | {"status": "superseded"})
    assert (place, kind) == (("status",), "word_unknown")
    assert "derived" in hint
    assert "supersedes" in hint


@pytest.mark.parametrize(
    ("change", "place", "kind", "hint"),
    [
        ({"id": "CN_818"}, ("id",), "scalar_invalid", "Write cn-818."),
        ({"kind": "aproval"}, ("kind",), "word_unknown", "write approval"),
        ({"kind": "banana"}, ("kind",), "word_unknown", "write one of approval, refusal"),
        ({"kind": ["approval"]}, ("kind",), "word_unknown", "write one of approval, refusal"),
        ({"effect": "ban"}, ("effect",), "word_unknown", "write one of halt, regulate"),
        ({"grade": "very_low"}, ("grade",), "word_unknown", "write very-low"),
        ({"jurisdiction": "cn"}, ("jurisdiction",), "jurisdiction_unknown", "write CN"),
        ({"jurisdiction": "UK"}, ("jurisdiction",), "jurisdiction_unknown", "write GB"),
        ({"jurisdiction": "XX"}, ("jurisdiction",), "jurisdiction_unknown", "write two letters"),
        ({"jurisdiction": "CN-GDGD"}, ("jurisdiction",), "jurisdiction_unknown", "write two letters"),
        ({"jurisdiction": None}, ("jurisdiction",), "jurisdiction_unknown", "write two letters"),
        ({"valid": "2025"}, ("valid",), "span_invalid", "write 2025/.."),
        ({"valid": "2025-1/.."}, ("valid",), "date_invalid", "write both ends"),
        ({"superseded_by": "x"}, ("superseded_by",), "extra_forbidden", ""),
        ({"last_checked": "2025-1-1"}, ("last_checked",), "date_invalid", "Write 2025-01-01."),
        ({"entities": ["nmpa", "N"]}, ("entities", 1), "scalar_invalid", "Write n."),
        ({"sources": [{"ref": "a", "page": "1"}]}, ("sources", 0, "page"), "extra_forbidden", ""),
        ({"supersedes": ["a", "cn-818"]}, ("supersedes", 1), "self_link", "name another fact"),
        ({"contradicts": ["cn-818"]}, ("contradicts", 0), "self_link", "name another fact"),
        ({"attrs": {"a b": "1"}}, ("attrs", "a b", "[key]"), "attribute_invalid", "write letters"),
        ({"attrs": {"a": None}}, ("attrs", "a"), "attribute_invalid", "write one of these"),
        ({"attrs": {"a": ["1"]}}, ("attrs", "a"), "attribute_invalid", "write one of these"),
        ({"attrs": {"a": {"value": "1"}}}, ("attrs", "a", "unit"), "missing", ""),
        (
            {"attrs": {"a": {"value": "x", "unit": "mg"}}},
            ("attrs", "a", "value"),
            "number_invalid",
            "write digits",
        ),
        ({"feed": {"url": "https://a.org"}}, ("feed",), "feed_invalid", "write one of the two"),
        ({"feed": {"pointer": "/a"}}, ("feed",), "feed_invalid", "write one of the three"),
        (
            {"feed": {"url": "a.org", "pointer": "/a"}},
            ("feed", "url"),
            "address_invalid",
            "begin it with https",
        ),
        ({"feed": {"file": "a", "pointer": "a"}}, ("feed", "pointer"), "pointer_invalid", "write it as /"),
        (
            {"feed": {"file": "a", "pointer": "", "field": "label"}},
            ("feed", "field"),
            "field_invalid",
            "write dates.NAME",
        ),
    ],
)
def test_error_lies_at_its_place_with_its_hint(change, place, kind, hint):
    found_place, found_kind, _, found_hint = the_error(Fact, FACT | change)
    assert (found_place, found_kind) == (place, kind)
    assert found_hint.startswith(hint)
    assert bool(found_hint) == bool(hint)


def test_each_date_has_its_own_error():
    found = errors_of(
        Fact, FACT | {"dates": {"signed": "2025-9-28", "efective": "2026-05-01", "ended": None}}
    )
    assert found[("dates", "signed")][2] == "write 2025-09-28"
    assert found[("dates", "efective", "[key]")][2] == "write effective"
    assert found[("dates", "ended")][0] == "date_invalid"
    assert len(found) == 3


@pytest.mark.parametrize("jurisdiction", ["CN", "NO", "HK", "CN-GD", "US-CA", "GB-ENG", "EU", "INT"])
def test_jurisdiction_is_known(jurisdiction):
    assert Fact.model_validate(FACT | {"jurisdiction": jurisdiction}).jurisdiction == jurisdiction


def test_attributes_are_typed_by_how_they_look():
    written = {
        "conditional": "true",
        "open": "false",
        "age_min": "14",
        "ratio": "1.50",
        "cold": "-80",
        "code": "007",
        "big": "1_000",
        "yes": "yes",
        "origin": "脐带",
        "dose": {"value": "0.5", "unit": "mg"},
    }
    assert Fact.model_validate(FACT | {"attrs": written}).attrs == {
        "conditional": True,
        "open": False,
        "age_min": Number("14"),
        "ratio": Number("1.50"),
        "cold": Number("-80"),
        "code": "007",
        "big": "1_000",
        "yes": "yes",
        "origin": "脐带",
        "dose": Quantity(value=Number("0.5"), unit="mg"),
    }


def test_number_is_printed_as_written_and_reckoned_as_its_value():
    assert str(Number("1.50")) == "1.50"
    assert Number("1.50").value + 1 == Number("2.5").value


def test_fact_is_written_as_it_is_read():
    entry = without(FACT, "label") | {
        "valid": "2026-05-01/..",
        "attrs": {"a": "true", "b": "1.50", "c": {"value": "2", "unit": "mg"}, "d": "脐带"},
    }
    fact = Fact.model_validate(entry | {"label": "令"})
    written = fact.model_dump(mode="json", exclude={"label"})
    assert Fact.model_validate(written | {"label": "令"}) == fact
    assert written["dates"] == entry["dates"]


HEALTH = [
    {"name": "卫生部", "valid": "../2013"},
    {"name": "国家卫计委", "valid": "2013/2018"},
    {"name": "国家卫健委", "valid": "2018/.."},
]


def test_entity_bears_one_name_after_another():
    entity = Entity.model_validate({"id": "nhc", "names": HEALTH})
    assert entity.names_on(parse_date("2016-05-04")) == entity.names[1:2]
    assert entity.names_on(parse_date("2018")) == entity.names[1:]
    assert entity.names_on(parse_date("2020/..")) == entity.names[2:]


@pytest.mark.parametrize(
    ("spans", "place"),
    [
        (["2010/2018", "2015/2020"], ("names", 1, "valid")),
        (["2010/..", "2015/.."], ("names", 1, "valid")),
        (["../2018-03-17", "2018-03-17/.."], ("names", 1, "valid")),
        (["2018/2018", "2018/2018"], ("names", 1, "valid")),
        (["2018/2018", None], ("names", 1)),
        (["2015/2020", "../2010", "2010-06/2016"], ("names", 2, "valid")),
    ],
)
def test_names_that_hold_at_one_time_are_refused(spans, place):
    names = [{"name": f"名{n}", "valid": span} for n, span in enumerate(spans)]
    found_place, kind, _, hint = the_error(Entity, {"id": "nhc", "names": names})
    assert (found_place, kind) == (place, "names_overlap")
    assert hint


@pytest.mark.parametrize(
    ("change", "place", "kind"),
    [
        ({"names": []}, ("names",), "required_key"),
        ({"names": [{"name": "甲", "valid": "2018"}]}, ("names", 0, "valid"), "span_invalid"),
        ({"label": "甲"}, ("label",), "extra_forbidden"),
    ],
)
def test_entity_is_refused(change, place, kind):
    entry = {"id": "nhc", "names": [{"name": "甲"}]} | change
    assert the_error(Entity, entry)[:2] == (place, kind)


def test_source_in_csl():
    source = Source.model_validate(
        SOURCE
        | {
            "author": [{"family": "陈", "given": "耀龙"}, {"literal": "国家药品监督管理局"}],
            "issued": "2025-01-02",
            "accessed": {"date-parts": [["2026", "11", "22"]]},
            "container-title": "药学学报",
            "publisher-place": "北京",
            "URL": "https://www.nmpa.gov.cn/a",
            "DOI": "10.1016/j.jcyt.2025.01.005",
            "language": "zh-CN",
            "tier": "primary",
            "archived_url": "https://web.archive.org/a",
            "watch": {"selector": "main"},
            "sha256": "0" * 64,
        }
    )
    assert source.author[0].family == "陈"
    assert source.accessed == parse_date("2026-11-22")
    assert (source.container_title, source.doi) == ("药学学报", "10.1016/j.jcyt.2025.01.005")
    assert Source.model_validate(source.model_dump(mode="json", by_alias=True)) == source


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"date-parts": [["2025"]]}, "2025"),
        ({"date-parts": [["2025", "5"]], "circa": "true"}, "2025-05~"),
        ({"date-parts": [["2025", "5"], ["2025", "6", "1"]]}, "2025-05/2025-06-01"),
    ],
)
def test_date_parts_of_csl(parts, text):
    assert Source.model_validate(SOURCE | {"issued": parts}).issued == parse_date(text)


@pytest.mark.parametrize(
    ("change", "place", "kind"),
    [
        ({"type": "journal"}, ("type",), "word_unknown"),
        ({"title": " "}, ("title",), "scalar_invalid"),
        ({"Title": "甲"}, ("Title",), "extra_forbidden"),
        ({"tier": "first"}, ("tier",), "word_unknown"),
        ({"author": [{"given": "耀龙"}]}, ("author", 0), "name_invalid"),
        ({"author": [{"family": "陈", "literal": "陈"}]}, ("author", 0), "name_invalid"),
        ({"issued": "2025年"}, ("issued",), "date_invalid"),
        ({"issued": {"date-parts": [["2025", "2", "30"]]}}, ("issued",), "date_invalid"),
        ({"issued": {"date-parts": [["2025", "x"]]}}, ("issued", "date-parts"), "date_invalid"),
        ({"issued": {"date-parts": "2025"}}, ("issued", "date-parts"), "date_invalid"),
        ({"issued": {"date-parts": [[]]}}, ("issued", "date-parts"), "date_invalid"),
        ({"issued": {"raw": "2025"}}, ("issued", "raw"), "date_invalid"),
        ({"issued": {}}, ("issued", "date-parts"), "date_invalid"),
        ({"URL": "www.nmpa.gov.cn"}, ("URL",), "address_invalid"),
        ({"DOI": "https://doi.org/10.1016/j.x"}, ("DOI",), "doi_invalid"),
        ({"sha256": "0"}, ("sha256",), "hash_invalid"),
        ({"language": "Chinese (simplified)"}, ("language",), "language_invalid"),
        ({"watch": {"interval": "1"}}, ("watch", "interval"), "extra_forbidden"),
    ],
)
def test_source_is_refused(change, place, kind):
    assert the_error(Source, SOURCE | change)[:2] == (place, kind)


def test_braces_in_a_message_stay_as_typed():
    assert "'{message}'" in the_error(Fact, FACT | {"kind": "{message}"})[2]
