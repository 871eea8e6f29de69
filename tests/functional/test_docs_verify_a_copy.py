"""docs/verify-a-copy.md tells a clinic the truth: its commands are run, on good and altered files."""

import datetime
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from report.signing import Signer
from report.signing.pdf import sign_pdf
from report.signing.sums import sign_sums, sums
from report.verify.copy import Standing
from tests.pages import DOCS, blocks
from tests.programs import require
from tests.signers import certificate, key, pem

pytestmark = pytest.mark.slow
PAGES = [DOCS / "verify-a-copy.md", DOCS / "verify-a-copy.zh.md"]


def commands(page):
    text = page.read_text(encoding="utf-8")
    return [line for info, body in blocks(text) if info == "sh" for line in body.splitlines()]


def command(start):
    """The one command of the page that begins so, without the comment behind it."""
    (found,) = [line for line in commands(PAGES[0]) if line.startswith(start)]
    return found


@pytest.fixture(scope="module")
def sent(rich_pdf, tmp_path_factory):
    """A copy, the list and the certificate, signed today: OpenSSL judges by the day it is."""
    folder = tmp_path_factory.mktemp("sent")
    now = datetime.datetime.now(datetime.UTC)
    signer = Signer(key(), certificate(key(), first=now), ())
    copy = sign_pdf(rich_pdf.read_bytes(), signer, now)
    listed = sums({"copy.pdf": hashlib.sha256(copy).hexdigest(), "other.epub": "0" * 64})
    for name, data in {
        "copy.pdf": copy,
        "SHA256SUMS": listed,
        "SHA256SUMS.p7s": sign_sums(listed, signer, now),
        "publisher.pem": pem(signer.certificate),
    }.items():
        (folder / name).write_bytes(data)
    return folder, signer


@pytest.fixture
def folder(sent, tmp_path):
    shutil.copytree(sent[0], tmp_path / "folder")
    return tmp_path / "folder"


def ended(folder, line):
    """Run a command of the page; what is not installed is skipped, and fails in CI."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    name = line.split()[0]
    require(name)
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    found = subprocess.run(
        line.split(), cwd=folder, capture_output=True, text=True, timeout=120, check=False, env=environment
    )
    return found.returncode, found.stdout + found.stderr


def alter(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[-len(data) // 2] ^= 1
    (folder / name).write_bytes(data)


def test_both_languages_have_the_same_commands_and_results():
    assert commands(PAGES[0]) == commands(PAGES[1])
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    powershell = [[body for info, body in blocks(text) if info in ("powershell", "bat")] for text in texts]
    assert powershell[0] == powershell[1]
    for text in texts:
        assert re.findall(r"^\| `(.+?)` \|", text, re.MULTILINE) == [item.value for item in Standing]


def test_every_command_is_run_by_a_test_here():
    starts = (
        "pdfsig -nocert copy",
        "pdfsig -nocert -dump",
        "openssl pkcs7",
        "openssl x509",
        "sha256sum --ign",
    )
    starts += (
        "shasum",
        "openssl cms",
        "pdfdetach -list",
        "pdfdetach -save",
        "sha256sum facts",
        "report verify",
    )
    assert all(line.startswith(starts) for line in commands(PAGES[0]))


def test_the_signature_of_a_pdf(folder):
    _, told = ended(folder, command("pdfsig -nocert copy"))
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    alter(folder, "copy.pdf")
    _, told = ended(folder, command("pdfsig -nocert copy"))
    assert "Signature is Valid" not in told


def test_the_fingerprint(folder, sent):
    for start in ("pdfsig -nocert -dump", "openssl pkcs7"):
        code, told = ended(folder, command(start))
        assert code == 0, told
    line = command("openssl x509")
    for name in ("signer.pem", "publisher.pem"):
        _, told = ended(folder, line.replace("signer.pem", name))
        assert told.strip().endswith(sent[1].fingerprint)


@pytest.mark.parametrize("start", ["sha256sum --ign", "shasum"])
def test_the_list(folder, start):
    assert ended(folder, command(start)) == (0, "copy.pdf: OK\n")
    alter(folder, "copy.pdf")
    code, told = ended(folder, command(start))
    assert code == 1
    assert "copy.pdf: FAILED" in told


def test_the_signature_of_the_list(folder):
    line = command("openssl cms")
    code, told = ended(folder, line)
    assert code == 0
    assert "CMS Verification successful" in told
    assert (folder / "checked.txt").read_bytes() == (folder / "SHA256SUMS").read_bytes()
    assert ended(folder, line.replace("-partial_chain ", ""))[0] == 0
    assert ended(folder, f"{line} -no_check_time")[0] == 0
    alter(folder, "SHA256SUMS")
    code, told = ended(folder, line)
    assert code != 0
    assert "successful" not in told


def test_the_data_inside(folder, rich_pdf):
    code, told = ended(folder, command("pdfdetach -list"))
    assert code == 0
    assert "facts.json" in told
    assert ended(folder, command("pdfdetach -save"))[0] == 0
    facts = rich_pdf.with_name("facts.json").read_bytes()
    assert (folder / "facts.json").read_bytes() == facts
    assert ended(folder, command("sha256sum facts"))[1].startswith(hashlib.sha256(facts).hexdigest())


def test_our_own_command(folder):
    lines = [line for line in commands(PAGES[0]) if line.startswith("report verify")]
    assert len(lines) == 2
    for line in lines:
        code, told = ended(folder, line)
        assert code == 0, told
        assert "\nINTACT: " in told
    alter(folder, "copy.pdf")
    for line in lines:
        code, told = ended(folder, line)
        assert code == 6
        assert "\nALTERED: " in told
