"""A body as it comes over the network, unpacked within a limit."""

import zlib
from collections.abc import AsyncIterator

# gzip, as RFC 1952 has it; the one encoding that is asked for.
_GZIP = 16 + zlib.MAX_WBITS


class TooLargeError(Exception):
    """There is more than the limit."""


class UnpackingError(Exception):
    """It is not packed as it says."""


async def unpacked(chunks: AsyncIterator[bytes], encoding: str, largest: int) -> bytes:
    """Return a body unpacked; of what is packed, never more than the limit is held.

    Args:
        chunks: As they come.
        encoding: The `Content-Encoding`.
        largest: In bytes, of what was sent and of what comes of it.

    Raises:
        TooLargeError: There is more.
        UnpackingError: The encoding is none that was asked for, or the data are not of it.
    """
    name = encoding.strip().lower()
    if name not in ("", "identity", "gzip", "x-gzip"):
        raise UnpackingError(f"it is packed as {name[:40]!r}, which was not asked for")
    sink = _Plain(largest) if name in ("", "identity") else _Gzip(largest)
    sent = 0
    async for chunk in chunks:
        sent += len(chunk)
        if sent > largest:
            raise TooLargeError
        sink.add(chunk)
    return sink.end()


class _Plain:
    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._body = bytearray()

    def add(self, chunk: bytes) -> None:
        self._body += chunk

    def end(self) -> bytes:
        return bytes(self._body)


class _Gzip(_Plain):
    """Unpacks members one after the other (RFC 1952, 2.2)."""

    def __init__(self, largest: int) -> None:
        super().__init__(largest)
        self._unpacker = zlib.decompressobj(_GZIP)
        self._is_fresh = True

    def add(self, chunk: bytes) -> None:
        while chunk:
            if self._unpacker.eof:
                self._unpacker, self._is_fresh = zlib.decompressobj(_GZIP), True
            room = self._largest - len(self._body)
            try:
                self._body += self._unpacker.decompress(chunk, room + 1)
            except zlib.error:
                # What follows the last member is filling (RFC 1952 has none; servers add noughts).
                if self._is_fresh and self._body:
                    return
                raise UnpackingError("it says that it is packed as gzip, and is not") from None
            if len(self._body) > self._largest:
                raise TooLargeError
            self._is_fresh = False
            chunk = self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail

    def end(self) -> bytes:
        if not self._unpacker.eof and not self._is_fresh:
            raise UnpackingError("it ends before what is packed in it does")
        return bytes(self._body)
