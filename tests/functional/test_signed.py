"""A signed briefing is still PDF/A-3a and PDF/UA-1: validators find in it what they found before."""

import io
import shutil

import pikepdf
import pytest

from report.formats import pdf
from report.signing.checking import check_pdf
from report.signing.pdf import sign_pdf
from tests.functional import test_pdf_validators as validators
from tests.signers import AT, KINDS, signer

pytestmark = pytest.mark.slow
# The field of the signature lies outside the page, and ISO 14289-1, 7.18.1 excuses that. outloud does not know.
EXCUSED = {("error", "FRM-003")}


@pytest.fixture(scope="module")
def signed(rich_pdf, tmp_path_factory):
    path = tmp_path_factory.mktemp("signed") / "signed.pdf"
    path.write_bytes(sign_pdf(rich_pdf.read_bytes(), signer(), AT))
    return path


def test_our_own_rules_find_nothing(rich_pdf, signed):
    assert validators.ours(signed) == validators.ours(rich_pdf)


def test_qpdf_finds_nothing(signed):
    ended = validators.run("qpdf", "--check", signed)
    assert ended.returncode == 0, ended.stdout


def test_outloud_finds_one_thing_more_that_the_standard_excuses(rich_pdf, signed, tmp_path):
    found = validators.outloud(tmp_path, rich_pdf, signed)
    assert found[signed] - found[rich_pdf] == EXCUSED
    assert found[rich_pdf] <= found[signed]


def test_pdfua_finds_the_same(rich_pdf, signed):
    found = validators.pdfua(rich_pdf, signed)
    assert found[signed] == found[rich_pdf]


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_verapdf_finds_it_compliant(signed, flavour):
    if shutil.which("verapdf") is None:
        pytest.skip("veraPDF is not installed")
    said = validators.run("verapdf", "--flavour", flavour, "--format", "xml", signed)
    assert 'isCompliant="true"' in said.stdout


def test_what_is_read_of_it_is_what_was_read_before(rich_pdf, signed):
    assert pdf.inspect(signed.read_bytes()) == pdf.inspect(rich_pdf.read_bytes())


def test_the_briefing_stays_as_it_is_and_is_signed_by_every_kind_of_key(rich_pdf):
    data = rich_pdf.read_bytes()
    for kind in KINDS:
        made = sign_pdf(data, signer(kind), AT)
        assert made.startswith(data)
        (found,) = check_pdf(made, [signer(kind).certificate])
        assert (found.is_intact, found.is_whole, found.is_by_publisher) == (True, True, True)
        with pikepdf.open(io.BytesIO(made)) as document, pikepdf.open(io.BytesIO(data)) as before:
            assert document.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
