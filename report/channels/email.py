"""A letter with the files, to the one address of the clinic, through one mail server.

A mail server promises no more than that it took a message. Whether it came back is told by `read_bounces`, whether
one went out of which nobody knows by `find`, where the server files what it sends into an archive mailbox.
"""

from typing import Annotated

import pydantic

from report.addresses import EmailAddress, check_email, check_web_address
from report.mail.bounces import MAX_BYTES, Bounce
from report.mail.servers import Mailbox, Sender, Server, within
from report.parcels import ARCHIVE_MISSING, Deferred, Parcel, Receipt, check_parcel
from report.scalars import WholeNumber

REQUIRES = ("contact.email",)
CAN_FIND = True
MOST_BOUNCES = 500


def _unsubscribe(value: str) -> str:
    if value.startswith("mailto:"):
        check_email(value.removeprefix("mailto:"))
    elif value:
        check_web_address(value)
    return value


class Settings(Server):
    """The keys of such a channel: those of the server that takes the mail, and these.

    Attributes:
        sender: Who the mail is from.
        reply_to: The address for answers; "" for the sender's.
        unsubscribe: An https: or mailto: address for those who want no more mail; "" for none.
        largest_bytes: Of a message; a larger one goes without files, with the link to them.
        archive: A mailbox into which the server files what it sends.
        bounces: The mailbox to which the sender's address belongs.
    """

    sender: Sender
    reply_to: EmailAddress = ""
    unsubscribe: Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_unsubscribe)] = ""
    largest_bytes: Annotated[WholeNumber, within(10_000, 100_000_000)] = 20_000_000
    archive: Mailbox | None = None
    bounces: Mailbox | None = None


def deliver(parcel: Parcel, settings: Settings, channel: str) -> Receipt:
    """Send a parcel as one message to one recipient.

    Raises:
        Deferred: The server did not take it, and may later.
        Refused: It will not, or the parcel cannot be a message.
        InDoubt: The whole message was sent, and the server's answer is not known.
    """
    from report.mail.message import letter
    from report.mail.smtp import send

    sender = (settings.sender.name, settings.sender.address)

    def lettered(largest_bytes: int) -> tuple[bytes, int]:
        return letter(parcel, sender, settings.reply_to, settings.unsubscribe, largest_bytes)

    # Before the server is bothered, for the parcel itself may be what is wrong.
    data, count = lettered(settings.largest_bytes)

    def message_for(limit: int) -> bytes:
        nonlocal data, count
        if len(data) > limit:
            data, count = lettered(limit)
        return data

    helo = settings.sender.address.rpartition("@")[2]
    told = send(settings, settings.sender.address, parcel.clinic.contact.email, message_for, helo)
    files = f"{count} of {len(parcel.files)} files" if count < len(parcel.files) else f"{count} files"
    return Receipt(parcel.message_id, f"{told}, {files}")


def find(parcel: Parcel, settings: Settings) -> Receipt | None:
    """Return the receipt of a parcel that stands in the archive mailbox.

    Raises:
        Deferred: There is no archive mailbox, or it cannot be read.
    """
    from report.mail.imap import has_message

    check_parcel(parcel)
    if settings.archive is None:
        message = "no archive mailbox is set, so nobody can tell what was sent"
        hint = "Set `archive` of the channel, or `policy.in_doubt` to hold or resend."
        raise Deferred(ARCHIVE_MISSING, message, hint, is_of_channel=True)
    if not has_message(settings.archive, parcel.message_id):
        return None
    return Receipt(parcel.message_id, "found in the archive mailbox")


def read_bounces(settings: Settings, most: int = MOST_BOUNCES) -> list[Bounce]:
    """Return what came back, from the newest messages of the mailbox of bounces, the oldest first.

    The mailbox is not changed, so the same bounce is told at every call.

    Raises:
        Deferred: There is no such mailbox, or it cannot be read.
    """
    from report.mail.bounces import parse_dsn
    from report.mail.imap import newest

    if settings.bounces is None:
        message = "no mailbox of bounces is set"
        raise Deferred(ARCHIVE_MISSING, message, "Set `bounces` of the channel.", is_of_channel=True)
    parsed = (parse_dsn(data) for data in newest(settings.bounces, most, MAX_BYTES))
    return [bounce for bounce in parsed if bounce is not None]
