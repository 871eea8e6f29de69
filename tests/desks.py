"""A desk that answers in a thread of the test, and a session whose pages are drawn instead of set."""

import contextlib
import dataclasses
import hashlib
import io
import secrets
import threading
import time
from pathlib import Path

from PIL import Image, ImageDraw

from report import pipeline
from report.desk.address import Address, claim_address
from report.desk.app import make_app
from report.desk.context import Desk
from report.desk.rooms import Rooms, Session, Wanted
from report.desk.serving import DeskServer
from report.desk.telling import Editor
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.preview.snapshot import PageImage, Snapshot
from tests.dsl import NOW, TODAY

WIDTH, HEIGHT = 595, 842


class DrawnSession:
    """One page a section, drawn from a hash of all that the briefing's files hold: it changes as they do."""

    def __init__(self, project: Path, wanted: Wanted) -> None:
        self._project, self._wanted = project, wanted
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._images: dict[str, bytes] = {}
        self._latest = Snapshot(0, wanted.slug, wanted.view, wanted.locale)
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        self._renew()

    def close(self) -> None:
        self._closed.set()

    @property
    def is_closed(self) -> bool:
        return self._closed.is_set()

    def snapshot(self) -> Snapshot:
        return self._latest

    def wait(self, after_revision: int, timeout_seconds: float) -> Snapshot:
        end = time.monotonic() + timeout_seconds
        while time.monotonic() < end and not self._closed.wait(0.02):
            if self._renew().revision != after_revision:
                break
        return self._latest

    def page_png(self, digest: str, scale: float = 2.0) -> bytes | None:
        if digest not in self._images:
            return None
        image = Image.open(io.BytesIO(self._images[digest]))
        out = io.BytesIO()
        image.resize((round(WIDTH * scale), round(HEIGHT * scale))).save(out, "PNG")
        return out.getvalue()

    def web_page(self) -> bytes | None:
        texts = read_briefing(self._project, self._wanted.slug).texts
        body = "".join(
            f"<p>{texts[name].partition('---')[2].partition('---')[2]}</p>"
            for name in sorted(texts)
            if "/" in name
        )
        script = "<script>document.title = 'alive'</script>"
        return f"<!DOCTYPE html><title>web</title><main>{body}{'<p>长</p>' * 200}</main>{script}".encode()

    def preview_text(self, overrides):
        files = read_briefing(self._project, self._wanted.slug)
        texts = {**files.texts, **{name: data.decode() for name, data in overrides.items()}}
        return self._drawn(texts, (), self._latest.revision)

    def _renew(self) -> Snapshot:
        with self._lock:
            files = read_briefing(self._project, self._wanted.slug)
            briefing, findings = load_briefing(files)
            before = self._latest
            if briefing is None:
                error = "the content cannot be read"
                found = dataclasses.replace(before, findings=tuple(findings), error=error)
            else:
                found = self._drawn(files.texts, tuple(findings), before.revision)
            if _told(found) != _told(before) or not before.revision:
                self._latest = dataclasses.replace(found, revision=before.revision + 1, seconds=0.1)
            return self._latest

    def _drawn(self, texts, findings, revision) -> Snapshot:
        names = [name for name in sorted(texts) if name.startswith("sections/")]
        known = {page.number: page.digest for page in self._latest.pages}
        pages = []
        for number, name in enumerate(names, 1):
            section = texts[name].partition("id:")[2].split()[0]
            digest = self._draw(f"{section}\n{texts[name]}\n{texts.get('facts.yaml', '')}")
            changed = bool(known) and known.get(number) != digest
            pages.append(PageImage(number, str(number), digest, WIDTH, HEIGHT, True, changed, section))
        changed_pages = tuple(page.number for page in pages if page.is_changed)
        marks = {number: ((0.1, 0.3, 0.9, 0.4),) for number in changed_pages}
        wanted = self._wanted
        return Snapshot(
            revision,
            wanted.slug,
            wanted.view,
            wanted.locale,
            tuple(pages),
            findings,
            changed_pages,
            True,
            "",
            0.1,
            marks,
        )

    def _draw(self, text: str) -> str:
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest not in self._images:
            image = Image.new("L", (WIDTH, HEIGHT), 255)
            draw = ImageDraw.Draw(image)
            for row, line in enumerate(digest[index : index + 16] for index in range(0, 64, 16)):
                draw.text((60, 80 + 30 * row), line, fill=0, font_size=24)
            out = io.BytesIO()
            image.save(out, "PNG")
            self._images[digest] = out.getvalue()
        return digest


def _told(found: Snapshot):
    return [page.digest for page in found.pages], found.findings, found.error


class RunningDesk:
    """A desk that answers until it is stopped."""

    def __init__(
        self, project: Path, state: Path, *, make=None, slugs=("demo",), clock=lambda: NOW, language="zh-Hans"
    ):
        self.address: Address = claim_address(state, project)
        self.rooms = Rooms(make or (lambda wanted: DrawnSession(project, wanted)))
        desk = Desk(
            project=project,
            slugs=tuple(slugs),
            start_run=lambda: pipeline.start(project, TODAY, None),
            clock=clock,
            rooms=self.rooms,
            address=self.address,
            editor=Editor(project),
            language=language,
            instance=secrets.token_hex(4),
        )
        self.url = self.address.url
        self.base = self.url.partition("#")[0].rstrip("/")
        self.server = DeskServer(make_app(desk), self.address)
        self._thread = threading.Thread(target=self.server.run_here, daemon=True)

    def start(self) -> "RunningDesk":
        self._thread.start()
        while not self.server.started and self._thread.is_alive():
            self._thread.join(0.01)
        assert self.server.started
        return self

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()


@contextlib.contextmanager
def running(project: Path, state: Path, **options):
    """Yield a desk that answers while the block runs."""
    desk = RunningDesk(project, state, **options).start()
    try:
        yield desk
    finally:
        desk.stop()


__all__ = ["DrawnSession", "RunningDesk", "Session", "running"]
