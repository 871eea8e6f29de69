"""`report new`, `report doctor`, `report fonts`: what is there to work with."""

from pathlib import Path
from typing import Annotated

import typer

from report.cli.options import ProjectOption, end
from report.console import relative, say
from report.errors import ExitCode

app = typer.Typer()
fonts_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The bundled fonts.")
app.add_typer(fonts_app, name="fonts")


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
    end(ExitCode.MISSING if lacks or altered else ExitCode.DONE)


@fonts_app.command("add")
def fonts_add(
    characters: Annotated[list[str], typer.Argument(help="Characters, or code points such as U+20BB7.")],
    project: ProjectOption = None,
) -> None:
    """Add rare characters to the fonts, from the sources the bundled ones were made from."""
    from report.installation import cache_folder
    from report.load.files import find_project
    from report.tools import packages
    from report.typography import font_additions

    folder = find_project((project or Path.cwd()).resolve()) / "fonts"
    for line in font_additions.add_characters(
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
