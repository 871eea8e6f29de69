"""Who receives copies and how: `distribution.yaml` and the list of clinics that it names, read together."""

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from report.findings import Code, Finding, Location, Severity, sort_findings
from report.formats import format_names, load_format

if TYPE_CHECKING:
    from report.clinics import ClinicList
    from report.distribution import Distribution

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
    from report.load.clinics import load_clinics
    from report.load.distribution import load_distribution, required_fields

    distribution, findings = load_distribution(project)
    if distribution is None:
        return None, sort_findings(findings)
    clinics, found = load_clinics(
        project,
        distribution.clinics,
        channels=required_fields(distribution),
        formats=views_by_format(),
    )
    findings = sort_findings([*findings, *found])
    return (None if clinics is None else Recipients(distribution, clinics)), findings


def views_by_format() -> dict[str, tuple[str, ...]]:
    """Return the formats there are, and the views that each is made of."""
    return {name: tuple(load_format(name).VIEWS) for name in format_names()}


def check_recipients(project: Path) -> tuple[Finding, ...]:
    """Return all findings of a project's recipients; none where it has neither a list nor a distribution.

    A list outside the project is the publisher's: that it is not on this machine is told, and no error.
    """
    from report.distribution import CLINICS_FILE
    from report.load.distribution import DISTRIBUTION_FILE
    from report.load.files import FILE_MISSING

    if not any(os.path.lexists(project / name) for name in (CLINICS_FILE, DISTRIBUTION_FILE)):
        return ()
    findings = read_recipients(project)[1]
    return tuple(
        _told_only(finding) if _is_elsewhere(finding, FILE_MISSING) else finding for finding in findings
    )


def _is_elsewhere(finding: Finding, missing: Code) -> bool:
    is_outside = finding.location.path.startswith(("/", "../"))
    return finding.code is missing and is_outside


def _told_only(finding: Finding) -> Finding:
    message = "the list of clinics lies outside the project and is not on this machine; it was not checked"
    hint = "Check it where copies are sent from."
    return Finding(CLINICS_ELSEWHERE, Location(finding.location.path), message, hint)
