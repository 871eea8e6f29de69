"""Files as they would be if they were saved."""

import pytest

from report.errors import UsageError
from report.load.files import read_briefing
from report.preview.overriding import with_files


def test_files_are_replaced_and_added(project):
    files = read_briefing(project.root, "demo")
    changed = with_files(
        files,
        {
            "facts.yaml": "\ufeff[]\r\n".encode(),
            "sections/03-new.md": "新".encode(),
            "figures/a.svg": b"<svg/>",
        },
    )
    assert changed.texts["facts.yaml"] == "[]\n"
    assert changed.texts["sections/03-new.md"] == "新"
    assert changed.texts["briefing.yaml"] == files.texts["briefing.yaml"]
    assert changed.images["figures/a.svg"] == b"<svg/>"
    assert changed.digest != files.digest
    assert read_briefing(project.root, "demo") == files


def test_what_is_no_text_is_a_finding_as_on_the_disk(project):
    files = with_files(read_briefing(project.root, "demo"), {"facts.yaml": b"\xff"})
    assert [str(item.location) for item in files.findings] == ["content/demo/facts.yaml:1:1"]
    assert "facts.yaml" not in files.texts


@pytest.mark.parametrize("name", ["../clinics.yaml", "/etc/passwd", "editions/001.json", "other.yaml", ""])
def test_what_is_no_file_of_a_briefing_is_refused(project, name):
    with pytest.raises(UsageError):
        with_files(read_briefing(project.root, "demo"), {name: b""})
