"""What a check found: where, how grave, what is, and one hint."""

import dataclasses
import enum
from collections.abc import Iterable, Sequence

from report.errors import ExitCode, worst


class Severity(enum.StrEnum):
    """How grave a finding is: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclasses.dataclass(frozen=True, order=True)
class Location:
    """A place in a file.

    Attributes:
        path: Relative to the project, with `/`.
        line: From 1; 0 where the whole file is meant.
        column: From 1, in characters; 0 where the whole line is meant.
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return `path`, `path:line` or `path:line:column`."""
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclasses.dataclass(frozen=True)
class Code:
    """A rule: its code, its name, and how it is treated.

    Attributes:
        code: A family letter and three digits, such as `F003`; never used again for another rule.
        name: Kebab case, stable, such as `fact-stale`.
        severity: What its findings are.
        is_unreadable: The file cannot be read as what it is; the run ends with 3 and not 1.
        is_waivable: Whether a reasoned waiver may excuse it.
    """

    code: str
    name: str
    severity: Severity = Severity.ERROR
    is_unreadable: bool = False
    is_waivable: bool = True

    @property
    def exit_code(self) -> ExitCode:
        """What a run ends with for an error of this rule alone."""
        if self.is_unreadable:
            return ExitCode.UNREADABLE
        of_family = {"R": ExitCode.RENDERING, "V": ExitCode.VERIFICATION, "D": ExitCode.DELIVERY}
        return of_family.get(self.code[0], ExitCode.FINDINGS)


@dataclasses.dataclass(frozen=True)
class Mend:
    """What would set a finding right, where that is mechanical.

    Attributes:
        start: Where the stretch begins that gives way, in the file's text as it is read: no byte order mark, `LF`.
        end: Where it ends.
        text: What comes in its place.
    """

    start: int
    end: int
    text: str


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Attributes:
        code: The rule.
        location: Where.
        message: What is, with values and limits.
        hint: One imperative sentence.
        mend: What would set it right, where a program may; no part of what makes two findings the same.
    """

    code: Code
    location: Location
    message: str
    hint: str = ""
    mend: Mend | None = dataclasses.field(default=None, compare=False)

    @property
    def is_error(self) -> bool:
        """Whether it stops the build."""
        return self.code.severity is Severity.ERROR

    def __str__(self) -> str:
        """Return the finding as the editor reads it: two or three lines."""
        lines = [
            f"{self.location}: {self.code.severity} {self.code.code} {self.code.name}",
            f"  {self.message}",
        ]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without repeats, by path, line, column and code."""
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda item: (item.location, item.code.code, item.message))


def exit_code(findings: Sequence[Finding], *, strict: bool = False) -> ExitCode:
    """Return what a run with these findings ends with; `strict` makes a warning count."""
    return worst([finding.code.exit_code for finding in findings if finding.is_error or strict])
