"""Workers of other machines, through Dask distributed (the extra `cluster`).

The scheduler gives the task of a worker that died to another one. Its workers run whatever they are sent, so that
only TLS with certificates of one's own keeps strangers from sending: see docs/deployment.md.
"""

import concurrent.futures
import contextlib
import faulthandler
import functools
import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from report.errors import MissingDependencyError, UsageError
from report.installation import code_digest
from report.workers.tasks import PreparationError, Prepare, as_report_error, pack, workers_are_gone

_CONNECTION_SECONDS = 10


def scheduler(
    address: str, prepare: Prepare | None = None, task_timeout_seconds: float = 60.0
) -> "ClusterExecutor":
    """Return the workers of a Dask scheduler; use it as a context manager.

    Args:
        address: Such as tcp://10.0.0.5:8786, or tls:// where Dask's settings name certificates.
        prepare: Called once in each worker process, before its first task.
        task_timeout_seconds: After this time the process that does a task ends itself; its nanny begins another,
            and the scheduler has the task tried again, `distributed.scheduler.allowed-failures` times in all.

    Raises:
        MissingDependencyError: The library is not installed.
        UsageError: Nobody answers there, or there are no workers.
    """
    try:
        import distributed
    except ImportError:
        hint = "Run pip install 'jianbao[cluster]', here and where the workers are."
        raise MissingDependencyError("Dask distributed is not installed", hint) from None
    try:
        connect: Any = distributed.Client  # its types are published in part
        client = connect(address, timeout=_CONNECTION_SECONDS, set_as_default=False, name="jianbao")
    except (OSError, ValueError, TypeError) as error:
        told = str(error).splitlines()[0] if str(error) else type(error).__name__
        hint = (
            "Start `dask scheduler` there, see docs/deployment.md; without --scheduler this machine does it."
        )
        raise UsageError(f"no scheduler answers at {address}: {told}", hint) from None
    executor = ClusterExecutor(client, prepare, task_timeout_seconds)
    if not executor.workers:
        executor.shutdown(wait=False)
        raise UsageError(f"the scheduler at {address} has no workers", f"Run `dask worker {address}`.")
    return executor


class ClusterExecutor(concurrent.futures.Executor):
    """The workers of a Dask scheduler."""

    def __init__(self, client: Any, prepare: Prepare | None, task_timeout_seconds: float) -> None:
        self._client = client
        # Not pure: a task of an earlier run that was the same would be taken for this one.
        self._executor = client.get_executor(pure=False)
        self._prepare = prepare
        self._task_timeout_seconds = task_timeout_seconds
        self._share = functools.lru_cache(maxsize=4)(self._shared)

    @property
    def workers(self) -> int:
        """How many tasks are done at once, by the workers that there are now."""
        count: int = len(self._client.scheduler_info(n_workers=-1)["workers"])
        return count

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """Let a worker call a function; raises in the future what `run` says."""
        if named:
            function = functools.partial(function, **named)
        # Packed, so that Dask does not look for futures and tasks in what it is none of its business.
        packed = pickle.dumps(arguments)
        try:
            return self._executor.submit(_do, self._share(function), packed)
        except Exception:
            # The client closed itself, because the scheduler is gone; it raises many things then.
            if self._client.status == "running":
                raise
            raise workers_are_gone() from None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the scheduler; without `wait`, what it was given to do is cancelled."""
        with contextlib.suppress(OSError):
            self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what was begun; where something was raised, or interrupted, cancel it."""
        self.shutdown(wait=kind is None)

    def _shared(self, function: Callable[..., Any]) -> Any:
        """Return a function as the result of a task.

        Once at each worker, as scattered data would be; unlike these, it is made again where the last worker that
        had it died.
        """
        packed = pack(code_digest(), self._prepare, self._task_timeout_seconds, function)
        return self._client.submit(bytes, packed.data, key=f"work-{packed.digest.hex()}")


# The renderer, and the watch over a task's time, are one for each process.
_ONE_AT_A_TIME = threading.Lock()


def _do(packed: bytes, arguments: bytes) -> Any:
    """Return what a function returns; at a worker."""
    with _ONE_AT_A_TIME:
        function, seconds = _unpacked(packed)
        with Path(os.devnull).open("w") as nowhere:
            # Ends the process although C code hangs that lets no other thread of Python run.
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
            try:
                return function(*pickle.loads(arguments))
            except Exception as error:
                raise as_report_error(error) from None
            finally:
                faulthandler.cancel_dump_traceback_later()


@functools.lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> tuple[Callable[..., Any], float]:
    """Return the function that was sent and the seconds that it may take, once all is ready for it."""
    try:
        code, prepare, seconds, function = pickle.loads(packed)
    except (ImportError, AttributeError) as error:
        raise PreparationError(f"a worker lacks what it must do: {error}", _SAME_VERSION) from None
    if code != code_digest():
        raise PreparationError("a worker has another version of this program", _SAME_VERSION)
    if prepare is not None:
        try:
            prepare()
        except Exception as error:
            raise PreparationError.because_of(error) from None
    return function, seconds


_SAME_VERSION = "Install the same version here and where the workers are, and start them again."
