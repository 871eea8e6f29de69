"""Tasks that are given to workers, and what comes of them."""

import concurrent.futures
import dataclasses
import hashlib
import itertools
import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from report.errors import RenderingError, ReportError

Key = TypeVar("Key")
Argument = TypeVar("Argument")
Result = TypeVar("Result")
Prepare = Callable[[], None]


class Task(NamedTuple, Generic[Key, Argument]):
    """A piece of work: what it is called, and what the work is given."""

    key: Key
    argument: Argument


@dataclasses.dataclass(frozen=True)
class Outcome(Generic[Key, Result]):
    """What came of a task.

    Attributes:
        key: The task's.
        result: What the work returned; None where it failed.
        error: Why it failed; None where it did not.
    """

    key: Key
    result: Result | None = None
    error: ReportError | None = None


class PreparationError(ReportError):
    """No worker can be prepared, so that no task can be done; has the exit code of its reason."""

    @classmethod
    def because_of(cls, reason: Exception) -> "PreparationError":
        """Return it with another error's words and exit code."""
        told = as_report_error(reason)
        error = cls(told.message, told.hint)
        error.exit_code = told.exit_code
        return error


class Workers(Protocol):
    """What tasks are given to: an `Executor` that knows how many it does at once."""

    @property
    def workers(self) -> int:
        """How many tasks are done at once."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> concurrent.futures.Future[Any]:
        """Let a worker call a function, which it must be able to import."""


def run(
    executor: Workers,
    work: Callable[[Argument], Result],
    tasks: Iterable[Task[Key, Argument]],
    in_flight: int,
) -> Iterator[Outcome[Key, Result]]:
    """Yield what comes of each task, as it comes: in no order.

    Tasks are read no faster than results are taken, so that their number does not matter to memory.

    Args:
        executor: Of `local` or `scheduler`.
        work: A function of a module, or a `functools.partial` of one; it travels once to each worker.
        tasks: May be endless.
        in_flight: How many tasks and results there are at once; twice the number of workers keeps all busy.

    Raises:
        PreparationError: No worker can be prepared.
        RenderingError: All workers are gone.
    """
    waiting: dict[concurrent.futures.Future[Result], Task[Key, Argument]] = {}
    suspects: list[Task[Key, Argument]] = []
    source = iter(tasks)
    try:
        while True:
            for task in itertools.islice(source, in_flight - len(waiting)):
                waiting[executor.submit(work, task.argument)] = task
            if not waiting:
                break
            done, _ = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                task = waiting.pop(future)
                if _is_suspect(future):
                    suspects.append(task)
                else:
                    yield _outcome(task.key, future)
    finally:
        for future in waiting:
            future.cancel()
    for task in suspects:
        future = executor.submit(work, task.argument)
        concurrent.futures.wait([future])
        yield _outcome(task.key, future)


def _is_suspect(future: concurrent.futures.Future[Any]) -> bool:
    """Return whether a task failed because workers died that may have been doing another one.

    Dask blames all tasks that a worker had taken, and gives each up after so many deaths. The one to blame is
    found by doing each alone.
    """
    return not future.cancelled() and type(future.exception()).__name__ == "KilledWorker"


def _outcome(key: Key, future: concurrent.futures.Future[Result]) -> Outcome[Key, Result]:
    error = None if future.cancelled() else future.exception()
    if future.cancelled() or isinstance(error, concurrent.futures.CancelledError):
        raise workers_are_gone()
    if isinstance(error, PreparationError):
        raise error
    if _is_suspect(future):
        hint = "Look into the workers' logs, then run it again."
        return Outcome(key, error=RenderingError("every worker that tried it hung or died", hint))
    if error is not None:
        return Outcome(key, error=as_report_error(error))
    return Outcome(key, future.result())


def workers_are_gone() -> RenderingError:
    """Return what is raised where no task can be done any more."""
    hint = "Start them again, and run the command again; what is finished stays."
    return RenderingError("all workers went away", hint)


def as_report_error(error: BaseException) -> ReportError:
    """Return an error as one that can be told to an editor."""
    if isinstance(error, ReportError):
        return error
    return ReportError(f"{type(error).__name__}: {error}", "Run it again with --debug, and report the bug.")


@dataclasses.dataclass(frozen=True)
class Packed:
    """A function as it travels to workers, under a name by which they know it again."""

    digest: bytes
    data: bytes


def pack(*values: object) -> Packed:
    """Return values packed; raises what `pickle` does where one cannot be."""
    data = pickle.dumps(values)
    return Packed(hashlib.sha256(data).digest(), data)
