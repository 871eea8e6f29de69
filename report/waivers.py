"""Reasoned exceptions: waivers of `waivers.yaml` for a file, `<!-- allow: CODE reason -->` for a block."""

import bisect
import dataclasses
import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from report.findings import Code, Finding, Location
from report.model import Section, WaiverEntry
from report.positions import SourceFile

WAIVER_EXPIRED = Code("C040", "waiver-expired", is_waivable=False)
WAIVER_UNUSED = Code("C041", "waiver-unused", is_waivable=False)
WAIVER_REFUSED = Code("C042", "waiver-refused", is_waivable=False)
ALLOWANCE_UNUSED = Code("T040", "allowance-unused", is_waivable=False)
ALLOWANCE_INVALID = Code("T041", "allowance-invalid", is_waivable=False)

_ALLOWANCE = re.compile(r"<!--\s*allow:(.*?)-->", re.DOTALL)
_BLANK_OR_COMMENT = re.compile(r"(?:\s|<!--.*?-->)*", re.DOTALL)
_BLOCK = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")


@dataclasses.dataclass(frozen=True, slots=True)
class Allowance:
    """A comment that lets one rule be broken in the block that follows it.

    Attributes:
        code: The rule's code.
        reason: Why.
        location: Where the comment stands.
        first_line: The first line of the block.
        last_line: Its last.
    """

    code: str
    reason: str
    location: Location
    first_line: int
    last_line: int

    def covers(self, finding: Finding) -> bool:
        """Return whether a finding lies in the block and is of the rule."""
        place = finding.location
        is_within = place.path == self.location.path and self.first_line <= place.line <= self.last_line
        return is_within and finding.code.code == self.code


class Waiving(Protocol):
    """What has waivers and allowances: a briefing, or what all briefings of a project share."""

    @property
    def prefix(self) -> str:
        """Its folder, from the project."""

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """Its files; its waivers stand in `waivers.yaml`."""

    @property
    def waivers(self) -> Sequence[WaiverEntry]:
        """What stands there."""

    @property
    def sections(self) -> Sequence[Section]:
        """Where allowances may stand."""

    @property
    def parts(self) -> Mapping[str, str]:
        """The same."""


class Excuses:
    """What a briefing's waivers and allowances excuse, and which of them excused nothing."""

    def __init__(self, briefing: Waiving, on: datetime.date) -> None:
        """Read the allowances; waivers hold up to and with the day `on`."""
        self._file = briefing.files.get("waivers.yaml")
        self._waivers = briefing.waivers
        self._expired = {index for index, item in enumerate(self._waivers) if item.expires < on}
        self._on = on
        self._used: set[int | Allowance] = set()
        self._refused: dict[int, Finding] = {}
        self.findings: list[Finding] = []
        self._allowances: list[Allowance] = []
        parts = [SourceFile(f"{briefing.prefix}/{name}", text) for name, text in briefing.parts.items()]
        for file in (*(section.file for section in briefing.sections), *parts):
            found, findings = read_allowances(file)
            self._allowances += found
            self.findings += findings

    def excuse(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that nothing excuses, and remember what excused the others."""
        return [finding for finding in findings if not self._is_excused(finding)]

    def _is_excused(self, finding: Finding) -> bool:
        covering: list[int | Allowance] = [item for item in self._allowances if item.covers(finding)]
        covering += [index for index, item in enumerate(self._waivers) if _covers(item, finding)]
        if not covering:
            return False
        self._used.update(covering)
        if not finding.code.is_waivable:
            for item in covering:
                self._refuse(item, finding)
            return False
        return any(item not in self._expired for item in covering)

    def _refuse(self, item: "int | Allowance", finding: Finding) -> None:
        message = f"{finding.code.code} {finding.code.name} cannot be excused"
        if isinstance(item, int):
            hint = "Mend what it reports, and remove the waiver."
            self._refused[item] = Finding(WAIVER_REFUSED, self._at(item, "code"), message, hint)
        else:
            hint = "Mend what it reports, and remove the comment."
            self.findings.append(Finding(ALLOWANCE_INVALID, item.location, message, hint))

    def leftovers(self, is_judged: Sequence[str]) -> list[Finding]:
        """Return findings about expired, refused and unused waivers and allowances.

        Args:
            is_judged: The families whose checks have run; only their waivers can be called unused.
        """
        found = [*self.findings, *self._refused.values()]
        for index, item in enumerate(self._waivers):
            if item.code[0] not in is_judged:
                continue
            if index in self._expired:
                message = f"the waiver of {item.code} by {item.owner} expired on {item.expires}"
                hint = "Mend what it excused and remove it, or decide again and set a later day."
                found.append(Finding(WAIVER_EXPIRED, self._at(index, "expires"), message, hint))
            elif index not in self._used:
                what = f" with {item.match!r} in its message" if item.match else ""
                message = f"{item.code}{what} is not found in {item.path}, so there is nothing to waive"
                found.append(Finding(WAIVER_UNUSED, self._at(index, "code"), message, "Remove the waiver."))
        for allowance in self._allowances:
            if allowance not in self._used and allowance.code[0] in is_judged:
                message = f"{allowance.code} is not found in the block below, so there is nothing to allow"
                found.append(Finding(ALLOWANCE_UNUSED, allowance.location, message, "Remove the comment."))
        return found

    def _at(self, index: int, key: str) -> Location:
        assert self._file is not None
        return self._file.locate(index, key)


def read_allowances(file: SourceFile) -> tuple[tuple[Allowance, ...], tuple[Finding, ...]]:
    """Return a Markdown file's allowances, and findings for comments that only begin like one."""
    if "allow:" not in file.text:
        return (), ()
    found: list[Allowance] = []
    findings: list[Finding] = []
    starts = [0, *(match.end() for match in re.finditer("\n", file.text))]
    for match in _ALLOWANCE.finditer(file.text):
        location = file.at(match.start())
        words = match.group(1).strip().split(None, 1)
        if len(words) < 2 or not re.fullmatch(r"[A-Z][0-9]{3}", words[0]):
            message = f"{' '.join(match.group().split())!r} does not say which rule may be broken, and why"
            hint = "Write <!-- allow: CODE reason -->, such as <!-- allow: T012 引用原文 -->."
            findings.append(Finding(ALLOWANCE_INVALID, location, message, hint))
            continue
        following = _BLANK_OR_COMMENT.match(file.text, match.end())
        begin = following.end() if following is not None else match.end()
        block = _BLOCK.match(file.text, file.text.rfind("\n", 0, begin) + 1)
        end = max(begin, block.end() - 1) if block is not None else begin
        lines = bisect.bisect_right(starts, begin), bisect.bisect_right(starts, end)
        found.append(Allowance(words[0], words[1], location, *lines))
    return tuple(found), tuple(findings)


def _covers(waiver: WaiverEntry, finding: Finding) -> bool:
    is_meant = waiver.code == finding.code.code and waiver.path == finding.location.path
    return is_meant and (waiver.match is None or waiver.match in finding.message)
