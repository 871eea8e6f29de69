"""What every step of a run needs, and what a run did."""

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report.errors import UsageError
from report.findings import Finding
from report.installation import bundled_templates
from report.load.files import briefing_slugs, read_templates
from report.typography.fonts import FontFace, bundled_fonts_dir, load_registry

if TYPE_CHECKING:
    from report.model import Briefing

Progress = Callable[[str], None]


@dataclasses.dataclass(frozen=True)
class Run:
    """What every step of a run needs.

    Attributes:
        project: The folder that has `content/`.
        today: Read from the clock once.
        as_of: What the command line asked for; None leaves it to the briefing.
        templates: By name, the project's own in place of the bundled ones.
        faces: The fonts that pages may use.
        progress: Is told of each stage.
    """

    project: Path
    today: datetime.date
    as_of: datetime.date | None
    templates: dict[str, str]
    faces: tuple[FontFace, ...]
    progress: Progress


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run did with one briefing.

    Attributes:
        slug: The briefing.
        findings: Sorted; empty where nothing had to be done.
        told: Findings of the last build, as printed, where nothing had to be done.
        files: What was built, with pages.
        is_current: Nothing had to be done.
        edition: The number of the edition that was released; 0 where none was.
        outdated: Files beside those that were built, of an earlier state.
        reasons: Why each file was made again, or was not, by its name.
    """

    slug: str
    findings: tuple[Finding, ...] = ()
    told: tuple[str, ...] = ()
    files: tuple[tuple[Path, int], ...] = ()
    is_current: bool = False
    edition: int = 0
    outdated: tuple[str, ...] = ()
    reasons: Mapping[str, str] = dataclasses.field(default_factory=dict)


def start(
    project: Path, today: datetime.date, as_of: datetime.date | None, progress: Progress = lambda text: None
) -> Run:
    """Return what the steps of a run need."""
    templates = read_templates(project, bundled_templates())
    faces = load_registry(bundled_fonts_dir(), project / "fonts")
    return Run(project, today, as_of, templates, faces, progress)


def choose(project: Path, wanted: Sequence[str]) -> list[str]:
    """Return the briefings that are meant: those named, or all.

    Raises:
        UsageError: There is no such briefing, or none at all.
    """
    slugs = briefing_slugs(project)
    unknown = [name for name in wanted if name not in slugs]
    if unknown or not slugs:
        what = f"there is no briefing {unknown[0]!r}" if unknown else "there is no briefing"
        known = f"there are {', '.join(slugs)}" if slugs else "a folder with a briefing.yaml is one"
        raise UsageError(f"{what} in {project / 'content'}", f"Name one that is there: {known}.")
    return list(dict.fromkeys(wanted)) or slugs


def effective_day(run: Run, briefing: "Briefing") -> datetime.date:
    """Return 数据截至: what the command line asked for, else what the briefing says, else today."""
    return run.as_of or briefing.settings.as_of or run.today
