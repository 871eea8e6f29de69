"""Documents that somebody else wrote: whatever they hold, a value comes of them or a reason."""

import csv
import io
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report.facts.feeds import Cell, TableFeed
from report.monitor.feed_documents import (
    FeedError,
    raw_of_csv,
    raw_of_json,
    read_csv,
    read_json,
    rows_of_json,
)
from report.monitor.feed_judging import Raw
from report.monitor.feed_tables import table_csv

CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=8)
TABLE = TableFeed.model_validate(
    {
        "data": "data/a.csv",
        "url": "https://example.org/a.csv",
        "columns": {"a": {"may_be_empty": "true"}, "b": {"from": "c", "may_be_empty": "true"}},
        "rows": ["0", "5"],
    }
)


@given(st.binary(max_size=40), st.sampled_from(("", "/", "/a/0", "/0")))
@example(b"[" * 5000, "/0")
@example(b'{"a": [1e400]}', "/a/0")
@example(b"\xef\xbb\xbf[1]", "/0")
def test_any_bytes_are_json_with_a_value_or_a_reason(data: bytes, pointer: str) -> None:
    try:
        assert isinstance(raw_of_json(data, pointer, None), Raw)
    except FeedError as error:
        assert error.message  # noqa: PT017


@given(st.binary(max_size=60), st.sampled_from(("a", "名")))
@example(b"a\n" + b"x" * 200_000 + b"\n", "a")
@example(b'a,b\n"1', "a")
@example(b"a,a\n1,2\n", "a")
def test_any_bytes_are_csv_with_a_cell_or_a_reason(data: bytes, column: str) -> None:
    try:
        assert isinstance(raw_of_csv(data, Cell(column=column), None), Raw)
    except FeedError as error:
        assert error.message  # noqa: PT017


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4))
def test_cells_come_out_of_csv_as_they_went_in(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["a", "b"], *rows])
    read = [[row["a"], row["b"]] for row in read_csv(written.getvalue().encode(), ["a", "b"])]
    assert read == rows


@given(st.lists(st.fixed_dictionaries({"a": CELLS, "c": CELLS}), max_size=6))
def test_any_rows_are_a_table_that_reads_back_or_a_reason(rows: list[dict[str, str]]) -> None:
    document = read_json(json.dumps({"rows": rows}).encode())
    try:
        text = table_csv(TABLE, rows_of_json(document, "/rows", ["a", "c"]), "")
    except FeedError as error:
        assert error.message  # noqa: PT017
        return
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert read[0] == ["a", "b"]
    assert len(read) - 1 == len(rows) <= 5
    # A table is fixed once it is read: read again, it is the same.
    assert table_csv(TABLE, [{"a": Raw(row[0]), "c": Raw(row[1])} for row in read[1:]], text) == text


def test_a_unit_may_stand_beside_the_value() -> None:
    assert raw_of_json(b'{"value": 0.5, "unit": "mL"}', "", None) == Raw("0.5", "mL", is_text=False)
    assert raw_of_json(b'{"v": 0.5, "u": "mL"}', "/v", "/u") == Raw("0.5", "mL", is_text=False)
    assert raw_of_csv(b"v,u\n0.5,mL\n", Cell(column="v"), "u") == Raw("0.5", "mL")
    with pytest.raises(FeedError, match="unit is no text"):
        raw_of_json(b'{"v": 0.5, "u": 1}', "/v", "/u")
