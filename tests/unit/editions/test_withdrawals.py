"""Records of withdrawn editions: read back as they were written, and refused after any change."""

import datetime
import json

import pytest

from report.editions.sealed import EditionError, seal
from report.editions.withdrawals import (
    FORMAT,
    Withdrawal,
    read_withdrawals,
    state_of,
    to_json,
    withdrawal_of,
)

ONE = Withdrawal(1, datetime.date(2026, 11, 27), "王小明", "接种年龄误写", 2, must_return=True)
THREE = Withdrawal(3, datetime.date(2026, 12, 1), "", "来源撤稿")


def test_withdrawals_are_read_back_by_edition():
    assert read_withdrawals(to_json([THREE, ONE])) == (ONE, THREE)
    assert to_json([THREE, ONE]) == to_json([ONE, THREE])
    assert read_withdrawals(to_json([])) == ()
    assert read_withdrawals(None) == ()


def test_the_record_is_canonical_and_says_what_it_is():
    data = json.loads(to_json([ONE]))
    assert (data["format"], data["version"]) == ("jianbao-withdrawals", 1)
    assert list(data) == sorted(data)
    assert data["withdrawals"][0]["on"] == "2026-11-27"


def test_the_withdrawal_of_an_edition():
    assert withdrawal_of(3, [ONE, THREE]) == THREE
    assert withdrawal_of(2, [ONE, THREE]) is None


def test_an_edition_is_current_superseded_or_withdrawn():
    assert [state_of(number, 3, [ONE]) for number in (1, 2, 3)] == ["withdrawn", "superseded", "current"]


def test_where_the_last_edition_is_withdrawn_none_is_current():
    assert [state_of(number, 3, [THREE]) for number in (1, 2, 3)] == ["superseded", "superseded", "withdrawn"]


@pytest.mark.parametrize("place", range(0, len(to_json([ONE, THREE])), 7))
def test_a_record_with_any_byte_changed_is_refused(place):
    spoilt = bytearray(to_json([ONE, THREE]))
    spoilt[place] ^= 1
    with pytest.raises(EditionError):
        read_withdrawals(bytes(spoilt))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"edition": 0}, "withdrawals.0.edition"),
        ({"reason": ""}, "withdrawals.0.reason"),
        ({"on": "2026-13-01"}, "withdrawals.0.on"),
        ({"replaced_by": -1}, "withdrawals.0.replaced_by"),
        ({"extra": 1}, "withdrawals.0.extra"),
    ],
)
def test_a_sealed_record_that_is_wrong_is_refused(change, said):
    body = json.loads(to_json([ONE]))["withdrawals"]
    body[0] |= change
    with pytest.raises(EditionError, match=f"is damaged at {said}"):
        read_withdrawals(seal(FORMAT, {"withdrawals": body}))


def test_an_edition_is_withdrawn_once():
    body = json.loads(to_json([ONE]))["withdrawals"]
    with pytest.raises(EditionError, match="twice"):
        read_withdrawals(seal(FORMAT, {"withdrawals": body * 2}))
