"""Finished files examined, each in a process of its own, and shown to validators; as many as there are processors."""

import concurrent.futures
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from report.errors import RenderingError
from report.pipeline.making import processors
from report.pipeline.run import Progress
from report.sandbox import Worker

if TYPE_CHECKING:
    from report.pages import Extract
    from report.tools.validators import Validation
    from report.verify import Evidence

# What was found out of a file, and what was read of it, where that is wanted still.
Examined = tuple["Evidence", "Extract | None"]
Validate = Callable[[Path], "tuple[Validation, ...]"]


def examine_all(
    jobs: Mapping[Path, Callable[[], Examined]],
    validate: Validate,
    progress: Progress,
) -> dict[Path, Examined]:
    """Return what was found out of each file, in the order of `jobs`, with what validators say of it.

    Args:
        jobs: What examines a file; run in a child, so that a file that is made to do harm does it there. One that
            kills its child, or takes too long, could not be read.
        validate: Asks validators of other people's, which need no child of ours.
        progress: Is told of each.
    """
    from report import verify

    with concurrent.futures.ThreadPoolExecutor(processors()) as pool:
        examined: dict[Path, Examined] = {}
        # Started before there are threads: what is forked then has locks that nobody will open.
        for batch in _batches(jobs):
            examined |= _examine(batch, progress)
        present = [path for path in jobs if path.is_file()]
        said = dict(zip(present, pool.map(validate, present), strict=True))
    return {
        path: (verify.with_validations(examined[path][0], said.get(path, ())), examined[path][1])
        for path in jobs
    }


def _batches(jobs: Mapping[Path, Callable[[], Examined]]) -> list[dict[Path, Callable[[], Examined]]]:
    """Return the jobs in batches of as many as there are processors, files of like size together."""
    order = sorted(jobs, key=lambda path: -(path.stat().st_size if path.is_file() else 0))
    many = processors()
    return [
        {path: jobs[path] for path in order[start : start + many]} for start in range(0, len(order), many)
    ]


def _examine(batch: Mapping[Path, Callable[[], Examined]], progress: Progress) -> dict[Path, Examined]:
    from report import verify

    workers = {}
    examined: dict[Path, Examined] = {}
    try:
        for path, job in batch.items():
            progress(f"verifying {path.name}")
            workers[path] = Worker(functools.partial(_run, job), name=f"reading {path.name}")
            workers[path].begin(None)
        for path, worker in workers.items():
            try:
                examined[path] = worker.finish()
            except RenderingError as error:
                examined[path] = verify.unread(str(path), error.message), None
    finally:
        for worker in workers.values():
            worker.close()
    return examined


def _run(job: Callable[[], Examined], argument: None, progress: Progress) -> Examined:
    return job()
