"""The channel `email` with real servers on loopback, and with such as break off."""

import email
import email.policy
import logging
import socket
import struct
import time
import traceback

import pytest
import trustme

from report.channels import email as channel
from report.mail.servers import Mailbox, Sender
from report.parcels import Deferred, File, InDoubt, Refused
from report.secrets import SecretRef
from tests.servers import HOST, Authority, ImapServer, Inbox, mail_server, scripted, wait_for_close
from tests.unit.channels.samples import ADDRESS, parcel

CANARY = "canary-Pa55word-密"
SENDER = Sender(name="示例医学编辑部", address="briefings@publisher.example")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def settings(port, **changes):
    values = {"host": HOST, "port": port, "security": "none", "sender": SENDER, "timeout_seconds": 5}
    return channel.Settings(**{**values, **changes})


def sent(inbox):
    (envelope,) = inbox.envelopes
    return envelope, email.message_from_bytes(envelope.content, policy=email.policy.default)


def test_one_message_to_one_recipient(authority):
    inbox = Inbox()
    with mail_server(inbox, tls=authority.context()) as port:
        receipt = channel.deliver(parcel(), settings(port, security="tls", ca_file=authority.path), "mail")
    envelope, message = sent(inbox)
    assert envelope.rcpt_tos == [ADDRESS]
    assert envelope.mail_from == SENDER.address
    assert message["Message-ID"] == parcel().message_id == receipt.reference
    assert receipt.detail == "250 2.0.0 queued as 4ABCDEF, 2 files"
    assert message["Bcc"] is None
    assert message["Cc"] is None
    assert message["Subject"] == parcel().subject
    assert [part.get_filename() for part in message.iter_attachments()] == [
        file.name for file in parcel().files
    ]
    assert [part.get_content() for part in message.iter_attachments()] == [
        file.data for file in parcel().files
    ]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_login_over_tls(authority, monkeypatch, security):
    monkeypatch.setenv("MAIL_PASSWORD", "correct-horse")
    inbox = Inbox()
    key = {"tls": "tls", "starttls": "starttls"}[security]
    with mail_server(inbox, **{key: authority.context()}, password="correct-horse") as port:
        given = settings(
            port,
            security=security,
            ca_file=authority.path,
            user="briefings",
            password=SecretRef(env="MAIL_PASSWORD"),
        )
        channel.deliver(parcel(), given, "mail")
    assert len(inbox.envelopes) == 1


def test_a_wrong_password_defers_the_channel_and_is_told_nowhere(authority, monkeypatch, caplog):
    monkeypatch.setenv("MAIL_PASSWORD", "canary-Pa55word")
    caplog.set_level(logging.DEBUG)
    with mail_server(Inbox(), starttls=authority.context(), password="correct-horse") as port:
        given = settings(
            port,
            security="starttls",
            ca_file=authority.path,
            user="briefings",
            password=SecretRef(env="MAIL_PASSWORD"),
        )
        with pytest.raises(Deferred) as caught:
            channel.deliver(parcel(), given, "mail")
    assert caught.value.code.code == "D008"
    assert caught.value.is_of_channel
    told = caplog.text + repr(caught.value) + str(caught.value) + repr(given) + given.model_dump_json()
    told += "".join(traceback.format_exception(caught.value))
    assert "canary" not in told


def test_a_password_outside_ascii_is_no_traceback(authority, monkeypatch):
    monkeypatch.setenv("MAIL_PASSWORD", CANARY)
    with mail_server(Inbox(), tls=authority.context(), password="correct-horse") as port:
        given = settings(
            port, security="tls", ca_file=authority.path, user="u", password=SecretRef(env="MAIL_PASSWORD")
        )
        with pytest.raises(Deferred) as caught:
            channel.deliver(parcel(), given, "mail")
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_missing_password_is_found_before_anybody_is_called(authority):
    given = settings(1, security="tls", user="u", password=SecretRef(env="NO_SUCH_PASSWORD"))
    with pytest.raises(Deferred) as caught:
        channel.deliver(parcel(), given, "mail")
    assert caught.value.code.code == "D001"


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["stranger", "other-name"])
def test_a_certificate_that_is_not_trusted_ends_it(authority, security, fault):
    context = (
        authority.context(ca=trustme.CA()) if fault == "stranger" else authority.context("elsewhere.example")
    )
    inbox = Inbox()
    with mail_server(inbox, **{security: context}) as port, pytest.raises(Deferred) as caught:
        channel.deliver(parcel(), settings(port, security=security, ca_file=authority.path), "mail")
    assert caught.value.code.code == "D007"
    assert inbox.envelopes == []


def test_a_server_without_starttls_gets_nothing():
    inbox = Inbox()
    with mail_server(inbox) as port, pytest.raises(Deferred, match="offers no STARTTLS") as caught:
        channel.deliver(parcel(), settings(port, security="starttls"), "mail")
    assert caught.value.code.code == "D007"
    assert inbox.envelopes == []


@pytest.mark.parametrize(
    ("step", "reply", "kind", "code"),
    [
        ("MAIL", "451 4.7.1 greylisted", Deferred, "D004"),
        ("RCPT", f"451 4.2.1 <{ADDRESS}> busy", Deferred, "D004"),
        ("DATA", "452 4.3.1 full", Deferred, "D004"),
        ("DATA", "421 4.3.2 going down", Deferred, "D004"),
        ("MAIL", "550 5.7.1 not you", Refused, "D005"),
        ("RCPT", f"550 5.1.1 <{ADDRESS}>: unknown", Refused, "D005"),
        ("DATA", "554 5.7.1 spam", Refused, "D005"),
        ("DATA", "drop", InDoubt, "D006"),
        ("DATA", "lose", InDoubt, "D006"),
    ],
)
def test_what_a_server_says_decides(step, reply, kind, code):
    inbox = Inbox({step: reply})
    with mail_server(inbox) as port, pytest.raises(kind) as caught:
        channel.deliver(parcel(), settings(port), "mail")
    assert caught.value.code.code == code
    assert ADDRESS not in repr(caught.value)
    assert type(caught.value) is kind
    assert bool(inbox.envelopes) == (step == "DATA" and reply != "drop")


def lines(connection):
    return connection.makefile("rb")


GREETING, EHLO, OK = b"220 hi\r\n", b"250-hi\r\n250 SIZE 99999999\r\n", b"250 ok\r\n"


def read_message(reader):
    while reader.readline() not in (b".\r\n", b""):
        pass


def to_the_dot(connection):
    """Be a good server up to the dot."""
    reader = lines(connection)
    connection.sendall(GREETING)
    for reply in (EHLO, OK, OK, b"354 go\r\n"):
        reader.readline()
        connection.sendall(reply)
    read_message(reader)


def after_the_dot(*replies):
    def script(connection):
        to_the_dot(connection)
        for reply in replies:
            connection.sendall(reply)

    return script


def drip(connection, forever=b"2"):
    """Say a little again and again, so that no single wait is long."""
    for _ in range(2000):
        connection.sendall(forever)
        time.sleep(0.01)


@pytest.mark.parametrize(
    "script",
    [
        after_the_dot(),
        after_the_dot(b"25"),
        after_the_dot(b"hello\r\n"),
        after_the_dot(b"\xff\xfe\r\n"),
        after_the_dot(b"250" + b"x" * 100_000 + b"\r\n"),
        after_the_dot(*[b"250-more\r\n"] * 1000),
        after_the_dot(b"354 go on\r\n"),
        after_the_dot(b"599999\r\n"),
    ],
)
def test_after_the_dot_only_a_reply_decides(script):
    with scripted(script) as port, pytest.raises(InDoubt) as caught:
        channel.deliver(parcel(), settings(port), "mail")
    assert caught.value.code.code == "D006"


def closes_before_the_dot(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with lines(connection) as reader:
        connection.sendall(GREETING)
        for reply in (EHLO, OK, OK, b"354 go\r\n"):
            reader.readline()
            connection.sendall(reply)
        reader.readline()
    # Closed without lingering: the other side gets a reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def endless_greeting(connection):
    connection.sendall(b"220-hi\r\n" * 100_000)


def garbage(connection):
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    wait_for_close(connection)


def closes_at_once(connection):
    pass


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (closes_at_once, "D003"),
        (garbage, "D003"),
        (endless_greeting, "D003"),
        (lambda c: c.sendall(b"421 4.3.2 too busy\r\n"), "D004"),
        (lambda c: c.sendall(b"554 5.7.1 your address is listed\r\n"), "D002"),
    ],
)
def test_before_the_dot_nothing_arrived(script, code):
    with scripted(script) as port, pytest.raises(Deferred) as caught:
        channel.deliver(parcel(), settings(port), "mail")
    assert caught.value.code.code == code


def test_a_reset_while_the_message_is_on_its_way_defers():
    big = parcel(files=(File.of("big.pdf", "application/pdf", b"x" * 12_000_000),))
    with scripted(closes_before_the_dot) as port, pytest.raises(Deferred) as caught:
        channel.deliver(big, settings(port), "mail")
    assert caught.value.code.code == "D003"


def hangs_at_the_greeting(connection):
    wait_for_close(connection)


def hangs_after_the_dot(connection):
    to_the_dot(connection)
    wait_for_close(connection)


def drips_after_the_dot(connection):
    to_the_dot(connection)
    drip(connection)


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (hangs_at_the_greeting, Deferred),
        (drip, Deferred),
        (hangs_after_the_dot, InDoubt),
        (drips_after_the_dot, InDoubt),
    ],
)
def test_a_server_that_hangs_or_drips_is_left(script, kind, monkeypatch):
    # A tenth of a second for a reply, a second for the whole talk.
    given = settings(1, timeout_seconds=1).model_copy(update={"timeout_seconds": 0.1})
    with scripted(script) as port, pytest.raises(kind):
        channel.deliver(parcel(), given.model_copy(update={"port": port}), "mail")


def test_tls_that_is_closed_after_the_dot_is_in_doubt(authority):
    with scripted(after_the_dot(), tls=authority.context()) as port, pytest.raises(InDoubt):
        channel.deliver(parcel(), settings(port, security="tls", ca_file=authority.path), "mail")


def test_nobody_at_the_port_defers_the_channel():
    with scripted(garbage) as port:
        pass
    with pytest.raises(Deferred) as caught:
        channel.deliver(parcel(), settings(port), "mail")
    assert caught.value.code.code == "D002"
    assert caught.value.is_of_channel


def test_what_the_server_offered_before_tls_is_forgotten(authority):
    """RFC 3207: an attacker adds replies after the one to STARTTLS; they must not be taken for the server's."""

    def script(connection):
        reader = lines(connection)
        connection.sendall(GREETING)
        reader.readline()
        connection.sendall(b"250-hi\r\n250 STARTTLS\r\n")
        reader.readline()
        connection.sendall(b"220 go\r\n250-hi\r\n250 AUTH PLAIN\r\n235 in\r\n")
        with authority.context().wrap_socket(connection, server_side=True) as encrypted:
            encrypted.recv(100)

    with scripted(script) as port, pytest.raises(Deferred, match="it was closed"):
        channel.deliver(parcel(), settings(port, security="starttls", ca_file=authority.path), "mail")


def test_a_file_too_large_for_the_server_is_left_out_for_its_link():
    inbox = Inbox()
    big = parcel(files=(File.of("big.pdf", "application/pdf", b"x" * 200_000),))
    with mail_server(inbox, size=100_000) as port:
        receipt = channel.deliver(big, settings(port), "mail")
    _, message = sent(inbox)
    assert list(message.iter_attachments()) == []
    assert big.link in message.get_body(("plain",)).get_content()
    assert "没有随信附上" in message.get_body(("plain",)).get_content()
    assert receipt.detail.endswith("0 of 1 files")


def test_a_file_too_large_without_a_link_is_refused_before_anybody_is_called():
    big = parcel(link="", files=(File.of("big.pdf", "application/pdf", b"x" * 200_000),))
    with pytest.raises(Refused, match="the limit is 100,000") as caught:
        channel.deliver(big, settings(1, largest_bytes=100_000), "mail")
    assert caught.value.code.code == "D009"


def test_the_server_sees_only_lines_it_may_see():
    """RFC 5321, 4.5.2 and 4.5.3.1.6: dots doubled, CRLF only, no line over 998."""
    inbox = Inbox()
    dotted = parcel(text=".\n..\n.hidden\n" + "长" * 3000)
    with mail_server(inbox) as port:
        channel.deliver(dotted, settings(port), "mail")
    envelope, message = sent(inbox)
    assert max(map(len, envelope.content.split(b"\r\n"))) <= 998
    assert envelope.content.replace(b"\r\n", b"").count(b"\n") == 0
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith(".\n..\n.hidden\n长长")


# --- the archive mailbox and the mailbox of bounces ---


def archived(given):
    return f"From: a@b.example\r\nMessage-ID: {given.message_id}\r\nSubject: x\r\n\r\nbody\r\n".encode()


def mailbox(server, **changes):
    return Mailbox(
        **{
            "host": HOST,
            "port": server if isinstance(server, int) else server.port,
            "security": "none",
            "timeout_seconds": 5,
            "user": "u",
            "password": SecretRef(env="IMAP_PASSWORD"),
            **changes,
        }
    )


@pytest.fixture(autouse=True)
def imap_password(monkeypatch):
    monkeypatch.setenv("IMAP_PASSWORD", "imap-secret")


def test_find_looks_the_message_up_and_changes_nothing():
    other = f"From: a@b.example\r\nMessage-ID: {parcel().message_id[:-1]}.de>\r\n\r\n".encode()
    with ImapServer({"INBOX": [other, archived(parcel())]}) as server:
        given = settings(1, archive=mailbox(server))
        assert channel.find(parcel(), given).reference == parcel().message_id
        assert channel.find(parcel(key="f" * 64), given) is None
    assert not any("STORE" in line or "SELECT" in line for line in server.lines)
    with ImapServer({"INBOX": [other]}) as server:
        assert channel.find(parcel(), settings(1, archive=mailbox(server))) is None


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_over_tls_with_a_name_in_chinese(authority, monkeypatch, security):
    boxes = {"&XfJT0ZAB-": [archived(parcel())]}
    with ImapServer(boxes, "imap-secret", **{security: authority.context()}) as server:
        box = mailbox(
            server,
            security=security,
            ca_file=authority.path,
            mailbox="已发送",
        )
        assert channel.find(parcel(), settings(1, archive=box)) is not None
        # 网易 wants to know who asks before a mailbox is opened.
        commands = [line.split(" ")[0] for line in server.lines]
        assert commands.index("ID") < commands.index("EXAMINE")
        monkeypatch.setenv("IMAP_PASSWORD", "wrong-secret")
        with pytest.raises(Deferred) as caught:
            channel.find(parcel(), settings(1, archive=box))
    assert caught.value.code.code == "D008"
    assert "wrong-secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_whose_certificate_is_not_trusted_is_not_asked(authority, security):
    context = authority.context(ca=trustme.CA())
    with ImapServer({"INBOX": []}, **{security: context}) as server:
        box = mailbox(server, security=security, ca_file=authority.path)
        with pytest.raises(Deferred) as caught:
            channel.find(parcel(), settings(1, archive=box))
    assert caught.value.code.code == "D007"


@pytest.mark.parametrize(
    "replies",
    [
        {"EXAMINE": "TAG NO no"},
        {"SEARCH": "close"},
        {"SEARCH": "* SEARCH 1 x 99999999999999\r\nTAG BAD what"},
        {"FETCH": "* 1 FETCH (BODY[] {99999999999}\r\nTAG OK"},
        {"CAPABILITY": "TAG OK"},
        {"SEARCH": "\x00\xff"},
    ],
)
def test_a_mailbox_that_answers_nonsense_is_asked_again_later(replies):
    with ImapServer({"INBOX": [archived(parcel())]}, replies=replies) as server, pytest.raises(Deferred):
        channel.find(parcel(), settings(1, archive=mailbox(server)))


@pytest.mark.parametrize("script", [closes_at_once, garbage, hangs_at_the_greeting, drip])
def test_a_mailbox_that_breaks_off_is_asked_again_later(script):
    with scripted(script) as port:
        box = mailbox(port).model_copy(update={"timeout_seconds": 0.1})
        given = settings(1).model_copy(update={"archive": box})
        with pytest.raises(Deferred):
            channel.find(parcel(), given)


def test_without_an_archive_nobody_can_tell():
    with pytest.raises(Deferred) as caught:
        channel.find(parcel(), settings(1))
    assert caught.value.code.code == "D016"
    with pytest.raises(Deferred):
        channel.read_bounces(settings(1))


def test_bounces_are_read_from_a_mailbox():
    from tests.unit.channels.test_bounces import CASES, ORIGINAL

    mails = [CASES["postfix failed"][0], b"Subject: hello\r\n\r\nno bounce\r\n", CASES["postfix delayed"][0]]
    with ImapServer({"INBOX": mails}) as server:
        given = settings(1, bounces=mailbox(server))
        assert channel.read_bounces(given) == [(ORIGINAL, True, "5.1.1"), (ORIGINAL, False, "4.4.1")]
        assert channel.read_bounces(given, most=1) == [(ORIGINAL, False, "4.4.1")]
