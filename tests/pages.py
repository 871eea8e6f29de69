"""The pages of the documentation, read for the tests that keep them true."""

import datetime
import importlib
import pkgutil
import re
from pathlib import Path

import report
from report.findings import Code

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GUIDE = (DOCS / "content-guide.md").read_text(encoding="utf-8")
ERRORS = (DOCS / "errors.md").read_text(encoding="utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
TODAY = datetime.date(2026, 11, 22)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'


def package_modules():
    found = pkgutil.walk_packages(report.__path__, "report.")
    return [module for module in found if module.name != "report.__main__"]


def all_codes():
    """Every Code of the package, each once."""
    codes = {}
    for module in package_modules():
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Code):
                assert codes.setdefault(value.code, value) == value, f"{value.code} stands for two rules"
    return codes


def blocks(text):
    """The fenced blocks of a page: what is written after the backticks, what is between."""
    return re.findall(r"^```([^\n`]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def tables(text, marker):
    """The rows, without its head, of the table after `<!-- marker -->`; each a list of cells."""
    found = re.search(rf"<!-- {re.escape(marker)} -->\n\n((?:\|.*\n)+)", text)
    assert found, f"no table follows <!-- {marker} -->"
    lines = found[1].strip().split("\n")[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def first_words(text, marker):
    """The code words of the first column."""
    return [word for row in tables(text, marker) for word in re.findall(r"`([^`]+)`", row[0])]


def plain(text):
    return re.sub(r"[\s\u2060]+", "", text)
