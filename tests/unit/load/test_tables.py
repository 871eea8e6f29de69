"""Tables of clinics from spreadsheets: what is read, what is refused, and at which cell."""

import datetime
import io
import re
import zipfile

import hypothesis
import hypothesis.strategies as st
import openpyxl
import pytest

from report.clinics import Clinic, Contact
from report.load.clinics import judge_list
from report.load.imported import HEADS, Rows, tree_of
from report.load.tables import Table, read_table

HEAD = ["编号", "名称", "地址", "电话", "邮箱", "语言", "版本", "格式", "渠道", "二维码", "分组", "启用"]
ROW = [
    "GZ-01",
    "青柏诊所",
    "青柏路1号",
    "020-0000 0001",
    "a@b.example",
    "简体中文",
    "正文、单页",
    "pdf;html",
    "folder|mail",
]
ROW += ["https://x.example/a", "南区", "是"]
CLINIC = Clinic(
    id="GZ-01",
    name="青柏诊所",
    contact=Contact(address="青柏路1号", phone="020-0000 0001", email="a@b.example"),
    locale="zh-Hans",
    views=("full", "handout"),
    formats=("pdf", "html"),
    channels=("folder", "mail"),
    qr="https://x.example/a",
    group="南区",
)
KNOWN = {
    "channels": {"folder": (), "mail": ("contact.email",)},
    "formats": {"pdf": ("full", "handout"), "html": ("full",)},
}


def csv_of(*rows, sign=","):
    return "".join(sign.join(row) + "\r\n" for row in rows)


def xlsx_of(*rows, change=lambda sheet: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def read(data, tmp_path, earlier=(), **options):
    """The clinics of a table, and `line:column CODE` of each finding."""
    table = read_table(data, "t.csv", **options)
    rows = tree_of(table, {item.id: item for item in earlier}) if isinstance(table, Table) else table
    if not isinstance(rows, Rows):
        return (), places(rows)
    clinics, findings = judge_list(rows.file, tmp_path / "clinics.yaml", "clinics.yaml", **KNOWN)
    findings = rows.judged(findings)
    return (clinics.clinics if clinics and not rows.findings else ()), places(findings)


def places(findings):
    assert all(item.hint for item in findings)
    return sorted(f"{item.location.line}:{item.location.column} {item.code.code}" for item in findings)


# --- what is read


@pytest.mark.parametrize(
    ("data", "read_as"),
    [
        (csv_of(HEAD, ROW).encode(), "UTF-8"),
        (csv_of(HEAD, ROW).encode("utf-8-sig"), "UTF-8"),
        (csv_of(HEAD, ROW).encode("gb18030"), "GB 18030"),
        (csv_of(HEAD, ROW).encode("gbk"), "GB 18030"),
        (csv_of(HEAD, ROW).replace("\r\n", "\n").encode(), "UTF-8"),
        (csv_of(HEAD, ROW, sign="\t").encode(), "UTF-8"),
        (csv_of(HEAD, [f'"{cell}"' for cell in ROW], sign=";").encode(), "UTF-8"),
        (xlsx_of(HEAD, ROW), "sheet 'Sheet'"),
    ],
)
def test_a_table_is_read_as_a_list(tmp_path, data, read_as):
    table = read_table(data, "t.csv")
    assert table.read_as == read_as
    assert read(data, tmp_path) == ((CLINIC,), [])


def test_heads_of_either_language_are_known(tmp_path):
    for place in (0, 1):
        keys = [key for key in HEADS if key != "logo"]
        head = [HEADS[key][min(place, len(HEADS[key]) - 1)] for key in keys]
        assert read(csv_of(head, ROW).encode(), tmp_path) == ((CLINIC,), [])
    head = [f" {name.upper()} （必填）" for name in HEAD]
    assert read(csv_of(head, ROW).encode(), tmp_path) == ((CLINIC,), [])


def test_empty_rows_and_cells_say_nothing(tmp_path):
    rows = [
        ["编号", "名称", "语言", "渠道", "电话"],
        ["", "", "", "", ""],
        ["A", " x ", "en", "folder", ""],
        [],
    ]
    (clinic,), findings = read(csv_of(*rows).encode(), tmp_path)
    assert findings == []
    assert (clinic.name, clinic.views, clinic.active, clinic.contact) == ("x", ("full",), True, Contact())


def test_what_the_table_has_no_column_for_stays(tmp_path):
    rows = [["编号", "名称", "语言", "渠道", "电话"], ["GZ-01", "新名", "en", "folder", ""]]
    (clinic,), findings = read(
        csv_of(*rows).encode(), tmp_path, [CLINIC.model_copy(update={"active": False})]
    )
    assert findings == []
    assert clinic.contact == Contact(address="青柏路1号", email="a@b.example")
    assert (clinic.name, clinic.qr, clinic.active) == ("新名", "https://x.example/a", False)
    assert (clinic.views, clinic.formats) == (("full", "handout"), ("pdf", "html"))


def test_numbers_of_a_sheet_are_read_where_nothing_is_lost(tmp_path):
    row = ["A", "x", None, 13800000000, None, "en", None, None, "folder", None, 2026, True]
    (clinic,), findings = read(xlsx_of(HEAD, row), tmp_path)
    assert findings == []
    assert (clinic.contact.phone, clinic.group, clinic.active) == ("13800000000", "2026", True)


def test_a_sheet_is_chosen_by_name(tmp_path):
    def more(sheet):
        sheet.parent.create_sheet("旧名单", 0).append(["不是名单"])
        sheet.parent["旧名单"].sheet_state = "hidden"
        sheet.parent.create_sheet("附表")

    data = xlsx_of(HEAD, ROW, change=more)
    assert read_table(data, "t").read_as == "sheet 'Sheet' (not 1 other)"
    assert read(data, tmp_path) == ((CLINIC,), [])
    assert read(data, tmp_path, sheet="旧名单")[1] == ["1:1 C073"]
    assert read(data, tmp_path, sheet="没有")[1] == ["0:0 C072"]


# --- what is refused


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("编号", "gz-01", "C060"),
        ("编号", "=A1", "C060"),
        ("名称", "=1+1", "C063"),
        ("名称", "＠x", "C063"),
        ("电话", "-5", "C061"),
        ("邮箱", "a@b.cn c@d.cn", "C061"),
        ("名称", "x\u202ey", "C062"),
        ("语言", "火星文", "C012"),
        ("版本", "全部", "C012"),
        ("格式", "pdf、docx", "C067"),
        ("渠道", "fax", "C067"),
        ("二维码", "http://x.example", "C066"),
        ("启用", "也许", "C012"),
    ],
)
def test_a_bad_cell_is_told_at_its_place(tmp_path, column, value, expected):
    row = list(ROW)
    row[HEAD.index(column)] = value
    place = f"3:{HEAD.index(column) + 1} {expected}"
    assert read(csv_of(HEAD, [*ROW[:-1], "否"], row).encode(), tmp_path)[1].count(place) == 1
    assert place in read(xlsx_of(HEAD, [*ROW[:-1], "否"], row), tmp_path)[1] or value.startswith("=")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("电话", 2012345678),
        ("电话", -5),
        ("编号", 42),
        ("分组", 1.5),
        ("分组", datetime.date(2026, 1, 1)),
        ("分组", datetime.time(1, 2)),
        ("名称", "=1+1"),
        ("邮箱", '=HYPERLINK("mailto:a@b.cn")'),
        ("名称", "#REF!"),
    ],
)
def test_a_cell_that_is_no_text_is_refused(tmp_path, column, value):
    row = list(ROW)
    row[HEAD.index(column)] = value
    assert read(xlsx_of(HEAD, row), tmp_path)[1] == [f"2:{HEAD.index(column) + 1} C074"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (["编号", "名称", "语言"], ["1:1 C073"]),
        (["编号", "名称", "语言", "渠道", "传真"], ["1:5 C073"]),
        (["编号", "名称", "语言", "渠道", "id"], ["1:5 C073"]),
    ],
)
def test_a_head_that_is_not_understood_is_refused(tmp_path, head, expected):
    assert read(csv_of(head, ["A"] * len(head)).encode(), tmp_path)[1] == expected


def test_a_number_that_was_shortened_is_refused(tmp_path):
    row = ["A", "x", "", "1.38E+10", "", "en", "", "", "folder"]
    assert read(csv_of(HEAD, row).encode(), tmp_path)[1] == ["2:4 C074"]


def test_a_table_without_a_head_is_refused(tmp_path):
    assert read(csv_of(ROW, ROW).encode(), tmp_path)[1] == ["1:1 C073"]
    (finding,) = tree_of(read_table(csv_of(ROW).encode(), "t.csv"), {})
    assert not any(cell in str(finding) for cell in ROW)


def test_a_cell_without_a_head_is_told(tmp_path):
    rows = [["编号", "名称", "语言", "渠道"], ["A", "x", "en", "folder", "", "外"]]
    assert read(csv_of(*rows).encode(), tmp_path)[1] == ["2:6 C074"]


def test_rows_that_miss_what_is_required_are_told(tmp_path):
    rows = [["编号", "名称", "语言", "渠道"], ["A", "", "en", "folder"], ["", "x", "en", ""]]
    assert read(csv_of(*rows).encode(), tmp_path)[1] == ["2:1 C011", "3:1 C011", "3:1 C011"]


def test_a_line_is_told_where_its_record_begins(tmp_path):
    rows = [["编号", "名称", "语言", "渠道"], ['"A"', '"x\ny"', "en", "folder"], ["b", "z", "en", "folder"]]
    text = csv_of(*rows).replace("\r\n", "\n")
    assert read(text.encode(), tmp_path)[1] == ["2:2 C062", "4:1 C060"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["0:0 C073"]),
        (b"\xff\xfe" + csv_of(HEAD).encode("utf-16-le"), ["1:1 C001"]),
        (csv_of(HEAD).encode() + b"\xff\xff", ["2:1 C001"]),
        (csv_of(HEAD).encode("gb18030") + b"\xff", ["1:1 C001"]),
        (csv_of(HEAD).encode() + b'"A,x', ["2:0 C072"]),
        (csv_of(HEAD).encode() + b"A\0,x", ["2:2 C001"]),
        (csv_of(HEAD).encode() + b"A,x\r\n" * 20_001, ["20002:1 C072"]),
        (b"PK\x03\x04", ["0:0 C072"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), ["0:0 C072"]),
        (xlsx_of(HEAD, ROW)[:-500], ["0:0 C072"]),
        (xlsx_of(), ["0:0 C073"]),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, data, expected):
    assert read(data, tmp_path)[1] == expected


def test_an_encoding_can_be_demanded(tmp_path):
    data = csv_of(HEAD, ROW).encode("gb18030")
    assert read(data, tmp_path, encoding="gb18030") == ((CLINIC,), [])
    assert read(data, tmp_path, encoding="utf-8")[1] == ["1:1 C001"]
    assert read(csv_of(HEAD, ROW).encode() + b"\xff", tmp_path, encoding="gb18030")[1] == ["1:0 C072"]


def repacked(change, data=None):
    """A workbook with other parts: `change` maps their names and bytes to others."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data or xlsx_of(HEAD, ROW))) as old:
        parts = change({name: old.read(name) for name in old.namelist()})
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            for name, part in parts.items():
                new.writestr(name, part)
    return packed.getvalue()


BILLION = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
BOMBS = {
    "a part packed 1,000 to 1": lambda parts: parts | {"xl/a.bin": bytes(20_000_000)},
    "more than may be unpacked": lambda parts: (
        parts | {f"xl/{n}": bytes(range(256)) * 50_000 for n in range(6)}
    ),
    "many parts": lambda parts: parts | {f"xl/{number}": b"" for number in range(2_001)},
    "a name that leads out": lambda parts: parts | {"../a": b""},
    "entities": lambda parts: parts | {"xl/sharedStrings.xml": BILLION},
    "entities in UTF-16": lambda parts: parts | {"xl/sharedStrings.xml": BILLION.decode().encode("utf-16")},
    "no workbook": lambda parts: {name: part for name, part in parts.items() if "workbook" not in name},
    "no sheet": lambda parts: {name: part for name, part in parts.items() if "sheet1" not in name},
    "no XML": lambda parts: parts | {"xl/worksheets/sheet1.xml": b"<worksheet"},
    "a cell far off": lambda parts: far(parts, b'<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>'),
    "a number that is none": lambda parts: far(parts, b'<c r="A3" t="n"><v>x</v></c>'),
    "a text that is not there": lambda parts: far(parts, b'<c r="A3" t="s"><v>99999</v></c>'),
}


def far(parts, cell):
    sheet = parts["xl/worksheets/sheet1.xml"]
    row = re.search(rb'r="[A-Z]+([0-9]+)"', cell).group(1)
    return parts | {
        "xl/worksheets/sheet1.xml": sheet.replace(
            b"</sheetData>", b'<row r="%b">%b</row></sheetData>' % (row, cell)
        )
    }


@pytest.mark.parametrize("change", BOMBS.values(), ids=BOMBS)
def test_a_workbook_that_bursts_is_refused(tmp_path, change):
    assert read(repacked(change), tmp_path)[1] == ["0:0 C072"]


def test_a_cell_far_off_that_is_only_coloured_says_nothing(tmp_path):
    change = lambda parts: far(parts, b'<c r="XFD1048576" s="0"/>')  # noqa: E731
    assert read(repacked(change), tmp_path) == ((CLINIC,), [])


def test_a_workbook_repacked_is_read(tmp_path):
    assert read(repacked(lambda parts: parts), tmp_path) == ((CLINIC,), [])


# --- whatever is written


CELLS = st.sampled_from(
    [*HEAD, *ROW, "", "=1", "＝1", "-5", "\u202e", '"', ",", "\n", "\0", "1.38E+10", "gz", "、"]
)


@st.composite
def spoilt(draw):
    """The good table with cells and bytes changed."""
    rows = [list(HEAD), list(ROW), ["GZ-02", *ROW[1:4], "c@b.example", *ROW[5:]]]
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(CELLS | st.text(max_size=4))
    text = csv_of(*rows, sign=draw(st.sampled_from(",;\t")))
    data = text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030"])), "replace")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(data)))
        data = data[:place] + draw(st.binary(max_size=2)) + data[place + draw(st.integers(0, 3)) :]
    return data


@hypothesis.settings(max_examples=500, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(spoilt())
def test_a_table_spoilt_anyhow_gives_clinics_or_findings_with_places(tmp_path, data):
    clinics, findings = read(data, tmp_path)
    assert clinics or findings
    assert all(re.match(r"[1-9][0-9]*:[0-9]", place) for place in findings)


@hypothesis.settings(max_examples=200, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(st.data())
def test_a_workbook_spoilt_anyhow_gives_clinics_or_findings(tmp_path, data):
    whole = WORKBOOK
    place = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 8))
    clinics, findings = read(
        whole[:place] + data.draw(st.binary(max_size=8)) + whole[place + cut :], tmp_path
    )
    assert clinics or findings


WORKBOOK = xlsx_of(HEAD, ROW)


@hypothesis.settings(max_examples=100, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(st.data())
def test_a_sheet_spoilt_anyhow_gives_clinics_or_findings(tmp_path, data):
    def change(parts):
        name = data.draw(st.sampled_from(sorted(parts)))
        part = parts[name]
        place = data.draw(st.integers(0, len(part)))
        cut = data.draw(st.integers(0, 8))
        return parts | {name: part[:place] + data.draw(st.binary(max_size=4)) + part[place + cut :]}

    clinics, findings = read(repacked(change, WORKBOOK), tmp_path)
    assert clinics or findings
