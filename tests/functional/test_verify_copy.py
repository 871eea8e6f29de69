"""`report verify --copy`: a clinic is told what its file is, and honestly whether it is intact."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pikepdf
import pytest

from report.copies import Filling, load_filler
from report.copies.identity import identity_of
from report.signing.pdf import sign_pdf
from report.signing.sums import sign_sums, sums
from tests import dsl
from tests.dsl import Project
from tests.signers import AT, certificate, key, pem, signer

pytestmark = pytest.mark.slow
CLINIC = "DEMO-01"
INTACT, FAILED = 0, 6


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A project with a released edition of all formats, and copies of its files: some signed, some not."""
    project = Project(tmp_path_factory.mktemp("released") / "project")
    ended = project.run("release")
    assert ended.code == 0, ended.out + ended.err
    folder = tmp_path_factory.mktemp("received")
    for format_ in ("pdf", "epub", "html"):
        path = project.root / "output" / "demo" / f"demo.{format_}"
        edition = load_filler(format_).open_edition(path.read_bytes())
        identity = identity_of(edition.identifier, CLINIC, "demo", 1, 0)
        (folder / path.name).write_bytes(edition.copied(Filling({}), identity))
    (folder / "signed.pdf").write_bytes(sign_pdf((folder / "demo.pdf").read_bytes(), signer(), AT))
    (folder / "edition.pdf").write_bytes((project.root / "output" / "demo" / "demo.pdf").read_bytes())
    (folder / "publisher.pem").write_bytes(pem(signer().certificate))
    (folder / "other.pem").write_bytes(pem(certificate(key("rsa-2048"))))
    names = ("demo.pdf", "demo.epub", "demo.html", "signed.pdf")
    listed = sums({name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names})
    (folder / "SHA256SUMS").write_bytes(listed)
    (folder / "SHA256SUMS.p7s").write_bytes(sign_sums(listed, signer(), AT))
    (folder / "plain").mkdir()
    (folder / "plain" / "SHA256SUMS").write_bytes(listed)
    return project, folder


@pytest.fixture
def received(released, tmp_path, monkeypatch):
    """The folder of a clinic, which has no project."""
    shutil.copytree(released[1], tmp_path / "received")
    monkeypatch.chdir(tmp_path / "received")
    return tmp_path / "received"


@pytest.fixture
def project(released):
    return released[0].root


def verify(*arguments):
    ended = dsl.run("verify", "--copy", *map(str, arguments))
    assert "Traceback" not in ended.err
    assert ended.code in (INTACT, FAILED, 2, 4), ended.err
    return ended


def verdict(ended):
    return ended.out.rstrip().splitlines()[-1].partition(":")[0]


def alter(path, place=1000):
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


# --- What a file is ---


@pytest.mark.parametrize("name", ["demo.pdf", "demo.epub", "demo.html", "signed.pdf"])
def test_a_clinic_is_told_what_its_file_is(received, name):
    rows = dict(json.loads(verify(name, "--format", "json").out)[0]["evidence"])
    assert rows["recipient"] == CLINIC
    assert rows["edition"] == "1"
    assert rows["as of"] == "2026-11-22"
    assert rows["title"]
    assert rows["document id"].startswith("urn:uuid:")


def test_a_publisher_is_told_when_it_was_released(received, project):
    assert "edition         1, released 2026-11-27" in verify("demo.pdf", "--project", project).out


# --- Intact ---


def test_a_signed_copy_is_intact_for_whoever_has_the_certificate(received):
    ended = verify("signed.pdf", "--certificate", "publisher.pem")
    assert (ended.code, verdict(ended), ended.codes) == (INTACT, "INTACT", [])
    assert (
        "INTACT: it is signed by 某出版者, 2026-11-27 08:30 UTC as it says, with the certificate that was named"
        in (ended.out)
    )
    assert signer().fingerprint in ended.out


@pytest.mark.parametrize("name", ["demo.pdf", "demo.epub", "demo.html", "signed.pdf"])
def test_a_copy_is_intact_for_whoever_has_the_list(received, name):
    ended = verify(name, "--sums", "SHA256SUMS", "--certificate", "publisher.pem")
    assert (ended.code, verdict(ended), ended.codes) == (INTACT, "INTACT", [])
    assert "SHA256SUMS lists it, a list signed by 某出版者" in ended.out
    ended = verify(name, "--sums", "plain/SHA256SUMS")
    assert (ended.code, verdict(ended)) == (INTACT, "INTACT")
    assert "a list that is not signed" in ended.out
    renamed = received / f"any-{name}"
    (received / name).rename(renamed)
    assert verify(renamed, "--sums", "SHA256SUMS").code == INTACT


def test_the_word_legal_is_not_in_it(received):
    out = verify("signed.pdf", "--certificate", "publisher.pem", "--sums", "SHA256SUMS").out.lower()
    assert not {"legal", "binding", "trusted"} & set(out.split())


# --- Cannot say ---


@pytest.mark.parametrize("name", ["demo.pdf", "demo.epub", "demo.html", "signed.pdf"])
def test_without_anything_from_outside_nobody_can_say(received, name):
    ended = verify(name)
    assert (ended.code, verdict(ended), ended.codes) == (FAILED, "CANNOT SAY", ["V036"])
    if name == "signed.pdf":
        assert "nobody vouches that this is the publisher" in ended.out


def test_the_edition_inside_says_nothing_of_what_stands_behind_it(received, project):
    ended = verify("demo.pdf", "--project", project)
    assert (ended.code, verdict(ended), ended.codes) == (FAILED, "CANNOT SAY", ["V036"])
    assert "edition inside  demo.pdf, as released; this says nothing of what stands behind it" in ended.out
    assert "facts inside    those of edition 1, as released" in ended.out


@pytest.mark.parametrize("name", ["demo.epub", "demo.html"])
def test_of_other_formats_the_facts_alone_are_compared(received, project, name):
    ended = verify(name, "--project", project)
    assert verdict(ended) == "CANNOT SAY"
    assert "facts inside    those of edition 1, as released" in ended.out


def test_a_file_of_the_edition_itself_is_nobodys_copy(received, project):
    ended = verify("edition.pdf", "--project", project)
    assert (verdict(ended), ended.codes) == ("CANNOT SAY", ["V036", "V037"])


def test_a_file_that_is_not_listed_is_not_judged_by_the_list(received):
    shutil.copy("edition.pdf", "unlisted.pdf")
    ended = verify("unlisted.pdf", "--sums", "SHA256SUMS")
    assert verdict(ended) == "CANNOT SAY"
    assert "cannot say: unlisted.pdf is not listed" in ended.out


# --- Altered ---


@pytest.mark.parametrize("place", [100, 20_000, -300])
def test_one_bit_breaks_the_signature(received, place):
    alter(received / "signed.pdf", place)
    ended = verify("signed.pdf", "--certificate", "publisher.pem")
    assert ended.code == FAILED
    assert verdict(ended) in ("ALTERED", "CANNOT SAY")
    if place == 20_000:
        assert (verdict(ended), ended.codes) == ("ALTERED", ["V033"])


def test_something_put_behind_the_signature_is_noticed(received):
    path = received / "signed.pdf"
    data = path.read_bytes()
    with pikepdf.open(path) as document:
        size, root = int(document.trailer["/Size"]), document.Root.objgen[0]
    trailer = b"<< /Size %d /Root %d 0 R /Prev %d >>" % (size, root, int(data.split()[-2]))
    path.write_bytes(data + b"xref\n0 0\ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(data)))
    ended = verify("signed.pdf", "--certificate", "publisher.pem")
    assert (ended.code, verdict(ended), ended.codes) == (FAILED, "ALTERED", ["V034"])


@pytest.mark.parametrize("name", ["demo.pdf", "demo.html"])
def test_a_listed_file_that_is_another_now_is_noticed(received, name):
    path = received / name
    path.write_bytes(path.read_bytes() + b"\n")
    ended = verify(name, "--sums", "SHA256SUMS")
    assert (ended.code, verdict(ended), ended.codes) == (FAILED, "ALTERED", ["V032"])


def test_a_list_that_is_another_now_is_noticed(received):
    with (received / "SHA256SUMS").open("a") as file:
        file.write(f"{'0' * 64}  another.pdf\n")
    ended = verify("demo.pdf", "--sums", "SHA256SUMS", "--certificate", "publisher.pem")
    assert (ended.code, verdict(ended), ended.codes) == (FAILED, "ALTERED", ["V033"])


def test_another_edition_inside_is_noticed(received, project):
    path = received / "demo.pdf"
    data = path.read_bytes()
    place = data.index(b"endstream") - 8
    path.write_bytes(data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :])
    ended = verify("demo.pdf", "--project", project)
    assert (ended.code, verdict(ended)) == (FAILED, "ALTERED")
    assert "V038" in ended.codes


def test_other_facts_inside_are_noticed(received, project):
    source, target = zipfile.ZipFile("demo.epub"), zipfile.ZipFile("altered.epub", "w")
    with source, target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename.endswith("facts.json"):
                data = data.replace(b"2026", b"2025")
            target.writestr(item, data)
    ended = verify("altered.epub", "--project", project)
    assert (ended.code, verdict(ended), ended.codes) == (FAILED, "ALTERED", ["V039"])


# --- Somebody else's ---


def test_another_signer_is_not_the_publisher(received):
    ended = verify("signed.pdf", "--certificate", "other.pem")
    assert (ended.code, verdict(ended), ended.codes) == (FAILED, "NOT THE PUBLISHER'S", ["V035"])
    ended = verify("demo.epub", "--sums", "SHA256SUMS", "--certificate", "other.pem")
    assert (ended.code, verdict(ended), ended.codes) == (FAILED, "NOT THE PUBLISHER'S", ["V035"])


# --- Hostile and mistaken ---


@pytest.mark.parametrize("suffix", [".pdf", ".epub", ".html"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 5000,
        b"%PDF-1.7\n" + b"%%EOF\n" * 5000,
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 20_000 + b"\nstartxref\n9\n%%EOF",
        b"PK\x03\x04" + b"\xff" * 500,
        b"<!DOCTYPE html>" + b"<div>" * 20_000,
        b"\xff\xfe" * 900,
    ],
    ids=["empty", "noughts", "many-ends", "deep-pdf", "zip", "deep-html", "no-text"],
)
def test_whatever_a_file_is_there_is_no_traceback(received, project, data, suffix):
    path = received / f"hostile{suffix}"
    path.write_bytes(data)
    ended = verify(path, "--project", project, "--certificate", "publisher.pem", "--sums", "SHA256SUMS")
    assert ended.code == FAILED
    assert verdict(ended) in ("CANNOT SAY", "ALTERED")


def test_what_a_file_says_cannot_write_on_the_terminal_or_leave_the_project(received, project):
    text = Path("demo.html").read_text(encoding="utf-8")
    hostile = text.replace(
        'name="copy.recipient" content="DEMO-01"', 'name="copy.recipient" content="\x1b[2JX"'
    )
    hostile = hostile.replace(
        'name="copy.briefing" content="demo"', 'name="copy.briefing" content="../../demo"'
    )
    assert hostile.count("../../demo") == 1
    Path("hostile.html").write_text(hostile, encoding="utf-8")
    ended = verify("hostile.html", "--project", project)
    assert ended.code == FAILED
    assert "\x1b" not in ended.out
    assert "no record of it here" in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "no copy is named"),
        (("none.pdf",), "none.pdf: cannot be read"),
        (("publisher.pem",), "publisher.pem is no copy"),
        (("demo.pdf", "--sums", "demo.pdf"), "demo.pdf: the list is no UTF-8 text"),
        (("demo.pdf", "--sums", "none"), "none: cannot be read"),
        (("demo.pdf", "--certificate", "demo.html"), "demo.html holds no certificate in PEM"),
        (("demo.pdf", "--certificate", "none"), "none: cannot be read"),
    ],
)
def test_what_is_asked_for_wrongly_is_told(received, arguments, message):
    ended = verify(*arguments)
    assert ended.code in (2, 4)
    assert message in ended.err


def test_lists_and_certificates_are_about_copies_alone(received):
    ended = dsl.run("verify", "demo.pdf", "--sums", "SHA256SUMS")
    assert ended.code == 2
    assert "Add --copy" in ended.err


def test_a_link_is_followed_only_to_a_file(received):
    Path("folder.pdf").mkdir()
    assert verify("folder.pdf").code == 2
    Path("link.pdf").symlink_to("signed.pdf")
    assert verify("link.pdf", "--certificate", "publisher.pem").code == INTACT


def test_without_the_libraries_a_signature_is_not_judged_and_a_list_is(received, monkeypatch):
    from report.signing import SigningError

    def missing():
        raise SigningError(
            "pyHanko is not installed, which signatures are made and checked with", "Install it."
        )

    monkeypatch.setattr("report.signing.checking.require_libraries", missing)
    ended = verify("signed.pdf")
    assert verdict(ended) == "CANNOT SAY"
    assert "signature       cannot say: pyHanko is not installed" in ended.out
    assert verify("signed.pdf", "--sums", "plain/SHA256SUMS").code == INTACT
