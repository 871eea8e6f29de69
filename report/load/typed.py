"""Turns YAML trees into typed models, and what pydantic finds into findings with line, column and hint."""

import difflib
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

_EXPECTED = {
    "model_type": "a mapping of keys and values",
    "model_attributes_type": "a mapping of keys and values",
    "dict_type": "a mapping of keys and values",
    "tuple_type": "a list",
    "list_type": "a list",
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "true or false",
}


def read_model(model: type[Model], file: SourceFile, *path: Key) -> tuple[Model | None, list[Finding]]:
    """Return the model of the value at a path of a file, or None with all that is wrong with it."""
    node = file.root
    for step in path:
        below: Any = node.value if node is not None else None
        node = below[step]
    data = node.plain() if node is not None else None
    try:
        return model.model_validate({} if data is None else data), []
    except pydantic.ValidationError as error:
        return None, _findings(error, model, file, path)


def _findings(
    error: pydantic.ValidationError, model: type[pydantic.BaseModel], file: SourceFile, path: tuple[Key, ...]
) -> list[Finding]:
    findings: dict[tuple[object, ...], Finding] = {}
    for details in error.errors(include_url=False):
        context = details.get("ctx", {})
        steps = (*path, *details["loc"], *context.get("path", ()))
        finding = _finding(details, context, model, file, steps)
        # A value that fits no member of a union fails once a member: one place, one finding.
        findings.setdefault((finding.location, finding.code), finding)
    return list(findings.values())


def _finding(
    details: ErrorDetails,
    context: dict[str, Any],
    model: type[pydantic.BaseModel],
    file: SourceFile,
    steps: tuple[Key, ...],
) -> Finding:
    kind = details["type"]
    is_key = bool(steps) and steps[-1] == "[key]"
    steps = steps[:-1] if is_key else steps
    name = str(steps[-1]) if steps else ""
    hint = _sentence(str(context.get("hint", "")))
    if kind == "extra_forbidden":
        known = sorted(_keys(model, set()))
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else "Remove it; docs/content-guide.md lists the keys."
        return Finding(KEY_UNKNOWN, file.locate(*steps, key=True), f"no key is called {name!r} here", hint)
    if kind == "missing":
        return Finding(
            KEY_MISSING, file.locate(*steps[:-1]), f"the key {name!r} is missing", hint or f"Add `{name}:`."
        )
    if kind in _EXPECTED:
        message = f"{_label(steps)} is not {_EXPECTED[kind]}"
    elif kind in ("enum", "literal_error"):
        message = f"{_label(steps)} is not one of {context.get('expected', '')}"
    else:
        message = details["msg"].removeprefix("Value error, ")
        if kind == "value_error":
            message = f"{_label(steps)}: {message}"
    code = {"date_invalid": DATE_INVALID, "required_key": KEY_MISSING}.get(kind, VALUE_INVALID)
    hint = hint or "Correct the value; docs/content-guide.md has examples."
    return Finding(code, file.locate(*steps, key=is_key), message, hint)


def _sentence(hint: str) -> str:
    """Return a hint as a sentence; those of the facts are given without capital and full stop."""
    return hint and hint[0].upper() + hint[1:] + ("" if hint.endswith((".", "…", "}")) else ".")


def _label(steps: tuple[Key, ...]) -> str:
    names = [str(step) for step in steps if isinstance(step, str)]
    return f"`{names[-1]}`" if names else "the file"


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
