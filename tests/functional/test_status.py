"""`report status`: which edition is current, who holds which, who got a wrong value, and the pages for everybody."""

import csv
import io
import json

import pytest

from report.ledger import Event
from tests.recalls import CLINICS, REASON, copied, entry, give, ledger_of, two_editions


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return two_editions(tmp_path_factory.mktemp("status") / "project")


@pytest.fixture
def project(released, tmp_path):
    return copied(released, tmp_path / "project")


def test_without_a_ledger_nobody_holds_anything(project):
    ended = project.run("status")
    assert ended.code == 0, ended.out
    assert ended.out.splitlines() == [
        "demo: edition 2 is current",
        "  edition      state       as of       released    held by  perhaps by",
        "  2 (erratum)  current     2026-11-25  2026-11-27  0        -",
        "  1            superseded  2026-11-22  2026-11-27  0        -",
        "  facts on 2026-11-27: 3 unchecked",
        "  3 active clinics without an edition",
    ]
    assert not ledger_of(project).exists()


def test_without_clinics_distribution_and_editions(project):
    for path in (project.root / "content/clinics.yaml", project.root / "content/distribution.yaml"):
        path.unlink()
    for path in (project.demo / "editions").iterdir():
        path.unlink()
    ended = project.run("status")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "demo: nothing was released")


def test_what_was_sent_shows_who_holds_what_and_what_wants_doing(project):
    give(project, entry("GZ-0001"), entry("GZ-0001", 2), entry("HK-0002"))
    give(project, entry("UK-0003", 2), event=Event.LOSE)
    out = project.run("status").out
    assert "  2 (erratum)  current     2026-11-25  2026-11-27  1        1" in out
    assert "  1            superseded  2026-11-22  2026-11-27  1        -" in out
    assert "  deliveries: 3 sent, 1 in doubt" in out
    assert "  UK-0003  post     edition 2  in doubt  2026-11-27 09:30" in out.splitlines()
    assert "GZ-0001" not in out
    assert "GZ-0001" in project.run("status", "--all").out


def test_programs_spreadsheets_and_browsers_are_told_the_same(project):
    give(project, entry("GZ-0001"))
    data = json.loads(project.run("status", "--format", "json").out)
    assert data["briefings"][0]["editions"][1]["holders"] == ["GZ-0001"]
    rows = list(csv.DictReader(io.StringIO(project.run("status", "--format", "csv").out)))
    assert [(row["clinic"], row["edition"], row["state"]) for row in rows] == [("GZ-0001", "1", "sent")]
    page = project.run("status", "--format", "html").out
    assert '<th scope="row">GZ-0001</th>' in page
    assert "已送达" in page
    assert "Sent" in project.run("status", "--format", "html", "--locale", "en").out


def test_nothing_personal_is_told(project):
    give(project, *map(entry, CLINICS))
    project.run("recall", "1", "--reason", REASON, "--yes")
    for format_ in ("text", "json", "csv", "html"):
        out = project.run("status", "--format", format_, *(["--all"] if format_ == "text" else [])).out
        assert "GZ-0001" in out
        for clinic, (name, _) in CLINICS.items():
            assert name not in out
            assert f"{clinic.lower()}@" not in out


def test_a_corrected_fact_finds_every_edition_and_clinic_that_got_the_old_value(project):
    give(project, entry("GZ-0001"), entry("HK-0002"), entry("HK-0002", 2))
    give(project, entry("UK-0003"), event=Event.LOSE)
    ended = project.run("status", "--fact", "trial-resumed", "--field", "dates.announced")
    assert ended.out.splitlines() == [
        "edition 1 (superseded): held by GZ-0001; perhaps by UK-0003; HK-0002 got it and holds a later one",
        "  dates.announced: 2024-05-20; prints as 2024年5月20日 (key-points, opening, timeline)",
        "edition 2 (current): held by HK-0002",
        "  dates.announced: 2024-05-21; prints as 2024年5月21日 (key-points, opening, timeline)",
    ]
    data = json.loads(
        project.run("status", "--fact", "trial-resumed", "--value", "2024年5月20日", "--format", "json").out
    )
    assert [(item["edition"], item["holders"], item["hold_later"]) for item in data["editions"]] == [
        (1, ["GZ-0001"], ["HK-0002"])
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fact", "nowhere"), "no edition of demo states a fact 'nowhere'"),
        (("--fact", "trial-resumed", "--field", "dates.no"), "no edition states 'dates.no' of trial-resumed"),
        (("--field", "label"), "--field and --value say more of --fact"),
        (("--fact", "trial-resumed", "--format", "html"), "--fact has no format html"),
        (("--format", "xml"), "there is no format 'xml'"),
        (("--format", "html", "--locale", "fr"), "there is no locale 'fr'"),
    ],
)
def test_what_cannot_be_asked(project, arguments, said):
    ended = project.run("status", *arguments)
    assert ended.code == 2
    assert said in ended.err


def test_the_pages_are_written_where_they_changed(project):
    folder = project.root / "output/demo/status"
    assert project.run("status", "--site").code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "1.html",
        "1.sha256sums",
        "2.html",
        "2.sha256sums",
        "editions.json",
        "index.html",
    ]
    before = project.output()
    again = project.run("status", "--site")
    assert "nothing to do" in again.out
    assert project.output() == before
    (folder / "1.en.html").write_text("of a locale that is gone", encoding="utf-8")
    (folder / "own.html").write_text("somebody's own", encoding="utf-8")
    project.run("status", "--site")
    assert not (folder / "1.en.html").exists()
    assert (folder / "own.html").exists()


def test_a_withdrawal_shows_at_once(project):
    give(project, *map(entry, CLINICS))
    project.run("status", "--site")
    assert project.run("recall", "1", "--reason", REASON, "--yes").code == 0
    folder = project.root / "output/demo/status"
    page = (folder / "1.html").read_text(encoding="utf-8")
    assert "您手上的版次已撤回，请勿再用。" in page
    assert REASON in page
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    for clinic, (name, _) in CLINICS.items():
        assert clinic not in everything
        assert name not in everything


def test_what_was_never_released_has_no_pages(project):
    for path in (project.demo / "editions").iterdir():
        path.unlink()
    ended = project.run("status", "--site")
    assert ended.code == 0
    assert not (project.root / "output/demo/status").exists()
