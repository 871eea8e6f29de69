"""Makes a preview's pages: at once those that changed, as well as they can be told alone, then all of them exactly.

It runs in a process of its own (`report.preview.engine_process`), which stays: the renderer, the fonts, the compiled
templates and the parsed style sheets are there when a file is saved. What is laid out whole is in a child of that
process, so that the next edit need not wait for it and ends it.
"""

import contextlib
import dataclasses
import functools
import os
from collections.abc import Callable, Iterator, Sequence

from report.errors import ReportError
from report.findings import Finding, sort_findings
from report.pipeline.composing import AFTER_PAGES
from report.pipeline.making import Job, judge_file, prepare_format
from report.pipeline.run import Progress, Run
from report.preview.book import Book, LaidPage, Stretch
from report.preview.changes import changed_places
from report.preview.composing import ComposedEdit, compose_edit, web_page_of
from report.preview.messages import Edit, Pages, Reply, Request, Web, WebWanted
from report.preview.pictures import difference
from report.preview.printing import Printable, Printed, print_stretch, print_whole
from report.preview.snapshot import Box, PageImage
from report.sandbox import Worker
from report.typography.part_layout import PartLayout, is_possible

# Where more pages than this share of all have to be made anew, the whole is there about as soon.
_MOST_BY_PART = 0.5
# How far what is made in the background gives way to what somebody waits for, nice(2).
_GIVES_WAY = 10

Found = tuple[Finding, ...]
Child = Worker[Printable, Printed] | Worker[Printed, Found]


class Engine:
    """Answers requests one after the other; between them, `take` takes what its children made."""

    def __init__(self, send: Callable[[Reply], None], answers: int) -> None:
        """Begin with nothing; children close the descriptor `answers`, which `send` writes to."""
        self._send = send
        self._answers = answers
        self._layout: PartLayout | None = None
        self._faces: tuple[str, ...] = ()
        self._edit: Edit | None = None
        self._composed = ComposedEdit(())
        self._book = Book()
        self._before = Book()
        self._laid_out = ComposedEdit(())
        self._found_in_file: Found = ()
        self._sources: dict[str, bytes] = {}
        self._sent: set[str] = set()
        self._printing: Worker[Printable, Printed] | None = None
        self._judging: Worker[Printed, Found] | None = None

    @property
    def children(self) -> Sequence[Child]:
        """The children that are at work."""
        return [child for child in (self._printing, self._judging) if child is not None]

    def close(self) -> None:
        """End the children."""
        for child in self.children:
            child.close()
        self._printing = self._judging = None

    def answer(self, request: Request) -> None:
        """Answer a request; nothing that is wrong with a briefing ends the process."""
        try:
            if isinstance(request, WebWanted):
                self._send(Web(request.number, self._web()))
            elif request.is_trial:
                self._try(request)
            else:
                self._show(request)
        except ReportError as error:
            if isinstance(request, WebWanted):
                self._send(Web(request.number, None))
                return
            failed = dataclasses.replace(self._composed, error=_told(error))
            if not request.is_trial:
                self._composed = failed
            self._send(self._pages(request.number, self._book, failed, is_last=True))

    def take(self) -> None:
        """Take what the child that is done made: first the pages, then what is wrong with the file."""
        edit = self._edit
        assert edit is not None
        try:
            if self._printing is not None:
                printing, self._printing = self._printing, None
                with printing:
                    printed = printing.finish()
                self._sources[printed.source] = printed.data
                self._book = Book(printed.groups)
                self._send(self._pages(edit.number, self._book))
                judge = functools.partial(_judge, self._laid_out.job)
                self._judging = Worker(judge, name="reading the file back", prepare=self._prepare_child)
                self._judging.begin(printed)
                self._warm_up()
            elif self._judging is not None:
                judging, self._judging = self._judging, None
                with judging:
                    self._found_in_file = self._excused(judging.finish())
                self._send(self._pages(edit.number, self._book))
        except ReportError as error:
            self._composed = dataclasses.replace(self._composed, error=_told(error))
            self._send(self._pages(edit.number, self._book))

    def _show(self, edit: Edit) -> None:
        """Show a state of the files: what changed at once, and all of it when a child has laid it out."""
        self._prepare(edit.run)
        # Whatever comes of it, what is being made is of an earlier state.
        self._edit = edit
        self._composed = ComposedEdit(())
        self._composed = composed = compose_edit(edit)
        wanted, last = composed.wanted, self._laid_out.wanted
        if wanted is None:
            self._send(self._pages(edit.number, self._book, is_last=True))
            return
        if last is not None and (wanted.digests, wanted.cut.styles) == (last.digests, last.cut.styles):
            # It looks as it did: its pages are there, or in the making.
            self._send(self._pages(edit.number, self._book, is_last=True))
            return
        self.close()
        self._before, self._laid_out, self._found_in_file = self._book, composed, ()
        if last is not None and wanted.cut.styles == last.cut.styles and self._is_little(wanted):
            for book in self._by_part(self._book, wanted):
                self._book = book
                self._send(self._pages(edit.number, book))
        else:
            self._book = self._book.doubted()
        self._send(self._pages(edit.number, self._book, is_last=True))
        self._printing = Worker(print_whole, name="laying out the pages", prepare=self._prepare_child)
        self._printing.begin(wanted)

    def _try(self, edit: Edit) -> None:
        """Show what would become of the pages, part by part; what is shown stays as it is."""
        self._prepare(edit.run)
        composed, book = compose_edit(edit), self._book
        if composed.wanted is not None:
            for changed in self._by_part(book, composed.wanted):
                book = changed
        self._send(self._pages(edit.number, book, composed, is_last=True, before=self._book))

    def _is_little(self, wanted: Printable) -> bool:
        if not is_possible():
            return False
        replaced = [
            group
            for stretch in self._book.stretches(wanted.digests)
            for group in self._book.groups[stretch.place : stretch.place + stretch.replaced]
        ]
        return len(Book(tuple(replaced)).pages) <= max(_MOST_BY_PART * len(self._book.pages), 2)

    def _by_part(self, book: Book, wanted: Printable) -> Iterator[Book]:
        """Yield the book after each stretch that is laid out, in reading order; once where only the whole can be."""
        if not is_possible():
            printed = print_whole(wanted, lambda text: None)
            self._sources[printed.source] = printed.data
            yield Book(printed.groups).doubted()
            return
        self._layout = self._layout or PartLayout()
        while stretches := book.stretches(wanted.digests):
            printed = print_stretch(wanted, stretches[0], book, self._layout)
            self._sources[printed.source] = printed.data
            book = book.spliced(stretches[0], printed.groups)
            yield book

    def _warm_up(self) -> None:
        """Lay out the shortest part once, so that the first edit does not wait for what is read and parsed once."""
        wanted, groups = self._laid_out.wanted, self._book.groups
        with_pages = [place for place, group in enumerate(groups) if group.pages]
        if self._layout is not None or wanted is None or not with_pages or not is_possible():
            return
        self._layout = PartLayout()
        place = min(with_pages, key=lambda place: len(groups[place].pages))
        first = sum(len(group.parts) for group in groups[:place])
        stretch = Stretch(first, first + len(groups[place].parts), place, 1)
        with contextlib.suppress(ReportError):
            print_stretch(wanted, stretch, self._book, self._layout)

    def _web(self) -> bytes | None:
        from report.formats import html

        page = web_page_of(self._edit) if self._edit is not None else None
        return html.export(page, lambda text: None).data or None if page is not None else None

    def _prepare(self, run: Run) -> None:
        """Choose the fonts and load the renderer, where that is not done for the same fonts."""
        faces = tuple(face.sha256 for face in run.faces)
        if faces != self._faces:
            prepare_format(run, "pdf")()
            self._faces, self._layout = faces, None

    def _prepare_child(self) -> None:
        """Make a child ready: it has no part in what the process says, and gives way to it."""
        os.close(self._answers)
        os.nice(_GIVES_WAY)

    def _excused(self, found: Found) -> Found:
        work = self._laid_out.work
        if work is None:
            return found
        left = work.excuses.leftovers(AFTER_PAGES) if work.is_own_day else []
        return (*work.excuses.excuse(list(found)), *left)

    def _pages(
        self,
        number: int,
        book: Book,
        composed: ComposedEdit | None = None,
        *,
        before: Book | None = None,
        is_last: bool = False,
    ) -> Pages:
        composed = composed or self._composed
        marks = changed_places(self._before if before is None else before, book, self._compare)
        used = {page.source for kept in (book, self._book, self._before) for page in kept.pages}
        self._sources = {name: data for name, data in self._sources.items() if name in used}
        shown = {page.source for page in book.pages}
        new = {name: self._sources[name] for name in shown - self._sent}
        self._sent = (self._sent | shown) & used
        is_exact = bool(book.groups) and all(page.is_exact for page in book.pages)
        found = [*composed.findings, *(self._found_in_file if is_exact else ())]
        return Pages(
            number=number,
            pages=tuple(_image(place, page, place in marks) for place, page in enumerate(book.pages, 1)),
            places={page.digest: (page.source, page.index) for page in book.pages},
            sources=new,
            marks=marks,
            findings=tuple(sort_findings(found)),
            is_exact=is_exact and not composed.error,
            is_last=is_last,
            error=composed.error,
        )

    def _compare(self, first: LaidPage, second: LaidPage) -> tuple[Box, ...]:
        places = [(self._sources[page.source], page.index) for page in (first, second)]
        return difference(places[0], places[1], second.body)


def _image(number: int, page: LaidPage, is_changed: bool) -> PageImage:
    return PageImage(
        number=number,
        label=str(number),
        digest=page.digest,
        width_px=page.width_px,
        height_px=page.height_px,
        is_exact=page.is_exact,
        is_changed=is_changed,
        section=page.section,
    )


def _judge(job: Job | None, printed: Printed, progress: Progress) -> Found:
    """Return what is wrong with a finished file; for a child."""
    del progress  # As in `print_whole`.
    if job is None or printed.exported is None:
        return ()
    return judge_file(job, printed.exported, lambda text: None)


def _told(error: ReportError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message
