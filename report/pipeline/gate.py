"""What keeps a briefing from being signed off or released, beside what is wrong with it."""

import datetime
from collections.abc import Iterable

from report.editions.record import Approval
from report.findings import Code, Finding, Location
from report.model import Briefing
from report.pipeline.composing import Made, Work

AS_OF_NOT_WRITTEN = Code("C044", "as-of-not-written", is_waivable=False)
AS_OF_AFTER_TODAY = Code("C045", "as-of-after-today", is_waivable=False)
AS_OF_GOES_BACK = Code("C046", "as-of-goes-back", is_waivable=False)
DISCLAIMER_MISSING = Code("C047", "disclaimer-missing", is_waivable=False)
NOT_SIGNED_OFF = Code("C048", "not-signed-off", is_waivable=False)
NOTHING_CHANGED = Code("C049", "nothing-changed", is_waivable=False)


def check_day(briefing: Briefing, today: datetime.date) -> list[Finding]:
    """Return what is wrong with the day the facts are stated for, where it has to be fixed."""
    as_of = briefing.settings.as_of
    if as_of is None:
        message = "`as_of` is not written, so the text would be another one tomorrow"
        hint = f'Add as_of: "{today}", or the day for which the facts were checked.'
        return [Finding(AS_OF_NOT_WRITTEN, _place(briefing, "title", key=True), message, hint)]
    if as_of > today:
        message = f"`as_of` is {as_of}, and today is {today}: nobody knows yet how the facts stand then"
        return [Finding(AS_OF_AFTER_TODAY, _place(briefing, "as_of"), message, "Write a day up to today.")]
    return []


def check_release(made: Made, approvals: Iterable[Approval], today: datetime.date) -> list[Finding]:
    """Return what keeps a composed briefing from being released; nothing where it could not be composed."""
    work = made.work
    if work is None:
        return []
    briefing = work.briefing
    findings = check_day(briefing, today)
    last = work.last
    if last is not None and last.content_digest == work.issue.content_digest:
        message = f"nothing has changed since edition {last.number} of {last.released_on}"
        hint = "Release again when a text, a fact or the as-of date has changed."
        return [Finding(NOTHING_CHANGED, _place(briefing, "title", key=True), message, hint)]
    if last is not None and last.as_of > work.as_of:
        message = f"`as_of` is {work.as_of}, and edition {last.number} is already stated for {last.as_of}"
        hint = "Write that day or a later one."
        findings.append(Finding(AS_OF_GOES_BACK, _place(briefing, "as_of"), message, hint))
    if briefing.settings.disclaimer is None:
        hint = "Add `disclaimer:` and the id of the section that is printed as 免责说明."
        findings.append(
            Finding(
                DISCLAIMER_MISSING, _place(briefing, "title", key=True), "no section is the disclaimer", hint
            )
        )
    return findings + _check_approvals(work, tuple(approvals))


def _check_approvals(work: Work, approvals: tuple[Approval, ...]) -> list[Finding]:
    signed = {approval.role for approval in work.issue.approvals}
    findings = []
    for index, role in enumerate(work.briefing.settings.approvals):
        if role in signed:
            continue
        earlier = [approval for approval in approvals if approval.role == role]
        message = f"{role} has not signed off this content"
        if earlier:
            last = earlier[-1]
            message += f"; {last.by} signed off another on {last.on}, which every change since then voids"
        hint = f"Let it be read, then run `report approve {work.briefing.slug} --by NAME --role {role}`."
        place = _place(work.briefing, "approvals", index)
        findings.append(Finding(NOT_SIGNED_OFF, place, message, hint))
    return findings


def _place(briefing: Briefing, *path: str | int, key: bool = False) -> Location:
    return briefing.files["briefing.yaml"].locate(*path, key=key)
