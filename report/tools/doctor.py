"""Examines this machine: what a build needs, which version is there, what mends it."""

import dataclasses
import importlib.metadata
import shutil
import sys

from report.tools.libraries import LIBRARIES, find_version

PYTHON_PACKAGES = ("weasyprint", "jinja2", "markdown", "pydantic", "pikepdf", "pypdfium2", "nh3")


@dataclasses.dataclass(frozen=True)
class Item:
    """One thing that was looked for.

    Attributes:
        name: What it is.
        version: As it tells itself; empty where it is missing.
        is_good: Whether it is there.
        remedy: The command that mends it; empty where it is good.
        is_needed: Whether a build needs it.
    """

    name: str
    version: str
    is_good: bool
    remedy: str = ""
    is_needed: bool = True


def examine() -> list[Item]:
    """Return what was found, in a fixed order."""
    return [_python(), *_libraries(), *_packages(), *_programs()]


def _python() -> Item:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Item("Python", version, sys.version_info >= (3, 11), "Install Python 3.11 or newer.")


def _libraries() -> list[Item]:
    items = []
    for library in LIBRARIES:
        version = find_version(library)
        remedy = "" if version else f"sudo apt-get install -y {library.package}"
        items.append(Item(library.name, version or "", version is not None, remedy))
    return items


def _packages() -> list[Item]:
    items = []
    for name in PYTHON_PACKAGES:
        try:
            items.append(Item(name, importlib.metadata.version(name), is_good=True))
        except importlib.metadata.PackageNotFoundError:
            items.append(Item(name, "", False, f"Run `make setup`, or: pip install {name}"))
    return items


def _programs() -> list[Item]:
    """Programs for making the fonts again; a build does without them."""
    items = []
    for name, remedy in (
        ("npm", "sudo apt-get install -y npm"),
        ("apt-get", "needed on Debian and Ubuntu only"),
    ):
        path = shutil.which(name)
        items.append(
            Item(f"{name} (for `make fonts`)", path or "", path is not None, remedy, is_needed=False)
        )
    return items
