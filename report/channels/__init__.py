"""Ways to a clinic, one module each.

A module `NAME` here is the kind `NAME` of a channel of `distribution.yaml`. It has `Settings` (the keys of such a
channel besides `kind`), `REQUIRES` (the fields of a clinic without which nothing can be delivered, such as
`contact.email`), `CAN_FIND` (whether it can tell afterwards what arrived), `deliver(parcel, settings, channel) ->
Receipt` and `find(parcel, settings) -> Receipt | None`. Both raise kinds of `DeliveryError` only; `find` is called
where `CAN_FIND` is true only. Delivering a parcel that is there already changes nothing and gives the same receipt,
wherever the other side can be asked. `find` raises `Deferred` where it cannot tell. Paths of this machine in settings
are told from the project: `anchored` makes them absolute. tests/contract/test_channels.py holds each to it.
"""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, cast

from report.local_paths import LocalPath
from report.parcels import Parcel, Receipt
from report.scalars import Schema

Settings = TypeVar("Settings", bound=Schema)


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


def anchored(settings: Settings, project: Path) -> Settings:
    """Return settings whose paths are absolute, however deep they lie; relative ones are told from the project."""
    return settings.model_copy(update=_anchored(settings, project))


def _anchored(settings: Schema, project: Path) -> dict[str, object]:
    changed: dict[str, object] = {}
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, Schema):
            changed[name] = anchored(value, project)
        elif isinstance(value, str) and value and LocalPath in field.metadata:
            changed[name] = str(project.absolute() / value)
    return changed
