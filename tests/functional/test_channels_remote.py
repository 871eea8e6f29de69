"""The channel `remote`, in what all its kinds share, with servers of SFTP, S3 and WebDAV on loopback."""

import hashlib
import json
import logging
import re
import traceback

import pytest

from report.channels import remote
from report.parcels import Deferred, File, Refused
from tests.file_servers import PASSWORD, asked, bucket_in, sftp_server, webdav_server
from tests.remote_channels import HOST_KEY, PLACE, Dav, ObjectStore, s3, serving, sftp, webdav
from tests.servers import HOST, scripted, wait_for_close
from tests.unit.channels.samples import ADDRESS, clinic, parcel

pytestmark = pytest.mark.usefixtures("file_secrets")


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


@pytest.mark.parametrize("package", ["asyncssh", "awscrt"])
def test_an_extra_that_is_not_installed_is_named(package, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    given = sftp(1) if package == "asyncssh" else s3("http://127.0.0.1:1")
    with pytest.raises(Deferred, match=f"{package} is not installed") as caught:
        remote.deliver(parcel(), given, "files")
    assert caught.value.code.code == "D015"
