"""Who sets the texts: the product, WeasyPrint alone, and the peers, each with its best settings for Chinese."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.typesetting.documents import Document, as_html, as_tex, as_typst

PROJECT = Path(__file__).resolve().parent.parent.parent
FONTS = PROJECT / "fonts"
PEERS = PROJECT / "benchmarks" / "peers"
TIMEOUT_SECONDS = 600


class Contender(Protocol):
    """One way to set text."""

    @property
    def name(self) -> str:
        """As the table calls it."""

    def version(self) -> str:
        """Return which version is installed; empty if none is."""

    def typeset(self, documents: Sequence[Document]) -> None:
        """Write the PDF of each document.

        Raises:
            subprocess.CalledProcessError: The program failed.
        """


class WeasyPrint:
    """WeasyPrint in a process of its own, with no fonts but the given ones; `is_ours` as the product adapts it."""

    def __init__(self, name: str, fontconfig: Path, is_ours: bool) -> None:
        self.name = name
        self._fontconfig = fontconfig
        self._is_ours = is_ours

    def version(self) -> str:
        """Return which version is installed; empty if none is."""
        return _answer([sys.executable, "-m", "weasyprint", "--version"])

    def typeset(self, documents: Sequence[Document]) -> None:
        """Write the PDF of each document."""
        self.timed(documents)

    def timed(self, documents: Sequence[Document]) -> list[float]:
        """Write the PDF of each document and return the seconds of processor time that each took."""
        pages = [_write(document, ".html", as_html(document)) for document in documents]
        command = [
            sys.executable,
            "-m",
            "benchmarks.typesetting.set_pages",
            *(["--ours"] if self._is_ours else []),
        ]
        done = _run([*command, str(self._fontconfig), *map(str, pages)], PROJECT)
        return [float(value) for value in json.loads(done.splitlines()[-1])]


class Typst:
    """Typst: optimised line breaks and Han–Latin space are its defaults for justified Chinese."""

    name = "Typst"

    def __init__(self, python: Path, fonts: Path) -> None:
        self._python = python
        self._fonts = fonts

    def version(self) -> str:
        """Return which version is installed; empty if none is."""
        code = "import importlib.metadata as m; print(m.version('typst'))"
        return _answer([str(self._python), "-c", code])

    def typeset(self, documents: Sequence[Document]) -> None:
        """Write the PDF of each document."""
        for document in documents:
            source = _write(document, ".typ", as_typst(document))
            script = str(PEERS / "typst_compile.py")
            _run(
                [str(self._python), script, source.name, document.path.name, str(self._fonts)], source.parent
            )


class Chromium:
    """Chromium, headless, with all that it has of CSS Text 4 for Chinese."""

    name = "Chromium"
    _CSS = """\
@font-face {{ font-family: "Jianbao Song"; src: url("{fonts}/JianbaoSong-Regular.ttf") }}
@font-face {{ font-family: "Jianbao Song"; font-weight: 700; src: url("{fonts}/JianbaoSong-Bold.ttf") }}
@font-face {{ font-family: "Jianbao Kai"; src: url("{fonts}/JianbaoKai-Regular.ttf") }}
p {{ text-autospace: normal; text-spacing-trim: trim-start; text-justify: inter-character; line-break: strict;
  text-wrap: pretty }}
"""

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts

    def version(self) -> str:
        """Return which version is installed; empty if none is."""
        found = re.search(r"Chromium ([0-9.]+)", _answer(["chromium", "--version"]))
        return found.group(1) if found else ""

    def typeset(self, documents: Sequence[Document]) -> None:
        """Write the PDF of each document."""
        css = self._CSS.format(fonts=self._fonts.as_uri())
        for document in documents:
            source = _write(document, ".html", as_html(document, css))
            options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
            with tempfile.TemporaryDirectory() as profile:
                options += [f"--user-data-dir={profile}", f"--print-to-pdf={document.path}"]
                _run(["chromium", *options, source.as_uri()], source.parent)


class XeLaTeX:
    """XeLaTeX with xeCJK, whose `CheckSingle` avoids last lines of one character."""

    name = "XeLaTeX"

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts

    def version(self) -> str:
        """Return which version is installed; empty if none is."""
        if not _answer(["kpsewhich", "xeCJK.sty"]):
            return ""
        found = re.search(r"XeTeX \S+", _answer(["xelatex", "--version"]))
        return found.group() if found else ""

    def typeset(self, documents: Sequence[Document]) -> None:
        """Write the PDF of each document."""
        for document in documents:
            source = _write(document, ".tex", as_tex(document, self._fonts))
            options = ["-interaction=batchmode", "-no-shell-escape"]
            _run(["xelatex", *options, source.name], source.parent)


def _write(document: Document, suffix: str, text: str) -> Path:
    source = document.path.with_suffix(suffix)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text, encoding="utf-8")
    return source


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(
        list(command),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=True,
    )
    return done.stdout


def _answer(command: Sequence[str]) -> str:
    if shutil.which(command[0]) is None:
        return ""
    done = subprocess.run(list(command), capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
