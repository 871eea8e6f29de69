"""Mailboxes read over IMAP (RFC 3501): one message looked up by its Message-ID, the newest ones read in part."""

import base64
import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

from report.mail.servers import Mailbox
from report.parcels import (
    CHANNEL_UNREACHABLE,
    CONNECTION_LOST,
    LOGIN_REFUSED,
    PEER_UNTRUSTED,
    SECRET_UNAVAILABLE,
    Deferred,
    DeliveryError,
)
from report.peers import break_connection, time_limit, tls_context
from report.secrets import SecretError, resolve

MAX_LITERAL_BYTES = 4 * 1024 * 1024
MAX_FOUND = 100
_PORTS = {"tls": 993, "starttls": 143, "none": 143}


class _Limited(imaplib.IMAP4):
    """A client whose server cannot make it read without end; TLS from the first byte where a context is given."""

    def __init__(
        self,
        host: str,
        port: int,
        timeout: float,
        context: ssl.SSLContext | None,
        opened: list[socket.socket],
    ) -> None:
        # The constructor reads the greeting already, so what breaks the connection has to know it before.
        self._context, self._opened = context, opened
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout)
        self._opened.append(plain)
        if self._context is None:
            return plain
        # The handshake comes second, so that the time limit can break it.
        encrypted = self._context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self._opened.append(encrypted)
        encrypted.do_handshake()
        return encrypted

    def read(self, size: int) -> bytes:
        """Read a literal.

        Raises:
            imaplib.IMAP4.abort: It is too large.
        """
        if size > MAX_LITERAL_BYTES:
            raise self.abort("literal too large")
        return super().read(size)


def has_message(mailbox: Mailbox, message_id: str) -> bool:
    """Return whether a mailbox holds a message with exactly this Message-ID.

    Raises:
        Deferred: It cannot be told.
    """
    with _selected(mailbox) as talk:
        quoted = message_id.replace("\\", "\\\\").replace('"', '\\"')
        # RFC 3501, 6.4.4: a search of a header finds parts of it too, so what it finds is looked at.
        for number in _numbers(talk.search(None, "HEADER", "Message-ID", f'"{quoted}"'))[-MAX_FOUND:]:
            answer = talk.fetch(number, "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
            for data in _literals(answer):
                if str(message_from_bytes(data).get("Message-ID", "")).strip() == message_id:
                    return True
    return False


def newest(mailbox: Mailbox, most: int, largest_bytes: int) -> Iterator[bytes]:
    """Yield the newest messages of a mailbox, each cut off after so many bytes; none is marked as read.

    Raises:
        Deferred: The mailbox cannot be read.
    """
    with _selected(mailbox) as talk:
        for number in _numbers(talk.search(None, "ALL"))[-most:]:
            yield from _literals(talk.fetch(number, f"(BODY.PEEK[]<0.{largest_bytes}>)"))


@contextlib.contextmanager
def _selected(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    """Yield a talk within a mailbox that is opened for reading only."""
    assert mailbox.password is not None
    try:
        password = resolve(mailbox.password)
    except SecretError as error:
        raise Deferred(SECRET_UNAVAILABLE, error.message, error.hint, is_of_channel=True) from None
    talk: _Limited | None = None
    opened: list[socket.socket] = []
    with time_limit(10 * mailbox.timeout_seconds, lambda: break_connection(opened[-1] if opened else None)):
        try:
            context = tls_context(mailbox.ca_file, "mail")
            port = mailbox.port or _PORTS[mailbox.security]
            with _told():
                implicit = context if mailbox.security == "tls" else None
                talk = _Limited(mailbox.host, port, mailbox.timeout_seconds, implicit, opened)
                if mailbox.security == "starttls":
                    talk.starttls(context)
                    opened.append(talk.sock)
                _log_in(talk, mailbox, password)
                _expect(talk.select(_quoted(utf7(mailbox.mailbox)), readonly=True), "the mailbox")
                yield talk
                talk.logout()
        except OSError as error:
            message = f"the mail server cannot be asked: {error.strerror or type(error).__name__}"
            raise Deferred(
                CHANNEL_UNREACHABLE, message, "Check host, port and ca_file.", is_of_channel=True
            ) from None
        finally:
            if talk is not None:
                with contextlib.suppress(OSError):
                    talk.shutdown()
            for sock in opened:
                sock.close()


def _log_in(talk: imaplib.IMAP4, mailbox: Mailbox, password: str) -> None:
    # RFC 2971. 网易 opens no mailbox ("Unsafe Login") for a client that does not say what it is.
    has_id = "ID" in talk.capabilities
    try:
        talk.login(mailbox.user, password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError):
        hint = "Check user and password; many providers want a code for programs (授权码) in its place."
        message = "the mail server refused the login"
        raise Deferred(LOGIN_REFUSED, message, hint, is_of_channel=True) from None
    if has_id:
        talk.xatom("ID", '("name" "jianbao")')


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DeliveryError:
        raise
    except ssl.SSLCertVerificationError as error:
        message = f"the mail server's certificate is not trusted: {error.verify_message}"
        hint = "Check host; name a private authority as ca_file."
        raise Deferred(PEER_UNTRUSTED, message, hint, is_of_channel=True) from None
    except (imaplib.IMAP4.error, ValueError, IndexError, TypeError) as error:
        # imaplib trips over what is no IMAP in all these ways.
        what = (
            "closed the connection"
            if isinstance(error, imaplib.IMAP4.abort)
            else "did not do what it was asked"
        )
        message = f"the mail server {what}"
        raise Deferred(CONNECTION_LOST, message, "It is asked again later.", is_of_channel=True) from None


def _expect(answer: tuple[str, Any], what: str) -> None:
    if answer[0] != "OK":
        message = f"the mail server does not open {what}"
        raise Deferred(CHANNEL_UNREACHABLE, message, "Check its name under `mailbox`.", is_of_channel=True)


def _numbers(answer: tuple[str, list[Any]]) -> list[str]:
    """Return the message numbers of a search, the oldest first."""
    _expect(answer, "what was searched")
    words = b" ".join(part for part in answer[1] if isinstance(part, bytes)).split()
    return [word.decode() for word in words if re.fullmatch(rb"[0-9]{1,10}", word)]


def _literals(answer: tuple[str, list[Any]]) -> list[bytes]:
    """Return the literals of an answer; a message that has gone meanwhile has none."""
    return [part[1] for part in answer[1] if isinstance(part, tuple) and isinstance(part[1], bytes)]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def utf7(name: str) -> str:
    """Return a mailbox's name as RFC 3501, 5.1.3, writes it: modified UTF-7."""
    written = ""
    for run in re.findall(r"[ -~]+|[^ -~]+", name):
        if run.isascii():
            written += run.replace("&", "&-")
        else:
            encoded = base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=")
            written += f"&{encoded.replace('/', ',')}-"
    return written
