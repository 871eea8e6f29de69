"""What commands share: options, the day, the briefings that are meant, and how a run ends."""

import contextlib
import datetime
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer

from report.console import progress, say_report_error
from report.errors import ExitCode, ReportError, UsageError

ProjectOption = Annotated[
    Path | None,
    typer.Option("--project", help="The project; default: the nearest folder upwards with content/."),
]
BriefingsArgument = Annotated[list[str] | None, typer.Argument(help="Folders of content/; default: all.")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="State the facts as of this day, YYYY-MM-DD.")
]
FutureOption = Annotated[bool, typer.Option("--allow-future", help="Let --as-of lie after today.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="End with 1 for warnings too.")]
ViewOption = Annotated[
    str | None,
    typer.Option("--view", help="full or handout; both with a comma. Default: those that there are."),
]
LocaleOption = Annotated[
    str | None,
    typer.Option(
        "--locale", help="Such as zh-Hant-HK; several with commas. Default: those of briefing.yaml."
    ),
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]


def start(project: Path | None, briefings: list[str] | None, as_of: str | None, allow_future: bool) -> Any:
    """Return the run and the slugs of the briefings that are meant; reads the clock.

    Raises:
        UsageError: The project, a briefing or the day is not one.
    """
    from report import pipeline

    root = project_of(project)
    today = read_clock()
    day = None
    if as_of is not None:
        try:
            day = datetime.date.fromisoformat(as_of)
            if day.isoformat() != as_of:
                raise ValueError(as_of)
        except ValueError:
            raise UsageError(f"{as_of!r} is no day", "Write --as-of YYYY-MM-DD.") from None
        if day > today and not allow_future:
            raise UsageError(f"{day} lies after today, {today}", "Add --allow-future if that is meant.")
    slugs = pipeline.choose(root, briefings or [])
    return pipeline.start(root, today, day, progress), slugs


def project_of(project: Path | None) -> Path:
    """Return the project that is named, else the one that this folder is in.

    Raises:
        UsageError: There is none.
    """
    from report.load.files import find_project

    if project is not None and not (project / "content").is_dir():
        raise UsageError(f"{project} has no folder content/", "Name a project's folder.")
    return (project or find_project(Path.cwd())).resolve()


def read_clock() -> datetime.date:
    """Return today, where this machine is."""
    return read_instant().date()


def read_instant() -> datetime.datetime:
    """Return the instant, in this machine's zone: the only place that asks."""
    return datetime.datetime.now().astimezone()


def project_or_here() -> Path:
    """Return the project that this folder is in, else this folder: a file can be judged anywhere."""
    from report.load.files import find_project

    try:
        return find_project(Path.cwd())
    except UsageError:
        return Path.cwd()


def read_request(formats: str | None, view: str | None = None, locale: str | None = None) -> Any:
    """Return what is to be built; no formats stand for all that there are.

    Raises:
        UsageError: A format, a view or a locale does not exist, or none is named; a format has none of the views.
    """
    from report.formats import format_names
    from report.pages import VIEWS
    from report.pipeline.outputs import Request, check_views
    from report.scalars import LOCALES

    names = tuple(format_names())
    request = Request(
        formats=names if formats is None else _chosen(formats, "format", names),
        views=() if view is None else _chosen(view, "view", VIEWS),
        locales=() if locale is None else _chosen(locale, "locale", LOCALES),
    )
    check_views(request)
    return request


def _chosen(text: str, what: str, known: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise UsageError(f"there is no {what} {name!r}", f"Choose from {', '.join(known)}.")
    if not names:
        raise UsageError(f"no {what} is named", f"Choose from {', '.join(known)}.")
    return tuple(dict.fromkeys(names))


class Guard:
    """Lets the other briefings be built where one cannot; keeps the exit code."""

    def __init__(self, codes: list[ExitCode], debug: bool) -> None:
        self._codes = codes
        self._debug = debug

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, ReportError) or self._debug:
            return False
        say_report_error(error)
        self._codes.append(error.exit_code)
        return True


@contextlib.contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Let the first interrupt end the run after the delivery that is going on, and a second one at once."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def set_debug(debug: bool) -> None:
    """Let child processes know that tracebacks are wanted."""
    if debug:
        os.environ["JIANBAO_DEBUG"] = "1"


def end(code: ExitCode) -> NoReturn:
    """End the command with a code."""
    raise typer.Exit(int(code))
