"""JSON Pointer after RFC 6901, and JSON that keeps numbers as they are written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.monitor.json_pointer import JsonNumber, PointerError, at_pointer, parse_json

# RFC 6901, 5.
EXAMPLE = r"""{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6,
 " ": 7, "m~n": 8}"""


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ('/k"l', "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
    ],
)
def test_the_examples_of_the_rfc(pointer: str, value: object) -> None:
    assert at_pointer(parse_json(EXAMPLE), pointer) == value


def test_an_empty_pointer_is_the_whole_document() -> None:
    assert at_pointer(parse_json("[1]"), "") == ["1"]


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("/fo", "the document has no key 'fo'; it has foo, , a/b"),
        ("/foo/2", "/foo has 2 entries, and none of the number 2"),
        ("/foo/-", "/foo is a list, and '-' no place in it"),
        ("/foo/01", "/foo is a list, and '01' no place in it"),
        ("/foo/0/x", "/foo/0 is a text, which has nothing below it"),
        ("/a~1b/x", "/a~1b is a number, which has nothing below it"),
    ],
)
def test_where_nothing_stands_it_is_said_how_far_the_pointer_leads(pointer: str, message: str) -> None:
    with pytest.raises(PointerError) as failed:
        at_pointer(parse_json(EXAMPLE), pointer)
    assert failed.value.message.startswith(message)


def test_numbers_stay_as_they_are_written() -> None:
    value = at_pointer(parse_json('{"a": 1.50, "b": 100000000000000000000000000001, "c": 1e3}'), "")
    assert value == {"a": "1.50", "b": "100000000000000000000000000001", "c": "1e3"}
    assert isinstance(value, dict)
    assert all(isinstance(one, JsonNumber) for one in value.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "a": 2}', "'a' stands in one object twice"),
        ("[NaN]", "NaN is no JSON"),
        ("[" * 100 + "]" * 100, "nested more than 60 levels"),
        ("[" * 100_000, "nested too deep"),
        ("{", "Expecting"),
    ],
)
def test_what_readers_would_not_agree_on_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_json(text)


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.text("ab/~01 ", max_size=4), below, max_size=3)
    ),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_every_value_of_a_document_is_found_by_its_pointer(document: object) -> None:
    parsed = parse_json(json.dumps(document))

    def walk(value: object, pointer: str) -> None:
        assert at_pointer(parsed, pointer) == value
        below = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        for key, one in below:
            walk(one, pointer + "/" + str(key).replace("~", "~0").replace("/", "~1"))

    walk(document, "")


@given(DOCUMENTS, st.text("/~01ab-", max_size=6))
def test_any_pointer_finds_a_value_or_says_that_there_is_none(document: object, rest: str) -> None:
    tree = parse_json(json.dumps(document))
    try:
        found = at_pointer(tree, f"/{rest}")
    except PointerError:
        return
    assert json.dumps(found, default=str) in json.dumps(tree, default=str)
