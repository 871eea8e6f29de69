import pytest

from benchmarks.typesetting.measurement import Measurement
from benchmarks.typesetting.rows import ALONE, OURS, Row


def measured(**values: float | None) -> dict[str, Measurement]:
    return {name: Measurement("1.0", cost=value) for name, value in values.items()}


def row(direction: int, least: float | None = None, most: float | None = None) -> Row:
    return Row("row", lambda item: item.cost, direction=direction, least=least, most=most)


@pytest.mark.parametrize(
    ("ours", "verdict"), [(1.0, "met"), (2.0, "met, behind Typst"), (3.0, "missed, behind Typst")]
)
def test_a_verdict_tells_the_limit_and_who_is_ahead(ours: float, verdict: str) -> None:
    values = measured(Typst=1.5, Chromium=9.0, XeLaTeX=None) | {OURS: Measurement("1", cost=ours)}
    assert row(-1, most=2.0).verdict(values) == verdict


def test_the_best_is_among_the_peers_alone() -> None:
    values = measured(Typst=2.0, Chromium=2.0) | {
        OURS: Measurement("1", cost=1),
        ALONE: Measurement("1", cost=0),
    }
    assert row(-1).best(values) == {"Typst", "Chromium"}
    assert row(1, least=1).verdict(values) == "met, behind Chromium/Typst"
    assert row(0, least=2).verdict(values) == "missed"


def test_what_was_not_measured_has_no_verdict_and_no_best() -> None:
    assert row(-1, most=1).verdict(measured(Typst=None) | {OURS: Measurement("1")}) == "not measured"
    assert row(-1).best(measured(Typst=None)) == frozenset()
