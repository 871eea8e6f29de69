"""The list of clinics and how copies go out, read from disk: every finding at its place, all at once."""

import hashlib
import io
import re
import struct
import types
import zlib

import hypothesis
import hypothesis.strategies as st
import pytest
from PIL import Image

from report.load import distribution as loading
from report.load.clinics import load_clinics
from report.load.distribution import load_distribution, required_fields
from report.load.tracked import is_tracked
from report.parcels import Parcel
from report.scalars import Schema, WholeNumber
from report.secrets import SecretRef

FORMATS = {"pdf": ("full", "handout"), "html": ("full",)}
CHANNELS = {"folder": (), "mail": ("contact.email",)}
LIST = "content/clinics.yaml"
GOOD = """\
- id: DEMO-01
  name: 青柏社区诊所（示例）
  locale: zh-Hans
  contact: {email: demo-01@clinics.example.org}
  channels: [folder, mail]
"""


@pytest.fixture
def read(tmp_path):
    """Reads a list of clinics: returns it with `line:column CODE` of each finding."""

    def do(text=None, path=LIST):
        if text is not None:
            (tmp_path / LIST).parent.mkdir(exist_ok=True)
            (tmp_path / LIST).write_bytes(text if isinstance(text, bytes) else text.encode())
        clinics, findings = load_clinics(tmp_path, path, channels=CHANNELS, formats=FORMATS)
        assert all(finding.location.path == path for finding in findings)
        assert all(finding.hint for finding in findings)
        return clinics, places(findings)

    return do


def places(findings):
    return [f"{item.location.line}:{item.location.column} {item.code.code}" for item in findings]


def entry(**changes):
    keys = {"id": "DEMO-01", "name": "x", "locale": "en", "channels": "[folder]", **changes}
    return "- " + "\n  ".join(f"{key}: {value}" for key, value in keys.items() if value is not None) + "\n"


def test_a_list_is_read(read):
    clinics, findings = read(GOOD)
    assert findings == []
    assert clinics.path == LIST
    assert [clinic.id for clinic in clinics.active] == ["DEMO-01"]
    assert clinics.clinics[0].views == ("full",)
    assert clinics.clinics[0].formats == ("pdf",)


@pytest.mark.parametrize("text", ["", "# nobody yet\n", "[]\n"])
def test_an_empty_list_has_no_clinics(read, text):
    assert read(text)[0].clinics == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": "demo-01"}, ["1:7 C060"]),
        ({"id": "NUL"}, ["1:7 C060"]),
        ({"id": None, "name": "x"}, ["1:3 C011"]),
        ({"contact": "{email: 'a@b.cn, c@d.cn'}"}, ["5:20 C061"]),
        ({"contact": "{phone: 1234/5678}"}, ["5:20 C061"]),
        ({"name": '"a\\0b"'}, ["2:9 C062"]),
        ({"name": "a\u202eb"}, ["2:9 C062"]),
        ({"name": "a/../b"}, ["2:9 C062"]),
        ({"name": '"a\\nBcc: x@y.cn"'}, ["2:9 C062"]),
        ({"name": "=cmd"}, ["2:9 C063"]),
        ({"contact": "{address: ＋1}"}, ["5:22 C063"]),
        ({"name": "x" * 61}, ["2:9 C064"]),
        ({"logo": "../a.png"}, ["5:9 C065"]),
        ({"qr": "http://a.example"}, ["5:7 C066"]),
        ({"channels": "[fax]"}, ["4:14 C067"]),
        ({"formats": "[folder]"}, ["5:13 C067"]),
        ({"channels": "[mail]"}, ["4:14 C068"]),
        ({"channels": "[mail]", "contact": '{email: ""}'}, ["4:14 C068"]),
        ({"formats": "[html]", "views": "[handout]"}, ["5:12 C071"]),
        ({"channels": "[]"}, ["4:13 C012"]),
        ({"channels": "folder"}, ["4:13 C012"]),
        ({"active": "yes"}, ["5:11 C012"]),
        ({"locale": "fr"}, ["3:11 C012"]),
        ({"colour": "red"}, ["5:3 C010"]),
        ({"name": "*a"}, ["2:9 C004"]),
    ],
)
def test_each_fault_is_told_at_its_place(read, changes, expected):
    clinics, findings = read(entry(**changes))
    assert findings == expected
    assert clinics is None


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "<script>alert(1)"},
        {"contact": "{phone: +86-20-0000-0000}"},
        {"contact": "{address: '1 Main St, Suite 2; Floor 3'}"},
        {"group": "2026"},
        {"channels": "[mail]", "contact": "{email: a@b.example}"},
        {"formats": "[html, pdf]", "views": "[handout]"},
        {"active": "false"},
    ],
)
def test_what_only_looks_like_a_fault_is_none(read, changes):
    assert read(entry(**changes))[1] == []


def test_all_faults_are_told_at_once(read):
    text = entry(id="demo", channels="[fax]") + entry(name="=x", locale="fr") + "- 5\n" + entry(id="A")
    assert sorted(read(text)[1]) == ["1:7 C060", "4:14 C067", "6:9 C063", "7:11 C012", "9:3 C012"]


@pytest.mark.parametrize("other", ["DEMO-01", "demo-01", "ＤＥＭＯ-01", "Demo-０1"])
def test_ids_that_a_system_may_take_for_one_are_refused(read, other):
    findings = read(entry() + entry(id=other))[1]
    assert "5:7 C015" in findings
    assert set(findings) <= {"5:7 C015", "5:7 C060"}


def test_active_clinics_with_one_address_are_told(read):
    mail = {"contact": "{email: a@b.example}"}
    one, two = entry(**mail), entry(id="B", contact="{email: A@B.example}")
    clinics, findings = read(one + two)
    assert findings == ["10:20 C069"]
    assert len(clinics.clinics) == 2
    assert read(one + two + "  active: false\n")[1] == []


def test_no_finding_repeats_what_is_personal(tmp_path):
    (tmp_path / "content").mkdir()
    text = (
        entry(
            name="=secret", contact="{address: '=secret', phone: secret, email: secret@, fax: 1}", qr="secret"
        )
        + "  active: secret\n"
    )
    (tmp_path / LIST).write_text(
        text + entry(id="B", channels="[secret@b.example]", locale="secret"), encoding="utf-8"
    )
    findings = load_clinics(tmp_path, LIST, channels=CHANNELS, formats=FORMATS)[1]
    assert len(findings) == 9
    assert "secret" not in "".join(map(str, findings))


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"- id: \xff\n", "1:7 C001"),
        ("- id: 甲\n".encode("utf-16"), "1:1 C001"),
        (b"- id: 'A\n", "1:7 C002"),
        (b"- id: \x0bA\n", "1:7 C002"),
        (b"id: A\n", "1:1 C012"),
        (b"- {}\n" * 20_001, "20001:3 C005"),
    ],
)
def test_a_file_that_is_no_list_is_refused(read, data, place):
    assert place in read(data)[1]


def test_a_list_that_is_not_there_is_told(read, tmp_path):
    assert read(path="content/others.yaml")[1] == ["0:0 C007"]
    (tmp_path / "content").mkdir()
    (tmp_path / "elsewhere.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "content" / "link.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert read(path="content/link.yaml")[1] == ["0:0 C009"]
    assert read(path="content")[1] == ["0:0 C009"]
    assert read(path=str(tmp_path / "elsewhere.yaml"))[1] == []


# --- logos


def picture(kind="PNG", size=(8, 8)):
    made = io.BytesIO()
    Image.new("L", size).save(made, kind)
    return made.getvalue()


def half_png():
    made = io.BytesIO()
    Image.radial_gradient("L").save(made, "PNG")
    return made.getvalue()[: len(made.getvalue()) // 2]


def huge_png():
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 5000, 5000, 1, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(5000 * 626))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "data"), [("a.png", picture()), ("a.jpg", picture("JPEG")), ("标志.JPEG", picture("JPEG"))]
)
def test_a_logo_comes_with_the_list(read, tmp_path, name, data):
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / name).write_bytes(data)
    clinics, findings = read(entry(logo=name) + entry(id="B", logo=name))
    assert findings == []
    assert clinics.logos == {name: data}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", picture("JPEG")),
        ("a.jpg", picture()),
        ("a.png", picture("GIF")),
        ("a.png", b"<svg/>"),
        ("a.png", half_png()),
        ("a.png", b""),
        ("a.png", huge_png()),
        ("a.png", picture() + bytes(2 * 1024 * 1024)),
        ("b.png", picture()),
    ],
)
def test_a_logo_that_cannot_be_drawn_is_refused(read, tmp_path, name, data):
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / name).write_bytes(data)
    assert read(entry(logo="a.jpg" if name == "a.jpg" else "a.png"))[1] == ["5:9 C065"]


def test_a_logo_is_not_read_through_a_link(read, tmp_path):
    (tmp_path / "content").mkdir()
    (tmp_path / "b.png").write_bytes(picture())
    (tmp_path / "content" / "a.png").symlink_to(tmp_path / "b.png")
    assert read(entry(logo="a.png"))[1] == ["5:9 C065"]


# --- git


def index_of(*names, version=2, more=b""):
    """An index of git that holds files (Documentation/gitformat-index)."""
    entries = b""
    for name in names:
        head = (
            bytes(40) + bytes(20) + struct.pack(">H", min(len(name), 0xFFF) | (0x4000 if more else 0)) + more
        )
        made = head + name.encode() + b"\0"
        entries += made + bytes(-len(made) % 8)
    body = struct.pack(">4sII", b"DIRC", version, len(names)) + entries
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


@pytest.mark.parametrize(("version", "more"), [(2, b""), (3, b"\x20\0")])
def test_a_real_list_that_git_keeps_is_told(read, tmp_path, version, more):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(index_of("README.md", LIST, version=version, more=more))
    real = entry(contact="{email: a@clinic.cn}")
    clinics, findings = read(real)
    assert findings == ["0:0 C070"]
    assert clinics is not None
    assert read(entry(contact="{email: a@clinics.example.org}"))[1] == []
    assert read(entry(contact="{email: a@clinic.test}"))[1] == []
    (tmp_path / ".git" / "index").write_bytes(index_of("README.md", f"x/{LIST}", f"{LIST}.old"))
    assert read(real)[1] == []


@pytest.mark.parametrize("index", [b"", b"DIRC", b"DIRC\0\0\0\4" + bytes(99), b"\xff" * 99])
def test_an_index_that_is_not_understood_tells_nothing(tmp_path, index):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(index)
    assert not is_tracked(tmp_path / "a.yaml")


def test_the_index_of_a_linked_work_tree_is_found(tmp_path):
    (tmp_path / "work" / "content").mkdir(parents=True)
    (tmp_path / "git").mkdir()
    (tmp_path / "work" / ".git").write_text("gitdir: ../git\n", encoding="utf-8")
    (tmp_path / "git" / "index").write_bytes(index_of(LIST))
    assert is_tracked(tmp_path / "work" / LIST)
    assert not is_tracked(tmp_path / LIST)


# --- distribution.yaml


class Settings(Schema):
    """The keys of a channel that the tests know."""

    port: WholeNumber = 25
    password: SecretRef | None = None


def deliver(parcel: Parcel, settings: Settings, channel: str) -> None:
    raise AssertionError("nothing is sent by reading")


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Reads `distribution.yaml` with two kinds of channels."""
    kinds = {
        "drop": types.SimpleNamespace(Settings=Settings, REQUIRES=(), CAN_FIND=False, deliver=deliver),
        "post": types.SimpleNamespace(Settings=Settings, REQUIRES=("contact.email",), CAN_FIND=False),
    }
    monkeypatch.setattr(loading, "channel_names", lambda: sorted(kinds))
    monkeypatch.setattr(loading, "load_channel", kinds.__getitem__)

    def do(text):
        (tmp_path / "content").mkdir(exist_ok=True)
        (tmp_path / "content" / "distribution.yaml").write_bytes(
            text if isinstance(text, bytes) else text.encode()
        )
        read, findings = load_distribution(tmp_path)
        assert all(finding.hint for finding in findings)
        return read, places(findings)

    return do


def test_channels_are_typed_by_their_kinds(told):
    read, findings = told(
        "channels:\n  a: {kind: drop, port: 99}\n  b: {kind: post, password: {env: MAIL}}\n"
    )
    assert findings == []
    assert read.channels["a"].settings == Settings(port=99)
    assert read.channels["b"].settings.password == SecretRef(env="MAIL")
    assert required_fields(read) == {"a": (), "b": ("contact.email",)}
    assert read.clinics == "content/clinics.yaml"
    assert (read.policy.confirm_above, read.attempts.factor, read.copies.seal) == (50, 4.0, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 C011"]),
        ("clinics: a.yaml\n", ["1:1 C011"]),
        ("- a\n", ["1:1 C012"]),
        ("channels: {}\n", ["1:11 C012"]),
        ("channels: [a]\n", ["1:11 C012"]),
        ("channels: {a: 1}\n", ["1:15 C012"]),
        ("channels: {a: {}}\n", ["1:15 C011"]),
        ("channels: {a: {kind: [x]}}\n", ["1:15 C011"]),
        ("channels: {a: {kind: pst}}\n", ["1:22 C080"]),
        ("channels: {A_b: {kind: post}}\n", ["1:12 C081"]),
        ("channels: {a: {kind: post, port: x}}\n", ["1:34 C012"]),
        ("channels: {a: {kind: post, prt: 1}}\n", ["1:28 C010"]),
        ("channels: {a: {kind: post, password: hunter2}}\n", ["1:38 C012"]),
        ("channels: {a: {kind: post}}\npolicy: {in_doubt: ask}\n", ["2:20 C012"]),
        ("channels: {a: {kind: post}}\nattempts: {most: 0}\n", ["2:18 C083"]),
        ("channels: {a: {kind: post}}\nmonitor: {allow_hosts: [intranet]}\n", ["2:25 C088"]),
        ("channels: {a: {kind: post}}\nmonitor: {vault: content/v}\n", ["2:18 C088"]),
        ("channels: {a: {kind: post}}\nmonitor: {vault: ../v}\n", ["2:18 C088"]),
        ("channels: {a: {kind: post}}\nmonitor: {proxy: http://u:p@h:1}\n", ["2:18 C088"]),
        ("channels: {a: {kind: post}}\nmonitor: {contact: 邮箱}\n", ["2:20 C088"]),
        ("channels: {a: {kind: post}}\nmonitor: {doi_service: ftp://x.org}\n", ["2:24 C088"]),
        ("channels: {a: {kind: post}}\nmonitor: {delay_seconds: 601}\n", ["2:26 C088"]),
        ("channels: {a: {kind: post}}\nattempts: {factor: nan}\n", ["2:20 C083"]),
        ("channels: {a: {kind: post}}\nattempts: {factor: 1e999}\n", ["2:20 C083"]),
        ("channels: {a: {kind: post}}\nattempts: {factor: four}\n", ["2:20 C083"]),
        (
            "channels: {a: {kind: post}}\nattempts: {first_wait_seconds: 90, longest_wait_seconds: 60}\n",
            ["2:11 C083"],
        ),
        ("channels: {a: {kind: post}}\nclinics: ~/clinics.yaml\n", ["2:10 C082"]),
        ("channels: {a: {kind: post}}\nledger: output/ledger.sqlite3\n", ["2:9 C082"]),
        ('channels: {a: {kind: post}}\nledger: "a\\0b"\n', ["2:9 C062"]),
        ("channels: {a: {kind: post}}\ncopies: {status_url: http://a.example}\n", ["2:22 C066"]),
        ("channels: {a: {kind: post}}\ncopies: {seal: ja}\n", ["2:16 C012"]),
    ],
)
def test_each_fault_of_the_distribution_is_told_at_its_place(told, text, expected):
    read, findings = told(text)
    assert findings == expected
    assert read is None


def test_a_password_that_stands_in_the_file_is_not_repeated(tmp_path, told):
    told("channels: {a: {kind: post, password: hunter2}}\n")
    assert "hunter2" not in "".join(map(str, load_distribution(tmp_path)[1]))


# --- whatever is written


PIECES = [
    "- ",
    "id: ",
    "A1",
    "name: ",
    "\n",
    "  ",
    "contact: ",
    "{",
    "}",
    "[",
    "]",
    ",",
    ": ",
    "*a",
    "&a ",
    "!!x ",
]
PIECES += [
    "channels: ",
    "folder",
    "email: ",
    "a@b.cn",
    "'",
    '"',
    "\\",
    "|\n",
    "#",
    "\t",
    "\0",
    "\x85",
    "\u2028",
]
PIECES += [
    "\ufeff",
    "\u202e",
    "=",
    "＝",
    "locale: ",
    "zh-Hans",
    "null",
    "~",
    "---",
    "? ",
    "logo: ",
    "a.png",
    "文",
]


@st.composite
def mutated(draw, text):
    """The text with pieces put in, taken out or doubled; as bytes, perhaps broken ones."""
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from(PIECES) | st.text(max_size=4) | st.just(text[start:end] * 2))
        text = text[:start] + piece + text[end:]
    data = text.encode("utf-8", "surrogatepass")
    if draw(st.booleans()):
        place = draw(st.integers(0, len(data)))
        data = data[:place] + draw(st.binary(max_size=2)) + data[place:]
    return data


@hypothesis.settings(max_examples=500, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(data=mutated(GOOD + entry(id="B", logo="a.png", views="[full]", active="true")))
def test_a_list_spoilt_anyhow_gives_findings_with_places(read, data):
    clinics, findings = read(data)
    assert (clinics is None) == any(not place.endswith(("C069", "C070")) for place in findings)
    assert all(re.match(r"[1-9][0-9]*:[1-9]", place) for place in findings)


@hypothesis.settings(max_examples=200, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(
    data=mutated("channels:\n  a: {kind: drop, port: 9}\npolicy: {confirm_above: 5}\nclinics: a.yaml\n")
)
def test_a_distribution_spoilt_anyhow_gives_findings_with_places(told, data):
    read, findings = told(data)
    assert (read is None) == bool(findings)
    assert all(re.match(r"[1-9][0-9]*:[1-9]", place) for place in findings)
