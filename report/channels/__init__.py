"""Ways to a clinic, one module each.

A module `NAME` here is the kind `NAME` of a channel of `distribution.yaml`. It has `Settings` (the keys of such a
channel besides `kind`), `REQUIRES` (the fields of a clinic without which nothing can be delivered, such as
`contact.email`), `CAN_FIND` (whether it can tell afterwards what arrived), `deliver(parcel, settings, channel) ->
Receipt` and `find(parcel, settings) -> Receipt | None`. Both raise kinds of `DeliveryError` only; `find` is called
where `CAN_FIND` is true only. Delivering a parcel that is there already changes nothing and gives the same receipt,
wherever the other side can be asked. tests/contract/test_channels.py holds each to it.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Protocol, cast

from report.parcels import Parcel, Receipt
from report.scalars import Schema


class Channel(Protocol):
    """What a channel module offers.

    Attributes:
        Settings: The keys of a channel of this kind.
        REQUIRES: Fields of `Clinic` that must not be empty, with a dot before a field of a field.
        CAN_FIND: Whether `find` can tell.
        deliver: Takes a parcel, the settings and the channel's name.
        find: Returns the receipt of what did arrive, or None where nothing did.
    """

    Settings: type[Schema]
    REQUIRES: tuple[str, ...]
    CAN_FIND: bool
    deliver: Callable[[Parcel, Schema, str], Receipt]
    find: Callable[[Parcel, Schema], Receipt | None]


def channel_names() -> list[str]:
    """Return the kinds of channels there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load_channel(kind: str) -> Channel:
    """Return a channel by its kind; it must be one of `channel_names()`."""
    return cast(Channel, importlib.import_module(f"{__name__}.{kind}"))
