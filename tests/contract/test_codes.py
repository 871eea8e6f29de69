"""Every code stands for one rule, and every rule has been seen to fire."""

import functools
import importlib
import pkgutil
import re

import pytest

import report
from report.findings import Code
from tests.dsl import CASES, ROOT

FAMILIES = "CFTSRVPDM"


def all_codes() -> list[Code]:
    """Return every code that a module of the package defines, in order; imported names count once."""
    found: dict[int, Code] = {}
    for module in pkgutil.walk_packages(report.__path__, "report."):
        if not module.name.endswith("__main__"):
            values = vars(importlib.import_module(module.name)).values()
            found |= {id(value): value for value in values if isinstance(value, Code)}
    return sorted(found.values(), key=lambda code: code.code)


CODES = all_codes()


def test_codes_and_names_are_unique():
    assert len({code.code for code in CODES}) == len(CODES)
    assert len({code.name for code in CODES}) == len(CODES)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_a_code_is_well_formed(code):
    assert re.fullmatch(rf"[{FAMILIES}][0-9]{{3}}", code.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code.name)


@functools.cache
def fired_in_cases() -> set[str]:
    """Return the codes that the expectation of a case of that code holds."""
    found = set()
    for path in (CASES / "lint").glob("*/expected.txt"):
        code, _, slug = path.parent.name.partition("-")
        if not slug.startswith("ok-") and re.search(
            rf"(error|warning) {code} ", path.read_text(encoding="utf-8")
        ):
            found.add(code)
    return found


@functools.cache
def fired_in_tests() -> set[str]:
    """Return the codes that a test expects by number, or through the constant that defines them."""
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path.parent.name != "contract"
    )
    return {code.code for code in CODES if re.search(rf"\b{code.code}\b", text)}


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.code)
def test_a_code_has_been_seen_to_fire(code):
    assert code.code in fired_in_cases() | fired_in_tests(), "add a case to tests/cases/lint/"


def test_no_case_is_about_a_code_that_is_gone():
    known = {code.code for code in CODES}
    assert {path.name.partition("-")[0] for path in (CASES / "lint").iterdir()} <= known
