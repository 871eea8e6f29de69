"""Every module of report.formats offers what report.formats says a format is."""

import inspect

import pytest

from report import formats
from report.formats import format_names, load_format
from report.pages import VIEWS


@pytest.mark.parametrize("name", format_names())
def test_a_format_keeps_its_protocol(name):
    module = load_format(name)
    assert module.SUFFIX.startswith(".")
    assert set(module.VIEWS) <= set(VIEWS)
    assert set(module.NEEDS) < set(format_names())
    assert list(inspect.signature(module.prepare).parameters) == ["fontconfig"]
    assert list(inspect.signature(module.export).parameters) == ["page", "progress"]
    assert list(inspect.signature(module.inspect).parameters) == ["data"]
    assert module.__doc__


def test_suffixes_are_unique():
    suffixes = [load_format(name).SUFFIX for name in format_names()]
    assert len(set(suffixes)) == len(suffixes)
    assert formats.__doc__
