"""A real browser, and the programs of `tests/npm`: missing, they fail a run where CI is set, and skip elsewhere."""

import atexit
import contextlib
import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, sync_playwright

from report.typography.fonts import bundled_fonts_dir, load_registry, write_fontconfig
from tests.programs import require

NPM = Path(__file__).parent / "npm" / "node_modules"
# As root in a container there is no sandbox; and the browser is to ask for nothing of its own.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


def npm_package(name: str) -> Path:
    """Return a file of a package of `tests/npm`."""
    return Path(require(NPM / name, "`make test` installs it"))


@functools.cache
def playwright() -> Playwright:
    """Return what drives all browsers of this process; a process cannot have it twice."""
    found = sync_playwright().start()
    atexit.register(found.stop)
    return found


@functools.cache
def _fonts() -> str:
    """Return the configuration that names the bundled fonts only: a machine may have no Chinese ones, or others."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    faces = load_registry(bundled_fonts_dir(), folder / "none")
    return str(write_fontconfig(folder / "fonts.conf", faces, folder / "cache"))


@contextlib.contextmanager
def launched(*arguments: str, **options: Any) -> Iterator[Any]:
    """Yield a browser that runs while the block does, started with more arguments and options of Playwright's."""
    path = require("chromium", "run: sudo apt-get install -y chromium")
    options.setdefault("env", {**os.environ, "FONTCONFIG_FILE": _fonts()})
    browser = playwright().chromium.launch(executable_path=path, args=[*_ARGUMENTS, *arguments], **options)
    try:
        yield browser
    finally:
        browser.close()


def eventually(page: Any, holds: "str | Callable[[], bool]") -> None:
    """Wait until something holds; Playwright's own waiting asks for `eval`, which the page's policy refuses."""
    for _ in range(200):
        if page.evaluate(holds) if isinstance(holds, str) else holds():
            return
        page.wait_for_timeout(25)
    pytest.fail(f"it never held: {holds}")
