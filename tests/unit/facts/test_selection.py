import datetime

import pytest

from report.facts.errors import DerivedError
from report.facts.selection import FactIndex, Selection, read_jurisdiction, read_kind
from report.facts.terms import Kind
from tests.unit.facts.strategies import make_fact

FACTS = [
    make_fact("a", "2011", subject="s", entities=["nmpa"], attrs={"age_min": "14", "conditional": "true"}),
    make_fact(
        "b", "2012", jurisdiction="CN-GD", kind="pilot", attrs={"dose": {"value": "0.5", "unit": "mL"}}
    ),
    make_fact("c", "2013", jurisdiction="US", attrs={"origin": "骨髓", "conditional": "false"}),
    make_fact("d", "2014", status="retracted"),
    make_fact("e", "2027", attrs={"stage": "3"}, subject="later"),
    make_fact("f", "2015", status="draft", supersedes=["a"], entities=["nmpa", "fda"]),
]
INDEX = FactIndex(FACTS, datetime.date(2026, 11, 22))


def select(**wanted):
    return "".join(fact.id for fact in INDEX.select(Selection(**wanted)))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "abcf"),
        ({"kind": Kind.APPROVAL}, "acf"),
        ({"kind": Kind.REFUSAL}, ""),
        ({"entity": "nmpa"}, "af"),
        ({"entity": "nmpa", "kind": Kind.APPROVAL}, "af"),
        ({"jurisdiction": "CN"}, "abf"),
        ({"jurisdiction": "CN-GD"}, "b"),
        ({"subject": "s"}, "a"),
        ({"subject": "later"}, ""),
        ({"attributes": {"age_min": 14}}, "a"),
        ({"attributes": {"age_min": "14.0"}}, "a"),
        ({"attributes": {"age_min": "viele"}}, ""),
        ({"attributes": {"conditional": True}}, "a"),
        ({"attributes": {"conditional": False}}, "c"),
        ({"attributes": {"conditional": 1}}, ""),
        ({"attributes": {"dose": "0.5 mL"}}, "b"),
        ({"attributes": {"origin": "骨髓"}, "jurisdiction": "US"}, "c"),
        ({"attributes": {"stage": 3}}, ""),
    ],
)
def test_facts_that_are_known_and_stand_are_found_by_what_they_have_in_common(wanted, found):
    assert select(**wanted) == found


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        ({"subject": "latr"}, "no fact has the subject 'latr'", "'later'"),
        ({"attributes": {"orign": "骨髓"}}, "no fact has an attribute 'orign'", "'origin'"),
        ({"attributes": {"x": 1}}, "no fact has an attribute 'x'", "correct it"),
    ],
)
def test_what_no_fact_ever_has_is_a_slip(wanted, message, hint):
    with pytest.raises(DerivedError, match=message) as caught:
        select(**wanted)
    assert hint in caught.value.hint


def test_words_are_read_or_refused_with_the_nearest():
    assert read_kind("approval") is Kind.APPROVAL
    assert read_jurisdiction("CN-GD") == "CN-GD"
    with pytest.raises(DerivedError, match="'aproval' is no kind") as caught:
        read_kind("aproval")
    assert caught.value.hint == "write approval"
    with pytest.raises(DerivedError, match="'UK' is no jurisdiction"):
        read_jurisdiction("UK")
    with pytest.raises(DerivedError, match="no jurisdiction"):
        read_jurisdiction(5)
