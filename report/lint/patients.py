"""Text (family T): what patients read is told in sentences that can be read once."""

import re

from report.findings import Code, Finding, Severity
from report.lint import Ground
from report.model import Briefing
from report.passages import NOTHING, VALUE, Passage

SENTENCE_LONG = Code("T043", "handout-sentence-long", Severity.WARNING)

# A sentence of this length is three lines of a handout.
MAX_CHARACTERS = 60
_VALUES = re.compile(f"{VALUE}+")
_READ = frozenset({"paragraph", "item", "quotation", "definition"})


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return a finding for each sentence of a handout that is too long for a page for patients."""
    return [
        finding
        for passage in ground.passages
        if passage.view == "handout" and passage.kind in _READ and passage.locale.startswith("zh")
        for finding in _check_sentences(passage)
    ]


def _check_sentences(passage: Passage) -> list[Finding]:
    findings = []
    for span in passage.sentences():
        sentence = passage.text[span.start : span.end]
        # A value that is printed there counts as one, as a number does; what prints none does not count.
        printed = _VALUES.sub("0", sentence.replace(NOTHING, ""))
        count = len("".join(printed.split()))
        if count > MAX_CHARACTERS:
            start = span.start + len(sentence) - len(sentence.lstrip(f" \n{NOTHING}"))
            message = f"a sentence of {count} characters on a page for patients; {MAX_CHARACTERS} are plain"
            findings.append(Finding(SENTENCE_LONG, passage.at(start), message, "Make two sentences of it."))
    return findings
