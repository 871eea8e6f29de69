"""Retractions and corrections in answers of the shape that Crossref's REST API has (recorded, shortened, made up)."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.monitor.retractions import Notice, ShapeError, addresses, notices_naming, notices_on_work

DOI = "10.1000/Example.1"


def update(doi, kind, day=(2025, 5, 20), source="publisher"):
    when = {"date-parts": [list(day)], "date-time": "2025-05-20T00:00:00Z", "timestamp": 1747699200000}
    return {
        "DOI": doi,
        "type": kind,
        "label": kind.title(),
        "source": source,
        "updated": when,
        "record-id": "1",
    }


def work(**message):
    return json.dumps(
        {"status": "ok", "message-type": "work", "message": {"DOI": DOI.lower(), **message}}
    ).encode()


def search(*items):
    message = {"total-results": len(items), "items": list(items)}
    return json.dumps({"status": "ok", "message-type": "work-list", "message": message}).encode()


def test_what_is_asked():
    assert addresses("https://api.crossref.org", "10.1000/a(1)<2>#;x") == (
        "https://api.crossref.org/works/10.1000/a%281%29%3C2%3E%23%3Bx",
        "https://api.crossref.org/works?filter=updates:10.1000%2Fa%281%29%3C2%3E%23%3Bx&rows=100",
    )


def test_a_work_names_its_notices_each_once():
    told = [
        update("10.1000/NOTICE", "retraction"),
        update("10.1000/notice", "retraction", source="retraction-watch"),
        update("10.1000/eoc", "expression_of_concern", (2025, 5)),
        update("10.1000/v2", "new_version"),
    ]
    assert notices_on_work(work(**{"updated-by": told}), DOI) == (
        Notice("10.1000/eoc", "expression_of_concern"),
        Notice("10.1000/notice", "retraction"),
    )
    found = notices_on_work(work(**{"updated-by": told}), DOI)
    assert [notice.on for notice in found] == [None, datetime.date(2025, 5, 20)]
    assert [notice.is_retraction for notice in found] == [False, True]
    assert found[0].words == "expression of concern"


def test_a_work_without_notices():
    assert notices_on_work(work(title=["An example"]), DOI) == ()


def test_notices_are_found_by_what_they_name():
    items = [
        {"DOI": "10.1000/notice", "update-to": [update("10.1000/EXAMPLE.1", "Correction")]},
        {"DOI": "10.1000/other", "update-to": [update("10.1000/example.10", "retraction")]},
        {"DOI": "10.1000/none"},
    ]
    assert notices_naming(search(*items), DOI) == (Notice("10.1000/notice", "correction"),)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<html>", "no JSON"),
        (b"[1]", "no `message`"),
        (b'{"message": []}', "no `message`"),
        (b"[" * 100_000, "no JSON"),
        (b'{"message": {"DOI": "10.1000/else"}}', "about the DOI"),
    ],
)
def test_another_shape_is_told(body, told):
    with pytest.raises(ShapeError, match=told):
        notices_on_work(body, DOI)


def test_a_search_that_gives_no_list_is_told():
    with pytest.raises(ShapeError, match="items"):
        notices_naming(work(), DOI)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(DOI),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["DOI", "type", "updated", "date-parts", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_stands_there_is_read_or_passed_over(value):
    found = notices_on_work(work(**{"updated-by": value}), DOI)
    found += notices_naming(search({"DOI": DOI, "update-to": value}, value), DOI)
    assert all(notice.doi.startswith("10.") and notice.type for notice in found)
