"""`report send --yes` in a process of its own, that somebody may kill; the archive mailbox is the server's journal.

usage: python sender.py PROJECT JOURNAL IN_DOUBT HOURS
"""

import datetime
import json
import sys
from pathlib import Path
from unittest import mock

from report import pipeline
from report.channels import email
from report.parcels import Receipt
from report.pipeline import sending
from report.pipeline.sending_matter import Request
from tests.sending import NOW, identify


class Archive:
    """The channel `email`, whose mailbox is the journal."""

    REQUIRES = email.REQUIRES
    CAN_FIND = True
    deliver = staticmethod(email.deliver)

    def __init__(self, journal):
        self.journal = journal

    def find(self, parcel, settings):
        lines = self.journal.read_text(encoding="utf-8").splitlines() if self.journal.exists() else []
        is_there = any(json.loads(line)["id"] == parcel.message_id for line in lines)
        return Receipt(parcel.message_id, "found") if is_there else None


project, journal, in_doubt, hours = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
now = NOW + datetime.timedelta(hours=hours)
with mock.patch("report.pipeline.sending.load_channel", return_value=Archive(journal)):
    sent = sending.send(
        pipeline.start(project, now.date(), None),
        Request(("demo",), in_doubt=in_doubt),
        sending.Control(lambda: now, identify=identify),
    )
if sent.error is not None:
    raise sent.error
