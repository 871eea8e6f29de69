"""The types that the schemas of content files are made of.

YAML is read with every scalar as text, so each type here says how text becomes a value and refuses
whatever is not written exactly so: `0010`, `yes` and `1_000` are no numbers and no booleans.
"""

import contextlib
import datetime
import re
from typing import Annotated, Any, TypeVar

import pydantic
from pydantic_core import PydanticCustomError

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LOCALES = ("zh-Hans", "zh-Hant", "zh-Hant-HK", "zh-Hant-TW", "en")


class Schema(pydantic.BaseModel):
    """A frozen mapping of a content file; unknown keys are errors."""

    model_config = pydantic.ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True
    )


def _refusal(message: str, hint: str, kind: str = "scalar_invalid") -> PydanticCustomError:
    # Passing the message as a value keeps braces that an author typed from being read as a template.
    return PydanticCustomError(kind, "{message}", {"message": message, "hint": hint})


def _shown(value: str) -> str:
    return repr(value if len(value) <= 60 else f"{value[:60]}…")


def _whole_number(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", value):
            raise _refusal(f"{_shown(value)} is not a whole number", "Write digits only, such as 90.")
        return int(value)
    return value


def _true_or_false(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise _refusal(f"{_shown(value)} is neither true nor false", "Write true or false.")
        return value == "true"
    return value


def _meant_day(text: str) -> str:
    """Return how a day was probably meant, as it is written; an example where that cannot be told."""
    loose = re.fullmatch(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?", text)
    if loose is not None:
        with contextlib.suppress(ValueError):
            return datetime.date(*map(int, loose.groups())).isoformat()
    return 'it such as "2026-11-22"'


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            message = f"{_shown(value)} is not a day written as YYYY-MM-DD"
            raise _refusal(message, f"Write {_meant_day(value)}.", "date_invalid")
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            message = f"{_shown(value)} is a day that no calendar has"
            raise _refusal(message, "Correct the day or the month.", "date_invalid") from None
    return value


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        near = "-".join(re.findall("[a-z0-9]+", value.lower()))
        hint = f"Write {near}." if near else "Write such as cell-therapy-2025."
        message = (
            f"{_shown(value)} is not an id, which has lower-case letters, digits and single hyphens only"
        )
        raise _refusal(message, hint)
    return value


def _text(value: str) -> str:
    if not value.strip():
        raise _refusal("the text is empty", "Write a text, or remove the key.")
    return value


Item = TypeVar("Item")
Value = TypeVar("Value")


def _empty_list(value: Any) -> Any:
    return () if value is None else value


def _empty_mapping(value: Any) -> Any:
    return {} if value is None else value


# A list or a mapping of which nothing may be written.
Many = Annotated[tuple[Item, ...], pydantic.BeforeValidator(_empty_list)]
ByName = Annotated[dict[str, Value], pydantic.BeforeValidator(_empty_mapping)]
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
                message = f"{_shown(str(unknown[0]))} is no locale; known are {', '.join(LOCALES)}"
                raise _refusal(message, "Write the text alone, or one of these before each text.")
            if not all(isinstance(text, str) for text in value.values()):
                raise _refusal("a locale has no text", "Write a text after each locale.")
            return cls({key: _text(text) for key, text in value.items()})
        what = "has no text" if value in (None, {}) else "is neither a text nor one text for each locale"
        raise _refusal(
            f"the key {what}", "Write a text; put it between quotes where it has `: ` or `#` in it."
        )

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
