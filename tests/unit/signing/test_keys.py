"""A key is opened once, judged, and never told or sent on."""

import base64
import datetime
import pickle
import subprocess

import pydantic
import pytest

from report.errors import ExitCode
from report.secrets import SecretRef
from report.signing import Settings, Signer, SigningError, load_signer
from tests.signers import AT, PASSPHRASE, certificate, key, key_der, key_pem, pem, pkcs12_of, signer


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Files of a publisher's: as they may lie about."""
    private = key()
    own = certificate(private)
    (tmp_path / "own.pem").write_bytes(pem(own))
    (tmp_path / "own.key").write_bytes(key_pem(private))
    (tmp_path / "locked.key").write_bytes(key_pem(private, PASSPHRASE))
    (tmp_path / "own.p12").write_bytes(pkcs12_of(private, own))
    (tmp_path / "other.key").write_bytes(key_pem(key("p-384")))
    (tmp_path / "no.pem").write_text("nothing\n")
    monkeypatch.setenv("PASSPHRASE", PASSPHRASE.decode())
    monkeypatch.setenv("WRONG", "battery staple")
    monkeypatch.setenv("KEY", base64.b64encode(key_der(private)).decode())
    monkeypatch.setenv("NO_KEY", "?" * 20)
    return tmp_path


def secret(name):
    return SecretRef(env=name)


@pytest.mark.parametrize(
    "settings",
    [
        {"certificate": "own.pem", "key": "own.key"},
        {"certificate": "own.pem", "key": "locked.key", "passphrase": secret("PASSPHRASE")},
        {"certificate": "own.pem", "key": secret("KEY")},
        {"certificate": "own.p12", "passphrase": secret("PASSPHRASE")},
    ],
)
def test_a_key_is_opened_wherever_it_lies(folder, settings):
    loaded = load_signer(Settings(**settings), folder)
    assert loaded.name == "某出版者"
    told = ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", str(folder / "own.pem")]
    assert (
        subprocess.run(told, capture_output=True, text=True, check=True)
        .stdout.strip()
        .endswith(loaded.fingerprint)
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"certificate": "none.pem", "key": "own.key"}, "none.pem cannot be read: No such file or directory"),
        ({"certificate": "no.pem", "key": "own.key"}, "no.pem holds no certificate in PEM"),
        (
            {"certificate": "own.pem", "key": "no.pem"},
            "no.pem holds no private key that can be opened without",
        ),
        ({"certificate": "own.pem", "key": "locked.key"}, "locked.key holds no private key"),
        (
            {"certificate": "own.pem", "key": "locked.key", "passphrase": secret("WRONG")},
            "locked.key holds no private key that can be opened with that passphrase",
        ),
        (
            {"certificate": "own.pem", "key": "own.key", "passphrase": secret("WRONG")},
            "own.key holds no private",
        ),
        (
            {"certificate": "own.pem", "key": secret("NO_KEY")},
            "the environment variable NO_KEY holds no base64",
        ),
        ({"certificate": "own.pem", "key": "other.key"}, "the key is not that of the certificate"),
        (
            {"certificate": "own.p12", "passphrase": secret("WRONG")},
            "own.p12 holds no key with its certificate",
        ),
        ({"certificate": "own.pem"}, "own.pem holds no key with its certificate that can be opened without"),
    ],
)
def test_what_is_no_key_is_told_without_what_it_holds(folder, settings, message):
    with pytest.raises(SigningError) as caught:
        load_signer(Settings(**settings), folder)
    assert caught.value.message.startswith(message)
    assert caught.value.hint
    assert caught.value.exit_code == ExitCode.MISSING
    assert "battery" not in str(caught.value)


@pytest.mark.parametrize("kind", ["rsa-1024", "p-521", "ed25519"])
def test_keys_that_readers_of_pdf_do_not_know_are_refused(kind):
    private = key(kind)
    with pytest.raises(SigningError, match="none that readers of PDF know"):
        Signer(private, certificate(private), ())


def test_a_certificate_that_is_not_for_signatures_is_refused():
    with pytest.raises(SigningError, match="not for signatures"):
        Signer(key(), certificate(key(), usage=False), ())
    assert Signer(key(), certificate(key(), usage=None), ()).name


@pytest.mark.parametrize("days", [-366, 366])
def test_a_certificate_signs_while_it_is_valid_only(days):
    signer().check_day(AT)
    with pytest.raises(SigningError, match="valid from 2025-11-27 to 2027-11-27"):
        signer().check_day(AT + datetime.timedelta(days=days))


def test_a_key_stays_in_its_process_and_out_of_what_is_printed():
    with pytest.raises(TypeError, match="stays in its process"):
        pickle.dumps(signer())
    assert "object at" in repr(signer())


def test_a_secret_is_no_value_of_the_settings():
    with pytest.raises(pydantic.ValidationError):
        Settings(certificate="own.pem", passphrase="correct horse")
