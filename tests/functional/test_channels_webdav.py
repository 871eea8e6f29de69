"""The channel `remote` with servers of WebDAV on loopback, and with such as answer in their own way."""

import pytest
import trustme
from cheroot.ssl.builtin import BuiltinSSLAdapter

from report.channels import remote
from report.parcels import Deferred, InDoubt, Refused
from tests.file_servers import webdav_server
from tests.remote_channels import Dav, serving, webdav
from tests.servers import HOST, Authority
from tests.unit.channels.samples import parcel

pytestmark = pytest.mark.usefixtures("file_secrets")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def adapter(ca, folder, name=HOST):
    certificate = ca.issue_cert(name)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    return BuiltinSSLAdapter(str(folder / "server.pem"), str(folder / "server.pem"))


def test_webdav_over_tls_checks_the_certificate(authority, tmp_path):
    (tmp_path / "served/copies").mkdir(parents=True)
    with webdav_server(tmp_path / "served", tls=adapter(authority.ca, tmp_path)) as address:
        given = webdav(address, ca_file=authority.path)
        assert remote.deliver(parcel(), given, "files") == remote.find(parcel(), given)
    for ca, name in ((trustme.CA(), HOST), (authority.ca, "elsewhere.example")):
        with (
            webdav_server(tmp_path / "served", tls=adapter(ca, tmp_path, name)) as address,
            pytest.raises(Deferred) as caught,
        ):
            remote.find(parcel(), webdav(address, ca_file=authority.path))
        assert caught.value.code.code == "D007"


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ([("GET", "MANIFEST.json", 401)], Deferred, "D008"),
        ([("GET", "MANIFEST.json", 403)], Deferred, "D008"),
        ([("GET", "MANIFEST.json", 302)], Deferred, "D002"),
        ([("GET", "MANIFEST.json", 500)], Deferred, "D003"),
        ([("PUT", ".pdf.part", 507)], Deferred, "D011"),
        ([("PUT", ".part", 413)], Deferred, "D011"),
        ([("PUT", ".part", 429)], Deferred, "D004"),
        ([("PUT", ".part", 503)], Deferred, "D004"),
        ([("PUT", ".part", 409)], Refused, "D014"),
        ([("MOVE", ".epub.part", 423)], Deferred, "D004"),
        ([("MOVE", ".epub.part", "lose")], Deferred, "D003"),
        ([("MOVE", "MANIFEST.json.part", "lose")], InDoubt, "D006"),
        ([("MOVE", "MANIFEST.json.part", 502)], InDoubt, "D006"),
        ([("MOVE", "MANIFEST.json.part", 507)], Deferred, "D011"),
        ([("MKCOL", "", 507)], Deferred, "D011"),
    ],
)
def test_what_a_webdav_server_answers_decides(answers, kind, code):
    with serving(Dav, answers) as (address, files), pytest.raises(kind) as caught:
        remote.deliver(parcel(), webdav(address, user="", password=None), "files")
    assert caught.value.code.code == code
    assert type(caught.value) is kind
    assert ("MANIFEST.json" in files) == (answers[0] == ("MOVE", "MANIFEST.json.part", "lose"))
