"""An edition is withdrawn: who holds it is found and told, once, in its own language, on one page."""

import pikepdf
import pytest

from report import pipeline
from report.copies.pdf import read_identity
from report.editions.withdrawals import read_withdrawals
from report.formats import pdf
from report.ledger import Event, State, open_ledger, read_ledger
from report.notices.record import from_json
from report.pipeline.recalling import Decision, carry_out, plan_recall
from tests.dsl import NOW, ROOT, TODAY
from tests.recalls import CLINICS, copied, entry, give, ledger_of, two_editions, write_clinics

REASON = "恢复日期写错一日，据此排期者请核对"


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return two_editions(tmp_path_factory.mktemp("recall") / "project")


@pytest.fixture
def project(released, tmp_path):
    return copied(released, tmp_path / "project")


def recall(project, *arguments, reason=REASON, yes=True):
    given = ["--reason", reason] if reason else []
    return project.run("recall", "1", *given, *(["--yes"] if yes else []), *arguments)


def deliveries(project, kind=None):
    with read_ledger(ledger_of(project)) as ledger:
        return [one for one in ledger.deliveries() if kind in (None, one.kind)]


def withdrawals(project):
    path = project.demo / "withdrawals.json"
    return read_withdrawals(path.read_bytes()) if path.exists() else ()


def notice(project, clinic, kind="correction"):
    folder = project.root / "output/demo/notices/001" / clinic
    return folder / f"demo-001-{kind}.pdf", from_json((folder / "notice.json").read_bytes())


def read(extract):
    """What a file says, without white space."""
    return "".join(extract.text.split())


def test_without_yes_nothing_is_written_and_who_would_be_told_is_said(project):
    give(project, *map(entry, CLINICS))
    before = project.output()
    ended = recall(project, yes=False)
    assert ended.code == 0, ended.out
    assert ended.out.splitlines() == [
        f"edition 1 of demo would be withdrawn: {REASON}",
        "replaced by edition 2; need not be taken out of use",
        "  GZ-0001: correction by post",
        "  HK-0002: correction by post",
        "  UK-0003: correction by post",
        "3 notices would be made; nothing was written, --yes does it",
    ]
    assert withdrawals(project) == ()
    assert project.output() == before
    assert {one.kind for one in deliveries(project)} == {"edition"}


def test_holders_get_a_notice_each_and_it_is_due_in_the_ledger(project):
    give(project, *map(entry, CLINICS))
    ended = recall(project, "--by", "王小明", "--must-return")
    assert ended.code == 0, ended.out
    (withdrawal,) = withdrawals(project)
    assert (withdrawal.edition, withdrawal.on, withdrawal.by) == (1, TODAY, "王小明")
    assert (withdrawal.replaced_by, withdrawal.must_return) == (2, True)
    due = deliveries(project, "correction")
    assert [(one.clinic, one.channel, one.edition, one.about, one.state) for one in due] == [
        (clinic, "post", 2, 1, State.DUE) for clinic in CLINICS
    ]
    for clinic in CLINICS:
        path, record = notice(project, clinic)
        data = path.read_bytes()
        identity = read_identity(data)
        assert (identity.clinic, identity.briefing, identity.edition) == (clinic, "demo", 1)
        extract = pdf.inspect(data)
        assert (extract.pages, extract.pdf_parts) == (1, ("PDF/A-3a", "PDF/UA-1"))
        assert (extract.broken_rules, extract.unembedded_fonts) == ((), ())
        assert record.number == f"demo-001-C-{clinic}"
        assert record.number in read(extract)


def test_the_notice_says_what_was_wrong_what_is_right_and_what_to_do(project):
    """原文 / 现文 / 依据 / 影响章节 / 影响程度 / 须否收回, as a clinic reads it."""
    give(project, entry("GZ-0001"))
    recall(project, "--by", "王小明", "--must-return")
    assert list(pdf.inspect(notice(project, "GZ-0001")[0].read_bytes()).passages) == EXPECTED


EXPECTED = [
    "勘误通知",
    "试验简报",
    "第1版 · 数据截至 ",
    "2026年11月22日",
    "致",
    "青柏社区诊所（示例）",
    "机构编号：GZ-0001",
    "通知编号：demo-001-C-GZ-0001",
    "▲ ",
    "须收回",
    "请停用第1版，收回并销毁已分发的纸本，删除电子文件，改用第2版。",
    "撤回的版次",
    "第1版 · 撤回日期 ",
    "2026年11月27日",
    " · 决定人 王小明",
    "替换为",
    "第2版 · 数据截至 ",
    "2026年11月25日",
    "事由",
    "恢复日期写错一日，据此排期者请核对",
    "更正对照",
    "项目",
    "原文",
    "现文",
    "影响章节",
    "影响程度",
    "▲ ",
    "勘误",
    "事实 · ",
    "试验恢复",
    "宣布日期",
    "2024年5月20日",
    "2024年5月21日",
    "要点、引言、监管时",
    "间线",
    "结论改变",
    "依据：示例公告[EB/OL]. [2026-11-22]. https://agency.example.org/notice",
    "▲ ",
    "勘误",
    "事实 · ",
    "药物获批",
    "批准日期",
    "2025年5月",
    "2025年6月",
    "监管时间线",
    "事实改变",
    "依据：示例公告[EB/OL]. [2026-11-22]. https://agency.example.org/notice",
    "请您回复",
    "收到后请联系editors@news.example.org，说明“已知悉”和上方的通知编号。",
    "核验是否最新版：",
    "https://status.example.org/demo/1.html",
    "示例编辑部 · editors@news.example.org",
    "https://news.example.org",
]


def test_every_clinic_reads_its_own_language(project):
    give(project, *map(entry, CLINICS))
    recall(project)
    hong_kong, english = (
        pdf.inspect(notice(project, name)[0].read_bytes()) for name in ("HK-0002", "UK-0003")
    )
    assert (hong_kong.lang, english.lang) == ("zh-Hant-HK", "en")
    assert hong_kong.title == "勘誤通知：試驗簡報（第1版）"
    assert "無須收回" in hong_kong.text
    assert "恢復日期寫錯一日" in read(hong_kong)
    assert "Noticeofcorrection" in read(english)
    assert "20May2024" in read(english)
    # Nobody wrote the reason in English: it stands in Chinese, and says that it is.
    assert "恢复日期写错一日" in read(english)
    assert "zh-Hans" in languages(notice(project, "UK-0003")[0])


def languages(path):
    with pikepdf.open(path) as document:
        return {
            str(item.Lang)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/Lang" in item
        }


def test_no_notice_has_a_word_of_another_clinic(project):
    give(project, *map(entry, CLINICS))
    recall(project)
    for clinic in CLINICS:
        path, record = notice(project, clinic)
        said = read(pdf.inspect(path.read_bytes()))
        for other, (name, _) in CLINICS.items():
            assert (other in said + record.text) == (other == clinic)
            assert ("".join(name.split()) in said) == (other == clinic)
        # What lies beside it knows the clinic by its id alone.
        assert CLINICS[clinic][0] not in (path.parent / "notice.json").read_text(encoding="utf-8")


def test_what_was_done_is_not_done_again_and_notices_stay_byte_for_byte(project):
    give(project, *map(entry, CLINICS))
    recall(project)
    kept = project.output()
    before = (project.demo / "withdrawals.json").read_bytes()
    again = recall(project, reason="")
    assert again.code == 0, again.out
    assert "3 told already" in again.out
    assert "no notice had to be made" in again.out
    assert project.output() == kept
    assert (project.demo / "withdrawals.json").read_bytes() == before
    assert len(deliveries(project, "correction")) == 3


def test_a_run_that_was_interrupted_is_made_whole_by_the_next(project, monkeypatch):
    give(project, *map(entry, CLINICS))
    with monkeypatch.context() as patch:
        patch.setattr("report.pipeline.recalling._enqueue", interrupted)
        assert recall(project).code == 130
    assert len(withdrawals(project)) == 1
    assert deliveries(project, "correction") == []
    kept = {name: data for name, (data, _) in project.output().items() if "notices" in name}
    assert recall(project).code == 0
    assert len(deliveries(project, "correction")) == 3
    assert {name: data for name, (data, _) in project.output().items() if "notices" in name} == kept


def interrupted(*arguments):
    raise KeyboardInterrupt


def test_a_clinic_that_got_it_meanwhile_is_told_by_the_next_run(project):
    give(project, entry("GZ-0001"))
    recall(project)
    give(project, entry("HK-0002"))
    ended = recall(project, reason="")
    assert "  HK-0002: correction by post" in ended.out
    assert [one.clinic for one in deliveries(project, "correction")] == ["GZ-0001", "HK-0002"]


def test_who_holds_a_later_edition_is_not_told_and_who_may_hold_it_is(project):
    give(project, entry("GZ-0001"), entry("HK-0002"), entry("HK-0002", 2))
    give(project, entry("UK-0003"), event=Event.LOSE)
    ended = recall(project)
    assert "  UK-0003: correction by post (may hold it)" in ended.out
    assert "  1 hold a later edition, and are not told" in ended.out
    assert [one.clinic for one in deliveries(project, "correction")] == ["GZ-0001", "UK-0003"]


def test_who_may_have_got_it_before_it_was_sent_again_and_refused_is_told(project):
    give(project, entry("GZ-0001"), event=Event.LOSE)
    with open_ledger(ledger_of(project), NOW) as ledger:
        ledger.move(entry("GZ-0001").key, Event.RESEND, NOW)
    give(project, entry("GZ-0001"), event=Event.REFUSE)
    assert "  GZ-0001: correction by post (may hold it)" in recall(project).out
    assert [one.clinic for one in deliveries(project, "correction")] == ["GZ-0001"]


def test_what_waits_of_a_withdrawn_edition_does_not_go_out(project):
    give(project, entry("GZ-0001"))
    give(project, entry("HK-0002"), event=None)
    ended = recall(project)
    assert "  1 deliveries that wait are stopped" in ended.out
    states = {one.clinic: one.state for one in deliveries(project, "edition")}
    assert states == {"GZ-0001": State.SENT, "HK-0002": State.CANCELLED}


def test_a_bounced_copy_is_held_by_nobody(project):
    give(project, entry("GZ-0001"))
    with open_ledger(ledger_of(project), NOW) as ledger:
        ledger.move(entry("GZ-0001").key, Event.BOUNCE, NOW)
    assert "no notice had to be made" in recall(project).out


def test_holders_that_cannot_be_told_are_named(project):
    give(project, *map(entry, CLINICS))
    write_clinics(project, {name: CLINICS[name] for name in ("GZ-0001", "HK-0002")})
    clinics = project.root / "content/clinics.yaml"
    clinics.write_text(clinics.read_text(encoding="utf-8") + "  active: false\n", encoding="utf-8")
    ended = recall(project)
    assert (ended.code, sorted(ended.codes)) == (0, ["P023", "P024"])
    assert "UK-0003 holds edition 1, and is not in the list of clinics" in ended.out
    assert "HK-0002 holds edition 1, and is not active: nothing is sent to it" in ended.out
    assert [one.clinic for one in deliveries(project, "correction")] == ["GZ-0001"]


def test_where_nothing_takes_its_place_the_notice_is_of_a_withdrawal(project):
    give(project, entry("GZ-0001"), entry("GZ-0001", 2))
    ended = project.run("recall", "2", "--reason", REASON, "--yes")
    assert ended.code == 0, ended.out
    assert "replaced by no edition yet" in ended.out
    (one,) = deliveries(project, "withdrawal")
    assert (one.edition, one.about) == (0, 2)
    path = project.root / "output/demo/notices/002/GZ-0001/demo-002-withdrawal.pdf"
    text = read(pdf.inspect(path.read_bytes()))
    assert "撤回通知" in text
    assert "尚无替换的版次" in text
    assert "更正对照" not in text


def test_an_edition_that_takes_its_place_later_is_told_then(project):
    give(project, entry("GZ-0001", 2))
    project.run("recall", "2", "--reason", REASON, "--yes")
    project.change("facts.yaml", 'announced: "2024-05-21"', 'announced: "2024-05-22"')
    assert project.run("release", "-f", "pdf").code == 0
    ended = project.run("recall", "2", "--yes")
    assert ended.code == 0, ended.out
    assert withdrawals(project)[0].replaced_by == 3
    # What was due and says that nothing takes its place is not sent any more.
    assert [one.state for one in deliveries(project, "withdrawal")] == [State.CANCELLED]
    assert [(one.edition, one.about) for one in deliveries(project, "correction")] == [(3, 2)]


def test_a_notice_that_names_an_edition_which_is_withdrawn_too_does_not_go_out(project):
    give(project, entry("GZ-0001"), entry("HK-0002"))
    recall(project)
    refused, _ = deliveries(project, "correction")
    give(project, refused, event=Event.REFUSE)
    ended = project.run("recall", "2", "--reason", REASON, "--yes")
    assert "  1 deliveries that wait are stopped" in ended.out
    assert "edition 1, whose place it took, is withdrawn too: run `report recall 1 --yes`" in ended.out
    assert [one.state for one in deliveries(project, "correction")] == [State.REFUSED, State.CANCELLED]
    project.run("send", "--again", "--yes")
    assert [one.state for one in deliveries(project, "correction")] == [State.REFUSED, State.CANCELLED]
    recall(project, reason="")
    assert [(one.clinic, one.edition, one.about) for one in deliveries(project, "withdrawal")] == [
        ("GZ-0001", 0, 1),
        ("HK-0002", 0, 1),
    ]


def test_a_notice_that_says_again_what_an_earlier_one_said_is_due_again(project):
    give(project, entry("GZ-0001", 2))
    project.run("recall", "2", "--reason", REASON, "--yes")
    project.change("facts.yaml", 'announced: "2024-05-21"', 'announced: "2024-05-22"')
    assert project.run("release", "-f", "pdf").code == 0
    project.run("recall", "2", "--yes")
    project.run("recall", "3", "--reason", REASON, "--yes")
    assert "they are due" in project.run("recall", "2", "--yes").out
    assert [one.state for one in deliveries(project, "withdrawal")] == [State.DUE]
    assert [one.state for one in deliveries(project, "correction")] == [State.CANCELLED]


def test_a_notice_that_did_not_arrive_is_not_counted_as_told(project):
    give(project, entry("GZ-0001"), entry("HK-0002"))
    recall(project)
    give(project, deliveries(project, "correction")[0], event=Event.REFUSE)
    out = recall(project, reason="").out
    assert "  1 told already" in out
    assert "  1 have a notice that did not arrive; `report status` names them" in out


def test_who_got_it_while_it_was_withdrawn_is_told(project):
    run = pipeline.start(project.root, TODAY, None)
    plan = plan_recall(run, "demo", 1, Decision(REASON))
    give(project, entry("GZ-0001"))
    assert [one.record.clinic for one in carry_out(run, plan, NOW).made] == ["GZ-0001"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("recall", "3", "--reason", REASON), "there is no edition 3"),
        (("recall", "0", "--reason", REASON), "there is no edition 0"),
        (("recall", "1"), "an edition is withdrawn for a reason"),
        (("recall", "1", "--reason", "𰻝"), "no bundled font has 𰻝"),
        (("recall", "1", "--reason", "a" * 501), "is no reason"),
        (("recall", "1", "--reason", REASON, "--by", "王\n小明"), "is no name"),
    ],
)
def test_what_cannot_be_withdrawn(project, arguments, said):
    ended = project.run(*arguments, "--yes")
    assert ended.code == 2
    assert said in ended.err
    assert withdrawals(project) == ()


def test_it_is_withdrawn_for_one_reason(project):
    recall(project)
    ended = recall(project, reason="别的原因")
    assert ended.code == 2
    assert f"was withdrawn on {TODAY} already: {REASON}" in ended.err


def test_a_project_without_clinics_can_withdraw(project):
    for name in ("clinics.yaml", "distribution.yaml"):
        (project.root / "content" / name).unlink()
    assert recall(project).code == 0
    assert len(withdrawals(project)) == 1


def test_where_clinics_cannot_be_read_the_edition_is_withdrawn_and_nobody_told(project):
    give(project, entry("GZ-0001"))
    (project.root / "content/clinics.yaml").write_text("- id: nobody\n", encoding="utf-8")
    ended = recall(project)
    assert ended.code in (1, 3)
    assert "nobody was told: mend the errors, then run it again" in ended.out
    assert len(withdrawals(project)) == 1


def test_what_keeps_the_pages_of_the_state_from_being_written_is_told(project):
    (project.demo / "facts.yaml").write_text("- id: [", encoding="utf-8")
    ended = recall(project)
    assert ended.code == 3
    assert "content/demo/facts.yaml" in ended.out
    assert len(withdrawals(project)) == 1


def test_a_damaged_record_of_withdrawals_stops_everything(project):
    recall(project)
    path = project.demo / "withdrawals.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"edition": 1', '"edition": 2'), encoding="utf-8"
    )
    # What is built already is looked at by nobody: no file depends on the record.
    for command in (("check",), ("build", "--force"), ("recall", "1", "--yes")):
        ended = project.run(*command)
        assert (ended.code, ended.codes) == (3, ["C043"]), command


# --- what clinics answer


def test_an_answer_is_written_down_once(project):
    give(project, entry("GZ-0001"))
    first = project.run("ack", "GZ-0001", "1")
    assert first.out == "GZ-0001: received edition 1 of demo (post): written down\n"
    again = project.run("ack", "GZ-0001", "1")
    assert "written down already" in again.out
    other = project.run("ack", "GZ-0001", "1", "--answer", "taken-out-of-use", "--at", "2026-11-26")
    assert "GZ-0001: taken-out-of-use edition 1" in other.out
    with read_ledger(ledger_of(project)) as ledger:
        answers = {one.answer: one.at.date().isoformat() for one in ledger.acknowledgements("demo")}
    assert answers == {"received": "2026-11-27", "taken-out-of-use": "2026-11-26"}


def test_an_answer_is_to_the_notice_where_one_was_sent(project):
    give(project, entry("GZ-0001"))
    recall(project)
    (due,) = deliveries(project, "correction")
    assert "received edition 1" in project.run("ack", "GZ-0001", "1").out
    give(project, due)
    assert "received the correction of edition 1" in project.run("ack", "GZ-0001", "1").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("GZ-9999", "1"), "there is no clinic 'GZ-9999'"),
        (("HK-0002", "1"), "HK-0002 was never sent edition 1 of demo"),
        (("GZ-0001", "2"), "GZ-0001 was never sent edition 2 of demo"),
        (("GZ-0001", "1", "--kind", "correction"), "never sent a correction of edition 1"),
        (("UK-0003", "1"), "in the ledger it is edition due"),
        (("GZ-0001", "1", "--kind", "letter"), "there is no kind 'letter'"),
        (("GZ-0001", "1", "--answer", "no"), "there is no answer 'no'"),
        (("GZ-0001", "1", "--at", "2026-11-28"), "lies after today"),
        (("GZ-0001", "1", "--at", "gestern"), "is no day"),
    ],
)
def test_answers_that_cannot_be(project, arguments, said):
    give(project, entry("GZ-0001"))
    give(project, entry("UK-0003"), event=None)
    ended = project.run("ack", *arguments)
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.parametrize(("name", "code"), [("notice.css", "P020"), ("addressees.css", "P021")])
def test_what_does_not_go_onto_a_page_is_told_and_the_edition_is_withdrawn(project, name, code):
    give(project, entry("GZ-0001"))
    folder = project.root / "templates/css"
    folder.mkdir(parents=True)
    sheet = (ROOT / "templates/css" / name).read_text(encoding="utf-8")
    (folder / name).write_text(f"{sheet}\np {{ font-size: 90pt; line-height: 120pt; }}\n", encoding="utf-8")
    ended = recall(project)
    assert (ended.code, ended.codes) == (1, [code])
    assert "nobody was told: mend the errors, then run it again" in ended.out
    assert len(withdrawals(project)) == 1
    (folder / name).unlink()
    assert "1 notices" in recall(project).out


def test_every_clinic_whose_name_does_not_go_onto_its_notice_is_told_in_the_order_of_the_list(project):
    """Notices of each language are addressed by another worker, and none waits for another."""
    clinics = ("UK-0003", "GZ-0001", "HK-0002")
    give(project, *(entry(clinic) for clinic in clinics))
    sheet = (ROOT / "templates/css/addressees.css").read_text(encoding="utf-8")
    (project.root / "templates/css").mkdir(parents=True)
    (project.root / "templates/css/addressees.css").write_text(f"{sheet}\np {{ line-height: 120pt; }}\n")
    ended = recall(project)
    assert ended.codes == ["P021"] * 3
    places = [ended.out.index(f"name and id of {clinic} do not go") for clinic in sorted(clinics)]
    assert places == sorted(places)


def test_a_run_that_sends_may_have_sent_it_to_somebody(project):
    with open_ledger(ledger_of(project), NOW):
        ended = recall(project)
    assert ended.code == 7
    assert "run it again" in ended.err


def test_a_run_that_sends_is_not_disturbed_and_sends_nothing_more_of_it(project):
    give(project, entry("GZ-0001"))
    with open_ledger(ledger_of(project), NOW):
        ended = recall(project)
    assert ended.code == 7
    assert "edition 1 is withdrawn, and its holders are not told yet" in ended.err
    page = (project.root / "output/demo/status/1.html").read_text(encoding="utf-8")
    assert "您手上的版次已撤回，请勿再用。" in page
    assert len(withdrawals(project)) == 1
    assert recall(project).code == 0
    assert len(deliveries(project, "correction")) == 1
