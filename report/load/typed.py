"""Turns YAML trees into typed models, and what pydantic finds into findings with line, column and hint."""

import dataclasses
import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

import pydantic
from pydantic_core import ErrorDetails

from report.findings import Code, Finding
from report.positions import Key, SourceFile

KEY_UNKNOWN = Code("C010", "key-unknown", is_unreadable=True, is_waivable=False)
KEY_MISSING = Code("C011", "key-missing", is_unreadable=True, is_waivable=False)
VALUE_INVALID = Code("C012", "value-invalid", is_unreadable=True, is_waivable=False)
DATE_INVALID = Code("C013", "date-invalid", is_unreadable=True, is_waivable=False)

Model = TypeVar("Model", bound=pydantic.BaseModel)

_MAPPING = ("a mapping of keys and values", "Write lines such as `key: value` below it.")
_LIST = ("a list", "Write it between brackets, such as [one, two], or one `- entry` a line.")
_OWN_CODES: Mapping[str, Code] = {"date_invalid": DATE_INVALID, "required_key": KEY_MISSING}
# What pydantic's own errors expect, in words, and how it is written.
_EXPECTED = {
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "string_type": ("a text", "Write a text in its place."),
    "int_type": ("a whole number", "Write digits only, such as 90."),
    "bool_type": ("true or false", "Write true or false."),
}


def read_model(
    model: type[Model], file: SourceFile, *path: Key, codes: Mapping[str, Code] = _OWN_CODES
) -> tuple[Model | None, list[Finding]]:
    """Return the model of the value at a path of a file, or None with all that is wrong with it.

    Args:
        model: What the value is to be.
        file: Where it stands.
        path: The keys that lead to it.
        codes: The rules that the model's own errors break, by their types; others break `value-invalid`.
    """
    node = file.root
    for step in path:
        below: Any = node.value if node is not None else None
        node = below[step]
    data = node.plain() if node is not None else None
    try:
        return model.model_validate({} if data is None else data), []
    except pydantic.ValidationError as error:
        return None, _findings(error, model, file, path, {**_OWN_CODES, **codes})


def _findings(
    error: pydantic.ValidationError,
    model: type[pydantic.BaseModel],
    file: SourceFile,
    path: tuple[Key, ...],
    codes: Mapping[str, Code],
) -> list[Finding]:
    findings: dict[tuple[object, ...], Finding] = {}
    errors = error.errors(include_url=False)
    for details in errors:
        if details["type"] == "too_short" and any(
            other is not details and other["loc"][: len(details["loc"])] == details["loc"] for other in errors
        ):
            # Pydantic counts only the entries that are valid; those that are not are told one by one.
            continue
        context = details.get("ctx", {})
        steps = (*path, *details["loc"], *context.get("path", ()))
        finding = _finding(details, context, model, file, steps, codes)
        # A value that fits no member of a union fails once a member: one place, one finding.
        name = details["loc"][-1] if details["type"] == "missing" else None
        findings.setdefault((finding.location, finding.code, name), finding)
    return list(findings.values())


def _finding(
    details: ErrorDetails,
    context: dict[str, Any],
    model: type[pydantic.BaseModel],
    file: SourceFile,
    steps: tuple[Key, ...],
    codes: Mapping[str, Code],
) -> Finding:
    kind = details["type"]
    is_key = bool(steps) and steps[-1] == "[key]"
    steps = steps[:-1] if is_key else steps
    name = str(steps[-1]) if steps else ""
    label = _label(_existing(file, steps))
    hint = _sentence(str(context.get("hint", "")))
    if kind == "extra_forbidden":
        known = sorted(_keys(model, set()))
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else "Remove it; docs/content-guide.md lists the keys."
        return Finding(KEY_UNKNOWN, file.locate(*steps, key=True), f"no key is called {name!r} here", hint)
    if kind == "missing":
        where = file.locate(*steps[:-1])
        where = where if where.line else dataclasses.replace(where, line=1, column=1)
        return Finding(KEY_MISSING, where, f"the key {name!r} is missing", hint or f"Add `{name}: …`.")
    if kind in _EXPECTED:
        expected, example = _EXPECTED[kind]
        message, hint = f"{label} is not {expected}", hint or example
    elif kind in ("enum", "literal_error"):
        message = f"{label} is not one of {context.get('expected', '')}"
        hint = hint or "Write one of these."
    elif kind == "too_short":
        message, hint = f"{label} is an empty list", "Write at least one entry."
    else:
        message = details["msg"].removeprefix("Value error, ")
        if kind in ("value_error", "scalar_invalid"):
            message = f"{label}: {message}"
        elif kind in codes and kind not in _OWN_CODES:
            message = f"{label} {message}"
    code = codes.get(kind, VALUE_INVALID)
    hint = hint or "Correct the value; docs/content-guide.md has examples."
    return Finding(code, file.locate(*steps, key=is_key), message, hint)


def _sentence(hint: str) -> str:
    """Return a hint as a sentence; those of the facts are given without capital and full stop."""
    return hint and hint[0].upper() + hint[1:] + ("" if hint.endswith((".", "…", "}")) else ".")


def _existing(file: SourceFile, steps: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return the steps that the file has; pydantic adds the members of unions, which are none of it."""
    node = file.root
    found: list[Key] = []
    for step in steps:
        below: Any = node.value if node is not None else None
        is_there = isinstance(below, dict) and step in below
        if is_there or (isinstance(below, list) and isinstance(step, int) and step < len(below)):
            node = below[step]
        elif step == steps[-1] and not found:
            return steps
        else:
            continue
        found.append(step)
    return tuple(found)


def _label(steps: tuple[Key, ...]) -> str:
    if not steps:
        return "the file"
    if isinstance(steps[-1], int):
        owner = next((f" of `{step}`" for step in reversed(steps) if isinstance(step, str)), "")
        return f"entry {steps[-1] + 1}{owner}"
    return f"`{steps[-1]}`"


def _keys(model: type[pydantic.BaseModel], seen: set[type]) -> set[str]:
    """Return the keys of a schema and of the schemas within it."""
    seen.add(model)
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        keys.add(field.alias or name)
        for inner in _models(field.annotation):
            if inner not in seen:
                keys |= _keys(inner, seen)
    return keys


def _models(annotation: Any) -> list[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models(inner)]
