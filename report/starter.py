"""Makes a new project: a sample briefing that builds as it is, a Makefile, a place for own templates."""

import shutil
from pathlib import Path

from report.errors import UsageError
from report.installation import bundled_templates


def make_project(directory: Path) -> None:
    """Copy the bundled starter into a folder.

    Raises:
        UsageError: The folder holds something already, or cannot be made.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(f"{directory} exists and is not empty", "Name a folder that does not exist yet.")
    try:
        shutil.copytree(bundled_templates() / "starter", directory, dirs_exist_ok=True)
    except OSError as error:
        raise UsageError(f"{directory} cannot be made: {error.strerror}", "Name another folder.") from error
