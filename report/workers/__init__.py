"""Many small tasks done by worker processes, here or on other machines, through `concurrent.futures.Executor`."""

from report.workers.cluster import scheduler
from report.workers.local import local
from report.workers.tasks import Outcome, PreparationError, Task, Workers, run

__all__ = ["Outcome", "PreparationError", "Task", "Workers", "local", "run", "scheduler"]
