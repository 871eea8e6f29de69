"""The record of withdrawn editions, `withdrawals.json`: sealed, canonical JSON (`report.editions.sealed`).

An edition is never written again, so what became of it afterwards stands in a record of its own, beside the
briefing and in version control with it.
"""

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import pydantic

from report.editions.sealed import STRICT, EditionError, open_sealed, plain, seal, validated

FILE_NAME = "withdrawals.json"
FORMAT = "jianbao-withdrawals"
_NOUN = "the record of withdrawals"
_HINT = "Bring the file back as it was written, from version control or a backup."


@dataclasses.dataclass(frozen=True, slots=True)
class Withdrawal:
    """An edition that its publisher took back.

    Attributes:
        edition: Its number, from 1.
        on: The day.
        by: Who decided it; may be empty.
        reason: Why, as its holders are told.
        replaced_by: The number of the edition that took its place when it was withdrawn; 0 where there was none.
        must_return: Whether its holders have to take it out of use: 须收回.
    """

    __pydantic_config__: ClassVar = STRICT

    edition: Annotated[int, pydantic.Field(ge=1)]
    on: datetime.date
    by: str
    reason: Annotated[str, pydantic.Field(min_length=1)]
    replaced_by: Annotated[int, pydantic.Field(ge=0)] = 0
    must_return: bool = False


def to_json(withdrawals: Iterable[Withdrawal]) -> bytes:
    """Return withdrawals as canonical, sealed JSON, by edition."""
    ordered = sorted(withdrawals, key=lambda item: item.edition)
    return seal(FORMAT, {"withdrawals": [plain(item) for item in ordered]})


def read_withdrawals(data: bytes | None) -> tuple[Withdrawal, ...]:
    """Return the withdrawals that a record holds, by edition; none where there is no record.

    Raises:
        EditionError: The record is damaged, was rewritten, is of another version, or is none.
    """
    if data is None:
        return ()
    found = validated(_Withdrawals, open_sealed(FORMAT, data, _NOUN), _NOUN).withdrawals
    numbers = [item.edition for item in found]
    if len(set(numbers)) < len(numbers):
        raise EditionError(f"{_NOUN} names an edition twice", _HINT)
    return tuple(sorted(found, key=lambda item: item.edition))


def withdrawal_of(edition: int, withdrawals: Iterable[Withdrawal]) -> Withdrawal | None:
    """Return the withdrawal of an edition; None where it is not withdrawn."""
    return next((item for item in withdrawals if item.edition == edition), None)


State = Literal["current", "superseded", "withdrawn"]


def state_of(edition: int, last: int, withdrawals: Iterable[Withdrawal]) -> State:
    """Return how an edition stands, where `last` is the number of the last one that was released.

    Where that is withdrawn, none is current: the one before was superseded, and does not become right again.
    """
    if withdrawal_of(edition, withdrawals) is not None:
        return "withdrawn"
    return "current" if edition == last else "superseded"


@dataclasses.dataclass(frozen=True, slots=True)
class _Withdrawals:
    __pydantic_config__: ClassVar = STRICT

    withdrawals: tuple[Withdrawal, ...]
