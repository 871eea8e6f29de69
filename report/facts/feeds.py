"""Feeds: where values of facts and tables are published for machines, and what such a value has to be."""

import decimal
import enum
import re
from typing import Annotated, Any, Self

import pydantic

from report.facts.dates import parse_date
from report.facts.errors import DateError, refusal
from report.scalars import ByName, Schema, Text, TrueOrFalse, WholeNumber

# How long a value counts as of today where a feed does not say.
DEFAULT_AGE_DAYS = 30
SQLITE = "sqlite:///"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?")
_LARGEST_QUERY = 10_000


class FeedType(enum.StrEnum):
    """What a value is read as."""

    DATE = "date"
    NUMBER = "number"
    WHOLE = "whole"
    TEXT = "text"

    @property
    def is_numeric(self) -> bool:
        """Whether it is reckoned with."""
        return self in (FeedType.NUMBER, FeedType.WHOLE)


def _type(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return FeedType(value)
        except ValueError:
            raise refusal(
                "feed_invalid",
                f"{value[:40]!r} is no type of a value",
                f"write one of {', '.join(FeedType)}",
            ) from None
    return value


def _is_web_address(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise refusal("address_invalid", f"{value[:80]!r} is no web address", "begin it with https://")
    return value


def _is_pointer(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"(/([^~/]|~[01])*)*", value):
        raise refusal(
            "pointer_invalid", f"{value[:80]!r} is no JSON pointer", "write it as /approvals/0/date"
        )
    return value


def _is_inner_path(value: str | None) -> str | None:
    parts = value.split("/") if value is not None else []
    if value is not None and (not all(parts) or ".." in parts or "." in parts or "\\" in value):
        message = f"{value[:80]!r} is no path of a file below the briefing's folder"
        raise refusal("path_invalid", message, "write it from there, such as data/register.json")
    return value


def _is_bound(value: Any) -> Any:
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        try:
            parse_date(value)
        except DateError:
            raise refusal(
                "range_invalid",
                f"{value[:40]!r} is neither a number nor a date",
                "write 0, 12.5 or 2025-01-02",
            ) from None
    return value


def _is_step(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})? ?%?", value):
        message = f"{value[:40]!r} is no step, which is a number or a percentage"
        raise refusal("step_invalid", message, "write 5 or 10%")
    return value


def _is_database(value: str) -> str:
    if value.startswith(SQLITE):
        _is_inner_path(value.removeprefix(SQLITE))
        return value
    match = re.fullmatch(r"([a-z0-9]+)(\+[a-z0-9_]+)?://([^\s/?#]+)/[^\s?#]+", value)
    if match is None or match.group(1) == "sqlite":
        hint = f"write {SQLITE}data/register.sqlite3 or postgresql+psycopg://reader@db.example.org/registry"
        raise refusal("address_invalid", f"{value[:80]!r} is no address of a database", hint)
    if ":" in match.group(3).partition("@")[0] and "@" in match.group(3):
        # What is refused may be a password; so it is not repeated.
        hint = "remove it; docs/content-guide.md says where it belongs"
        raise refusal("address_invalid", "the address of the database has a password in it", hint)
    return value


def _is_query(value: str) -> str:
    if len(value) > _LARGEST_QUERY:
        message = f"a query of {len(value):,} characters; the limit is {_LARGEST_QUERY:,}"
        raise refusal("query_invalid", message, "shorten it")
    if not re.match(r"\s*(select|with)\b", value, re.IGNORECASE):
        raise refusal("query_invalid", "the query does not begin with SELECT", "only reading is allowed")
    if ";" in value.strip().removesuffix(";"):
        raise refusal("query_invalid", "the query has more than one statement", "write one, without `;`")
    return value


Strict = pydantic.Field(strict=True)
TypeWord = Annotated[FeedType | None, pydantic.BeforeValidator(_type)]
WebAddress = Annotated[Text | None, pydantic.AfterValidator(_is_web_address)]
Pointer = Annotated[str, Strict, pydantic.AfterValidator(_is_pointer)]
InnerPath = Annotated[Text, pydantic.AfterValidator(_is_inner_path)]
Bound = Annotated[Text | None, pydantic.BeforeValidator(_is_bound)]
Step = Annotated[Text | None, pydantic.AfterValidator(_is_step)]
DatabaseUrl = Annotated[Text, pydantic.AfterValidator(_is_database)]
Query = Annotated[Text, pydantic.AfterValidator(_is_query)]


class Cell(Schema):
    """A cell of a table in CSV: its column's head, and the values that single out its row."""

    column: Text
    where: ByName[Text] = pydantic.Field(default_factory=dict)


class Sql(Schema):
    """A query of a database, which is read and never changed.

    Attributes:
        url: An SQLAlchemy URL without password: `sqlite:///data/register.sqlite3`, a file below the briefing's
            folder; or one that `monitor.allow_databases` of distribution.yaml names.
        query: One SELECT; `:name` stands for a parameter.
        parameters: Their values, by name.
    """

    url: DatabaseUrl
    query: Query
    parameters: ByName[Text] = pydantic.Field(default_factory=dict)

    @property
    def file(self) -> str | None:
        """The SQLite file below the briefing's folder; None where it is another database."""
        return self.url.removeprefix(SQLITE) if self.url.startswith(SQLITE) else None


class Expected(Schema):
    """What a value has to be.

    Attributes:
        type: date, number, whole or text; None follows what it is compared with.
        unit: What it is measured in.
        range: The least and the greatest that is allowed, numbers or dates; an end may be null.
        largest_step: How far it may be from the value at hand: a number (of dates: days), or a percentage of that.
    """

    type: TypeWord = None
    unit: Text | None = None
    range: tuple[Bound, Bound] | None = None
    largest_step: Step = None

    @pydantic.field_validator("range")
    @classmethod
    def _is_in_order(
        cls, value: tuple[str | None, str | None] | None
    ) -> tuple[str | None, str | None] | None:
        ends = [end for end in value or () if end is not None]
        if value is not None and not ends:
            raise refusal("range_invalid", "a range without ends allows anything", "leave it out")
        numbers = [decimal.Decimal(end) for end in ends if _NUMBER.fullmatch(end) and not _is_year(end, ends)]
        if numbers and len(numbers) < len(ends):
            raise refusal(
                "range_invalid", "one end is a number and one a date", "write both as one of the two"
            )
        days = [] if numbers else [parse_date(end) for end in ends]
        if numbers != sorted(numbers) or (len(days) == 2 and str(days[0].earliest) > str(days[1].latest)):
            raise refusal("range_invalid", f"{ends[0]} is after {ends[1]}", "write the lower end first")
        return value

    @pydantic.model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        ends = [end for end in self.range or () if end is not None]
        has_dates = any(not _NUMBER.fullmatch(end) for end in ends)
        if self.type is FeedType.TEXT and (ends or self.largest_step or self.unit):
            raise refusal(
                "feed_invalid", "a text has no range, step or unit", "leave them out, or write another type"
            )
        if (self.type is not None and self.type.is_numeric) and has_dates:
            raise refusal("feed_invalid", "a number has a range of dates", "write numbers as its ends")
        if self.type is FeedType.DATE and (self.unit or "%" in (self.largest_step or "")):
            raise refusal(
                "feed_invalid", "a date has neither a unit nor a percentage", "write a number of days"
            )
        return self


def _is_year(end: str, ends: list[str]) -> bool:
    """Return whether four digits stand beside a date, and so for a year."""
    return bool(re.fullmatch("[0-9]{4}", end)) and any(not _NUMBER.fullmatch(other) for other in ends)


class Feed(Expected):
    """Where a fact's value is published for machines.

    Attributes:
        url: An http or https address; this, `file` or `sql`.
        file: A path below the briefing's folder.
        sql: A query whose answer is one value.
        pointer: A JSON pointer (RFC 6901); this or `cell`, for `url` and `file`.
        cell: A cell of a CSV table; this or `pointer`.
        field: What is read: `dates.NAME` or `attrs.NAME`; None stands for the primary date.
        unit_at: Where the unit stands: a pointer, or the head of a column of the same row.
        max_age_days: How old a value may be before a build warns.
    """

    url: WebAddress = None
    file: InnerPath | None = None
    sql: Sql | None = None
    pointer: Pointer | None = None
    cell: Cell | None = None
    field: Text | None = None
    unit_at: Text | None = None
    max_age_days: WholeNumber = DEFAULT_AGE_DAYS

    @pydantic.field_validator("field")
    @classmethod
    def _is_field(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"(dates|attrs)\.\w[\w-]*", value):
            raise refusal(
                "field_invalid", f"{value[:80]!r} is no date or attribute", "write dates.NAME or attrs.NAME"
            )
        return value

    @pydantic.model_validator(mode="after")
    def _has_one_of_each(self) -> Self:
        _check_origin(self.url, self.file, self.sql)
        if self.sql is not None and (self.pointer is not None or self.cell is not None):
            raise refusal("feed_invalid", "a query has neither a pointer nor a cell", "leave them out")
        if self.sql is None and (self.pointer is None) == (self.cell is None):
            raise refusal(
                "feed_invalid", "a feed has a pointer or a cell", "write one of the two, and only one"
            )
        if self.unit_at is not None and self.pointer is not None:
            _is_pointer(self.unit_at)
        return self


def _check_origin(url: str | None, file: str | None, sql: Sql | None) -> None:
    if sum(origin is not None for origin in (url, file, sql)) != 1:
        raise refusal(
            "feed_invalid", "a feed has a url, a file or a sql", "write one of the three, and only one"
        )


class TableColumn(Expected):
    """A column of a table that comes from a feed.

    Attributes:
        from_: Its name in the feed; None where that is the same.
        may_be_empty: Whether a cell may have nothing in it.
    """

    from_: Annotated[Text | None, pydantic.Field(alias="from")] = None
    may_be_empty: TrueOrFalse = False


def _column(value: Any) -> Any:
    """Return a column as a mapping: its type alone may be written too."""
    return {"type": value} if isinstance(value, str) else {} if value is None else value


class TableFeed(Schema):
    """Where the table of a data file is published for machines; one entry of `feeds.yaml`.

    Attributes:
        data: The file, as `table()` names it.
        url: An http or https address of CSV, or of JSON with `pointer`; this, `file` or `sql`.
        file: A path below the briefing's folder.
        sql: A query whose answer is the table.
        pointer: Where in JSON the list of rows stands, each a mapping.
        columns: What is kept, in this order, by name.
        key: The column that tells rows apart; needed for `largest_step`.
        rows: The least and the greatest number of rows.
        max_age_days: How old the table may be before a build warns.
    """

    data: InnerPath
    url: WebAddress = None
    file: InnerPath | None = None
    sql: Sql | None = None
    pointer: Pointer | None = None
    columns: dict[Text, Annotated[TableColumn, pydantic.BeforeValidator(_column)]]
    key: Text | None = None
    rows: tuple[WholeNumber, WholeNumber] = (1, 20_000)
    max_age_days: WholeNumber = DEFAULT_AGE_DAYS

    @pydantic.field_validator("data")
    @classmethod
    def _is_data(cls, value: str) -> str:
        if not re.fullmatch(r"data/.+\.csv", value):
            raise refusal(
                "path_invalid", f"{value[:80]!r} is no table of this briefing", "write data/NAME.csv"
            )
        return value

    @pydantic.model_validator(mode="after")
    def _fits(self) -> Self:
        _check_origin(self.url, self.file, self.sql)
        if self.file == self.data:
            raise refusal("feed_invalid", "the table is read from itself", "name another file")
        if not self.columns:
            raise refusal("feed_invalid", "the table has no columns", "name those that are kept")
        if self.rows[0] > self.rows[1]:
            raise refusal(
                "feed_invalid", f"at least {self.rows[0]} and at most {self.rows[1]} rows", "swap them"
            )
        if self.key is not None and self.key not in self.columns:
            raise refusal(
                "feed_invalid", f"the key {self.key[:40]!r} is no column", "name one of the columns"
            )
        if self.key is None and any(column.largest_step for column in self.columns.values()):
            raise refusal(
                "feed_invalid", "a step needs rows that can be told apart", "add `key:`, a column's name"
            )
        return self
