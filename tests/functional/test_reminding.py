"""Owners of stale facts are reminded by one letter, and no more often than is set; over a real mail server."""

import datetime
import email
import email.policy
import json

import pytest

from report import pipeline
from report.pipeline.reminding import STATE_FILE, remind_owners
from tests.dsl import NOW, TODAY
from tests.servers import HOST, Inbox, mail_server

WANG, LI = "wang@publisher.example", "li@publisher.example"
OWNERS = f"{{王医生: {WANG}, 李医生: {LI}}}"
DISTRIBUTION = """\
channels:
  files: {kind: folder, path: outbox}
  mail:
    kind: email
    host: %s
    port: %d
    security: none
    timeout_seconds: 5
    sender: {name: 示例医学编辑部, address: briefings@publisher.example}
monitor:
  owners: %s
"""


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def stale(project):
    """A project with one stale fact of each of two people, one to be reviewed, and one that is fresh."""
    facts = (project.demo / "facts.yaml").read_text(encoding="utf-8")
    checked = [
        ("2026-11-01", "王医生", "2026-11-20"),
        ("2025-02-01", "李医生", "2027-01-01"),
        ("2025-01-01", "王医生", "2026-12-31"),
    ]
    for day, who, review in checked:
        new = f'sources: [{{ref: notice}} ]\n  last_checked: "{day}"\n  checked_by: {who}\n  review_by: "{review}"'
        facts = facts.replace("sources: [{ref: notice}]", new, 1)
    project.write("facts.yaml", facts)
    project.change("briefing.yaml", "title:", "freshness: {default: {error_after_days: 365}}\ntitle:")
    return project


def distribute(project, port, owners=OWNERS, more=""):
    text = DISTRIBUTION % (HOST, port, owners) + more
    (project.root / "content/distribution.yaml").write_text(text, encoding="utf-8")


def remind(project, day=TODAY, *, is_sent=True):
    run = pipeline.start(project.root, day, None)
    at = NOW + (day - TODAY)
    return remind_owners(run, ["demo"], at, is_sent=is_sent)


def states(reminded):
    return [(one.owner, one.facts, one.state) for one in reminded.reminders]


def sent(inbox):
    return [
        (envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default))
        for envelope in inbox.envelopes
    ]


def test_each_owner_gets_one_letter_of_all_that_is_due(stale, inbox):
    with mail_server(inbox) as port:
        distribute(stale, port)
        assert states(remind(stale)) == [("王医生", 2, "sent"), ("李医生", 1, "sent")]
    (first, letter), (second, _) = sent(inbox)
    assert (first, second) == ([WANG], [LI])
    assert letter["Subject"] == "有 2 条事实要复核"
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_body(("plain",)).get_content()
    lines = text.splitlines()
    assert lines[0] == "王医生："
    assert any(line.startswith("- ") and "695 天前（2025-01-01）核对，超过 365 天" in line for line in lines)
    assert any("应当在 2026-11-20 以前复核" in line for line in lines)
    assert any(line.strip().startswith("content/demo/facts.yaml:") for line in lines)
    assert "李医生" not in text
    # What is over its limit comes before what is only to be reviewed.
    assert [line.split("（")[1].split("）")[0] for line in lines if line.startswith("- ")] == [
        "drug-approved",
        "trial-halted",
    ]


def test_nobody_is_reminded_again_before_the_interval_is_over(stale, inbox):
    with mail_server(inbox) as port:
        distribute(stale, port, more="  remind_every_days: 3\n")
        remind(stale)
        for days in (0, 1, 2):
            again = remind(stale, TODAY + datetime.timedelta(days=days))
            assert states(again) == [("王医生", 2, "waits"), ("李医生", 1, "waits")]
        assert len(inbox.envelopes) == 2
        assert states(remind(stale, TODAY + datetime.timedelta(days=3)))[0] == ("王医生", 2, "sent")
    assert len(inbox.envelopes) == 4
    assert len({message["Message-ID"] for _, message in sent(inbox)}) == 4


def test_nothing_is_sent_or_written_unless_it_is_asked_for(stale, inbox):
    with mail_server(inbox) as port:
        distribute(stale, port)
        assert states(remind(stale, is_sent=False)) == [("王医生", 2, "due"), ("李医生", 1, "due")]
    assert inbox.envelopes == []
    assert not (stale.root / "ledger" / STATE_FILE).exists()


def test_what_failed_is_tried_at_the_next_run_and_what_is_in_doubt_is_not(stale, inbox):
    with mail_server(inbox) as port:
        distribute(stale, port)
        inbox.replies["RCPT"] = "451 4.7.1 greylisted"
        failed = remind(stale)
        assert states(failed) == [("王医生", 2, "failed"), ("李医生", 1, "failed")]
        assert failed.reminders[0].detail.startswith("D004 ")
        assert json.loads((stale.root / "ledger" / STATE_FILE).read_text())["reminded"] == {}
        inbox.replies.clear()
        inbox.replies["DATA"] = "lose"
        assert [state for *_, state in states(remind(stale))] == ["sent", "sent"]
        assert [state for *_, state in states(remind(stale))] == ["waits", "waits"]
    assert len(inbox.envelopes) == 2


def test_a_run_that_was_ended_while_it_sent_does_not_send_again(stale, inbox, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with mail_server(inbox) as port:
        distribute(stale, port)
        with monkeypatch.context() as patched:
            patched.setattr("report.mail.smtp.send", killed)
            with pytest.raises(KeyboardInterrupt):
                remind(stale)
        assert states(remind(stale)) == [("王医生", 2, "waits"), ("李医生", 1, "sent")]


def test_no_address_is_written_down_or_said(stale, inbox):
    with mail_server(inbox) as port:
        distribute(stale, port)
        reminded = remind(stale)
    kept = (stale.root / "ledger" / STATE_FILE).read_text()
    assert "@" not in kept
    assert (stale.root / "ledger" / STATE_FILE).stat().st_mode & 0o777 == 0o600
    assert WANG not in repr(reminded)


def test_two_names_of_one_address_get_one_letter(stale, inbox):
    with mail_server(inbox) as port:
        distribute(stale, port, f"{{王医生: {WANG}, 李医生: {WANG}}}")
        assert states(remind(stale)) == [("王医生", 3, "sent")]


def test_facts_whose_owner_has_no_address_are_told_or_go_to_the_default(stale, inbox):
    with mail_server(inbox) as port:
        distribute(stale, port, f"{{王医生: {WANG}}}")
        reminded = remind(stale)
        assert states(reminded) == [("王医生", 2, "sent")]
        [finding] = reminded.findings
        assert finding.code.code == "M022"
        assert "'李医生' has no address" in finding.message
        distribute(stale, port, f"{{default: {LI}}}")
        assert states(remind(stale)) == [("", 3, "sent")]
    assert sent(inbox)[-1][1].get_body(("plain",)).get_content().splitlines()[0] == "您好："


def test_without_a_mail_channel_it_is_said_and_without_owners_nothing_is(stale, inbox):
    distribute(stale, 25, more="  reminders_through: files\n")
    assert [finding.code.code for finding in remind(stale).findings] == ["M021"]
    distribute(stale, 25, "{}")
    assert remind(stale) == pipeline.reminding.Reminded()


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"version": 1, "reminded": {"a": "soon"}}', b'{"version": 9}']
)
def test_a_state_that_cannot_be_read_is_as_none(stale, inbox, data):
    (stale.root / "ledger").mkdir()
    (stale.root / "ledger" / STATE_FILE).write_bytes(data)
    with mail_server(inbox) as port:
        distribute(stale, port)
        assert [state for *_, state in states(remind(stale))] == ["sent", "sent"]


def test_the_command_says_who_would_be_reminded_and_sends_when_told_to(stale, inbox):
    with mail_server(inbox) as port:
        distribute(stale, port)
        planned = stale.run("remind")
        assert planned.code == 0
        assert planned.out.splitlines() == [
            "王医生: would be reminded of 2 facts; --yes sends it",
            "李医生: would be reminded of 1 fact; --yes sends it",
        ]
        assert stale.run("remind", "--yes").out.count("next on 2026-12-04") == 2
        data = json.loads(stale.run("remind", "--format", "json").out)
        assert [one["state"] for one in data["reminders"]] == ["waits", "waits"]
        inbox.replies["RCPT"] = "550 5.1.1 no such user"
        (stale.root / "ledger" / STATE_FILE).unlink()
        failed = stale.run("remind", "--yes")
        assert (failed.code, failed.out.count("could not be reminded")) == (7, 2)
    assert len(inbox.envelopes) == 2
    assert stale.run("remind", "--format", "csv").code == 2


def test_the_command_says_that_there_is_nobody(project):
    (project.root / "content/distribution.yaml").write_text("channels: {files: {kind: folder, path: out}}\n")
    ended = project.run("remind")
    assert (ended.code, ended.out) == (0, "nobody to remind\n")
