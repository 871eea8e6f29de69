"""Who receives copies and how: `distribution.yaml` and the list of clinics that it names, read together."""

import dataclasses
import datetime
import os
import string
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from report.findings import Code, Finding, Location, Severity, sort_findings
from report.formats import format_names, load_format

if TYPE_CHECKING:
    from report.clinics import ClinicList
    from report.distribution import Distribution

# Whatever a waiver here is of, it is judged: nothing but clinics and their channels is excused by it.
ALL_FAMILIES = string.ascii_uppercase
CLINICS_ELSEWHERE = Code("C084", "clinics-elsewhere", Severity.WARNING)


@dataclasses.dataclass(frozen=True)
class Recipients:
    """Who receives copies, and how.

    Attributes:
        distribution: Channels, policy, attempts.
        clinics: The list of clinics, with their logos.
    """

    distribution: "Distribution"
    clinics: "ClinicList"


def read_recipients(project: Path) -> tuple[Recipients | None, list[Finding]]:
    """Return who receives copies, or None where there is an error, and all findings, sorted."""
    distribution, clinics, findings = _read(project)
    if distribution is None or clinics is None:
        return None, findings
    return Recipients(distribution, clinics), findings


def _read(project: Path) -> "tuple[Distribution | None, ClinicList | None, list[Finding]]":
    from report.load.clinics import load_clinics
    from report.load.distribution import load_distribution, required_fields

    distribution, findings = load_distribution(project)
    if distribution is None:
        return None, None, sort_findings(findings)
    clinics, found = load_clinics(
        project,
        distribution.clinics,
        channels=required_fields(distribution),
        formats=views_by_format(),
    )
    return distribution, clinics, sort_findings([*findings, *found])


def views_by_format() -> dict[str, tuple[str, ...]]:
    """Return the formats there are, and the views that each is made of."""
    return {name: tuple(load_format(name).VIEWS) for name in format_names()}


def check_recipients(project: Path, today: datetime.date) -> tuple[Finding, ...]:
    """Return all findings of a project's recipients; none where it has neither a list nor a distribution.

    A list outside the project is the publisher's: that it is not on this machine is told, and no error.

    Args:
        project: The folder that has `content/`.
        today: The day on which waivers have to hold.
    """
    from report.distribution import CLINICS_FILE
    from report.load.distribution import DISTRIBUTION_FILE
    from report.load.files import FILE_MISSING
    from report.load.shared_waivers import load_shared_waivers
    from report.waivers import Excuses

    waivers, findings = load_shared_waivers(project)
    if any(os.path.lexists(project / name) for name in (CLINICS_FILE, DISTRIBUTION_FILE)):
        distribution, _, found = _read(project)
        findings += [
            _told_only(finding) if _is_elsewhere(finding, FILE_MISSING) else finding for finding in found
        ]
        findings += _check_signing(project, distribution, today)
    excuses = Excuses(waivers, today)
    kept = excuses.excuse(findings)
    return tuple(sort_findings([*kept, *excuses.leftovers(ALL_FAMILIES)]))


def _check_signing(
    project: Path, distribution: "Distribution | None", today: datetime.date
) -> Iterator[Finding]:
    from report.load.signing import check_signing
    from report.signing import Settings

    if distribution is not None and isinstance(distribution.signing, Settings):
        yield from check_signing(project, distribution.signing, today)


def _is_elsewhere(finding: Finding, missing: Code) -> bool:
    is_outside = finding.location.path.startswith(("/", "../"))
    return finding.code is missing and is_outside


def _told_only(finding: Finding) -> Finding:
    message = "the list of clinics lies outside the project and is not on this machine; it was not checked"
    hint = "Check it where copies are sent from."
    return Finding(CLINICS_ELSEWHERE, Location(finding.location.path), message, hint)
