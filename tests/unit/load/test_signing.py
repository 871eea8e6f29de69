"""What `report check` says of `signing:`: its keys, the certificate, the key, and the day on which they expire."""

import datetime

import pytest

from report.load.distribution import load_distribution
from report.load.signing import check_signing
from report.secrets import SecretRef
from report.signing import Settings, keys
from tests.signers import AT, PASSPHRASE, certificate, key, key_pem, pem, pkcs12_of

TODAY = AT.date()
CHANNELS = "channels: {a: {kind: folder, path: outbox}}\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "content").mkdir()
    (tmp_path / "own.pem").write_bytes(pem(certificate(key())))
    (tmp_path / "own.key").write_bytes(key_pem(key()))
    (tmp_path / "locked.key").write_bytes(key_pem(key(), PASSPHRASE))
    (tmp_path / "other.key").write_bytes(key_pem(key("p-384")))
    (tmp_path / "own.p12").write_bytes(pkcs12_of(key(), certificate(key())))
    (tmp_path / "no.pem").write_text("nothing\n")
    monkeypatch.setenv("PASSPHRASE", PASSPHRASE.decode())
    monkeypatch.delenv("MISSING", raising=False)
    keys.load_signer.cache_clear()
    return tmp_path


def loaded(project, signing):
    (project / "content" / "distribution.yaml").write_text(f"{CHANNELS}signing: {signing}\n")
    return load_distribution(project)


def found(project, signing, today=TODAY):
    """Return place and code of what is said."""
    distribution, findings = loaded(project, signing)
    assert findings == []
    told = list(check_signing(project, distribution.signing, today))
    assert all(finding.hint for finding in told)
    return [
        f"{finding.location.line}:{finding.location.column} {finding.code.code}" for finding in told
    ], told


def test_settings_are_typed(project):
    text = "{certificate: own.pem, key: {env: KEY}, timestamp_url: https://tsa.example.org/}"
    distribution, _ = loaded(project, text)
    assert distribution.signing == Settings(
        certificate="own.pem", key=SecretRef(env="KEY"), timestamp_url="https://tsa.example.org/"
    )
    assert load_distribution(project)[0].signing == distribution.signing


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_nothing_is_signed_unless_it_is_set(project, nothing):
    assert loaded(project, nothing)[0].signing is None


@pytest.mark.parametrize(
    ("signing", "expected"),
    [
        ("publisher.pem", "2:10 C012"),
        ("[a]", "2:10 C012"),
        ("{}", "2:10 C011"),
        ("{certificate: own.pem, keys: own.key}", "2:33 C010"),
        ("{certificate: ~/own.pem}", "2:24 C082"),
        ("{certificate: own.pem, timestamp_url: 'http://tsa.example.org'}", "2:48 C066"),
        ("{certificate: own.pem, passphrase: hunter2}", "2:45 C012"),
    ],
)
def test_what_is_written_wrongly_is_told_at_its_place(project, signing, expected):
    distribution, (finding, *others) = loaded(project, signing)
    assert (distribution, others) == (None, [])
    assert f"{finding.location.line}:{finding.location.column} {finding.code.code}" == expected
    assert "hunter2" not in str(finding)


@pytest.mark.parametrize(
    "signing",
    [
        "{certificate: own.pem, key: own.key}",
        "{certificate: own.pem, key: locked.key, passphrase: {env: PASSPHRASE}}",
        "{certificate: own.p12, passphrase: {env: PASSPHRASE}}",
    ],
)
def test_nothing_is_said_of_what_is_right(project, signing):
    assert found(project, signing)[0] == []


@pytest.mark.parametrize(
    ("signing", "expected"),
    [
        ("{certificate: none.pem, key: own.key}", "2:24 C085"),
        ("{certificate: no.pem, key: own.key}", "2:24 C085"),
        ("{certificate: own.pem, key: none.key}", "2:38 C085"),
        ("{certificate: own.pem, key: no.pem}", "2:38 C085"),
        ("{certificate: own.pem, key: other.key}", "2:38 C085"),
        ("{certificate: own.pem, key: locked.key}", "2:38 C085"),
        ("{certificate: own.pem}", "2:24 C085"),
        # What may lie on another machine.
        ("{certificate: /nowhere/own.pem, key: own.key}", "2:24 C087"),
        ("{certificate: own.pem, key: ../nowhere/own.key}", "2:38 C087"),
        ("{certificate: own.pem, key: {env: MISSING}}", "2:38 C087"),
        ("{certificate: own.pem, key: locked.key, passphrase: {env: MISSING}}", "2:62 C087"),
    ],
)
def test_what_is_of_no_use_is_told_at_its_place(project, signing, expected):
    assert found(project, signing)[0] == [expected]


def test_without_the_libraries_nothing_can_be_signed_here(project, monkeypatch):
    def missing():
        raise keys.SigningError("pyHanko is not installed", "Install it.", is_elsewhere=True)

    monkeypatch.setattr(keys, "require_libraries", missing)
    assert found(project, "{certificate: own.pem, key: own.key}")[0] == ["2:10 C087"]


@pytest.mark.parametrize(
    ("days", "code", "message"),
    [
        (-367, "C085", "the certificate is not valid before 2025-11-26"),
        (-366, None, ""),
        (335, None, ""),
        (336, "C086", "the certificate expires on 2027-11-27, in 29 days (limit 30)"),
        (365, "C086", "the certificate expires on 2027-11-27, in 0 days (limit 30)"),
        (366, "C085", "the certificate expired on 2027-11-27"),
    ],
)
@pytest.mark.parametrize(
    "signing",
    [
        "{certificate: own.pem, key: own.key}",
        "{certificate: own.pem, key: {env: MISSING}}",
        "{certificate: own.p12, passphrase: {env: PASSPHRASE}}",
    ],
)
def test_the_days_of_the_certificate_are_told_in_time(project, signing, days, code, message):
    _, told = found(project, signing, TODAY + datetime.timedelta(days=days))
    of_days = [finding for finding in told if finding.code.code != "C087"]
    assert [(finding.code.code, finding.message) for finding in of_days] == (
        [(code, message)] if code else []
    )
    assert {finding.location.column for finding in of_days} <= {24}
