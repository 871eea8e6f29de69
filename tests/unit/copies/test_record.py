"""`copy.json`: what was written is read back, and whatever else is None."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.copies.record import CopyRecord, copy_file, from_json, to_json

FILE = copy_file(b"signed", b"plain", "pdf", "full", "zh-Hans")
RECORD = CopyRecord("GZ-0001", "demo", 3, 1, "0" * 64, {"demo.pdf": FILE, "demo.zh-Hant-HK.epub": FILE})
JSON = json.loads(to_json(RECORD))


def test_a_record_is_read_back():
    assert from_json(to_json(RECORD)) == RECORD
    assert to_json(RECORD).endswith(b"}\n")
    assert FILE.sha256 != FILE.unsigned
    same = copy_file(*[b"plain"] * 2, "pdf", "full", "zh-Hans")
    assert (same.size, same.sha256) == (5, same.unsigned)


def changed(**values):
    return {**JSON, **values}


def with_file(name="demo.pdf", **values):
    return changed(files={name: {**JSON["files"]["demo.pdf"], **values}})


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        None,
        changed(version=2),
        changed(version=True),
        changed(version="1"),
        changed(more=1),
        changed(edition="3"),
        changed(edition=True),
        changed(edition=-1),
        changed(edition=3.0),
        changed(since=None),
        changed(clinic=1),
        changed(made_from=None),
        changed(files=[]),
        changed(files=None),
        changed(files={"demo.pdf": []}),
        changed(files={"demo.pdf": {"size": 1}}),
        with_file(size="9"),
        with_file(size=-9),
        with_file(sha256=7),
        with_file(locale=None),
        with_file(more=1),
        with_file("../demo.pdf"),
        with_file("/etc/passwd"),
        with_file(".."),
        with_file(".demo.pdf"),
        with_file("a/b.pdf"),
        with_file("a\\b.pdf"),
        with_file("demo.pdf\n"),
        with_file(""),
    ],
)
def test_what_is_no_record_is_none(data):
    assert from_json(json.dumps(data).encode()) is None


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"version": 1e999}', b"NaN", b'"\\ud800"']
)
def test_what_is_no_json_is_none(data):
    assert from_json(data) is None


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_garbage_is_none(data):
    assert from_json(data) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(JSON)), json_values)
def test_a_value_of_another_kind_is_none_or_taken_as_it_is(key, value):
    found = from_json(json.dumps(changed(**{key: value})).encode())
    if found is not None:
        read = {**dataclasses.asdict(found), "version": 1}
        assert read[key] == value
        assert type(read[key]) is type(value)


@given(st.integers(0, len(to_json(RECORD)) - 1), st.integers(0, 255))
def test_a_damaged_record_does_not_end_in_an_error(place, byte):
    data = bytearray(to_json(RECORD))
    data[place] = byte
    found = from_json(bytes(data))
    assert found is None or isinstance(found, CopyRecord)
