"""The channel `folder`, on a real disk."""

import errno
import hashlib
import json
import os
import threading

import pytest

from report.channels import folder
from report.deposits import contents_of
from report.parcels import Deferred, File, InDoubt, Refused
from tests.unit.channels.samples import ADDRESS, clinic, parcel

PLACE = "GZ-0042/my-briefing/003"


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "outbox").mkdir()
    return folder.Settings(path=str(tmp_path / "outbox"))


@pytest.fixture
def target(tmp_path, settings):
    return tmp_path / "outbox" / PLACE


def names(target):
    return sorted(path.name for path in target.iterdir()) if target.exists() else []


def test_the_files_are_there_as_they_were_given_with_letter_and_manifest(settings, target):
    given = parcel()
    receipt = folder.deliver(given, settings, "share")
    for file in given.files:
        assert (target / file.name).read_bytes() == file.data
    letter = (target / "README.txt").read_text(encoding="utf-8")
    assert given.subject in letter
    assert given.text in letter
    assert given.link in letter
    manifest = json.loads((target / "MANIFEST.json").read_bytes())
    assert manifest["key"] == given.key
    listed = {file["name"]: (file["size"], file["sha256"]) for file in manifest["files"]}
    there = {path.name: path.read_bytes() for path in target.iterdir() if path.name != "MANIFEST.json"}
    assert listed == {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in there.items()}
    assert receipt.reference == f"{PLACE}/MANIFEST.json"


def test_nothing_of_the_contact_is_in_manifest_receipt_or_letter(settings, target):
    receipt = folder.deliver(parcel(), settings, "share")
    written = b"".join(path.read_bytes() for path in target.iterdir()) + repr(receipt).encode()
    assert ADDRESS.encode() not in written
    assert "示例路".encode() not in written


def test_the_same_parcel_again_changes_nothing(settings, target):
    first = folder.deliver(parcel(), settings, "share")
    before = {path.name: path.stat().st_mtime_ns for path in target.iterdir()}
    # Signed anew, so that its bytes differ; the key is of what was not signed.
    again = parcel(
        key=parcel().key, files=(File.of("间充质干细胞简报.pdf", "application/pdf", b"%PDF other"),)
    )
    assert folder.deliver(again, settings, "share") == first
    assert {path.name: path.stat().st_mtime_ns for path in target.iterdir()} == before


def test_what_an_ended_run_left_is_overwritten(settings, target):
    target.mkdir(parents=True)
    (target / "my-briefing.epub").write_bytes(b"of an earlier attempt")
    (target / f".{parcel().key[:12]}.part").write_bytes(b"half")
    folder.deliver(parcel(), settings, "share")
    assert (target / "my-briefing.epub").read_bytes() == parcel().files[1].data
    assert not [name for name in names(target) if name.endswith(".part")]


def test_another_delivery_in_its_place_is_left_alone(settings, target):
    folder.deliver(parcel(), settings, "share")
    before = (target / "MANIFEST.json").read_bytes()
    with pytest.raises(Refused, match="holds another delivery") as caught:
        folder.deliver(parcel(key="b" * 64), settings, "share")
    assert caught.value.code.code == "D013"
    assert (target / "MANIFEST.json").read_bytes() == before


def test_notices_about_an_edition_have_folders_of_their_own(settings, target):
    folder.deliver(parcel(), settings, "share")
    for number in "cd":
        folder.deliver(parcel(kind="correction", key=number * 64, files=()), settings, "share")
    assert len(list(target.parent.iterdir())) == 3
    assert sorted(path.name for path in target.parent.iterdir())[1] == f"003-correction-{'c' * 12}"


def test_find_tells_what_arrived(settings, target):
    assert folder.find(parcel(), settings) is None
    receipt = folder.deliver(parcel(), settings, "share")
    assert folder.find(parcel(), settings) == receipt
    assert folder.find(parcel(key="e" * 64), settings) is None
    (target / "MANIFEST.json").unlink()
    assert folder.find(parcel(), settings) is None


def test_a_folder_that_is_not_there_is_no_place_to_write(tmp_path):
    settings = folder.Settings(path=str(tmp_path / "not-mounted"))
    with pytest.raises(Deferred, match="No such file") as caught:
        folder.deliver(parcel(), settings, "share")
    assert caught.value.is_of_channel
    assert not (tmp_path / "not-mounted").exists()
    with pytest.raises(Deferred):
        folder.find(parcel(), settings)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_no_link_is_followed_below_the_folder(settings, target, tmp_path, depth):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    parts = PLACE.split("/")
    above = (tmp_path / "outbox").joinpath(*parts[: depth - 1])
    above.mkdir(parents=True, exist_ok=True)
    (above / parts[depth - 1]).symlink_to(elsewhere)
    with pytest.raises(Refused) as caught:
        folder.deliver(parcel(), settings, "share")
    assert caught.value.code.code == "D014"
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_written_through(settings, target, tmp_path):
    target.mkdir(parents=True)
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (target / "my-briefing.epub").symlink_to(precious)
    (target / f".{parcel().key[:12]}.part").symlink_to(precious)
    folder.deliver(parcel(), settings, "share")
    assert precious.read_bytes() == b"precious"
    assert not (target / "my-briefing.epub").is_symlink()


@pytest.mark.parametrize("make", ["link", "pipe", "folder"])
def test_a_manifest_that_is_no_file_is_not_read(settings, target, tmp_path, make):
    target.mkdir(parents=True)
    if make == "link":
        (tmp_path / "other").write_bytes(json.dumps({"key": parcel().key}).encode())
        (target / "MANIFEST.json").symlink_to(tmp_path / "other")
    elif make == "pipe":
        os.mkfifo(target / "MANIFEST.json")
    else:
        (target / "MANIFEST.json").mkdir()
    with pytest.raises(Refused) as caught:
        folder.deliver(parcel(), settings, "share")
    assert caught.value.code.code == "D014"


class Full:
    """A disk that is full from the n-th call of a function of `os` on."""

    def __init__(self, monkeypatch, name, after, number=errno.ENOSPC):
        self.real, self.left, self.number = getattr(os, name), after, number
        monkeypatch.setattr(os, name, self)

    def __call__(self, *arguments, **more):
        self.left -= 1
        if self.left < 0:
            raise OSError(self.number, os.strerror(self.number))
        return self.real(*arguments, **more)


@pytest.mark.parametrize("name", ["fsync", "rename", "mkdir"])
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_full_disk_defers_and_leaves_nothing_half_under_a_final_name(
    settings, target, monkeypatch, name, after
):
    if name == "mkdir" and after == 3:
        after = 2
    with monkeypatch.context() as patched:
        Full(patched, name, after)
        with pytest.raises(Deferred) as caught:
            folder.deliver(parcel(), settings, "share")
    assert caught.value.code.code == "D011"
    whole = {file.name: file.data for file in contents_of(parcel())}
    assert {name: (target / name).read_bytes() for name in names(target)}.items() <= whole.items()
    assert "MANIFEST.json" not in names(target)
    assert folder.find(parcel(), settings) is None
    folder.deliver(parcel(), settings, "share")
    assert folder.find(parcel(), settings) is not None


def test_a_real_limit_on_the_size_of_files_defers_too(settings, target):
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(Deferred) as caught:
            folder.deliver(parcel(), settings, "share")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    assert caught.value.code.code == "D011"
    assert names(target) == []


def test_a_manifest_that_may_not_be_on_the_disk_is_in_doubt(settings, monkeypatch):
    count = []
    Full(monkeypatch, "fsync", 10**6)
    counting = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: count.append(descriptor) or counting.real(descriptor))
    folder.deliver(parcel(), settings, "share")
    total = len(count)
    other = parcel(clinic=clinic(id="GZ-0043"))
    Full(monkeypatch, "fsync", total - 1, errno.EIO)
    with pytest.raises(InDoubt):
        folder.deliver(other, settings, "share")
    assert folder.find(other, settings) is not None


def test_who_looks_sees_the_manifest_only_with_all_its_files(settings, target):
    """Seen from beside, while parcels are delivered."""
    seen, done = [], threading.Event()

    def look():
        while not done.is_set():
            for found in target.parent.parent.rglob("MANIFEST.json"):
                listed = json.loads(found.read_bytes())["files"]
                seen.append(
                    all((found.parent / file["name"]).stat().st_size == file["size"] for file in listed)
                )

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for number in range(1, 30):
            folder.deliver(parcel(edition=number), settings, "share")
    finally:
        done.set()
        watcher.join()
    assert all(seen)


@pytest.mark.parametrize(
    "name", ["../../x.pdf", "/etc/x", "a/b.pdf", "a\\b.pdf", "", ".hidden", "a\x00b", "a\nb", "MANIFEST.json",
             "readme.txt", "x" * 201, "a\u202eb.pdf", "con:x", "-rf", "x."]
)  # fmt: skip
def test_a_file_whose_name_is_unsafe_is_refused(settings, tmp_path, name):
    given = parcel(files=(File.of(name, "application/pdf", b"x"),))
    with pytest.raises(Refused) as caught:
        folder.deliver(given, settings, "share")
    assert caught.value.code.code == "D010"
    assert list((tmp_path / "outbox").iterdir()) == []


def test_a_file_that_changed_since_it_was_hashed_is_refused(settings):
    changed = File("a.pdf", "application/pdf", b"changed", hashlib.sha256(b"meant").hexdigest())
    with pytest.raises(Refused, match="SHA-256 differs"):
        folder.deliver(parcel(files=(changed,)), settings, "share")
    twice = (File.of("a.pdf", "application/pdf", b"1"), File.of("A.PDF", "application/pdf", b"2"))
    with pytest.raises(Refused, match="stands there twice"):
        folder.deliver(parcel(files=twice), settings, "share")


def test_names_in_chinese_are_safe(settings, target):
    folder.deliver(
        parcel(files=(File.of("（第 3 版）简报—说明.pdf", "application/pdf", b"x"),)), settings, "share"
    )
    assert (target / "（第 3 版）简报—说明.pdf").exists()
