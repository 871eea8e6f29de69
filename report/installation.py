"""What this installation of the program is: its version, its code, its bundled files, its cache."""

import hashlib
import importlib.metadata
import os
from collections.abc import Mapping
from pathlib import Path

from report import __version__

PACKAGE = Path(__file__).parent


def bundled_templates() -> Path:
    """Return the folder of the bundled templates: inside an installed wheel, else the checkout's."""
    installed = PACKAGE / "_bundled" / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where what can be made again is kept: `jianbao` under XDG_CACHE_HOME or `~/.cache`."""
    base = environ.get("XDG_CACHE_HOME", "")
    # The XDG Base Directory Specification: a relative path is to be ignored.
    root = Path(base) if base.startswith("/") else Path.home() / ".cache"
    return root / "jianbao"


def versions() -> tuple[tuple[str, str], ...]:
    """Return the programs that decide how a page looks, with their versions."""
    return (("jianbao", __version__), ("WeasyPrint", importlib.metadata.version("weasyprint")))


def code_digest() -> str:
    """Return a hash of this program's own code, so that a changed program builds anew."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
