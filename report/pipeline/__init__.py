"""Each run on one screen: what a build, a check, a release do, step by step."""

from report.pipeline.building import build, check, verify_file
from report.pipeline.mending import MendedFile, difference, plan_mending, write_mended
from report.pipeline.run import Outcome, Run, choose, start

__all__ = [
    "MendedFile",
    "Outcome",
    "Run",
    "build",
    "check",
    "choose",
    "difference",
    "plan_mending",
    "start",
    "verify_file",
    "write_mended",
]
