"""What brings forth each code of sending, so that docs/errors.md shows what the program says."""

from report.parcels import CONNECTION_LOST, REPLY_LOST, Deferred, InDoubt
from tests.sending import Sending, content

CLINIC = "GZ-0042"
SIGNED = "disclaimer: closing\napprovals: [医学审校]"
PUT_OFF = Deferred(CONNECTION_LOST, "mail: the connection was lost", "Look at the server.")
LOST = InDoubt(REPLY_LOST, "mail: the reply was lost", "Look whether it arrived.")


def found(tmp_path, spoil, *, again=False):
    """Return what is found when something is spoilt before a copy is sent, or between two runs."""
    sending = Sending(tmp_path / "project", CLINIC)
    sending.release()
    sending.all_copies()
    if again:
        spoil(sending)
        sending.send()
        sending.clock.forward(hours=1)
    else:
        spoil(sending)
    sent = sending.send()
    return [*sent.preview.all_findings, *sent.findings]


def append_byte(sending):
    path = sending.root / f"output/demo/copies/{CLINIC}/demo.pdf"
    path.write_bytes(path.read_bytes() + b"!")


def damage_record(sending):
    (sending.root / f"output/demo/copies/{CLINIC}/copy.json").write_bytes(b"{")


def ask_for_sign_off(sending):
    sending.project.change("briefing.yaml", "disclaimer: closing", SIGNED)


def hold_first_edition(sending):
    sending.send()
    sending.release(2)
    sending.all_copies(number=2)


def allow_one_attempt(sending):
    text = "channels: {mail: {kind: folder, path: outbox}}\nattempts: {most: 1}\n"
    sending.distribution(text)
    sending.channel.answers = {CLINIC: [PUT_OFF]}


def lose_reply(sending):
    sending.channel.answers = {CLINIC: [(LOST, True)]}


SENDINGS = {
    "D020": lambda path: found(path, append_byte),
    "D021": lambda path: found(path, lambda one: one.copy(CLINIC, {"demo.pdf": content("GZ-0007")})),
    "D022": lambda path: found(path, lambda one: one.copies(CLINIC, number=2)),
    "D023": lambda path: found(path, damage_record),
    "D024": lambda path: found(path, lambda one: one.clinics("GZ-0043")),
    "D025": lambda path: found(path, hold_first_edition),
    "D026": lambda path: found(path, ask_for_sign_off),
    "D027": lambda path: found(path, lose_reply, again=True),
    "D028": lambda path: found(path, allow_one_attempt),
}
