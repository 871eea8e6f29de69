"""Values of facts in prose: which of them become links on a web page, and that nothing else changes for it."""

import datetime
import re

import lxml.html
import pytest

from report.compose.assemble import compose
from report.compose.fact_marks import FactMarks, PrintedValue, marked, unmarked, without_links
from report.compose.issue import Issue
from report.compose.markup import convert, new_converter
from report.compose.matter import Colophon
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing, read_templates
from report.typography.text import bind_last_words, join_lines

DAY = datetime.date(2026, 11, 22)
DATE = "{{ fact('trial-resumed').date }}"
LABEL = "{{ fact('trial-resumed').label }}"
PRINTED = "2024年5月20日"
PDF, WEB = "pdf/briefing.html", "html/briefing.html"
LINK = re.compile(r'<a class="fact" href="#fact_([^"]*)"(?: data-facts="([^"]*)")?>([^<]*)</a>')


@pytest.fixture
def composed(project):
    """Return a function that gives the page of the demo, with a body of the first section."""

    def pages(body, *entries):
        project.opening(body.replace("DATE", DATE).replace("LABEL", LABEL))
        files = read_briefing(project.root, "demo")
        briefing, findings = load_briefing(files)
        assert findings == []
        templates = read_templates(project.root, bundled_templates())
        done = compose(briefing, templates, DAY, Colophon((), (), ""), Issue(1, ""), entries=entries)
        assert done.findings == ()
        return done.pages

    return pages


def links(composed, body):
    """What the first section links to, as (fact, text)."""
    section = composed(body, WEB)[WEB].partition('<section class="chapter" id="opening"')[2]
    return [(fact, text) for fact, _, text in LINK.findall(section.partition("</section>")[0])]


def test_a_value_leads_to_its_fact(composed):
    assert links(composed, "试验于DATE恢复[@notice]。") == [("trial-resumed", PRINTED)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("于**DATE**恢复[@notice]。", [PRINTED]),
        ("- 于DATE恢复[@notice]\n- 甲", [PRINTED]),
        ("| 甲 | 乙 |\n|---|---|\n| DATE | 丙[@notice] |", [PRINTED]),
        ("DATEDATE[@notice]", [PRINTED] * 2),
        ("甲\nDATE\n乙[@notice]", [PRINTED]),
        ("“LABEL”[@notice]。", ["试验恢复"]),
        ("{{ fact('trial-resumed').date | precision('year') }}恢复[@notice]。", ["2024年"]),
        (
            "{% if known('trial-resumed') %}于DATE恢复[@notice]。{% endif %}",
            [PRINTED],
        ),
        (
            "{% for n in range(2) %}DATE、{% endfor %}[@notice]",
            [PRINTED] * 2,
        ),
    ],
    ids=["strong", "list", "table", "side by side", "lines", "label", "coarser", "condition", "loop"],
)
def test_wherever_it_stands_in_prose(composed, body, expected):
    assert [text.replace("\u2060", "") for _, text in links(composed, body)] == expected


@pytest.mark.parametrize(
    "body",
    [
        "## 于DATE恢复",
        "见[DATE的公告](https://a.example)[@notice]。",
        "`DATE`[@notice]",
        '[DATE]{ruby="a"}[@notice]',
        '[甲]{ruby="LABEL"}[@notice]',
        "{% if fact('trial-resumed').date ~ '' == '2024年5月20日' %}恢复[@notice]。{% endif %}",
        "{{ fact('trial-resumed').date ~ '起' }}[@notice]",
    ],
    ids=["heading", "link", "code", "ruby", "gloss", "compared", "joined to a text"],
)
def test_no_link_where_one_cannot_be_or_the_value_is_no_value_any_more(composed, body):
    assert links(composed, body) == []


@pytest.mark.parametrize(
    "body",
    [
        "试验于DATE恢复[@notice]，\n见**LABEL**。",
        '## DATE\n\n`DATE`[@notice]\n\n[甲]{ruby="LABEL"}',
        "甲[^1]\n\n[^1]: 于DATE恢复[@notice]。",
        "相隔{{ days_between('trial-halted', 'trial-resumed') }}[@notice]。",
    ],
)
def test_other_pages_are_the_same_whether_or_not_a_web_page_is_made(composed, body):
    alone = composed(body, PDF)[PDF]
    assert composed(body, PDF, WEB)[PDF] == alone
    assert not LINK.search(alone)
    for page in composed(body, PDF, WEB).values():
        # No mark is left, in text or attributes.
        assert unmarked(page) == page


def test_a_value_in_a_footnote_leads_to_its_fact(composed):
    page = composed("甲[^1]。\n\n[^1]: 于DATE恢复[@notice]。", WEB)[WEB]
    notes = page.partition('id="part_notes"')[2].partition("</section>")[0]
    assert [text for *_, text in LINK.findall(notes)] == [PRINTED]


def test_a_number_names_all_the_facts_that_it_comes_from(composed):
    page = composed("相隔{{ days_between('trial-halted', 'trial-resumed') }}[@notice]。", WEB)[WEB]
    assert [(one, both) for one, both, _ in LINK.findall(page) if both] == [
        ("trial-halted", "trial-halted trial-resumed")
    ]


def test_every_link_leads_to_a_card(composed):
    page = composed(
        "相隔{{ days_between('trial-halted', 'trial-resumed') }}，于DATE恢复[@notice]。",
        WEB,
    )[WEB]
    named = {name for one, both, _ in LINK.findall(page) for name in (one, *both.split())}
    assert named
    assert named <= set(re.findall(r'<dl class="card" id="fact_([^"]*)"', page))


def test_authors_cannot_write_such_a_link(project):
    project.opening('见[甲](#fact_trial-resumed){: .fact data-facts="trial-resumed" }[@notice]。')
    assert {"S005", "S011"} <= set(project.check().codes)


# --- The tree by itself ---


def linked(source, change=lambda root: None):
    root = lxml.html.fragment_fromstring(convert(new_converter(), source).html, create_parent="div")
    marks = FactMarks(root)
    assert unmarked(lxml.html.tostring(root, encoding="unicode")) == lxml.html.tostring(
        root, encoding="unicode"
    )
    change(root)
    marks.link(root)
    return "".join(lxml.html.tostring(child, encoding="unicode") for child in root)


def test_what_the_passes_over_the_tree_add_and_take_away_does_not_lose_a_value():
    def change(root):
        join_lines(root)
        bind_last_words(root)

    html = linked(f"甲\n{marked('二〇二四年', ('a',))}\n乙，又见{marked('丙丁', ('b',))}", change)
    assert html == (
        '<p>甲<a class="fact" href="#fact_a">二〇二四年</a>乙，又见<a class="fact" href="#fact_b">丙\u2060丁</a></p>'
    )


def test_a_value_that_is_no_more_where_it_stood_is_left_without_a_link():
    def change(root):
        root[0].text = "别的"

    assert linked(f"甲{marked('乙', ('a',))}丙", change) == "<p>别的</p>"


def test_a_value_that_was_moved_away_is_left_alone():
    def change(root):
        root.remove(root[0])

    assert "<a" not in linked(f"甲{marked('乙', ('a',))}\n\n丙", change)


def test_a_value_that_is_marked_up_within_is_left_without_a_link():
    assert linked(marked("甲*乙*丙", ("a",))) == "<p>甲<em>乙</em>丙</p>"


def test_ids_are_not_read_as_markdown():
    html = linked(marked("甲", ("a-b_c_d*e*", "x")))
    assert html == '<p><a class="fact" href="#fact_a-b_c_d*e*" data-facts="a-b_c_d*e* x">甲</a></p>'


def test_without_links_only_those_to_facts_are_gone():
    page = (
        '<p><a class="fact" href="#fact_a">甲</a><a href="#fact_a">乙</a><a class="fact" href="#b">丙</a></p>'
    )
    assert without_links(page) == '<p>甲<a href="#fact_a">乙</a><a class="fact" href="#b">丙</a></p>'


def test_a_printed_value_is_its_text():
    value = PrintedValue("甲", ("a",))
    assert value == "甲"
    assert value.facts == ("a",)
    assert (value + "乙").__class__ is str
