"""A briefing's pages, kept up to date while its files are edited: what the desk and `report watch` look at."""

import dataclasses
import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from report.errors import ReportError
from report.installation import bundled_templates
from report.load.files import BriefingFiles, read_briefing
from report.pages import FULL
from report.pipeline.run import Run
from report.preview.changes_on_disk import changes
from report.preview.messages import Edit, Pages, Reply, Web, WebWanted
from report.preview.overriding import with_files
from report.preview.pictures import png_of
from report.preview.processes import LONGEST_SECONDS, EngineProcess
from report.preview.snapshot import Box, PageImage, Snapshot

__all__ = ["Box", "PageImage", "Session", "Snapshot"]

# Pages that were shown may still be asked for, by a browser that has not heard yet, or of what was only tried.
_MOST_STATES_KEPT = 12
_MOST_IMAGES_KEPT = 64
_SCALES = (0.25, 6.0)
_LONGEST_WAIT_FOR_WEB = 20.0


class Session:
    """Watches a project and shows one view of one briefing; every method may be called from any thread."""

    def __init__(
        self,
        run_factory: Callable[[], Run],
        project: Path,
        slug: str,
        view: str = FULL,
        locale: str = "",
        *,
        clock: Callable[[], float] = time.monotonic,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        """Begin with nothing; `start` makes the first pages.

        Args:
            run_factory: Returns what every step of a run needs, templates as they are now.
            project: The folder that has `content/`.
            slug: The briefing.
            view: `full` or `handout`.
            locale: BCP 47; empty for the briefing's own language.
            clock: Tells seconds.
            longest_seconds: How long an edit may take before its process is ended.
        """
        self._run_factory = run_factory
        self._project = project
        self._slug = slug
        self._view = view
        self._locale = locale
        self._clock = clock
        self._longest = longest_seconds
        self._changed = threading.Condition()
        self._snapshot = Snapshot(0, slug, view, locale)
        self._number = 0
        self._begun: dict[int, float] = {}
        self._tried: dict[int, Snapshot | None] = {}
        self._webs: dict[int, bytes | None] = {}
        self._shown = ""
        self._places: Mapping[str, tuple[str, int]] = {}
        self._sources: dict[str, bytes] = {}
        self._states: dict[int, Mapping[str, tuple[str, int]]] = {}
        self._stop = threading.Event()
        self._engine: EngineProcess | None = None
        self._watcher: threading.Thread | None = None
        self._images: dict[tuple[str, float], bytes] = {}
        self._own_language = ("", "")
        self._drawing = threading.Lock()

    def start(self) -> None:
        """Ask for the first pages, and watch the files; once."""
        self._look()
        self._watcher = threading.Thread(target=self._watch, name="preview-watcher", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """End everything that runs for it; whoever waits is let go."""
        self._stop.set()
        with self._changed:
            engine, self._engine = self._engine, None
            self._changed.notify_all()
        if engine is not None:
            engine.close()
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join()

    def snapshot(self) -> Snapshot:
        """Return the pages as they are now."""
        return self._snapshot

    def wait(self, after_revision: int, timeout_seconds: float) -> Snapshot:
        """Return the pages once there are newer ones than a revision, or those there are when the time is over."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._snapshot.revision > after_revision or self._stop.is_set(), timeout_seconds
            )
            return self._snapshot

    def page_png(self, digest: str, scale: float = 2.0) -> bytes | None:
        """Return a page's image, `scale` pixels a point; None where it is none of the pages of late."""
        scale = min(max(scale, _SCALES[0]), _SCALES[1])
        # pdfium is not made for threads.
        with self._drawing:
            known = self._images.pop((digest, scale), None) or self._draw(digest, scale)
            if known is not None:
                self._images[digest, scale] = known
                while len(self._images) > _MOST_IMAGES_KEPT:
                    del self._images[next(iter(self._images))]
            return known

    def web_page(self) -> bytes | None:
        """Return the web edition of the state that is shown; None where there is none."""
        number = self._ask(WebWanted)
        if number is None:
            return None
        with self._changed:
            self._changed.wait_for(lambda: number in self._webs or self._stop.is_set(), _LONGEST_WAIT_FOR_WEB)
            return self._webs.pop(number, None)

    def preview_text(self, overrides: Mapping[str, bytes]) -> Snapshot:
        """Return the pages as they would be with other files in the place of some; what is shown stays.

        Args:
            overrides: What each file would hold, by path in the briefing.
        """
        try:
            run = self._run_factory()
            files = with_files(read_briefing(run.project, self._slug), overrides)
            edit = self._edit(run, files, is_trial=True)
        except (ReportError, OSError) as error:
            return dataclasses.replace(self._snapshot, error=_told(error), is_exact=False)
        number = self._ask(lambda number: dataclasses.replace(edit, number=number))
        if number is None:
            return dataclasses.replace(self._snapshot, error="the preview is closed", is_exact=False)
        with self._changed:
            self._changed.wait_for(
                lambda: self._tried.get(number) is not None or self._stop.is_set(), self._longest
            )
            late = dataclasses.replace(self._snapshot, error="there was no answer in time", is_exact=False)
            return self._tried.pop(number, None) or late

    # --- files ---

    def _watch(self) -> None:
        folders = [self._project / name for name in ("content", "templates", "fonts")]
        for _ in changes([*folders, bundled_templates()], self._stop):
            if self._stop.is_set():
                return
            self._look()

    def _look(self) -> None:
        """Ask for the pages of the files as they are, if they are others than before."""
        begun = self._clock()
        try:
            run = self._run_factory()
            files = read_briefing(run.project, self._slug)
            state = _state(run, files)
            if state == self._shown:
                return
            edit = self._edit(run, files)
        except (ReportError, OSError) as error:
            # A folder that is being written anew may be gone for a moment.
            self._shown = ""
            self._publish(error=_told(error))
            return
        self._shown = state
        self._ask(lambda number: dataclasses.replace(edit, number=number), begun)

    def _edit(self, run: Run, files: BriefingFiles, *, is_trial: bool = False) -> Edit:
        run = dataclasses.replace(run, progress=_silent)
        return Edit(0, run, files, self._view, self._locale or self._language(files), is_trial=is_trial)

    def _language(self, files: BriefingFiles) -> str:
        """Return the briefing's own language."""
        text = files.texts.get("briefing.yaml", "")
        if text != self._own_language[0]:
            self._own_language = (text, _language(files))
        return self._own_language[1]

    # --- the engine ---

    def _ask(self, request_of: Callable[[int], Edit | WebWanted], begun: float | None = None) -> int | None:
        """Send a request with the next number and return it; None where the session is closed."""
        with self._changed:
            if self._stop.is_set():
                return None
            engine = self._engine = self._engine or EngineProcess(self._take, self._ended, self._longest)
            self._number += 1
            number = self._number
            self._begun = {number: self._clock() if begun is None else begun} | dict(
                list(self._begun.items())[-_MOST_STATES_KEPT:]
            )
            request = request_of(number)
            if isinstance(request, Edit) and request.is_trial:
                self._tried[number] = None
        engine.send(request)
        return number

    def _take(self, reply: Reply) -> None:
        with self._changed:
            if isinstance(reply, Web):
                self._webs = {reply.number: reply.data}
                self._changed.notify_all()
                return
            if not reply.pages and self._snapshot.pages:
                # Of a process that was started anew: those of the last one are still there to be looked at.
                kept = tuple(dataclasses.replace(page, is_exact=False) for page in self._snapshot.pages)
                reply = dataclasses.replace(
                    reply, pages=kept, places=self._places, marks=self._snapshot.marks
                )
            self._places = reply.places
            self._sources |= reply.sources
            self._keep(reply)
            made = self._made(reply)
            if reply.number in self._tried:
                self._tried[reply.number] = made
            elif _is_news(self._snapshot, made):
                self._snapshot = dataclasses.replace(made, revision=self._snapshot.revision + 1)
            self._changed.notify_all()

    def _made(self, reply: Pages) -> Snapshot:
        return Snapshot(
            revision=self._snapshot.revision,
            slug=self._slug,
            view=self._view,
            locale=self._locale or self._own_language[1],
            pages=reply.pages,
            findings=reply.findings,
            changed_pages=tuple(page.number for page in reply.pages if page.is_changed),
            is_exact=reply.is_exact,
            error=reply.error,
            seconds=self._clock() - self._begun.get(reply.number, self._clock()),
            marks=reply.marks,
        )

    def _keep(self, reply: Pages) -> None:
        """Keep what the pages of late are drawn in, and nothing older."""
        self._states.pop(reply.number, None)
        self._states[reply.number] = reply.places
        for number in list(self._states)[:-_MOST_STATES_KEPT]:
            del self._states[number]
        used = {source for places in self._states.values() for source, _ in places.values()}
        self._sources = {name: data for name, data in self._sources.items() if name in used}

    def _ended(self, reason: str) -> None:
        """Tell that the process has ended; another is started for what is asked next, not for the same files."""
        with self._changed:
            if self._stop.is_set():
                return
            for number, made in self._tried.items():
                if made is None:
                    self._tried[number] = dataclasses.replace(self._snapshot, error=reason, is_exact=False)
            self._webs = dict.fromkeys(self._begun)
            self._engine = None
        self._publish(error=f"the pages could not be made: {reason}")

    def _publish(self, error: str) -> None:
        with self._changed:
            last = self._snapshot
            if last.error != error:
                self._snapshot = dataclasses.replace(
                    last, revision=last.revision + 1, error=error, is_exact=False
                )
            self._changed.notify_all()

    def _draw(self, digest: str, scale: float) -> bytes | None:
        with self._changed:
            place = next((places[digest] for places in self._states.values() if digest in places), None)
            data = self._sources.get(place[0]) if place is not None else None
        return png_of(data, place[1], scale) if place is not None and data is not None else None


def _is_news(last: Snapshot, made: Snapshot) -> bool:
    """Return whether a state says anything that the last one did not."""
    return dataclasses.replace(made, revision=last.revision, seconds=last.seconds) != last


def _silent(text: str) -> None:
    """Say nothing: who watches sees pages."""


def _state(run: Run, files: BriefingFiles) -> str:
    """Return a hash of all that pages are made from."""
    digest = hashlib.sha256()
    texts = [files.digest, str(files.withdrawals), f"{run.today} {run.as_of}"]
    texts += [f"{name}\0{data!r}" for name, data in sorted(files.editions.items())]
    texts += [str(finding) for finding in files.findings]
    texts += [f"{name}\0{text}" for name, text in sorted(run.templates.items())]
    texts += [face.sha256 for face in run.faces]
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def _told(error: Exception) -> str:
    if isinstance(error, ReportError):
        return f"{error.message} ({error.hint})" if error.hint else error.message
    return str(error)


def _language(files: BriefingFiles) -> str:
    """Return the briefing's own language, as it is written."""
    from report.load.briefing import load_briefing

    briefing, _ = load_briefing(files)
    return briefing.settings.language if briefing is not None else ""
