"""Notices of corrections and withdrawals that the ledger has as due, as they lie on the disk."""

import datetime
import hashlib
from collections.abc import Sequence
from pathlib import Path

from report.clinics import Clinic
from report.findings import Finding
from report.ledger import Delivery, Entry, State, content_digest
from report.notices.record import FILE_NAME, NoticeDamagedError, NoticeRecord, from_json
from report.parcels import File, Parcel
from report.pipeline.sending_copies import ReadIdentity, read_identity
from report.pipeline.sending_files import (
    COPY_ALTERED,
    COPY_MISDIRECTED,
    COPY_MISSING,
    COPY_OF_ANOTHER,
    COPY_UNREADABLE,
    MAX_RECORD_BYTES,
    ClinicFolder,
    UnfitError,
    opened,
)
from report.pipeline.sending_plan import Choice, Held, Hindrance, Planned, Reason

# Notices are pages, of paper where that is wanted.
_FORMAT = "pdf"


class Notices:
    """The notices of one briefing."""

    def __init__(self, project: Path, briefing: str, identify: ReadIdentity = read_identity) -> None:
        """Look into nothing yet.

        Args:
            project: The folder that has `content/`.
            briefing: The slug.
            identify: Reads back whom a notice is for.
        """
        self._project, self._briefing, self._identify = project, briefing, identify

    def sizes(self, entry: Entry) -> dict[str, int] | Finding:
        """Return the sizes of a notice's files in bytes, by name, or what is wrong with its record."""
        try:
            with opened(self._project, *self._where(entry)) as folder:
                record = self._record(folder, entry)
        except UnfitError as error:
            return error.finding
        return {name: file.size for name, file in sorted(record.files.items())}

    def read(self, entry: Entry) -> tuple[File, ...]:
        """Return the files of a notice, each read, hashed and asked whom it is for.

        Raises:
            UnfitError: Something is not as the record, the ledger or the folder has it; nothing may be sent.
        """
        with opened(self._project, *self._where(entry)) as folder:
            record = self._record(folder, entry)
            files = []
            for name, made in sorted(record.files.items()):
                data = folder.read(name)
                if len(data) != made.size or hashlib.sha256(data).hexdigest() != made.sha256:
                    message = f"the file is not the one that was made: {FILE_NAME} has another SHA-256"
                    raise folder.unfit(COPY_ALTERED, message, name)
                self._check_identity(folder, entry, name, data)
                files.append(File(name, made.media_type, data, made.sha256))
            return tuple(files)

    def parcel(
        self, entry: Entry, message_id: str, clinic: Clinic, files: tuple[File, ...], at: datetime.datetime
    ) -> Parcel:
        """Return what goes to a clinic.

        Raises:
            UnfitError: As `read`.
        """
        with opened(self._project, *self._where(entry)) as folder:
            record = self._record(folder, entry)
        return Parcel(
            key=entry.key,
            message_id=message_id,
            kind=entry.kind,
            briefing=entry.briefing,
            title=record.title,
            edition=entry.about,
            edition_text=record.edition_text,
            as_of_text=record.as_of_text,
            locale=record.locale,
            clinic=clinic,
            subject=record.subject,
            text=record.text,
            changes=record.changes,
            files=files,
            link=record.link,
            at=at,
        )

    def _where(self, entry: Entry) -> tuple[str, str, str]:
        place = f"output/{self._briefing}/notices/{entry.about:03}/{entry.clinic}"
        what = f"notice about edition {entry.about} for {entry.clinic}"
        return place, f"report recall {entry.about}", what

    def _check_identity(self, folder: ClinicFolder, entry: Entry, name: str, data: bytes) -> None:
        try:
            said = self._identify(data, _FORMAT)
        except ValueError as error:
            raise folder.unfit(
                COPY_UNREADABLE, f"the file does not say whom it is for: {error}", name
            ) from None
        if said.clinic != entry.clinic:
            message = (
                f"the file is the notice for {said.clinic[:48]!r}, and lies in the folder of {entry.clinic}"
            )
            raise folder.unfit(COPY_MISDIRECTED, message, name)
        if (said.briefing, said.edition, said.since) != (entry.briefing, entry.about, 0):
            message = (
                f"the file is about edition {said.edition} of {said.briefing[:60]!r}; wanted is one about "
                f"edition {entry.about} of {entry.briefing!r}"
            )
            raise folder.unfit(COPY_OF_ANOTHER, message, name)

    def _record(self, folder: ClinicFolder, entry: Entry) -> NoticeRecord:
        try:
            record = from_json(folder.read(FILE_NAME, MAX_RECORD_BYTES, COPY_MISSING))
        except NoticeDamagedError as error:
            raise folder.unfit(COPY_UNREADABLE, error.message, FILE_NAME, error.hint) from None
        if record.clinic != entry.clinic:
            message = (
                f"the notice is that of {record.clinic[:48]!r}, and lies in the folder of {entry.clinic}"
            )
            raise folder.unfit(COPY_MISDIRECTED, message, FILE_NAME)
        said = (record.kind, record.briefing, record.about, record.edition)
        if said != (entry.kind, entry.briefing, entry.about, entry.edition):
            message = f"the notice is a {record.kind} of edition {record.about} of {record.briefing[:60]!r}"
            raise folder.unfit(COPY_OF_ANOTHER, message, FILE_NAME)
        if content_digest(record.unsigned) != entry.digest:
            message = "the notice is another than the one that the ledger has"
            raise folder.unfit(COPY_ALTERED, message, FILE_NAME)
        return record


def plan_notices(
    deliveries: Sequence[Delivery],
    clinics: dict[str, Clinic],
    choice: Choice,
    now: datetime.datetime,
    notices: Notices,
) -> tuple[list[Planned], list[Held], list[Finding]]:
    """Return which notices go out, which are held back, and what is wrong with any."""
    planned: list[Planned] = []
    held: list[Held] = []
    findings: list[Finding] = []
    for one in deliveries:
        clinic = clinics.get(one.clinic)
        if one.kind == "edition" or one.state in (State.SENT, State.CANCELLED):
            continue
        if clinic is not None and not choice.takes(clinic, one.channel):
            continue
        hindrance = _hindrance(one, clinic, choice, now)
        if hindrance is not None:
            until = one.next_attempt_at if hindrance is Hindrance.DEFERRED else None
            if until is not None:
                until = until.astimezone(now.tzinfo)
            held.append(Held(one.clinic, one.channel, hindrance, until, one))
            continue
        sizes = notices.sizes(one)
        if isinstance(sizes, Finding):
            findings.append(sizes)
            held.append(Held(one.clinic, one.channel, Hindrance.UNFIT, known=one))
            continue
        planned.append(Planned(one, Reason.NOTICE, sizes, one))
    return planned, held, findings


def _hindrance(
    one: Delivery, clinic: Clinic | None, choice: Choice, now: datetime.datetime
) -> Hindrance | None:
    if one.state in (State.IN_DOUBT, State.SENDING):
        return Hindrance.IN_DOUBT
    if clinic is None or one.channel not in clinic.channels:
        return Hindrance.REMOVED
    if not clinic.active:
        return Hindrance.INACTIVE
    if choice.again:
        return None
    if one.state is State.DEFERRED and one.next_attempt_at is not None and one.next_attempt_at > now:
        return Hindrance.DEFERRED
    stopped = {State.REFUSED: Hindrance.REFUSED, State.BOUNCED: Hindrance.BOUNCED}
    return stopped.get(one.state)
