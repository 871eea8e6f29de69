"""Notices made: told in each clinic's language, laid out once in each, addressed, and put in their places."""

import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from report import formats, store, workers
from report.compose.context import PublisherContext
from report.errors import RenderingError
from report.installation import cache_folder
from report.notices.letter import letter
from report.notices.notice import Draft, Language, Matter, notice_number
from report.notices.printing import Batch, NoticeError, Printed, address, print_notice
from report.notices.record import FILE_NAME, NoticeFile, NoticeRecord, to_json
from report.pipeline.making import processors
from report.pipeline.run import Run
from report.typography.fonts import write_fontconfig

if TYPE_CHECKING:
    from report.clinics import Clinic
    from report.model import Briefing

# As many as are laid out together: fewer cost more each, more keep a worker from being given another task.
_BATCH = 100
_MEDIA_TYPE = "application/pdf"

Key = TypeVar("Key")
Argument = TypeVar("Argument")
Result = TypeVar("Result")


@dataclasses.dataclass(frozen=True)
class MadeNotice:
    """A notice that lies in its folder."""

    folder: Path
    record: NoticeRecord


def notice_folder(run: Run, slug: str, edition: int, clinic: str) -> Path:
    """Return where a clinic's notice of an edition lies."""
    return run.project / "output" / slug / "notices" / f"{edition:03}" / clinic


def make_notices(
    run: Run, briefing: "Briefing", matter: Matter, clinics: Sequence["Clinic"]
) -> Iterator[tuple[str, MadeNotice | NoticeError]]:
    """Make a notice for each clinic, and yield it once it is on disk, its record last; in no order.

    A notice that is there already is the same, byte for byte, and stays. For a clinic whose name does not go onto it,
    what is wrong is yielded instead.

    Raises:
        NoticeError: One is longer than a page.
        RenderingError: One cannot be laid out.
    """
    by_locale: dict[str, list[Clinic]] = {}
    for clinic in clinics:
        by_locale.setdefault(clinic.locale, []).append(clinic)
    if not by_locale:
        return
    drafts = {locale: draft_in(run, briefing, matter, locale) for locale in by_locale}
    with workers.local(min(processors(), len(clinics)), _prepare(run)) as executor:
        run.progress(f"{matter.old.briefing}: laying out the notice")
        printed = dict(_each(executor, functools.partial(_print, run.templates), drafts))
        batches = {
            (locale, start): by_locale[locale][start : start + _BATCH]
            for locale in by_locale
            for start in range(0, len(by_locale[locale]), _BATCH)
        }
        jobs = {
            (locale, start): Batch(printed[locale], tuple((one.id, one.name) for one in addressed))
            for (locale, start), addressed in batches.items()
        }
        count = 0
        for (locale, start), files in _each(executor, functools.partial(_address, run.templates), jobs):
            for clinic, data in zip(batches[locale, start], files, strict=True):
                if isinstance(data, NoticeError):
                    yield clinic.id, data
                else:
                    yield clinic.id, _write(run, printed[locale].draft, clinic.id, data)
            count += len(files)
            run.progress(f"{matter.old.briefing}: {count} of {len(clinics)} notices")


def _each(
    executor: workers.Workers, work: Callable[[Argument], Result], jobs: Mapping[Key, Argument]
) -> Iterator[tuple[Key, Result]]:
    """Yield what comes of each job, as it comes; raises what one raised."""
    tasks = (workers.Task(key, argument) for key, argument in jobs.items())
    for outcome in workers.run(executor, work, tasks, 2 * processors()):
        if outcome.error is not None or outcome.result is None:
            raise outcome.error or RenderingError("a notice came to nothing")
        yield outcome.key, outcome.result


def draft_in(run: Run, briefing: "Briefing", matter: Matter, locale: str) -> Draft:
    """Return what is to be told, in a locale; what is not to be had in it stays in the briefing's own language."""
    from report.compose.matter import read_labels
    from report.compose.theme import theme_css
    from report.locales.localise import localise
    from report.pipeline.composing_views import translation

    own = briefing.settings.language
    localised = briefing if locale == own else localise(briefing, locale)
    sender = sender_in(briefing, localised, locale)
    words = read_labels(run.templates, locale)
    language = Language(locale, words, sender, theme_css(briefing.settings.theme))
    return Draft.of(matter, language, None if locale == own else translation(briefing, localised))


def sender_in(briefing: "Briefing", localised: "Briefing", locale: str) -> PublisherContext:
    """Return who publishes a briefing, in a locale; what is not written in it is in the briefing's own language."""
    own, publisher = briefing.settings.publisher, localised.settings.publisher
    language = briefing.settings.language
    name, contact, place = (
        localised.text(theirs, locale) or briefing.text(ours, language)
        for theirs, ours in (
            (publisher.name, own.name),
            (publisher.contact, own.contact),
            (publisher.address, own.address),
        )
    )
    return PublisherContext(name, own.url or "", place, contact)


def _prepare(run: Run) -> Callable[[], None]:
    fontconfig = write_fontconfig(cache_folder() / "fonts.conf", run.faces, cache_folder() / "fontconfig")
    return functools.partial(formats.load_format("pdf").prepare, fontconfig)


def _print(templates: Mapping[str, str], draft: Draft) -> Printed:
    return print_notice(draft, templates)


def _address(templates: Mapping[str, str], batch: Batch) -> list[bytes | NoticeError]:
    try:
        return [*address(batch, templates)]
    except NoticeError as error:
        if len(batch.clinics) == 1:
            return [error]
    alone = [Batch(batch.printed, (one,)) for one in batch.clinics]
    return [made for one in alone for made in _address(templates, one)]


def _write(run: Run, draft: Draft, clinic: str, data: bytes) -> MadeNotice:
    """Put a notice in its place, and then its record, which says that it is whole."""
    matter, context = draft.matter, draft.context
    old, told = matter.old, letter(draft, clinic)
    name = f"{old.briefing}-{old.number:03}-{matter.kind}.pdf"
    record = NoticeRecord(
        kind=matter.kind,
        briefing=old.briefing,
        about=old.number,
        edition=matter.new.number if matter.new else 0,
        clinic=clinic,
        number=notice_number(matter, clinic),
        locale=draft.language.locale,
        title=context.title.text,
        edition_text=context.edition,
        as_of_text=context.as_of.text,
        subject=told.subject,
        text=told.text,
        changes=told.changes,
        link=context.link,
        files={name: NoticeFile(len(data), hashlib.sha256(data).hexdigest(), _MEDIA_TYPE)},
    )
    folder = notice_folder(run, old.briefing, old.number, clinic)
    for path, content in ((folder / name, data), (folder / FILE_NAME, to_json(record))):
        if store.read_built(path, store.record(content)) is None:
            store.replace(path, content)
    return MadeNotice(folder, record)
