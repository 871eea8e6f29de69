"""docs/typography.md tells the limits that the code has; docs/specimen.pdf prints its examples as they are written."""

import importlib
import os
import re
import subprocess
import sys

import lxml.html
import pypdfium2
import pytest

from report.typography import fitting, paragraph, variants
from scripts.comparison import TABLE_BEGINS, TABLE_ENDS, table, with_table
from scripts.specimen import SOURCES, SPECIMEN, Composer
from tests.pages import DOCS, ROOT, plain, tables

PAGE = (DOCS / "typography.md").read_text(encoding="utf-8")
BLOCKS = ("p", "li", "td", "th", "h2", "figcaption")


def test_the_limits_are_those_of_the_code():
    told = {name.strip("`"): float(value) for name, value, _ in tables(PAGE, "limits")}
    known = {**vars(variants), **vars(paragraph), **vars(fitting)}
    assert told == {name: known.get(name) for name in told}
    assert len(told) > 10


def test_the_modules_that_it_names_exist():
    named = set(re.findall(r"`(\w+)\.py`", PAGE))
    assert named
    for name in named:
        importlib.import_module(f"report.typography.{name}")


def test_the_table_takes_its_place_and_leaves_the_rest():
    page = f"before\n{TABLE_BEGINS}old\n{TABLE_ENDS}after\n"
    assert with_table(page, "new\n") == f"before\n{TABLE_BEGINS}\nnew\n\n{TABLE_ENDS}after\n"
    with pytest.raises(ValueError, match="no place"):
        with_table(page.replace(TABLE_ENDS, ""), "new\n")


def test_the_table_has_a_column_for_each_who_was_measured():
    record = {
        "machine": "M",
        "widths": [18],
        "paragraphs": 2,
        "measured": {"ours": {"failure": ""}, "Typst": {"failure": ""}, "XeLaTeX": {"failure": "absent"}},
        "rows": [
            {
                "name": "right edge flush, %",
                "values": {"ours": 99.951, "Typst": None, "XeLaTeX": None},
                "verdict": "met",
            }
        ],
    }
    made = table(record)
    assert "| | ours | Typst | |\n" in made
    assert "| right edge flush, % | 99.95 | – | met |\n" in made


def examples():
    composer = Composer()
    for path in sorted(SOURCES.glob("*.md")):
        composer.chapter(path)
    return composer.examples


def passages(example):
    """The texts of an example's blocks, each without those of blocks in it."""
    root = lxml.html.fragment_fromstring(str(example.html), create_parent="div")
    for element in root.iter(*BLOCKS):
        has_blocks = element.find(".//li") is not None
        yield plain((element.text or "") if has_blocks else element.text_content())


def test_the_specimen_can_be_copied_as_it_was_written():
    document = pypdfium2.PdfDocument(SPECIMEN)
    printed = plain("".join(page.get_textpage().get_text_bounded() for page in document))
    document.close()
    missing = [text for example in examples() for text in passages(example) if text not in printed]
    assert not missing


@pytest.mark.slow
def test_the_specimen_is_the_same_to_the_byte(tmp_path):
    made = []
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.pdf"
        command = [sys.executable, "-m", "scripts.specimen", str(target)]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
        made.append(target.read_bytes())
    assert made[0] == made[1]


def test_the_specimen_keeps_the_rules_that_briefings_are_held_to():
    done = subprocess.run(
        [sys.executable, "-m", "report", "verify", str(SPECIMEN)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
