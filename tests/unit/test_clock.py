"""The clock is asked in one place, and each command asks it there by its full name, so that tests tell the time."""

import ast

import pytest

from tests.dsl import ROOT

ONLY = "report/cli/options.py"
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "report").rglob("*.py"))


def clocks(source):
    """Return how a module asks what the time is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "report.cli.options":
            yield from (one.name for one in node.names if one.name in ("read_clock", "read_instant"))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = ast.unparse(node.func)
            if name.split(".")[-1] in ("now", "today", "utcnow") or name == "time.time":
                yield name


@pytest.mark.parametrize("source", ["datetime.datetime.now()", "from report.cli.options import read_instant"])
def test_it_is_seen_where_a_module_asks(source):
    assert list(clocks(source))


def test_the_clock_is_asked_in_one_place():
    asking = {path: names for path in MODULES if (names := list(clocks((ROOT / path).read_text("utf-8"))))}
    assert asking == {ONLY: ["datetime.datetime.now"]}
