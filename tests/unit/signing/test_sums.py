"""`SHA256SUMS` is what sha256sum writes and checks, and OpenSSL checks its signature."""

import hashlib
import subprocess

import pytest

from report.signing.checking import check_sums
from report.signing.sums import SIGNATURE_FILE, SUMS_FILE, read_sums, sign_sums, sums
from tests.programs import require
from tests.signers import AT, KINDS, certificate, key, pem, signer

FILES = {"简报.pdf": b"a", "b c.epub": b"b", "copies/A-1/x.pdf": b"c"}


def digests():
    return {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}


@pytest.fixture
def folder(tmp_path):
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / SUMS_FILE).write_bytes(sums(digests()))
    return tmp_path


def ended(folder, *command):
    require(command[0])
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_sha256sum_agrees_and_notices_what_was_altered(folder):
    assert ended(folder, "sha256sum", "--strict", "-c", SUMS_FILE).returncode == 0
    assert ended(folder, "sha256sum", *sorted(FILES)).stdout.encode() == sums(digests())
    (folder / "简报.pdf").write_bytes(b"A")
    assert ended(folder, "sha256sum", "--strict", "-c", SUMS_FILE).returncode == 1


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_finds_the_signature_good_and_notices_what_was_altered(folder, kind):
    (folder / SIGNATURE_FILE).write_bytes(sign_sums(sums(digests()), signer(kind), AT))
    (folder / "publisher.pem").write_bytes(pem(signer(kind).certificate))
    (folder / "other.pem").write_bytes(pem(certificate(key(), "another")))

    def verify(name="publisher.pem"):
        command = (
            "openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -out checked"
        )
        return ended(
            folder, *command.split(), "-purpose", "any", "-partial_chain", "-CAfile", name
        ).returncode

    # Judged by the day of today, the certificate is not valid yet, or no more.
    assert verify() == 0 or not is_valid_today(signer(kind).certificate)
    assert verify("other.pem") != 0
    with (folder / SUMS_FILE).open("ab") as file:
        file.write(b"\n")
    assert verify() != 0


def is_valid_today(item):
    import datetime

    return item.not_valid_before_utc < datetime.datetime.now(datetime.UTC) < item.not_valid_after_utc


def test_the_signature_of_a_list_is_judged():
    data = sums(digests())
    signature = sign_sums(data, signer(), AT)
    assert signature == sign_sums(data, signer(), AT)
    found = check_sums(data, signature, [signer().certificate])
    assert (found.is_intact, found.is_by_publisher, found.told_at) == (True, True, AT)
    assert not check_sums(data + b"\n", signature).is_intact
    assert check_sums(data, signature, [certificate(key("p-384"))]).is_by_publisher is False
    for junk in (b"", b"\x30\x80", signature[:-40], signature + b"x", b"0" * 9999):
        with pytest.raises(ValueError, match="cannot be read"):
            check_sums(data, junk)


def test_lists_of_others_are_read():
    digest = "ab" * 32
    data = f"\ufeff{digest.upper()} *a.pdf\r\n\r\n{digest}  ./b c.pdf\r\n".encode()
    assert read_sums(data) == {"a.pdf": digest, "b c.pdf": digest}


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"nothing\n",
        b"0" * 63 + b"  a\n",
        b"0" * 64 + b" a\n",
        b"0" * 64 + b"  a\n" + b"1" * 64 + b"  a\n",
        b" " * (5 << 20),
    ],
)
def test_what_is_no_list_is_refused(data):
    with pytest.raises(ValueError, match=r"list|line"):
        read_sums(data)


@pytest.mark.parametrize("name", ["", "a\nb", "a\\b", "a\x00b"])
def test_names_that_sha256sum_writes_otherwise_are_refused(name):
    with pytest.raises(ValueError, match="no name of a file"):
        sums({name: "0" * 64})
