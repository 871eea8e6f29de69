import lxml.html

from report.compose.tables import mark_short_cells


def marked(*rows: str) -> list[str]:
    """The texts of the cells that are kept on one line; rows are written `a|b|c`."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" for row in rows)
    root = lxml.html.fragment_fromstring(f"<table>{body}</table>", create_parent="div")
    mark_short_cells(root)
    return [str(cell.text_content()) for cell in root.iter("td") if "short" in (cell.get("class") or "")]


def test_cells_of_a_few_han_stay_on_one_line_and_long_ones_do_not() -> None:
    long = "移植物抗宿主病的二线治疗"
    assert marked(f"美国|{long}|附条件批准", f"骨髓|{long}|人脐带") == [
        "美国",
        "附条件批准",
        "骨髓",
        "人脐带",
    ]


def test_latin_counts_by_its_width() -> None:
    assert marked("NMPA 2025|2024年12月18日附条件批准") == ["NMPA 2025"]


def test_a_table_of_many_columns_keeps_only_what_fits() -> None:
    row = "|".join(["附条件批准"] * 6 + ["美国"] * 6)
    assert marked(row) == ["美国"] * 6


def test_a_table_too_wide_for_any_is_left_alone() -> None:
    assert marked("|".join(["批准上市"] * 60)) == []


def test_classes_that_a_cell_has_are_kept_and_a_spanning_cell_is_left_alone() -> None:
    root = lxml.html.fragment_fromstring(
        '<table><tr><td class="number">12</td><td colspan="2">美国</td></tr></table>', create_parent="div"
    )
    mark_short_cells(root)
    assert [cell.get("class") for cell in root.iter("td")] == ["number short", None]


def test_a_forced_break_is_the_authors_own() -> None:
    assert marked("批准<br>上市|美国") == ["美国"]
