"""Each run on one screen: what a build, a check, a release do, step by step."""

from report.pipeline.run import Outcome, Run, choose, start

__all__ = ["Outcome", "Run", "choose", "start"]
