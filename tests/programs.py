"""Programs that tests ask: missing, they fail a run where CI is set, and skip elsewhere."""

import os
import shutil
import sys
from pathlib import Path

import pytest


def require(program: str | Path, how: str = "`make test` installs it, or names the package") -> str:
    """Return the path of a program (of this environment or the system) or of a file; fail or skip without it."""
    if isinstance(program, str):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        found = shutil.which(program, path=path)
    else:
        found = str(program) if program.exists() else None
    if found is None:
        message = f"{program} is missing; {how}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found
