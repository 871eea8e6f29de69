"""The desk's server: it runs in this process until somebody ends it."""

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

from report.desk.address import Address

# Tabs wait for what comes next; they ask again by themselves, and nothing is lost with them.
_LAST_WORDS_SECONDS = 1
_ENDINGS = (signal.SIGINT, signal.SIGTERM)


class DeskServer(uvicorn.Server):
    """A server of one desk."""

    def __init__(self, app: Starlette, address: Address) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                # What a proxy says of its client is nothing that a browser of this machine says.
                proxy_headers=False,
                server_header=False,
                ws="none",
                lifespan="on",
                timeout_graceful_shutdown=_LAST_WORDS_SECONDS,
            )
        )
        self._address = address

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let Ctrl-C and the end of a service end it in order; it is how a server ends, and no failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _ENDINGS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def run_here(self) -> None:
        """Answer until the process is told to end, or `should_exit` is set."""
        asyncio.run(self.serve(sockets=[self._address.socket]))
