"""`report copies`: every clinic's own copies of a released edition."""

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from report import store
from report.clinics import Clinic
from report.copies.record import FILE_NAME
from report.errors import MissingDependencyError, RenderingError, ReportError
from report.findings import Code, Finding, Location, sort_findings
from report.pipeline.making import prepare_format, processors
from report.pipeline.making_copies import Batch, MadeCopies, Wanted, make_batch
from report.pipeline.preparing_copies import Preparation
from report.pipeline.recipients import Recipients
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.workers import Outcome, Workers
    from report.workers.local import LocalExecutor

COPY_FAILED = Code("P004", "copy-failed", is_waivable=False)
# Clinics that are laid out together: more cost memory, fewer time (docs/benchmarks.md).
BATCH = 80
_TASK_SECONDS = 300.0

Work: TypeAlias = Callable[[Batch], MadeCopies]
Made: TypeAlias = "tuple[Batch, Outcome[int, MadeCopies]]"


@dataclasses.dataclass(frozen=True)
class Copied:
    """What making copies came to.

    Attributes:
        edition: The number of the edition.
        made: Sizes in bytes by clinic, of those that were made.
        current: Clinics whose copies were there already, made from just the same.
        findings: Sorted.
    """

    edition: int
    made: Mapping[str, int]
    current: tuple[str, ...]
    findings: tuple[Finding, ...]


def local_workers(run: Run) -> "LocalExecutor":
    """Return processes of this machine that begin with the first copies; use it as a context manager.

    Called before the list of clinics is read, so that none of them holds the list.
    """
    from report import workers

    return workers.local(processors(), prepare_format(run, "pdf"), _TASK_SECONDS, on_demand=True)


def make_copies(
    run: Run,
    slug: str,
    recipients: Recipients,
    clinics: Iterable[Clinic],
    held: Callable[[int], Mapping[str, int]],
    *,
    edition: int | None = None,
    local: "LocalExecutor | None" = None,
    scheduler: str = "",
    is_forced: bool = False,
) -> Copied:
    """Make the copies of an edition.

    Args:
        run: What every step needs.
        slug: The briefing.
        recipients: Who receives copies, and how.
        clinics: Those that are meant.
        held: Returns the last edition before a number that each clinic received, by its id.
        edition: Which; None stands for the last one.
        local: Of `local_workers`; None for some that end with this.
        scheduler: The address of a Dask scheduler; empty for processes of this machine.
        is_forced: Make those too that are there.

    Raises:
        UsageError: There is no such edition, it was withdrawn, or its files are not here.
        MissingDependencyError: The disk is full; what is finished stays.
        RenderingError: The templates make no copy at all.
    """
    preparing = Preparation(run, slug, recipients, edition)
    clinics = list(clinics)
    wanted = list(preparing.wanted(clinics, held(preparing.edition.number)))
    for name in {clinic.id for clinic in clinics} - {item.clinic.id for _, item in wanted}:
        # What is there was made for a clinic that is listed otherwise now.
        store.drop(preparing.folder / name / FILE_NAME)
    current = [] if is_forced else [item for _, item in wanted if preparing.is_current(item)]
    ids = {item.clinic.id for item in current}
    outdated = [(since, item) for since, item in wanted if item.clinic.id not in ids]
    findings = [
        *preparing.findings,
        *preparing.check_slots(file for _, item in outdated for file in item.files),
    ]
    batches = list(_batches((since, preparing.with_changes(item, since)) for since, item in outdated))
    made: dict[str, int] = {}
    done = 0
    work = functools.partial(make_batch, preparing.shared())
    for batch, outcome in _outcomes(run, local, scheduler, work, batches):
        done += len(batch.wanted)
        run.progress(f"{slug}: {done:,} of {len(outdated):,} clinics")
        if outcome.result is None:
            findings += (_failed(preparing, item, outcome.error) for item in batch.wanted)
        else:
            made |= outcome.result.sizes
            findings += outcome.result.findings
    return Copied(preparing.edition.number, made, tuple(sorted(ids)), tuple(sort_findings(findings)))


def _outcomes(
    run: Run, local: "LocalExecutor | None", scheduler: str, work: Work, batches: Sequence[Batch]
) -> "Iterator[Made]":
    # Without a batch, nobody is asked for workers.
    if batches:
        with _executor(run, local, scheduler) as executor:
            yield from _each(executor, work, batches)


@contextlib.contextmanager
def _executor(run: Run, local: "LocalExecutor | None", scheduler: str) -> "Iterator[Workers]":
    from report import workers

    if scheduler:
        with workers.scheduler(scheduler, prepare_format(run, "pdf"), _TASK_SECONDS) as cluster:
            yield cluster
    elif local is None:
        with local_workers(run) as own:
            yield own
    else:
        yield local


def _each(executor: "Workers", work: Work, batches: Sequence[Batch]) -> "Iterator[Made]":
    """Yield what comes of each batch; where one fails, what comes of each of its clinics.

    Raises:
        MissingDependencyError: The disk is full.
        RenderingError: What fails has nothing to do with a clinic.
    """
    failed: list[Batch] = []
    for batch, outcome in _run(executor, work, batches):
        if outcome.error is None or len(batch.wanted) == 1:
            yield batch, outcome
        else:
            failed.append(batch)
    for batch in failed:
        alone = [dataclasses.replace(batch, wanted=(item,)) for item in batch.wanted]
        outcomes = list(_run(executor, work, alone))
        reasons = {outcome.error.message if outcome.error else "" for _, outcome in outcomes}
        error = outcomes[0][1].error
        if error is not None and len(reasons) == 1:
            raise RenderingError(f"no copy can be made: {error.message}", error.hint)
        yield from outcomes


def _run(executor: "Workers", work: Work, batches: Sequence[Batch]) -> "Iterator[Made]":
    from report import workers

    tasks = (workers.Task(number, batch) for number, batch in enumerate(batches))
    for outcome in workers.run(executor, work, tasks, 2 * executor.workers):
        if isinstance(outcome.error, MissingDependencyError):
            raise outcome.error
        yield batches[outcome.key], outcome


def _failed(preparing: Preparation, item: Wanted, error: ReportError | None) -> Finding:
    message = f"{item.clinic.id}: {error.message if error else 'nothing came of it'}"
    hint = error.hint if error and error.hint else "Run it again with --debug."
    return Finding(COPY_FAILED, Location(preparing.clinics_path), message, hint)


def _batches(wanted: Iterable[tuple[int, Wanted]]) -> Iterator[Batch]:
    groups: dict[tuple[str, int], list[Wanted]] = {}
    for since, item in wanted:
        groups.setdefault((item.clinic.locale, since), []).append(item)
    for (locale, since), items in sorted(groups.items(), key=lambda group: group[0]):
        for start in range(0, len(items), BATCH):
            yield Batch(locale, since, tuple(items[start : start + BATCH]))
