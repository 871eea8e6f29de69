"""Alignment: every block once, in order; the fewest moves."""

import collections
import itertools

from hypothesis import given
from hypothesis import strategies as st

from report.editions.alignment import align, find_moved, similarity

LETTERS = "甲乙丙丁戊己庚辛"
SENTENCES = [
    "批准日期为2025年1月2日。",
    "批准日期为2025年1月3日。",
    "条例自公布之日起施行。",
    "没有资料。",
    "",
]
blocks = st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=12)), max_size=8)


@given(blocks, blocks)
def test_every_block_is_told_once(old, new):
    found = align(old, new, "zh-Hans")
    assert [block.new for block in found if block.kind != "removed"] == new
    assert collections.Counter(block.old for block in found if block.kind != "added") == collections.Counter(
        old
    )


@given(blocks, blocks)
def test_what_stayed_or_was_edited_and_what_was_removed_keeps_the_old_order(old, new):
    found = [
        block.old for block in align(old, new, "zh-Hans") if block.kind in ("same", "changed", "removed")
    ]
    following = iter(old)
    assert all(text in following for text in found)


@given(blocks, blocks)
def test_kinds_say_what_happened(old, new):
    for block in align(old, new, "zh-Hans"):
        if block.kind == "same":
            assert block.old == block.new
        elif block.kind == "changed":
            assert block.old != block.new
        elif block.kind == "added":
            assert not block.old
        elif block.kind == "removed":
            assert not block.new


@given(blocks)
def test_the_same_text_is_the_same_throughout(texts):
    assert all(block.kind == "same" for block in align(texts, texts, "zh-Hans"))


def kinds(old: list[str], new: list[str]) -> list[str]:
    return [f"{block.kind} {block.new or block.old}" for block in align(old, new, "zh-Hans")]


def test_an_edited_paragraph_is_found_between_others():
    old = ["第一段，讲的是批准。", "条例自2026年5月1日起施行。", "第三段，讲的是安全。"]
    new = ["第一段，讲的是批准。", "条例自2026年6月1日起施行。", "第三段，讲的是安全。"]
    assert [line.split()[0] for line in kinds(old, new)] == ["same", "changed", "same"]


def test_what_was_removed_stands_before_what_was_put_in_its_place():
    assert kinds(["首", "旧的说法全部撤去了", "尾"], ["首", "另写一段内容", "再写第二段", "尾"]) == [
        "same 首",
        "removed 旧的说法全部撤去了",
        "added 另写一段内容",
        "added 再写第二段",
        "same 尾",
    ]


def test_a_paragraph_that_stands_elsewhere_now_has_moved_and_may_have_been_edited():
    one, two, three = "甲说的是批准与上市。", "乙说的是叫停与规范的先后次序。", "丙说的是安全。"
    edited = "乙说的是叫停与规范的先后顺序。"
    found = kinds([two, one, three], [one, three, edited])
    assert found == [f"same {one}", f"same {three}", f"moved {edited}"]


@given(st.permutations(LETTERS[:6]), st.sets(st.sampled_from(LETTERS)))
def test_the_fewest_ids_explain_the_new_order(new, left_out):
    old = [item for item in LETTERS if item not in left_out]
    moved = find_moved(old, new)
    kept = [item for item in new if item in old and item not in moved]
    assert kept == sorted(kept, key=LETTERS.index)
    common = [item for item in new if item in old]
    longest = max(
        size
        for size in range(len(common) + 1)
        for part in itertools.combinations(common, size)
        if list(part) == sorted(part, key=LETTERS.index)
    )
    assert len(kept) == longest


def test_nothing_has_moved_where_ids_only_came_and_went():
    assert find_moved(["a", "b", "c"], ["a", "x", "c", "y"]) == frozenset()


@given(st.text(max_size=20), st.text(max_size=20))
def test_similarity_is_symmetric_and_whole_for_the_same_text(one, other):
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, one) == 1
