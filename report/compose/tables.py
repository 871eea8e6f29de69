"""Tables as authors write them: cells too short to be broken are marked, where the table has room for it."""

import lxml.html

# A cell of up to so many Han (`2024年12月18日批准`) stays on one line; a style sheet cannot see lengths.
MOST_EMS = 10
# The measure in Han of the tables' own size, and what the space between two columns takes of it
# (`templates/css/`: 41 Han of 11 pt set in 9 pt, 8 pt between cells).
MEASURE_EMS = 50.0
GAP_EMS = 0.9
# What a column of longer cells is left at the least: as much as a short one may take, and never less than this.
WORD_EMS = 3.0
SHORT = "short"


def mark_short_cells(root: lxml.html.HtmlElement) -> None:
    """Give the class `short` to the cells of each table below an element that are to stay on one line.

    The limit is `MOST_EMS`, and lower in a table whose columns would then not fit beside each other; a table
    too wide even so gets no marks. A cell that spans columns is left alone, and so are tables made from data
    (class `data`): their columns are typed, and they may be long.
    """
    for table in root.xpath(".//table[not(contains(concat(' ', @class, ' '), ' data '))]"):
        rows = [row.xpath("./td|./th") for row in table.iter("tr")]
        for limit in range(MOST_EMS, 0, -1):
            if _needed_ems(rows, limit) <= MEASURE_EMS:
                for cell in (cell for row in rows for cell in row if _is_short(cell, limit)):
                    cell.set("class", f"{cell.get('class') or ''} {SHORT}".strip())
                break


def text_ems(text: str) -> float:
    """Return about how wide a text is set, in Han: a Latin letter or digit counts 0.6."""
    return sum(1.0 if character >= "\u2000" else 0.6 for character in text)


def _width(cell: lxml.html.HtmlElement) -> float:
    return text_ems(" ".join(str(cell.text_content()).split()))


def _is_short(cell: lxml.html.HtmlElement, limit: int) -> bool:
    return cell.get("colspan", "1") == "1" and cell.find(".//br") is None and _width(cell) <= limit


def _needed_ems(rows: list[list[lxml.html.HtmlElement]], limit: int) -> float:
    """Return what the columns need at the least: the widest short cell of each, or a word."""
    widths: dict[int, float] = {}
    for row in rows:
        for column, cell in enumerate(row):
            needed = _width(cell) if _is_short(cell, limit) else min(_width(cell), max(WORD_EMS, limit))
            widths[column] = max(widths.get(column, 0.0), needed)
    return sum(widths.values()) + GAP_EMS * max(len(widths) - 1, 0)
