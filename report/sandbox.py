"""Runs untrusted work in a child process with limits on memory, processor time and wall time.

The child is forked, so nothing is imported twice, and it is started before its work is known: what it
prepares (importing the renderer, reading fonts) runs beside the parent's own work.
"""

import contextlib
import dataclasses
import faulthandler
import gc
import os
import pickle
import resource
import select
import signal
import struct
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Generic, TypeVar

from report.child_process import end_with_parent, limit_memory
from report.errors import RenderingError, ReportError

Argument = TypeVar("Argument")
Result = TypeVar("Result")
Key = TypeVar("Key")
Progress = Callable[[str], None]

_HEADER = struct.Struct("!cQ")
# Whoever cannot have this much has met the limit.
_SPARE_BYTES = 1 << 26


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a child may use.

    Attributes:
        memory_bytes: Address space, on top of what it inherits from the process that it is forked from.
        cpu_seconds: Processor time.
        wall_seconds: From `run` on.
    """

    memory_bytes: int = 1_500_000_000
    cpu_seconds: int = 120
    wall_seconds: float = 120.0


class Worker(Generic[Argument, Result]):
    """One child that prepares itself at once and does one piece of work when it is asked to.

    Use it as a context manager: leaving the block ends the child, whatever it is doing.
    """

    def __init__(
        self,
        work: Callable[[Argument, Progress], Result],
        *,
        name: str,
        prepare: Callable[[], None] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._name = name
        self._limits = limits or Limits()
        self._deadline = 0.0
        work_read, self._work_write = os.pipe()
        self._result_read, result_write = os.pipe()
        parent = os.getpid()
        self._pid = os.fork()
        if self._pid == 0:
            others = (self._work_write, self._result_read)
            _run_child(work, prepare, work_read, result_write, others, self._limits, parent)
        os.close(work_read)
        os.close(result_write)

    def __enter__(self) -> "Worker[Argument, Result]":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child if it still runs, and free what it held."""
        if not self._pid:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        self._reap()

    def _reap(self) -> int:
        for descriptor in (self._work_write, self._result_read):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        return status

    def run(self, argument: Argument, progress: Progress | None = None) -> Result:
        """Return what the work returns for an argument; both travel by pickle.

        Raises:
            RenderingError: The child went past a limit or died.
            ReportError: The work raised it.
        """
        self.begin(argument)
        return self.finish(progress)

    def fileno(self) -> int:
        """Return what becomes readable when the child has something to say, for `select`."""
        return self._result_read

    def begin(self, argument: Argument) -> None:
        """Let the child begin its work; the caller may do something else until it asks for what came of it."""
        self._deadline = time.monotonic() + self._limits.wall_seconds
        # A child that could not prepare itself has said why and is gone; its message is read by `finish`.
        with contextlib.suppress(BrokenPipeError):
            _send(self._work_write, b"A", pickle.dumps(argument))

    def finish(self, progress: Progress | None = None) -> Result:
        """Wait for what the work that was begun returns; raises as `run`."""
        while True:
            payload = self._advance(progress)
            if payload is not None:
                result: Result = pickle.loads(payload)
                return result

    def _advance(self, progress: Progress | None) -> bytes | None:
        """Read one message; return the result, still packed, if it is that."""
        message = self._receive(self._deadline)
        if message is None:
            raise self._died()
        kind, payload = message
        if kind == b"M":
            raise self._limit_error(f"more than {self._limits.memory_bytes / 1e9:g} GB of memory")
        if kind == b"E":
            error: ReportError = pickle.loads(payload)
            raise error
        if kind == b"P":
            if progress is not None:
                progress(payload.decode())
            return None
        return payload

    def _limit_error(self, limit: str) -> RenderingError:
        return RenderingError(
            f"{self._name} needed {limit}",
            "Look for a very large table, image or loop in the section that was changed last.",
        )

    def _died(self) -> ReportError:
        status = self._reap()
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGXCPU:
                return self._limit_error(f"more than {self._limits.cpu_seconds} s of processor time")
            # GLib aborts (SIGTRAP or SIGABRT) where an allocation fails; the kernel kills where memory ends.
            reason = signal.Signals(number).name
            return self._limit_error(
                f"more memory than {self._limits.memory_bytes / 1e9:g} GB, or failed ({reason})"
            )
        return RenderingError(f"{self._name} ended without a result", "Run it again with --debug.")

    def _receive(self, deadline: float) -> tuple[bytes, bytes] | None:
        header = self._read(_HEADER.size, deadline)
        if header is None:
            return None
        kind, size = _HEADER.unpack(header)
        payload = self._read(size, deadline)
        return None if payload is None else (kind, payload)

    def _read(self, size: int, deadline: float) -> bytes | None:
        chunks = bytearray()
        while len(chunks) < size:
            remaining = deadline - time.monotonic()
            ready = select.select([self._result_read], [], [], max(remaining, 0))[0]
            if not ready:
                self.close()
                raise self._limit_error(f"more than {self._limits.wall_seconds:g} s")
            chunk = os.read(self._result_read, min(size - len(chunks), 1 << 20))
            if not chunk:
                return None
            chunks += chunk
        return bytes(chunks)


class Here(Generic[Argument, Result]):
    """Does a piece of work in this process, which is such a child itself; used as a `Worker` is."""

    def __init__(
        self,
        work: Callable[[Argument, Progress], Result],
        *,
        name: str,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        del name, prepare
        self._work = work
        self._argument: list[Argument] = []

    def __enter__(self) -> "Here[Argument, Result]":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget the work."""
        self._argument.clear()

    def begin(self, argument: Argument) -> None:
        """Remember what to do: there is nobody else who could begin."""
        self._argument.append(argument)

    def finish(self) -> Result:
        """Do it; raises what the work raises."""
        return self._work(self._argument.pop(), lambda text: None)


def finish_any(
    workers: "Mapping[Key, Worker[Any, Result]]", progress: Progress | None = None
) -> tuple[Key, Result]:
    """Wait for whichever of some workers, all of which have begun, is done first; raises as `Worker.run`."""
    while True:
        first = min(workers.values(), key=lambda worker: worker._deadline)
        remaining = max(first._deadline - time.monotonic(), 0)
        ready = select.select([worker._result_read for worker in workers.values()], [], [], remaining)[0]
        for key, worker in workers.items():
            if worker._result_read in ready or (not ready and worker is first):
                payload = worker._advance(progress)
                if payload is not None:
                    result: Result = pickle.loads(payload)
                    return key, result


def _is_out_of_memory() -> bool:
    try:
        bytearray(_SPARE_BYTES)
    except MemoryError:
        return True
    return False


def _send(descriptor: int, kind: bytes, payload: bytes) -> None:
    view = memoryview(_HEADER.pack(kind, len(payload)) + payload)
    while view:
        view = view[os.write(descriptor, view) :]


def _run_child(
    work: Callable[[Any, Progress], Any],
    prepare: Callable[[], None] | None,
    work_read: int,
    result_write: int,
    others: tuple[int, ...],
    limits: Limits,
    parent: int,
) -> None:
    """Do the child's part and end the process; never returns."""
    status = 1
    try:
        end_with_parent(parent)
        for descriptor in others:
            os.close(descriptor)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # A crash in here is told by the parent in the editor's words.
        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit_memory(limits.memory_bytes)
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
        # What a child makes lives until it ends: collecting cost 5 % of a build of 27 pages and 20 % of one
        # of 96 (docs/benchmarks.md), and the limit on memory holds all the same.
        gc.disable()
        if prepare is not None:
            prepare()
        with os.fdopen(work_read, "rb") as source:
            header = source.read(_HEADER.size)
            if len(header) == _HEADER.size:
                argument = pickle.loads(source.read(_HEADER.unpack(header)[1]))
                result = work(argument, lambda text: _send(result_write, b"P", text.encode()))
                _send(result_write, b"R", pickle.dumps(result))
                status = 0
    except (MemoryError, SystemError):
        # CPython says SystemError where a C function ran out of memory and set no exception.
        _send(result_write, b"M", b"")
    except ReportError as error:
        # Without memory, libraries fail in ways of their own: in a parser, in a table of names.
        if _is_out_of_memory():
            _send(result_write, b"M", b"")
        else:
            _send(result_write, b"E", pickle.dumps(error))
    except RecursionError:
        nested = RenderingError("elements are nested too deep to be laid out", "Make the structure flatter.")
        _send(result_write, b"E", pickle.dumps(nested))
    except BaseException as error:
        if os.environ.get("JIANBAO_DEBUG"):
            import traceback

            traceback.print_exc()
        # The loader says ImportError where a library has no room.
        if _is_out_of_memory():
            _send(result_write, b"M", b"")
        else:
            hint = "Run it again with --debug, and report the bug."
            bug = ReportError(f"{type(error).__name__}: {error}", hint)
            _send(result_write, b"E", pickle.dumps(bug))
    finally:
        os._exit(status)
