"""`report copies`, run by run: what it makes, what it leaves, what it refuses, and what an end in the middle leaves."""

import dataclasses
import errno
import hashlib
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from report.copies.record import FILE_NAME, from_json
from report.editions import record, withdrawals
from report.installation import bundled_templates
from report.pipeline import copying as pipeline_copying
from report.tagged_pdf.slots import read_slots
from tests import copying
from tests.dsl import TODAY, Project
from tests.recalls import copied

pytestmark = pytest.mark.slow
# Has room in the foot of a page.
SMALL = 'style="font-size: 5pt; line-height: 6pt"'
PDF = {"views": "[full]", "formats": "[pdf]"}


def clinics(count, **others):
    return {f"GZ-{number:04}": {"name": f"第{number}诊所", **PDF, **others} for number in range(1, count + 1)}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A briefing in one language with one edition of two formats."""
    project = Project(tmp_path_factory.mktemp("runs") / "project")
    copying.list_clinics(project, clinics(3))
    ended = project.run("release", "-f", "pdf,html")
    assert ended.code == 0, ended.out + ended.err
    return project


@pytest.fixture
def project(released, tmp_path):
    return copied(released, tmp_path / "project")


def copies(project, *arguments):
    ended = project.run("copies", *arguments)
    assert "Traceback" not in ended.out + ended.err
    return ended


def made_at(project):
    """When each copy was written, by clinic and name."""
    folder = project.root / "output/demo/copies"
    return {
        (path.parent.name, path.name): path.stat().st_mtime_ns
        for path in folder.glob("*/*")
        if path.is_file()
    }


def check_whole(project):
    """Whatever has a record is as it says, and nothing is under its final name in part; returns the clinics."""
    finished = set()
    for path in (project.root / "output/demo/copies").glob(f"*/{FILE_NAME}"):
        found = from_json(path.read_bytes())
        assert found is not None
        assert found.clinic == path.parent.name
        for name, file in found.files.items():
            assert hashlib.sha256((path.parent / name).read_bytes()).hexdigest() == file.sha256
        finished.add(found.clinic)
    return finished


# --- What is made, and what is left ---


def test_the_first_run_makes_all_and_the_second_nothing(project):
    ended = copies(project)
    assert (ended.code, ended.codes) == (0, [])
    assert re.search(r"output/demo/copies: copies of edition 1 for 3 clinics made, \d\.\d MB\n$", ended.out)
    before = made_at(project)
    assert len(before) == 6
    again = copies(project)
    assert again.code == 0
    assert again.out.endswith("nothing to do for 3 clinics, whose copies are up to date\n")
    assert "made" not in again.out
    assert made_at(project) == before


def test_a_second_run_lays_nothing_out(project, monkeypatch):
    copying.holds(project, "GZ-0001", 1)
    project.change("facts.yaml", 'approved: "2025-05"', 'approved: "2025-06"')
    assert project.run("release", "-f", "pdf,html").code == 0
    assert copies(project).code == 0
    monkeypatch.setattr(
        "report.pipeline.preparing_copies.start_renderer", lambda run: pytest.fail("laid out")
    )
    assert "nothing to do for 3 clinics" in copies(project).out


def test_only_a_clinic_that_changed_is_made_again(project):
    copies(project)
    before = made_at(project)
    copying.list_clinics(
        project, {**clinics(3), "GZ-0002": {**clinics(3)["GZ-0002"], "contact": "{phone: 020-1}"}}
    )
    ended = copies(project)
    assert "copies of edition 1 for 1 clinic made" in ended.out
    assert "nothing to do for 2 clinics" in ended.out
    after = made_at(project)
    assert {clinic for clinic, _ in after if after[clinic, _] != before[clinic, _]} == {"GZ-0002"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "demo.pdf").unlink(),
        lambda folder: (folder / "demo.pdf").write_bytes(b"%PDF-"),
        lambda folder: (folder / FILE_NAME).unlink(),
        lambda folder: (folder / FILE_NAME).write_text("{}"),
    ],
)
def test_what_is_damaged_is_made_again(project, spoil):
    copies(project)
    expected = copying.copies_of(project, "GZ-0002")
    spoil(copying.folder(project, "GZ-0002"))
    assert "for 1 clinic made" in copies(project).out
    assert copying.copies_of(project, "GZ-0002") == expected


def test_force_makes_all_again_with_the_same_bytes(project):
    copies(project)
    before, at = copying.copies_of(project, "GZ-0001"), made_at(project)
    assert "for 3 clinics made" in copies(project, "--force").out
    assert copying.copies_of(project, "GZ-0001") == before
    assert not set(made_at(project).items()) & set(at.items())


def test_files_that_a_clinic_does_not_get_any_more_are_removed(project):
    copying.list_clinics(project, clinics(1), formats="[pdf, html]")
    copying.list_clinics(project, {"GZ-0001": {"name": "甲", "formats": "[pdf, html]", "views": "[full]"}})
    copies(project)
    folder = copying.folder(project, "GZ-0001")
    assert sorted(path.name for path in folder.iterdir()) == [FILE_NAME, "demo.html", "demo.pdf"]
    (folder / ".demo.pdf.4711").write_bytes(b"left by a run that was ended")
    copying.list_clinics(project, {"GZ-0001": {"name": "甲", **PDF}})
    copies(project)
    assert sorted(path.name for path in folder.iterdir()) == [FILE_NAME, "demo.pdf"]


def test_clinics_are_chosen_by_id_and_by_group(project):
    listed = clinics(4)
    for name in ("GZ-0002", "GZ-0003"):
        listed[name]["group"] = "south"
    listed["GZ-0004"]["active"] = "false"
    copying.list_clinics(project, listed)
    assert "for 1 clinic made" in copies(project, "--clinic", "GZ-0001").out
    assert check_whole(project) == {"GZ-0001"}
    assert "for 2 clinics made" in copies(project, "--group", "south").out
    assert check_whole(project) == {"GZ-0001", "GZ-0002", "GZ-0003"}
    for arguments, said in (
        (("--clinic", "GZ-0004"), "there is no active clinic GZ-0004"),
        (("--clinic", "GZ-0001", "--group", "south"), "there is no active clinic GZ-0001"),
        (("--clinic", "XX"), "hint: `report clinics list` has them."),
    ):
        ended = copies(project, *arguments)
        assert ended.code == 2
        assert said in ended.err
    assert "GZ-0004" not in {clinic for clinic, _ in made_at(project)}


def test_copies_are_made_of_the_edition_that_is_named(project):
    first = copies(project) and copying.copies_of(project, "GZ-0001")["demo.pdf"]
    project.change("facts.yaml", 'approved: "2025-05"', 'approved: "2025-06"')
    assert project.run("release", "-f", "pdf,html").code == 0
    assert "copies of edition 2 for 3 clinics made" in copies(project).out
    assert copying.record_of(project, "GZ-0001").edition == 2
    assert "copies of edition 1 for 3 clinics made" in copies(project, "--edition", "1").out
    assert copying.copies_of(project, "GZ-0001")["demo.pdf"] == first
    for number in ("0", "3", "-1"):
        ended = copies(project, "--edition", number)
        assert (ended.code, f"there is no edition {number} of demo" in ended.err) == (2, True)
        assert "hint: Name one of 1 to 2." in ended.err


# --- What is refused ---


def test_without_a_released_edition_there_are_no_copies(tmp_path):
    project = Project(tmp_path / "project")
    copying.list_clinics(project, clinics(1))
    ended = copies(project)
    assert ended.code == 2
    assert "no edition of demo has been released, and copies are made of released ones only" in ended.err
    assert "hint: Release it first: `report release demo`." in ended.err
    assert not (project.root / "output").exists()


def withdraw(project, *records):
    project.write("withdrawals.json", withdrawals.to_json(records))


def test_no_copies_are_made_of_a_withdrawn_edition(project):
    withdraw(project, withdrawals.Withdrawal(1, TODAY, "王小明", "恢复日期写错一日"))
    for arguments in ((), ("--edition", "1")):
        ended = copies(project, *arguments)
        assert ended.code == 2
        assert "edition 1 of demo was withdrawn on 2026-11-27: 恢复日期写错一日" in ended.err
        assert "hint: Release the edition that replaces it, and make copies of that." in ended.err
    assert not (project.root / "output/demo/copies").exists()
    project.change("facts.yaml", 'approved: "2025-05"', 'approved: "2025-06"')
    assert project.run("release", "-f", "pdf,html").code == 0
    assert "copies of edition 2" in copies(project).out
    withdraw(project, withdrawals.Withdrawal(1, TODAY, "", "错", replaced_by=2))
    assert "hint: Make copies of edition 2: `--edition 2`." in copies(project, "--edition", "1").err


def test_an_edition_whose_files_are_gone_is_refused(project):
    for path in (project.root / "output").rglob("demo.pdf"):
        path.write_bytes(path.read_bytes()[:-1])
    ended = copies(project)
    assert ended.code == 2
    assert "the files of edition 1 of demo are not in" in ended.err
    assert "hint: Bring back the content as it was released, and run `report build demo`." in ended.err


def test_an_edition_of_another_program_is_refused(project):
    """Nothing of it says where slots are, or what it is."""
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(project.root / "output/demo/editions/001/demo.pdf")
    data = (project.root / "output/demo/editions/001/demo.pdf").read_bytes()
    path = project.demo / "editions/001.json"
    edition = record.from_json(path.read_bytes())
    artefacts = {**edition.artefacts, "demo.pdf": hashlib.sha256(data).hexdigest()}
    path.write_bytes(record.to_json(dataclasses.replace(edition, artefacts=artefacts)))
    ended = copies(project)
    assert ended.code == 2
    assert "no copies can be made of demo.pdf: the file is no PDF of an edition" in ended.err
    assert "hint: Release the next edition; copies of that can be made." in ended.err


def test_a_list_that_cannot_be_read_is_told_and_nothing_is_made(project):
    (project.root / "content/clinics.yaml").write_text("- id: gz_1\n", encoding="utf-8")
    ended = copies(project)
    assert ended.code == 3
    assert "C060" in ended.codes
    assert not (project.root / "output/demo/copies").exists()


# --- What is found of one clinic keeps the others from nothing ---


# As long as the list lets them be.
TOO_LONG = {"name": "诊" * 60, "contact": f"{{address: {'路' * 200}, phone: 000-0000-0001}}"}


def findings(ended):
    """Each finding: its code and what stands behind it."""
    return dict(re.findall(r"^\S+: \w+ (\w\d+) [\w-]+\n  (.*?)\n", ended.out, re.MULTILINE))


def test_what_has_no_room_is_set_smaller_and_then_refused(project):
    names = {"GZ-0001": "诊" * 8, "GZ-0002": "诊" * 60}
    listed = {clinic: {"name": name, **PDF} for clinic, name in names.items()}
    copying.list_clinics(project, {**listed, "GZ-0003": {**TOO_LONG, **PDF}})
    ended = copies(project)
    assert (ended.code, ended.codes) == (1, ["P001"])
    assert findings(ended) == {
        "P001": "GZ-0003: its name and contact have no room in their places in demo.pdf, even at the smallest size"
    }
    assert "hint: Shorten them, or give the places of the template more room." in ended.out
    assert "诊诊" not in ended.out
    assert check_whole(project) == {"GZ-0001", "GZ-0002"}
    assert not any(copying.folder(project, "GZ-0003").glob("*.pdf"))
    sizes = {
        clinic: smallest(copying.copies_of(project, clinic)["demo.pdf"]) for clinic in ("GZ-0001", "GZ-0002")
    }
    assert sizes["GZ-0002"] < sizes["GZ-0001"]


def test_only_the_slot_that_has_no_room_is_set_smaller(project):
    """An address that is too long for the page of contacts has no part in the cover and the feet."""
    address = f"{{address: {'路' * 190}, phone: 000-0000-0001}}"
    copying.list_clinics(
        project,
        {"GZ-0001": {"name": "甲诊所", **PDF}, "GZ-0002": {"name": "甲诊所", "contact": address, **PDF}},
    )
    assert copies(project).code == 0
    designed, found = (
        sizes(copying.copies_of(project, clinic)["demo.pdf"]) for clinic in ("GZ-0001", "GZ-0002")
    )
    assert {name for name in designed if found[name] != designed[name]} == {"contact"}
    assert min(found["contact"]) < min(designed["contact"])


def smallest(data):
    """The smallest size of text that a slot is filled with, in points."""
    return min(map(min, sizes(data).values()))


def sizes(data):
    """The sizes of the text that each slot is filled with, in points."""
    with pikepdf.open(io.BytesIO(data)) as document:
        found = {
            name: {
                float(step.operands[1])
                for step in pikepdf.parse_content_stream(document.get_object(slot.form, 0))
                if str(step.operator) == "Tf"
            }
            for name, slot in read_slots(document).items()
        }
    return {name: own for name, own in found.items() if own}


def test_a_clinic_that_had_copies_and_has_no_room_now_keeps_none(project):
    copies(project)
    copying.list_clinics(project, {**clinics(3), "GZ-0002": {**TOO_LONG, **PDF}})
    assert copies(project).codes == ["P001"]
    assert check_whole(project) == {"GZ-0001", "GZ-0003"}
    assert not list(copying.folder(project, "GZ-0002").iterdir())


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        ({"locale": "en"}, "P002", "GZ-0002 wants pdf in en, and edition 1 has none"),
        ({"formats": "[epub]"}, "P002", "GZ-0002 wants epub in zh-Hans, and edition 1 has none"),
        ({"views": "[handout]"}, "P002", "GZ-0002 wants pdf in zh-Hans, and edition 1 has none"),
        ({"name": "犇羴诊所"}, "P003", "GZ-0002: no font has U+7FB4, which its name is written with"),
        (
            {"contact": "{address: 羴路1号}"},
            "P003",
            "GZ-0002: no font has U+7FB4, which its address is written with",
        ),
    ],
)
def test_what_cannot_be_made_for_a_clinic_is_told_by_its_id(project, change, code, said):
    copies(project)
    copying.list_clinics(project, {**clinics(3), "GZ-0002": {**clinics(3)["GZ-0002"], **change}})
    ended = copies(project)
    assert (ended.code, findings(ended)) == (1, {code: said})
    assert "诊所" not in ended.out
    # What was made for it before is not sent any more.
    assert check_whole(project) == {"GZ-0001", "GZ-0003"}


def override(project, name, text):
    path = project.root / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_what_fails_for_one_clinic_fails_for_no_other(project):
    override(project, "slots/foot.html", "<p class='copy-foot'>{{ 1 // (b.recipient.id != 'GZ-0002') }}</p>")
    ended = copies(project)
    assert (ended.code, ended.codes) == (1, ["P004"])
    assert findings(ended)["P004"].startswith(
        "GZ-0002: templates/slots/foot.html:1: integer division or modulo by zero"
    )
    assert "hint: Mend the template." in ended.out
    assert check_whole(project) == {"GZ-0001", "GZ-0003"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "{{ 1 // 0 }}",
            "no copy can be made: templates/slots/foot.html:1: integer division or modulo by zero",
        ),
        ("{{ b.recipient.nmae }}", "no copy can be made: templates/slots/foot.html:1: "),
        ("{% if %}", "no copy can be made: templates/slots/foot.html:1: Expected an expression"),
        (f'<p {SMALL}><a href="https://a.example/">甲</a></p>', "no copy can be made: a slot holds a link"),
        (
            f'<p {SMALL}><b style="opacity: 0.5; display: inline-block">甲</b></p>',
            "no copy can be made: a slot holds text within a group or a pattern",
        ),
        (
            '<img src="https://a.example/a.png">',
            "no copy can be made: the page asks for 'https://a.example/a.png'",
        ),
    ],
)
def test_what_fails_for_all_is_told_once(project, text, said):
    override(project, "slots/foot.html", text)
    ended = copies(project)
    assert (ended.code, ended.codes) == (5, [])
    assert said in ended.err
    assert "hint: Mend the template" in ended.err
    assert check_whole(project) == set()


def test_a_link_on_the_pages_of_what_changed_is_told(project):
    copying.holds(project, "GZ-0001", 1)
    project.change("facts.yaml", 'approved: "2025-05"', 'approved: "2025-06"')
    assert project.run("release", "-f", "pdf,html").code == 0
    text = (bundled_templates() / "pdf/since.html").read_text(encoding="utf-8")
    override(
        project, "pdf/since.html", text.replace("<h1 ", '<p><a href="https://a.example/">甲</a></p><h1 ')
    )
    ended = copies(project)
    assert (ended.code, ended.codes) == (5, [])
    assert (
        "the pages of what changed cannot be made: an inserted page holds a link, which it cannot"
        in ended.err
    )
    assert "hint: Mend templates/pdf/since.html." in ended.err


_make_batch = pipeline_copying.make_batch


def make_or_die(shared, batch):
    if "GZ-0002" in {item.clinic.id for item in batch.wanted}:
        os.kill(os.getpid(), signal.SIGKILL)
    return _make_batch(shared, batch)


def test_a_worker_that_dies_takes_one_clinic_with_it(project, monkeypatch):
    monkeypatch.setattr(pipeline_copying, "make_batch", make_or_die)
    ended = copies(project)
    assert (ended.code, ended.codes) == (1, ["P004"])
    assert findings(ended)["P004"] == "GZ-0002: each of 3 workers died (SIGKILL)"
    assert check_whole(project) == {"GZ-0001", "GZ-0003"}


# --- Templates without slots ---


def release_with(project, name, change):
    text = (bundled_templates() / name).read_text(encoding="utf-8")
    assert change(text) != text
    override(project, name, change(text))
    project.change("facts.yaml", 'approved: "2025-05"', 'approved: "2025-06"')
    return project.run("release", "-f", "pdf,html")


def test_a_template_without_the_clinics_slot_is_told(project):
    assert (
        release_with(
            project, "parts/cover.html", lambda text: text.replace("{{ slot('recipient') }}\n", "")
        ).code
        == 0
    )
    ended = copies(project)
    assert (ended.code, ended.codes) == (0, ["P005"])
    assert "output/demo/editions/002/demo.pdf: warning P005 slot-missing" in ended.out
    assert "  demo.pdf has no slot 'recipient', which names the clinic that a copy is for" in ended.out
    assert "hint: Place {{ slot('recipient') }} in its template, and release the next edition." in ended.out
    assert check_whole(project) == {"GZ-0001", "GZ-0002", "GZ-0003"}


def test_a_template_without_any_slot_is_told(project):
    assert release_with(project, "pdf/slot.html", lambda text: re.sub("{% if.*endif %}", "", text)).code == 0
    ended = copies(project)
    assert (ended.code, ended.codes) == (0, ["P005"])
    assert "demo.pdf has no slots: the clinics' copies of it do not show whose they are" in ended.out
    assert check_whole(project) == {"GZ-0001", "GZ-0002", "GZ-0003"}


def test_a_slot_that_is_placed_twice_stops_the_build(project):
    ended = release_with(
        project, "parts/cover.html", lambda text: text.replace("slot('since')", "slot('recipient')")
    )
    assert ended.code != 0
    assert "R002" in ended.codes or "R001" in ended.codes
    assert "Slot 'recipient' stands in two places" in ended.out


# --- An end in the middle ---


def test_a_full_disk_ends_the_run_and_what_is_finished_stays(project, monkeypatch):
    copying.list_clinics(project, clinics(9))
    monkeypatch.setattr(pipeline_copying, "BATCH", 2)
    write = Path.write_bytes

    def write_or_fail(path, data):
        if path.parent.name == "GZ-0006" and not path.name.startswith(f".{FILE_NAME}"):
            write(path, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", write_or_fail)
        ended = copies(project)
    assert (ended.code, ended.codes) == (4, [])
    assert (
        "GZ-0006 cannot be written: the disk is full; the file is not there, and can be made again"
        in ended.err
    )
    finished = check_whole(project)
    assert "GZ-0006" not in finished
    assert not list(copying.folder(project, "GZ-0006").iterdir())
    assert copies(project).code == 0
    assert len(check_whole(project)) == 9


COUNT = 400 if os.environ.get("JIANBAO_SOAK") else 90
KILLS = 12 if os.environ.get("JIANBAO_SOAK") else 3


def test_a_run_that_is_killed_is_finished_by_the_next(project):
    copying.list_clinics(project, clinics(COUNT))
    command = [sys.executable, "-m", "report", "copies", "--project", str(project.root)]
    for kill in range(KILLS):
        ended = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        with ended:
            # As many batches are finished as this run lets be; the next are under way.
            for _ in range(kill % 3 + 1):
                if not ended.stderr.readline():
                    break
            ended.kill()
        check_whole(project)
    before = made_at(project)
    finished = check_whole(project)
    ended = copies(project)
    assert ended.code == 0, ended.out + ended.err
    assert len(check_whole(project)) == COUNT
    assert not list((project.root / "output/demo/copies").glob("*/.*"))
    after = made_at(project)
    # What was finished was not made again.
    assert all(after[key] == before[key] for key in before if key[0] in finished)
    expected = copying.copies_of(project, f"GZ-{COUNT:04}")
    copies(project, "--force", "--clinic", f"GZ-{COUNT:04}")
    assert copying.copies_of(project, f"GZ-{COUNT:04}") == expected
