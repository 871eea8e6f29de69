"""A table of clinics as the tree that their list has, so that it is judged by the same rules, cell by cell."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping

from report.clinics import Clinic
from report.findings import Code, Finding, Location
from report.load.links import suggest
from report.load.tables import Cell, Table
from report.positions import Node, SourceFile

COLUMN_UNREAD = Code("C073", "column-unread", is_unreadable=True, is_waivable=False)
CELL_UNREAD = Code("C074", "cell-unread", is_waivable=False)

# The heads that a column may have, without case, blanks and what stands in brackets; the first is the list's own key,
# the second how it is called to people.
HEADS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号", "诊所编号", "机构编号", "編號"),
    "name": ("name", "名称", "诊所名称", "机构名称", "名稱"),
    "contact.address": ("contact.address", "地址", "address"),
    "contact.phone": ("contact.phone", "电话", "联系电话", "電話", "phone", "telephone", "tel"),
    "contact.email": (
        "contact.email",
        "邮箱",
        "电子邮箱",
        "电子邮件",
        "郵箱",
        "電郵",
        "email",
        "e-mail",
        "mail",
    ),
    "logo": ("logo", "标志", "徽标", "標誌"),
    "locale": ("locale", "语言", "語言", "language"),
    "views": ("views", "版本", "view"),
    "formats": ("formats", "格式", "format"),
    "channels": ("channels", "渠道", "发送渠道", "channel"),
    "qr": ("qr", "二维码", "二維碼", "qrcode"),
    "group": ("group", "分组", "分組", "组"),
    "active": ("active", "启用", "啟用"),
}
REQUIRED = ("id", "name", "locale", "channels")
_KEYS = {head: key for key, heads in HEADS.items() for head in heads}
_LISTS = ("views", "formats", "channels")
_LIST_SIGNS = re.compile(r"[、,，;；|\n]+")
# What people write in a cell, and the list's own word for it.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "views": {
        "正文": "full",
        "完整": "full",
        "完整版": "full",
        "单页": "handout",
        "患者单页": "handout",
        "患者": "handout",
    },
    "locale": {
        "简体": "zh-Hans",
        "简体中文": "zh-Hans",
        "中文": "zh-Hans",
        "繁体": "zh-Hant",
        "繁体中文": "zh-Hant",
        "繁體": "zh-Hant",
        "繁體中文": "zh-Hant",
        "香港": "zh-Hant-HK",
        "台湾": "zh-Hant-TW",
        "臺灣": "zh-Hant-TW",
        "英文": "en",
        "英语": "en",
        "english": "en",
    },
    "active": dict.fromkeys(("是", "启用", "yes", "y", "1", "true"), "true")
    | dict.fromkeys(("否", "停用", "no", "n", "0", "false"), "false"),
}
# Mainland mobile numbers have eleven digits and begin with 1: no nought can be missing.
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclasses.dataclass(frozen=True)
class Rows:
    """The rows of a table, as a list of clinics.

    Attributes:
        file: Its tree is that of a list; lines are rows, columns are columns.
        findings: Cells that could not be taken.
        keys: Which keys the table has columns for.
    """

    file: SourceFile
    findings: tuple[Finding, ...]
    keys: frozenset[str]

    def judged(self, findings: list[Finding]) -> list[Finding]:
        """Return what was found in the tree, less what was found in cells that are told already."""
        told = {finding.location for finding in self.findings}
        return [*self.findings, *(finding for finding in findings if finding.location not in told)]


def tree_of(table: Table, earlier: Mapping[str, Clinic]) -> Rows | list[Finding]:
    """Return a table's rows as a list of clinics, or what is wrong with its head.

    Args:
        table: Its first row is the head.
        earlier: The clinics there were, by id: what the table has no column for stays as it was.
    """
    if not table.rows:
        return [Finding(COLUMN_UNREAD, Location(table.path), "the table is empty", "Write its head first.")]
    columns, findings = _read_head(table)
    if findings:
        return findings
    keys = frozenset(columns.values())
    nodes: list[Node] = []
    unread: list[Finding] = []
    for row in table.rows[1:]:
        entry = Node({}, row[0].row, 1)
        for cell in row:
            where = Location(table.path, cell.row, cell.column)
            key = columns.get(cell.column)
            if key is None:
                message = "the cell has no head above it"
                unread.append(
                    Finding(CELL_UNREAD, where, message, "Give the column a head, or empty the cell.")
                )
                continue
            problem = cell.problem or _lost(key, cell)
            if problem:
                hint = "Format the column as text, and type the value again."
                unread.append(Finding(CELL_UNREAD, where, f"the cell {problem}", hint))
            _put(entry, key, _value(key, cell))
        _keep(entry, keys, earlier)
        nodes.append(entry)
    return Rows(SourceFile(table.path, "", Node(nodes, 1, 1)), tuple(unread), keys)


def _read_head(table: Table) -> tuple[dict[int, str], list[Finding]]:
    columns: dict[int, str] = {}
    findings = []
    if not any(_key_of(cell) for cell in table.rows[0]):
        # It may be a clinic's row, so that none of it is repeated.
        where = Location(table.path, table.rows[0][0].row, 1)
        message = "the first row names no column that is known"
        hint = f"Write there: {', '.join(heads[1] for heads in HEADS.values())}."
        return {}, [Finding(COLUMN_UNREAD, where, message, hint)]
    for cell in table.rows[0]:
        where = Location(table.path, cell.row, cell.column)
        key = _key_of(cell)
        if key is None:
            shown = repr(cell.text if len(cell.text) <= 40 else f"{cell.text[:40]}…")
            hint = (
                suggest(cell.text, _KEYS) or f"Known are: {', '.join(heads[1] for heads in HEADS.values())}."
            )
            findings.append(Finding(COLUMN_UNREAD, where, f"no column is called {shown}", hint))
        elif key in columns.values():
            message = f"a second column for `{key}`"
            findings.append(Finding(COLUMN_UNREAD, where, message, "Keep one of the two."))
        else:
            columns[cell.column] = key
    missing = [key for key in REQUIRED if key not in columns.values()]
    if missing:
        where = Location(table.path, table.rows[0][0].row, 1)
        names = ", ".join(f"{HEADS[key][1]} ({key})" for key in missing)
        findings.append(
            Finding(COLUMN_UNREAD, where, f"a column is missing: {names}", "Add it to the first row.")
        )
    return columns, findings


def _key_of(cell: Cell) -> str | None:
    """Return the key that a head stands for: whatever its case, its blanks and what stands in brackets."""
    name = re.sub(r"\s|[(（].*?[)）]|\*", "", unicodedata.normalize("NFKC", cell.text))
    return _KEYS.get(name.casefold())


def _lost(key: str, cell: Cell) -> str:
    """Return why a number cannot be what was typed; empty where it can."""
    if not cell.is_number or key not in ("id", "contact.phone") or _MOBILE.fullmatch(cell.text):
        return ""
    return "holds a number, from which noughts at the front are lost"


def _value(key: str, cell: Cell) -> Node:
    words = _WORDS.get(key, {})

    def leaf(text: str) -> Node:
        return Node(words.get(text.casefold(), text), cell.row, cell.column, cell.row, cell.column)

    if key not in _LISTS:
        return leaf(cell.text)
    items = [leaf(item.strip()) for item in _LIST_SIGNS.split(cell.text) if item.strip()]
    return Node(items, cell.row, cell.column, cell.row, cell.column)


def _put(entry: Node, key: str, value: Node) -> None:
    assert isinstance(entry.value, dict)
    group, _, name = key.rpartition(".")
    if not group:
        entry.value[name] = value
        return
    below = entry.value.setdefault(group, Node({}, value.line, value.column, value.line, value.column))
    assert isinstance(below.value, dict)
    below.value[name] = value


def _keep(entry: Node, keys: frozenset[str], earlier: Mapping[str, Clinic]) -> None:
    """Take over from the list what the table has no column for."""
    assert isinstance(entry.value, dict)
    written = entry.value.get("id")
    clinic = earlier.get(str(written.value)) if written is not None else None
    if clinic is None:
        return
    for key in HEADS.keys() - keys:
        value: object = clinic
        for step in key.split("."):
            value = getattr(value, step)
        line, column = entry.line, 1
        if isinstance(value, tuple):
            _put(entry, key, Node([Node(str(item), line, column) for item in value], line, column))
        elif value != "":
            text = str(value).lower() if isinstance(value, bool) else str(value)
            _put(entry, key, Node(text, line, column))
