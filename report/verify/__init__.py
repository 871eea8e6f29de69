"""Judges finished files by what was read back from them: findings, evidence of each kind by itself, one verdict."""

from report.readback import seen
from report.verify.evidence import Carried, Evidence, Tally, Verdict
from report.verify.examining import (
    FILE_ALTERED,
    Expected,
    Subject,
    examine,
    judge_expected,
    judge_validations,
    outdated_build,
    outdated_file,
    unread,
    with_validations,
)
from report.verify.judging import judge, judge_file, judge_messages, judge_metadata
from report.verify.parity import check_parity, check_same
from report.verify.structure import judge_archival, judge_one_page, judge_structure

__all__ = [
    "FILE_ALTERED",
    "Carried",
    "Evidence",
    "Expected",
    "Subject",
    "Tally",
    "Verdict",
    "check_parity",
    "check_same",
    "examine",
    "judge",
    "judge_archival",
    "judge_expected",
    "judge_file",
    "judge_messages",
    "judge_metadata",
    "judge_one_page",
    "judge_structure",
    "judge_validations",
    "outdated_build",
    "outdated_file",
    "seen",
    "unread",
    "with_validations",
]
