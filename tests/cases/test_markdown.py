"""Every heading of `markdown/*.md` is a case: what an author writes, what becomes of it, what is said of it.

The block `markdown` is a section's body; `html` is the body of the page that is made of it, line ends aside;
`findings`, where something is found, holds code, line and column of each.
"""

import re

import pytest

from report.compose.finder import Finder
from report.compose.markup import convert, new_converter
from report.compose.numbering import Numbering
from report.compose.tree import TreePass
from report.positions import SourceFile
from tests.dsl import CASES
from tests.pages import blocks

FILES = sorted((CASES / "markdown").glob("*.md"))
TITLED = [
    pytest.param(dict(blocks(body)), id=f"{path.stem}: {title}")
    for path in FILES
    for title, body in re.findall(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", path.read_text("utf-8"), re.M | re.S)
]
LABELS = {"figure": "图", "table": "表"}


@pytest.mark.parametrize("case", TITLED)
def test_what_is_written_becomes_what_is_expected(case):
    text = case["markdown"]
    made = TreePass(Numbering(), frozenset(), lambda *_: None, {}, LABELS)
    body = made.run("case", convert(new_converter(), text), Finder(SourceFile("case.md", text), 0, {})).html
    found = [f"{item.code.code} {item.location.line}:{item.location.column}" for item in made.findings]
    # Where lines may end is no matter here.
    assert on_one_line(body.replace("\u2060", "")) == on_one_line(case["html"])
    assert found == case.get("findings", "").splitlines()


def on_one_line(html):
    return re.sub(r"\s*\n\s*", "", html.strip())
