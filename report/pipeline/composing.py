"""Reading, checking and composing a briefing: what every run does before there is a page."""

import contextlib
import dataclasses
import functools
import gc
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from report.findings import Finding
from report.installation import versions
from report.load.files import BriefingFiles
from report.pipeline.outputs import Output, Request, outputs_of, variants_of
from report.pipeline.run import Progress, Run, effective_day
from report.sandbox import Here, Worker
from report.typography.fonts import coverage

if TYPE_CHECKING:
    import datetime

    from report.compose.composed import Composed
    from report.compose.issue import Issue
    from report.editions.record import Edition
    from report.model import Briefing
    from report.pipeline.issuing import Release
    from report.waivers import Excuses

# The families of what is found before a page is laid out; those of rendering and reading back follow it.
BEFORE_PAGES = "CFST"
AFTER_PAGES = "RV"
# What a check composes: every view, for one format; a page template is run in all of them alike.
PAGES = Request(("pdf",))


@dataclasses.dataclass(frozen=True)
class Work:
    """A briefing that could be read and composed; there may be errors in it all the same.

    Attributes:
        briefing: As it was read.
        composed: Its full view in its own language, with the state that an edition would freeze.
        others: Its other views and locales.
        issue: Which edition it is, or would be.
        last: The last edition that was released, whatever its day.
        excuses: The waivers and allowances, which also judge what rendering finds.
        as_of: 数据截至.
        is_own_day: Whether that is the day the briefing itself names.
    """

    briefing: "Briefing"
    composed: "Composed"
    others: "tuple[Composed, ...]"
    issue: "Issue"
    last: "Edition | None"
    excuses: "Excuses"
    as_of: "datetime.date"
    is_own_day: bool

    @property
    def views(self) -> "dict[tuple[str, str], Composed]":
        """What was composed, by view and locale."""
        return {(item.view, item.lang): item for item in (self.composed, *self.others)}


@dataclasses.dataclass(frozen=True)
class Made:
    """All findings but those that waivers and allowances excuse, and what there is of the briefing."""

    findings: tuple[Finding, ...]
    work: Work | None = None


def check_briefing(run: Run, files: BriefingFiles) -> tuple[Finding, ...]:
    """Return all findings of a briefing; nothing of what was composed is kept."""
    return compose_briefing(run, files, keep=False).findings


def compose_briefing(
    run: Run,
    files: BriefingFiles,
    request: Request = PAGES,
    *,
    release: "Release | None" = None,
    since: int | None = None,
    keep: bool = True,
    is_in_child: bool = False,
) -> Made:
    """Read, check and compose a briefing.

    Args:
        run: What every step needs.
        files: What lies on disk.
        request: Which files it is composed for; the full view in its own language is composed always.
        release: What is being released, if this is no ordinary build.
        since: The edition that the changes are told from; None stands for the last one.
        keep: Whether what was composed is wanted, and not only what was found.
        is_in_child: Whether this process is a child with limits already, in which templates may be run.
    """
    # What is read here lives until the end: to look through it for garbage costs a third of the time.
    with _no_collection():
        return _compose_briefing(run, files, request, release, since, keep, is_in_child)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _compose_briefing(
    run: Run,
    files: BriefingFiles,
    request: Request,
    release: "Release | None",
    since: int | None,
    keep: bool,
    is_in_child: bool,
) -> Made:
    # Imported here: a run with nothing to do must not pay for them.
    from report.editions.state import content_digest
    from report.load.briefing import load_briefing
    from report.pipeline.issuing import decide_issue, read_editions
    from report.waivers import Excuses

    briefing, findings = load_briefing(files)
    editions, approvals, damages = read_editions(files)
    findings += damages
    if briefing is None or damages:
        return Made(tuple(findings))
    as_of = effective_day(run, briefing)
    outputs = outputs_of(briefing.slug, briefing.settings.language, variants_of(briefing), request)
    missing = _missing(briefing, outputs)
    findings += itertools.chain(*missing.values())
    outputs = tuple(output for output in outputs if not missing.get(output.locale))
    excuses = Excuses(briefing, release.on if release else as_of)
    if any(finding.code.code == "C018" for finding in findings):
        return Made(tuple(excuses.excuse([*findings, *_lint(run, briefing, as_of)])))
    decide = functools.partial(
        decide_issue,
        as_of=as_of,
        editions=editions,
        approvals=approvals,
        release=release,
        since=since,
    )
    work = functools.partial(_work, briefing, run, as_of, decide, outputs, keep)
    where = Here if is_in_child else Worker
    with where(work, name="composing the sections", prepare=_load_composer) as worker:
        # The child imports what composes while the digest is reckoned here.
        digest = content_digest(briefing, as_of)
        issue = decide(digest)
        worker.begin(digest)
        findings += _lint(run, briefing, as_of)
        composed, found = worker.finish()
    findings = excuses.excuse([*findings, *found])
    # What is not known yet on another day needs no waiver then: what is unused is judged on its own day.
    is_own_day = run.as_of is None or run.as_of == briefing.settings.as_of
    leftovers = excuses.leftovers(BEFORE_PAGES) if is_own_day else []
    last = editions[-1] if editions else None
    if not composed:
        return Made((*findings, *leftovers))
    first, *others = composed
    done = Work(briefing, first, tuple(others), issue, last, excuses, as_of, is_own_day)
    return Made((*findings, *leftovers), done)


def _missing(briefing: "Briefing", outputs: Sequence[Output]) -> dict[str, list[Finding]]:
    """Return what is not written in each locale that is asked for and that nothing is converted to."""
    from report.locales.localise import is_converted
    from report.locales.texts import missing_texts

    locales = {output.locale for output in outputs} - {briefing.settings.language}
    written = sorted(locale for locale in locales if not is_converted(briefing, locale))
    return {locale: missing_texts(briefing, locale) for locale in written}


def _lint(run: Run, briefing: "Briefing", as_of: "datetime.date") -> list[Finding]:
    from report.compose.theme import check_theme
    from report.lint import check, survey
    from report.pipeline.feed_cache import check_cached_feeds

    theme_sheet = run.templates["css/theme.css"]
    findings = check_theme(briefing.settings.theme, theme_sheet, briefing.files["briefing.yaml"])
    findings += check_cached_feeds(run, briefing)
    return findings + check(briefing, survey(briefing, as_of, coverage(run.faces).is_covered))


def _load_composer() -> None:
    import report.compose.assemble  # noqa: F401


def _work(
    briefing: "Briefing",
    run: Run,
    as_of: "datetime.date",
    decide: "Callable[[str], Issue]",
    outputs: Sequence[Output],
    keep: bool,
    digest: str,
    progress: Progress,
) -> "tuple[tuple[Composed, ...], tuple[Finding, ...]]":
    """Compose in a process of its own: templates are the author's. Meanwhile the parent makes its checks."""
    from report.compose.matter import Colophon
    from report.pipeline.composing_views import Composing, compose_views

    # `Version 2.003-H1;hotconv 1.1.1`: the tools that made a font are none of the reader's concern.
    fonts = dict.fromkeys(
        (face.family, f"{face.version.partition(';')[0].removeprefix('Version ')}, {face.licence}")
        for face in run.faces
    )
    colophon = Colophon(tuple(fonts), versions(), digest)
    composing = Composing(
        run.templates, as_of, colophon, decide(digest), outputs, lambda: coverage(run.faces).is_covered
    )
    composed, findings = compose_views(briefing, composing)
    return (composed if keep else ()), findings
