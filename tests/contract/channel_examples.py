"""What brings forth each code of channels, so that docs/errors.md shows what the program says."""

import errno
import types

from report import event_loops
from report.channels import email, folder, remote, webhook
from report.mail.servers import Sender
from report.parcels import DeliveryError, File
from report.pipeline.sending_delivery import finding_of
from report.remotes.files import missing
from report.robots import failure
from report.secrets import SecretRef
from tests.servers import HOST, Inbox, mail_server, scripted
from tests.unit.channels.samples import parcel


def told(channel, call, *arguments):
    """Return the error of a call as `report send` tells it."""
    try:
        error = call(*arguments)
    except DeliveryError as raised:
        error = raised
    entry = types.SimpleNamespace(briefing="my-briefing", clinic="GZ-0042", channel=channel)
    return [finding_of(entry, error.code, error.message, error.hint)]


def mailed(port=1, given=None, **changes):
    sender = Sender(address="briefings@publisher.example")
    values = {"host": HOST, "port": port, "security": "none", "sender": sender, "timeout_seconds": 5}
    return told("mail", email.deliver, given or parcel(), email.Settings(**{**values, **changes}), "mail")


def answered(**replies):
    with mail_server(Inbox(replies)) as port:
        return mailed(port)


def closed_at_once(_):
    with scripted(lambda connection: None) as port:
        return mailed(port)


def without_starttls(_):
    with mail_server(Inbox()) as port:
        return mailed(port, security="starttls")


def put(tmp_path, given):
    return told("share", folder.deliver, given, folder.Settings(path=str(tmp_path)), "share")


def put_twice(tmp_path):
    folder.deliver(parcel(), folder.Settings(path=str(tmp_path)), "share")
    return put(tmp_path, parcel(key="b" * 64))


def put_behind_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "GZ-0042").symlink_to(tmp_path / "elsewhere")
    return put(tmp_path, parcel())


class Spoiling:
    """A server that gives back other bytes than it was given."""

    async def read(self, names, largest_bytes):
        return b"other"


def read_back(_):
    compare = remote._compare(Spoiling(), ("x",), parcel().files[1])
    return told("files", event_loops.run, compare)


BIG = File.of("big.pdf", "application/pdf", b"x" * 200_000)
OUTCOMES = {
    "D001": lambda _: mailed(user="briefings", password=SecretRef(env="MAIL_PASSWORD")),
    "D002": lambda tmp_path: put(tmp_path / "not-mounted", parcel()),
    "D003": closed_at_once,
    "D004": lambda _: answered(RCPT="451 4.7.1 greylisted"),
    "D005": lambda _: answered(RCPT="550 5.1.1 <reader@clinic.example>: unknown"),
    "D006": lambda _: answered(DATA="lose"),
    "D007": without_starttls,
    "D008": lambda _: told("group", failure, "dingtalk", 310000, {}),
    "D009": lambda _: mailed(given=parcel(link="", files=(BIG,)), largest_bytes=100_000),
    "D010": lambda tmp_path: put(tmp_path, parcel(files=(File.of("../x.pdf", "application/pdf", b"x"),))),
    "D011": lambda _: told("share", folder._failure, OSError(errno.ENOSPC, "No space left on device")),
    "D012": read_back,
    "D013": put_twice,
    "D014": put_behind_a_link,
    "D015": lambda _: told("files", missing, "asyncssh"),
    "D016": lambda _: told("hook", webhook.find, parcel(), None),
}
