"""Terms lead to their entries, once a section, and the entries back."""

import lxml.html
import pytest

from report.publication.glossary import link_terms
from report.publication.semantics import give_meaning


def linked(*bodies, terms=("MSC", "附条件批准", "批准"), glossary=""):
    sections = "".join(
        f'<div data-document="s{number}" data-title="第{number}章">'
        f'<section class="chapter" id="s{number}">{body}</section></div>'
        for number, body in enumerate(bodies, 1)
    )
    rows = glossary or "".join(
        f'<tr data-term="{term}"><th>{term}</th><td>释义。</td></tr>' for term in terms
    )
    page = lxml.html.document_fromstring(
        f'<html><body>{sections}<div data-document="g" data-title="术语"><table>{rows}</table></div></body></html>'
    )
    link_terms(page, ("见于：", ""), "、")
    return page


def links(page):
    return [(link.text, link.get("href")) for link in page.xpath("//section//a")]


def test_the_first_mention_in_each_section_leads_to_the_entry():
    page = linked("<p>一种MSC药物。</p><p>MSC又一次。</p>", "<p>再说MSC。</p>")
    assert links(page) == [("MSC", "#term_1"), ("MSC", "#term_1")]
    assert page.xpath("//section")[0].text_content() == "一种MSC药物。MSC又一次。"


def test_the_longest_term_is_taken():
    assert links(linked("<p>附条件批准以后，又批准一项。</p>")) == [
        ("附条件批准", "#term_2"),
        ("批准", "#term_3"),
    ]
    assert links(linked("<p>只说附条件批准。</p>")) == [("附条件批准", "#term_2")]


def test_several_terms_in_one_run_of_text_are_all_met_and_no_text_is_lost():
    page = linked("<p>甲MSC乙附条件批准丙<b>批准</b>丁MSC戊</p>")
    assert [text for text, _ in links(page)] == ["MSC", "附条件批准", "批准"]
    assert page.xpath("//section")[0].text_content() == "甲MSC乙附条件批准丙批准丁MSC戊"


@pytest.mark.parametrize("text", ["MSCs", "hMSC", "MSC2", "AMSC1"])
def test_a_part_of_a_latin_word_is_no_mention(text):
    assert links(linked(f"<p>{text}</p>")) == []


@pytest.mark.parametrize(
    "body",
    [
        "<h2>MSC</h2>",
        '<p><a href="#x">MSC</a></p>',
        "<p><code>MSC</code></p>",
        "<p><ruby>批准<rt>x</rt></ruby></p>",
        '<p>文<sup class="cite">MSC</sup></p>',
    ],
)
def test_titles_links_and_signs_are_passed_over(body):
    page = linked(body)
    assert page.xpath("//section//a[@role='doc-glossref']") == []


def test_entries_lead_back_and_name_the_sections():
    page = linked("<p>MSC</p>", "<p>无</p>", "<p>MSC</p>")
    give_meaning(page)
    cells = [cell.text_content() for cell in page.xpath("//td")]
    assert cells == ["释义。见于：第1章、第3章", "释义。", "释义。"]
    targets = {element.get("id") for element in page.iter() if element.get("id")}
    assert {link.get("href")[1:] for link in page.iter("a")} <= targets


def test_a_page_without_entries_is_left_alone():
    assert links(linked("<p>MSC</p>", glossary="<tr><th>x</th></tr>")) == []
