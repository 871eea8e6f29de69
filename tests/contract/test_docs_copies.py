"""docs/copies.md names what templates of slots see, and the slots that there are."""

import dataclasses
import re

from report.compose.copy_context import CopyContext, Recipient
from tests.pages import DOCS, ROOT, first_words

PAGE = (DOCS / "copies.md").read_text(encoding="utf-8")


def test_the_table_of_names_has_all_that_templates_see():
    fields = {f"b.{field.name}" for field in dataclasses.fields(CopyContext)} - {"b.recipient"}
    fields |= {f"b.recipient.{field.name}" for field in dataclasses.fields(Recipient)}
    assert sorted(first_words(PAGE, "copy-context")) == sorted(fields)


def test_the_table_of_slots_has_all_that_the_templates_fill():
    listed = re.findall(
        r"^\| `([a-z]+)` \| [^|]+ \| [^|]+ \| (?:all|PDF|EPUB, web page) \|$", PAGE, re.MULTILINE
    )
    assert sorted(listed) == sorted(path.stem for path in (ROOT / "templates/slots").glob("*.html"))


def test_the_sizes_are_those_of_the_style_sheets():
    sheets = "".join(
        (ROOT / "templates/css" / name).read_text(encoding="utf-8") for name in ("pdf.css", "handout.css")
    )
    for slot, sizes in {"recipient": "150 × 36", "qr": "24 × 24"}.items():
        width, height = sizes.split(" × ")
        assert f"{sizes} mm" in PAGE
        assert re.search(rf"\.slot-{slot} {{[^}}]*width: {width}mm; height: {height}mm", sheets)
    for slot, size in {"foot": "120 mm ×", "giver": "156 mm ×"}.items():
        assert size in PAGE
        assert re.search(rf"\.slot-{slot} {{[^}}]*width: {size.split()[0]}mm", sheets)
