"""Reads a briefing's files from disk: bytes and text within limits, nothing from outside the project."""

import dataclasses
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from report.errors import UsageError
from report.findings import Code, Finding, Location, Severity

ENCODING = Code("C001", "encoding", is_unreadable=True, is_waivable=False)
FILE_TOO_LARGE = Code("C006", "file-too-large", is_unreadable=True, is_waivable=False)
FILE_MISSING = Code("C007", "file-missing", is_unreadable=True, is_waivable=False)
FILE_UNEXPECTED = Code("C008", "file-unexpected", Severity.WARNING)
FILE_OUTSIDE = Code("C009", "file-outside-project", is_unreadable=True, is_waivable=False)

YAML_FILES = (
    "briefing.yaml",
    "facts.yaml",
    "feeds.yaml",
    "sources.yaml",
    "entities.yaml",
    "glossary.yaml",
    "waivers.yaml",
    "words.yaml",
)
# Not read, and no part of the digest: the editor's own material, and what `report refresh` proposes.
FREE_FOLDERS = ("notes", "proposals")
# What all briefings of a project share, in content/ itself.
TERMS_FILE = "conversion.yaml"
APPROVALS_FILE = "editions/approvals.json"
WITHDRAWALS_FILE = "withdrawals.json"
MAX_YAML_BYTES = 16 * 1024 * 1024
MAX_SECTION_BYTES = 1024 * 1024
MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_SVG_BYTES = 1024 * 1024
TEMPLATE_SUFFIXES = (".html", ".css", ".js", ".yaml")
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".svg")

_FORBIDDEN = re.compile("[\0\u2028\u2029]")
_NAMES = {"\0": "NUL", "\u2028": "U+2028 LINE SEPARATOR", "\u2029": "U+2029 PARAGRAPH SEPARATOR"}


@dataclasses.dataclass(frozen=True)
class BriefingFiles:
    """All that a briefing is made from, as it lies on disk.

    Attributes:
        slug: The folder's name.
        prefix: The folder relative to the project, with `/`: `content/msc-policy`.
        texts: YAML, sections and parts by path relative to the briefing, without byte order mark, `LF` ends.
        images: The files under `figures/` by path relative to the briefing.
        editions: What `report release` and `report approve` wrote: `editions/*.json` by path, as bytes.
        digest: SHA-256 (hex) of every path and byte, of what is shared too.
        findings: What could not be read, and what should not be there.
        shared: What all briefings share, by path relative to `content/`.
        withdrawals: What `report recall` wrote, as bytes; no file of a build depends on it.
    """

    slug: str
    prefix: str
    texts: Mapping[str, str]
    images: Mapping[str, bytes]
    editions: Mapping[str, bytes]
    digest: str
    findings: tuple[Finding, ...]
    shared: Mapping[str, str] = dataclasses.field(default_factory=dict)
    withdrawals: bytes | None = None


def find_project(start: Path) -> Path:
    """Return the nearest folder upwards that has `content/`.

    Raises:
        UsageError: There is none.
    """
    for folder in (start, *start.parents):
        if (folder / "content").is_dir():
            return folder
    raise UsageError(
        f"no folder `content/` in {start} or above it",
        "Go to your project, name it with --project DIR, or make one with `report new DIR`.",
    )


def briefing_slugs(project: Path) -> list[str]:
    """Return the names of the folders of `content/` that hold a `briefing.yaml`, sorted."""
    content = project / "content"
    # Whatever is called so, be it a link or a pipe: a briefing that cannot be read is told and not passed over.
    return sorted(entry.name for entry in content.iterdir() if os.path.lexists(entry / "briefing.yaml"))


def read_briefing(project: Path, slug: str) -> BriefingFiles:
    """Read one briefing's folder; whatever cannot be read is a finding and not an exception."""
    root = project / "content" / slug
    reader = _Reader(project, root)
    if root.is_symlink() or not root.resolve().is_relative_to(project.resolve()):
        message = "a symbolic link; only files of the project itself are read"
        reader.findings.append(
            Finding(FILE_OUTSIDE, Location(reader.prefix), message, "Put the folder itself here.")
        )
    else:
        for path in reader.walk(root):
            reader.take(path)
    if "briefing.yaml" not in reader.texts and not reader.findings:
        reader.report(
            FILE_MISSING, "briefing.yaml", "the file is missing", "Write it; docs/content-guide.md shows how."
        )
    shared = _Reader(project, project / "content")
    if os.path.lexists(shared.root / TERMS_FILE):
        shared.read_text(shared.root / TERMS_FILE, TERMS_FILE, MAX_YAML_BYTES)
    digest = hashlib.sha256()
    beside = {f"../{name}": data for name, data in shared.raw.items()}
    for name, data in sorted({**reader.raw, **reader.editions, **beside}.items()):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return BriefingFiles(
        slug=slug,
        prefix=reader.prefix,
        texts=reader.texts,
        images=reader.images,
        editions=reader.editions,
        shared=shared.texts,
        withdrawals=reader.withdrawals,
        digest=digest.hexdigest(),
        findings=(*reader.findings, *shared.findings),
    )


class _Reader:
    """Collects a folder's files and what is wrong with them."""

    def __init__(self, project: Path, root: Path) -> None:
        self.root = root
        self.prefix = root.relative_to(project).as_posix()
        self.raw: dict[str, bytes] = {}
        self.texts: dict[str, str] = {}
        self.images: dict[str, bytes] = {}
        self.editions: dict[str, bytes] = {}
        self.withdrawals: bytes | None = None
        self.findings: list[Finding] = []

    def report(self, code: Code, name: str, message: str, hint: str, line: int = 0, column: int = 0) -> None:
        self.findings.append(Finding(code, Location(f"{self.prefix}/{name}", line, column), message, hint))

    def walk(self, folder: Path) -> Iterator[Path]:
        """Yield regular files below a folder, never through a symbolic link."""
        for entry in sorted(os.scandir(folder), key=lambda item: item.name):
            path = Path(entry.path)
            name = path.relative_to(self.root).as_posix()
            if entry.name.startswith((".", "_")):
                continue
            shown = os.fsencode(name).decode("utf-8", "backslashreplace")
            if shown != name or not name.isprintable():
                message = "the file's name has a character that cannot be printed"
                shown = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in shown)
                self.report(ENCODING, shown, message, "Rename the file.")
            elif entry.is_symlink():
                self.report(
                    FILE_OUTSIDE,
                    name,
                    f"a symbolic link to {path.readlink()}; only files of the project itself are read",
                    "Put the file itself here.",
                )
            elif entry.is_dir():
                if folder == self.root and entry.name in FREE_FOLDERS:
                    continue
                if name in YAML_FILES:
                    self.report(FILE_OUTSIDE, name, "a folder and no file", "Put an ordinary file here.")
                    continue
                yield from self.walk(path)
            else:
                yield path

    def take(self, path: Path) -> None:
        name = path.relative_to(self.root).as_posix()
        folder = name.partition("/")[0] if "/" in name else ""
        suffix = path.suffix.lower()
        if name in YAML_FILES:
            self.read_text(path, name, MAX_YAML_BYTES)
        elif (folder == "sections" and suffix == ".md" and name.count("/") == 1) or folder == "parts":
            self.read_text(path, name, MAX_SECTION_BYTES)
        elif folder == "data":
            # What lies beside the tables, such as the workbook that they were exported from, is not read.
            if suffix == ".csv":
                self.read_text(path, name, MAX_YAML_BYTES)
        elif name == APPROVALS_FILE or re.fullmatch(r"editions/[0-9]{3}\.json", name):
            data = self.read_bytes(path, name, MAX_YAML_BYTES)
            if data is not None:
                self.editions[name] = self.raw.pop(name)
        elif name == WITHDRAWALS_FILE:
            self.withdrawals = self.read_bytes(path, name, MAX_YAML_BYTES)
            self.raw.pop(name, None)
        elif folder == "figures":
            if suffix in IMAGE_SUFFIXES:
                data = self.read_bytes(path, name, MAX_SVG_BYTES if suffix == ".svg" else MAX_IMAGE_BYTES)
                if data is not None:
                    self.images[name] = data
        else:
            self.report(
                FILE_UNEXPECTED,
                name,
                "no part of a briefing is called so; the file is not used",
                "Remove it, move it to notes/, or begin its name with an underscore.",
            )

    def read_bytes(self, path: Path, name: str, limit: int) -> bytes | None:
        data = read_file(path, f"{self.prefix}/{name}", limit)
        if isinstance(data, Finding):
            self.findings.append(data)
            return None
        self.raw[name] = data
        return data

    def read_text(self, path: Path, name: str, limit: int) -> None:
        data = self.read_bytes(path, name, limit)
        if data is None:
            return
        text = read_utf8(data, f"{self.prefix}/{name}")
        if isinstance(text, Finding):
            self.findings.append(text)
        else:
            self.texts[name] = text


def read_file(path: Path, shown: str, limit: int) -> bytes | Finding:
    """Return the bytes of a regular file, never through a link; a finding where it cannot be read.

    Args:
        path: The file.
        shown: The path that the finding names.
        limit: In bytes.
    """
    where = Location(shown)
    try:
        # O_NOFOLLOW and O_NONBLOCK: a link or a pipe put here since the folder was listed is not followed.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return Finding(FILE_MISSING, where, message, "Mend the file's permissions.")
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return Finding(FILE_OUTSIDE, where, "not a regular file", "Put an ordinary file here.")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > limit:
            message = f"{status.st_size:,} bytes; the limit is {limit:,}"
            return Finding(FILE_TOO_LARGE, where, message, "Make it smaller, or split it.")
        return file.read(limit + 1)


def read_utf8(data: bytes, shown: str) -> str | Finding:
    """Return a file's text as `decode` does; a finding at the place of the first bad byte."""
    text, problem = decode(data)
    if problem is None:
        return text
    message, line, column = problem
    hint = "Open it in an editor and save it as UTF-8 text."
    if is_gb18030(data):
        hint = "It seems to be GB 18030 (GBK): open it as such and save it as UTF-8."
    return Finding(ENCODING, Location(shown, line, column), message, hint)


def decode(data: bytes) -> tuple[str, tuple[str, int, int] | None]:
    """Return a file's text, or what is wrong with it as message, line and column.

    UTF-8 with or without byte order mark, any line ends; NUL, lone surrogates, U+2028 and U+2029 are refused.
    """
    # Without a mark it shows by the noughts of its first, always Latin, character.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(data) > 3 and data[:2].count(0) == 1):
        return "", ("the file is UTF-16, not UTF-8", 1, 1)
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = _place(before, len(before))
        # Unicode, table 3-7: what would be U+D800 to U+DFFF, which UTF-16 needs and no text has.
        is_surrogate = re.match(rb"\xed[\xa0-\xbf][\x80-\xbf]", data[error.start : error.start + 3])
        message = f"the byte 0x{data[error.start]:02X} is not UTF-8 text"
        if is_surrogate:
            message = "half a character (a lone surrogate), which is not UTF-8 text"
        return "", (message, line, column)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = _FORBIDDEN.search(text)
    if bad is not None:
        line, column = _place(text, bad.start())
        return "", (f"the character {_NAMES[bad.group()]} does not belong in a text", line, column)
    return text, None


def is_gb18030(data: bytes) -> bool:
    """Return whether bytes can be read as GB 18030, as Chinese systems write it, and hold Han then."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def read_templates(project: Path, bundled: Path) -> dict[str, str]:
    """Return every template by name, the project's own in place of the bundled one of that name.

    Raises:
        UsageError: A project's template is a symbolic link, too large or no UTF-8 text.
    """
    templates: dict[str, str] = {}
    for folder in (bundled, project / "templates"):
        if not folder.is_dir():
            continue
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if name.startswith(("starter/", "desk/")) or path.suffix not in TEMPLATE_SUFFIXES:
                continue
            if path.is_symlink():
                raise UsageError(f"templates/{name} is a symbolic link", "Put the file itself there.")
            if path.stat().st_size > MAX_SECTION_BYTES:
                raise UsageError(
                    f"templates/{name} is larger than {MAX_SECTION_BYTES:,} bytes", "Make it smaller."
                )
            text, problem = decode(path.read_bytes())
            if problem is not None:
                raise UsageError(
                    f"templates/{name}:{problem[1]}: {problem[0]}", "Save the file as UTF-8 text."
                )
            templates[name] = text
    return templates
