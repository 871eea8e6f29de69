"""Fields changed in place: what a person wrote around them stays byte for byte."""

import difflib
import io

import pytest
import ruamel.yaml
from hypothesis import given
from hypothesis import strategies as st

from report.editing import REMOVED, edited
from report.editing.places import pieces_of
from report.errors import UsageError
from report.load.yaml_tree import parse_yaml

FACTS = """\
# 事实。
- id: one   # 第一条
  status: verified
  label: {zh-Hans: 批准上市, en: Approved}  # 标题
  dates: {announced: "2025-01-02"}
  # 上面是日期
  entities: [nmpa, nhc]
  sources:
    - {ref: a, supports: [announced]}   # 公告
    - ref: b
      locator: 第 3 条
  last_checked: 2026-11-22   # 上次
  review_by: "2027-02-22"
  note: |  # 说明
    两行
    文字

- id: two
  attrs:
    count: '14'
    name: plain text
  feed: null
"""


def lines_changed(before: str, after: str) -> list[str]:
    """Return the lines that differ, each after `-` or `+`."""
    diff = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in diff if not line.startswith(("---", "+++", "@@"))]


def test_a_value_changes_in_the_quotes_that_it_has_and_nothing_else_does() -> None:
    after = edited(FACTS, "one", {("dates", "announced"): "2025-03"})
    assert lines_changed(FACTS, after) == [
        '-  dates: {announced: "2025-01-02"}',
        '+  dates: {announced: "2025-03"}',
    ]


def test_a_day_without_quotes_stays_without_and_its_comment_stays() -> None:
    after = edited(FACTS, "one", {("last_checked",): "2026-11-28"})
    assert lines_changed(FACTS, after) == [
        "-  last_checked: 2026-11-22   # 上次",
        "+  last_checked: 2026-11-28   # 上次",
    ]


def test_a_new_key_comes_where_the_order_of_keys_puts_it() -> None:
    order = ("id", "status", "last_checked", "checked_by", "review_by")
    after = edited(FACTS, "one", {("checked_by",): "王医生"}, order=order)
    assert "  last_checked: 2026-11-22   # 上次\n  checked_by: 王医生\n  review_by:" in after
    assert lines_changed(FACTS, after) == ["+  checked_by: 王医生"]


def test_a_new_key_without_an_order_comes_last_in_its_entry() -> None:
    after = edited(FACTS, "one", {("grade",): "high"})
    assert "    文字\n  grade: high\n\n- id: two" in after
    assert lines_changed(FACTS, after) == ["+  grade: high"]


def test_a_new_key_goes_into_brackets_where_its_neighbours_are() -> None:
    after = edited(FACTS, "one", {("dates", "effective"): "2025-05-01"})
    assert '  dates: {announced: "2025-01-02", effective: "2025-05-01"}\n' in after


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2025-01-02", '"2025-01-02"'),
        ("14", '"14"'),
        (14, "14"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ("no", '"no"'),
        ("null", '"null"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("# a", '"# a"'),
        ('说 "是"', '说 "是"'),
        ("两行\n文字", "|-\n    两行\n    文字"),
        (" 空格", '" 空格"'),
        ([], "[]"),
        (["2025", "a, b"], '["2025", "a, b"]'),
        ({"ref": "a", "n": 1}, '{ref: a, "n": 1}'),
        (1e-7, "0.0000001"),
    ],
)
def test_new_values_are_quoted_where_another_reader_would_take_them_for_something_else(
    value: object, written: str
) -> None:
    after = edited(FACTS, "two", {("note",): value})  # type: ignore[dict-item]
    assert after == f"{FACTS}  note: {written}\n"


def test_single_quotes_stay_single_and_plain_stays_plain() -> None:
    after = edited(FACTS, "two", {("attrs", "count"): 15, ("attrs", "name"): "it's"})
    assert lines_changed(FACTS, after) == [
        "-    count: '14'",
        "-    name: plain text",
        "+    count: '15'",
        "+    name: it's",
    ]


def test_a_null_becomes_a_value_and_a_value_null() -> None:
    after = edited(FACTS, "two", {("feed",): {"url": "https://example.org/a"}, ("attrs", "name"): None})
    assert lines_changed(FACTS, after) == [
        "-    name: plain text",
        "-  feed: null",
        "+    name: null",
        '+  feed: {url: "https://example.org/a"}',
    ]


def test_a_key_without_any_value_is_given_one_before_its_comment() -> None:
    text = "- id: a\n  feed:   # later\n  note: x\n"
    assert edited(text, "a", {("feed",): "now"}) == "- id: a\n  feed: now   # later\n  note: x\n"


def test_a_block_keeps_its_sign_its_comment_and_its_indentation() -> None:
    after = edited(FACTS, "one", {("note",): "一行\n另一行\n"})
    assert lines_changed(FACTS, after) == ["-    两行", "-    文字", "+    一行", "+    另一行"]


def test_lists_change_entry_by_entry() -> None:
    new = [{"ref": "a", "supports": ["announced"]}, {"ref": "b", "locator": "第 4 条"}, {"ref": "c"}]
    after = edited(FACTS, "one", {("sources",): new, ("entities",): ["nmpa", "cde", "nhc"]})
    assert lines_changed(FACTS, after) == [
        "-  entities: [nmpa, nhc]",
        "+  entities: [nmpa, cde, nhc]",
        "-      locator: 第 3 条",
        "+      locator: 第 4 条",
        "+    - ref: c",
    ]


def test_an_entry_of_a_list_is_named_by_its_number() -> None:
    after = edited(FACTS, "one", {("sources", "1", "locator"): "第 5 条", ("sources", "0"): REMOVED})
    assert lines_changed(FACTS, after) == [
        "-    - {ref: a, supports: [announced]}   # 公告",
        "-      locator: 第 3 条",
        "+      locator: 第 5 条",
    ]


def test_removing_the_last_key_of_a_mapping_leaves_an_empty_one() -> None:
    after = edited(FACTS, "two", {("attrs", "count"): REMOVED, ("attrs", "name"): REMOVED})
    assert after == FACTS.replace("  attrs:\n    count: '14'\n    name: plain text\n", "  attrs: {}\n")


def test_removing_what_stands_behind_the_dash_leaves_the_rest_of_the_entry() -> None:
    text = "- note: x  # why\n  id: a\n  # kept\n  status: draft\n"
    after = edited(text, "a", {("note",): REMOVED, ("status",): "verified"})
    assert after == "-   # why\n  id: a\n  # kept\n  status: verified\n"


def test_line_ends_and_the_byte_order_mark_stay() -> None:
    text = "\ufeff" + FACTS.replace("\n", "\r\n")
    after = edited(text, "one", {("last_checked",): "2026-11-28", ("grade",): "high", ("note",): "一\n二\n"})
    assert after.startswith("\ufeff# 事实。\r\n")
    assert "\n" not in after.replace("\r\n", "")


def test_a_file_that_is_a_mapping_has_no_entry_to_name() -> None:
    text = "title: 一\n# 语言\nlanguage: zh-Hans\n"
    after = edited(text, "", {("as_of",): "2026-11-28", ("publisher", "name"): "出版社"})
    assert after == text + 'as_of: "2026-11-28"\npublisher: {name: 出版社}\n'


@pytest.mark.parametrize(
    ("text", "entry", "changes", "message"),
    [
        (FACTS, "three", {("note",): "x"}, "no entry with the id 'three'"),
        ("- id: a\n- id: a\n", "a", {("note",): "x"}, "2 entries with the id 'a'"),
        ("- id: a\n  dates: [\n", "a", {("note",): "x"}, "cannot be changed as it is: line"),
        ("- id: a\n  x: &y 1\n", "a", {("note",): "x"}, "an anchor"),
        ("", "a", {("note",): "x"}, "it is empty"),
        (FACTS, "one", {("status", "x"): "y"}, "cannot be changed in place"),
        (FACTS, "one", {("sources", "5"): "y"}, "cannot be changed in place"),
        (FACTS, "one", {("sources", "x"): "y"}, "cannot be changed in place"),
        (FACTS, "one", {("dates",): {}, ("dates", "x"): "2025"}, "as a whole and in part"),
        (FACTS, "one", {("note",): "a\0b"}, "U+0000"),
        (FACTS, "one", {("note",): "a\ud800"}, "U+D800"),
        (FACTS, "one", {("note",): float("nan")}, "no number"),
        (FACTS, "one", {(): "x"}, "names no field"),
        (FACTS, "one", {("note",): "x" * 70_000}, "cannot be changed in place"),
    ],
)
def test_what_cannot_be_changed_is_refused(
    text: str, entry: str, changes: dict[tuple[str, ...], str], message: str
) -> None:
    with pytest.raises(UsageError) as refused:
        edited(text, entry, changes)
    assert message in refused.value.message


# Any YAML that the project reads, in every style that ruamel.yaml writes, against what another reader makes of it.

TEXTS = st.text(st.sampled_from("ab 1-:#,[]{}\"'|>&*!?%@~\\\n字，0"), max_size=12)
KEYS = st.sampled_from(("alpha", "beta", "gamma", "delta", "epsilon"))
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(-99, 2030),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def written(draw: st.DrawFn) -> str:
    """Return a list of two entries as a YAML file with comments."""
    emitter = ruamel.yaml.YAML()
    emitter.default_flow_style = draw(st.sampled_from((None, True, False)))
    emitter.width = draw(st.sampled_from((20, 4096)))
    emitter.indent(mapping=2, sequence=draw(st.sampled_from((2, 4))), offset=draw(st.sampled_from((0, 2))))
    emitter.default_style = draw(st.sampled_from((None, None, '"', "'", "|", ">")))
    entries = [{"id": name, **draw(st.dictionaries(KEYS, VALUES, max_size=4))} for name in ("one", "two")]
    stream = io.StringIO()
    emitter.dump(entries, stream)
    lines = stream.getvalue().splitlines(keepends=True)
    text = "# 头\n" + "".join(lines) + draw(st.sampled_from(("", "# 尾\n", "\n\n")))
    return text.replace("\n", draw(st.sampled_from(("\n", "\r\n"))))


def as_text(value: object) -> object:
    """Return a value as the project reads it: every scalar as text."""
    if isinstance(value, dict):
        return {key: as_text(below) for key, below in value.items()}
    if isinstance(value, list):
        return [as_text(below) for below in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None else str(value)


@given(written(), st.sampled_from(("one", "two")), st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
def test_what_is_changed_reads_as_it_was_meant_and_the_rest_as_it_did(
    text: str, entry: str, new: dict[str, object]
) -> None:
    root, findings = parse_yaml(text, "")
    if root is None or findings:
        return
    changes = {(key,): value for key, value in new.items()}
    expected = root.plain()
    assert isinstance(expected, list)
    index = ("one", "two").index(entry)
    expected[index] = {**expected[index], **{key: as_text(value) for key, value in new.items()}}
    after = edited(text, entry, changes)  # type: ignore[arg-type]
    read, problems = parse_yaml(after, "")
    assert not problems
    assert read is not None
    assert read.plain() == expected
    # Whatever stands outside the entry is the same bytes.
    if index == 0:
        start = text.find("- id: two")
        assert start < 0 or after.endswith(text[start:])


@given(written(), st.sampled_from(("one", "two")), st.sets(KEYS, min_size=1))
def test_what_is_removed_is_gone_and_the_rest_stays(text: str, entry: str, gone: set[str]) -> None:
    root, findings = parse_yaml(text, "")
    if root is None or findings:
        return
    expected = root.plain()
    assert isinstance(expected, list)
    index = ("one", "two").index(entry)
    expected[index] = {key: value for key, value in expected[index].items() if key not in gone}
    read, problems = parse_yaml(edited(text, entry, {(key,): REMOVED for key in gone}), "")
    assert not problems
    assert read is not None
    assert read.plain() == expected


@given(TEXTS | st.booleans() | st.integers() | st.none() | st.floats(allow_nan=False, allow_infinity=False))
def test_another_reader_of_yaml_finds_the_value_of_the_type_it_had(value: object) -> None:
    after = edited("- id: a\n", "a", {("note",): value})  # type: ignore[dict-item]
    other = ruamel.yaml.YAML(typ="safe", pure=True).load(after)
    read = other[0]["note"]
    if isinstance(value, float):
        assert float(read) == value
    else:
        assert read == value
        assert type(read) is type(value)


@given(st.sampled_from(("2026-11-28", "verified", "王医生", "a: b", "14")), st.data())
def test_only_the_lines_of_the_changed_value_differ(value: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from((("status",), ("dates", "announced"), ("review_by",), ("label", "en"))))
    after = edited(FACTS, "one", {path: value})
    assert len(lines_changed(FACTS, after)) in (0, 2)


@pytest.mark.parametrize(
    "text",
    [
        '- id: a\n  note: "text\n- id: b\n  "\n- id: b\n  note: x\n',
        "- id: a\n  note: |\n    - id: b\n\n- id: b\n  note: x\n",
        "- a\n- id: a\n  id2: {id: b}\n-\n  # where\n  id: b\n  note: x\n",
        '- {id: a, note: "b\n- 1"}\n- {id: b, note: x}\n',
        "---\n  - id: a\n  - id: b\n    note: x\n...\n",
    ],
)
def test_what_only_looks_like_an_entry_is_none(text: str) -> None:
    after = edited(text, "b", {("note",): "新"})
    assert after == text.replace("note: x", "note: 新")


def test_only_the_entry_that_is_meant_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(
        "report.editing.entries.pieces_of", lambda text: seen.append(len(text)) or pieces_of(text)
    )
    text = "".join(f"- id: fact-{number}\n  note: x\n" for number in range(1000))
    assert lines_changed(text, edited(text, "fact-500", {("note",): "新"})) == ["-  note: x", "+  note: 新"]
    assert seen == [len("- id: fact-500\n  note: x\n")]
