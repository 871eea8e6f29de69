"""Facts and bodies by their ids, as they stand on a day; each use recorded, each misuse reported.

Nothing here raises: what cannot be printed is a finding at the line that asked for it, and a mark that
stands in its place, so that one run reports everything.
"""

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping

from report.compose.prose import ENTITY_UNKNOWN, FACT_UNKNOWN, suggest_entity, suggest_fact
from report.facts.dates import FactDate, is_meant_as_date, mark_uncertain, parse_date
from report.facts.errors import DateError, DerivedError
from report.facts.judgement import is_known
from report.facts.models import Entity, Fact
from report.facts.terms import Status
from report.findings import Code

FACT_NOT_YET_KNOWN = Code("F001", "fact-not-yet-known", is_waivable=False)
FACT_SUPERSEDED = Code("F002", "fact-superseded")
FACT_RETRACTED = Code("F005", "fact-retracted", is_waivable=False)
DATE_NAME_MISSING = Code("F006", "date-name-missing", is_waivable=False)
VALUE_UNDERIVABLE = Code("F008", "value-underivable", is_waivable=False)

UNPRINTABLE = "□"
Reporter = Callable[[Code, str, str, str], None]


@dataclasses.dataclass(frozen=True)
class Use:
    """One place where a fact shows.

    Attributes:
        section: The id of the section, `key-points`, `triggers` or `timeline`.
        fact: The fact's id.
        field: What of it: `label`, `dates.effective`, `attrs.age_min`, `valid`, `note`, `in_force`, or the
            function that it went into: `days_between`, `count`, `name`.
        text: As printed; empty where it only decided a condition.
    """

    section: str
    fact: str
    field: str
    text: str


@dataclasses.dataclass(frozen=True)
class NamedDate:
    """A date that prose names.

    Attributes:
        date: The date; that of a draft fact is marked uncertain.
        fact: The fact it is of; None where prose gives the date itself.
        is_primary: Whether it is that fact's primary date.
    """

    date: FactDate
    fact: Fact | None = None
    is_primary: bool = False


@dataclasses.dataclass
class Register:
    """What there is to say of facts and bodies, as of a day and in a language.

    Attributes:
        facts: By id.
        superseded: The fact that took its place, by id, as of the day.
        as_of: 数据截至.
        locale: BCP 47.
        words: The labels of the language.
        report: Takes code, message, hint and the text to find the place by.
        entities: By id.
        section: What is being composed now; uses are recorded under it.
        uses: In the order of the document.
    """

    facts: Mapping[str, Fact]
    superseded: Mapping[str, str]
    as_of: datetime.date
    locale: str
    words: Mapping[str, str]
    report: Reporter
    entities: Mapping[str, Entity] = dataclasses.field(default_factory=dict)
    section: str = ""
    uses: list[Use] = dataclasses.field(default_factory=list)

    @contextlib.contextmanager
    def reporting_to(self, report: Reporter) -> Iterator[None]:
        """Report elsewhere for a while: to the place of what is no template, such as a note in Markdown."""
        usual, self.report = self.report, report
        try:
            yield
        finally:
            self.report = usual

    def record(self, fact_id: str, field: str, text: str) -> str:
        """Remember that a value is printed, and return it."""
        self.uses.append(Use(self.section, fact_id, field, text))
        return text

    def label_of(self, fact: Fact) -> str:
        """Return what a fact says, in the language."""
        return fact.label.for_locale(self.locale, self.locale) or ""

    def jurisdiction_of(self, code: str) -> str:
        """Return a jurisdiction in words; a code without any stays as it is."""
        return self.words.get(f"jurisdiction_{code}", code)

    def standing_of(self, fact: Fact) -> str:
        """Return a fact's status by its name in the labels, where a superseded one is `superseded`."""
        return "superseded" if fact.id in self.superseded else fact.status.value

    def refuse(self, error: DateError | DerivedError, needle: str) -> None:
        """Report why a value cannot be computed."""
        hint = error.hint[:1].upper() + error.hint[1:]
        self.report(VALUE_UNDERIVABLE, error.message, hint if hint.endswith("?") else f"{hint}.", needle)

    def lookup(self, fact_id: object) -> Fact | None:
        """Return a fact, or None with a finding."""
        fact = self.facts.get(fact_id) if isinstance(fact_id, str) else None
        if fact is None:
            hint = suggest_fact(str(fact_id)[:80], self.facts)
            self.report(FACT_UNKNOWN, f"no fact has the id {str(fact_id)[:80]!r}", hint, str(fact_id)[:80])
        return fact

    def lookup_entity(self, entity_id: object) -> Entity | None:
        """Return a body or product, or None with a finding."""
        entity = self.entities.get(entity_id) if isinstance(entity_id, str) else None
        if entity is None:
            shown = str(entity_id)[:80]
            hint = suggest_entity(shown, self.entities)
            self.report(ENTITY_UNKNOWN, f"no entity has the id {shown!r}", hint, shown)
        return entity

    def check_usable(self, fact: Fact, *, is_history: bool = False) -> bool:
        """Report a use that the fact's standing does not allow; return whether it may be printed."""
        if fact.status is Status.RETRACTED:
            message = f"{fact.id!r} is retracted and must not be used"
            self.report(FACT_RETRACTED, message, "Remove the statement, or give another fact.", fact.id)
            return False
        if not is_known(fact, self.as_of):
            message = f"{fact.id!r} is not yet known on {self.as_of}"
            hint = f"Put the passage between {{% if known('{fact.id}') %}} and {{% endif %}}."
            self.report(FACT_NOT_YET_KNOWN, message, hint, fact.id)
            return False
        if fact.id in self.superseded and not is_history:
            newer = self.superseded[fact.id]
            message = f"{fact.id!r} is superseded by {newer!r} on {self.as_of}"
            hint = f"Use fact('{newer}'), or past('{fact.id}') where it is told as history."
            self.report(FACT_SUPERSEDED, message, hint, fact.id)
        return True

    def date(self, fact: Fact, name: str) -> FactDate | None:
        """Return a fact's date of a name, or None with a finding."""
        found = fact.dates.get(name)
        if found is None:
            message = f"{fact.id!r} has no date {name!r}; it has {', '.join(fact.dates)}"
            hint = "Use one of these, or add the date to the fact."
            if not fact.dates:
                message, hint = f"{fact.id!r} has no date", "Add one to the fact, or say it without."
            self.report(DATE_NAME_MISSING, message, hint, name or fact.id)
        return found

    def date_of(self, reference: object) -> NamedDate | None:
        """Return the date that `id` or `id.effective` names, or None with a finding."""
        fact_id, _, name = str(reference).partition(".")
        fact = self.lookup(fact_id)
        if fact is None or not self.check_usable(fact, is_history=True):
            return None
        name = name or fact.primary_date or ""
        date = self.date(fact, name)
        if date is None:
            return None
        if fact.status is Status.DRAFT:
            date = mark_uncertain(date)
        return NamedDate(date, fact, is_primary=name == fact.primary_date)

    def date_at(self, reference: object) -> NamedDate | None:
        """Return the date that an id, `id.effective` or EDTF itself names, or None with a finding."""
        text = str(reference)
        if text.partition(".")[0] in self.facts or not is_meant_as_date(text):
            return self.date_of(reference)
        try:
            return NamedDate(parse_date(text))
        except DateError as error:
            self.refuse(error, text[:80])
            return None
