import dataclasses
from pathlib import Path

import pytest

from benchmarks.clinics import clinic_list, recipient
from benchmarks.copies import (
    Run,
    find_targets,
    growth,
    inputs_for_typst,
    table,
    times_typst,
    typst_copy,
)
from benchmarks.measure import Measured
from report.load.clinics import load_clinics


def ran(copies: int, cpu: float, wall: float = 1.0, tree: float = 100.0, name: str = "PDF") -> Run:
    return Run(name, copies, Measured([wall], [cpu], tree_mb=tree))


FAILED = Run("PDF", 10, Measured(failure="no room"))
TYPST = {"copies": 4, "seconds": 1.0, "cpu_seconds": 1.2, "size": 1}


def test_the_list_of_fictional_clinics_is_one_that_the_product_takes(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/clinics.yaml").write_text(clinic_list(300, ("pdf", "epub")), encoding="utf-8")
    clinics, findings = load_clinics(
        tmp_path,
        "content/clinics.yaml",
        channels={"folder": ()},
        formats={"pdf": ("full",), "epub": ("full",)},
    )
    assert findings == []
    assert clinics is not None
    assert [clinic.id for clinic in clinics.active] == [recipient(number)["id"] for number in range(300)]
    assert len({clinic.contact.email for clinic in clinics.active}) == 300


def test_the_peer_is_given_what_a_copy_prints_and_a_whole_code() -> None:
    first, second = inputs_for_typst(2)
    assert {key: first[key] for key in recipient(0)} == recipient(0)
    assert second["name"] != first["name"]
    assert len(first["modules"]) == int(first["side"]) ** 2
    assert set(first["modules"]) == {"0", "1"}


def test_what_a_copy_has_besides_stands_before_the_contents_and_behind_the_text() -> None:
    made = typst_copy("#set page()\n#outline(depth: 2)\n= One\n", "#cover")
    assert made == "#set page()\n#cover\n#outline(depth: 2)\n= One\n\n#contact\n"


def test_the_ratio_is_the_median_of_the_rounds_and_of_those_only_that_were_measured() -> None:
    slower = {**TYPST, "cpu_seconds": 3.6}
    assert times_typst([ran(100, 1.0), ran(100, 1.0), ran(100, 3.0)], [TYPST, slower, TYPST]) == 30
    assert times_typst([FAILED, ran(100, 1.0)], [slower, TYPST]) == 30
    assert times_typst([ran(100, 1.0)], []) is None


def test_memory_is_compared_between_the_first_and_the_last_count() -> None:
    assert growth([ran(1, 1, tree=200), ran(2, 1, tree=900), ran(3, 1, tree=220)]) == pytest.approx(1.1)
    assert growth([ran(1, 1, tree=200)]) is None
    assert growth([ran(1, 1, tree=200), FAILED]) is None


def test_targets_are_told_as_met_missed_and_not_measured() -> None:
    idle = ran(1000, 1.0, wall=3.0, name="nothing to do")
    sizes = [ran(100, 2, wall=1, tree=300), ran(1000, 15, wall=10, tree=330)]
    targets = find_targets([ran(100, 3.0)], [TYPST], sizes, idle)
    assert [target.verdict for target in targets] == ["met"] * 5
    # 300 ms of Typst's for 30 of ours: ten times, where eight were promised.
    assert targets[0].value == pytest.approx(0.8)
    assert targets[1].value == pytest.approx(10 / 60 * 10)
    slow = [sizes[0], dataclasses.replace(sizes[1], measured=Measured([14.0], [20.0], tree_mb=600))]
    assert [target.verdict for target in find_targets([ran(100, 4.0)], [TYPST], slow, idle)] == [
        "missed",
        "missed",
        "missed",
        "missed",
        "met",
    ]
    nothing = find_targets([FAILED], [], [FAILED, FAILED], FAILED)
    assert {target.verdict for target in nothing} == {"not measured"}


def test_the_table_has_a_line_for_each_run_whether_it_was_measured_or_not() -> None:
    lines = list(table([ran(1000, 10.0), FAILED], [TYPST]))
    assert len(lines) == 4
    assert "1,000" in lines[1]
    assert "10.00ms" in lines[1]
    assert "not measured: no room" in lines[2]
    assert "300.00ms" in lines[3]
