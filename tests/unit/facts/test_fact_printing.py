import pytest

from report.facts.dates import parse_date
from report.facts.printing import print_date, print_date_compact, print_span


@pytest.mark.parametrize(
    ("text", "hans", "hant", "english"),
    [
        ("2025", "2025年", "2025年", "2025"),
        ("2024-12", "2024年12月", "2024年12月", "December 2024"),
        ("2025-01-02", "2025年1月2日", "2025年1月2日", "2 January 2025"),
        ("2024-12~", "约2024年12月", "約2024年12月", "c. December 2024"),
        ("2024-12?", "2024年12月（待核）", "2024年12月（待核）", "December 2024 (unconfirmed)"),
        ("2024-12%", "约2024年12月（待核）", "約2024年12月（待核）", "c. December 2024 (unconfirmed)"),
        (
            "2011-12-16/2012-07-01",
            "2011年12月16日—2012年7月1日",
            "2011年12月16日—2012年7月1日",
            "16 December 2011 – 1 July 2012",
        ),
        ("2011~/2012-07", "约2011年—2012年7月", "約2011年—2012年7月", "c. 2011 – July 2012"),
        ("2025/2025", "2025年", "2025年", "2025"),
        ("../2025-01-02", "2025年1月2日或更早", "2025年1月2日或更早", "2 January 2025 or earlier"),
        ("2025/..", "2025年或更晚", "2025年或更晚", "2025 or later"),
    ],
)
def test_date_in_running_text(text, hans, hant, english):
    date = parse_date(text)
    assert print_date(date, "zh-Hans") == hans
    assert [print_date(date, one) for one in ("zh-Hant", "zh-Hant-HK", "zh-Hant-TW")] == [hant] * 3
    assert print_date(date, "en") == english


@pytest.mark.parametrize(
    ("text", "hans", "english"),
    [
        ("2011-12-16", "2011-12-16", "2011-12-16"),
        ("2024-12", "2024-12", "2024-12"),
        ("2015", "2015年", "2015"),
        ("2015~", "约2015年", "c. 2015"),
        ("2024-12?", "2024-12（待核）", "2024-12 (unconfirmed)"),
        ("2011-12-16/2012-07-01", "2011-12-16—2012-07-01", "2011-12-16 – 2012-07-01"),
        ("../2025", "2025年或更早", "2025 or earlier"),
    ],
)
def test_date_in_a_table(text, hans, english):
    assert print_date_compact(parse_date(text), "zh-Hans") == hans
    assert print_date_compact(parse_date(text), "en") == english


@pytest.mark.parametrize(
    ("text", "hans", "english"),
    [
        ("2026-05-01/..", "2026年5月1日起", "from 1 May 2026"),
        ("../2018~", "至约2018年", "until c. 2018"),
        ("2013/2018", "2013年—2018年", "2013 – 2018"),
    ],
)
def test_span_of_time(text, hans, english):
    assert print_span(parse_date(text), "zh-Hans") == hans
    assert print_span(parse_date(text), "en") == english


def test_unknown_locale_is_refused():
    with pytest.raises(ValueError, match="unknown locale 'fr'"):
        print_date(parse_date("2025"), "fr")
