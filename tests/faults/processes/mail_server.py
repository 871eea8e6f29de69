"""A mail server in a process of its own, which writes down what it took before it says so, and fails now and then.

usage: python mail_server.py JOURNAL SEED

Prints the port, then a line for each step of each talk. Told `drain`, it prints `drained` when no talk is open.
"""

import asyncio
import json
import os
import random
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP

# In a hundred, each: put off, broken off before it is taken, broken off after.
RATE = 3


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Server(SMTP):
    """Counts open talks, and tells each step."""

    talks = 0

    def connection_made(self, transport):
        Server.talks += 1
        super().connection_made(transport)

    def connection_lost(self, error):
        super().connection_lost(error)
        Server.talks -= 1
        draining.check()


class Draining:
    """Tells when no talk is open any more, once it is asked."""

    is_asked = False

    def ask(self):
        sys.stdin.readline()
        self.is_asked = True
        self.check()

    def check(self):
        if self.is_asked and Server.talks == 0:
            self.is_asked = False
            say("drained")


draining = Draining()


class Handler:
    """Takes mail into the journal."""

    def __init__(self, journal, seed):
        self.journal, self.random = journal, random.Random(seed)

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        say("mail")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        say("rcpt")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        say("data")
        chance = self.random.randrange(100)
        if chance < RATE:
            return "451 try again later"
        if chance < 2 * RATE:
            server.transport.abort()
            return "451 never said"
        self.take(envelope)
        say("taken")
        if chance < 3 * RATE:
            server.transport.abort()
        return "250 OK"

    def take(self, envelope):
        message = message_from_bytes(envelope.content)
        parts = [part.get_payload(decode=True) or b"" for part in message.walk() if part.get_filename()]
        line = {
            "id": message["Message-ID"],
            "recipients": envelope.rcpt_tos,
            "to": message["To"].rpartition("<")[2].rstrip(">"),
            "copies": [data.decode().split("\n")[1] for data in parts],
        }
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


async def main():
    loop = asyncio.get_running_loop()
    handler = Handler(Path(sys.argv[1]), int(sys.argv[2]))
    server = await loop.create_server(lambda: Server(handler, loop=loop), "127.0.0.1", 0)
    loop.add_reader(sys.stdin, draining.ask)
    say(server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
