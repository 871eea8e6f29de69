"""What a server of files does for a channel, whatever it speaks; its failures in the words of deliveries."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Protocol

from report.parcels import (
    CHANNEL_UNREACHABLE,
    CONNECTION_LOST,
    EXTRA_MISSING,
    LOGIN_REFUSED,
    PEER_UNTRUSTED,
    SECRET_UNAVAILABLE,
    TARGET_FULL,
    TARGET_UNSAFE,
    TRY_LATER,
    Deferred,
    Refused,
)
from report.secrets import SecretError, SecretRef, resolve


class Files(Protocol):
    """An open connection. Every method raises `Deferred` or `Refused`; `CONNECTION_LOST` where it may have done it."""

    async def make_folder(self, names: tuple[str, ...]) -> None:
        """Make folders within each other below the one that is meant; those that are there stay."""

    async def read(self, names: tuple[str, ...], largest_bytes: int) -> bytes | None:
        """Return a file, cut off after so many bytes; None where there is none."""

    async def write(self, names: tuple[str, ...], data: bytes) -> None:
        """Put a whole file in its place, instead of one that is there."""

    async def create(self, names: tuple[str, ...], data: bytes) -> bool:
        """Put a whole file where none is; return False, and leave it, where one is."""


def secret(reference: SecretRef) -> str:
    """Return a secret.

    Raises:
        Deferred: It is not where the settings say.
    """
    try:
        return resolve(reference)
    except SecretError as error:
        raise Deferred(SECRET_UNAVAILABLE, error.message, error.hint, is_of_channel=True) from None


def unreachable(reason: str) -> Deferred:
    """Return the error of a server that cannot be reached, or does not do what it should."""
    message = f"the server cannot be used: {reason}"
    return Deferred(CHANNEL_UNREACHABLE, message, "Check its address and the folder.", is_of_channel=True)


def lost(reason: str) -> Deferred:
    """Return the error of a connection that broke: what was asked may have been done."""
    return Deferred(CONNECTION_LOST, f"the connection broke: {reason}", "It is tried again.")


def untrusted(reason: str, hint: str) -> Deferred:
    """Return the error of a server that is not the one that is meant."""
    message = f"the server is not the one that is meant: {reason}"
    return Deferred(PEER_UNTRUSTED, message, hint, is_of_channel=True)


def login_refused(reason: str) -> Deferred:
    """Return the error of a login that was not let in."""
    message = f"the server refused the login: {reason}"
    return Deferred(LOGIN_REFUSED, message, "Check user, password and key.", is_of_channel=True)


def full(reason: str) -> Deferred:
    """Return the error of a server without room."""
    return Deferred(TARGET_FULL, f"there is no room left: {reason}", "Make room there.", is_of_channel=True)


def later(reason: str) -> Deferred:
    """Return the error of a server that wants to be asked later."""
    return Deferred(TRY_LATER, f"the server wants to be asked later: {reason}", "It is tried again.")


def in_the_way(reason: str) -> Refused:
    """Return the error of a place where something else is."""
    message = f"something else is in the way: {reason}"
    return Refused(
        TARGET_UNSAFE, message, "Look at the clinic's folder, and remove what is not a folder or file."
    )


def missing(package: str) -> Deferred:
    """Return the error of an extra that is not installed."""
    message = f"{package} is not installed"
    return Deferred(
        EXTRA_MISSING, message, "Install it with `pip install 'jianbao[remote]'`.", is_of_channel=True
    )


@contextlib.asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """End what takes longer, as a connection that broke."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise lost(f"nothing for {seconds:g} seconds") from None
