"""What is decided before copies are made: of which edition, whose, from which files, and what each says has changed."""

import dataclasses
import functools
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from report import store
from report.clinics import Clinic
from report.copies import FormError
from report.copies.record import FILE_NAME, from_json
from report.distribution import status_page
from report.editions.record import Edition
from report.editions.withdrawals import Withdrawal, read_withdrawals, withdrawal_of
from report.errors import RenderingError, UsageError
from report.findings import Code, Finding, Location, Severity
from report.installation import code_digest
from report.load.files import read_briefing
from report.pages import FULL, HANDOUT, Page
from report.pipeline.copy_words import CopyWords
from report.pipeline.issuing import read_editions
from report.pipeline.kept_editions import KeptEdition, edition_folder, find_edition
from report.pipeline.making import start_renderer
from report.pipeline.making_copies import EditionFile, Shared, Wanted, Words, opened
from report.pipeline.recipients import Recipients
from report.pipeline.run import Run
from report.pipeline.signing_copies import signing_of
from report.typography.fonts import coverage

NOT_BUILT = Code("P002", "copy-not-built", is_waivable=False)
CHARACTER_MISSING = Code("P003", "copy-character-missing", is_waivable=False)
NO_SLOT = Code("P005", "slot-missing", Severity.WARNING, is_waivable=False)
COPIES = "copies"
SINCE_ENTRY = "pdf/since.html"
# Where a copy of each view names its clinic.
_NAMING = {FULL: "recipient", HANDOUT: "giver"}
# What is left of a picture on paper: 42 mm at 300 dots per inch.
_LOGO_PIXELS = (500, 300)


def copies_folder(project: Path, slug: str) -> Path:
    """Return where the copies of a briefing go, each clinic's into a folder named by its id."""
    return project / "output" / slug / COPIES


class Preparation:
    """One edition, about to be copied.

    Attributes:
        edition: Its record.
        findings: What was found on the way.
    """

    def __init__(self, run: Run, slug: str, recipients: Recipients, number: int | None) -> None:
        """Find an edition and its files; None stands for the last one.

        Raises:
            UsageError: There is no such edition, it was withdrawn, or its files are not here.
            SigningError: The copies are to be signed, and the certificate or the key is of no use.
        """
        from report.load.briefing import load_briefing

        files = read_briefing(run.project, slug)
        self._editions, _, damages = read_editions(files)
        briefing, findings = load_briefing(files)
        self.findings: list[Finding] = [*damages, *(item for item in findings if item.is_error)]
        if briefing is None or self.findings:
            raise UsageError(f"{slug} cannot be read", f"Mend what `report check {slug}` tells.")
        self._run, self._briefing, self._recipients = run, briefing, recipients
        self.edition = _chosen(slug, self._editions, number)
        _refuse_withdrawn(slug, self.edition.number, read_withdrawals(files.withdrawals))
        self._kept: KeptEdition = find_edition(run.project, slug, self.edition)
        self._words = CopyWords(briefing, run.templates, self._editions[: self.edition.number])
        self._signing = signing_of(recipients.distribution, run.project, self.edition.released_on, run.today)
        self._with_changes: dict[tuple[str, int], EditionFile] = {}
        self._told: dict[tuple[str, int], str] = {}
        self._same = _digest(
            code_digest(),
            *(f"{name}\0{text}" for name, text in sorted(run.templates.items())),
            *(face.sha256 for face in run.faces),
            *(f"{name} {record.sha256}" for name, record in sorted(self._kept.files.items())),
            self._link,
            str(recipients.distribution.copies.seal),
            f"{self._signing.fingerprint} {self._signing.at}" if self._signing else "",
        )

    @property
    def clinics_path(self) -> str:
        """The list of clinics, as findings name it."""
        return self._recipients.clinics.path

    @property
    def folder(self) -> Path:
        """Where the copies go."""
        return copies_folder(self._run.project, self._briefing.slug)

    @property
    def _link(self) -> str:
        url = self._recipients.distribution.copies.status_url
        return status_page(url, self._briefing.slug, self.edition.number)

    def shared(self) -> Shared:
        """Return what all copies have in common; after `wanted`, which tells what changed."""
        from report.compose.theme import theme_css

        return Shared(
            self._briefing.slug,
            self.edition.number,
            self.folder,
            self._run.templates,
            theme_css(self._briefing.settings.theme),
            self._words.by_locale,
            self._link,
            self._recipients.distribution.copies.seal,
            self.clinics_path,
            self._signing,
        )

    def wanted(self, clinics: Iterable[Clinic], held: Mapping[str, int]) -> Iterator[tuple[int, Wanted]]:
        """Yield what each clinic gets, with the edition that it is told the changes since; 0 for none.

        Args:
            clinics: Those that are meant.
            held: The last edition before this one that each received, by its id.
        """
        for clinic in clinics:
            since = held.get(clinic.id, 0)
            found = list(self._check(clinic))
            self.findings += found
            if any(finding.is_error for finding in found):
                continue
            files = tuple(self._files[name] for name in self._names(clinic))
            logo = _scaled(self._recipients.clinics.logos.get(clinic.logo, b""))
            parts = (clinic.model_dump_json(), *(f"{file.name} {file.sha256}" for file in files))
            told = self._digest_words(clinic.locale, since)
            made_from = _digest(self._same, *parts, hashlib.sha256(logo).hexdigest(), told)
            yield since, Wanted(clinic, logo, files, made_from)

    def with_changes(self, item: Wanted, since: int) -> Wanted:
        """Return what a clinic gets, with what changed since the edition that it holds behind the cover."""
        files = (self._file_with_changes(file, item.clinic.locale, since) for file in item.files)
        return dataclasses.replace(item, files=tuple(files)) if since else item

    def check_slots(self, files: Iterable[EditionFile]) -> Iterator[Finding]:
        """Yield which files of the edition have no place that names the clinic."""
        for file in dict.fromkeys(files):
            slots, wanted = opened(file.path, file.sha256, file.format).slots, _NAMING[file.view]
            if wanted in slots:
                continue
            message = f"{file.name} has no slot {wanted!r}, which names the clinic that a copy is for"
            if not slots:
                message = f"{file.name} has no slots: the clinics' copies of it do not show whose they are"
            where = Location(str(file.path.relative_to(self._run.project)))
            hint = f"Place {{{{ slot('{wanted}') }}}} in its template, and release the next edition."
            yield Finding(NO_SLOT, where, message, hint)

    def _digest_words(self, locale: str, since: int) -> str:
        """Return a hash of what copies of a locale say of the edition."""
        from report.compose.theme import theme_css

        if (locale, since) not in self._told:
            words = self._words.of(locale, since)
            said = (words.title, words.edition, words.as_of, repr(words.changes.get(since)), str(since))
            self._told[locale, since] = _digest(*said, theme_css(self._briefing.settings.theme))
        return self._told[locale, since]

    def is_current(self, item: Wanted) -> bool:
        """Return whether a clinic's copies are there, made from just the same."""
        folder = self.folder / item.clinic.id
        try:
            record = from_json((folder / FILE_NAME).read_bytes())
        except OSError:
            return False
        return (
            record is not None
            and record.made_from == item.made_from
            and all(_size(folder / name) == file.size for name, file in record.files.items())
        )

    def _names(self, clinic: Clinic) -> list[str]:
        return [
            name
            for name, record in sorted(self._kept.files.items())
            if record.locale == clinic.locale
            and record.view in clinic.views
            and record.format in clinic.formats
        ]

    def _check(self, clinic: Clinic) -> Iterator[Finding]:
        """Yield what keeps a clinic from its copies."""
        where = Location(self.clinics_path)
        there = {
            (record.view, record.format)
            for record in self._kept.files.values()
            if record.locale == clinic.locale
        }
        if not any((view, name) in there for view in clinic.views for name in clinic.formats):
            what = " and ".join(clinic.formats)
            message = (
                f"{clinic.id} wants {what} in {clinic.locale}, and edition {self.edition.number} has none"
            )
            yield Finding(
                NOT_BUILT, where, message, "Mend the clinic's locale, views and formats, or release them."
            )
        contact = clinic.contact
        for field, text in (("name", clinic.name), ("address", contact.address), ("phone", contact.phone)):
            missing = [character for character in text if not self._covered(character)]
            if missing:
                codes = ", ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(missing))
                message = f"{clinic.id}: no font has {codes}, which its {field} is written with"
                yield Finding(
                    CHARACTER_MISSING,
                    where,
                    message,
                    "Add them with `report fonts add`, or write it otherwise.",
                )

    @functools.cached_property
    def _covered(self) -> Callable[[str], bool]:
        is_covered = coverage(self._run.faces).is_covered
        return lambda character: character.isspace() or is_covered(character)

    @functools.cached_property
    def _files(self) -> Mapping[str, EditionFile]:
        """The files of the edition by name, each once for all clinics."""
        folder = self._kept.folder
        return {
            name: EditionFile(name, folder / name, record.sha256, record.format, record.view)
            for name, record in self._kept.files.items()
        }

    def _file_with_changes(self, file: EditionFile, locale: str, since: int) -> EditionFile:
        """Return a PDF of the edition with what changed behind its cover; made once for all who hold the same."""
        if (file.format, file.view) != ("pdf", FULL):
            return file
        key = (file.name, since)
        if key not in self._with_changes:
            words = self._words.of(locale, since)
            data = _inserted(file, self._pages_of_changes(words, since), words.labels["copy_since_pages"])
            folder = edition_folder(self._run.project, self._briefing.slug, self.edition.number)
            path = folder / f"since-{since:03}" / file.name
            store.put(path, data)
            sha256 = hashlib.sha256(data).hexdigest()
            self._with_changes[key] = dataclasses.replace(file, path=path, sha256=sha256)
        return self._with_changes[key]

    def _pages_of_changes(self, words: Words, since: int) -> bytes:
        from report.compose.copy_context import CopyContext, Recipient
        from report.compose.pages import render_page
        from report.compose.theme import theme_css

        context = CopyContext(
            words.locale,
            words.labels,
            Recipient("", ""),
            words.title,
            words.edition,
            words.as_of,
            changes=words.changes[since],
            theme_css=theme_css(self._briefing.settings.theme),
        )
        html = render_page(self._run.templates, context, SINCE_ENTRY)
        with start_renderer(self._run) as renderer:
            exported = renderer.run(Page(html, {}))
        problems = [message.text for message in exported.messages if message.is_error]
        if problems or not exported.data:
            raise _no_changes("; ".join(problems) or "nothing came of it")
        return exported.data


def _inserted(file: EditionFile, pages: bytes, label: str) -> bytes:
    """Return a PDF of an edition with pages behind its cover."""
    from report.copies.inserts import with_pages

    try:
        return with_pages(file.path.read_bytes(), pages, label)
    except FormError as error:
        raise _no_changes(str(error)) from None


def _no_changes(told: str) -> RenderingError:
    return RenderingError(
        f"the pages of what changed cannot be made: {told}", f"Mend templates/{SINCE_ENTRY}."
    )


def _chosen(slug: str, editions: Sequence[Edition], number: int | None) -> Edition:
    if not editions:
        raise UsageError(
            f"no edition of {slug} has been released, and copies are made of released ones only",
            f"Release it first: `report release {slug}`.",
        )
    wanted = len(editions) if number is None else number
    if not 1 <= wanted <= len(editions):
        raise UsageError(f"there is no edition {wanted} of {slug}", f"Name one of 1 to {len(editions)}.")
    return editions[wanted - 1]


def _refuse_withdrawn(slug: str, number: int, withdrawals: Sequence[Withdrawal]) -> None:
    withdrawn = withdrawal_of(number, withdrawals)
    if withdrawn is None:
        return
    other = withdrawn.replaced_by
    raise UsageError(
        f"edition {number} of {slug} was withdrawn on {withdrawn.on}: {withdrawn.reason}",
        f"Make copies of edition {other}: `--edition {other}`."
        if other
        else "Release the edition that replaces it, and make copies of that.",
    )


@functools.lru_cache(maxsize=64)
def _scaled(logo: bytes) -> bytes:
    """Return a clinic's picture as PNG, no larger than is printed of it; empty for none."""
    from PIL import Image

    if not logo:
        return b""
    with Image.open(io.BytesIO(logo), formats=("PNG", "JPEG")) as image:
        image.thumbnail(_LOGO_PIXELS)
        # On white: transparency would be a mask, and is not wanted on paper.
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.convert("RGBA").getchannel("A"))
    out = io.BytesIO()
    flat.save(out, "PNG", optimize=True)
    return out.getvalue()


def _digest(*texts: str) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
