"""How two texts of a source differ: what is shown is what changed, and a long text takes no longer than it may."""

from hypothesis import given
from hypothesis import strategies as st

from report.monitor.differences import difference

TEXTS = st.text(alphabet="甲乙丙1。\n；", max_size=60)


def shown(diff, sign):
    return [line[1:] for line in diff.splitlines()[2:] if line.startswith(sign)]


def test_of_a_long_paragraph_the_sentence_is_shown():
    old = "第一条　总则。" * 30 + "申请人满14周岁。" + "附则。" * 30
    diff = difference(old, old.replace("14", "15"), "2026-11-01", "2026-11-28")
    assert diff.splitlines()[:2] == ["--- 2026-11-01", "+++ 2026-11-28"]
    assert (shown(diff, "-"), shown(diff, "+")) == (["申请人满14周岁。"], ["申请人满15周岁。"])
    assert len(diff.splitlines()) < 10


@given(TEXTS, TEXTS)
def test_what_is_shown_as_added_and_removed_stands_in_the_texts(old, new):
    diff = difference(old, new, "a", "b")
    assert all(line in old for line in shown(diff, "-"))
    assert all(line in new for line in shown(diff, "+"))
    if old.replace("\n", "") != new.replace("\n", ""):
        assert shown(diff, "-") or shown(diff, "+")


def test_what_changed_altogether_is_only_counted():
    old, new = ("\n".join(f"{word} {number}" for number in range(9000)) for word in ("old", "new"))
    assert "9,000 lines became 9,000" in difference(old, new, "a", "b")
    one = old.replace("old 4500\n", "new 4500\n")
    assert (shown(difference(old, one, "a", "b"), "-"), len(shown(difference(old, one, "a", "b"), "+"))) == (
        ["old 4500"],
        1,
    )
