"""Web sites on loopback that play all that a source can do."""

import contextlib
import gzip
import http.server
import threading

HOST = "127.0.0.1"


class Page:
    """What a path answers: a status, a body, headers; with `etag`, 304 to who knows it."""

    def __init__(self, body="", status=200, media_type="text/html; charset=utf-8", etag="", **headers):
        self.body = body.encode() if isinstance(body, str) else body
        self.status = status
        self.etag = etag
        self.headers = {"Content-Type": media_type} if media_type else {}
        self.headers |= {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(self, handler):
        if self.etag and handler.headers.get("If-None-Match") == self.etag:
            handler.send_response(304)
            handler.send_header("ETag", self.etag)
            handler.end_headers()
            return
        handler.send_response(self.status)
        if self.etag:
            handler.send_header("ETag", self.etag)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(self.body)))
        handler.end_headers()
        handler.wfile.write(self.body)


class Moved(Page):
    """A redirect."""

    def __init__(self, target, status=302):
        super().__init__("", status, Location=target)


class Bomb(Page):
    """A small gzip file of something large."""

    def __init__(self, size):
        super().__init__(gzip.compress(bytes(size), 9), Content_Encoding="gzip")


class Stuck(Page):
    """Begins to answer, and does not go on until the site is closed."""

    def __init__(self, site):
        super().__init__()
        self.site = site

    def answer(self, handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"<html>")
        handler.wfile.flush()
        self.site.closing.wait(30)


class Endless(Page):
    """Sends on and on, without saying how much."""

    def answer(self, handler):
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while True:
                handler.wfile.write(bytes(65536))


class Broken(Page):
    """Ends before it has sent what it announced."""

    def answer(self, handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"<html>")


class Site:
    """A site: `pages` by path, and `asked`, the paths that were asked for with their headers."""

    def __init__(self, tls=None):
        self.pages = {}
        self.asked = []
        self.closing = threading.Event()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                page = site.pages.get(self.path) or site.pages.get(self.path.partition("?")[0])
                (page or Page("not here", 404)).answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((HOST, 0), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.name = f"{HOST}:{self.port}"
        self.url = f"http://{self.name}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def paths(self):
        return [path for path, _ in self.asked]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(20)
