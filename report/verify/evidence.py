"""What speaks for a file, each kind of evidence by itself, and the one verdict over all."""

import dataclasses
from typing import NamedTuple

from report.findings import Finding
from report.tools.validators import FAILED, Validation


class Tally(NamedTuple):
    """How many were found as they must be, of how many."""

    found: int
    wanted: int

    @property
    def is_full(self) -> bool:
        """Whether none is missing."""
        return self.found == self.wanted

    def __str__(self) -> str:
        """Return `8` where all are there, else `7/8`."""
        return str(self.found) if self.is_full else f"{self.found}/{self.wanted}"


@dataclasses.dataclass(frozen=True)
class Carried:
    """What of the composed content a file was found to carry; one field says nothing of another.

    Attributes:
        sections: With the disclaimer, each with its text and in its place.
        values: Values of facts, each as often as composed, in its section.
        key_points: In order, as are the next five.
        triggers: Label and state.
        rows: Of the timeline: date and event.
        notes: Their texts.
        references: Their texts.
        glossary: Term and definition.
        edition: Whether it is printed.
        as_of: Whether it is printed, and nothing else in its place.
    """

    sections: Tally
    values: Tally
    key_points: Tally
    triggers: Tally
    rows: Tally
    notes: Tally
    references: Tally
    glossary: Tally
    edition: bool
    as_of: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing, altered or in another order."""
        fields = (getattr(self, field.name) for field in dataclasses.fields(self))
        return all(item.is_full if isinstance(item, Tally) else item for item in fields)


@dataclasses.dataclass(frozen=True)
class Evidence:
    """All that was found out of one file.

    Attributes:
        path: The file.
        format: Such as pdf.
        view: `full` or `handout`; empty where it is not known.
        locale: BCP 47.
        pages: How many; 0 for a format without pages.
        is_unaltered: Whether its bytes are those of the record of its build; None where there is none.
        carried: None where the file is judged by itself.
        fonts: The names of its embedded fonts.
        links: How many lead nowhere.
        requests: How many addresses outside a reader's program would load.
        standards: What it states that it is, such as PDF/A-3a.
        has_facts: Whether the data that lie beside it are in it, byte for byte; None where none is expected.
        validations: What validators said.
        findings: All that is wrong with it.
    """

    path: str
    format: str
    view: str
    locale: str
    pages: int
    is_unaltered: bool | None
    carried: Carried | None
    fonts: tuple[str, ...]
    links: int
    requests: int
    standards: tuple[str, ...]
    has_facts: bool | None
    validations: tuple[Validation, ...]
    findings: tuple[Finding, ...]

    @property
    def bottom_line(self) -> bool:
        """Whether everything that was looked at is as it must be; what was skipped speaks neither for nor against."""
        return (
            self.is_unaltered is not False
            and (self.carried is None or self.carried.is_whole)
            and self.has_facts is not False
            and not self.links
            and not self.requests
            and all(item.status != FAILED for item in self.validations)
            and not any(finding.is_error for finding in self.findings)
        )


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The evidence of all files, and what belongs to none of them."""

    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether there is a file at all, and every one is as it must be."""
        has_errors = any(finding.is_error for finding in self.findings)
        return bool(self.evidence) and not has_errors and all(item.bottom_line for item in self.evidence)

    def all_findings(self) -> list[Finding]:
        """Return every finding."""
        return [*self.findings, *(finding for item in self.evidence for finding in item.findings)]
