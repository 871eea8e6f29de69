"""Servers on loopback that tests start and stop: mail, mailboxes, and such as do nothing right."""

import asyncio
import contextlib
import re
import socket
import socketserver
import ssl
import threading

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

HOST = "127.0.0.1"


class Authority:
    """A certificate authority of one test: its PEM file, contexts of servers it certifies, and a stranger."""

    def __init__(self, folder):
        self.ca = trustme.CA()
        self.path = str(folder / "ca.pem")
        self.ca.cert_pem.write_to_path(self.path)

    def context(self, name=HOST, *, ca=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (ca or self.ca).issue_cert(name).configure_cert(context)
        return context


@contextlib.contextmanager
def looping(start):
    """Run what a coroutine starts in a loop of a thread of its own; yield what it returns."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    started = asyncio.run_coroutine_threadsafe(start(loop), loop)
    try:
        yield started.result(20)
    finally:

        async def end():
            started.result().close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await loop.shutdown_asyncgens()

        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(end(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


class Inbox:
    """What a mail server took, and how it answers."""

    def __init__(self, replies=None):
        self.replies = replies or {}
        self.envelopes = []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if "MAIL" in self.replies:
            return self.replies["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if "RCPT" in self.replies:
            return self.replies["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        reply = self.replies.get("DATA", "250 2.0.0 Ok: queued as 4ABCDEF")
        if reply == "drop":
            server.transport.abort()
            return "250 never sent"
        self.envelopes.append(envelope)
        if reply == "lose":
            server.transport.abort()
        return reply


@contextlib.contextmanager
def mail_server(inbox, *, tls=None, starttls=None, password=None, size=33_554_432):
    """A real SMTP server; yield its port."""

    def authenticate(server, session, envelope, mechanism, given):
        return AuthResult(success=given.password == password.encode(), handled=False)

    def protocol():
        more = {"authenticator": authenticate, "auth_require_tls": bool(starttls)} if password else {}
        return SMTP(
            inbox,
            hostname="mail.test",
            data_size_limit=size,
            tls_context=starttls,
            require_starttls=bool(starttls),
            loop=asyncio.get_running_loop(),
            **more,
        )

    async def start(loop):
        return await loop.create_server(protocol, HOST, 0, ssl=tls)

    with looping(start) as server:
        yield server.sockets[0].getsockname()[1]


@contextlib.contextmanager
def scripted(script, *, tls=None):
    """A server that does what `script(connection)` does with each connection; yield its port."""
    listener = socket.create_server((HOST, 0))
    listener.settimeout(0.05)
    done = threading.Event()
    threads = []

    def serve(connection):
        connection.settimeout(20)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if tls:
                connection = tls.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
            script(connection)

    def accept():
        while not done.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield listener.getsockname()[1]
    finally:
        done.set()
        acceptor.join()
        listener.close()
        for thread in threads:
            thread.join(20)


def wait_for_close(connection):
    """Read until the other side closes."""
    with contextlib.suppress(OSError):
        while connection.recv(65536):
            pass


class ImapHandler(socketserver.StreamRequestHandler):
    """As much of IMAP4rev1 as a search and a look at messages need."""

    def handle(self):
        self.server.lines.append("connected")
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            self.setup()
        self.say("* OK [CAPABILITY IMAP4rev1 ID STARTTLS] ready")
        while True:
            line = self.rfile.readline().decode()
            if not line:
                return
            tag, _, command = line.strip().partition(" ")
            self.server.lines.append(re.sub("LOGIN .*", "LOGIN", command))
            verb = command.split(" ")[0].upper()
            if self.server.replies.get(verb):
                reply = self.server.replies[verb]
                if reply == "close":
                    return
                self.say(reply.replace("TAG", tag))
                continue
            if not self.answer(tag, verb, command):
                return

    def answer(self, tag, verb, command):
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1 ID STARTTLS")
        elif verb == "STARTTLS":
            self.say(f"{tag} OK go")
            self.request = self.server.starttls.wrap_socket(self.request, server_side=True)
            self.setup()
            return True
        elif verb == "LOGIN" and self.server.password not in command:
            self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
            return True
        elif verb in ("SELECT", "EXAMINE"):
            name = command.split(" ", 1)[1].strip('"')
            if name not in self.server.boxes:
                self.say(f"{tag} NO no such mailbox")
                return True
            self.box = self.server.boxes[name]
            self.say(f"* {len(self.box)} EXISTS")
        elif verb == "SEARCH":
            header = re.search(r'HEADER Message-ID "(.*)"', command)
            found = [
                number for number, data in enumerate(self.box, 1) if not header or header[1].encode() in data
            ]
            self.say("* SEARCH " + " ".join(map(str, found)))
        elif verb == "FETCH":
            number = int(command.split(" ")[1])
            data = self.box[number - 1]
            limit = re.search(r"<0\.([0-9]+)>", command)
            data = data[: int(limit[1])] if limit else data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            self.wfile.write(f"* {number} FETCH (BODY[] {{{len(data)}}}\r\n".encode() + data + b")\r\n")
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK")
            return False
        self.say(f"{tag} OK done")
        return True

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def finish(self):
        with contextlib.suppress(OSError):
            super().finish()
        with contextlib.suppress(OSError):
            self.request.close()


class ImapServer(socketserver.ThreadingTCPServer):
    """Mailboxes by name, each a list of messages; `replies` answers a command in its own way."""

    daemon_threads = False

    def __init__(self, boxes, password="", tls=None, starttls=None, replies=None):
        super().__init__((HOST, 0), ImapHandler)
        self.boxes, self.password, self.tls, self.starttls = boxes, password, tls, starttls
        self.replies, self.lines = replies or {}, []

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A client that goes away is no fault of the server."""

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()
