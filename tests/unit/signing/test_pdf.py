"""A signature stands behind a file, says that it is whole, and breaks with one bit; two other programs agree."""

import datetime
import io
import random
import re
import subprocess

import pikepdf
import pytest

from report.signing import Signer, SigningError
from report.signing.checking import check_pdf
from report.signing.pdf import Signable, sign_pdf
from tests.programs import require
from tests.signers import AT, KINDS, certificate, key, signer


def made(*, classic=False, pages=3, annotated=False):
    """A PDF of some pages, with cross-references as a stream or as a table."""
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        if annotated:
            note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9])
            document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])
        document.docinfo["/Title"] = "简报"
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.disable if classic else pikepdf.ObjectStreamMode.generate
        document.save(out, object_stream_mode=mode, deterministic_id=True)
    return out.getvalue()


def pdfsig(path):
    require("pdfsig")
    ended = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    return ended.stdout


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classic", [False, True])
def test_two_programs_find_the_signature_good(kind, classic, tmp_path):
    data = made(classic=classic)
    signed = sign_pdf(data, signer(kind), AT)
    assert signed.startswith(data)
    (found,) = check_pdf(signed, [signer(kind).certificate])
    assert found.is_intact
    assert found.is_whole
    assert found.is_by_publisher
    assert not found.is_stamped
    assert (found.name, found.told_at) == ("某出版者", AT)
    assert found.fingerprint == signer(kind).fingerprint
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    told = pdfsig(path)
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    with pikepdf.open(path) as document:
        assert document.check_pdf_syntax() == []
        assert document.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1
        assert document.docinfo["/Title"] == "简报"


def test_the_same_is_signed_with_the_same_bytes():
    data = made()
    for kind in KINDS:
        assert sign_pdf(data, signer(kind), AT) == sign_pdf(data, signer(kind), AT)
    elsewhere = AT.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    assert sign_pdf(data, signer(), AT) == sign_pdf(data, signer(), elsewhere)
    assert sign_pdf(data, signer(), AT) != sign_pdf(data, signer(), AT + datetime.timedelta(seconds=1))


def test_one_bit_anywhere_breaks_it(tmp_path):
    data = made()
    signed = sign_pdf(data, signer(), AT)
    hole = range(signed.index(b"/Contents <") + 10, signed.rindex(b"> >>\nendobj") + 1)
    places = [place for place in range(len(signed)) if place not in hole]
    chosen = [places[0], places[len(places) // 2], places[-1], *random.Random(0).sample(places, 60)]
    for place in chosen:
        assert not is_good(altered(signed, place)), place
    path = tmp_path / "altered.pdf"
    for place in chosen[:3]:
        path.write_bytes(altered(signed, place))
        told = pdfsig(path)
        assert "Signature is Valid" not in told or "Total document signed" not in told


def altered(data, place):
    return data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]


def is_good(data):
    try:
        return [(one.is_intact, one.is_whole) for one in check_pdf(data)] == [(True, True)]
    except ValueError:
        return False


def test_what_is_put_behind_it_is_noticed():
    signed = sign_pdf(made(), signer(), AT)
    with pikepdf.open(io.BytesIO(signed)) as document:
        page = document.pages[1].obj
        number, shown = page.objgen[0], page.unparse(resolved=True)
    tail = b"\n%d 0 obj\n%s\nendobj\n" % (number, shown.replace(b"/Type", b"/Rotate 90 /Type"))
    (found,) = check_pdf(signed + tail)
    assert not found.is_whole


@pytest.mark.parametrize("annotated", [False, True])
def test_the_field_is_outside_the_page_and_what_was_there_stays(annotated):
    signed = sign_pdf(made(annotated=annotated), signer(), AT)
    with pikepdf.open(io.BytesIO(signed)) as document:
        notes = list(document.pages[0].Annots)
        assert [str(note.Subtype) for note in notes] == [*["/Text"] * annotated, "/Widget"]
        field = notes[-1]
        assert [int(number) for number in field.Rect] == [-9999] * 4
        assert int(field.F) & (4 | 1 | 2 | 32) == 4
        assert document.pages[0].Tabs == "/S"
        assert document.Root.AcroForm.Fields[0].objgen == field.objgen
        assert document.Root.AcroForm.SigFlags == 3


def test_a_copy_is_signed_without_reading_the_edition_again(monkeypatch):
    edition = made(classic=True)
    like = Signable.read(edition)
    with pikepdf.open(io.BytesIO(edition)) as document:
        number, size = document.pages[1].objgen[0], int(document.trailer["/Size"])
    start = int(edition.rpartition(b"startxref")[2].split()[0])
    copy = edition + update(like, number, size, start)
    expected = sign_pdf(copy, signer(), AT)
    monkeypatch.setattr(Signable, "read", lambda data: pytest.fail("read again"))
    assert sign_pdf(copy, signer(), AT, like) == expected
    assert expected.startswith(copy)
    assert is_good(expected)


def update(like, number, size, start):
    """What a copy may have behind the edition: an object of its own in the place of another."""
    place = len(like.data) + 1
    body = b"\n%d 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n" % number
    table = len(like.data) + len(body)
    first = like.identifier.hex().encode()
    entries = b"/Size %d /Root %d 0 R /Info %s /Prev %d /ID [<%s> <01>]" % (
        size,
        like.root,
        like.info,
        start,
        first,
    )
    trailer = b"trailer\n<< %s >>\n" % entries
    rows = b"xref\n%d 1\n%010d 00000 n \n" % (number, place)
    return body + rows + trailer + b"startxref\n%d\n%%%%EOF\n" % table


def test_an_edition_is_read_again_where_a_copy_changed_its_first_page():
    edition = made(classic=True)
    like = Signable.read(edition)
    assert like.is_for(edition + b"\n%d 0 obj\n" % (like.page + 900))
    for number in (like.root, like.page):
        assert not like.is_for(edition + b"%d 0 obj\n<< >>\nendobj\n" % number)
    assert not like.is_for(made(pages=2))
    assert is_good(sign_pdf(made(pages=2), signer(), AT, like))


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n%%EOF\n", b"\x00" * 3000, b"startxref\n9999999\n%%EOF", b"startxref x"]
)
def test_what_is_no_pdf_is_not_signed(data):
    with pytest.raises(ValueError, match="cannot be signed"):
        sign_pdf(data, signer(), AT)


def test_a_signed_file_is_not_signed_again():
    signed = sign_pdf(made(), signer(), AT)
    with pytest.raises(ValueError, match="a form or a signature"):
        sign_pdf(signed, signer(), AT)


def test_a_time_needs_a_zone_and_a_valid_certificate():
    with pytest.raises(ValueError, match="zone"):
        sign_pdf(made(), signer(), AT.replace(tzinfo=None))
    with pytest.raises(SigningError, match="valid from"):
        sign_pdf(made(), signer(), AT.replace(year=2030))


def test_whose_a_signature_is_says_only_the_certificate_that_was_given():
    signed = sign_pdf(made(), signer(), AT)
    assert check_pdf(signed)[0].is_by_publisher is None
    impostor = certificate(key("rsa-2048"))
    assert impostor.subject == signer().certificate.subject
    assert check_pdf(signed, [impostor])[0].is_by_publisher is False
    assert check_pdf(signed, [impostor, signer().certificate])[0].is_by_publisher is True


def test_an_authority_vouches_for_those_it_signed():
    authority = certificate(key("p-384"), "某机构", is_ca=True)
    own = certificate(key(), issuer=authority, issuer_key=key("p-384"))
    signed = sign_pdf(made(), Signer(key(), own, (authority,)), AT)
    assert check_pdf(signed, [authority])[0].is_by_publisher is True
    other = certificate(key("rsa-2048"), "某机构", is_ca=True)
    assert check_pdf(signed, [other])[0].is_by_publisher is False


def test_a_time_stamp_is_in_the_signature(monkeypatch):
    from asn1crypto import x509
    from pyhanko.sign.timestamps import DummyTimeStamper

    authority = certificate(key("rsa-2048"), "某时间戳机构")
    stamper = DummyTimeStamper(
        x509.Certificate.load(authority.public_bytes(der())), private_info(key("rsa-2048")), fixed_dt=AT
    )
    monkeypatch.setattr("report.signing.cms._stamper", lambda url: stamper)
    stamped = Signer(key(), signer().certificate, (), "https://stamps.example/")
    (found,) = check_pdf(sign_pdf(made(), stamped, AT))
    assert found.is_stamped
    assert found.is_intact


def der():
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.DER


def private_info(private):
    from asn1crypto import keys

    from tests.signers import key_der

    return keys.PrivateKeyInfo.load(key_der(private))


def test_an_authority_that_does_not_answer_is_told():
    stamped = Signer(key(), signer().certificate, (), "http://127.0.0.1:1/")
    with pytest.raises(SigningError, match=re.escape("at http://127.0.0.1:1/ gave no time stamp")):
        sign_pdf(made(), stamped, AT)
