"""Worker processes of this machine.

A worker that hangs or dies loses nothing: its task is tried again on a fresh one, and fails by itself only when
that has happened three times. The standard library's pool breaks as a whole when one process dies.
"""

import concurrent.futures
import contextlib
import faulthandler
import functools
import gc
import os
import pickle
import queue
import resource
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn

from report.child_process import end_with_parent, limit_memory
from report.errors import RenderingError
from report.workers.tasks import Packed, PreparationError, Prepare, as_report_error, pack

TRIES = 3
_PREPARATION_SECONDS = 120.0
_HEADER = struct.Struct("!cQ")
_ORDER = struct.Struct("!ci")
_TASK, _PREPARED, _UNPREPARED, _RESULT, _ERROR = b"T", b"P", b"U", b"R", b"E"
_START, _END = b"S", b"E"


def local(
    workers: int,
    prepare: Prepare | None = None,
    task_timeout_seconds: float = 60.0,
    memory_bytes: int = 1_500_000_000,
    *,
    on_demand: bool = False,
) -> "LocalExecutor":
    """Return processes of this machine, which begin to prepare themselves at once.

    Use it as a context manager: leaving the block ends them. Begin it before there are threads.

    Args:
        workers: How many processes.
        prepare: Called once in each, before its first task.
        task_timeout_seconds: After this time a task's worker counts as hung, and is ended.
        memory_bytes: Address space of each.
        on_demand: Start one with each of the first tasks, not before. They begin as this process is now all the
            same: what it reads until then takes none of their memory.
    """
    executor = LocalExecutor(workers, prepare, task_timeout_seconds, memory_bytes)
    if not on_demand:
        executor.start()
    return executor


class LocalExecutor(concurrent.futures.Executor):
    """Worker processes of this machine, each looked after by a thread of this process."""

    def __init__(
        self, workers: int, prepare: Prepare | None, task_timeout_seconds: float, memory_bytes: int
    ) -> None:
        self._task_timeout_seconds = task_timeout_seconds
        self._is_closed = False
        self._server = _ForkServer(prepare, memory_bytes)
        self._workers = workers
        self._started = 0
        # None stands for a worker that could not be started again.
        self._idle: queue.SimpleQueue[_LocalWorker | None] = queue.SimpleQueue()
        self._threads = concurrent.futures.ThreadPoolExecutor(workers)
        self._pack = functools.lru_cache(maxsize=4)(pack)

    @property
    def workers(self) -> int:
        """How many tasks are done at once."""
        return self._workers

    def start(self, most: int | None = None) -> None:
        """Start so many of the workers that have not been started, by default all.

        Raises:
            OSError: There are no processes to be had.
        """
        for _ in range(min(self._workers - self._started, self._workers if most is None else most)):
            self._idle.put(self._server.start())
            self._started += 1

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """Let a worker call a function; raises in the future what `run` says."""
        if named:
            function = functools.partial(function, **named)
        self.start(1)
        return self._threads.submit(self._do, self._pack(function), arguments)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; without `wait`, whatever they are doing."""
        try:
            if wait:
                self._threads.shutdown(cancel_futures=cancel_futures)
        finally:
            self._is_closed = True
            self._server.close()
            self._threads.shutdown(cancel_futures=True)
            while not self._idle.empty():
                if worker := self._idle.get():
                    worker.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what was begun; where something was raised, or interrupted, end it."""
        self.shutdown(wait=kind is None)

    def _do(self, packed: Packed, arguments: tuple[Any, ...]) -> Any:
        """Return what a function returns in a worker; in a thread."""
        reason = _LostError("", False)
        for _ in range(TRIES):
            worker = self._idle.get()
            if worker is None or self._is_closed:
                self._idle.put(worker)
                raise concurrent.futures.CancelledError
            try:
                result = worker.call(packed, arguments, self._task_timeout_seconds)
            except _LostError as lost:
                reason = lost
                self._idle.put(self._again(worker))
            except BaseException:
                self._idle.put(worker)
                raise
            else:
                self._idle.put(worker)
                return result
        hint = "Run it again; if it fails again, look for what is unusual in what it is made from."
        if reason.is_in_preparation:
            raise PreparationError(f"each of {TRIES} workers {reason} while it got ready", hint)
        raise RenderingError(f"each of {TRIES} workers {reason}", hint)

    def _again(self, worker: "_LocalWorker") -> "_LocalWorker | None":
        try:
            return self._server.start()
        except OSError:
            return None


class _LostError(Exception):
    """A worker hung or died; says which."""

    def __init__(self, told: str, is_in_preparation: bool) -> None:
        super().__init__(told)
        self.is_in_preparation = is_in_preparation


class _ForkServer:
    """A process that starts and ends workers.

    It is forked while this process has one thread. Forked from a thread, a worker would inherit the locks that
    other threads hold, of C libraries too, and wait for them without end.
    """

    def __init__(self, prepare: Prepare | None, memory_bytes: int) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._pid = os.fork()
        if self._pid == 0:
            self._control.close()
            _serve(theirs, prepare, memory_bytes)
        theirs.close()

    def start(self) -> "_LocalWorker":
        """Return a fresh worker; raises OSError where the server is gone."""
        with self._lock:
            self._control.sendall(_ORDER.pack(_START, 0))
            answer, descriptors, _, _ = socket.recv_fds(self._control, _ORDER.size, 1)
        if not descriptors:
            raise ConnectionError
        return _LocalWorker(self, _ORDER.unpack(answer)[1], socket.socket(fileno=descriptors[0]))

    def end(self, pid: int) -> int:
        """End a worker, if it still runs, and return its status as of wait(2); 0 where the server is gone."""
        with self._lock, contextlib.suppress(OSError):
            self._control.sendall(_ORDER.pack(_END, pid))
            if answer := self._control.recv(_ORDER.size):
                return int(_ORDER.unpack(answer)[1])
        return 0

    def close(self) -> None:
        """End the server and with it all workers."""
        with contextlib.suppress(OSError):
            # Not only closed: children that this process forked meanwhile hold the socket too.
            self._control.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._control.close()
            if self._pid:
                os.waitpid(self._pid, 0)
                self._pid = 0


class _LocalWorker:
    """A worker process, as the process sees it that gives it tasks; raises _LostError where it hung or died."""

    def __init__(self, server: _ForkServer, pid: int, channel: socket.socket) -> None:
        self._server = server
        self._pid = pid
        self._channel = channel
        self._is_prepared = False
        self._known: set[bytes] = set()

    def call(self, packed: Packed, arguments: tuple[Any, ...], seconds: float) -> Any:
        """Return what a function returns, or raise what it raises."""
        if not self._is_prepared:
            kind, payload = self._exchange(None, _PREPARATION_SECONDS)
            if kind == _UNPREPARED:
                self._end()
                raise pickle.loads(payload)
            self._is_prepared = True
        message = pickle.dumps(
            (packed.digest, None if packed.digest in self._known else packed.data, arguments)
        )
        self._known.add(packed.digest)
        kind, payload = self._exchange(message, seconds)
        value = pickle.loads(payload)
        if kind == _ERROR:
            raise value
        return value

    def _exchange(self, message: bytes | None, seconds: float) -> tuple[bytes, bytes]:
        """Return the next message of the worker, after sending it one; end it where none comes."""
        deadline = time.monotonic() + seconds
        try:
            if message is not None:
                self._channel.settimeout(seconds)
                _send(self._channel, _TASK, message)
            return _receive(self._channel, deadline)
        except TimeoutError:
            self._end()
            raise _LostError(f"took longer than {seconds:g} s", not self._is_prepared) from None
        except OSError:
            raise _LostError(_how_it_ended(self._end()), not self._is_prepared) from None

    def close(self) -> None:
        """Free what stands for it here."""
        self._channel.close()

    def _end(self) -> int:
        self.close()
        return self._server.end(self._pid)


def _how_it_ended(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"died ({signal.Signals(os.WTERMSIG(status)).name})"
    return "died, perhaps for want of memory"


def _send(channel: socket.socket, kind: bytes, payload: bytes) -> None:
    channel.sendall(_HEADER.pack(kind, len(payload)))
    channel.sendall(payload)


def _receive(channel: socket.socket, deadline: float | None) -> tuple[bytes, bytes]:
    kind, size = _HEADER.unpack(_read(channel, _HEADER.size, deadline))
    return kind, _read(channel, size, deadline)


def _read(channel: socket.socket, size: int, deadline: float | None) -> bytes:
    """Return so many bytes; raises TimeoutError after the deadline, ConnectionError where no more come."""
    data = bytearray(size)
    view = memoryview(data)
    while view:
        if deadline is not None:
            # 0 would mean "do not block", and raise another error.
            channel.settimeout(max(deadline - time.monotonic(), 1e-3))
        count = channel.recv_into(view)
        if not count:
            raise ConnectionError
        view = view[count:]
    return bytes(data)


def _serve(control: socket.socket, prepare: Prepare | None, memory_bytes: int) -> NoReturn:
    """Start and end workers until the other end is gone; the fork server's part."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    workers: set[int] = set()
    try:
        while order := control.recv(_ORDER.size):
            kind, pid = _ORDER.unpack(order)
            if kind == _START:
                ours, theirs = socket.socketpair()
                parent = os.getpid()
                pid = os.fork()
                if pid == 0:
                    control.close()
                    theirs.close()
                    _work(ours, prepare, memory_bytes, parent)
                workers.add(pid)
                socket.send_fds(control, [_ORDER.pack(_START, pid)], [theirs.fileno()])
                ours.close()
                theirs.close()
            else:
                workers.discard(pid)
                control.sendall(_ORDER.pack(_END, _kill(pid)))
    except OSError:
        pass
    finally:
        for pid in workers:
            _kill(pid)
        os._exit(0)


def _kill(pid: int) -> int:
    """End a child with all that it started, and return its status."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        # It may not have become the leader of its group yet.
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _work(channel: socket.socket, prepare: Prepare | None, memory_bytes: int, parent: int) -> NoReturn:
    """Do tasks until the other end is gone; a worker's part."""
    try:
        # A group of its own: what the terminal interrupts is the command, and that ends its workers.
        os.setpgid(0, 0)
        end_with_parent(parent)
        faulthandler.disable()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit_memory(memory_bytes)
        _prepare(channel, prepare)
        # What is there by now stays: the collector need not look at it, nor copy pages that are shared.
        gc.freeze()
        functions: dict[bytes, Callable[..., Any]] = {}
        while True:
            _, message = _receive(channel, None)
            digest, function, arguments = pickle.loads(message)
            if function is not None:
                (functions[digest],) = pickle.loads(function)
            _send(channel, *_call(functions[digest], arguments))
    except BaseException:
        # The other end is gone, or memory is: who waits sees that this process ended, and begins another.
        os._exit(1)


def _prepare(channel: socket.socket, prepare: Prepare | None) -> None:
    try:
        if prepare is not None:
            prepare()
    except MemoryError:
        raise
    except Exception as error:
        _send(channel, _UNPREPARED, pickle.dumps(PreparationError.because_of(error)))
        raise
    _send(channel, _PREPARED, b"")


def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bytes, bytes]:
    try:
        return _RESULT, pickle.dumps(function(*arguments))
    except MemoryError:
        raise
    except Exception as error:
        if os.environ.get("JIANBAO_DEBUG"):
            import traceback

            traceback.print_exc()
        return _ERROR, pickle.dumps(as_report_error(error))
