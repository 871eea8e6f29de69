"""What templates in prose may do: which filters, attributes and operators, how long, with how much memory."""

import contextlib
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import jinja2.exceptions
import jinja2.sandbox

MAX_SECONDS = 5.0
MAX_MEMORY_BYTES = 256_000_000
MAX_RANGE = 100_000
MAX_BITS = 1_000


class ProseStopped(Exception):  # noqa: N818 - not an error of the caller's, but a way out of a template
    """A template was stopped for a limit."""


# Filters with a use in prose that cannot make much out of little, or markup out of text.
FILTERS = frozenset(
    {"abs", "capitalize", "count", "d", "default", "first", "float", "int", "join", "last", "length", "list"}
    | {"lower", "max", "min", "reject", "replace", "reverse", "round", "select", "sort", "sum", "trim"}
    | {"unique", "upper"}
)
_DICT_METHODS = frozenset({"items", "keys", "values", "get"})
_BUILTIN_TYPES = (str, bytes, int, float, list, tuple, set, range)


class Undefined(jinja2.StrictUndefined):
    """Says in an editor's words what is not there."""

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        if self._undefined_obj is jinja2.utils.missing:
            return f"the name {self._undefined_name!r} is not known here"
        has = [name for name in dir(self._undefined_obj) if not name.startswith("_") and not name.isupper()]
        what = getattr(self._undefined_obj, "NOUN", "the value")
        known = f"; it has {', '.join(has)}" if what != "the value" else ""
        return f"{what} has no {self._undefined_name!r}{known}"


class Environment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Refuses what would eat memory or time; the sandbox itself only guards attributes."""

    intercepted_binops = frozenset({"**", "*", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a template may ask for an attribute: of built-in values, only a mapping's own."""
        if isinstance(obj, _BUILTIN_TYPES) or (isinstance(obj, dict) and attr not in _DICT_METHODS):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """Leave `str.format` to `is_safe_attribute`; the sandbox would let it make texts of any length."""

    def unsafe_undefined(self, obj: Any, attribute: str) -> jinja2.Undefined:
        """Return what stands for a refused attribute, and says so in an editor's words."""
        what = getattr(obj, "NOUN", f"a value of type {type(obj).__name__}")
        message = f"{attribute!r} of {what} is not for templates"
        return self.undefined(message, name=attribute, obj=obj, exc=jinja2.exceptions.SecurityError)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Reckon with numbers of ordinary size.

        Raises:
            SecurityError: The operator is refused, or its operands are no numbers.
            ProseStopped: A number grows too long.
        """
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**":
            raise jinja2.exceptions.SecurityError("the operator ** is not available")
        if operator == "*" and not numbers:
            raise jinja2.exceptions.SecurityError("only numbers can be multiplied")
        if operator == "%" and not numbers:
            raise jinja2.exceptions.SecurityError("texts cannot be formatted with %")
        if isinstance(left, int) and left.bit_length() > MAX_BITS:
            raise ProseStopped("a number has more than 300 digits")
        return super().call_binop(context, operator, left, right)


def short_range(*bounds: int) -> range:
    """Return a range as Python's, of a limited length.

    Raises:
        ProseStopped: It is longer.
    """
    numbers = range(*bounds)
    # Not len(), which fails for numbers that no machine word holds.
    if (numbers.stop - numbers.start) // numbers.step > MAX_RANGE:
        raise ProseStopped(f"range() of more than {MAX_RANGE:,} numbers")
    return numbers


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop the block after a time; the main thread of the process only."""

    def stop(number: int, frame: object) -> None:
        raise ProseStopped(f"the template runs longer than {seconds:g} s")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextlib.contextmanager
def memory_limit(size: int) -> Iterator[None]:
    """Let the process take no more address space than some bytes above what it has; Linux only."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = pages * resource.getpagesize() + size
    if soft != resource.RLIM_INFINITY:
        wanted = min(wanted, soft)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
