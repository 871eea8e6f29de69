"""Facts by what they have in common: the kind, a body, a jurisdiction, a subject, attributes."""

import dataclasses
import datetime
import decimal
import difflib
from collections.abc import Collection, Iterable, Mapping

import pydantic
import pydantic_core

from report.facts.attributes import Number, Quantity
from report.facts.errors import DerivedError
from report.facts.judgement import is_known
from report.facts.models import Fact
from report.facts.terms import Jurisdiction, Kind, Status, choose

Wanted = bool | int | float | str
_JURISDICTION: pydantic.TypeAdapter[str] = pydantic.TypeAdapter(Jurisdiction)


@dataclasses.dataclass(frozen=True)
class Selection:
    """What facts must have in common; None and empty ask for nothing.

    Attributes:
        kind: Their kind.
        entity: The id of a body or product that is among their entities.
        jurisdiction: Where they hold; a country takes its subdivisions in: CN has CN-GD.
        subject: What they are about.
        attributes: Values of their `attrs`, by name.
    """

    kind: Kind | None = None
    entity: str | None = None
    jurisdiction: str | None = None
    subject: str | None = None
    attributes: Mapping[str, Wanted] = dataclasses.field(default_factory=dict)

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """What facts are found by, attributes apart."""
        given = {name: getattr(self, name) for name in ("kind", "entity", "jurisdiction", "subject")}
        return frozenset((name, value) for name, value in given.items() if value is not None)

    def takes(self, fact: Fact) -> bool:
        """Return whether a fact has all that is wanted, attributes apart."""
        return self.keys <= _keys(fact)


class FactIndex:
    """The facts that may be counted on a day, found by what they have in common."""

    def __init__(self, facts: Iterable[Fact], as_of: datetime.date) -> None:
        """Index the facts that are known on a day and not retracted; superseded ones happened as well."""
        self._subjects: set[str] = set()
        self._attributes: set[str] = set()
        self._keys: dict[str, frozenset[tuple[str, str]]] = {}
        self._all: list[Fact] = []
        self._groups: dict[tuple[str, str], list[Fact]] = {}
        for fact in facts:
            # What only a later day knows is no slip of the pen on an earlier one.
            self._attributes.update(fact.attrs)
            if fact.subject is not None:
                self._subjects.add(fact.subject)
            if fact.status is not Status.RETRACTED and is_known(fact, as_of):
                self._all.append(fact)
                self._keys[fact.id] = _keys(fact)
                for key in self._keys[fact.id]:
                    self._groups.setdefault(key, []).append(fact)

    def select(self, wanted: Selection) -> tuple[Fact, ...]:
        """Return the facts that have all that is wanted, draft ones among them, in the order of the file.

        Raises:
            DerivedError: No fact, on whatever day, has that subject, or an attribute of that name.
        """
        if wanted.subject is not None and wanted.subject not in self._subjects:
            raise _none_has("the subject", wanted.subject, self._subjects)
        for name in wanted.attributes:
            if name not in self._attributes:
                raise _none_has("an attribute", name, self._attributes)
        keys = wanted.keys
        found = min((self._groups.get(key, []) for key in keys), key=len, default=self._all)
        if len(keys) > 1:
            found = [fact for fact in found if keys <= self._keys[fact.id]]
        for name, value in wanted.attributes.items():
            found = [fact for fact in found if _is_equal(fact.attrs.get(name), value)]
        return tuple(found)


def read_kind(word: object) -> Kind:
    """Return the kind that a word names.

    Raises:
        DerivedError: It names none.
    """
    try:
        return Kind(choose(word, "kind", Kind))
    except pydantic_core.PydanticCustomError as error:
        raise _as_derived(error.context or {}) from None


def read_jurisdiction(code: object) -> str:
    """Return the code of a jurisdiction.

    Raises:
        DerivedError: It is none.
    """
    try:
        return _JURISDICTION.validate_python(code)
    except pydantic.ValidationError as error:
        raise _as_derived(error.errors()[0].get("ctx", {})) from None


def _keys(fact: Fact) -> frozenset[tuple[str, str]]:
    """Return what a fact is found by."""
    keys = {("kind", fact.kind.value), ("jurisdiction", fact.jurisdiction)}
    keys.add(("jurisdiction", fact.jurisdiction.partition("-")[0]))
    keys.update(("entity", entity) for entity in fact.entities)
    if fact.subject is not None:
        keys.add(("subject", fact.subject))
    return frozenset(keys)


def _is_equal(value: bool | Number | Quantity | str | None, wanted: Wanted) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, Number):
        try:
            return value.value == decimal.Decimal(str(wanted))
        except decimal.InvalidOperation:
            return False
    # A quantity prints a space that does not break; nobody types that.
    return value is not None and str(value).replace("\u00a0", " ") == str(wanted).replace("\u00a0", " ")


def _none_has(what: str, word: str, known: Collection[str]) -> DerivedError:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    hint = f"did you mean {near[0]!r}?" if near else "correct it, or add it to the facts it is meant for"
    return DerivedError(f"no fact has {what} {word!r}", hint)


def _as_derived(context: Mapping[str, object]) -> DerivedError:
    return DerivedError(str(context.get("message", "")), str(context.get("hint", "")))
