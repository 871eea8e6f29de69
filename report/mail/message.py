"""A parcel as one message to one recipient, the same bytes at every attempt at one instant (RFC 5322, RFC 2045)."""

import dataclasses
import datetime
import html
import re
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, quote

from report.addresses import check_email
from report.parcels import PARCEL_TOO_LARGE, PARCEL_UNFIT, File, Parcel, Refused, check_parcel

_LINE_END = "\r\n"
# What a letter says in the place of files that would be too large.
_LEFT_OUT = {
    "zh-Hans": "文件较大，没有随信附上，请打开：",
    "zh-Hant": "檔案較大，沒有隨信附上，請打開：",
    "en": "The files are too large for a letter; open:",
}


@dataclasses.dataclass(frozen=True)
class Mail:
    """What one message says.

    Attributes:
        recipient: Name and address of the one who gets it.
        subject: The subject line.
        text: As plain text.
        locale: BCP 47.
        message_id: RFC 5322 Message-ID with its angle brackets.
        key: 64 hexadecimal digits, of which its boundaries are made.
        at: The instant of this attempt, with its time zone.
        files: What goes with it.
        link: An `https:` address that stands in it; may be empty.
    """

    recipient: tuple[str, str] = dataclasses.field(repr=False)
    subject: str
    text: str = dataclasses.field(repr=False)
    locale: str
    message_id: str
    key: str
    at: datetime.datetime
    files: tuple[File, ...] = ()
    link: str = ""


def letter(
    parcel: Parcel, sender: tuple[str, str], reply_to: str, unsubscribe: str, largest_bytes: int
) -> tuple[bytes, int]:
    """Return a parcel as a message with CRLF line ends, and how many files are in it.

    Args:
        parcel: What is sent.
        sender: Name and address.
        reply_to: An address for answers; "" for the sender's.
        unsubscribe: An address for RFC 2369 `List-Unsubscribe`, `https:` or `mailto:`; "" for none.
        largest_bytes: Of the whole message; a larger one goes without files and tells the parcel's link.

    Raises:
        Refused: The parcel cannot be a message, or is too large and has no link.
    """
    check_parcel(parcel)
    mail = Mail(
        recipient=(parcel.clinic.name, _one_address(parcel)),
        subject=parcel.subject,
        text=parcel.text,
        locale=parcel.locale,
        message_id=parcel.message_id,
        key=parcel.key,
        at=parcel.at,
        files=parcel.files,
        link=parcel.link,
    )
    whole = message(mail, sender, reply_to, unsubscribe)
    if len(whole) <= largest_bytes:
        return whole, len(parcel.files)
    if parcel.files and not parcel.link:
        told = f"the message has {len(whole):,} bytes, the limit is {largest_bytes:,}, and the parcel has no link"
        hint = "Set copies.status_url, send fewer formats to the clinic, or use another channel."
        raise Refused(PARCEL_TOO_LARGE, told, hint)
    bare = message(mail, sender, reply_to, unsubscribe, has_files=False)
    if len(bare) > largest_bytes:
        told = f"the letter alone has {len(bare):,} bytes, the limit is {largest_bytes:,}"
        raise Refused(PARCEL_TOO_LARGE, told, "Shorten the letter.")
    return bare, 0


def _one_address(parcel: Parcel) -> str:
    try:
        address = check_email(parcel.clinic.contact.email)
    except ValueError:
        address = ""
    if not address:
        message = f"{parcel.clinic.id} has not exactly one e-mail address"
        raise Refused(PARCEL_UNFIT, message, "Correct contact.email of the clinic.")
    return address


def message(
    mail: Mail, sender: tuple[str, str], reply_to: str = "", unsubscribe: str = "", *, has_files: bool = True
) -> bytes:
    """Return a message with CRLF line ends.

    Args:
        mail: What it says.
        sender: Name and address.
        reply_to: An address for answers; "" for the sender's.
        unsubscribe: An address for RFC 2369 `List-Unsubscribe`; "" for none.
        has_files: Whether its files go with it.

    Raises:
        Refused: It cannot be a message.
    """
    whole = EmailMessage(policy=SMTP)
    try:
        if reply_to:
            whole["Reply-To"] = Address("", addr_spec=reply_to)
        whole["Date"] = format_datetime(mail.at)
        whole["Message-ID"] = mail.message_id
        # RFC 3834, 5: so that nobody's out-of-office notice answers.
        whole["Auto-Submitted"] = "auto-generated"
        if unsubscribe:
            whole["List-Unsubscribe"] = f"<{unsubscribe}>"
        _fill(whole, mail, has_files=has_files)
        whole["Content-Language"] = mail.locale
        _name_boundaries(whole, mail.key)
        lines = [_person("From", *sender), _person("To", *mail.recipient)]
        lines.append(_words("Subject", mail.subject))
        return "".join(f"{line}\r\n" for line in lines).encode("ascii") + whole.as_bytes()
    except (MessageError, ValueError, TypeError) as error:
        reason = type(error).__name__
        raise Refused(
            PARCEL_UNFIT, f"the parcel cannot be a message: {reason}", "Look for unusual characters."
        ) from None


def _words(name: str, text: str) -> str:
    """Return a header of words, folded, and encoded after RFC 2047 where it has to be.

    The encoding of `EmailMessage` loses spaces between encoded words and others (Python 3.11), so all are encoded, or
    none.
    """
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    header = Header(text, charset, maxlinelen=76, header_name=name)
    return f"{name}: {header.encode(linesep=_LINE_END)}"


def _person(name: str, words: str, address: str) -> str:
    """Return a header with one address, the words before it encoded or quoted."""
    if not words:
        return f"{name}: {address}"
    if words.isascii() and "=?" not in words:
        return f'{name}: "{quote(words)}"{_LINE_END} <{address}>'
    return f"{_words(name, words)}{_LINE_END} <{address}>"


def _fill(whole: EmailMessage, mail: Mail, *, has_files: bool) -> None:
    text = _text(mail, has_files=has_files)
    # Base64 keeps lines short and bytes below 128, whatever a server between does to them.
    whole.set_content(text, charset="utf-8", cte="base64")
    whole.add_alternative(_page(text, mail), subtype="html", charset="utf-8", cte="base64")
    for file in mail.files if has_files else ():
        kind, _, subtype = file.media_type.partition(";")[0].strip().partition("/")
        whole.add_attachment(
            file.data,
            maintype=kind or "application",
            subtype=subtype or "octet-stream",
            filename=file.name,
        )


def _text(mail: Mail, *, has_files: bool) -> str:
    parts = [mail.text.strip()]
    if mail.files and not has_files:
        words = next((_LEFT_OUT[key] for key in _LEFT_OUT if mail.locale.startswith(key)), _LEFT_OUT["en"])
        parts.append(f"{words}\n{mail.link}")
    elif mail.link and mail.link not in mail.text:
        parts.append(mail.link)
    return "\n\n".join(parts) + "\n"


def _page(text: str, mail: Mail) -> str:
    """Return a letter as the simplest page: paragraphs, and the link as one."""
    body = ""
    for paragraph in re.split(r"\n{2,}", text.strip()):
        lines = "<br>\n".join(html.escape(line) for line in paragraph.split("\n"))
        body += f"<p>{lines}</p>\n"
    if mail.link:
        link = html.escape(mail.link)
        body = body.replace(link, f'<a href="{link}">{link}</a>')
    title = html.escape(mail.subject)
    head = f'<!DOCTYPE html>\n<html lang="{html.escape(mail.locale)}">\n<meta charset="utf-8">\n'
    return f"{head}<title>{title}</title>\n<body>\n{body}</body>\n</html>\n"


def _name_boundaries(whole: EmailMessage, key: str) -> None:
    """Give every multipart a boundary of the key; base64 has no hyphen, so no content can hold one."""
    for number, part in enumerate(part for part in whole.walk() if part.is_multipart()):
        part.set_boundary(f"--{key[:32]}-{number}")
