"""What an unattended run may release: content that people signed off exactly as it is, and nothing else."""

import dataclasses
from typing import TYPE_CHECKING

from report.findings import sort_findings
from report.load.files import read_briefing
from report.pipeline.issuing import current_approvals, read_editions
from report.pipeline.run import Outcome, Run, effective_day
from report.pipeline.unattended_outcome import BriefingRelease, Released

if TYPE_CHECKING:
    from report.editions.record import Edition


@dataclasses.dataclass(frozen=True)
class Decision:
    """Whether a briefing is to be released, and the last edition."""

    outcome: BriefingRelease
    is_due: bool = False
    last: "Edition | None" = None


def decide_release(run: Run, slug: str, *, approvals_required: bool) -> Decision:
    """Return whether a briefing is to be released unattended; nothing is composed for it.

    The first edition is released by a person, who decides that there is something to send at all.

    Args:
        run: What every step needs.
        slug: The briefing.
        approvals_required: Whether somebody has to have signed off, where the briefing itself names no role.
    """
    from report.editions.state import content_digest
    from report.load.briefing import load_briefing

    files = read_briefing(run.project, slug)
    briefing, findings = load_briefing(files)
    editions, approvals, damages = read_editions(files)
    findings += damages
    if briefing is None or damages:
        found = tuple(sort_findings(findings))
        return Decision(BriefingRelease(slug, Released.UNREADABLE, len(editions), findings=found))
    if not editions:
        return Decision(BriefingRelease(slug, Released.NO_EDITION))
    last = editions[-1]
    digest = content_digest(briefing, effective_day(run, briefing))
    if last.content_digest == digest:
        return Decision(BriefingRelease(slug, Released.UNCHANGED, last.number), last=last)
    signed = {approval.role for approval in current_approvals(approvals, digest)}
    missing = tuple(role for role in briefing.settings.approvals if role not in signed)
    if not briefing.settings.approvals and approvals_required and not signed:
        missing = ("",)
    if missing:
        return Decision(BriefingRelease(slug, Released.WAITS, last.number, missing), last=last)
    return Decision(BriefingRelease(slug, Released.STOPPED, last.number), is_due=True, last=last)


def release_if_due(run: Run, slug: str, *, approvals_required: bool) -> BriefingRelease:
    """Release a briefing where it is due, and finish what an earlier run began; return what became of it.

    Raises:
        ReportError: The edition cannot be made.
    """
    decision = decide_release(run, slug, approvals_required=approvals_required)
    outcome = decision.outcome
    if outcome.state is Released.UNCHANGED and decision.last is not None:
        from report.pipeline.restoring import restore_edition

        return dataclasses.replace(outcome, is_restored=restore_edition(run, slug, decision.last))
    if not decision.is_due:
        return outcome
    made = _release(run, slug)
    if made.edition:
        return BriefingRelease(slug, Released.RELEASED, made.edition)
    return dataclasses.replace(outcome, findings=made.findings)


def _release(run: Run, slug: str) -> Outcome:
    from report.formats import format_names
    from report.pipeline.outputs import Request
    from report.pipeline.releasing import release

    return release(run, slug, Request(tuple(format_names())))
