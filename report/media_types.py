"""Media types of the files that a briefing's outputs carry, by suffix: the machine's own table may say anything."""

from pathlib import PurePosixPath

_OTHER = "application/octet-stream"
_BY_SUFFIX = {
    ".epub": "application/epub+zip",
    ".gif": "image/gif",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
}


def media_type(path: str) -> str:
    """Return the media type of a file by its name (IANA); `application/octet-stream` for any other."""
    return _BY_SUFFIX.get(PurePosixPath(path).suffix.lower(), _OTHER)
