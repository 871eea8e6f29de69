"""Whether a work was retracted or corrected, as Crossref's REST API says it, or a service of that shape. Pure.

A work has `updated-by`: the notices about it. A notice has `update-to`: the works that it is about. Both are asked, for
either side may lack the other: the works of publishers that register the notice only, and what Retraction Watch adds.
"""

import dataclasses
import datetime
import json
import re
import urllib.parse
from collections.abc import Iterator

# https://www.crossref.org/documentation/crossmark/version-control-corrections-and-retractions/
RETRACTIONS = ("retraction", "withdrawal", "removal", "partial_retraction")
CONCERNS = ("expression_of_concern",)
# What follows a work in its own course, and says nothing against it.
_HARMLESS = ("new_version", "new_edition")
MAX_NOTICES = 100
# In print a DOI may have any character; what is told on a terminal has none that is not seen.
_DOI = re.compile(r"10\.[0-9]{4,9}(\.[0-9]+)*/[!-~]{1,300}")


class ShapeError(Exception):
    """An answer is not of the shape that is expected; the message says how."""


@dataclasses.dataclass(frozen=True, order=True)
class Notice:
    """What was said about a work.

    Attributes:
        doi: Of the notice, in lower case.
        type: As Crossref has it: `retraction`, `expression_of_concern`, `correction`, `erratum`, …
        on: The day of the notice; None where it is not told.
    """

    doi: str
    type: str
    on: datetime.date | None = dataclasses.field(default=None, compare=False)

    @property
    def is_retraction(self) -> bool:
        """Whether the work is not to be relied upon any more."""
        return self.type in RETRACTIONS

    @property
    def words(self) -> str:
        """The type in words."""
        return self.type.replace("_", " ").replace("-", " ")


def addresses(service: str, doi: str) -> tuple[str, str]:
    """Return what is asked about a DOI: the work itself, and the notices that name it."""
    quoted = urllib.parse.quote(doi, safe="/")
    asked = urllib.parse.quote(doi, safe="")
    return f"{service}/works/{quoted}", f"{service}/works?filter=updates:{asked}&rows={MAX_NOTICES}"


def notices_on_work(body: bytes, doi: str) -> tuple[Notice, ...]:
    """Return the notices that a work's own record names, sorted.

    Raises:
        ShapeError: The answer is none about this work.
    """
    message = _message(body)
    told = message.get("DOI")
    if isinstance(told, str) and told.lower() != doi.lower():
        raise ShapeError(f"it is about the DOI {told[:100]!r}")
    return _sorted(_updates(message.get("updated-by")))


def notices_naming(body: bytes, doi: str) -> tuple[Notice, ...]:
    """Return the notices among the answers to a search that are about a work, sorted.

    Raises:
        ShapeError: The answer is no list of works.
    """
    items = _message(body).get("items")
    if not isinstance(items, list):
        raise ShapeError("it has no list `items`")
    found = []
    for item in items:
        own = item.get("DOI") if isinstance(item, dict) else None
        if isinstance(own, str) and _DOI.fullmatch(own):
            # There the DOI is that of the work, and the notice is the item itself.
            about = [one for one in _updates(item.get("update-to")) if one.doi == doi.lower()]
            found += [Notice(own.lower(), one.type, one.on) for one in about]
    return _sorted(found)


def _message(body: bytes) -> dict[str, object]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ShapeError("it is no JSON") from None
    message = data.get("message") if isinstance(data, dict) else None
    if not isinstance(message, dict):
        raise ShapeError("it has no `message`")
    return message


def _updates(value: object) -> Iterator[Notice]:
    for entry in value if isinstance(value, list) else ():
        if not isinstance(entry, dict):
            continue
        doi, kind = entry.get("DOI"), entry.get("type")
        if not isinstance(doi, str) or not isinstance(kind, str) or not _DOI.fullmatch(doi):
            continue
        word = re.sub(r"[^a-z0-9]+", "_", kind.lower()).strip("_")[:60]
        if word and word not in _HARMLESS:
            yield Notice(doi.lower(), word, _day(entry.get("updated")))


def _day(value: object) -> datetime.date | None:
    """Return the day of `{"date-parts": [[2024, 5, 20]]}`; of a month or a year none."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    try:
        return datetime.date(*parts[0]) if parts and len(parts[0]) == 3 else None
    except (TypeError, ValueError, KeyError, OverflowError):
        return None


def _sorted(notices: Iterator[Notice] | list[Notice]) -> tuple[Notice, ...]:
    """Return each notice once: publisher and Retraction Watch often tell the same."""
    return tuple(sorted(dict.fromkeys(notices)))
