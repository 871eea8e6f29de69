"""Checks of a briefing, one module a family: `check(briefing, ground) -> findings`, found by the package."""

import dataclasses
import datetime
import importlib
import pkgutil
from collections.abc import Callable

from report.findings import Finding
from report.model import Briefing


@dataclasses.dataclass(frozen=True)
class Ground:
    """What checks are made against.

    Attributes:
        as_of: 数据截至.
        is_covered: Whether some bundled font has a character.
    """

    as_of: datetime.date
    is_covered: Callable[[str], bool]


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return the findings of every family."""
    findings: list[Finding] = []
    for module in pkgutil.iter_modules(__path__):
        family = importlib.import_module(f"{__name__}.{module.name}")
        findings += family.check(briefing, ground)
    return findings
