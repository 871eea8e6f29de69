"""The copies of some clinics, made together by one worker: their slots are laid out at once."""

import dataclasses
import functools
import gc
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report import store
from report.clinics import Clinic
from report.copies import LOGO, Filling, FormError, load_filler
from report.copies.forms import Sheet
from report.copies.identity import identity_of
from report.copies.qr import SLOT as QR
from report.copies.qr import Code
from report.copies.record import FILE_NAME, CopyFile, CopyRecord, copy_file, to_json
from report.errors import RenderingError, UsageError
from report.findings import Code as FindingCode
from report.findings import Finding, Location
from report.pipeline.signing_copies import Signing, signed_copy, signed_list

if TYPE_CHECKING:
    from markupsafe import Markup

    from report.compose.context import ChangesContext
    from report.compose.copy_context import CopyContext
    from report.compose.pages import PageTemplates
    from report.copies import Edition
    from report.tagged_pdf.slots import Slot

SLOT_OVERFLOWS = FindingCode("P001", "slot-overflows", is_waivable=False)
# How often text is set smaller until it fits.
SMALLEST_FIT = 2
SHEET = "pdf/slots.html"


@dataclasses.dataclass(frozen=True)
class EditionFile:
    """A file that copies are made of.

    Attributes:
        name: As clinics get it.
        path: Where it lies, with what changed behind its cover where that is told.
        sha256: Hex.
        format: Such as pdf.
        view: `full` or `handout`.
    """

    name: str
    path: Path
    sha256: str
    format: str
    view: str


@dataclasses.dataclass(frozen=True)
class Words:
    """What copies of one locale say of the edition.

    Attributes:
        locale: BCP 47.
        labels: By key.
        title: Of the briefing.
        edition: As printed.
        as_of: As printed.
        changes: By the edition that they are told from.
    """

    locale: str
    labels: Mapping[str, str]
    title: str
    edition: str
    as_of: str
    changes: "Mapping[int, ChangesContext]"


@dataclasses.dataclass(frozen=True)
class Shared:
    """What all copies of an edition have in common.

    Attributes:
        briefing: A slug.
        edition: Its number.
        folder: Where the copies go, each clinic's into a folder of its own.
        templates: By name.
        theme_css: Declarations, for `:root`.
        words: By locale.
        link: Where the state of the edition is told; may be empty.
        is_sealed: Whether 本册送达 is stamped.
        clinics_path: The list of clinics, as findings name it.
        signing: How they are signed; None where they are not.
    """

    briefing: str
    edition: int
    folder: Path
    templates: Mapping[str, str]
    theme_css: str
    words: Mapping[str, Words]
    link: str
    is_sealed: bool
    clinics_path: str
    signing: Signing | None = None


@dataclasses.dataclass(frozen=True)
class Wanted:
    """A clinic and what it gets: its picture as it is printed, its files, and a hash of all they are made from."""

    clinic: Clinic
    logo: bytes
    files: tuple[EditionFile, ...]
    made_from: str


@dataclasses.dataclass(frozen=True)
class Batch:
    """Clinics of one locale, which all hold the edition `since`; 0 stands for none."""

    locale: str
    since: int
    wanted: tuple[Wanted, ...]


@dataclasses.dataclass(frozen=True)
class MadeCopies:
    """What a worker made: for each clinic how many bytes; and what was found."""

    sizes: Mapping[str, int]
    findings: tuple[Finding, ...]


def make_batch(shared: Shared, batch: Batch) -> MadeCopies:
    """Make and write the copies of some clinics; for a worker.

    Raises:
        RenderingError: What the templates of slots make goes into no slot, or the edition cannot be signed.
        MissingDependencyError: The disk is full, or the key is not here.
    """
    # What a batch leaves behind refers to itself, and the collector is off in workers; what was there before stays.
    gc.freeze()
    try:
        return _Batch(shared, batch).make()
    except FormError as error:
        raise RenderingError(str(error), "Mend the templates in templates/slots/.") from None
    finally:
        gc.collect()


class _Batch:
    def __init__(self, shared: Shared, batch: Batch) -> None:
        self._shared = shared
        self._batch = batch
        self._words = shared.words[batch.locale]
        self._findings: list[Finding] = []

    def make(self) -> MadeCopies:
        files: dict[str, dict[str, CopyFile]] = {item.clinic.id: {} for item in self._batch.wanted}
        refused: set[str] = set()
        for item in self._batch.wanted:
            # Without its record, a folder's files are those of nobody.
            store.drop(self._folder(item) / FILE_NAME)
        for file in dict.fromkeys(file for item in self._batch.wanted for file in item.files):
            wanted = [item for item in self._batch.wanted if file in item.files]
            for item, data in self._copies(file, wanted):
                if data is None:
                    refused.add(item.clinic.id)
                elif item.clinic.id not in refused:
                    signed = signed_copy(self._shared.signing, data, file.format, file.path, file.sha256)
                    record = copy_file(signed, data, file.format, file.view, self._batch.locale)
                    files[item.clinic.id][file.name] = record
                    store.put(self._folder(item) / file.name, signed)
        for item in self._batch.wanted:
            if item.clinic.id in refused:
                store.keep_only(self._folder(item), ())
            else:
                self._record(item, files[item.clinic.id])
        sizes = {
            name: sum(file.size for file in found.values())
            for name, found in files.items()
            if name not in refused
        }
        return MadeCopies(sizes, tuple(self._findings))

    def _folder(self, item: Wanted) -> Path:
        return self._shared.folder / item.clinic.id

    def _record(self, item: Wanted, files: dict[str, CopyFile]) -> None:
        shared = self._shared
        for name, data, listed in list(signed_list(shared.signing, files, self._batch.locale)):
            files[name] = listed
            store.put(self._folder(item) / name, data)
        record = CopyRecord(
            item.clinic.id, shared.briefing, shared.edition, self._batch.since, item.made_from, files
        )
        store.keep_only(self._folder(item), files)
        store.put(self._folder(item) / FILE_NAME, to_json(record))

    def _copies(self, file: EditionFile, wanted: Sequence[Wanted]) -> "Iterator[tuple[Wanted, bytes | None]]":
        """Yield each clinic's copy of a file; None where its text has no room."""
        edition = opened(file.path, file.sha256, file.format)
        laid_out = self._laid_out(edition, wanted) if file.format == "pdf" else self._written(edition, wanted)
        for item, filling in laid_out:
            if filling is None:
                self._findings.append(self._overflow(item, file))
                yield item, None
                continue
            identity = identity_of(
                edition.identifier,
                item.clinic.id,
                self._shared.briefing,
                self._shared.edition,
                self._batch.since,
            )
            yield item, edition.copied(filling, identity)

    def _written(self, edition: "Edition", wanted: Iterable[Wanted]) -> Iterator[tuple[Wanted, Filling]]:
        """Yield what fills the slots of a file without pages."""
        templates = page_templates(self._shared)
        for item in wanted:
            code = self._code(item)
            context = dataclasses.replace(
                self._context(item, LOGO),
                changes=self._words.changes.get(self._batch.since),
                qr=_drawn(code) if code else None,
            )
            fragments = {
                name: templates.render(context, f"slots/{name}.html").strip()
                for name in sorted(edition.slots)
            }
            yield item, Filling(fragments, item.logo)

    def _laid_out(self, edition: Any, wanted: Sequence[Wanted]) -> "Iterator[tuple[Wanted, Filling | None]]":
        """Yield what fills the slots of a PDF, None where it has no room.

        A slot that has too little is set smaller, and all of its clinic's are laid out again.
        """
        places = {name: place for name, place in sorted(edition.places.items()) if name != QR}
        if not places:
            yield from ((item, Filling({}, code=self._code(item))) for item in wanted)
            return
        fits = {item.clinic.id: dict.fromkeys(places, 0) for item in wanted}
        for fit in range(SMALLEST_FIT + 1):
            sheet, too_long = self._lay_out(places, wanted, fits)
            for index, (item, names) in enumerate(zip(wanted, too_long, strict=True)):
                fits[item.clinic.id] |= dict.fromkeys(names, fit + 1)
                if not names:
                    forms = sheet.forms(0, places, index)
                    yield item, Filling({}, item.logo, code=self._code(item), sheet=sheet, forms=forms)
                elif fit == SMALLEST_FIT:
                    yield item, None
            wanted = [item for item, names in zip(wanted, too_long, strict=True) if names]
            if not wanted:
                return

    def _lay_out(
        self, places: "Mapping[str, Slot]", wanted: Sequence[Wanted], fits: Mapping[str, Mapping[str, int]]
    ) -> tuple[Sheet, list[list[str]]]:
        """Return a sheet of slots, and of each clinic the names of those that have no room.

        Args:
            places: By name.
            wanted: Whose slots they are.
            fits: How many steps smaller each is set, by the clinic's id and the slot's name.
        """
        import pikepdf

        from report.compose.copy_context import SheetContext
        from report.formats import pdf
        from report.pages import Page

        html = page_templates(self._shared).render(
            SheetContext(
                self._batch.locale,
                self._words.labels,
                {name: (place.width, place.height) for name, place in places.items()},
                frozenset(name for name, place in places.items() if not place.element),
                tuple(self._seen(item, fits[item.clinic.id]) for item in wanted),
                self._shared.theme_css,
            ),
            SHEET,
        )
        assets = {_asset(item): item.logo for item in wanted if item.logo}
        exported, have_room = pdf.export_sheet(Page(html, assets))
        problems = [message.text for message in exported.messages if message.is_error]
        if problems:
            raise FormError("; ".join(problems))
        if len(have_room) != len(wanted) * len(places):
            raise FormError(f"a sheet for {len(wanted)} copies of {len(places)} slots has {len(have_room)}")
        sheet = Sheet(pikepdf.open(io.BytesIO(exported.data)))
        rooms = iter(have_room)
        return sheet, [[name for name in places if not next(rooms)] for _ in wanted]

    def _seen(self, item: Wanted, fits: Mapping[str, int]) -> "dict[str, CopyContext]":
        """Return what the template of each slot of a clinic's sees on a sheet, by the slot's name."""
        designed = self._context(item, f"asset:///{_asset(item)}")
        return {
            name: dataclasses.replace(designed, fit=fit) if fit else designed for name, fit in fits.items()
        }

    def _context(self, item: Wanted, logo: str) -> "CopyContext":
        from report.compose.copy_context import CopyContext, Recipient

        clinic, words = item.clinic, self._words
        contact = clinic.contact
        return CopyContext(
            words.locale,
            words.labels,
            Recipient(
                clinic.id,
                clinic.name,
                contact.address,
                contact.phone,
                contact.email,
                logo if item.logo else "",
            ),
            words.title,
            words.edition,
            words.as_of,
            self._shared.link,
            self._shared.is_sealed,
        )

    def _code(self, item: Wanted) -> Code | None:
        address = item.clinic.qr or self._shared.link
        return Code(address, self._words.labels["copy_qr"].format(address=address)) if address else None

    def _overflow(self, item: Wanted, file: EditionFile) -> Finding:
        message = (
            f"{item.clinic.id}: its name and contact have no room in their places in {file.name}, even at the "
            "smallest size"
        )
        hint = "Shorten them, or give the places of the template more room."
        return Finding(SLOT_OVERFLOWS, Location(self._shared.clinics_path), message, hint)


@functools.lru_cache(maxsize=16)
def _drawn(code: Code) -> "Markup":
    """Return a QR code, of which many copies have the same, as inline SVG."""
    from report.compose.pages import qr_code

    return qr_code(code.address, code.alternative)


def _asset(item: Wanted) -> str:
    """Return the address of a clinic's picture: by what it shows, so that two that are the same are one."""
    return f"logos/{hashlib.sha256(item.logo).hexdigest()}"


@functools.lru_cache(maxsize=16)
def opened(path: Path, sha256: str, format_: str) -> Any:
    """Return a file of an edition, read once by each worker; `sha256` tells one from another of the same name.

    Raises:
        UsageError: It is none that copies can be made of.
    """
    try:
        return load_filler(format_).open_edition(path.read_bytes())
    except ValueError as error:
        message = f"no copies can be made of {path.name}: {error}"
        raise UsageError(message, "Release the next edition; copies of that can be made.") from None


_compiled: "list[tuple[Shared, PageTemplates]]" = []


def page_templates(shared: Shared) -> "PageTemplates":
    """Return the compiled templates of a run; a worker, which does one run, compiles them once."""
    from report.compose.pages import PageTemplates

    if not _compiled or _compiled[0][0] is not shared:
        _compiled[:] = [(shared, PageTemplates(shared.templates))]
    return _compiled[0][1]
