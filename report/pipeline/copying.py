"""`report copies`: every clinic's own copies of a released edition."""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping

from report.clinics import Clinic
from report.findings import Code, Finding, Location, sort_findings
from report.pipeline.making import prepare_format, processors
from report.pipeline.making_copies import Batch, MadeCopies, Shared, Wanted, make_batch
from report.pipeline.preparing_copies import Preparation
from report.pipeline.recipients import Recipients
from report.pipeline.run import Run

COPY_FAILED = Code("P004", "copy-failed", is_waivable=False)
# Clinics that are laid out together: more cost memory, fewer time (docs/benchmarks.md).
BATCH = 40
_TASK_SECONDS = 300.0


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


def make_copies(
    run: Run,
    slug: str,
    recipients: Recipients,
    clinics: Iterable[Clinic],
    held: Callable[[int], Mapping[str, int]],
    *,
    edition: int | None = None,
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
        scheduler: The address of a Dask scheduler; empty for processes of this machine.
        is_forced: Make those too that are there.

    Raises:
        UsageError: There is no such edition, or its files are not here.
    """
    preparing = Preparation(run, slug, recipients, edition)
    wanted = list(preparing.wanted(clinics, held(preparing.edition.number)))
    current = [] if is_forced else [item for _, item in wanted if preparing.is_current(item)]
    ids = {item.clinic.id for item in current}
    batches = list(_batches((since, item) for since, item in wanted if item.clinic.id not in ids))
    made: dict[str, int] = {}
    findings = list(preparing.findings)
    total, done = sum(len(batch.wanted) for batch in batches), 0
    for batch, result, error in _run(run, preparing.shared(), batches, scheduler):
        done += len(batch.wanted)
        run.progress(f"{slug}: {done:,} of {total:,} clinics")
        if result is None:
            findings += (_failed(preparing, item, error) for item in batch.wanted)
        else:
            made |= result.sizes
            findings += result.findings
    return Copied(preparing.edition.number, made, tuple(sorted(ids)), tuple(sort_findings(findings)))


def _run(
    run: Run, shared: Shared, batches: list[Batch], scheduler: str
) -> Iterator[tuple[Batch, MadeCopies | None, str]]:
    from report import workers

    if not batches:
        return
    prepare = prepare_format(run, "pdf")
    work = functools.partial(make_batch, shared)
    count = min(processors(), len(batches))
    executor = (
        workers.scheduler(scheduler, prepare, _TASK_SECONDS)
        if scheduler
        else workers.local(count, prepare, _TASK_SECONDS)
    )
    tasks = (workers.Task(number, batch) for number, batch in enumerate(batches))
    with executor:
        for outcome in workers.run(executor, work, tasks, 2 * executor.workers):
            message = outcome.error.message if outcome.error else ""
            yield batches[outcome.key], outcome.result, message


def _failed(preparing: Preparation, item: Wanted, error: str) -> Finding:
    hint = "Run it again with --debug; the other clinics' copies are made."
    return Finding(COPY_FAILED, Location(preparing.clinics_path), f"{item.clinic.id}: {error}", hint)


def _batches(wanted: Iterable[tuple[int, Wanted]]) -> Iterator[Batch]:
    groups: dict[tuple[str, int], list[Wanted]] = {}
    for since, item in wanted:
        groups.setdefault((item.clinic.locale, since), []).append(item)
    for (locale, since), items in sorted(groups.items(), key=lambda group: group[0]):
        for start in range(0, len(items), BATCH):
            yield Batch(locale, since, tuple(items[start : start + BATCH]))
