import sys
from pathlib import Path

from benchmarks.measure import Command, Measured, run_once, run_sampled


def program(tmp_path: Path, code: str, must_say: str = "") -> Command:
    out = tmp_path / "out"
    return Command("it", [sys.executable, "-c", code], tmp_path, out, tmp_path / "log", must_say=must_say)


def test_a_run_is_timed_with_its_children_and_its_memory_seen_meanwhile(tmp_path: Path) -> None:
    code = "import pathlib, time; held = bytearray(80_000_000); time.sleep(0.2); pathlib.Path('out').touch()"
    measured = Measured()
    run_sampled(program(tmp_path, code), measured, every_seconds=0.01)
    assert not measured.failure
    assert len(measured.seconds) == len(measured.cpu_seconds) == 1
    assert measured.largest_mb > 80
    if Path("/proc/self/smaps_rollup").exists():
        assert measured.tree_mb > 80


def test_a_run_that_fails_or_says_something_else_is_noted_and_not_repeated(tmp_path: Path) -> None:
    for code, must_say, reason in (
        ("import sys; print('no'); sys.exit(3)", "", "ended with 3: no"),
        ("print('nothing')", "", "ended with 0: nothing"),
        ("open('out', 'w'); print('made')", "nothing to do", "it did not say 'nothing to do': made"),
    ):
        measured = Measured()
        run_sampled(program(tmp_path, code, must_say), measured, every_seconds=0.01)
        assert measured.failure == reason
        assert measured.seconds == []
        run_sampled(program(tmp_path, "open('out', 'w')"), measured)
        run_once(program(tmp_path, "open('out', 'w')"), measured)
        assert measured.failure == reason
        assert measured.seconds == []
        (tmp_path / "out").unlink(missing_ok=True)
