"""Reading, checking and composing a briefing: what every run does before there is a page."""

import dataclasses
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from report.findings import Finding
from report.installation import versions
from report.load.files import BriefingFiles
from report.pipeline.run import Progress, Run, effective_day
from report.sandbox import Worker
from report.typography.fonts import coverage

if TYPE_CHECKING:
    import datetime

    from report.compose.assemble import Composed
    from report.compose.issue import Issue
    from report.editions.record import Edition
    from report.model import Briefing
    from report.pipeline.issuing import Release
    from report.waivers import Excuses

# The families of what is found before a page is laid out; those of rendering and reading back follow it.
BEFORE_PAGES = "CFST"
AFTER_PAGES = "RV"


@dataclasses.dataclass(frozen=True)
class Work:
    """A briefing that could be read and composed; there may be errors in it all the same.

    Attributes:
        briefing: As it was read.
        composed: Its page and the state that an edition would freeze.
        issue: Which edition it is, or would be.
        last: The last edition that was released, whatever its day.
        excuses: The waivers and allowances, which also judge what rendering finds.
        as_of: 数据截至.
        is_own_day: Whether that is the day the briefing itself names.
    """

    briefing: "Briefing"
    composed: "Composed"
    issue: "Issue"
    last: "Edition | None"
    excuses: "Excuses"
    as_of: "datetime.date"
    is_own_day: bool


@dataclasses.dataclass(frozen=True)
class Made:
    """All findings but those that waivers and allowances excuse, and what there is of the briefing."""

    findings: tuple[Finding, ...]
    work: Work | None = None


def compose_briefing(
    run: Run, files: BriefingFiles, *, release: "Release | None" = None, since: int | None = None
) -> Made:
    """Read, check and compose a briefing.

    Args:
        run: What every step needs.
        files: What lies on disk.
        release: What is being released, if this is no ordinary build.
        since: The edition that the changes are told from; None stands for the last one.
    """
    # Imported here: a run with nothing to do must not pay for them.
    from report.compose.theme import check_theme
    from report.lint import check as lint
    from report.lint import survey
    from report.load.briefing import load_briefing
    from report.pipeline.issuing import decide_issue, read_editions
    from report.waivers import Excuses

    locales = [name[7:-5] for name in run.templates if name.startswith("labels/")]
    briefing, findings = load_briefing(files, locales)
    editions, approvals, damages = read_editions(files)
    findings += damages
    if briefing is None or damages:
        return Made(tuple(findings))
    as_of = effective_day(run, briefing)
    theme_sheet = run.templates["css/theme.css"]
    findings += check_theme(briefing.settings.theme, theme_sheet, briefing.files["briefing.yaml"])
    findings += lint(briefing, survey(briefing, as_of, coverage(run.faces).is_covered))
    excuses = Excuses(briefing, release.on if release else as_of)
    if any(finding.code.code in ("C017", "C018") for finding in findings):
        return Made(tuple(excuses.excuse(findings)))
    issue = decide_issue(briefing, as_of, editions, approvals, release=release, since=since)
    composed = _compose_apart(run, briefing, as_of, issue)
    findings = excuses.excuse([*findings, *composed.findings])
    # What is not known yet on another day needs no waiver then: what is unused is judged on its own day.
    is_own_day = run.as_of is None or run.as_of == briefing.settings.as_of
    leftovers = excuses.leftovers(BEFORE_PAGES) if is_own_day else []
    last = editions[-1] if editions else None
    work = Work(briefing, composed, issue, last, excuses, as_of, is_own_day)
    return Made((*findings, *leftovers), work)


def _compose_apart(run: Run, briefing: "Briefing", as_of: "datetime.date", issue: "Issue") -> "Composed":
    """Compose in a process of its own: templates are the author's."""
    from report.compose.assemble import compose
    from report.compose.matter import Colophon

    # `Version 2.003-H1;hotconv 1.1.1`: the tools that made a font are none of the reader's concern.
    fonts = dict.fromkeys(
        (face.family, f"{face.version.partition(';')[0].removeprefix('Version ')}, {face.licence}")
        for face in run.faces
    )
    colophon = Colophon(tuple(fonts), versions(), issue.content_digest)
    work = functools.partial(_work, compose, briefing, run.templates, as_of, colophon, issue)
    with Worker(work, name="composing the sections") as worker:
        composed: Composed = worker.run(None)
    return composed


def _work(
    compose: "Callable[..., Composed]",
    briefing: "Briefing",
    templates: dict[str, str],
    as_of: "datetime.date",
    colophon: object,
    issue: "Issue",
    argument: None,
    progress: Progress,
) -> "Composed":
    return compose(briefing, templates, as_of, colophon, issue)
