"""Where pages begin, as an EPUB's page list needs it."""

from report.pages import PageStart

BREAK = "break-before: page"


def test_a_page_begins_with_its_first_text_and_the_nearest_id_before(export):
    body = (
        '<section id="one"><h1>甲</h1><p id="p1">乙<a id="mark">丙</a></p></section>'
        f'<section id="two" style="{BREAK}"><h1>丁 戊</h1></section>'
        f'<p style="{BREAK}">己</p>'
    )
    assert export(body).page_starts == (
        PageStart("1", "one", "甲乙丙"),
        PageStart("2", "two", "丁戊"),
        PageStart("3", "two", "己"),
    )


def test_in_the_midst_of_a_paragraph_the_last_id_counts_and_not_what_holds_it(export):
    lines = "<br>".join("甲乙丙丁戊己庚辛壬癸子丑寅卯")
    text = f'<b id="mark">{lines}</b><br>{lines}'
    body = f'<section id="one"><p id="p" style="orphans: 1; widows: 1">{text}</p></section>'
    first, second, third = export(body).page_starts
    assert (first.anchor, first.text[:3]) == ("mark", "甲乙丙")
    assert (second.anchor, second.text) == ("mark", "子丑寅卯甲乙丙丁戊己")
    assert third.anchor == "mark"


def test_make_up_and_what_style_sheets_add_are_no_text(export):
    rows = "".join(f'<tr id="row-{number}"><td>{number}号</td></tr>' for number in range(20))
    body = f"<table><thead><tr><th>表头</th></tr></thead><tbody>{rows}</tbody></table>"
    first, second, *_ = export(body).page_starts
    assert first.text.startswith("表头0号1号")
    assert second.text.startswith(f"{second.anchor.removeprefix('row-')}号")
    listed = export('<ol><li data-number="一、">甲</ol>').page_starts
    assert listed == (PageStart("1", "", "甲"),)


def test_text_is_cut_short_and_ends_before_a_word_that_is_broken(export):
    (start,) = export(f"<p>{'甲' * 40}").page_starts
    assert start.text == "甲" * 30
    (start,) = export("<p lang=en>internationalisation", "p { width: 3em; hyphens: auto }").page_starts
    assert start.text == "inter"
    (start,) = export("<p>间\u2060充\u2060质").page_starts
    assert start.text == "间充质"


def test_a_page_without_text_has_none(export):
    picture = '<svg width="9" height="9"><title>图</title></svg>'
    assert export(f'<p id="a">甲</p><div style="{BREAK}" id="b">{picture}</div>').page_starts == (
        PageStart("1", "a", "甲"),
        PageStart("2", "b", ""),
    )
