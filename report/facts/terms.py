"""The closed vocabularies of facts and sources, as pydantic types that say what else to write."""

import difflib
import enum
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

import pydantic

from report.facts.countries import ALPHA_2
from report.facts.errors import refusal

DATE_NAMES = (
    "announced",
    "signed",
    "published",
    "disclosed",
    "issued",
    "decided",
    "approved",
    "effective",
    "started",
    "ended",
    "occurred",
    "withdrawn",
    "reported",
)


class Kind(enum.StrEnum):
    """What a fact is about."""

    APPROVAL = "approval"
    REFUSAL = "refusal"
    REGULATION = "regulation"
    SUSPENSION = "suspension"
    WITHDRAWAL = "withdrawal"
    NAMING = "naming"
    POLICY = "policy"
    PILOT = "pilot"
    SCIENTIFIC = "scientific"
    OPINION = "opinion"

    @property
    def needs_dates(self) -> bool:
        """Whether a fact of this kind must say when it happened."""
        return self not in (Kind.SCIENTIFIC, Kind.OPINION)


class Status(enum.StrEnum):
    """How far a fact may be relied on, as an editor judged; that it is superseded is derived."""

    DRAFT = "draft"
    VERIFIED = "verified"
    CONTESTED = "contested"
    RETRACTED = "retracted"


class Effect(enum.StrEnum):
    """What an event does to what it is about: the badge of its row in the timeline."""

    HALT = "halt"
    REGULATE = "regulate"
    EASE = "ease"
    WITHDRAW = "withdraw"
    NEUTRAL = "neutral"


class Grade(enum.StrEnum):
    """The certainty of evidence, after GRADE."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very-low"


class Tier(enum.StrEnum):
    """How near a source stands to what it reports."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    MARKETING = "marketing"


def choose(value: Any, noun: str, known: Iterable[str], hints: Mapping[str, str] | None = None) -> str:
    """Return a value that is one of the known words.

    Raises:
        PydanticCustomError: Of type `word_unknown`, where it is none of them; its hint is the one
            given for that very word, else the nearest known one, else all.
    """
    words = tuple(known)
    if isinstance(value, str) and value in words:
        return value
    if not isinstance(value, str):
        raise refusal("word_unknown", f"the {noun} is no text", f"write one of {', '.join(words)}")
    near = difflib.get_close_matches(value[:40].lower(), words, n=1)
    hint = (hints or {}).get(value) or f"write {'one of ' + ', '.join(words) if not near else near[0]}"
    raise refusal("word_unknown", f"{value[:40]!r} is no {noun}", hint)


def _word_of(
    words: type[enum.StrEnum], noun: str, hints: Mapping[str, str] | None = None
) -> Callable[[Any], Any]:
    return lambda value: value if value is None else words(choose(value, noun, words, hints))


def _needed(value: Any) -> Any:
    if value is None:
        raise refusal("required_key", "the value is missing", "write one, or see the content guide")
    return value


_STATUS_HINTS = {
    "superseded": "leave the status as it was, and name this fact in `supersedes` of the newer one: "
    "that it is superseded is derived",
}

KindWord = Annotated[
    Kind, pydantic.BeforeValidator(_word_of(Kind, "kind")), pydantic.BeforeValidator(_needed)
]
StatusWord = Annotated[
    Status,
    pydantic.BeforeValidator(_word_of(Status, "status", _STATUS_HINTS)),
    pydantic.BeforeValidator(_needed),
]
EffectWord = Annotated[Effect | None, pydantic.BeforeValidator(_word_of(Effect, "effect"))]
GradeWord = Annotated[Grade | None, pydantic.BeforeValidator(_word_of(Grade, "grade"))]
TierWord = Annotated[Tier | None, pydantic.BeforeValidator(_word_of(Tier, "tier"))]


def _date_name(value: Any) -> str:
    return choose(value, "name of a date", DATE_NAMES)


def _jurisdiction(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    if text in ("EU", "INT") or text in ALPHA_2:
        return text
    country, _, subdivision = text.partition("-")
    if country in ALPHA_2 and re.fullmatch(r"[A-Z0-9]{1,3}", subdivision):
        return text
    hint = "write two letters of ISO 3166-1 (CN), a subdivision of ISO 3166-2 (CN-GD), EU or INT"
    if text == "UK":
        hint = "write GB, which is its code in ISO 3166-1"
    elif text != text.upper() and (text.upper() in ALPHA_2 or text.upper() in ("EU", "INT")):
        hint = f"write {text.upper()}"
    raise refusal("jurisdiction_unknown", f"{text[:40]!r} is no jurisdiction", hint)


DateName = Annotated[str, pydantic.BeforeValidator(_date_name)]
Jurisdiction = Annotated[str, pydantic.BeforeValidator(_jurisdiction)]
