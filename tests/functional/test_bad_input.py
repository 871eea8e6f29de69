"""Bad input that no folder can hold: bytes, links, pipes, huge files; and what a failed build leaves behind."""

import io
import os
import shutil
import socket
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from report.load import yaml_tree
from tests.dsl import ROOT, Project

SECTION = "sections/01-opening.md"
HEAD = "---\nid: opening\ntitle: 引言\n---\n\n"


# --- text as bytes


@pytest.mark.parametrize(
    ("name", "data", "place", "said"),
    [
        ("facts.yaml", b"- id: a\n  label: \xff\n", "facts.yaml:2:10", "0xFF is not UTF-8"),
        ("facts.yaml", "# 引言\n- id: 甲\n".encode("gb18030"), "facts.yaml:1:3", "seems to be GB 18030"),
        (SECTION, (HEAD + "文\n").encode("utf-16"), f"{SECTION}:1:1", "UTF-16"),
        (SECTION, (HEAD + "文\n").encode("utf-16-be"), f"{SECTION}:1:1", "UTF-16"),
        (SECTION, HEAD.encode() + "文字".encode() + b"\0\n", f"{SECTION}:6:3", "NUL"),
        (SECTION, f"{HEAD}文\u2028字\n".encode(), f"{SECTION}:6:2", "U+2028"),
        (SECTION, f"{HEAD}文\u2029字\n".encode(), f"{SECTION}:6:2", "U+2029"),
        (SECTION, HEAD.encode() + b"a\xed\xa0\x80b\n", f"{SECTION}:6:2", "surrogate"),
        (SECTION, HEAD.encode() + b"a\xc0\xafb\n", f"{SECTION}:6:2", "0xC0 is not UTF-8"),
        (SECTION, HEAD.encode() + "文".encode()[:2], f"{SECTION}:6:1", "is not UTF-8"),
        ("briefing.yaml", b"title: \xe6\x96\x87\0\n", "briefing.yaml:1:9", "NUL"),
    ],
    ids=lambda value: None,
)
def test_bytes_that_are_no_text_are_refused_at_their_place(project: Project, name, data, place, said):
    project.write(name, data)
    ended = project.check()
    assert f"content/demo/{place}: error C001 encoding" in ended.out
    assert said in ended.out
    assert "hint: " in ended.out
    assert ended.code == 3


def test_every_file_that_is_no_text_is_named(project: Project):
    for name in ("facts.yaml", "sources.yaml", SECTION):
        project.write(name, b"\xff\xfe\xff")
    assert project.check().places == [f"{name}:1:1 C001" for name in ("facts.yaml", SECTION, "sources.yaml")]


@pytest.mark.parametrize("name", ["briefing.yaml", "facts.yaml", SECTION])
def test_a_byte_order_mark_is_accepted(project: Project, name):
    project.write(name, b"\xef\xbb\xbf" + (project.demo / name).read_bytes())
    ended = project.check()
    assert (ended.code, ended.out) == (0, "no findings\n")


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_of_other_systems_are_accepted(project: Project, end):
    for path in project.demo.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", end))
    ended = project.check()
    assert (ended.code, ended.out) == (0, "no findings\n")


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_places_are_right_after_a_mark_and_with_crlf(project: Project, start):
    project.change("facts.yaml", '"2025-05"', '"2025-13"')
    project.opening("一\n\n二[@nobody]。")
    for name in ("facts.yaml", SECTION):
        path = project.demo / name
        path.write_bytes(start + path.read_bytes().replace(b"\n", b"\r\n"))
    assert project.check().places == ["facts.yaml:29:21 C013"]
    project.change("facts.yaml", '"2025-13"', '"2025-05"')
    assert project.check().places == [f"{SECTION}:8:3 S012"]


# --- too much


def test_a_scalar_of_five_megabytes_is_refused(project: Project):
    project.change("briefing.yaml", "title: 试验简报", f"title: {'长' * 1_700_000}")
    ended = project.check()
    assert ended.places == ["briefing.yaml:1:8 C005"]
    assert "the limit is 65,536" in ended.out
    assert len(ended.out) < 1000
    assert ended.code == 3


def test_a_yaml_file_over_sixteen_megabytes_is_refused(project: Project):
    project.write("facts.yaml", b"# " + b"x" * (16 * 1024 * 1024) + b"\n")
    ended = project.check()
    assert ended.out.startswith("content/demo/facts.yaml: error C006 file-too-large\n")
    assert ended.code == 3


def test_a_section_over_one_megabyte_is_refused(project: Project):
    project.opening("文" * 400_000)
    ended = project.check()
    assert (ended.codes, ended.code) == (["C006"], 3)


def test_more_facts_than_allowed_are_refused(project: Project):
    project.write("facts.yaml", "- {}\n" * 20_001)
    ended = project.check()
    assert ended.places == ["facts.yaml:20001:3 C005"]
    assert "20,001 entries; the limit is 20,000" in ended.out


def test_depth_is_limited_in_every_style(project: Project):
    deep = "\n".join(f"{'  ' * level}k:" for level in range(yaml_tree.MAX_DEPTH + 5))
    project.write("glossary.yaml", deep)
    ended = project.check()
    assert ended.places == [f"glossary.yaml:{yaml_tree.MAX_DEPTH + 1}:{2 * yaml_tree.MAX_DEPTH + 1} C005"]


def test_a_briefing_nested_forty_deep_is_read(project: Project):
    project.change("briefing.yaml", "publisher: 示例编辑部", f"publisher: {'[' * 39}x{']' * 39}")
    assert project.check().codes == ["C012"]


# --- what is no ordinary file


@pytest.mark.parametrize(
    "name",
    ["briefing.yaml", "facts.yaml", SECTION, "figures/a.png", "parts/a.md", "sections", "figures"],
)
def test_a_link_out_of_the_project_is_not_followed(project: Project, tmp_path, name):
    path, secret = project.demo / name, tmp_path / "secret"
    if (path.exists() and path.is_dir()) or path.exists():
        shutil.move(path, secret)
    elif name == "figures":
        secret.mkdir()
    else:
        secret.write_text("geheim\n", encoding="utf-8")
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(secret)
    ended = project.check()
    assert f"content/demo/{name}: error C009 file-outside-project" in ended.out
    assert "hint: " in ended.out
    assert "geheim" not in ended.out
    assert str(tmp_path) not in ended.out.replace(str(secret), "")
    assert ended.code == 3


def test_a_briefing_that_is_a_link_is_not_followed(project: Project, tmp_path):
    shutil.move(project.demo, tmp_path / "elsewhere")
    project.demo.symlink_to(tmp_path / "elsewhere")
    ended = project.check()
    assert "content/demo: error C009 file-outside-project" in ended.out
    assert ended.code == 3


@pytest.mark.parametrize("name", ["facts.yaml", SECTION, "figures/a.png", "briefing.yaml"])
def test_a_pipe_in_place_of_a_file_does_not_hang(project: Project, name):
    path = project.demo / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    ended = project.check()
    assert f"content/demo/{name}: error C009 file-outside-project" in ended.out
    assert ended.code == 3


def test_a_socket_in_place_of_a_file_is_refused(project: Project, monkeypatch):
    (project.demo / "facts.yaml").unlink()
    monkeypatch.chdir(project.demo)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("facts.yaml")
        ended = project.check()
    assert "content/demo/facts.yaml: error C0" in ended.out
    assert ended.code == 3


def test_a_folder_in_place_of_a_file_is_refused(project: Project):
    (project.demo / "facts.yaml").unlink()
    (project.demo / "facts.yaml").mkdir()
    ended = project.check()
    assert "content/demo/facts.yaml: error C009 file-outside-project" in ended.out
    assert ended.code == 3


def test_a_file_that_cannot_be_opened_is_named(project: Project, monkeypatch):
    opened = os.open

    def refuse(path, *arguments, **options):
        if str(path).endswith("facts.yaml"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)
    ended = project.check()
    assert (
        "content/demo/facts.yaml: error C007 file-missing\n  cannot be read: Permission denied" in ended.out
    )
    assert ended.code == 3


def test_a_name_that_is_no_text_is_told(project: Project):
    (project.demo / os.fsdecode(b"sections/03-\xff.md")).write_text(HEAD, encoding="utf-8")
    ended = project.check()
    assert "content/demo/sections/03-\\xff.md: error C001 encoding" in ended.out
    assert ended.code == 3


# --- pictures


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG of one grey bit a pixel; its pixels are missing where no data is given."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").save(out, kind, **options)
    return out.getvalue()


def jpeg_of_another_size() -> bytes:
    data = bytearray(saved("JPEG"))
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = struct.pack(">HH", 60_000, 60_000)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.png", png(50_000, 50_000), "50,000 × 50,000 pixels; the limit is 40 megapixels"),
        (
            "a.png",
            png(50_000, 50_000, zlib.compress(bytes(6251 * 50_000), 9)),
            "50,000 × 50,000 pixels; the limit is 40 megapixels",
        ),
        ("a.png", png(0, 10), "0 × 10 pixels"),
        ("a.png", saved("PNG")[:200], "damaged"),
        ("a.png", saved("PNG")[:20], "no PNG or JPEG"),
        ("a.png", saved("GIF"), "no PNG or JPEG"),
        ("a.jpg", saved("JPEG")[:400], "damaged"),
        ("a.jpg", jpeg_of_another_size(), "60,000 × 60,000 pixels"),
        ("a.jpg", b"\xff\xd8" + b"\xff\xe0\x00\x00" * 100, "no PNG or JPEG"),
        (
            "a.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g/>" * 30_000 + b"</svg>",
            "more than 20,000 elements",
        ),
        (
            "a.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 5_000 + b"</g>" * 5_000 + b"</svg>",
            "SVG",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else None,
)
def test_a_picture_that_cannot_be_used_is_refused_where_it_is_shown(project: Project, name, data, said):
    project.write(f"figures/{name}", data)
    project.opening(f"![图](figures/{name})")
    ended = project.check()
    assert ended.places == [f"{SECTION}:6:6 S009"]
    assert said in ended.out
    assert ended.code == 1


def test_a_picture_over_its_size_in_bytes_is_refused(project: Project):
    project.write("figures/a.svg", b" " * (1024 * 1024 + 1))
    ended = project.check()
    assert ended.out.startswith("content/demo/figures/a.svg: error C006 file-too-large")
    assert ended.code == 3


def test_pictures_that_are_whole_are_used(project: Project):
    project.write("figures/a.png", saved("PNG"))
    project.write("figures/b.jpg", saved("JPEG", progressive=True))
    project.opening("![灰](figures/a.png)\n\n![灰](figures/b.jpg)")
    assert project.check().codes == []


# --- the command line and the project as a whole


def test_no_settings_is_no_briefing(project: Project):
    (project.demo / "briefing.yaml").unlink()
    ended = project.check()
    assert ended.code == 2
    assert "there is no briefing" in ended.err
    assert "hint: " in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as-of", "2999-01-01"), "lies after today"),
        (("--as-of", "2025-02-30"), "is no day"),
        (("--as-of", "2025-1-2"), "is no day"),
        (("--as-of", "20250102"), "is no day"),
        (("--as-of", "2025-W01-1"), "is no day"),
        (("--as-of", ""), "is no day"),
        (("nothing",), "there is no briefing 'nothing'"),
        (("../demo",), "there is no briefing '../demo'"),
        (("--format", "xml"), "there is no format 'xml'"),
    ],
)
def test_what_the_command_line_cannot_mean_ends_with_2(project: Project, arguments, said):
    ended = project.check(*arguments)
    assert ended.code == 2
    assert said in ended.err
    assert "hint: " in ended.err
    assert "Traceback" not in ended.err


def test_a_project_without_content_or_with_an_empty_one(tmp_path):
    from tests.dsl import run

    empty = run("check", "--project", str(tmp_path))
    assert (empty.code, "no folder content/" in empty.err) == (2, True)
    (tmp_path / "content").mkdir()
    hollow = run("check", "--project", str(tmp_path))
    assert (hollow.code, "there is no briefing" in hollow.err) == (2, True)
    assert "hint: " in hollow.err


def test_all_briefings_are_checked_even_if_one_is_bad(project: Project):
    shutil.copytree(project.demo, project.root / "content" / "another")
    project.write("facts.yaml", "[")
    (project.root / "content" / "another" / "sources.yaml").write_bytes(b"\xff")
    ended = project.check()
    assert ended.code == 3
    assert "content/another/sources.yaml:1:1: error C001" in ended.out
    assert "content/demo/facts.yaml:2:1: error C002" in ended.out


# --- the last good build


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The good project, built once."""
    made = Project(tmp_path_factory.mktemp("built") / "project")
    ended = made.build()
    assert ended.code == 0, ended.out + ended.err
    return made


def spoil_yaml(project: Project) -> None:
    project.write("facts.yaml", "- {")


def spoil_encoding(project: Project) -> None:
    project.write(SECTION, b"\xff")


def spoil_schema(project: Project) -> None:
    project.change("briefing.yaml", "title:", "titel:")


def spoil_date(project: Project) -> None:
    project.change("facts.yaml", '"2025-05"', '"2025-02-30"')


def spoil_reference(project: Project) -> None:
    project.change("facts.yaml", "supersedes: [trial-halted]", "supersedes: [nobody]")


def spoil_template(project: Project) -> None:
    project.opening("{{ nobody }}")


def spoil_loop(project: Project) -> None:
    project.opening("{% for i in range(99999) %}{% for j in range(99999) %}一{% endfor %}{% endfor %}")


def spoil_markup(project: Project) -> None:
    project.opening("<script>alert(1)</script>")


def spoil_characters(project: Project) -> None:
    project.opening("𪚥")


def spoil_theme(project: Project) -> None:
    project.change("briefing.yaml", "disclaimer: closing", 'disclaimer: closing\ntheme: {--accent: "red;}"}')


SPOILERS = [value for name, value in list(globals().items()) if name.startswith("spoil_")]


@pytest.mark.parametrize("spoil", SPOILERS, ids=lambda value: value.__name__)
def test_a_failed_build_says_what_check_says_and_leaves_the_last_one(built, tmp_path, spoil):
    project = Project(tmp_path / "project")
    shutil.copytree(built.root / "output", project.root / "output")
    before = project.output()
    assert set(before) == {f"output/demo/{name}" for name in ("demo.pdf", "facts.json", "manifest.json")}
    spoil(project)
    checked, failed = project.check(), project.build()
    assert failed.code == checked.code
    assert failed.code in (1, 3)
    assert failed.codes == checked.codes != []
    assert "the last build is untouched" in failed.out
    assert project.output() == before


@pytest.mark.parametrize("spoil", [spoil_yaml, spoil_template, spoil_loop], ids=lambda value: value.__name__)
def test_the_shell_is_told_and_sees_no_traceback(project: Project, spoil):
    spoil(project)
    ended = subprocess.run(
        [sys.executable, "-m", "report", "check", "--project", str(project.root)],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == (3 if spoil is spoil_yaml else 1)
    assert "hint: " in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
