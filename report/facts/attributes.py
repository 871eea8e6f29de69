"""The values of a fact's `attrs`: what looks like a number is one, and is printed as it was written."""

import dataclasses
import decimal
import re
from typing import Annotated, Any

import pydantic
import pydantic_core

from report.facts.errors import refusal
from report.scalars import Schema, Text

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?")


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written: `1.50` keeps its nought. A pydantic type, made from text.

    Attributes:
        text: A plain whole number or decimal, without leading noughts.
    """

    text: str

    @property
    def value(self) -> decimal.Decimal:
        """The number, to reckon with."""
        return decimal.Decimal(self.text)

    def __str__(self) -> str:
        """Return it as it was written."""
        return self.text

    @classmethod
    def _validate(cls, value: Any) -> "Number":
        if isinstance(value, Number):
            return value
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            return cls(value)
        raise refusal(
            "number_invalid",
            f"{str(value)[:40]!r} is no plain number",
            "write digits only, such as 12 or 0.5; what belongs to it goes into `unit`",
        )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> pydantic_core.CoreSchema:
        """Tell pydantic how to make one and how to write it."""
        return pydantic_core.core_schema.no_info_plain_validator_function(
            cls._validate, serialization=pydantic_core.core_schema.to_string_ser_schema()
        )


class Quantity(Schema):
    """A number with its unit."""

    value: Number
    unit: Text

    def __str__(self) -> str:
        """Return both, with a space that does not break between them (GB 3101, 3.2.5; SI brochure 5.4.3)."""
        return f"{self.value}\u00a0{self.unit}"


def _type_attribute(value: Any) -> bool | Number | Quantity | str:
    if isinstance(value, bool | Number | Quantity):
        return value
    if isinstance(value, dict):
        return Quantity.model_validate(value)
    if not isinstance(value, str) or not value.strip():
        raise refusal(
            "attribute_invalid",
            "an attribute is true or false, a number, a text, or a mapping of value and unit",
            "write one of these, or leave the key out",
        )
    if value in ("true", "false"):
        return value == "true"
    return Number(value) if _NUMBER.fullmatch(value) else value


def _write_attribute(value: bool | Number | Quantity | str) -> bool | str | dict[str, Any]:
    if isinstance(value, Quantity):
        return value.model_dump(mode="json")
    return value.text if isinstance(value, Number) else value


def _attribute_name(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\w[\w-]*", value):
        raise refusal(
            "attribute_invalid",
            f"{str(value)[:40]!r} is no name of an attribute",
            "write letters, digits, hyphens and underscores only",
        )
    return value


AttributeName = Annotated[str, pydantic.BeforeValidator(_attribute_name)]
Attribute = Annotated[
    bool | Number | Quantity | str,
    pydantic.PlainValidator(_type_attribute),
    pydantic.PlainSerializer(_write_attribute),
]
