"""Records of editions and sign-offs: read back as they were written, and refused after any change."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.editions.record import (
    EDITION_FORMAT,
    Approval,
    approvals_from_json,
    approvals_to_json,
    from_json,
    seal_of,
    to_json,
)
from report.editions.sealed import EditionError, seal
from report.errors import ExitCode
from tests.unit.editions.samples import DIGEST, edition, editions

APPROVALS = (
    Approval("医学审校", "甲", datetime.date(2026, 11, 22), DIGEST),
    Approval("医学审校", "乙", datetime.date(2026, 11, 23), "f" * 64),
)


@given(editions)
def test_an_edition_is_read_back_as_it_was_written(made):
    data = to_json(made)
    assert from_json(data) == made
    assert to_json(from_json(data)) == data
    assert json.loads(data)["seal"] == seal_of(made)


def test_sign_offs_are_read_back_as_they_were_written():
    assert approvals_from_json(approvals_to_json(APPROVALS)) == APPROVALS
    assert approvals_from_json(approvals_to_json([])) == ()


def test_a_record_is_canonical():
    text = to_json(edition()).decode()
    assert text.endswith("}\n")
    assert "\r" not in text
    assert "国务院令第818号" in text
    keys = list(json.loads(text))
    assert keys == sorted(keys)


RECORD, SIGN_OFFS = to_json(edition()), approvals_to_json(APPROVALS)


@given(st.integers(0, len(RECORD) - 1), st.integers(1, 255))
def test_a_record_with_any_byte_changed_is_refused(place, difference):
    spoilt = bytearray(RECORD)
    spoilt[place] = (spoilt[place] + difference) % 256
    with pytest.raises(EditionError):
        from_json(bytes(spoilt))


@given(st.integers(0, len(SIGN_OFFS) - 1), st.integers(1, 255))
def test_sign_offs_with_any_byte_changed_are_refused(place, difference):
    spoilt = bytearray(SIGN_OFFS)
    spoilt[place] = (spoilt[place] + difference) % 256
    with pytest.raises(EditionError):
        approvals_from_json(bytes(spoilt))


@given(st.integers(0, len(RECORD) - 1))
def test_a_record_with_a_byte_missing_or_doubled_is_refused(place):
    for spoilt in (
        RECORD[:place] + RECORD[place + 1 :],
        RECORD[:place] + RECORD[place:][:1] + RECORD[place:],
    ):
        with pytest.raises(EditionError):
            from_json(spoilt)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is damaged"),
        (b"{", "is damaged"),
        (b"[" * 100_000, "is damaged"),
        (b"\xff\xfe", "is damaged"),
        (b"[]", "is not"),
        (b'{"format": "other"}', "is not"),
        (SIGN_OFFS, "is not"),
        (b'{"format": "jianbao-edition", "version": 99}', "is of version 99"),
        (b'{"format": "jianbao-edition", "version": 1}', "was changed after it was written"),
        (b'{"format": "jianbao-edition", "version": 1, "title": "\\ud800"}', "was changed after"),
        (RECORD.replace(b"\n", b"\r\n"), "its bytes are not"),
        (json.dumps(json.loads(RECORD)).encode(), "its bytes are not"),
    ],
)
def test_a_damaged_record_says_what_is_wrong(data, said):
    with pytest.raises(EditionError) as caught:
        from_json(data)
    assert said in caught.value.message
    assert caught.value.exit_code is ExitCode.UNREADABLE


def test_what_is_no_edition_is_refused_although_its_seal_fits():
    body = json.loads(RECORD)
    for name in ("seal", "format", "version"):
        del body[name]
    for change in ({"number": 0}, {"number": "1"}, {"extra": 1}, {"as_of": "2026-02-30"}, {"facts": []}):
        sealed = seal(EDITION_FORMAT, {**body, **change})
        with pytest.raises(EditionError, match=f"is damaged at {next(iter(change))}"):
            from_json(sealed)


def test_a_seal_tells_two_editions_apart():
    assert seal_of(edition(1)) != seal_of(edition(2))
    assert seal_of(edition(1)) == seal_of(edition(1))


def test_a_record_without_what_later_programs_write_too_is_read():
    body = json.loads(RECORD)
    for name in ("seal", "format", "version", "summary"):
        del body[name]
    assert from_json(seal(EDITION_FORMAT, body)).summary == ""
