"""The channel `remote` with servers of S3 on loopback, and with such as answer in their own way."""

import json
import re
import traceback

import pytest
import trustme

from report.channels import remote
from report.parcels import Deferred, InDoubt, Refused
from tests.file_servers import PASSWORD, USER, asked, bucket_in
from tests.remote_channels import PLACE, ObjectStore, s3, serving
from tests.servers import Authority
from tests.unit.channels.samples import parcel

pytestmark = pytest.mark.usefixtures("file_secrets")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (("GET", "MANIFEST.json", 403, "InvalidAccessKeyId"), Deferred, "D008"),
        (("GET", "MANIFEST.json", 403, "AccessDenied"), Deferred, "D008"),
        (("GET", "MANIFEST.json", 404, "NoSuchBucket"), Deferred, "D002"),
        (("GET", "MANIFEST.json", 301, "PermanentRedirect"), Deferred, "D002"),
        (("GET", "MANIFEST.json", 307, "TemporaryRedirect"), Deferred, "D002"),
        (("GET", "MANIFEST.json", 400, "AuthorizationHeaderMalformed"), Deferred, "D002"),
        (("GET", "MANIFEST.json", 403, "SecondLevelDomainForbidden"), Deferred, "D002"),
        (("PUT", ".epub", 503, "SlowDown"), Deferred, "D004"),
        (("PUT", ".epub", 400, "RequestTimeout"), Deferred, "D004"),
        (("PUT", ".epub", 507, "Whatever"), Deferred, "D011"),
        (("PUT", ".epub", 403, "QuotaExceeded"), Deferred, "D011"),
        (("PUT", ".epub", 500, "InternalError"), Deferred, "D003"),
        (("PUT", ".epub", 0, "lose"), Deferred, "D003"),
        (("PUT", "MANIFEST.json", 409, "ConditionalRequestConflict"), Deferred, "D004"),
        (("PUT", "MANIFEST.json", 400, "InvalidRequest"), Deferred, "D002"),
        (("PUT", "MANIFEST.json", 500, "InternalError"), InDoubt, "D006"),
        (("PUT", "MANIFEST.json", 0, "lose"), InDoubt, "D006"),
    ],
)
def test_what_s3_answers_decides(answer, kind, code):
    with serving(ObjectStore, [answer]) as (address, _), pytest.raises(kind) as caught:
        remote.deliver(parcel(), s3(address), "files")
    assert caught.value.code.code == code
    assert type(caught.value) is kind
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_s3_checks_who_signed(moto, monkeypatch):
    """The server computes each signature anew, of names that have to be written in the one right way."""
    bucket_in(moto, "briefings")

    def administer(**given):
        return asked(moto, "POST", "", "iam", data={"Version": "2010-05-08", "UserName": USER, **given}).text

    may = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    administer(Action="CreateUser")
    administer(Action="PutUserPolicy", PolicyName="all", PolicyDocument=json.dumps(may))
    key = administer(Action="CreateAccessKey")
    for variable, tag in (("ACCESS", "AccessKeyId"), ("SECRET", "SecretAccessKey")):
        monkeypatch.setenv(f"FILES_{variable}", re.search(f"<{tag}>(.*?)</{tag}>", key)[1])
    given = s3(moto, prefix="a+b ~(1)/简报")
    asked(moto, "POST", "moto-api/reset-auth", content="0")
    try:
        assert remote.deliver(parcel(), given, "files") == remote.find(parcel(), given)
        for variable in ("SECRET", "ACCESS"):
            monkeypatch.setenv(f"FILES_{variable}", "canary-of-a-key")
            with pytest.raises(Deferred) as caught:
                remote.deliver(parcel(), given, "files")
            assert caught.value.code.code == "D008"
            assert caught.value.is_of_channel
            assert "canary" not in "".join(traceback.format_exception(caught.value))
    finally:
        asked(moto, "POST", "moto-api/reset-auth", content="inf")


def test_s3_over_tls_checks_the_certificate(authority, tmp_path):
    with serving(ObjectStore, [], authority.context()) as (address, _):
        given = s3(address, ca_file=authority.path)
        assert remote.deliver(parcel(), given, "files") == remote.find(parcel(), given)
    contexts = (authority.context(ca=trustme.CA()), authority.context("elsewhere.example"))
    for context in contexts:
        with serving(ObjectStore, [], context) as (address, files), pytest.raises(Deferred) as caught:
            remote.deliver(parcel(), s3(address, ca_file=authority.path), "files")
        assert caught.value.code.code == "D007"
        assert files == {}
    for ca_file in ("", str(tmp_path / "none.pem")):
        with (
            serving(ObjectStore, [], authority.context()) as (address, _),
            pytest.raises(Deferred) as caught,
        ):
            remote.find(parcel(), s3(address, ca_file=ca_file))
        assert caught.value.code.code == "D007"


def test_a_store_without_conditional_writes_is_asked_first():
    with serving(ObjectStore, [("PUT", "MANIFEST.json", 501, "NotImplemented")]) as (address, _):
        receipt = remote.deliver(parcel(), s3(address), "files")
        assert remote.find(parcel(), s3(address)) == receipt


def test_a_store_without_conditional_writes_keeps_a_manifest_that_another_wrote(monkeypatch):
    real = remote._compare
    with serving(ObjectStore, [("PUT", "MANIFEST.json", 501, "NotImplemented")]) as (address, files):
        place = f"/briefings/copies/{PLACE}/MANIFEST.json"
        other = b'{"version": 1, "key": "other", "files": []}'

        async def compare(there, where, file):
            files[place] = other
            await real(there, where, file)

        monkeypatch.setattr(remote, "_compare", compare)
        with pytest.raises(Refused, match="holds another delivery"):
            remote.deliver(parcel(), s3(address), "files")
        assert files[place] == other


def test_a_bucket_that_does_not_exist_defers_the_channel(moto):
    bucket_in(moto, "another")
    with pytest.raises(Deferred) as caught:
        remote.deliver(parcel(), s3(moto), "files")
    assert caught.value.code.code == "D002"
