"""One message given to one mail server for one recipient (RFC 5321), and what became of it.

What counts is where the talk ended. Until the dot that ends the message, the server has nothing: `Deferred`. After its
reply to the dot, it has or has not. Between the two nobody knows: `InDoubt`. Replies are told by their codes only, for
their words often hold the recipient's address.
"""

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator

from report.mail.servers import Server
from report.parcels import (
    CHANNEL_UNREACHABLE,
    CONNECTION_LOST,
    LOGIN_REFUSED,
    PEER_UNTRUSTED,
    RECIPIENT_REFUSED,
    REPLY_LOST,
    SECRET_UNAVAILABLE,
    TRY_LATER,
    Deferred,
    DeliveryError,
    InDoubt,
    Refused,
)
from report.peers import break_connection, time_limit, tls_context
from report.secrets import REDACTOR, SecretError, resolve

MAX_LINE = 2048  # RFC 5321, 4.5.3.1.5, allows 512
MAX_LINES = 100
_PORTS = {"tls": 465, "starttls": 587, "none": 25}


class ProtocolError(Exception):
    """What the server says is no SMTP."""


class _Limited(smtplib.SMTP):
    """A client whose server cannot make it read without end."""

    def getreply(self) -> tuple[int, bytes]:
        """Return code and text of a reply.

        Raises:
            ProtocolError: It is no reply, or too long.
            SMTPServerDisconnected: There is none.
        """
        if self.file is None:
            assert self.sock is not None
            self.file = self.sock.makefile("rb")
        lines: list[bytes] = []
        while len(lines) < MAX_LINES:
            line = self.file.readline(MAX_LINE + 1)
            if not line:
                raise smtplib.SMTPServerDisconnected("closed")
            match = re.fullmatch(rb"([2-5][0-9]{2})(?:([ -])(.*?))?\r?\n", line, re.DOTALL)
            if match is None:
                raise ProtocolError
            lines.append(match.group(3) or b"")
            if match.group(2) != b"-":
                return int(match.group(1)), b"\n".join(lines)
        raise ProtocolError


def send(
    server: Server,
    sender: str,
    recipient: str,
    message_for: Callable[[int], bytes],
    helo: str,
) -> str:
    """Give a message to a server, and return what it said: `250`, its enhanced code, its queue's id.

    Args:
        server: Which, and how far it is trusted.
        sender: To whom bounces go.
        recipient: The one recipient.
        message_for: Makes the message, CRLF line ends, of at most so many bytes as the server says it takes.
        helo: Who greets.

    Raises:
        DeliveryError: It did not take it, or nobody knows.
    """
    with _connected(server, helo) as talk:
        limit = talk.esmtp_features.get("size", "")
        data = message_for(int(limit) if re.fullmatch("[1-9][0-9]{0,11}", limit) else 10**12)
        with _before_the_dot():
            options = [f"SIZE={len(data)}"] if limit else []
            _expect(talk.mail(sender, options), "MAIL FROM", {2}, is_of_channel=True)
            _expect(talk.rcpt(recipient), "RCPT TO", {2})
            _expect(talk.docmd("DATA"), "DATA", {3})
            talk.send(re.sub(rb"(?m)^\.", b"..", data).removesuffix(b"\r\n") + b"\r\n")
        try:
            talk.send(b".\r\n")
            reply = talk.getreply()
            if reply[0] // 100 == 3:
                raise ProtocolError
        except (OSError, smtplib.SMTPException, ProtocolError) as error:
            message = f"the message was sent, and the server's answer to it did not come: {_reason(error)}"
            hint = "Look the Message-ID up in the archive mailbox, or set policy.in_doubt."
            raise InDoubt(REPLY_LOST, message, hint) from None
        _expect(reply, "the message", {2})
        return _told(reply)


@contextlib.contextmanager
def _connected(server: Server, helo: str) -> Iterator[smtplib.SMTP]:
    """Yield a talk that is greeted, encrypted and logged in; end it politely where the server still answers."""
    password = _password(server)
    try:
        context = tls_context(server.ca_file, "mail")
    except OSError as error:
        message = f"the file of trusted authorities cannot be used: {_reason(error)}"
        raise Deferred(PEER_UNTRUSTED, message, "Correct ca_file.", is_of_channel=True) from None
    talk = _Limited(timeout=server.timeout_seconds, local_hostname=helo)
    with time_limit(10 * server.timeout_seconds, lambda: break_connection(talk.sock)):
        try:
            _connect(talk, server)
            with _before_the_dot():
                _greet(talk, server, context)
                if password:
                    _log_in(talk, server.user, password)
            yield talk
            _quit(talk)
        except Refused:
            _quit(talk)
            raise
        finally:
            talk.close()


def _connect(talk: smtplib.SMTP, server: Server) -> None:
    address = (server.host, server.port or _PORTS[server.security])
    try:
        talk.sock = socket.create_connection(address, server.timeout_seconds)
    except (OSError, UnicodeError) as error:
        message = f"the server cannot be reached: {_reason(error)}"
        raise Deferred(CHANNEL_UNREACHABLE, message, "Check host and port.", is_of_channel=True) from None


def _greet(talk: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    if server.security == "tls":
        _encrypt(talk, server, context)
    _expect(talk.getreply(), "the greeting", {2}, is_of_channel=True)
    if talk.ehlo()[0] != 250:
        _expect(talk.helo(), "HELO", {2}, is_of_channel=True)
    if server.security != "starttls":
        return
    if not talk.has_extn("starttls"):
        message = "the server offers no STARTTLS, or something on the way hides it"
        raise Deferred(PEER_UNTRUSTED, message, "Use `security: tls`.", is_of_channel=True)
    _expect(talk.docmd("STARTTLS"), "STARTTLS", {2}, is_of_channel=True)
    _encrypt(talk, server, context)
    # RFC 3207, 4.2: what was told before TLS is forgotten.
    talk.helo_resp = talk.ehlo_resp = None
    talk.esmtp_features, talk.does_esmtp = {}, False
    if talk.ehlo()[0] != 250:
        raise ProtocolError


def _encrypt(talk: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    assert talk.sock is not None
    # The handshake comes second, so that the time limit can break it.
    encrypted = context.wrap_socket(talk.sock, server_hostname=server.host, do_handshake_on_connect=False)
    talk.sock, talk.file = encrypted, None
    encrypted.do_handshake()


def _log_in(talk: smtplib.SMTP, user: str, password: str) -> None:
    hint = "Check user and password; many providers want a code for programs (授权码) in its place."
    offered = talk.esmtp_features.get("auth", "").upper().split()
    # One way only: each refusal counts towards the lock that many providers set.
    ways = [way for way in ("PLAIN", "LOGIN", "CRAM-MD5") if way in offered]
    talk.esmtp_features["auth"] = "".join(ways[:1])
    try:
        talk.login(user, password)
    except smtplib.SMTPAuthenticationError as error:
        is_later = 400 <= error.smtp_code < 500
        message = f"the server {'put off' if is_later else 'refused'} the login: {error.smtp_code}"
        raise Deferred(TRY_LATER if is_later else LOGIN_REFUSED, message, hint, is_of_channel=True) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        message = "the server takes no login of this kind"
        raise Deferred(LOGIN_REFUSED, message, hint, is_of_channel=True) from None
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:
        message = "the server offers no login that is known, PLAIN, LOGIN or CRAM-MD5"
        raise Deferred(LOGIN_REFUSED, message, hint, is_of_channel=True) from None


def _quit(talk: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, smtplib.SMTPException, ProtocolError):
        if talk.sock is not None:
            talk.sock.settimeout(5)
        talk.docmd("QUIT")


def _password(server: Server) -> str:
    if server.password is None:
        return ""
    try:
        password = resolve(server.password)
    except SecretError as error:
        raise Deferred(SECRET_UNAVAILABLE, error.message, error.hint, is_of_channel=True) from None
    # RFC 4616: how AUTH PLAIN writes it.
    REDACTOR.add(f"\0{server.user}\0{password}")
    return password


@contextlib.contextmanager
def _before_the_dot() -> Iterator[None]:
    """Turn whatever breaks the talk into `Deferred`: the server has no message yet."""
    try:
        yield
    except DeliveryError:
        raise
    except ssl.SSLCertVerificationError as error:
        message = f"the server's certificate is not trusted: {error.verify_message}"
        hint = "Check host; name a private authority as ca_file."
        raise Deferred(PEER_UNTRUSTED, message, hint, is_of_channel=True) from None
    except (OSError, smtplib.SMTPException, ProtocolError) as error:
        message = f"the connection broke before the message was sent: {_reason(error)}"
        raise Deferred(CONNECTION_LOST, message, "Nothing arrived; it is tried again.") from None


def _expect(reply: tuple[int, bytes], step: str, classes: set[int], *, is_of_channel: bool = False) -> None:
    """Raise what a reply means, unless its code is of an expected class."""
    kind, told = reply[0] // 100, _told(reply)
    if kind in classes:
        return
    # RFC 5321, 3.8: 421 is about the whole server, whatever it answers.
    is_of_channel = is_of_channel or reply[0] == 421
    if kind == 4:
        message, hint = f"the server put {step} off: {told}", "Nothing arrived; it is tried again."
        raise Deferred(TRY_LATER, message, hint, is_of_channel=is_of_channel)
    if kind == 5:
        message = f"the server refused {step}: {told}"
        if step in ("the greeting", "HELO", "STARTTLS"):
            hint = "Ask who runs the server why it does not take mail from this machine."
            raise Deferred(CHANNEL_UNREACHABLE, message, hint, is_of_channel=True)
        hint = "Check the clinic's address, and what the code says."
        raise Refused(RECIPIENT_REFUSED, message, hint, is_of_channel=is_of_channel)
    raise ProtocolError


def _told(reply: tuple[int, bytes]) -> str:
    """Return a reply without its words: its code, its enhanced code (RFC 3463), the id that a queue gave."""
    code, text = reply
    found = [str(code)]
    enhanced = re.match(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b", text)
    if enhanced is not None:
        found.append(enhanced.group().decode())
    queued = re.search(rb"\bqueued as ([A-Za-z0-9]{4,40})\b", text)
    if queued is not None:
        found.append(f"queued as {queued.group(1).decode()}")
    return " ".join(found)


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it was closed"
    if isinstance(error, ProtocolError | smtplib.SMTPException):
        return "what it says is no SMTP"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS failed").replace("_", " ").lower()
    return getattr(error, "strerror", "") or type(error).__name__
