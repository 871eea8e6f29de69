"""What tests of the channel `remote` share: settings of each kind, and servers that answer in their own way."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import asyncssh

from report.channels import remote
from report.remotes.settings import S3, Sftp, WebDav
from report.secrets import SecretRef
from tests.file_servers import PASSWORD, USER
from tests.servers import HOST

PLACE = "GZ-0042/my-briefing/003"
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
PINNED = HOST_KEY.export_public_key().decode().strip()


def sftp(port, **changes):
    values = {
        "host": HOST,
        "port": port,
        "user": USER,
        "password": SecretRef(env="FILES_PASSWORD"),
        "host_keys": (PINNED,),
        "path": "/copies",
    }
    return remote.Settings(sftp=Sftp(**{**values, **changes}), timeout_seconds=10)


def s3(address, **changes):
    keys = {"access_key": SecretRef(env="FILES_ACCESS"), "secret_key": SecretRef(env="FILES_SECRET")}
    values = {"bucket": "briefings", "prefix": "copies", "endpoint": address, "region": "us-east-1", **keys}
    return remote.Settings(s3=S3(**{**values, **changes}), timeout_seconds=10)


def webdav(address, **changes):
    values = {"url": f"{address}/copies", "user": USER, "password": SecretRef(env="FILES_PASSWORD")}
    return remote.Settings(webdav=WebDav(**{**values, **changes}), timeout_seconds=10)


@contextlib.contextmanager
def serving(handler, answers, tls=None):
    server = ThreadingHTTPServer((HOST, 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.answers, server.files = answers, {}
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://{HOST}:{server.server_address[1]}", server.files
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Dav(BaseHTTPRequestHandler):
    """A WebDAV server of a dictionary that answers some methods in its own way."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name = self.path.rpartition("/")[2]
        for method, ending, status in self.server.answers:
            if self.command == method and name.endswith(ending):
                if status == "lose":
                    self.act(data, name)
                    self.connection.shutdown(2)
                    self.close_connection = True
                    return
                self.reply(status)
                return
        self.reply(*self.act(data, name))

    def act(self, data, name):
        files = self.server.files
        if self.command == "PUT":
            files[name] = data
            return (201,)
        if self.command == "MOVE":
            target = self.headers["Destination"].rpartition("/")[2]
            if self.headers["Overwrite"] == "F" and target in files:
                return (412,)
            files[target] = files.pop(name)
            return (201,)
        if self.command == "GET":
            return (200, files[name]) if name in files else (404,)
        return (201,)

    def reply(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status in (301, 302):
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_MOVE = do_MKCOL = do_DELETE = answer  # noqa: N815

    def log_message(self, *_):
        pass


class ObjectStore(BaseHTTPRequestHandler):
    """As much of S3 as puts and gets need, with errors in the words of S3."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        for method, ending, status, code in self.server.answers:
            is_conditional = self.headers.get("If-None-Match") == "*"
            if (self.command, code) == ("PUT", "NotImplemented") and not is_conditional:
                continue
            if self.command == method and self.path.endswith(ending):
                if code == "lose":
                    self.server.files[self.path] = data
                    self.connection.shutdown(2)
                    self.close_connection = True
                    return
                self.reply(
                    status, f"<Error><Code>{code}</Code><Message>{PASSWORD}</Message></Error>".encode()
                )
                return
        if self.command == "PUT":
            self.server.files[self.path] = data
            self.reply(200)
        elif self.path in self.server.files:
            self.reply(200, self.server.files[self.path])
        else:
            self.reply(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def reply(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"x"')
        if status in (301, 307):
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = answer  # noqa: N815

    def log_message(self, *_):
        pass
