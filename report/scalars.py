"""The types that the schemas of content files are made of.

YAML is read with every scalar as text, so each type here says how text becomes a value and refuses
whatever is not written exactly so: `0010`, `yes` and `1_000` are no numbers and no booleans.
"""

import datetime
import re
from typing import Annotated, Any

import pydantic

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LOCALES = ("zh-Hans", "zh-Hant", "zh-Hant-HK", "zh-Hant-TW", "en")


class Schema(pydantic.BaseModel):
    """A frozen mapping of a content file; unknown keys are errors."""

    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True
    )


def _whole_number(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", value):
            raise ValueError(f"{value!r} is not a whole number")
        return int(value)
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError(f"{value!r} is neither true nor false")
        return value == "true"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError(f"{value!r} is not a day written as YYYY-MM-DD")
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is a day that no calendar has") from None
    return value


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError(f"{value!r} is not an id: lower-case letters, digits and single hyphens")
    return value


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("the text is empty")
    return value


WholeNumber = Annotated[int, pydantic.BeforeValidator(_whole_number), pydantic.Field(strict=True)]
TrueOrFalse = Annotated[bool, pydantic.BeforeValidator(_true_or_false), pydantic.Field(strict=True)]
Day = Annotated[datetime.date, pydantic.BeforeValidator(_day), pydantic.Field(strict=True)]
Slug = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_slug)]
Text = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_text)]


class LocalText:
    """A text that readers see: one string in the master locale, or one a locale.

    Attributes:
        texts: By locale; the key `""` holds a text written without a locale (the master's).
    """

    __slots__ = ("texts",)

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def __repr__(self) -> str:
        """Return the texts as they were written."""
        return f"LocalText({self.texts!r})"

    def __eq__(self, other: object) -> bool:
        """Return whether the other holds the same texts."""
        return isinstance(other, LocalText) and other.texts == self.texts

    def __hash__(self) -> int:
        """Return a hash of the texts."""
        return hash(tuple(sorted(self.texts.items())))

    def for_locale(self, locale: str, master: str) -> str | None:
        """Return the text written for a locale, else for its language's script; None where there is none."""
        own = self.texts.get(locale)
        if own is not None:
            return own
        if locale.startswith("zh-Hant") and "zh-Hant" in self.texts:
            return self.texts["zh-Hant"]
        return self.texts.get("") if locale == master else None

    @classmethod
    def _validate(cls, value: Any) -> "LocalText":
        if isinstance(value, LocalText):
            return value
        if isinstance(value, str):
            return cls({"": _text(value)})
        if isinstance(value, dict) and value:
            unknown = [key for key in value if key not in LOCALES]
            if unknown:
                raise ValueError(f"unknown locale {unknown[0]!r}; known are {', '.join(LOCALES)}")
            if not all(isinstance(text, str) for text in value.values()):
                raise ValueError("a text by locale must be text")
            return cls({key: _text(text) for key, text in value.items()})
        raise ValueError("neither a text nor a map of texts by locale")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Tell pydantic how to make one."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda text: text.texts.get("") if set(text.texts) == {""} else dict(text.texts)
            ),
        )
