"""A fact changed by a form: what is wrong stands at its field, what is right is written, all else stays as it was."""

import pytest

from report.desk.editing import ConflictError, draft, hash_facts, read_changes, save
from report.editing import REMOVED
from report.errors import UsageError


@pytest.fixture
def tried(project):
    def try_out(fact, **changes):
        base = hash_facts(project.root, "demo")
        given = {name.replace("__", "."): value for name, value in changes.items()}
        return base, draft(project.root, "demo", fact, base, read_changes(given))

    return try_out


def test_a_change_is_written_and_nothing_else(project, tried):
    before = (project.demo / "facts.yaml").read_text(encoding="utf-8")
    base, made = tried("drug-approved", dates__approved="2025-05-20", note="看过公告")
    assert made.is_sound
    assert [line for line in made.diff if line[0] in "+-"] == [
        '-  dates: {approved: "2025-05"}',
        '+  dates: {approved: "2025-05-20"}',
        "+  note: 看过公告",
    ]
    assert (project.demo / "facts.yaml").read_text(encoding="utf-8") == before
    save(project.root, "demo", base, made)
    after = (project.demo / "facts.yaml").read_text(encoding="utf-8")
    assert after == before.replace('"2025-05"}', '"2025-05-20"}') + (
        "" if "note" in before else "  note: 看过公告\n"
    )
    assert project.check().code == 0


def test_a_fact_of_a_file_with_windows_line_ends_keeps_them(project, tried):
    path = project.demo / "facts.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    base, made = tried("drug-approved", status="draft")
    save(project.root, "demo", base, made)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") > 20


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("dates.approved", "2025-13", "C013"),
        ("dates.approved", "昨天", "C013"),
        ("status", "superseded", "C012"),
        ("last_checked", "2026-2-1", None),
        ("review_by", "soon", None),
        ("primary_date", "announced", None),
    ],
)
def test_an_error_stands_at_its_field(project, tried, field, value, code):
    before = (project.demo / "facts.yaml").read_bytes()
    base, made = tried("drug-approved", **{field.replace(".", "__"): value})
    assert not made.is_sound
    assert list(made.fields) == [field]
    if code:
        assert [item.code.code for item in made.fields[field]] == [code]
    with pytest.raises(UsageError, match="errors"):
        save(project.root, "demo", base, made)
    assert (project.demo / "facts.yaml").read_bytes() == before


def test_an_error_that_was_there_before_is_not_the_changes(project, tried):
    project.change(
        "facts.yaml",
        "entities: [agency]\n  sources: [{ref: notice}]\n  supersedes",
        "entities: [nobody]\n  sources: [{ref: notice}]\n  supersedes",
    )
    _, made = tried("drug-approved", note="新")
    assert made.findings == ()


def test_a_field_that_is_emptied_goes(project, tried):
    _, made = tried("trial-halted", dates__effective="")
    assert made.is_sound
    assert '+  dates: {announced: "2020-01-01"}' in made.diff


def test_the_last_date_cannot_go(project, tried):
    _, made = tried("drug-approved", dates__approved=None)
    assert not made.is_sound


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "kind",
        "sources",
        "feed",
        "dates",
        "dates.never",
        "dates.approved.x",
        "attrs",
        "x",
        "",
        "label.",
        "supersedes",
    ],
)
def test_the_form_has_no_other_fields(name):
    with pytest.raises(UsageError, match="no field"):
        read_changes({name: "x"})


def test_nothing_and_spaces_take_a_field_away():
    assert read_changes({"note": "  ", "status": None, "attrs.sites.unit": " 人 "}) == {
        ("note",): REMOVED,
        ("status",): REMOVED,
        ("attrs", "sites", "unit"): "人",
    }


def test_a_value_may_not_be_endless():
    with pytest.raises(UsageError, match="more than 4000"):
        read_changes({"note": "长" * 4001})


def test_a_file_that_somebody_else_changed_is_left_alone(project, tried):
    base, made = tried("drug-approved", note="我的")
    project.change("facts.yaml", "label: 药物获批", "label: 药物已获批")
    theirs = (project.demo / "facts.yaml").read_bytes()
    with pytest.raises(UsageError, match="changed on disk"):
        save(project.root, "demo", base, made)
    with pytest.raises(ConflictError):
        draft(project.root, "demo", "drug-approved", base, read_changes({"note": "我的"}))
    assert (project.demo / "facts.yaml").read_bytes() == theirs


def test_a_fact_that_is_not_there_is_told(tried):
    with pytest.raises(UsageError):
        tried("nothing", note="x")
