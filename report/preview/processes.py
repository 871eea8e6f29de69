"""The engine's process as those who use it see it: requests go in, answers come out, and it may end at any time."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import BinaryIO, cast

from report.installation import PACKAGE
from report.preview.messages import Pages, Reply, Request, Web, read_message, write_message

# How long a request may take; what is laid out whole is in a child with limits of its own.
LONGEST_SECONDS = 60.0
_TICK_SECONDS = 0.5
# -P: whatever lies in the folder that somebody works in is no module of this program.
COMMAND = (sys.executable, "-P", "-m", "report.preview.engine_process")


class EngineProcess:
    """One process; when it has ended, for whatever reason, `on_end` is told why, once."""

    def __init__(
        self,
        on_reply: Callable[[Reply], None],
        on_end: Callable[[str], None],
        longest_seconds: float = LONGEST_SECONDS,
        command: Sequence[str] = COMMAND,
    ) -> None:
        """Start it; both functions are called from a thread of its own.

        Args:
            on_reply: Is given each answer.
            on_end: Is told why it ended, where it was not closed.
            longest_seconds: How long a request may take.
            command: What is run.
        """
        self._on_reply = on_reply
        self._on_end = on_end
        self._longest = longest_seconds
        # Two, for who reads answers may not wait for who writes: the process may be writing too.
        self._writing = threading.Lock()
        self._lock = threading.Lock()
        self._asked: dict[int, float] = {}
        self._is_closed = False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            stderr=None if os.environ.get("JIANBAO_DEBUG") else subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._read, name="preview-engine", daemon=True)
        self._thread.start()

    def send(self, request: Request) -> None:
        """Hand over a request; where the process has ended, `on_end` says so."""
        with self._lock:
            self._asked[request.number] = time.monotonic()
        with self._writing, contextlib.suppress(OSError, ValueError):
            write_message(cast(BinaryIO, self._process.stdin), request)

    def close(self) -> None:
        """End the process and its children; `on_end` is not told."""
        self._is_closed = True
        self._kill()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        reason = ""
        while not reason:
            if self._is_late():
                reason = f"it took longer than {self._longest:g} s"
            elif stream_is_ready(stream):
                try:
                    reply = read_message(stream)
                except Exception as error:
                    reason = f"it answered what cannot be read: {type(error).__name__}"
                    break
                if not isinstance(reply, Pages | Web):
                    break
                if isinstance(reply, Web) or reply.is_last:
                    self._forget(reply)
                self._on_reply(reply)
        if not reason:
            # It has closed its end: how it ends is told once it has.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_TICK_SECONDS)
        self._kill()
        status = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                cast(BinaryIO, pipe).close()
        if not self._is_closed:
            self._on_end(reason or _ending(status))

    def _forget(self, reply: Reply) -> None:
        """Take a request for answered, and those that it overtook."""
        with self._lock:
            self._asked = {number: at for number, at in self._asked.items() if number > reply.number}

    def _is_late(self) -> bool:
        with self._lock:
            oldest = min(self._asked.values(), default=None)
        return oldest is not None and time.monotonic() - oldest > self._longest


def stream_is_ready(stream: BinaryIO) -> bool:
    """Return whether there is something to read, or the end, within a moment."""
    return bool(select.select([stream], [], [], _TICK_SECONDS)[0])


def _ending(status: int) -> str:
    if status < 0:
        return f"it was ended by {signal.Signals(-status).name}"
    return f"it ended with {status}"
