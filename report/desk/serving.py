"""The desk's server: it runs in this process until somebody ends it."""

import asyncio
import logging

import uvicorn
from starlette.applications import Starlette

from report.desk.address import Address

# Tabs wait for what comes next; they ask again by themselves, and nothing is lost with them.
_LAST_WORDS_SECONDS = 1


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

    def run_here(self) -> None:
        """Answer until the process is told to end, or `should_exit` is set."""
        asyncio.run(self.serve(sockets=[self._address.socket]))
