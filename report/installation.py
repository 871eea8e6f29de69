"""What this installation of the program is: its version, its code, its bundled files, its cache."""

import hashlib
import importlib.metadata
import os
from pathlib import Path

from report import __version__

PACKAGE = Path(__file__).parent


def bundled_templates() -> Path:
    """Return the folder of the bundled templates: inside an installed wheel, else the checkout's."""
    installed = PACKAGE / "_bundled" / "templates"
    return installed if installed.is_dir() else PACKAGE.parent / "templates"


def cache_folder() -> Path:
    """Return where what can be made again is kept (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "jianbao"


def versions() -> tuple[tuple[str, str], ...]:
    """Return the programs that decide how a page looks, with their versions."""
    return (("jianbao", __version__), ("WeasyPrint", importlib.metadata.version("weasyprint")))


def code_digest() -> str:
    """Return a hash of this program's own code, so that a changed program builds anew."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
