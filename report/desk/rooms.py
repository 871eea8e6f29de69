"""The pages that are looked at: one session a briefing, view and locale, and all the browser tabs that wait for it."""

import asyncio
import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from report.preview.snapshot import Snapshot

# A session keeps a renderer warm; of what nobody looks at any more, so many at most stay so.
MOST_ROOMS = 2
# How long a thread waits before it looks whether it is still wanted.
_PATIENCE_SECONDS = 0.5


class Session(Protocol):
    """What makes pages and makes them anew as files change (`report.preview`)."""

    def start(self) -> None:
        """Begin."""

    def close(self) -> None:
        """End, with all that runs for it."""

    def snapshot(self) -> Snapshot:
        """Return the pages as they are now."""

    def wait(self, after_revision: int, timeout_seconds: float) -> Snapshot:
        """Return the pages once there are newer ones, or those there are when the time is over."""

    def page_png(self, digest: str, scale: float = 2.0) -> bytes | None:
        """Return a page's image, `scale` pixels a point; None where it is none of the pages."""

    def web_page(self) -> bytes | None:
        """Return the web edition; None where there is none yet."""

    def preview_text(self, overrides: Mapping[str, bytes]) -> Snapshot:
        """Return the pages as they would be with other files in the place of some, by path in the briefing."""


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is looked at."""

    slug: str
    view: str
    locale: str


SessionMaker = Callable[[Wanted], Session]


class Room:
    """One session, and those that wait for its next pages: one thread waits for all of them.

    Attributes:
        session: What makes the pages.
        lookers: How many are looking; with none, it may be closed for another.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.lookers = 0
        self._is_open = True
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        session.start()
        self._latest = session.snapshot()
        self._thread = threading.Thread(target=self._watch, name="desk-pages", daemon=True)
        self._thread.start()

    def latest(self) -> Snapshot:
        """Return the newest pages."""
        return self._latest

    @contextlib.contextmanager
    def looking(self) -> Iterator[None]:
        """Keep the room open while the block runs."""
        with self._lock:
            self.lookers += 1
        try:
            yield
        finally:
            with self._lock:
                self.lookers -= 1

    async def after(self, revision: int, seconds: float) -> Snapshot | None:
        """Return pages of another revision than this; None where there are none within the time."""
        with self._listening() as event:
            if self._latest.revision == revision:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), seconds)
        return self._latest if self._latest.revision != revision else None

    def close(self) -> None:
        """End the session and the thread."""
        self._is_open = False
        self.session.close()
        self._thread.join(5)

    @contextlib.contextmanager
    def _listening(self) -> Iterator[asyncio.Event]:
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(entry)
        try:
            yield entry[1]
        finally:
            with self._lock:
                self._waiting.discard(entry)

    def _watch(self) -> None:
        while self._is_open:
            found = self.session.wait(self._latest.revision, _PATIENCE_SECONDS)
            if found.revision == self._latest.revision:
                continue
            self._latest = found
            with self._lock:
                for loop, event in self._waiting:
                    # The loop of a browser that left may be closed.
                    with contextlib.suppress(RuntimeError):
                        loop.call_soon_threadsafe(event.set)


class Rooms:
    """All that is looked at; of the rest, what has not been for longest is closed."""

    def __init__(self, make: SessionMaker) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._rooms: dict[Wanted, Room] = {}

    def find(self, wanted: Wanted) -> Room | None:
        """Return the room of what is looked at already; None where it is none."""
        with self._lock:
            return self._rooms.get(wanted)

    def enter(self, wanted: Wanted) -> Room:
        """Return the room of what is looked at; its session is started where there is none."""
        with self._lock:
            room = self._rooms.pop(wanted, None)
            if room is None:
                idle = [one for one, other in self._rooms.items() if not other.lookers]
                for one in idle[: max(0, len(self._rooms) - MOST_ROOMS + 1)]:
                    self._rooms.pop(one).close()
                room = Room(self._make(wanted))
            self._rooms[wanted] = room
            return room

    def close(self) -> None:
        """Close all."""
        with self._lock:
            for room in self._rooms.values():
                room.close()
            self._rooms.clear()
