"""Which edition the content is: read what was released and signed off, and compare."""

import dataclasses
import datetime
import re
from collections.abc import Mapping

from report.compose.issue import Issue
from report.editions.record import Approval, Edition, approvals_from_json, from_json
from report.editions.withdrawals import read_withdrawals
from report.errors import ReportError, UsageError
from report.findings import Code, Finding, Location
from report.load.files import APPROVALS_FILE, WITHDRAWALS_FILE, BriefingFiles

EDITION_DAMAGED = Code("C043", "edition-damaged", is_unreadable=True, is_waivable=False)


@dataclasses.dataclass(frozen=True)
class Release:
    """What a release is asked to be.

    Attributes:
        on: The day, which the clock gives.
        is_erratum: Whether it mends a mistake of the publisher's own.
        reason: What the mistake was.
    """

    on: datetime.date
    is_erratum: bool = False
    reason: str = ""


def read_editions(
    files: BriefingFiles,
) -> tuple[tuple[Edition, ...], tuple[Approval, ...], list[Finding]]:
    """Return the released editions, oldest first, all sign-offs, and what is wrong with these or with withdrawals."""
    findings: list[Finding] = []
    editions: list[Edition] = []
    approvals: tuple[Approval, ...] = ()
    hint = "Bring the file back as it was released, from version control or a backup."
    for name, data in sorted(files.editions.items()):
        location = Location(f"{files.prefix}/{name}")
        try:
            if name == APPROVALS_FILE:
                approvals = approvals_from_json(data)
                continue
            edition = from_json(data)
        except ReportError as error:
            findings.append(Finding(EDITION_DAMAGED, location, error.message, hint))
            continue
        number = int(re.sub(r"\D", "", name))
        expected = len(editions) + 1
        if edition.briefing != files.slug or edition.number != number:
            message = (
                f"the file holds edition {edition.number} of {edition.briefing!r}, "
                f"not edition {number} of {files.slug!r}"
            )
            findings.append(Finding(EDITION_DAMAGED, location, message, hint))
        elif number != expected and not findings:
            message = f"edition {number} is there, and edition {expected} is missing"
            findings.append(Finding(EDITION_DAMAGED, location, message, hint))
        editions.append(edition)
    if not findings:
        findings += _check_withdrawals(files, len(editions), hint)
    return tuple(editions), approvals, findings


def _check_withdrawals(files: BriefingFiles, last: int, hint: str) -> list[Finding]:
    location = Location(f"{files.prefix}/{WITHDRAWALS_FILE}")
    try:
        withdrawals = read_withdrawals(files.withdrawals)
    except ReportError as error:
        return [Finding(EDITION_DAMAGED, location, error.message, hint)]
    unknown = [item.edition for item in withdrawals if item.edition > last]
    message = f"edition {unknown[0]} is withdrawn in it, and is missing" if unknown else ""
    return [Finding(EDITION_DAMAGED, location, message, hint)] if unknown else []


def decide_issue(
    digest: str,
    as_of: datetime.date,
    editions: tuple[Edition, ...],
    approvals: tuple[Approval, ...],
    *,
    release: Release | None = None,
    since: int | None = None,
) -> Issue:
    """Return which edition the content is: the last one where nothing has changed since, else the next.

    Args:
        digest: Of the content (`report.editions.state.content_digest`).
        as_of: 数据截至.
        editions: Those that were released, oldest first.
        approvals: All sign-offs.
        release: What is being released, if anything is.
        since: The edition that the changes are told from; None stands for the last one.

    Raises:
        UsageError: There is no edition `since`, or the content is that edition itself.
    """
    valid = current_approvals(approvals, digest)
    last = editions[-1] if editions else None
    if last is not None and last.content_digest == digest:
        earlier = editions[:-1]
        issue = Issue(
            last.number,
            digest,
            is_released=True,
            released_on=last.released_on,
            is_erratum=last.is_erratum,
            reason=last.reason,
            approvals=last.approvals,
            earlier=earlier,
            since=len(earlier),
            artefacts=last.artefacts,
        )
    else:
        # Told for an earlier day, a briefing is compared with what had been released for that day or before.
        earlier = tuple(item for item in editions if item.as_of <= as_of)
        issue = Issue(len(editions) + 1, digest, approvals=valid, earlier=earlier, since=len(earlier))
        if release is not None:
            issue = dataclasses.replace(
                issue,
                is_released=True,
                released_on=release.on,
                is_erratum=release.is_erratum,
                reason=release.reason,
            )
    if since is None:
        return issue
    if not 1 <= since <= len(issue.earlier):
        known = ", ".join(str(item.number) for item in issue.earlier) or "none"
        raise UsageError(
            f"there is no edition {since} before this one (edition {issue.number})",
            f"Name one of those before: {known}.",
        )
    return dataclasses.replace(issue, since=since)


def current_approvals(approvals: tuple[Approval, ...], digest: str) -> tuple[Approval, ...]:
    """Return the sign-offs of a content, the latest of each person in each role, in the order given."""
    latest: Mapping[tuple[str, str], Approval] = {
        (item.role, item.by): item for item in approvals if item.content_digest == digest
    }
    return tuple(latest.values())
