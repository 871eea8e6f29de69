"""The channel `remote` with real servers of SFTP, S3 and WebDAV on loopback, and with such as break off."""

import contextlib
import hashlib
import json
import logging
import re
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import asyncssh
import pytest
import trustme
from cheroot.ssl.builtin import BuiltinSSLAdapter

from report.channels import remote
from report.parcels import Deferred, File, InDoubt, Refused
from report.remotes.settings import S3, Sftp, WebDav
from report.secrets import SecretRef
from tests.file_servers import PASSWORD, USER, asked, bucket_in, s3_server, sftp_server, webdav_server
from tests.servers import HOST, Authority, scripted, wait_for_close
from tests.unit.channels.samples import ADDRESS, clinic, parcel

PLACE = "GZ-0042/my-briefing/003"
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
PINNED = HOST_KEY.export_public_key().decode().strip()


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    for name, value in {
        "PASSWORD": PASSWORD,
        "ACCESS": "access-key-id",
        "SECRET": "canary-secret-key",
    }.items():
        monkeypatch.setenv(f"FILES_{name}", value)


class Place:
    """A remote folder: its settings, and what is in it, seen from the server's side."""

    def __init__(self, settings, root=None, address=None):
        self.settings, self.root, self.address = settings, root, address

    def contents(self):
        if self.root is not None:
            files = [path for path in self.root.rglob("*") if path.is_file()]
            return {str(path.relative_to(self.root)): path.read_bytes() for path in files}
        listed = asked(self.address, "GET", "briefings?list-type=2").text
        return {
            key.removeprefix("copies/"): asked(self.address, "GET", f"briefings/{key}").content
            for key in re.findall("<Key>(.*?)</Key>", listed)
        }

    def put(self, name, data):
        if self.root is not None:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_bytes(data)
            return
        asked(self.address, "PUT", f"briefings/copies/{name}", content=data)


def sftp(port, **changes):
    values = {
        "host": HOST,
        "port": port,
        "user": USER,
        "password": SecretRef(env="FILES_PASSWORD"),
        "host_keys": (PINNED,),
        "path": "/copies",
    }
    return remote.Settings(sftp=Sftp(**{**values, **changes}), timeout_seconds=10)


def s3(address, **changes):
    keys = {"access_key": SecretRef(env="FILES_ACCESS"), "secret_key": SecretRef(env="FILES_SECRET")}
    values = {"bucket": "briefings", "prefix": "copies", "endpoint": address, "region": "us-east-1", **keys}
    return remote.Settings(s3=S3(**{**values, **changes}), timeout_seconds=10)


def webdav(address, **changes):
    values = {"url": f"{address}/copies", "user": USER, "password": SecretRef(env="FILES_PASSWORD")}
    return remote.Settings(webdav=WebDav(**{**values, **changes}), timeout_seconds=10)


@pytest.fixture(scope="module")
def moto():
    with s3_server() as address:
        yield address


@pytest.fixture(params=["sftp", "s3", "webdav"])
def place(request, tmp_path):
    root = tmp_path / "served"
    (root / "copies").mkdir(parents=True)
    if request.param == "sftp":
        with sftp_server(root, HOST_KEY) as port:
            yield Place(sftp(port), root / "copies")
    elif request.param == "s3":
        address = request.getfixturevalue("moto")
        bucket_in(address, "briefings")
        yield Place(s3(address), address=address)
    else:
        with webdav_server(root) as address:
            yield Place(webdav(address), root / "copies")


def test_a_parcel_arrives_whole_once_and_is_found(place, caplog):
    caplog.set_level(logging.DEBUG)
    given = parcel()
    assert remote.find(given, place.settings) is None
    receipt = remote.deliver(given, place.settings, "files")
    there = place.contents()
    for file in given.files:
        assert there[f"{PLACE}/{file.name}"] == file.data
    manifest = json.loads(there[f"{PLACE}/MANIFEST.json"])
    assert manifest["key"] == given.key
    assert {f"{PLACE}/{file['name']}": file["sha256"] for file in manifest["files"]} == {
        name: hashlib.sha256(data).hexdigest() for name, data in there.items() if "MANIFEST" not in name
    }
    # The same again, signed anew: nothing changes, the receipt is the same.
    again = parcel(key=given.key, files=(File.of("my-briefing.epub", "application/epub+zip", b"other"),))
    assert remote.deliver(again, place.settings, "files") == receipt
    assert remote.find(given, place.settings) == receipt
    assert place.contents() == there
    # Another parcel for the same place is refused.
    with pytest.raises(Refused, match="holds another delivery"):
        remote.deliver(parcel(key="b" * 64), place.settings, "files")
    assert remote.find(parcel(key="b" * 64), place.settings) is None
    assert place.contents() == there
    remote.deliver(parcel(clinic=clinic(id="GZ-0043")), place.settings, "files")
    told = caplog.text + repr(receipt) + repr(place.settings)
    assert ADDRESS not in told
    for canary in (PASSWORD, "canary-secret-key"):
        assert canary not in told


def test_what_an_ended_run_left_is_overwritten(place):
    place.put(f"{PLACE}/my-briefing.epub", b"half")
    place.put(f"{PLACE}/.my-briefing.epub.part", b"half")
    remote.deliver(parcel(), place.settings, "files")
    there = place.contents()
    assert there[f"{PLACE}/my-briefing.epub"] == parcel().files[1].data
    assert remote.find(parcel(), place.settings) is not None


def test_a_manifest_that_says_nothing_is_left_alone(place):
    place.put(f"{PLACE}/MANIFEST.json", b"{not json")
    with pytest.raises(Refused):
        remote.deliver(parcel(), place.settings, "files")
    assert place.contents() == {f"{PLACE}/MANIFEST.json": b"{not json"}


def test_a_wrong_login_defers_the_channel_and_shows_nothing(place, monkeypatch):
    if place.settings.s3 is not None:
        return  # moto lets everybody in; see `test_s3_checks_who_signed`
    monkeypatch.setenv("FILES_PASSWORD", "canary-Pa55word")
    with pytest.raises(Deferred) as caught:
        remote.deliver(parcel(), place.settings, "files")
    assert caught.value.code.code == "D008"
    assert caught.value.is_of_channel
    assert "canary" not in "".join(traceback.format_exception(caught.value))
    assert place.contents() == {}


def test_a_manifest_that_another_wrote_meanwhile_is_not_replaced(place, monkeypatch):
    """Between the look and the put; the put itself has to be conditional."""
    real = remote._compare

    async def compare(files, where, file):
        place.put(f"{PLACE}/MANIFEST.json", b'{"version": 1, "key": "other", "files": []}')
        await real(files, where, file)

    monkeypatch.setattr(remote, "_compare", compare)
    with pytest.raises(Refused, match="holds another delivery"):
        remote.deliver(parcel(), place.settings, "files")
    assert json.loads(place.contents()[f"{PLACE}/MANIFEST.json"])["key"] == "other"


def test_what_is_read_back_is_compared(place, monkeypatch):
    real = remote._compare

    async def compare(files, where, file):
        place.put("/".join(where), b"spoilt on the way")
        await real(files, where, file)

    monkeypatch.setattr(remote, "_compare", compare)
    with pytest.raises(Deferred) as caught:
        remote.deliver(parcel(), place.settings, "files")
    assert caught.value.code.code == "D012"
    assert not any("MANIFEST" in name for name in place.contents())


# --- SFTP ---


def test_a_host_key_that_is_not_pinned_ends_it(tmp_path, caplog):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    (tmp_path / "copies").mkdir()
    with sftp_server(tmp_path, HOST_KEY) as port, pytest.raises(Deferred) as caught:
        remote.deliver(parcel(), sftp(port, host_keys=(other,)), "files")
    assert caught.value.code.code == "D007"
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_key_file_logs_in_and_its_passphrase_is_a_secret(tmp_path, monkeypatch):
    key = asyncssh.generate_private_key("ssh-ed25519")
    path = tmp_path / "key"
    path.write_bytes(key.export_private_key(passphrase="canary-phrase", rounds=50))
    (tmp_path / "served/copies").mkdir(parents=True)
    monkeypatch.setenv("PHRASE", "canary-phrase")
    with sftp_server(tmp_path / "served", HOST_KEY, user_key=key.convert_to_public()) as port:
        given = sftp(port, password=None, key_file=str(path), passphrase=SecretRef(env="PHRASE"))
        assert remote.deliver(parcel(), given, "files") == remote.find(parcel(), given)
        monkeypatch.setenv("PHRASE", "canary-other")
        with pytest.raises(Deferred) as caught:
            remote.find(parcel(), given)
    assert caught.value.code.code == "D008"
    assert "canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_no_link_on_the_server_is_followed(tmp_path, depth):
    root = tmp_path / "copies"
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    parts = PLACE.split("/")
    above = root.joinpath(*parts[: depth - 1])
    above.mkdir(parents=True, exist_ok=True)
    (above / parts[depth - 1]).symlink_to("/elsewhere")
    with sftp_server(tmp_path, HOST_KEY) as port, pytest.raises(Refused) as caught:
        remote.deliver(parcel(), sftp(port), "files")
    assert caught.value.code.code == "D014"
    assert list((tmp_path / "elsewhere").iterdir()) == []


class WithoutExtensions(asyncssh.SFTPServer):
    def posix_rename(self, oldpath, newpath):
        raise asyncssh.SFTPOpUnsupported("none")

    def fsync(self, file_obj):
        raise asyncssh.SFTPOpUnsupported("none")


def test_a_server_without_extensions(tmp_path):
    (tmp_path / "copies" / PLACE).mkdir(parents=True)
    (tmp_path / "copies" / PLACE / "my-briefing.epub").write_bytes(b"half")
    with sftp_server(tmp_path, HOST_KEY, server=WithoutExtensions) as port:
        remote.deliver(parcel(), sftp(port), "files")
        assert remote.find(parcel(), sftp(port)) is not None
    assert (tmp_path / "copies" / PLACE / "my-briefing.epub").read_bytes() == parcel().files[1].data


class Full(asyncssh.SFTPServer):
    def write(self, file_obj, offset, data):
        raise OSError(28, "No space left on device")


def test_a_full_server_defers_and_leaves_nothing(tmp_path):
    (tmp_path / "copies").mkdir()
    with sftp_server(tmp_path, HOST_KEY, server=Full) as port, pytest.raises(Deferred) as caught:
        remote.deliver(parcel(), sftp(port), "files")
    # SFTP version 3 has one code for every failure.
    assert caught.value.code.code in ("D002", "D011")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def breaking(name, matches):
    """A server that breaks the connection once it has done what it was asked, before it says so."""

    class Breaking(asyncssh.SFTPServer):
        async def rename(self, oldpath, newpath):
            self.do(super().rename, oldpath, newpath, "rename")

        async def posix_rename(self, oldpath, newpath):
            self.do(super().posix_rename, oldpath, newpath, "posix_rename")

        def do(self, real, oldpath, newpath, called):
            real(oldpath, newpath)
            if called == name and matches in newpath:
                self.connection.abort()

    return Breaking


def test_a_connection_that_breaks_after_the_manifest_is_in_doubt_and_can_be_found(tmp_path):
    (tmp_path / "copies").mkdir()
    with sftp_server(tmp_path, HOST_KEY, server=breaking("rename", b"MANIFEST")) as port:
        with pytest.raises(InDoubt) as caught:
            remote.deliver(parcel(), sftp(port), "files")
        assert caught.value.code.code == "D006"
        assert remote.find(parcel(), sftp(port)) is not None


def test_a_connection_that_breaks_before_the_manifest_defers(tmp_path):
    (tmp_path / "copies").mkdir()
    with sftp_server(tmp_path, HOST_KEY, server=breaking("posix_rename", b"epub")) as port:
        with pytest.raises(Deferred) as caught:
            remote.deliver(parcel(), sftp(port), "files")
        assert caught.value.code.code == "D003"
        assert remote.find(parcel(), sftp(port)) is None


# --- WebDAV ---


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


class Dav(BaseHTTPRequestHandler):
    """A WebDAV server of a dictionary that answers some methods in its own way."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = self.path.rpartition("/")[2]
        for method, ending, status in self.server.answers:
            if self.command == method and name.endswith(ending):
                if status == "lose":
                    self.act(data, name)
                    self.connection.shutdown(2)
                    self.close_connection = True
                    return
                self.reply(status)
                return
        self.reply(*self.act(data, name))

    def act(self, data, name):
        files = self.server.files
        if self.command == "PUT":
            files[name] = data
            return (201,)
        if self.command == "MOVE":
            target = self.headers["Destination"].rpartition("/")[2]
            if self.headers["Overwrite"] == "F" and target in files:
                return (412,)
            files[target] = files.pop(name)
            return (201,)
        if self.command == "GET":
            return (200, files[name]) if name in files else (404,)
        return (201,)

    def reply(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status in (301, 302):
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_MOVE = do_MKCOL = do_DELETE = answer  # noqa: N815

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(handler, answers, tls=None):
    server = ThreadingHTTPServer((HOST, 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.answers, server.files = answers, {}
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://{HOST}:{server.server_address[1]}", server.files
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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


# --- S3 ---


class ObjectStore(BaseHTTPRequestHandler):
    """As much of S3 as puts and gets need, with errors in the words of S3."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        for method, ending, status, code in self.server.answers:
            is_conditional = self.headers.get("If-None-Match") == "*"
            if (self.command, code) == ("PUT", "NotImplemented") and not is_conditional:
                continue
            if self.command == method and self.path.endswith(ending):
                if code == "lose":
                    self.server.files[self.path] = data
                    self.connection.shutdown(2)
                    self.close_connection = True
                    return
                self.reply(
                    status, f"<Error><Code>{code}</Code><Message>{PASSWORD}</Message></Error>".encode()
                )
                return
        if self.command == "PUT":
            self.server.files[self.path] = data
            self.reply(200)
        elif self.path in self.server.files:
            self.reply(200, self.server.files[self.path])
        else:
            self.reply(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def reply(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"x"')
        if status in (301, 307):
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = answer  # noqa: N815

    def log_message(self, *_):
        pass


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


@pytest.mark.parametrize("kind", ["s3", "webdav"])
def test_the_environment_changes_nothing(kind, monkeypatch, tmp_path):
    """Neither proxy nor key, region, server or authority is taken from it."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "AWS_ENDPOINT_URL", "AWS_PROXY_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in (
        "AWS_SESSION_TOKEN",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_PROFILE",
        "AWS_REGION",
    ):
        monkeypatch.setenv(name, "canary")
    (tmp_path / ".netrc").write_text(f"machine {HOST} login canary password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    seen = []

    class Watched(ObjectStore if kind == "s3" else Dav):
        def parse_request(self):
            done = super().parse_request()
            seen.append(str(self.headers))
            return done

    with serving(Watched, []) as (address, files):
        given = s3(address, region="") if kind == "s3" else webdav(address, user="", password=None)
        remote.deliver(parcel(), given, "files")
    assert any("MANIFEST" in name for name in files)
    assert seen
    assert not any("canary" in headers or "token" in headers.lower() for headers in seen)


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


# --- all ---


def hang(connection):
    wait_for_close(connection)


def garbage(connection):
    connection.sendall(b"what?\r\n\r\n" * 100)


@pytest.mark.parametrize(
    "make", [sftp, lambda port: s3(f"http://{HOST}:{port}"), lambda port: webdav(f"http://{HOST}:{port}")]
)
@pytest.mark.parametrize("script", [hang, garbage, lambda connection: None])
def test_a_server_that_hangs_or_says_nonsense_is_left(make, script):
    with scripted(script) as port:
        given = make(port).model_copy(update={"timeout_seconds": 0.3})
        for call in (lambda: remote.deliver(parcel(), given, "files"), lambda: remote.find(parcel(), given)):
            with pytest.raises(Deferred) as caught:
                call()
            assert caught.value.code.code in ("D002", "D003")


@pytest.mark.parametrize(
    "make", [sftp, lambda port: s3(f"http://{HOST}:{port}"), lambda port: webdav(f"http://{HOST}:{port}")]
)
def test_nobody_there_defers_the_channel(make):
    with scripted(hang) as port:
        pass
    with pytest.raises(Deferred) as caught:
        remote.deliver(parcel(), make(port), "files")
    assert caught.value.code.code == "D002"
    assert caught.value.is_of_channel


def test_a_bucket_that_does_not_exist_defers_the_channel(moto):
    bucket_in(moto, "another")
    with pytest.raises(Deferred) as caught:
        remote.deliver(parcel(), s3(moto), "files")
    assert caught.value.code.code == "D002"


@pytest.mark.parametrize("package", ["asyncssh", "awscrt"])
def test_an_extra_that_is_not_installed_is_named(package, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    given = sftp(1) if package == "asyncssh" else s3("http://127.0.0.1:1")
    with pytest.raises(Deferred, match=f"{package} is not installed") as caught:
        remote.deliver(parcel(), given, "files")
    assert caught.value.code.code == "D015"
