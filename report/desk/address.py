"""Where the desk is found: a port on this machine's loopback, and the secret that its address carries."""

import dataclasses
import hashlib
import hmac
import json
import secrets
import socket
from pathlib import Path

from report.errors import MissingDependencyError, UsageError

# Only this machine: whoever else is to see the desk makes a tunnel, and answers for it.
HOST = "127.0.0.1"
_TOKEN_BYTES = 24


@dataclasses.dataclass
class Address:
    """Where a desk listens, and what lets somebody in.

    Attributes:
        socket: Bound and listening.
        port: Where it is.
        token: The secret; in the address it stands behind `#`, which no browser sends anywhere.
        tickets: Secrets that are good for one entry each: what starts a browser may show its arguments to others.
    """

    socket: socket.socket
    port: int
    token: str
    tickets: set[str] = dataclasses.field(default_factory=set)

    @property
    def url(self) -> str:
        """What the editor opens, as often as they like."""
        return f"http://{HOST}:{self.port}/#{self.token}"

    def ticket(self) -> str:
        """Return an address that lets somebody in once."""
        made = secrets.token_urlsafe(_TOKEN_BYTES)
        self.tickets.add(made)
        return f"http://{HOST}:{self.port}/#{made}"

    def admits(self, secret: str) -> bool:
        """Return whether a secret lets its bearer in; a ticket is used up by it."""
        if hmac.compare_digest(secret.encode(), self.token.encode()):
            return True
        if secret in self.tickets:
            self.tickets.remove(secret)
            return True
        return False


def claim_address(folder: Path, project: Path, port: int = 0) -> Address:
    """Return where the desk of a project listens: where it did last, so that pages that are open find it again.

    Args:
        folder: Where the last port and secret are kept; it may be emptied at any time.
        project: The project.
        port: The port that is asked for; 0 for the last one, or any.

    Raises:
        UsageError: The port that is asked for is taken.
        MissingDependencyError: The folder cannot be written.
    """
    path = folder / f"{hashlib.sha256(str(project).encode()).hexdigest()[:16]}.json"
    last_port, token = _read(path)
    listening = _listen(port) if port else (_listen(last_port) or _listen(0))
    if listening is None:
        raise UsageError(f"port {port} is taken", "Name another with --port, or leave the option out.")
    bound = int(listening.getsockname()[1])
    address = Address(listening, bound, token or secrets.token_urlsafe(_TOKEN_BYTES))
    if (last_port, token) != (address.port, address.token):
        try:
            _write(path, address)
        except BaseException:
            listening.close()
            raise
    return address


def _listen(port: int) -> socket.socket | None:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A server that was killed a moment ago leaves its port in TIME_WAIT (RFC 9293, 3.6.1).
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(64)
    except (OSError, OverflowError):
        listening.close()
        return None
    return listening


def _read(path: Path) -> tuple[int, str]:
    try:
        kept = json.loads(path.read_bytes())
        port, token = kept["port"], kept["token"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0, ""
    is_sound = isinstance(port, int) and 0 < port < 65536 and isinstance(token, str) and len(token) >= 20
    return (port, token) if is_sound else (0, "")


def _write(path: Path, address: Address) -> None:
    from report import store

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"{path.parent} cannot be made: {error.strerror}"
        raise MissingDependencyError(message, "Mend its permissions, or set XDG_CACHE_HOME.") from None
    kept = {"port": address.port, "token": address.token}
    store.replace(path, json.dumps(kept).encode(), is_private=True)
