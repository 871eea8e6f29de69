"""Servers of files on loopback that tests start and stop: SFTP, S3, WebDAV."""

import contextlib
import os
import selectors
import subprocess
import threading
import warnings
from pathlib import Path

import asyncssh
import httpx

from tests.programs import require
from tests.servers import HOST, looping

USER, PASSWORD = "briefings", "correct-horse"
MOTO = Path(__file__).parents[1] / ".venv-moto" / "bin" / "python"


class SshServer(asyncssh.SSHServer):
    """Lets one user in, by password or key."""

    def __init__(self, key=None):
        self.key = key

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self):
        return self.key is not None

    def validate_public_key(self, username, key):
        return username == USER and key == self.key


@contextlib.contextmanager
def sftp_server(folder, host_key, *, user_key=None, server=asyncssh.SFTPServer):
    """An SFTP server whose root is a folder; yield its port."""

    def factory(channel):
        return server(channel, chroot=str(folder).encode())

    async def start(loop):
        return await asyncssh.create_server(
            lambda: SshServer(user_key), HOST, 0, server_host_keys=[host_key], sftp_factory=factory
        )

    with looping(start) as listener:
        yield listener.get_port()


@contextlib.contextmanager
def s3_server():
    """A server that speaks S3, a process of its own; yield its address.

    It takes every signature, and keeps what it holds until `bucket_in` empties it.
    """
    require(MOTO)
    # Nothing of the environment: neither keys nor a proxy.
    process = subprocess.Popen(
        [MOTO, Path(__file__).parent / "s3" / "serve.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        with selectors.DefaultSelector() as ready:
            ready.register(process.stdout, selectors.EVENT_READ)
            line = process.stdout.readline() if ready.select(60) else ""
        assert line.strip().isdigit(), "moto did not start"
        yield f"http://{HOST}:{line.strip()}"
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def asked(server, method, path, service="s3", **content):
    """Ask a server of `s3_server` past the channel; return what it answers."""
    # moto goes by the scope of a signature, and looks at no more of it before `moto-api/reset-auth`.
    scope = f"AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/{service}/aws4_request"
    headers = {"Authorization": f"{scope}, SignedHeaders=host, Signature=0"}
    answer = httpx.request(method, f"{server}/{path}", headers=headers, trust_env=False, **content)
    return answer.raise_for_status()


def bucket_in(server, name):
    """Empty a server of `s3_server`, and make a bucket."""
    asked(server, "POST", "moto-api/reset")
    asked(server, "PUT", name)


@contextlib.contextmanager
def webdav_server(folder, *, tls=None, password=PASSWORD):
    """A WebDAV server of a folder; yield its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from cheroot import wsgi
        from wsgidav.wsgidav_app import WsgiDAVApp

        app = WsgiDAVApp(
            {
                "provider_mapping": {"/": str(folder)},
                "simple_dc": {"user_mapping": {"*": {USER: {"password": password}}}},
                "http_authenticator": {
                    "accept_basic": True,
                    "accept_digest": False,
                    "default_to_digest": False,
                },
                "logging": {"enable": False},
                "verbose": 0,
                "lock_storage": True,
                "property_manager": True,
            }
        )
    server = wsgi.Server((HOST, 0), app, numthreads=2, timeout=2)
    if tls is not None:
        server.ssl_adapter = tls
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://{HOST}:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join(20)
