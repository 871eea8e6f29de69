"""Secrets: where they are, and that they are nowhere else."""

import base64
import logging
import sys
import traceback
import types
import urllib.parse

import pytest

from report import cli
from report.secrets import REDACTED, KeyringEntry, Redactor, SecretError, SecretRef, resolve

CANARY = "canary/Pa55+word ü"


def test_from_the_environment_and_from_a_file(tmp_path):
    path = tmp_path / "password"
    path.write_text(CANARY + "\n", encoding="utf-8")
    environment = {"A": CANARY, "A_FILE": str(path)}
    assert resolve(SecretRef(env="A"), environment) == CANARY
    assert resolve(SecretRef(file_env="A_FILE"), environment) == CANARY


def test_from_the_keyring(monkeypatch):
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})
    keyring = types.ModuleType("keyring")
    keyring.errors = errors
    keyring.get_password = {("jianbao", "smtp"): CANARY}.get
    keyring.get_password = lambda service, user: CANARY if (service, user) == ("jianbao", "smtp") else None
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert resolve(SecretRef(keyring=KeyringEntry(service="jianbao", user="smtp"))) == CANARY
    with pytest.raises(SecretError, match="does not exist"):
        resolve(SecretRef(keyring=KeyringEntry(service="jianbao", user="other")))

    def locked(service, user):
        raise errors.KeyringError(CANARY)

    keyring.get_password = locked
    with pytest.raises(SecretError, match="KeyringError") as caught:
        resolve(SecretRef(keyring=KeyringEntry(service="jianbao", user="smtp")))
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SecretError, match="not installed"):
        resolve(SecretRef(keyring=KeyringEntry(service="jianbao", user="smtp")))


@pytest.mark.parametrize("content", ["", "abc", "two\nlines", "a\x00bcd"])
def test_what_is_no_secret(tmp_path, content):
    path = tmp_path / "password"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SecretError):
        resolve(SecretRef(file_env="A_FILE"), {"A_FILE": str(path)})


def test_a_file_that_cannot_be_read_is_not_named(tmp_path):
    for value in ("/no/such/canary", str(tmp_path)):
        with pytest.raises(SecretError) as caught:
            resolve(SecretRef(file_env="A_FILE"), {"A_FILE": value})
        assert value not in "".join(traceback.format_exception(caught.value))
    large = tmp_path / "large"
    large.write_bytes(b"x" * 70_000)
    with pytest.raises(SecretError, match="larger than"):
        resolve(SecretRef(file_env="A_FILE"), {"A_FILE": str(large)})
    large.write_bytes(b"\xff\xfe\xfd\xfc")
    with pytest.raises(SecretError, match="no UTF-8"):
        resolve(SecretRef(file_env="A_FILE"), {"A_FILE": str(large)})
    with pytest.raises(SecretError, match="is not set"):
        resolve(SecretRef(env="A"), {})


def test_a_redactor_takes_out_what_protocols_make_of_it():
    redactor = Redactor()
    redactor.add(CANARY)
    encoded = base64.b64encode(CANARY.encode()).decode()
    for form in (CANARY, encoded, urllib.parse.quote(CANARY, safe=""), urllib.parse.quote_plus(CANARY)):
        assert redactor.redact(f"before {form} after") == f"before {REDACTED} after"
    assert redactor.redact("nothing of it") == "nothing of it"


def test_a_longer_secret_is_taken_out_before_one_that_it_begins_with():
    redactor = Redactor()
    redactor.add("secret")
    redactor.add("secret-and-more")
    assert redactor.redact("secret-and-more") == REDACTED


def test_log_records_pass_without_it(caplog):
    redactor = Redactor()
    redactor.add(CANARY)
    handler = logging.Handler()
    shown = []
    handler.emit = lambda record: shown.append(logging.Formatter().format(record))
    handler.addFilter(redactor)
    logger = logging.getLogger("test-redactor")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        logger.warning("password %s of %r", CANARY, {"p": CANARY})
        try:
            raise ValueError(CANARY)
        except ValueError:
            logger.exception("it failed")
    finally:
        logger.removeHandler(handler)
    assert "canary" not in "".join(shown)
    assert "Traceback" in shown[1]
    assert REDACTED in shown[1]


def test_a_reference_shows_where_and_not_what():
    shown = repr(SecretRef(env="MAIL_PASSWORD")) + str(SecretRef(keyring=KeyringEntry(service="s", user="u")))
    assert "MAIL_PASSWORD" in shown
    assert "'s'" in shown


def test_a_traceback_of_the_command_line_is_without_it(capsys, monkeypatch):
    monkeypatch.setenv("A", "canary-of-the-traceback")
    value = resolve(SecretRef(env="A"))
    try:
        raise ValueError(f"refused: {value}")
    except ValueError as error:
        cli._print_traceback(type(error), error, error.__traceback__)
    shown = capsys.readouterr().err
    assert "canary" not in shown
    assert f"ValueError: refused: {REDACTED}" in shown
