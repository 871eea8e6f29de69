"""Servers of files on loopback that tests start and stop: SFTP, S3, WebDAV."""

import contextlib
import threading
import warnings

import asyncssh
import httpx

from tests.servers import HOST, looping

USER, PASSWORD = "briefings", "correct-horse"


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
def s3_server(*buckets):
    """A server that speaks S3; yield its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import boto3
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(HOST, 0, verbose=False)
        server.start()
        address = f"http://{HOST}:{server.get_host_and_port()[1]}"
        # What moto keeps belongs to the process, not to the server.
        httpx.post(f"{address}/moto-api/reset", trust_env=False)
        client = boto3.client(
            "s3",
            endpoint_url=address,
            aws_access_key_id="a",
            aws_secret_access_key="b",
            region_name="us-east-1",
        )
        for bucket in buckets:
            client.create_bucket(Bucket=bucket)
        client.close()
    try:
        yield address
    finally:
        server.stop()


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
