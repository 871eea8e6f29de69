"""What all tests share: the tiny good project, and `--update-golden`."""

import os
import signal
from pathlib import Path

import hypothesis
import pytest

from tests.dsl import Project


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the expected.txt of every case anew; look at the difference before you keep it",
    )


def pytest_configure(config: pytest.Config) -> None:
    # A shell lets what it begins in the background ignore Ctrl-C (POSIX.1, 2.11), and so would what tests begin.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError(
            "--update-golden is refused where CI is set: what is expected is decided by people"
        )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether what is found becomes what is expected."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the tiny good project."""
    return Project(tmp_path / "project")


# The same examples in every run, so that a build that was green stays green; explore others with
# HYPOTHESIS_PROFILE=explore. No deadline: a slow machine is no failure.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
