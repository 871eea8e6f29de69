"""Output formats, one module each.

A module `NAME` here is the format `NAME`. It has `SUFFIX` (with the dot), `VIEWS` (which views it is made of),
`NEEDS` (the formats that are made before it, because it tells their page numbers), `prepare(fontconfig)` (what can
be done before there is a page), `export(page, progress) -> Exported` (bytes, no disk) and `inspect(data) -> Extract`
(read back with another library). Its page is made by `templates/NAME/briefing.html`, and by
`templates/NAME/handout.html` for the view `handout`. tests/contract/test_formats.py holds each to it.
"""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from report.pages import Exported, Extract, Page


class Format(Protocol):
    """What a format module offers."""

    SUFFIX: str
    VIEWS: tuple[str, ...]
    NEEDS: tuple[str, ...]
    prepare: Callable[[Path], None]
    export: Callable[[Page, Callable[[str], None]], Exported]
    inspect: Callable[[bytes], Extract]


def format_names() -> list[str]:
    """Return the formats there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load_format(name: str) -> Format:
    """Return a format by its name; it must be one of `format_names()`."""
    return cast(Format, importlib.import_module(f"{__name__}.{name}"))
