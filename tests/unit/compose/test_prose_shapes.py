"""Simple templates run by shape: the same text as when they are compiled one by one, or no plan at all."""

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.compose.finder import Finder
from report.compose.prose import FACT_FUNCTIONS, FACT_UNKNOWN, Prose, ProseTools
from report.compose.prose_shapes import Shapes
from report.positions import SourceFile

FACTS = frozenset({"one", "two"})


def make_prose():
    journal = []

    def fact(name):
        journal.append(name)
        return {"one": "甲*", "two": "乙"}.get(name, "□")

    functions = {name: fact for name in FACT_FUNCTIONS}
    functions["known"] = lambda name: name == "one"
    functions["table"] = lambda name: name
    tools = ProseTools(
        functions, {"precision": lambda value, wanted: value[:1]}, FACTS, frozenset(), {}, journal
    )
    return Prose(tools), journal


def run(text, *, in_one_go=False):
    prose, journal = make_prose()
    if in_one_go:
        prose._shapes = type("None_", (), {"plan": lambda self, text: None})()
    printed = prose.render(text, Finder(SourceFile("x.md", text), 0, {}))
    return printed, journal, list(map(str, prose.findings))


PIECES = (
    "文字。",
    "a < b & c\n\n",
    "# 标题 {#anchor}\n",
    "{{ fact('one') }}",
    '{{ fact("two") }}',
    "{{ fact('one') | precision('month') }}",
    "{% if known('one') %}有{{ fact('one') }}{% else %}无{% endif %}",
    "{% if known('two') %}有{% elif known('one') %}另{% else %}无{% if known('one') %}内{% endif %}{% endif %}",
    "{{ fact('missing') }}",
    "{{ fact('one').nothing }}",
    "{{ 'a' ~ fact('one') }}",
    "{{ 1 / 0 }}",
    '{{ "it\'s" }}',
    "{{ table('x') }}",
    "{% set x = fact('one') %}{{ x }}",
    "{% for x in [1, 2] %}{{ x }}{% endfor %}",
    "{% raw %}{{ a }}{% endraw %}",
    "{# 注 #}",
    "{{- fact('one') -}}",
    "{% endif %}",
    "{{ _0 }}",
    "{{ fact }}",
    "{{ '}}' }}",
    "{{ 'a' * 3 }}",
)


@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_a_text_prints_records_and_reports_the_same_either_way(pieces):
    text = "".join(pieces)
    assert run(text) == run(text, in_one_go=True)


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_by_itself_does(piece):
    assert run(piece) == run(piece, in_one_go=True)


@pytest.fixture
def shapes():
    environment = jinja2.Environment()
    environment.globals.update(fact=str.upper, known=bool)
    return Shapes(environment, {"fact": ("fact",), "known": ("fact",)}, {})


def test_texts_of_one_shape_share_their_program(shapes):
    first, second = shapes.plan("甲{{ fact('a') }}"), shapes.plan("乙丙{{ fact('b') }}丁")
    assert first.pieces[1].shape is second.pieces[1].shape
    assert (first.run(), second.run()) == ("甲A", "乙丙B丁")
    assert list(second.named()) == [("fact", "b")]


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in y %}{% endfor %}",
        "{{ range(3) }}",
        "{{ unknown }}",
        "{# a comment #}",
        "{{ fact('a') ",
        "{% if known('a') %}",
        "{% else %}",
        "{{ {'a': 1}.a }}",
        "{%- if known('a') %}{% endif %}",
        "{{ fact('a') | nothing }}",
    ],
)
def test_what_is_more_than_printing_and_choosing_has_no_plan(shapes, text):
    assert shapes.plan(text) is None


def test_what_is_wrong_is_reported_once_and_its_line_is_told():
    printed, journal, findings = run("一行\n{{ fact('one') }}\n{{ fact('missing') }}")
    assert [finding.split()[:3] for finding in findings] == [["x.md:3:10:", "error", FACT_UNKNOWN.code]]
    assert (printed, journal) == ("一行\n甲&#42;\n□", ["one", "missing"])


def test_what_was_recorded_before_a_trial_failed_is_taken_back():
    _, journal, findings = run("{{ fact('one') }}{{ fact('two').nothing }}")
    assert [finding.split()[2] for finding in findings] == ["S021"]
    assert journal == ["one", "two"]
