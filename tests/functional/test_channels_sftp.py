"""The channel `remote` with servers of SFTP on loopback, and with such as break off."""

import traceback

import asyncssh
import pytest

from report.channels import remote
from report.parcels import Deferred, InDoubt, Refused
from report.secrets import SecretRef
from tests.file_servers import sftp_server
from tests.remote_channels import HOST_KEY, PLACE, sftp
from tests.unit.channels.samples import parcel

pytestmark = pytest.mark.usefixtures("file_secrets")


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
