"""The crontab of the user, read and replaced through the program that owns it."""

import os
import shutil
import subprocess

from report.errors import MissingDependencyError

_SECONDS = 30.0


def read_crontab() -> str:
    """Return the user's crontab; empty where there is none.

    Raises:
        MissingDependencyError: There is no cron, or it does not tell.
    """
    said = _run("-l")
    # Without a crontab it ends with 1 and says so on the side, in the words of its own locale.
    if said.returncode != 0 and "no crontab" not in said.stderr:
        raise MissingDependencyError(
            f"`crontab -l` failed: {said.stderr.strip()}", "Ask `crontab -l` by hand."
        )
    return said.stdout if said.returncode == 0 else ""


def write_crontab(text: str) -> None:
    """Put a text in the place of the user's crontab.

    Raises:
        MissingDependencyError: There is no cron, or it refuses; the crontab is as it was.
    """
    said = _run("-", text)
    if said.returncode != 0:
        message = f"`crontab` refused the lines: {said.stderr.strip()}; the crontab is as it was"
        raise MissingDependencyError(message, "Add the lines by hand with `crontab -e`.")


def _run(argument: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    program = shutil.which("crontab")
    if program is None:
        raise MissingDependencyError(
            "there is no program `crontab` on this machine", "Install cron, or use --systemd."
        )
    try:
        return subprocess.run(
            [program, argument],
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingDependencyError(
            f"`crontab` cannot be run: {error}", "Install cron, or use --systemd."
        ) from error
