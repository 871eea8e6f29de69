"""What comes back about a message: the reports of servers, of the orderly and of the others, and what is none."""

import base64
import random
import re

import hypothesis
import pytest
from hypothesis import strategies

from report.mail.bounces import MAX_BYTES, Bounce, parse_dsn

ORIGINAL = "<0123456789abcdef0123456789abcdef01234567@briefings.example>"
RETURNED = (
    f"From: briefings@publisher.example\nMessage-ID: {ORIGINAL}\nSubject: =?utf-8?b?566A5oql?=\n\nbody\n"
)


def report(fields, *, sender="MAILER-DAEMON@mx.example", text="It was not delivered.", returned=RETURNED,
           returned_type="message/rfc822", status_type="message/delivery-status", more=""):  # fmt: skip
    return f"""From: {sender}
To: briefings@publisher.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"
{more}
--B
Content-Type: text/plain; charset=utf-8

{text}

--B
Content-Type: {status_type}

{fields}
--B
Content-Type: {returned_type}

{returned}
--B--
""".encode()


def plain(sender, subject, text, *, kind="text/plain; charset=utf-8", more=""):
    return (
        f"From: {sender}\nTo: briefings@publisher.example\nSubject: {subject}\n{more}"
        f"MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    ).encode()


POSTFIX = """Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4ABCDEF

Final-Recipient: rfc822; reader@clinic.example
Original-Recipient: rfc822;reader@clinic.example
Action: {}
Status: {}
Diagnostic-Code: smtp; {}
"""
EXCHANGE = """Reporting-MTA: dns;EX01.clinic.example
Received-From-MTA: dns;mail.publisher.example

Original-Recipient: rfc822;reader@clinic.example
Final-Recipient: rfc822;reader@clinic.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found
X-Display-Name: reader
"""
QMAIL = f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<reader@clinic.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 unknown
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Return-Path: <briefings@publisher.example>
{RETURNED}"""
OLD_EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  reader@clinic.example
    SMTP error from remote mail server after RCPT TO: 550 no such user

------ This is a copy of the message, including all the headers. ------

{RETURNED}"""
OLD_EXIM_DELAYED = f"""This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

No action is required on your part. Delivery attempts will continue for
some time.

Message-ID: {ORIGINAL}
"""
QQ = f"""<html><body><p>抱歉，您的邮件未能送达。</p><p>收件人 reader@clinic.example</p>
<p>退信原因：收件人邮箱不存在。 host mx3.qq.com said: 550 Mailbox not found.</p>
<p>Message-Id: {ORIGINAL.replace("<", "&lt;").replace(">", "&gt;")}</p></body></html>"""
NETEASE = f"""您好，您的邮件被退回，原因：对方邮箱空间已满，投递失败。
SMTP error, RCPT TO: 552 5.2.2 mailbox full

--- 原邮件信息 ---
Message-ID: {ORIGINAL}
"""

CASES = {
    "postfix failed": (report(POSTFIX.format("failed", "5.1.1", "550 5.1.1 unknown")), (True, "5.1.1")),
    "postfix delayed": (report(POSTFIX.format("delayed", "4.4.1", "connect timed out")), (False, "4.4.1")),
    "given up after days": (report(POSTFIX.format("failed", "4.4.7", "expired")), (True, "4.4.7")),
    "action in capitals with a comment": (
        report(POSTFIX.format("Failed; (bounced)", "5.0.0 (unknown)", "550 no")),
        (True, "5.0.0"),
    ),
    "exim": (
        report(
            "Reporting-MTA: dns; mx.example\n\nAction: failed\nFinal-Recipient: rfc822;x@y.example\n"
            "Status: 5.0.0\nRemote-MTA: dns; mx.y.example\nDiagnostic-Code: smtp; 550 no such user\n",
            sender="Mail Delivery System <Mailer-Daemon@mx.example>",
        ),
        (True, "5.0.0"),
    ),
    "exchange": (
        report(EXCHANGE, sender="Microsoft Outlook <postmaster@clinic.example>", text="无法传递您的邮件。"),
        (True, "5.1.10"),
    ),
    "exchange, headers only": (report(EXCHANGE, returned_type="text/rfc822-headers"), (True, "5.1.10")),
    "nothing returned, answer to ours": (
        report(EXCHANGE, returned="Subject: x\n\n", more=f"In-Reply-To: {ORIGINAL}\nReferences: <x@y.z> {ORIGINAL}\n"),
        (True, "5.1.10"),
    ),
    "no action": (report("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.c\nStatus: 5.2.2\n"), (True, "5.2.2")),
    "no status": (
        report("Reporting-MTA: dns; x\n\nAction: failed\nDiagnostic-Code: smtp; 550-5.7.1 spam\n"),
        (True, "5.7.1"),
    ),
    "one group of fields": (report("Action: failed\nStatus: 5.1.1\n"), (True, "5.1.1")),
    "global": (
        report(POSTFIX.format("failed", "5.1.1", "550 x"), status_type="message/global-delivery-status"),
        (True, "5.1.1"),
    ),
    "fields in base64": (
        report(
            base64.b64encode(POSTFIX.format("failed", "5.1.1", "550 x").encode()).decode(),
            status_type="message/delivery-status\nContent-Transfer-Encoding: base64",
        ),
        (True, "5.1.1"),
    ),
    "qmail": (plain("MAILER-DAEMON@mx.example", "failure notice", QMAIL), (True, "5.1.1")),
    "old exim": (
        plain("Mail Delivery System <Mailer-Daemon@mx.example>", "Mail delivery failed", OLD_EXIM),
        (True, "5.0.0"),
    ),
    "old exim delayed": (
        plain("Mailer-Daemon@mx.example", "Warning: message 1a2b3c delayed 24 hours", OLD_EXIM_DELAYED),
        (False, ""),
    ),
    "qq": (
        plain("PostMaster@qq.com", "=?utf-8?b?57O757uf6YCA5L+h?=", QQ, kind="text/html; charset=utf-8"),
        (True, "5.0.0"),
    ),
    "163": (plain("Postmaster@163.com", "=?utf-8?b?57O757uf6YCA5L+h?=", NETEASE), (True, "5.2.2")),
    "163 in gbk": (
        plain("Postmaster@163.com", "x", "@", kind="text/plain; charset=gbk").replace(b"@\n", NETEASE.encode("gbk")),
        (True, "5.2.2"),
    ),
    "163, delayed": (
        plain("Postmaster@163.com", "x", f"对方服务器暂时无法连接，系统将继续尝试投递。\nMessage-ID: {ORIGINAL}"),
        (False, ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_report_is_understood(name):
    data, verdict = CASES[name]
    assert parse_dsn(data) == Bounce(ORIGINAL, *verdict)
    assert parse_dsn(data.replace(b"\n", b"\r\n")) == Bounce(ORIGINAL, *verdict)


ABSENCE = plain(
    "reader@clinic.example", "Automatic reply: 550 5.1.1", "我将于 12 月 1 日返回。退信",
    more=f"Auto-Submitted: auto-replied\nIn-Reply-To: {ORIGINAL}\n",
)  # fmt: skip
NONE = {
    "a notice of absence": ABSENCE,
    "an answer": plain("reader@clinic.example", "Re: 550", "不存在", more=f"In-Reply-To: {ORIGINAL}\n"),
    "delivered": report(POSTFIX.format("delivered", "2.0.0", "250 ok")),
    "relayed": report(POSTFIX.format("relayed", "2.0.0", "250 ok")),
    "read": report("Disposition: manual-action/MDN-sent-manually; displayed\n"),
    "about nothing": report(EXCHANGE, returned="Subject: x\n\n"),
    "empty": b"",
    "noise": random.Random(1).randbytes(5000),
    "headers only": b"Content-Type: multipart/report; boundary=x\n",
    "no boundary": b"From: mailer-daemon@x\nContent-Type: multipart/report\n\nx",
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_report_is_none(name):
    assert parse_dsn(NONE[name]) is None


@pytest.mark.parametrize("name", CASES)
def test_a_report_cut_off_anywhere_raises_nothing(name):
    data = CASES[name][0]
    for end in range(0, len(data), 7):
        found = parse_dsn(data[:end])
        assert found is None or found.message_id == ORIGINAL


@hypothesis.given(
    strategies.binary(max_size=2000), strategies.integers(0, 2000), strategies.sampled_from(sorted(CASES))
)
@hypothesis.settings(max_examples=300)
def test_a_spoilt_report_raises_nothing(noise, place, name):
    data = CASES[name][0]
    found = parse_dsn(data[:place] + noise + data[place + len(noise) :])
    assert found is None or re.fullmatch(r"<[^<>\s]+@[^<>\s]+>", found.message_id)


@pytest.mark.parametrize(
    "data",
    [
        b"From: mailer-daemon@x\n" + b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 3000,
        b"From: mailer-daemon@x\nContent-Type: text/html\n\n" + b"<a" * 200_000,
        b"From: mailer-daemon@x\n\n" + b"550 " * 200_000,
        b"From: mailer-daemon@x\nSubject: " + b"=?utf-8?q?=" * 50_000 + b"\n\nx",
        b"From: mailer-daemon@x\nReferences: " + b"<" * 400_000 + b"\n\n550 x",
        b"From: mailer-daemon@x\nContent-Type: message/rfc822\n\n" * 2000,
        b"From: mailer-daemon@x\nContent-Type: text/plain; charset=no-such\n\n550 message-id: " + b"<" * 100_000,
        CASES["postfix failed"][0] + b"x" * (20 * MAX_BYTES),
    ],
)  # fmt: skip
def test_a_mail_made_to_be_costly_is_read_in_part(data):
    assert parse_dsn(data) in (None, Bounce(ORIGINAL, True, "5.1.1"))
