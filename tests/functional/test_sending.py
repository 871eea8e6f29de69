"""`report send` as its user meets it: what is due and why, what is sent once, and what never is."""

import dataclasses
import json
from unittest import mock

import pytest

from report.ledger import read_ledger
from report.parcels import (
    CHANNEL_UNREACHABLE,
    RECIPIENT_REFUSED,
    REPLY_LOST,
    TRY_LATER,
    Deferred,
    InDoubt,
    Refused,
)
from tests.dsl import run
from tests.sending import DISTRIBUTION, Sending, content, identify, signed

LATER = Deferred(TRY_LATER, "451 try again later")
NEVER = Refused(RECIPIENT_REFUSED, "550 no such user gz-0001@clinic.example", "Correct the address.")
LOST = InDoubt(REPLY_LOST, "the connection was lost after the last byte")


@pytest.fixture
def sending(tmp_path):
    made = Sending(tmp_path / "project")
    made.release()
    made.all_copies()
    return made


# --- what is said ---


def test_without_yes_it_says_who_gets_what_and_why_and_writes_nothing(sending):
    sending.clinics("GZ-0001", "GZ-0002", "GZ-0003", GZ_0003={"active": False})
    ended = sending.command()
    assert ended.code == 0
    sizes = len(content("GZ-0001"))
    assert ended.out.splitlines() == [
        "demo, edition 1: 2 deliveries",
        "  clinic   channel  what       why              since  files  bytes",
        f"  GZ-0001  mail     edition 1  it has none yet  -      1      {sizes}",
        f"  GZ-0002  mail     edition 1  it has none yet  -      1      {sizes}",
        "  held back: GZ-0003 by mail: the clinic is not active",
        "2 deliveries to make; `report send --yes` sends",
    ]
    assert not sending.ledger_path.exists()
    assert sending.channel.parcels == []


def test_json_has_the_same_and_nothing_else(sending):
    ended = sending.command("--format", "json")
    data = json.loads(ended.out)
    assert data["deliveries"] == 3
    [briefing] = data["briefings"]
    assert [one["clinic"] for one in briefing["planned"]] == ["GZ-0001", "GZ-0002", "GZ-0003"]
    assert briefing["planned"][0]["reason"] == "first"
    assert briefing["planned"][0]["files"] == [{"name": "demo.pdf", "size": len(content("GZ-0001"))}]


def test_nothing_personal_is_said(sending):
    sending.channel.answers = {"GZ-0001": [NEVER]}
    texts = [sending.command().out, sending.command("--format", "json").out]
    ended = sending.command("--yes")
    texts += [ended.out, ended.err, sending.ledger_path.read_bytes().decode("utf-8", "replace")]
    texts += [path.read_bytes().decode("utf-8", "replace") for path in sending.ledger_path.parent.iterdir()]
    assert "GZ-0001 by mail: 550 no such user [clinic]" in ended.out
    for text in texts:
        assert "clinic.example" not in text
        assert "诊所GZ" not in text


def test_what_is_sent_is_sent_once(sending):
    ended = sending.command("--yes")
    assert (ended.code, sending.channel.clinics) == (0, ["GZ-0001", "GZ-0002", "GZ-0003"])
    assert "3 sent" in ended.out
    again = sending.command("--yes")
    assert again.code == 0
    assert "nothing was to be sent" in again.out
    assert len(sending.channel.parcels) == 3
    assert "3 delivered already" in sending.command().out


def test_a_parcel_is_what_its_clinic_should_get(sending):
    sending.send()
    parcel = sending.channel.parcels[0]
    assert parcel.kind == "edition"
    assert (parcel.edition, parcel.edition_text, parcel.as_of_text) == (1, "第1版", "2025年10月15日")
    assert parcel.subject == "间充质干细胞简报（第1版，数据截至2025年10月15日）"
    assert parcel.text.startswith("诊所GZ-0001：\n\n现送上《间充质干细胞简报》第1版")
    assert [file.data for file in parcel.files] == [content("GZ-0001")]
    assert parcel.files[0].media_type == "application/pdf"
    assert parcel.message_id == f"<{parcel.key[:40]}@jianbao.invalid>"


def test_a_newer_edition_tells_what_changed_since_the_one_that_the_clinic_holds(sending):
    sending.send(clinics=("GZ-0001",))
    sending.release(2, title="间充质干细胞简报（修订）")
    sending.copies("GZ-0001", number=2, since=1)
    sending.copies("GZ-0002", "GZ-0003", number=2)
    out = sending.command().out
    assert "GZ-0001  mail     edition 2  a newer edition  edition 1" in out
    assert "GZ-0002  mail     edition 2  it has none yet  -" in out
    sending.command("--yes")
    texts = {parcel.clinic.id: parcel.text for parcel in sending.channel.parcels if parcel.edition == 2}
    assert "自您手中的第1版以来：" in texts["GZ-0001"]
    assert "- 题名" in texts["GZ-0001"]
    assert "以来" not in texts["GZ-0002"]


def test_a_copy_that_tells_since_another_edition_than_the_clinic_holds_is_not_sent(sending):
    sending.send()
    sending.release(2)
    sending.all_copies(number=2, since=0)
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, ["D025"] * 3)
    assert "the copy tells what changed since no edition, and GZ-0001 has edition 1" in ended.out
    assert len(sending.channel.parcels) == 3


def test_a_letter_is_in_the_language_of_its_clinic(tmp_path):
    sending = Sending(tmp_path / "project", "GZ-0001", "HK-0001", "EN-0001")
    hong_kong, english = {"locale": "zh-Hant-HK"}, {"locale": "en"}
    sending.clinics("GZ-0001", "HK-0001", "EN-0001", HK_0001=hong_kong, EN_0001=english)
    sending.release()
    sending.all_copies()
    sending.send()
    subjects = {parcel.clinic.id: parcel.subject for parcel in sending.channel.parcels}
    assert "數據截至2025年10月15日" in subjects["HK-0001"]
    assert "Edition 1, data as of 15 October 2025" in subjects["EN-0001"]


# --- which are meant ---


def test_clinics_groups_and_channels_are_chosen(tmp_path):
    sending = Sending(tmp_path / "project")
    both, north = {"channels": ["mail", "share"]}, {"group": "north"}
    sending.clinics("GZ-0001", "GZ-0002", GZ_0001=both, GZ_0002=north)
    sending.release()
    sending.all_copies()
    assert len(sending.preview().plans[0].planned) == 3
    planned = sending.preview(clinics=("GZ-0001",), channel="share").plans[0].planned
    assert [(one.entry.clinic, one.entry.channel) for one in planned] == [("GZ-0001", "share")]
    assert [one.entry.clinic for one in sending.preview(group="north").plans[0].planned] == ["GZ-0002"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--clinic", "GZ-9999"], "there is no clinic 'GZ-9999'"),
        (["--group", "south"], "there is no group 'south'"),
        (["--channel", "fax"], "there is no channel 'fax'"),
        (["--edition", "7"], "there is no edition 7 of demo"),
        (["other"], "there is no briefing 'other'"),
        (["--in-doubt", "guess"], "there is no policy 'guess'"),
        (["--format", "xml"], "there is no format 'xml'"),
    ],
)
@pytest.mark.parametrize("yes", [[], ["--yes"]])
def test_what_does_not_exist_is_a_usage_error(sending, arguments, said, yes):
    ended = sending.command(*arguments, *yes)
    assert ended.code == 2
    assert said in ended.err
    assert sending.channel.parcels == []


def test_many_want_their_number_confirmed(sending):
    sending.distribution(DISTRIBUTION, confirm_above=2)
    assert "`report send --yes --confirm-count 3` sends" in sending.command().out
    for arguments in ([], ["--confirm-count", "2"], ["--confirm-count", "4"]):
        ended = sending.command("--yes", *arguments)
        assert ended.code == 2
        assert "nothing was sent" in ended.err
    assert sending.channel.parcels == []
    assert sending.command("--yes", "--confirm-count", "3").code == 0
    assert len(sending.channel.parcels) == 3


def test_a_count_that_is_given_has_to_be_right_even_for_few(sending):
    assert sending.command("--yes", "--confirm-count", "2").code == 2
    assert sending.channel.parcels == []


# --- what is held back ---


def test_a_project_without_an_edition_sends_nothing(tmp_path):
    sending = Sending(tmp_path / "project")
    ended = sending.command("--yes")
    assert ended.code == 0
    assert "demo: no edition is released" in sending.command().out
    assert sending.channel.parcels == []


def test_a_withdrawn_edition_is_not_sent(sending):
    sending.withdraw(1)
    ended = sending.command("--yes")
    assert ended.code == 0
    assert "held back: GZ-0001 by mail: the edition is withdrawn" in ended.out
    assert sending.channel.parcels == []


def test_a_damaged_record_of_withdrawals_stops_everything(sending):
    sending.project.write("withdrawals.json", "{}")
    assert sending.command("--yes").code == 3
    assert sending.channel.parcels == []


def test_an_edition_needs_the_sign_offs_of_its_own_content(sending):
    sending.project.change(
        "briefing.yaml", "disclaimer: closing", "disclaimer: closing\napprovals: [医学审校]"
    )
    for approvals in ((), (signed("医学审校", "1" * 64),), (signed("编辑"),)):
        sending.release(approvals=approvals)
        ended = sending.command("--yes")
        assert (ended.code, ended.codes) == (7, ["D026"])
        assert "edition 1 bears no sign-off by 医学审校" in ended.out
        assert "held back: GZ-0001 by mail: the edition is not signed off" in ended.out
    assert sending.channel.parcels == []
    sending.release(approvals=(signed("医学审校"),))
    assert sending.command("--yes").code == 0


def test_sign_offs_are_not_asked_for_where_the_policy_says_so(sending):
    sending.project.change(
        "briefing.yaml", "disclaimer: closing", "disclaimer: closing\napprovals: [医学审校]"
    )
    sending.distribution(DISTRIBUTION, approvals_required="false")
    assert sending.command("--yes").code == 0


def test_an_older_edition_is_not_sent_to_who_has_a_newer_one(sending):
    sending.send(clinics=("GZ-0001",))
    sending.release(2)
    sending.copies("GZ-0001", number=2, since=1)
    sending.send(clinics=("GZ-0001",))
    sending.all_copies(number=1)
    plan = sending.preview(edition=1).plans[0]
    assert [one.entry.clinic for one in plan.planned] == ["GZ-0002", "GZ-0003"]
    assert plan.done == 1
    sending.clinics("GZ-0001", "GZ-0002", GZ_0001={"channels": ["mail", "share"]})
    [held] = sending.preview(edition=1).plans[0].held
    assert str(held) == "it has a newer edition"
    sending.withdraw(2)
    assert not sending.preview(edition=1).plans[0].held


def test_a_copy_that_is_missing_is_told_and_the_others_go_out(sending):
    for path in (sending.root / "output/demo/copies/GZ-0002").iterdir():
        path.unlink()
    (sending.root / "output/demo/copies/GZ-0002").rmdir()
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, ["D024"])
    assert "there is no copy of edition 1 for GZ-0002" in ended.out
    assert sending.channel.clinics == ["GZ-0001", "GZ-0003"]


def test_what_many_have_alike_is_told_once(tmp_path):
    sending = Sending(tmp_path / "project", *(f"GZ-{number:04}" for number in range(1, 21)))
    sending.release()
    ended = sending.command()
    assert ended.codes == ["D024"] * 5
    assert "and 15 more of D024; --format json has them all" in ended.out
    assert "GZ-0005 by mail and 15 more: its copy is not fit to be sent" in ended.out
    assert "20 errors, 0 warnings" in ended.out
    data = json.loads(sending.command("--format", "json").out)
    assert len(data["findings"]) == len(data["briefings"][0]["held"]) == 20


# --- what goes wrong, and comes right ---


def test_what_is_put_off_waits_longer_each_time_and_is_refused_in_the_end(sending):
    text = DISTRIBUTION + "attempts: {most: 3, first_wait_seconds: 60, factor: 4}\n"
    sending.distribution(text)
    sending.channel.answers = {"GZ-0001": [LATER] * 3}
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, ["D004"])
    assert sending.states()["GZ-0001"] == "deferred"
    sending.clock.forward(seconds=59)
    assert "held back: GZ-0001 by mail: put off until 2026-11-27T09:01:00+08:00" in sending.command().out
    assert sending.command("--yes").code == 0
    assert sending.channel.clinics.count("GZ-0001") == 1
    sending.clock.forward(seconds=1)
    assert "due again" in sending.command().out
    sending.command("--yes")
    sending.clock.forward(seconds=239)
    sending.command("--yes")
    assert sending.channel.clinics.count("GZ-0001") == 2
    sending.clock.forward(seconds=1)
    last = sending.command("--yes")
    assert (last.code, last.codes) == (7, ["D028"])
    assert "attempt 3 of 3 came to nothing: 451 try again later" in last.out
    assert sending.states()["GZ-0001"] == "refused"
    sending.clock.forward(days=30)
    assert "held back: GZ-0001 by mail: refused" in sending.command("--yes").out
    assert sending.channel.clinics.count("GZ-0001") == 3


def test_a_person_may_have_what_was_refused_tried_again(sending):
    sending.channel.answers = {"GZ-0001": [NEVER]}
    assert sending.command("--yes").code == 7
    assert sending.command("--yes").code == 0
    assert sending.channel.clinics.count("GZ-0001") == 1
    assert "GZ-0001  mail     edition 1  asked for again" in sending.command("--again").out
    assert sending.command("--yes", "--again").code == 0
    assert sending.states()["GZ-0001"] == "sent"
    first, second = (parcel for parcel in sending.channel.parcels if parcel.clinic.id == "GZ-0001")
    assert first.key == second.key
    assert second.message_id == f"<{first.key[:40]}.1@jianbao.invalid>"


def test_every_attempt_bears_the_same_message_id(sending):
    sending.channel.answers = {"GZ-0001": [LATER, (LOST, False)]}
    sending.send()
    sending.clock.forward(hours=1)
    sending.send()
    sending.send(in_doubt="resend")
    parcels = [parcel for parcel in sending.channel.parcels if parcel.clinic.id == "GZ-0001"]
    assert len(parcels) == 3
    assert len({(parcel.key, parcel.message_id) for parcel in parcels}) == 1
    with read_ledger(sending.ledger_path) as ledger:
        attempts = ledger.attempts(parcels[0].key)
    assert [attempt.outcome for attempt in attempts] == ["deferred", "lost", "accepted"]
    assert [attempt.code for attempt in attempts] == ["D004", "D006", ""]


def test_a_channel_that_is_down_is_left_alone_and_costs_the_others_no_attempt(sending):
    down = Deferred(CHANNEL_UNREACHABLE, "mail cannot be reached", is_of_channel=True)
    sending.clinics("GZ-0001", "GZ-0002", "GZ-0003", GZ_0003={"channels": ["share"]})
    sending.channel.answers = {"GZ-0001": [down]}
    ended = sending.command("--yes")
    assert ended.code == 7
    assert "GZ-0002 by mail: not sent: the channel cannot be used now" in ended.out
    assert sending.states() == {"GZ-0001": "deferred", "GZ-0003": "sent"}


def test_a_copy_made_anew_takes_the_place_of_one_that_was_put_off(sending):
    sending.channel.answers = {"GZ-0001": [LATER]}
    sending.send()
    sending.copies("GZ-0001", text="made anew")
    sending.clock.forward(hours=1)
    sending.send()
    with read_ledger(sending.ledger_path) as ledger:
        states = [one.state.value for one in ledger.deliveries() if one.clinic == "GZ-0001"]
    assert states == ["cancelled", "sent"]


def test_a_copy_made_anew_is_not_sent_to_who_has_the_edition(sending):
    sending.send()
    sending.all_copies(text="made anew")
    assert sending.send().outcomes == ()


def test_a_newer_edition_takes_the_place_of_one_that_was_put_off(sending):
    sending.channel.answers = {"GZ-0001": [LATER]}
    sending.send(clinics=("GZ-0001",))
    sending.release(2)
    sending.copies("GZ-0001", number=2)
    sending.send(clinics=("GZ-0001",))
    with read_ledger(sending.ledger_path) as ledger:
        states = {one.edition: one.state.value for one in ledger.deliveries()}
    assert states == {1: "cancelled", 2: "sent"}


# --- what is in doubt ---


@pytest.mark.parametrize("has_arrived", [True, False])
def test_held_doubts_are_told_and_not_touched(sending, has_arrived):
    sending.channel.answers = {"GZ-0001": [(LOST, has_arrived)]}
    assert sending.command("--yes").codes == ["D006"]
    again = sending.command("--yes")
    assert (again.code, again.codes) == (7, ["D027"])
    assert (
        "whether it arrived is not known; it was sent at 2026-11-27T09:00:00+08:00; it is held" in again.out
    )
    assert "held back: GZ-0001 by mail: in doubt" in sending.command().out
    assert sending.channel.clinics.count("GZ-0001") == 1


@pytest.mark.parametrize("has_arrived", [True, False])
def test_reconciled_doubts_are_sent_again_only_where_nothing_arrived(sending, has_arrived):
    sending.channel.answers = {"GZ-0001": [(LOST, has_arrived)]}
    sending.send()
    sending.clock.forward(minutes=10)
    assert sending.command("--yes", "--in-doubt", "reconcile").code == 0
    assert sending.states()["GZ-0001"] == "sent"
    assert sending.channel.clinics.count("GZ-0001") == (1 if has_arrived else 2)
    assert [parcel.key for parcel in sending.channel.sought] == [sending.channel.parcels[0].key]


def test_what_is_not_found_yet_may_still_be_on_its_way(sending):
    sending.distribution(DISTRIBUTION, in_doubt="reconcile", settle_seconds=600)
    sending.channel.answers = {"GZ-0001": [(LOST, False)]}
    sending.send()
    sending.clock.forward(seconds=599)
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, ["D027"])
    assert "may still be on its way until 2026-11-27T09:10:00+08:00" in ended.out
    sending.clock.forward(seconds=1)
    assert sending.command("--yes").code == 0
    assert sending.channel.clinics.count("GZ-0001") == 2


def test_a_channel_that_cannot_tell_is_held_and_said_so(sending):
    sending.channel.CAN_FIND = False
    sending.channel.answers = {"GZ-0001": [(LOST, False)]}
    sending.send()
    ended = sending.command("--yes", "--in-doubt", "reconcile")
    assert ended.codes == ["D027"]
    assert "the channel mail cannot tell what arrived, so it is held" in ended.out


def test_a_doubt_about_an_older_edition_is_not_sent_again(sending):
    sending.channel.answers = {"GZ-0001": [(LOST, True)]}
    sending.send(clinics=("GZ-0001",))
    sending.release(2)
    sending.copies("GZ-0001", number=2)
    sending.send(clinics=("GZ-0001",), in_doubt="resend")
    assert [parcel.edition for parcel in sending.channel.parcels] == [1, 2]
    with read_ledger(sending.ledger_path) as ledger:
        assert {one.edition: one.state.value for one in ledger.deliveries()} == {1: "in_doubt", 2: "sent"}


def test_what_is_found_of_an_older_edition_decides_what_the_next_copy_tells(sending):
    sending.channel.answers = {"GZ-0001": [(LOST, True)]}
    sending.send(clinics=("GZ-0001",))
    sending.release(2)
    sending.copies("GZ-0001", number=2)
    sent = sending.send(clinics=("GZ-0001",), in_doubt="reconcile")
    assert [finding.code.code for finding in sent.preview.all_findings] == ["D025"]
    sending.copies("GZ-0001", number=2, since=1)
    assert len(sending.send(clinics=("GZ-0001",)).outcomes) == 1


# --- mail that came back ---


@dataclasses.dataclass(frozen=True)
class Bounce:
    message_id: str
    is_permanent: bool = True
    status: str = "5.1.1"


def test_mail_that_came_back_is_not_held_to_have_arrived(sending):
    sending.send()
    came_back = [
        Bounce(sending.channel.parcels[0].message_id),
        Bounce(sending.channel.parcels[1].message_id, is_permanent=False),
        Bounce("<of-something-else@example.org>"),
    ]
    sending.channel.read_bounces = lambda settings: came_back
    ended = with_bounces(sending, "--yes")
    assert sending.states() == {"GZ-0001": "bounced", "GZ-0002": "sent", "GZ-0003": "sent"}
    assert "held back: GZ-0001 by mail: came back" in ended.out
    # The mailbox tells the same bounce for ever; what is sent again bears another Message-ID.
    with_bounces(sending, "--yes", "--again")
    with_bounces(sending, "--yes")
    assert sending.states()["GZ-0001"] == "sent"


def test_what_a_clinic_has_answered_to_does_not_come_back_again(sending):
    """A bounce may be wrong; the mailbox keeps it, and who has the copy in hand knows better."""
    sending.send()
    sending.channel.read_bounces = lambda settings: [Bounce(sending.channel.parcels[0].message_id)]
    with_bounces(sending, "--yes")
    assert sending.states()["GZ-0001"] == "bounced"
    assert run("ack", "GZ-0001", "1", "--project", str(sending.root)).code == 0
    with_bounces(sending, "--yes")
    assert sending.states()["GZ-0001"] == "sent"


def test_who_answers_after_a_copy_was_made_anew_for_mail_that_came_back_has_that(sending):
    sending.send()
    sending.channel.read_bounces = lambda settings: [Bounce(sending.channel.parcels[0].message_id)]
    with_bounces(sending, "--yes")
    sending.copies("GZ-0001", text="with another address")
    with_bounces(sending, "--yes", "--again")
    ended = run("ack", "GZ-0001", "1", "--project", str(sending.root))
    assert (ended.code, ended.out) == (0, "GZ-0001: received edition 1 of demo (mail): written down\n")
    with read_ledger(sending.ledger_path) as ledger:
        states = {one.key: one.state.value for one in ledger.deliveries() if one.clinic == "GZ-0001"}
        answered = [answer.key for answer in ledger.acknowledgements()]
    first, anew = states
    assert (states, answered) == ({first: "bounced", anew: "sent"}, [anew])


def test_a_mailbox_that_cannot_be_read_stops_nothing(sending):
    def fail(settings):
        raise Deferred(CHANNEL_UNREACHABLE, "the mailbox cannot be read")

    sending.channel.read_bounces = fail
    ended = with_bounces(sending, "--yes")
    assert (ended.code, ended.codes) == (7, ["D002"])
    assert len(sending.channel.parcels) == 3


class SettingsWithBounces:
    bounces = "a mailbox"


def with_bounces(sending, *arguments):
    with (
        mock.patch("report.pipeline.sending.anchored", return_value=SettingsWithBounces()),
        mock.patch("report.pipeline.sending.references", return_value=()),
    ):
        return sending.command(*arguments)


# --- secrets ---

MAIL = """channels:
  mail:
    kind: email
    host: mail.example.org
    user: desk
    password: {env: TEST_MAIL_PASSWORD}
    sender: {address: desk@briefings.example}
"""


def test_a_password_that_is_missing_is_told_before_anything_is_sent(sending, monkeypatch):
    monkeypatch.delenv("TEST_MAIL_PASSWORD", raising=False)
    sending.distribution(MAIL)
    ended = sending.command("--yes")
    assert ended.code == 4
    assert "the environment variable TEST_MAIL_PASSWORD is not set" in ended.err
    assert sending.channel.parcels == []
    assert not sending.ledger_path.exists()
    assert sending.command().code == 0


def test_a_password_that_a_server_repeats_is_written_nowhere(sending, monkeypatch):
    canary = "canary-7f3a-passwort"
    monkeypatch.setenv("TEST_MAIL_PASSWORD", canary)
    sending.distribution(MAIL)
    echoes = Refused(RECIPIENT_REFUSED, f"535 not {canary}", f"Look at {canary}.")
    sending.channel.answers = {"GZ-0001": [echoes], "GZ-0002": [(InDoubt(REPLY_LOST, canary), True)]}
    texts = [sending.command("--yes", *more) for more in ([], ["--format", "json"])]
    told = "".join(ended.out + ended.err for ended in texts)
    assert "535 not [secret]" in told
    assert canary not in told
    for path in sending.ledger_path.parent.iterdir():
        assert canary.encode() not in path.read_bytes()


def test_mail_bears_the_senders_own_domain(sending, monkeypatch):
    monkeypatch.setenv("TEST_MAIL_PASSWORD", "a password")
    sending.distribution(MAIL)
    sending.send()
    assert {parcel.message_id.rpartition("@")[2] for parcel in sending.channel.parcels} == {
        "briefings.example>"
    }


# --- through a channel that is real ---


def test_a_folder_gets_each_clinics_own_copy(sending):
    with mock.patch("report.copies.identity.read", identify):
        ended = run("send", "--yes", "--project", str(sending.root))
    assert ended.code == 0, ended.out + ended.err
    for clinic in ("GZ-0001", "GZ-0002", "GZ-0003"):
        folder = sending.root / "outbox" / clinic / "demo" / "001"
        assert (folder / "demo.pdf").read_bytes() == content(clinic)
