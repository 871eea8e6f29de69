"""`report preview`: the editor's desk, a page on this machine."""

import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from report.cli import options
from report.cli.options import BriefingsArgument, DebugOption, ProjectOption, end, project_of, set_debug
from report.console import clear_progress, say
from report.errors import ExitCode

app = typer.Typer()


@app.command()
def preview(
    briefings: BriefingsArgument = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0, the default: the one it had last, or any.")
    ] = 0,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Print the address, and start no browser.")
    ] = False,
    editor_url: Annotated[
        str | None,
        typer.Option(
            "--editor-url",
            envvar="JIANBAO_EDITOR_URL",
            help="What opens a place in a file; default: vscode://file/{path}:{line}:{column}. Empty: nothing.",
        ),
    ] = None,
    project: ProjectOption = None,
    debug: DebugOption = False,
) -> None:
    """Show the pages as they will print while files are edited, facts, proposals and deliveries, in the browser."""
    set_debug(debug)
    from report import pipeline
    from report.desk.address import claim_address
    from report.desk.serving import DeskServer
    from report.desk.telling import EDITOR_URL, Editor, check_editor_url
    from report.installation import cache_folder

    root = project_of(project)
    slugs = pipeline.choose(root, briefings or [])
    editor = Editor(root, check_editor_url(EDITOR_URL if editor_url is None else editor_url))
    address = claim_address(cache_folder() / "desk", root, port)
    server = DeskServer(_app(root, slugs, editor, address), address)
    clear_progress()
    say(f"the desk is at {address.url}")
    say("Ctrl-C ends it; the files are yours to edit meanwhile")
    # Where nobody looks at a screen of this machine, a browser would be started for nobody.
    if not no_open and _has_screen():
        _open(address.ticket())
    server.run_here()
    end(ExitCode.DONE)


def _app(root: Path, slugs: list[str], editor: Any, address: Any) -> Any:
    from report import pipeline
    from report.desk.app import make_app
    from report.desk.context import Desk
    from report.desk.rooms import Rooms, Wanted
    from report.desk.wording import language_for
    from report.load.briefing import load_briefing
    from report.load.files import read_briefing
    from report.preview.session import Session

    def start_run() -> Any:
        return pipeline.start(root, options.read_clock(), None)

    def make(wanted: Wanted) -> Session:
        return Session(start_run, root, wanted.slug, wanted.view, wanted.locale)

    briefing, _ = load_briefing(read_briefing(root, slugs[0]))
    desk = Desk(
        project=root,
        slugs=tuple(slugs),
        start_run=start_run,
        clock=options.read_instant,
        rooms=Rooms(make),
        address=address,
        editor=editor,
        language=language_for(briefing.settings.language if briefing else "zh-Hans"),
        instance=secrets.token_hex(8),
    )
    return make_app(desk)


def _has_screen() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(address: str) -> None:
    """Open the desk in the browser; its command line, which others of this machine can read, has a ticket for once."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
