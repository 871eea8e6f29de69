"""A desk is found again where it was, by those who have its secret, and by nobody twice with a ticket."""

import socket

import pytest

from report.desk.address import HOST, claim_address
from report.errors import MissingDependencyError, UsageError


@pytest.fixture
def claimed(tmp_path):
    found = []

    def claim(project="project", port=0):
        address = claim_address(tmp_path / "state", tmp_path / project, port)
        found.append(address)
        return address

    yield claim
    for address in found:
        address.socket.close()


def test_only_this_machine_can_knock(claimed):
    address = claimed()
    assert address.socket.getsockname()[0] == HOST == "127.0.0.1"
    assert address.url == f"http://127.0.0.1:{address.port}/#{address.token}"


def test_a_desk_that_is_started_again_has_the_same_address(claimed):
    first = claimed()
    first.socket.close()
    assert claimed().url == first.url


def test_each_project_has_an_address_and_a_secret_of_its_own(claimed):
    first, other = claimed("one"), claimed("other")
    assert first.port != other.port
    assert first.token != other.token
    assert not first.admits(other.token)


def test_a_second_desk_of_a_project_takes_another_port_and_the_same_secret(claimed):
    first = claimed()
    second = claimed()
    assert second.port != first.port
    assert second.admits(first.token)


def test_the_secret_is_for_its_owner_only(claimed, tmp_path):
    claimed()
    (path,) = (tmp_path / "state").iterdir()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "kept", [b"", b"[]", b"{}", b'{"port": "1", "token": 2}', b'{"port": 1, "token": ""}', b"\xff"]
)
def test_what_was_kept_and_makes_no_sense_is_made_anew(claimed, tmp_path, kept):
    claimed().socket.close()
    (path,) = (tmp_path / "state").iterdir()
    path.write_bytes(kept)
    assert len(claimed().token) > 20


def test_a_port_that_is_asked_for_is_had_or_refused(claimed):
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {taken} is taken"):
            claimed(port=taken)
    assert claimed(port=taken).port == taken


def test_a_folder_that_cannot_be_made_is_told(claimed, tmp_path):
    # Root may write everywhere, and makes no folder of a file either.
    (tmp_path / "state").write_text("a file")
    with pytest.raises(MissingDependencyError, match="cannot be made"):
        claimed()


def test_a_ticket_lets_in_once(claimed):
    address = claimed()
    secret = address.ticket().partition("#")[2]
    assert address.admits(secret)
    assert not address.admits(secret)
    assert address.admits(address.token)
    assert address.admits(address.token)
    assert not address.admits("")
    assert not address.admits("秘密")
