"""What is asked for, and what came of it."""

import dataclasses
import enum
import time
from typing import TYPE_CHECKING

from report.monitor.transfer import TooLargeError, UnpackingError, unpacked

if TYPE_CHECKING:
    import httpx

_REDIRECTS = (301, 302, 303, 307, 308)


class Kind(enum.StrEnum):
    """What came of a request."""

    BODY = "body"
    UNMODIFIED = "unmodified"
    GONE = "gone"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """Refused here: an address that is not asked, a redirect that is not followed, or `robots.txt`."""


@dataclasses.dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        url: An `https:` or `http:` address.
        etag: What the last answer was marked with; "" where it was not.
        last_modified: The last answer's `Last-Modified`.
        heeds_robots: Whether `robots.txt` is asked first: for pages, and not for what is made for programs.
        accept: The media types that are wanted.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    heeds_robots: bool = True
    accept: str = "*/*"


@dataclasses.dataclass(frozen=True)
class Fetched:
    """What came of a request.

    Attributes:
        url: What was asked for.
        final_url: What answered, after redirects.
        kind: What came of it.
        why: In words, where nothing came.
        status: Of the answer; 0 where there is none.
        body: Unpacked; only of `Kind.BODY`.
        media_type: In lower case, without parameters; "" where none was told.
        charset: As the answer named it.
        etag: As it was sent.
        last_modified: As it was sent.
        moved_to: Where permanent redirects alone led from the address on; "" where none did.
        is_robots: Whether `robots.txt` is what refused it.
    """

    url: str
    final_url: str
    kind: Kind
    why: str = ""
    status: int = 0
    body: bytes = dataclasses.field(default=b"", repr=False)
    media_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    is_robots: bool = False


@dataclasses.dataclass(frozen=True)
class Redirect:
    """Where an answer points to.

    Attributes:
        target: As it was sent; it may be relative.
        is_permanent: Whether the address is to be used from now on (RFC 9110, 15.4.2 and 15.4.9).
    """

    target: str
    is_permanent: bool


class FetchError(Exception):
    """A request that came to nothing.

    Attributes:
        kind: UNREACHABLE or REFUSED.
        why: In words.
        status: Of the answer; 0 where there is none.
        is_robots: Whether `robots.txt` is what refused it.
    """

    def __init__(self, kind: Kind, why: str, status: int = 0, *, is_robots: bool = False) -> None:
        super().__init__(kind, why)
        self.kind = kind
        self.why = why
        self.status = status
        self.is_robots = is_robots


@dataclasses.dataclass
class Deadline:
    """Until when something may take; what politeness costs is added to it."""

    at: float

    @classmethod
    def in_seconds(cls, seconds: float) -> "Deadline":
        """Return one that lies ahead."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds that are left; never quite none, for libraries take 0 as no limit."""
        return max(self.at - time.monotonic(), 0.001)


async def judge(answer: "httpx.Response", url: str, largest: int) -> Fetched | Redirect:
    """Return what an answer says, its body read within limits.

    Raises:
        FetchError: There is too much of it, or it is packed in another way than was asked for.
    """
    status = answer.status_code
    etag, modified = answer.headers.get("etag", "")[:500], answer.headers.get("last-modified", "")[:100]
    if status in _REDIRECTS and answer.headers.get("location"):
        return Redirect(answer.headers["location"], status in (301, 308))
    if status == 304:
        return Fetched(url, url, Kind.UNMODIFIED, status=status, etag=etag, last_modified=modified)
    if status in (404, 410):
        return Fetched(url, url, Kind.GONE, f"it answered {status}", status)
    if status not in (200, 203):
        return Fetched(url, url, Kind.UNREACHABLE, f"it answered {status}", status)
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length) > largest:
        what = f"it has {int(length):,} bytes; the limit is {largest:,}"
        raise FetchError(Kind.UNREACHABLE, what, status)
    try:
        body = await unpacked(answer.aiter_raw(), answer.headers.get("content-encoding", ""), largest)
    except TooLargeError:
        what = f"it has more than {largest:,} bytes, which is the limit"
        raise FetchError(Kind.UNREACHABLE, what, status) from None
    except UnpackingError as error:
        raise FetchError(Kind.UNREACHABLE, str(error), status) from None
    media_type, charset = _typed(answer.headers.get("content-type", ""))
    return Fetched(
        url,
        url,
        Kind.BODY,
        status=status,
        body=body,
        media_type=media_type,
        charset=charset,
        etag=etag,
        last_modified=modified,
    )


def _typed(content_type: str) -> tuple[str, str]:
    """Return media type and charset of a `Content-Type`."""
    media_type, *parameters = content_type.split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'")[:40]
    return media_type.strip().lower()[:100], charset
