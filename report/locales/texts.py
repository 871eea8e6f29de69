"""The texts of a briefing that readers see, each with its place; which of them a locale lacks."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from report.findings import Code, Finding
from report.model import Briefing
from report.positions import Key, SourceFile
from report.scalars import LocalText, Schema

TEXT_MISSING_IN_LOCALE = Code("C050", "text-missing-in-locale", is_waivable=False)

Value = TypeVar("Value")


def missing_texts(briefing: Briefing, locale: str) -> list[Finding]:
    """Return a finding for each text and each section that is not written in a locale that nothing converts to."""
    language = briefing.settings.language
    findings = []
    for file, path, text in _texts(briefing):
        if text.for_locale(locale, language) is None:
            message = f"the text is not written in {locale!r}, which `locales` lists"
            hint = f"Add `{locale}: …` to it."
            findings.append(Finding(TEXT_MISSING_IN_LOCALE, file.locate(*path), message, hint))
    written = {section.head.id for section in briefing.translations.get(locale, ())}
    for section in briefing.sections:
        if section.head.id not in written:
            stem = section.file.path.removesuffix(".md")
            message = f"the section {section.head.id!r} is not written in {locale!r}, which `locales` lists"
            hint = f"Write it as {stem}.{locale}.md."
            findings.append(Finding(TEXT_MISSING_IN_LOCALE, section.file.locate("id"), message, hint))
    return findings


def _texts(briefing: Briefing) -> Iterator[tuple[SourceFile, tuple[Key, ...], LocalText]]:
    """Yield the texts of settings, facts and glossary, in the order of each file."""
    files = briefing.files
    yield from _within(files["briefing.yaml"], (), briefing.settings)
    if "facts.yaml" in files:
        for index, name in enumerate(_ids(files["facts.yaml"])):
            if name in briefing.facts:
                yield from _within(files["facts.yaml"], (index,), briefing.facts[name])
    if "glossary.yaml" in files:
        yield from _within(files["glossary.yaml"], (), briefing.glossary)


def _ids(file: SourceFile) -> Iterator[str]:
    value = file.root.value if file.root is not None else None
    for node in value if isinstance(value, list) else ():
        given = node.value.get("id") if isinstance(node.value, dict) else None
        yield str(given.value) if given is not None else ""


def _within(
    file: SourceFile, path: tuple[Key, ...], value: object
) -> Iterator[tuple[SourceFile, tuple[Key, ...], LocalText]]:
    if isinstance(value, LocalText):
        yield file, path, value
    elif isinstance(value, Schema):
        for name, field in type(value).model_fields.items():
            yield from _within(file, (*path, field.alias or name), getattr(value, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _within(file, (*path, index), item)


def with_texts(value: Value, local: Callable[[LocalText], LocalText], plain: Callable[[str], str]) -> Value:
    """Return a value of the model with every text within it replaced.

    Args:
        value: A schema, a tuple, a mapping or anything else, which stays.
        local: What becomes of a text by locale.
        plain: What becomes of any other text.
    """
    return _replaced(value, local, plain)  # type: ignore[no-any-return]


def _replaced(value: Any, local: Callable[[LocalText], LocalText], plain: Callable[[str], str]) -> Any:
    if isinstance(value, LocalText):
        return local(value)
    if type(value) is str:
        return plain(value)
    if isinstance(value, Schema):
        old = {name: getattr(value, name) for name in type(value).model_fields}
        new = {name: _replaced(item, local, plain) for name, item in old.items()}
        changed = {name: item for name, item in new.items() if item is not old[name]}
        return value.model_copy(update=changed) if changed else value
    if type(value) is tuple:
        items = tuple(_replaced(item, local, plain) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, Mapping):
        return {key: _replaced(item, local, plain) for key, item in value.items()}
    return value
