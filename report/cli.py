"""The command line: arguments, progress and exit codes; the only place that ends the process."""

import datetime
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.exceptions

from report import __version__
from report.console import (
    as_json,
    clear_progress,
    progress,
    relative,
    say,
    say_error,
    say_findings,
    say_interrupted,
    say_report_error,
)
from report.errors import ExitCode, ReportError, UsageError, worst
from report.findings import Finding, exit_code

app = typer.Typer(
    name="report",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Build dated, sourced briefings from Markdown and facts.",
)
fonts_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The bundled fonts.")
app.add_typer(fonts_app, name="fonts")

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
DebugOption = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]


@app.command()
def build(
    briefings: BriefingsArgument = None,
    formats: Annotated[
        str, typer.Option("-f", "--formats", help="Such as pdf; several with commas.")
    ] = "pdf",
    project: ProjectOption = None,
    as_of: AsOfOption = None,
    allow_future: FutureOption = False,
    strict: StrictOption = False,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing has changed.")] = False,
    debug: DebugOption = False,
) -> None:
    """Build the briefings into output/."""
    _set_debug(debug)
    from report import pipeline

    names = _formats(formats)
    run, slugs = _start(project, briefings, as_of, allow_future)
    codes: list[ExitCode] = []
    for slug in slugs:
        with _Guard(codes, debug):
            outcome = pipeline.build(run, slug, names, force=force)
            clear_progress()
            if outcome.is_current:
                _print_told(outcome)
                continue
            say_findings(outcome.findings)
            codes.append(exit_code(outcome.findings, strict=strict))
            for path, pages in outcome.files:
                shown = relative(path)
                say(f"{shown}: {pages} pages" if pages else shown)
            if not outcome.files:
                say(f"{slug}: not built; the last build is untouched")
    _end(worst(codes))


@app.command()
def check(
    briefings: BriefingsArgument = None,
    project: ProjectOption = None,
    as_of: AsOfOption = None,
    allow_future: FutureOption = False,
    strict: StrictOption = False,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    debug: DebugOption = False,
) -> None:
    """Report all findings; build nothing."""
    _set_debug(debug)
    from report import pipeline

    if format_ not in ("text", "json"):
        raise UsageError(f"there is no format {format_!r}", "Write --format text or --format json.")
    run, slugs = _start(project, briefings, as_of, allow_future)
    codes: list[ExitCode] = []
    found: list[Finding] = []
    for slug in slugs:
        with _Guard(codes, debug):
            outcome = pipeline.check(run, slug)
            clear_progress()
            found += outcome.findings
            codes.append(exit_code(outcome.findings, strict=strict))
    if format_ == "json":
        say(json.dumps([as_json(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        say_findings(found)
        if not found:
            say("no findings")
    _end(worst(codes))


@app.command()
def new(
    directory: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
) -> None:
    """Make a project with a sample briefing."""
    from report.starter import make_project

    make_project(directory)
    say(f"{directory} is ready. Next:")
    say(f"  cd {directory} && report build")


@app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(help="PDF files.")],
    project: ProjectOption = None,
) -> None:
    """Judge finished files: structure, fonts, tags."""
    from report import pipeline

    findings: list[Finding] = []
    for path in files:
        findings += pipeline.verify_file(path, (project or _project_or_here()) / "fonts")
    say_findings(findings)
    if not findings:
        say("nothing wrong was found")
    _end(exit_code(findings, strict=True))


@app.command()
def doctor() -> None:
    """Say what this machine has and lacks, and what mends it."""
    from report.tools import doctor as examination
    from report.typography.fonts import altered_faces, bundled_fonts_dir, load_registry

    lacks = []
    for item in examination.examine():
        state = "ok     " if item.is_good else "MISSING" if item.is_needed else "absent "
        say(f"{state} {item.name} {item.version}".rstrip())
        if not item.is_good:
            say(f"        {item.remedy}")
        if not item.is_good and item.is_needed:
            lacks.append(item)
    faces = load_registry(bundled_fonts_dir())
    altered = altered_faces(faces)
    say(f"{'ALTERED' if altered else 'ok     '} fonts {len(faces)} faces in {bundled_fonts_dir()}")
    for face in altered:
        say(
            f"        {face.path.name} is not the file that fonts.yaml names; restore it, or run `make fonts`"
        )
    _end(ExitCode.MISSING if lacks or altered else ExitCode.DONE)


@fonts_app.command("add")
def fonts_add(
    characters: Annotated[list[str], typer.Argument(help="Characters, or code points such as U+20BB7.")],
    project: ProjectOption = None,
) -> None:
    """Add rare characters to the fonts, from the sources the bundled ones were made from."""
    from report.installation import cache_folder
    from report.load.files import find_project
    from report.tools import packages
    from report.typography import subsetting

    folder = find_project((project or Path.cwd()).resolve()) / "fonts"
    for line in subsetting.add_characters(
        characters, folder, cache_folder() / "packages", packages.fetch
    ).lines():
        say(line)


@fonts_app.command("make")
def fonts_make(
    directory: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("fonts"),
) -> None:
    """Make the bundled fonts again from their packages, byte for byte."""
    from report.installation import cache_folder
    from report.tools import packages
    from report.typography import subsetting

    for path in subsetting.make_fonts(cache_folder() / "packages", directory, packages.fetch):
        say(relative(path))


def _start(project: Path | None, briefings: list[str] | None, as_of: str | None, allow_future: bool) -> Any:
    from report import pipeline
    from report.load.files import find_project

    if project is not None and not (project / "content").is_dir():
        raise UsageError(f"{project} has no folder content/", "Name a project's folder.")
    today = datetime.datetime.now().astimezone().date()
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
    root = (project or find_project(Path.cwd())).resolve()
    slugs = pipeline.choose(root, briefings or [])
    return pipeline.start(root, today, day, progress), slugs


def _project_or_here() -> Path:
    """Return the project that this folder is in, else this folder: a file can be judged anywhere."""
    from report.load.files import find_project

    try:
        return find_project(Path.cwd())
    except UsageError:
        return Path.cwd()


def _formats(text: str) -> list[str]:
    from report.formats import format_names

    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in format_names():
            raise UsageError(f"there is no format {name!r}", f"Choose from {', '.join(format_names())}.")
    if not names:
        raise UsageError("no format is named", f"Choose from {', '.join(format_names())}.")
    return list(dict.fromkeys(names))


class _Guard:
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


def _print_told(outcome: Any) -> None:
    for line in outcome.told:
        say(line)
    for path, _ in outcome.files:
        say(f"{relative(path)}: nothing to do")


def _set_debug(debug: bool) -> None:
    if debug:
        os.environ["JIANBAO_DEBUG"] = "1"


def _end(code: ExitCode) -> None:
    raise typer.Exit(int(code))


def _print_version(wanted: bool) -> None:
    if wanted:
        say(f"jianbao {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        say(context.get_help())
        _end(ExitCode.USAGE)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    debug = "--debug" in sys.argv
    try:
        code = app(standalone_mode=False)
        # Typer takes the interrupt itself and returns its code.
        if code == ExitCode.INTERRUPTED:
            say_interrupted()
    except typer.exceptions.TyperException as error:
        hint = "`report --help` lists the commands, `report COMMAND --help` their options."
        say_error(error.format_message(), hint)
        code = ExitCode.USAGE
    except (KeyboardInterrupt, typer.Abort):
        say_interrupted()
        code = ExitCode.INTERRUPTED
    except ReportError as error:
        if debug:
            raise
        say_report_error(error)
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.DONE
    except Exception as error:
        if debug:
            raise
        hint = "Run it again with --debug, and report what it prints."
        say_error(f"a bug in the program: {type(error).__name__}: {error}", hint)
        code = ExitCode.BUG
    sys.exit(int(code or 0))
