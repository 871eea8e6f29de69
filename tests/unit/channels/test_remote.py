"""The channel `remote` where its server fails between the manifest's being put and its being read back."""

import contextlib

import pytest

from report.channels import remote
from report.deposits import MANIFEST
from report.parcels import InDoubt
from report.remotes import files as told
from report.remotes.settings import WebDav
from tests.unit.channels.samples import parcel

SETTINGS = remote.Settings(webdav=WebDav(url="https://files.example.org/copies"))


class FailingFiles:
    """Keeps what it is given, and fails whenever a manifest that is there is to be read."""

    def __init__(self, failure):
        self.failure, self.kept = failure, {}

    async def make_folder(self, names):
        pass

    async def read(self, names, largest_bytes):
        if names[-1] == MANIFEST and names in self.kept:
            raise self.failure
        return self.kept.get(names)

    async def write(self, names, data):
        self.kept[names] = data

    async def create(self, names, data):
        self.kept[names] = data
        return True


@pytest.mark.parametrize(
    "failure",
    [
        told.lost("it was closed"),
        told.later("reading: HTTP 503"),
        told.unreachable("reading: HTTP 400"),
        told.login_refused("reading: HTTP 401"),
        told.in_the_way("the manifest is a link"),
    ],
)
def test_a_manifest_that_was_put_and_cannot_be_read_back_is_in_doubt(monkeypatch, failure):
    """Its clinic may hold the edition: a recall has to reach it."""
    files = FailingFiles(failure)

    @contextlib.asynccontextmanager
    async def connected(settings):
        yield files

    monkeypatch.setattr(remote, "_connected", connected)
    with pytest.raises(InDoubt) as caught:
        remote.deliver(parcel(), SETTINGS, "files")
    assert caught.value.code.code == "D006"
    assert caught.value.is_of_channel == failure.is_of_channel
    assert any(names[-1] == MANIFEST for names in files.kept)
