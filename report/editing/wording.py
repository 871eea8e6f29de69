"""Values as YAML text: quoted where another reader would take a text for something else."""

import decimal
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from report.errors import UsageError

Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | None"

# YAML 1.1 and 1.2 both are meant: what either takes for a number, a day, a time, a boolean or null.
_OTHER_TYPE = re.compile(
    r"[-+.]?[0-9][-+0-9a-fA-FxoTtZzeE_.:]*|[-+]?\.(?:inf|nan)"
    r"|~|null|true|false|yes|no|on|off|y|n|<<|=|",
    re.IGNORECASE,
)
# Characters that begin a plain text mean something else to YAML (1.2.2, 7.3.3); between brackets more of them do.
_NOT_FIRST = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`=\s]")
_NOT_WITHIN = re.compile(r":(?:\s|$)|\s#|[\n\t]|^---|^\.\.\.|\s$")
_NOT_IN_FLOW = re.compile(r"[,\[\]{}:?#]")
# What the project's reading refuses, and the ends of lines that YAML 1.1 has besides LF.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SIMPLE_KEY = re.compile(r"[A-Za-z_][\w.-]*")


def as_read(value: Value) -> object:
    """Return a value as the project reads it back: every scalar as text, nothing as None.

    Raises:
        UsageError: No text file can hold it.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        bad = _REFUSED.search(value)
        if bad is not None:
            message = f"the character U+{ord(bad.group()):04X} does not belong in a text"
            raise UsageError(message, "Remove it.")
        return value
    if isinstance(value, Mapping):
        return {str(as_read(key)): as_read(below) for key, below in value.items()}
    return [as_read(below) for below in value]


def _number(value: int | float) -> str:
    if isinstance(value, int):
        return str(value)
    exact = decimal.Decimal(repr(value))
    if not exact.is_finite():
        raise UsageError(f"{value} is no number that a text can hold", "Write digits.")
    return f"{exact:f}"


def is_taken_for_other(text: str) -> bool:
    """Return whether some reader of YAML takes a plain text for a number, a day, a boolean or nothing."""
    return _OTHER_TYPE.fullmatch(text) is not None


def is_plain(text: str, *, in_flow: bool) -> bool:
    """Return whether a text may stand without quotes, whatever it is taken for."""
    if not text or _NOT_FIRST.match(text) or _NOT_WITHIN.search(text):
        return False
    return not (in_flow and _NOT_IN_FLOW.search(text))


def double_quoted(text: str) -> str:
    """Return a text between double quotes, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def single_quoted(text: str) -> str | None:
    """Return a text between single quotes; None where it has line ends, which they cannot hold as they are."""
    return None if re.search(r"[\n\t]", text) else "'" + text.replace("'", "''") + "'"


def flow(value: Value, *, in_flow: bool) -> str:
    """Return a value on one line.

    Args:
        value: Checked by `as_read`.
        in_flow: Whether it will stand between brackets.
    """
    if isinstance(value, str):
        return (
            value
            if is_plain(value, in_flow=in_flow) and not is_taken_for_other(value)
            else double_quoted(value)
        )
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(f"{key_text(key)}: {flow(below, in_flow=True)}" for key, below in value.items())
            + "}"
        )
    if isinstance(value, Sequence):
        return "[" + ", ".join(flow(below, in_flow=True) for below in value) + "]"
    return str(as_read(value)) if value is not None else "null"


def key_text(key: str) -> str:
    """Return a key as it is written before its colon."""
    is_simple = _SIMPLE_KEY.fullmatch(key) and not is_taken_for_other(key)
    return key if is_simple else double_quoted(key)


def literal(text: str, indent: int, line_end: str, *, comment: str = "") -> str | None:
    """Return a text of several lines as a literal block without its last line's end; None where that cannot hold it.

    Args:
        text: What it reads as.
        indent: Spaces before each of its lines.
        line_end: That of the file.
        comment: What follows the block's sign on its line, spaces included.
    """
    body = text.removesuffix("\n")
    lines = body.split("\n")
    is_held = lines[0].strip() and lines[-1].strip() and not lines[0].startswith((" ", "\t"))
    if not is_held or any(line and not line.strip() for line in lines):
        return None
    sign = "|" if text.endswith("\n") else "|-"
    return line_end.join([sign + comment, *(" " * indent + line if line else "" for line in lines)])
