"""Files that lie in one clinic's folder, read so that neither a link nor a pipe leads out of it.

This module reads `output/BRIEFING/`. What is there was made by this program, and is believed no more for that.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from report.findings import Code, Finding, Location

COPY_ALTERED = Code("D020", "copy-altered", is_waivable=False)
COPY_MISDIRECTED = Code("D021", "copy-misdirected", is_waivable=False)
COPY_OF_ANOTHER = Code("D022", "copy-of-another-edition", is_waivable=False)
COPY_UNREADABLE = Code("D023", "copy-unreadable", is_waivable=False)
COPY_MISSING = Code("D024", "copy-missing", is_waivable=False)
COPY_OUTDATED = Code("D025", "copy-outdated", is_waivable=False)

MAX_RECORD_BYTES = 4 * 1024 * 1024
MAX_FILE_BYTES = 200 * 1024 * 1024


class UnfitError(Exception):
    """Something that may not be sent.

    Attributes:
        finding: What is wrong with it.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class ClinicFolder:
    """An open folder of one clinic's.

    Attributes:
        place: Its path from the project.
        remedy: What makes its files again.
    """

    def __init__(self, descriptor: int, place: str, remedy: str) -> None:
        self._descriptor = descriptor
        self.place, self.remedy = place, remedy

    def unfit(self, code: Code, message: str, name: str = "", hint: str = "") -> UnfitError:
        """Return what is to be raised of a file of the folder, or of the whole."""
        place = Location(f"{self.place}/{name}" if name else self.place)
        hint = hint or f"Make it again with `{self.remedy}`, and look for what wrote into the folder."
        return UnfitError(Finding(code, place, message, hint))

    def read(self, name: str, limit: int = MAX_FILE_BYTES, missing: Code = COPY_ALTERED) -> bytes:
        """Return a file's bytes.

        Raises:
            UnfitError: It is missing, is larger than so many bytes, or is no ordinary file of this folder.
        """
        if "/" in name or "\0" in name or name.startswith("."):
            raise self.unfit(COPY_UNREADABLE, f"{name[:60]!r} is no name of a file of a copy")
        try:
            # A pipe by this name would block the opening.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(name, flags, dir_fd=self._descriptor)
            with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise self.unfit(COPY_UNREADABLE, "it is no ordinary file", name)
                data = file.read(limit + 1)
        except FileNotFoundError:
            raise self.unfit(missing, "the file is missing", name, f"Run `{self.remedy}`.") from None
        except OSError as error:
            message = f"the file cannot be read: {error.strerror or type(error).__name__}"
            raise self.unfit(COPY_UNREADABLE, message, name) from None
        if len(data) > limit:
            raise self.unfit(COPY_UNREADABLE, f"the file is larger than {limit:,} bytes", name)
        return data


@contextlib.contextmanager
def opened(project: Path, place: str, remedy: str, what: str) -> Iterator[ClinicFolder]:
    """Open a clinic's folder, which is no link.

    Args:
        project: The folder that has `content/`.
        place: The clinic's folder from there.
        remedy: What makes its files.
        what: What should lie there, as a message names it.

    Raises:
        UnfitError: There is none.
    """
    folder = ClinicFolder(-1, place, remedy)
    try:
        descriptor = os.open(project / place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise folder.unfit(COPY_MISSING, f"there is no {what}", hint=f"Run `{remedy}`.") from None
    except OSError as error:
        raise folder.unfit(COPY_UNREADABLE, f"the folder cannot be read: {error.strerror}") from None
    try:
        yield ClinicFolder(descriptor, place, remedy)
    finally:
        os.close(descriptor)
