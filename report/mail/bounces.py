"""What servers send back about a message: delivered never, or not yet (RFC 3464), and what others write in its place.

Nothing here raises for a malformed mail: whoever knows an address can send one.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from typing import NamedTuple

MAX_BYTES = 512 * 1024
MAX_PARTS = 50
_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,253}>")
_STATUS = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])")
_REPLY = re.compile(r"(?<![0-9.])([45])([0-9]{2})(?=[ \-,:：;；]|$)", re.MULTILINE)
_SERVERS = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mailadmin)@|mailer-daemon", re.IGNORECASE)
# Of those that write no RFC 3464: qmail, old Exim, QQ, 网易, 阿里, Exchange in Chinese.
_DELAYED = re.compile(
    r"warning: message|delayed|will (?:be retried|continue|keep trying)|not yet been delivered|还会|将继续|稍后重试|"
    r"延迟|暂时无法|正在重试",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"permanent (?:error|failure)|permanent fatal|could not be delivered|undeliver|delivery (?:has )?failed|"
    r"returned to sender|giving up|退信|投递失败|发送失败|无法送达|无法投递|未能送达|不存在|被拒绝|拒收",
    re.IGNORECASE,
)


class Bounce(NamedTuple):
    """What came back about one message.

    Attributes:
        message_id: Of the message that was sent, with its angle brackets.
        is_permanent: Whether its server gave up; else it still tries.
        status: The code after RFC 3463, such as 5.1.1; "" where none is told.
    """

    message_id: str
    is_permanent: bool
    status: str


def parse_dsn(data: bytes) -> Bounce | None:
    """Return what a mail says about a message that was sent; None where it says nothing of that, or cannot be read."""
    try:
        return _parse(data[:MAX_BYTES])
    except Exception:  # a mail of strangers goes through a large parser; none may end the run
        return None


def _parse(data: bytes) -> Bounce | None:
    mail = message_from_bytes(data, policy=compat32)
    parts = list(_parts(mail))
    reports = [part for part in parts if part.get_content_type().lower() in _REPORT_TYPES]
    verdict = _of_report(reports) if reports else None
    if verdict is None and (reports or not _is_of_server(mail)):
        return None
    text = "\n".join(_text(part) for part in parts if part.get_content_maintype() == "text")
    if verdict is None:
        verdict = _of_text(f"{_subject(mail)}\n{text}")
    if verdict is None:
        return None
    identifier = _original_id(mail, parts, reports, text)
    return Bounce(identifier, *verdict) if identifier else None


_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL_TYPES = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)


def _parts(mail: Message) -> Iterator[Message]:
    """Yield the parts of a mail from the outside in, not those of the mail that is returned in it."""
    waiting = [mail]
    count = 0
    while waiting and count < MAX_PARTS:
        part = waiting.pop(0)
        count += 1
        yield part
        if part.get_content_maintype() == "multipart":
            payload = part.get_payload()
            if isinstance(payload, list):
                waiting += [inner for inner in payload if isinstance(inner, Message)]


def _of_report(reports: list[Message]) -> tuple[bool, str] | None:
    """Return what the first recipient's fields say, after RFC 3464, 2.3: failed or delayed, and its status."""
    for fields in (fields for report in reports for fields in _blocks(report)):
        action = _field(fields, "Action").partition(";")[0].strip().lower()
        found = _STATUS.search(_field(fields, "Status")) or _STATUS.search(_field(fields, "Diagnostic-Code"))
        status = found.group() if found else ""
        if not action and not status:
            continue
        if not action:
            action = {"5": "failed", "4": "delayed"}.get(status[0], "")
        if action in ("failed", "delayed"):
            return action == "failed", status
        return None
    return None


def _blocks(report: Message) -> Iterator[Message]:
    """Yield the groups of fields of a report; servers that encode it, against RFC 3464, are read too."""
    payload = report.get_payload()
    if isinstance(payload, list) and len(payload) > 1 and report.get("Content-Transfer-Encoding") is None:
        yield from (block for block in payload if isinstance(block, Message))
        return
    if isinstance(payload, list):
        inner = "\n\n".join(block.as_string() for block in payload if isinstance(block, Message))
    else:
        inner = str(payload)
    if "base64" in str(report.get("Content-Transfer-Encoding", "")).lower():
        carrier = Message()
        carrier["Content-Transfer-Encoding"] = "base64"
        carrier.set_payload(inner.strip())
        decoded = carrier.get_payload(decode=True)
        inner = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""
    for block in re.split(r"\r?\n[ \t]*\r?\n", inner):
        yield message_from_bytes(block.strip().encode("utf-8", "replace") + b"\n\n", policy=compat32)


def _is_of_server(mail: Message) -> bool:
    """Return whether a mail without a report is of a mail server, and not somebody's answer or notice of absence."""
    if re.match(r"auto-replied", _field(mail, "Auto-Submitted"), re.IGNORECASE) and not _SERVERS.search(
        _field(mail, "From")
    ):
        return False
    return bool(_SERVERS.search(_field(mail, "From"))) or "X-Failed-Recipients" in mail


def _of_text(text: str) -> tuple[bool, str] | None:
    text = text[:20_000]
    found = _STATUS.search(text)
    status = found.group() if found else ""
    if not status:
        reply = _REPLY.search(text)
        status = f"{reply.group(1)}.0.0" if reply else ""
    if _DELAYED.search(text) and not status.startswith("5"):
        return False, status
    if status.startswith("2"):
        return None
    if status.startswith("5") or _FAILED.search(text):
        return True, status
    return None


def _original_id(mail: Message, parts: list[Message], reports: list[Message], text: str) -> str:
    """Return the Message-ID of the message that was sent, from the best place that has one."""
    places: list[str] = []
    for part in parts:
        if part.get_content_type().lower() not in _ORIGINAL_TYPES:
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            places += [_field(inner, "Message-ID") for inner in payload if isinstance(inner, Message)]
        decoded = part.get_payload(decode=True)
        raw = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""
        places += re.findall(r"^message-id:\s*(\S+)", raw, re.IGNORECASE | re.MULTILINE)
    for report in reports:
        for fields in _blocks(report):
            places += [_field(fields, "X-Original-Message-ID"), _field(fields, "Original-Message-ID")]
    places += [_field(mail, "X-Original-Message-ID"), _field(mail, "X-MS-Exchange-Message-Is-Ndr-Of")]
    places += re.findall(r"message-?id:?\s*(<[^<>\s]+>)", text, re.IGNORECASE)
    places += [_field(mail, "In-Reply-To"), *reversed(_field(mail, "References").split())]
    for place in places:
        match = _ID.search(place)
        if match is not None:
            return match.group()
    return ""


def _field(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:2000]


def _subject(mail: Message) -> str:
    raw = _field(mail, "Subject")
    try:
        return str(make_header(decode_header(raw)))
    except (ValueError, LookupError):
        return raw


def _text(part: Message) -> str:
    decoded = part.get_payload(decode=True)
    if not isinstance(decoded, bytes):
        return ""
    charset = str(part.get_content_charset() or "utf-8")
    try:
        text = decoded.decode(charset, "replace")
    except LookupError:
        text = decoded.decode("utf-8", "replace")
    if part.get_content_subtype() == "html":
        # Between tags nothing else is needed than the words.
        text = re.sub(r"<[a-zA-Z/!][^<>]{0,2000}>", " ", text).replace("&lt;", "<").replace("&gt;", ">")
    return text
