"""What is to become of a tree of YAML, and the tree that comes of it."""

import dataclasses
import re
from collections.abc import Mapping
from typing import TypeAlias

from report.editing.wording import Value, as_read


class CannotSpliceError(Exception):
    """The text is written in a way in which it is not changed, or what is asked for does not fit it."""


@dataclasses.dataclass(frozen=True)
class Whole:
    """What a value becomes.

    Attributes:
        value: The new value.
    """

    value: Value


@dataclasses.dataclass(frozen=True)
class Gone:
    """A key or an entry is to be removed."""


@dataclasses.dataclass(frozen=True)
class Within:
    """What becomes of what lies below a value.

    Attributes:
        changes: By key; of a list, by the entry's number from 0.
        order: Keys in the order that new ones are put in.
    """

    changes: "Mapping[str, Change]"
    order: tuple[str, ...] = ()


Change: TypeAlias = Whole | Gone | Within


def value_of(change: Change) -> Value:
    """Return the value that a change makes where there is none yet."""
    if isinstance(change, Whole):
        return change.value
    if isinstance(change, Within):
        return {key: value_of(one) for key, one in change.changes.items() if not isinstance(one, Gone)}
    return None


def changed(before: object, change: Change) -> object:
    """Return what a tree reads as once it is changed.

    Raises:
        CannotSpliceError: A change lies below a text, or beyond the end of a list.
    """
    if not isinstance(change, Within) or before is None:
        return as_read(value_of(change))
    if isinstance(before, dict):
        kept = {key: one for key, one in before.items() if not isinstance(change.changes.get(key), Gone)}
        for key, one in change.changes.items():
            if not isinstance(one, Gone):
                kept[key] = changed(before.get(key), one)
        return kept
    if isinstance(before, list):
        own = numbered(change.changes, len(before))
        longer = [*before, *([None] * (max([*own, -1]) + 1 - len(before)))]
        return [
            changed(item, own[index]) if index in own else item
            for index, item in enumerate(longer)
            if not isinstance(own.get(index), Gone)
        ]
    raise CannotSpliceError


def numbered(changes: Mapping[str, Change], count: int) -> dict[int, Change]:
    """Return the changes of a list by number; what is added follows the last without a gap."""
    if not all(re.fullmatch("[0-9]{1,6}", key) for key in changes):
        raise CannotSpliceError
    own = {int(key): one for key, one in changes.items()}
    added = sorted(number for number in own if number >= count)
    if added != list(range(count, count + len(added))):
        raise CannotSpliceError
    return own
