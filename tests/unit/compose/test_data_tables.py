import lxml.html
import pytest

from report.compose.data_tables import DataTables
from report.positions import SourceFile


def made(text, **options):
    """Return the table as HTML, and what was found as (code, place, message)."""
    found = []
    tables = DataTables(
        {"data/a.csv": SourceFile("content/x/data/a.csv", text)},
        "zh-Hans",
        lambda code, message, hint, needle: found.append((code.code, "template", message)),
    )
    token = tables.table("data/a.csv", **options)
    root = lxml.html.fragment_fromstring(f"<p>{token}</p>", create_parent="div")
    tables.place(root)
    found += [(item.code.code, str(item.location), item.message) for item in tables.findings]
    return lxml.html.tostring(root, encoding="unicode")[5:-6], found


def test_cells_are_text_and_never_markup():
    html, found = made("a,b\n<b>x</b>,*y* {{ z }}\n")
    assert not found
    assert "<td>&lt;b&gt;x&lt;/b&gt;</td><td>*y* {{ z }}</td>" in html


def test_columns_are_chosen_named_grouped_and_aligned():
    html, found = made(
        "a,b,c\n1,2024-05,x\n",
        caption="说明",
        columns=[
            {"key": "c", "head": "丙"},
            {"key": "b", "type": "date", "group": "组"},
            {"key": "a", "type": "number", "group": "组"},
        ],
    )
    assert not found
    assert '<th colspan="1"></th><th colspan="2">组</th>' in html
    assert '<th scope="col">丙</th><th scope="col" class="date">b</th>' in html
    assert '<td>x</td><td class="date">2024-05</td><td class="number" align="right">1</td>' in html
    assert html.endswith("<figcaption>说明</figcaption></figure>")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("a,b\n1\n", {}, [("C032", "content/x/data/a.csv:2", "the row has 1 cells; the head has 2")]),
        ('a\n"x\n', {}, [("C032", "content/x/data/a.csv:2", "not CSV: unexpected end of data")]),
        ("", {}, [("C034", "content/x/data/a.csv", "the file has no rows")]),
        ("a\n1\n", {"columns": ["b"]}, [("C031", "template", "the file has no column 'b'; it has a")]),
        (
            "a\n1\n",
            {"columns": [{"key": "a", "type": "day"}]},
            [("C031", "template", "'day' is none of text, date, number")],
        ),
        (
            "a\n1\n",
            {"columns": [{"key": "a", "wide": "1"}]},
            [("C031", "template", "a column has no 'wide'")],
        ),
        (
            "a\n2025-02-30\n",
            {"columns": [{"key": "a", "type": "date"}]},
            [
                (
                    "C033",
                    "content/x/data/a.csv:2",
                    "a: '2025-02-30' names a day that no calendar has: 2025-02 has 28 days",
                )
            ],
        ),
        (
            "a\nx\n",
            {"columns": [{"key": "a", "type": "number"}]},
            [("C033", "content/x/data/a.csv:2", "a: 'x' is no number")],
        ),
    ],
)
def test_what_is_wrong_is_found_at_its_line(text, options, expected):
    assert made(text, **options)[1] == expected


def test_all_bad_rows_are_reported_at_once():
    _, found = made("a,b\n1\n1,2\n1,2,3\n")
    assert [place for _, place, _ in found] == ["content/x/data/a.csv:2", "content/x/data/a.csv:4"]


def test_a_row_of_several_lines_keeps_the_count_of_lines():
    _, found = made('a,b\n"1\n2",3\n1\n')
    assert [place for _, place, _ in found] == ["content/x/data/a.csv:4"]


def test_more_rows_than_the_limit_are_refused():
    html, found = made("a\n" + "1\n" * 20_001)
    assert [code for code, *_ in found] == ["C034"]
    assert "<table" not in html


def test_an_unknown_file_is_named_with_those_there_are():
    found = []
    tables = DataTables({}, "zh-Hans", lambda code, message, hint, needle: found.append((code.code, message)))
    assert tables.table("data/none.csv") == ""
    assert found == [("C030", "there is no data file 'data/none.csv'; there is none")]


@pytest.mark.parametrize("number", ["0", "-5", "1,234.5", "1234567", "12 %", "−3.5"])
def test_numbers_as_people_write_them(number):
    _, found = made(f'a\n"{number}"\n', columns=[{"key": "a", "type": "number"}])
    assert not found
