import dataclasses
import hashlib
import io
import subprocess
import sys
import tarfile

import pytest

from report.errors import MissingDependencyError
from report.tools import packages


@dataclasses.dataclass(frozen=True)
class Package:
    manager: str
    archive: str
    sha256: str
    members: tuple[str, ...] = ("package/font.ttf", "package/OFL")
    name: str = "@scope/font"
    version: str = "1.2"


def tar(members: dict[str, bytes], mode: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def deb(data: bytes) -> bytes:
    parts = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": data}
    out = b"!<arch>\n"
    for name, part in parts.items():
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(part):<10}`\n".encode() + part
        out += b"\n" * (len(part) % 2)
    return out


FONT = {"package/font.ttf": b"glyphs", "package/OFL": b"licence", "package/index.js": b"unwanted"}
NPM_ARCHIVE = tar(FONT, "w:gz")
NPM = Package("npm", "scope-font-1.2.tgz", hashlib.sha256(NPM_ARCHIVE).hexdigest())


def runner(archive: str, data: bytes, calls: list[list[str]]) -> packages.Run:
    def run(command, folder):
        calls.append(list(command))
        (folder / archive).write_bytes(data)

    return run


def refuse(command, folder):
    raise AssertionError(f"{command} should not have been run")


def test_a_package_of_npm_is_fetched_once_and_only_what_is_wanted_is_unpacked(tmp_path):
    calls: list[list[str]] = []
    folder = packages.fetch(NPM, tmp_path, runner(NPM.archive, NPM_ARCHIVE, calls))
    assert calls == [["npm", "pack", "--silent", "@scope/font@1.2"]]
    assert (folder / "package/font.ttf").read_bytes() == b"glyphs"
    assert not (folder / "package/index.js").exists()
    assert packages.fetch(NPM, tmp_path, refuse) == folder
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([folder.name, NPM.archive])


def test_a_debian_package_is_read_without_dpkg(tmp_path):
    data = deb(tar({"./usr/share/font.ttf": b"glyphs!"}, "w:xz"))
    package = Package(
        "apt", "font.deb", hashlib.sha256(data).hexdigest(), ("./usr/share/font.ttf",), name="fonts-font"
    )
    calls: list[list[str]] = []
    folder = packages.fetch(package, tmp_path, runner("font.deb", data, calls))
    assert calls == [["apt-get", "download", "fonts-font=1.2"]]
    assert (folder / "./usr/share/font.ttf").read_bytes() == b"glyphs!"


def test_an_archive_with_another_hash_is_never_unpacked(tmp_path):
    with pytest.raises(MissingDependencyError) as caught:
        packages.fetch(NPM, tmp_path, runner(NPM.archive, b"other", []))
    assert NPM.sha256 in caught.value.message
    assert hashlib.sha256(b"other").hexdigest() in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_archive_in_the_cache_is_fetched_again(tmp_path):
    (tmp_path / NPM.archive).write_bytes(b"half")
    calls: list[list[str]] = []
    packages.fetch(NPM, tmp_path, runner(NPM.archive, NPM_ARCHIVE, calls))
    assert len(calls) == 1
    assert (tmp_path / NPM.archive).read_bytes() == NPM_ARCHIVE


def test_an_archive_put_there_by_hand_needs_no_program(tmp_path):
    (tmp_path / NPM.archive).write_bytes(NPM_ARCHIVE)
    folder = packages.fetch(NPM, tmp_path, refuse)
    assert (folder / "package/OFL").read_bytes() == b"licence"


def test_a_member_that_is_not_there_is_named(tmp_path):
    package = dataclasses.replace(NPM, members=("package/bold.ttf",))
    with pytest.raises(MissingDependencyError, match=r"has no package/bold\.ttf"):
        packages.fetch(package, tmp_path, runner(NPM.archive, NPM_ARCHIVE, []))


@pytest.mark.parametrize(
    ("manager", "line"), [("npm", "apt-get install npm"), ("apt", "apt-get install apt")]
)
def test_a_manager_that_is_not_there_is_named_with_the_line_that_installs_it(tmp_path, manager, line):
    def run(command, folder):
        raise FileNotFoundError(command[0])

    with pytest.raises(MissingDependencyError) as caught:
        packages.fetch(dataclasses.replace(NPM, manager=manager), tmp_path, run)
    assert line in caught.value.hint
    assert f"put {NPM.archive} into {tmp_path}" in caught.value.hint


def test_what_a_failing_manager_said_last_is_passed_on(tmp_path):
    def run(command, folder):
        packages.run_command(
            [sys.executable, "-c", "import sys; sys.exit('first\\nno such version')"], folder
        )

    with pytest.raises(MissingDependencyError, match="no such version") as caught:
        packages.fetch(dataclasses.replace(NPM, manager="apt"), tmp_path, run)
    assert "apt-get update" in caught.value.hint


def test_a_command_is_run_in_its_folder(tmp_path):
    packages.run_command([sys.executable, "-c", "open('made', 'w').close()"], tmp_path)
    assert (tmp_path / "made").exists()
    with pytest.raises(subprocess.CalledProcessError):
        packages.run_command([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)
