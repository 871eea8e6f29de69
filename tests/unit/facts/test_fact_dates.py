import datetime
import warnings

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.facts.dates import FactDate, coarsen, parse_date
from report.facts.errors import DateError

with warnings.catch_warnings():
    # pyparsing 3.3 warns about the library's grammar while that is built.
    warnings.simplefilter("ignore")
    import edtf

DAY = datetime.date.fromisoformat

ALLOWED = [
    ("2025", "2025-01-01", "2025-12-31", "year", False, False),
    ("2025-05", "2025-05-01", "2025-05-31", "month", False, False),
    ("2024-02", "2024-02-01", "2024-02-29", "month", False, False),
    ("2025-05-20", "2025-05-20", "2025-05-20", "day", False, False),
    ("2024-02-29", "2024-02-29", "2024-02-29", "day", False, False),
    ("2024-12~", "2024-12-01", "2024-12-31", "month", True, False),
    ("2024?", "2024-01-01", "2024-12-31", "year", False, True),
    ("2024-12-18%", "2024-12-18", "2024-12-18", "day", True, True),
    ("2011-12-16/2012-07-01", "2011-12-16", "2012-07-01", "day", False, False),
    ("2011/2012-07-01", "2011-01-01", "2012-07-01", "year", False, False),
    ("2011~/2012-07?", "2011-01-01", "2012-07-31", "year", True, True),
    ("2025/2025-05", "2025-01-01", "2025-05-31", "year", False, False),
    ("../2025-01-02", None, "2025-01-02", "day", False, False),
    ("2025-05/..", "2025-05-01", None, "month", False, False),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "precision", "approximate", "uncertain"), ALLOWED)
def test_allowed_form_has_strict_bounds(text, earliest, latest, precision, approximate, uncertain):
    date = parse_date(text)
    assert date.earliest == (earliest and DAY(earliest))
    assert date.latest == (latest and DAY(latest))
    assert date.precision == precision
    assert (date.is_approximate, date.is_uncertain) == (approximate, uncertain)
    assert date.is_interval == ("/" in text)
    assert date.is_open == (".." in text)
    assert str(date) == text


@pytest.mark.parametrize("text", [row[0] for row in ALLOWED])
def test_allowed_form_is_read_as_the_edtf_library_reads_it(text):
    other = edtf.parse_edtf(text)
    date = parse_date(text)
    for own, theirs in ((date.earliest, other.lower_strict()), (date.latest, other.upper_strict())):
        if own is None:
            assert theirs in (float("inf"), float("-inf"))
        else:
            assert own.timetuple()[:3] == theirs[:3]


@settings(deadline=None)
@given(
    st.integers(1, 9999),
    st.one_of(st.just(""), st.integers(1, 12).map("-{:02}".format)),
    st.sampled_from("~?% "),
)
def test_every_year_and_month_has_the_strict_bounds_of_the_edtf_library(year, month, mark):
    text = f"{year:04}{month}{mark.strip()}"
    date, other = parse_date(text), edtf.parse_edtf(text)
    assert date.earliest.timetuple()[:3] == other.lower_strict()[:3]
    assert date.latest.timetuple()[:3] == other.upper_strict()[:3]


REFUSED = [
    ("2025-1-2", "not written", "write 2025-01-02"),
    ("2025/1/2", "not written", "write 2025-01-02"),
    ("2025.5", "not written", "write 2025-05"),
    ("20250102", "not written", "write 2025-01-02"),
    ("2025年1月2日", "not written", "write 2025-01-02"),
    ("2025年", "not written", "write 2025"),
    ("约2024年12月", "not written", "write 2024-12~"),
    ("~2025", "not written", "write 2025~"),
    ("２０２５", "not written", "write 2025"),
    ("2025-05 ", "blanks", "write 2025-05"),
    (" 2025", "blanks", "write 2025"),
    ("2025\n", "blanks", "write 2025"),
    ("2025..2026", "not written", "write 2025/2026"),
    ("2025/", "not written", "write 2025/.."),
    ("/2025", "not written", "write ../2025"),
    ("2025-02-30", "2025-02 has 28 days", "from 01 to 28"),
    ("2023-02-29", "2023-02 has 28 days", "from 01 to 28"),
    ("2025-2-30", "2025-02 has 28 days", "from 01 to 28"),
    ("2025-04-31", "2025-04 has 30 days", "from 01 to 30"),
    ("2025-04-00", "no calendar", "from 01 to 30"),
    ("2025-13", "month 13", "01 to 12"),
    ("2025-00", "month 00", "01 to 12"),
    ("0000", "year 0", "0001"),
    ("2025/2024", "ends before it starts", "write 2024/2025"),
    ("2025-12/2025-11-30", "ends before it starts", "write 2025-11-30/2025-12"),
    ("2025/2023-02-29", "2023-02 has 28 days", "from 01 to 28"),
    ("2025-21", "season", "2025-03/2025-05"),
    ("2025-21/2025-22", "season", "2025-03/2025-05"),
    ("202X", "leaves digits open", "2020/2029"),
    ("2025-XX", "leaves digits open", "2020/2029"),
    ("[2025,2026]", "set of dates", "interval"),
    ("{2025..2027}", "set of dates", "interval"),
    ("Y170000002", "more than four digits", "four digits"),
    ("-0044", "before our era", "0001"),
    ("2025-05-20T10:00:00", "time of day", "only the day"),
    ("2025-05-20 10:00", "time of day", "only the day"),
    ("2025~-05", "mark before its end", "2025-05~"),
    ("2025-~05", "mark before its end", "2025-05~"),
    ("2025~?", "several marks", "%"),
    ("..", "no day at all", "leave the date out"),
    ("../..", "no day at all", "leave the date out"),
    ("", "no day at all", "leave the date out"),
    ("2025/2026/2027", "no interval", "both ends"),
    ("2025-05-20/21", "no interval", "both ends"),
    ("年底", "no date", "write 2025"),
    ("9" * 100, "longer than any", "write 2025"),
]


@pytest.mark.parametrize(("text", "message", "hint"), REFUSED)
def test_refused_form_says_what_is_and_what_to_write(text, message, hint):
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "precision", "expected"),
    [
        ("2024-12-18", "month", "2024-12"),
        ("2024-12-18~", "year", "2024~"),
        ("2024-12", "day", "2024-12"),
        ("2024", "month", "2024"),
        ("2011-12-16/2012-07-01", "month", "2011-12/2012-07"),
        ("2025-01-02/2025-03-04", "year", "2025"),
        ("../2025-01-02", "year", "../2025"),
        ("2011/2012-07-01", "month", "2011/2012-07"),
    ],
)
def test_coarsen_gives(text, precision, expected):
    assert coarsen(parse_date(text), precision).text == expected


def test_coarsen_refuses_an_unknown_precision():
    with pytest.raises(ValueError, match="week"):
        coarsen(parse_date("2024"), "week")


class Holder(pydantic.BaseModel):
    on: FactDate


def test_as_a_pydantic_type_it_reads_text_and_writes_it_back():
    holder = Holder.model_validate({"on": "2024-12~"})
    assert holder.on == parse_date("2024-12~")
    assert Holder.model_validate_json(holder.model_dump_json()) == holder


@pytest.mark.parametrize(
    ("value", "hint"), [("2025-1-2", "write 2025-01-02"), (None, "write 2025"), (2025, "")]
)
def test_as_a_pydantic_type_its_error_carries_a_hint(value, hint):
    with pytest.raises(pydantic.ValidationError) as caught:
        Holder.model_validate({"on": value})
    (error,) = caught.value.errors()
    assert error["loc"] == ("on",)
    assert error["type"] == "date_invalid"
    assert error["ctx"]["hint"].startswith(hint)
