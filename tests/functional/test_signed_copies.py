"""Signing from end to end: released, copied, sent; checked by us, poppler, OpenSSL and coreutils; one bit altered."""

import datetime
import hashlib
import json
import pickle
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from report.pipeline.signing_copies import Signing, signing_of
from report.signing import Settings, Signer, SigningError
from report.signing.keys import load_signer
from tests import dsl
from tests.copying import CLINICS, copies_of, editions, folder, holds, record_of
from tests.dsl import Project
from tests.functional import test_pdf_validators as validators
from tests.programs import require
from tests.recalls import copied
from tests.signers import AT, certificate, key, key_pem, pem

pytestmark = pytest.mark.slow
CA = certificate(key("p-384"), "示例认证机构", is_ca=True, usage=None)
OWN = certificate(key(), "示例医学简报社", issuer=CA, issuer_key=key("p-384"))
FINGERPRINT = Signer(key(), OWN, ()).fingerprint
SIGNING = "signing: {certificate: keys/publisher.pem, key: keys/publisher.key}\n"
LISTS = ("SHA256SUMS", "SHA256SUMS.p7s")
# Bits that are altered in each file, always the same ones.
FLIPS = 12


def put_keys(project: Project, own=OWN, private="p-256", chain=(CA,)) -> None:
    (project.root / "keys").mkdir(exist_ok=True)
    (project.root / "keys" / "publisher.pem").write_bytes(pem(own, *chain))
    (project.root / "keys" / "publisher.key").write_bytes(key_pem(key(private)))
    load_signer.cache_clear()


def sign(project: Project, text: str = SIGNING) -> None:
    with (project.root / "content" / "distribution.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


def released(root: Path) -> Project:
    """Two editions in three languages, the second one released where signing is set."""
    project = editions(root, 1)
    put_keys(project)
    sign(project)
    project.change("facts.yaml", 'approved: "2025-05"', 'approved: "2025-06"')
    ended = project.run("release")
    assert ended.code == 0, ended.out + ended.err
    return project


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory):
    """What copies are without signatures: SHA-256 by clinic and name."""
    project = copied(_made(tmp_path_factory), tmp_path_factory.mktemp("unsigned") / "project")
    path = project.root / "content" / "distribution.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(SIGNING, ""), encoding="utf-8")
    holds(project, "HK-0002", 1)
    assert project.run("copies").code == 0
    return {
        clinic: {name: file.sha256 for name, file in record_of(project, clinic).files.items()}
        for clinic in CLINICS
    }


_kept: list[Project] = []


def _made(factory):
    if not _kept:
        _kept.append(released(factory.mktemp("released") / "project"))
    return _kept[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The copies of three clinics; one of them is told what changed since the edition that it holds."""
    project = copied(_made(tmp_path_factory), tmp_path_factory.mktemp("made") / "project")
    holds(project, "HK-0002", 1)
    load_signer.cache_clear()
    ended = project.run("copies")
    assert ended.code == 0, ended.out + ended.err
    assert project.run("status", "--site").code == 0
    return project


@pytest.fixture
def project(made, tmp_path):
    """A copy of the same, to be changed by one test."""
    load_signer.cache_clear()
    return copied(made, tmp_path / "project")


@pytest.fixture
def received(made, tmp_path):
    """What a clinic has: its files, and the certificate of the status page."""
    shutil.copytree(folder(made, "HK-0002"), tmp_path / "received")
    shutil.copy(made.root / "output/demo/status/publisher.pem", tmp_path / "received")
    (tmp_path / "received" / "copy.json").unlink()
    return tmp_path / "received"


def names(received):
    """The files that say whose they are."""
    return sorted(path.name for path in received.iterdir() if path.suffix in (".pdf", ".epub", ".html"))


def verify(*arguments):
    ended = dsl.run("verify", "--copy", *map(str, arguments))
    assert "Traceback" not in ended.err
    return ended


def verdicts(ended):
    return [line.partition(":")[0] for line in ended.out.splitlines() if line.partition(":")[0].isupper()]


def ran(received, *command):
    require(command[0])
    ended = subprocess.run(command, cwd=received, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout + ended.stderr


# --- what is made ---


def test_each_clinic_has_its_files_and_a_signed_list_of_them(made):
    for clinic in CLINICS:
        files = record_of(made, clinic).files
        assert {files[name].format for name in LISTS} == {"sums", "signature"}
        listed = dict(
            reversed(line.split("  "))
            for line in (folder(made, clinic) / "SHA256SUMS").read_text().splitlines()
        )
        assert listed == {name: file.sha256 for name, file in files.items() if name not in LISTS}
        assert len(listed) == 4


def test_before_its_signature_a_copy_is_what_it_is_without_signing(made, unsigned):
    for clinic in CLINICS:
        files = record_of(made, clinic).files
        assert {name: file.unsigned for name, file in files.items() if name not in LISTS} == unsigned[clinic]
        for name, file in files.items():
            assert (file.sha256 == unsigned[clinic].get(name)) == name.endswith((".epub", ".html"))


def test_the_edition_is_still_the_beginning_of_its_copies(made):
    """Where changes are told there are pages more, and the beginning is the edition with these."""
    kept = made.root / "output/demo/editions/002"
    for clinic, of_edition in {"GZ-0001": kept, "HK-0002": kept / "since-001"}.items():
        (name,) = [
            name for name in copies_of(made, clinic) if name.endswith(".pdf") and "handout" not in name
        ]
        assert copies_of(made, clinic)[name].startswith((of_edition / name).read_bytes())


def test_made_again_the_copies_are_the_same_bytes(project):
    before = {clinic: copies_of(project, clinic) for clinic in CLINICS}
    assert "nothing to do for 3 clinics" in project.run("copies").out
    assert project.run("copies", "--force").code == 0
    assert {clinic: copies_of(project, clinic) for clinic in CLINICS} == before


def test_with_another_certificate_all_are_made_anew(project):
    put_keys(project, certificate(key("p-384")), "p-384", ())
    assert "for 3 clinics made" in project.run("copies").out
    (project.root / "keys/publisher.pem").unlink()
    put_keys(project)
    assert "for 3 clinics made" in project.run("copies").out


def test_where_signing_is_switched_off_the_lists_go(project):
    path = project.root / "content" / "distribution.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(SIGNING, ""), encoding="utf-8")
    assert "for 3 clinics made" in project.run("copies").out
    assert not list((project.root / "output/demo/copies").rglob("SHA256SUMS*"))
    assert project.run("status", "--site").code == 0
    left = {path.name for path in (project.root / "output/demo/status").iterdir()}
    assert "publisher.pem" not in left
    assert not [name for name in left if name.endswith(".p7s")]
    assert "1.sha256sums" in left


@pytest.mark.parametrize(
    ("own", "private", "message"),
    [
        (certificate(key(), first=AT - datetime.timedelta(days=366)), "p-256", "not on 2026-11-27"),
        (OWN, "p-384", "the key is not that of the certificate"),
    ],
)
def test_with_a_certificate_of_no_use_no_copy_is_made(project, own, private, message):
    put_keys(project, own, private)
    ended = project.run("copies", "--force")
    assert ended.code == 4
    assert message in ended.err
    assert record_of(project, "GZ-0001").files["demo.pdf"].sha256


def test_a_certificate_of_today_signs_editions_of_days_before():
    """Its validity begins later than the edition: that is what the signature tells."""
    begun = datetime.datetime(2026, 11, 27, 9, 30, tzinfo=datetime.UTC)
    own = Signer(key(), certificate(key(), first=begun + datetime.timedelta(days=365)), ())
    assert own.time_of(datetime.date(2026, 11, 1)) == begun
    assert own.time_of(datetime.date(2026, 11, 28)) == datetime.datetime(2026, 11, 28, tzinfo=datetime.UTC)
    own.check_day(own.time_of(datetime.date(2026, 11, 1)))


def test_the_key_does_not_travel_and_a_worker_with_another_certificate_signs_nothing(project):
    from report.load.distribution import load_distribution

    distribution, _ = load_distribution(project.root)
    signing = signing_of(distribution, project.root, AT.date(), AT.date())
    sent = pickle.dumps(signing)
    assert signing == pickle.loads(sent)
    assert len(sent) < 2000
    assert signing.open().fingerprint == FINGERPRINT
    put_keys(project, certificate(key()))
    with pytest.raises(SigningError, match="this worker has another certificate"):
        signing.open()
    assert isinstance(distribution.signing, Settings)
    assert isinstance(signing, Signing)


# --- what a clinic finds ---


def test_every_file_is_intact(received):
    files = [received / name for name in names(received)]
    ended = verify(*files, "--sums", received / "SHA256SUMS", "--certificate", received / "publisher.pem")
    assert (ended.code, verdicts(ended), ended.codes) == (0, ["INTACT"] * 4, [])
    assert ended.out.count("a list signed by 示例医学简报社") == 8
    pdfs = [path for path in files if path.suffix == ".pdf"]
    ended = verify(*pdfs, "--certificate", received / "publisher.pem")
    assert (ended.code, verdicts(ended)) == (0, ["INTACT"] * 2)
    assert "2026-11-27 00:00 UTC as it says" in ended.out


def test_poppler_finds_the_signatures_good(received):
    for name in names(received):
        if name.endswith(".pdf"):
            _, said = ran(received, "pdfsig", "-nocert", name)
            assert "Signature is Valid" in said
            assert "Total document signed" in said


def test_openssl_and_coreutils_find_the_list_good(received):
    command = (
        "openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -CAfile publisher.pem"
    )
    command += " -partial_chain -purpose any -no_check_time -out checked.txt"
    code, said = ran(received, *command.split())
    assert (code, "CMS Verification successful" in said) == (0, True), said
    code, said = ran(received, "sha256sum", "-c", "SHA256SUMS")
    assert (code, said.count(": OK")) == (0, 4)
    _, said = ran(received, "openssl", "x509", "-in", "publisher.pem", "-noout", "-fingerprint", "-sha256")
    assert said.strip().endswith(FINGERPRINT)
    # The certificates that it came with would vouch for whomever their authority certifies.
    assert (received / "publisher.pem").read_text().count("BEGIN CERTIFICATE") == 1


@pytest.mark.parametrize("suffix", [".pdf", ".epub", ".html"])
def test_one_bit_anywhere_is_noticed(received, suffix):
    random_ = random.Random(suffix)
    (path, *_) = [received / name for name in names(received) if name.endswith(suffix)]
    data = path.read_bytes()
    for _ in range(FLIPS):
        altered = bytearray(data)
        altered[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
        path.write_bytes(altered)
        ended = verify(path, "--sums", received / "SHA256SUMS", "--certificate", received / "publisher.pem")
        assert (ended.code, verdicts(ended)) == (6, ["ALTERED"])


def test_one_bit_of_the_list_is_noticed(received):
    random_ = random.Random(0)
    path, copy = received / "SHA256SUMS", received / names(received)[0]
    data = path.read_bytes()
    for _ in range(FLIPS):
        altered = bytearray(data)
        altered[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
        path.write_bytes(altered)
        ended = verify(copy, "--sums", path, "--certificate", received / "publisher.pem")
        # A line that is none any more is no list.
        assert (ended.code, verdicts(ended)) in ((6, ["ALTERED"]), (2, []))


def test_the_files_of_another_clinic_are_not_in_the_list(made, received):
    other = folder(made, "UK-0003") / "demo.en.pdf"
    ended = verify(other, "--sums", received / "SHA256SUMS", "--certificate", received / "publisher.pem")
    assert "demo.en.pdf is not listed" in ended.out
    assert verdicts(ended) == ["INTACT"]  # by its own signature


def test_signed_copies_are_examined_without_a_finding(made):
    files = [str(folder(made, clinic) / name) for clinic in CLINICS for name in copies_of(made, clinic)]
    pages = [name for name in files if name.endswith((".pdf", ".epub", ".html"))]
    ended = dsl.run("verify", *pages)
    assert (ended.code, ended.codes) == (0, [])


def test_qpdf_finds_nothing(made):
    for clinic in CLINICS:
        for name in copies_of(made, clinic):
            if name.endswith(".pdf"):
                ended = validators.run("qpdf", "--check", folder(made, clinic) / name)
                assert ended.returncode == 0, ended.stdout


# --- the edition ---


def test_a_release_lists_its_files_and_signs_the_list(made):
    output = made.root / "output" / "demo"
    artefacts = json.loads((made.demo / "editions/002.json").read_bytes())["artefacts"]
    for place in (output, output / "editions" / "002"):
        code, said = ran(place, "sha256sum", "-c", "SHA256SUMS")
        assert (code, said.count(": OK")) == (0, len(artefacts))
        assert (place / "SHA256SUMS.p7s").is_file()
    # The first edition was released before anything was signed.
    assert not (output / "editions" / "001" / "SHA256SUMS.p7s").exists()
    assert (output / "editions" / "001" / "SHA256SUMS").is_file()
    assert not {*LISTS} & artefacts.keys()


def test_a_build_of_other_content_has_no_list(project):
    output = project.root / "output" / "demo"
    assert project.build("-f", "html").code == 0
    assert (output / "SHA256SUMS").is_file()
    project.change("facts.yaml", 'approved: "2025-06"', 'approved: "2025-07"')
    assert project.build("-f", "html").code == 0
    assert not [name for name in LISTS if (output / name).exists()]
    assert (output / "editions" / "002" / "SHA256SUMS").is_file()


def test_the_status_pages_have_lists_of_all_editions_and_the_fingerprint(made):
    status = made.root / "output/demo/status"
    for number in (1, 2):
        listed = (status / f"{number}.sha256sums").read_bytes()
        kept = made.root / "output/demo/editions" / f"{number:03}"
        assert listed == (kept / "SHA256SUMS").read_bytes()
        ended = verify(
            kept / "demo.epub",
            "--sums",
            status / f"{number}.sha256sums",
            "--certificate",
            status / "publisher.pem",
        )
        assert verdicts(ended) == ["INTACT"]
    for path in status.glob("*.html"):
        assert FINGERPRINT in path.read_text(encoding="utf-8")


def test_the_status_pages_are_left_as_they_are_and_keep_their_signatures_without_the_key(project):
    assert "nothing to do" in project.run("status", "--site").out
    (project.root / "keys/publisher.key").unlink()
    load_signer.cache_clear()
    ended = project.run("status", "--site")
    assert ended.code == 0
    assert (project.root / "output/demo/status/1.sha256sums.p7s").is_file()


def test_where_the_key_is_elsewhere_a_release_is_made_and_its_list_is_not_signed(project):
    path = project.root / "content" / "distribution.yaml"
    text = path.read_text(encoding="utf-8").replace("keys/publisher.key", "/nowhere/publisher.key")
    path.write_text(text, encoding="utf-8")
    load_signer.cache_clear()
    project.change("facts.yaml", 'approved: "2025-06"', 'approved: "2025-07"')
    ended = project.run("release", "-f", "html")
    assert (ended.code, ended.codes) == (0, ["C087"])
    kept = project.root / "output/demo/editions/003"
    assert (kept / "SHA256SUMS").is_file()
    for place in (kept, project.root / "output/demo"):
        assert not (place / "SHA256SUMS.p7s").exists()


# --- what is sent ---


def test_what_is_sent_is_what_was_made_and_a_notice_says_whom_it_is_for(project):
    (project.root / "outbox").mkdir()
    sent = project.run("send", "--yes")
    assert sent.code == 0, sent.out + sent.err
    for clinic in CLINICS:
        (list_,) = (project.root / "outbox").rglob(f"*{clinic}*/**/SHA256SUMS")
        assert list_.read_bytes() == (folder(project, clinic) / "SHA256SUMS").read_bytes()
        for line in list_.read_text().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256((list_.parent / name).read_bytes()).hexdigest() == digest
    assert project.run("recall", "2", "--reason", "日期写错", "--by", "王小明", "--yes").code == 0
    notices = project.root / "output/demo/notices/002"
    for clinic, other in (("GZ-0001", "UK-0003"), ("UK-0003", "GZ-0001")):
        assert (notices / clinic).is_dir(), other
    ended = project.run("send", "--yes")
    assert ended.code == 0, ended.out + ended.err
    assert "3 sent" in ended.out
