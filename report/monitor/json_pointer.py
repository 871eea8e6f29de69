"""JSON read without losing how a number was written, and JSON Pointer (RFC 6901)."""

import json
import re
from typing import TypeAlias

MAX_DEPTH = 60
Json: TypeAlias = "str | JsonNumber | bool | list[Json] | dict[str, Json] | None"


class JsonNumber(str):
    """A number as the document writes it."""

    __slots__ = ()


class PointerError(Exception):
    """Nothing stands where a pointer points.

    Attributes:
        message: How far it leads, and what is there.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def parse_json(text: str) -> Json:
    """Return a JSON document; numbers stay as they are written.

    Raises:
        ValueError: It is none, a key stands in it twice, or it is nested too deep.
    """
    try:
        document: Json = json.loads(
            text,
            parse_float=JsonNumber,
            parse_int=JsonNumber,
            parse_constant=_refuse_constant,
            object_pairs_hook=_mapping,
        )
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if _depth(document) > MAX_DEPTH:
        raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep")
    return document


def at_pointer(document: Json, pointer: str) -> Json:
    """Return the value at a pointer.

    Args:
        document: As `parse_json` returns it.
        pointer: "" for the whole document, else tokens after `/`, with `~1` for `/` and `~0` for `~`.

    Raises:
        PointerError: There is none.
    """
    value = document
    passed = ""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        here = passed or "the document"
        if isinstance(value, dict):
            if name not in value:
                raise PointerError(f"{here} has no key {name[:60]!r}; it has {_few(list(value))}")
            value = value[name]
        elif isinstance(value, list):
            # RFC 6901, 4: digits without a leading nought; `-` is the place behind the last.
            if not re.fullmatch("0|[1-9][0-9]{0,8}", name):
                raise PointerError(f"{here} is a list, and {name[:60]!r} no place in it")
            if int(name) >= len(value):
                raise PointerError(f"{here} has {len(value)} entries, and none of the number {name}")
            value = value[int(name)]
        else:
            raise PointerError(f"{here} is {_kind(value)}, which has nothing below it")
        passed += f"/{token}"
    return value


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def _mapping(pairs: list[tuple[str, Json]]) -> Json:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            # RFC 8259, 4: what readers make of it is unpredictable.
            raise ValueError(f"the key {key[:60]!r} stands in one object twice")
        found[key] = value
    return found


def _depth(document: Json) -> int:
    depth, level = 0, [document]
    while level:
        depth += 1
        level = [
            below
            for value in level
            for below in (
                value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            )
        ]
    return depth


def _few(names: list[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:8]) or "none"
    return shown + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    return "a number" if isinstance(value, JsonNumber) else "a text"
