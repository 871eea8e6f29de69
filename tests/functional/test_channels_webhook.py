"""The channel `webhook` with servers on loopback that answer as the platforms do, and with such as break off."""

import base64
import contextlib
import hashlib
import hmac
import json
import logging
import socket
import threading
import time
import traceback
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from report.channels import webhook
from report.parcels import Deferred, InDoubt, Refused
from report.secrets import SecretRef
from tests.servers import HOST, Authority, scripted, wait_for_close
from tests.unit.channels.samples import ADDRESS, AT, CHANGES, parcel

SECRET, TOKEN = "canary-SEC0123456789abcdef", "canary-token-0123456789abcdef"
PATHS = {
    "json": "/hook",
    "wecom": f"/cgi-bin/webhook/send?key={TOKEN}",
    "dingtalk": f"/robot/send?access_token={TOKEN}",
    "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
}
DONE = {
    "json": b"",
    "wecom": b'{"errcode":0,"errmsg":"ok"}',
    "dingtalk": b'{"errcode":0,"errmsg":"ok"}',
    "feishu": b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}',
}


class Recorder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        status, answer, headers = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(answer)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def hook(status=200, answer=b"", headers=None, tls=None):
    server = ThreadingHTTPServer((HOST, 0), Recorder)
    server.answer, server.requests = (status, answer, headers or {}), []
    server.handle_error = lambda *_: None
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1], server.requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", SECRET)


def settings(port, shape="json", *, monkeypatch=None, scheme="http", **changes):
    url = f"{scheme}://{HOST}:{port}{PATHS[shape]}"
    if shape != "json":
        monkeypatch.setenv("HOOK_URL", url)
        url = SecretRef(env="HOOK_URL")
    values = {"shape": shape, "url": url, "allow_private": True, "timeout_seconds": 5}
    if shape != "wecom":
        values["secret"] = SecretRef(env="HOOK_SECRET")
    return webhook.Settings(**{**values, **changes})


def test_the_post_is_signed_and_says_what_there_is(caplog):
    caplog.set_level(logging.DEBUG)
    with hook(204) as (port, requests):
        receipt = webhook.deliver(parcel(), settings(port), "hook")
    ((path, headers, body),) = requests
    assert path == "/hook"
    assert headers["Host"] == f"{HOST}:{port}"
    assert headers["Idempotency-Key"] == parcel().key == receipt.reference
    assert headers["Jianbao-Timestamp"] == str(int(AT.timestamp()))
    expected = hmac.new(SECRET.encode(), headers["Jianbao-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["Jianbao-Signature"] == f"v1={expected.hexdigest()}"
    record = json.loads(body)
    assert record["clinic"] == "GZ-0042"
    assert record["changes"] == list(CHANGES)
    assert record["link"] == parcel().link
    assert [file["sha256"] for file in record["files"]] == [file.sha256 for file in parcel().files]
    assert ADDRESS.encode() not in body
    assert SECRET not in caplog.text


def test_wecom(monkeypatch):
    """developer.work.weixin.qq.com/document/path/91770: markdown of at most 4096 bytes, the key in the address."""
    with hook(200, DONE["wecom"]) as (port, requests):
        webhook.deliver(parcel(), settings(port, "wecom", monkeypatch=monkeypatch), "hook")
    ((path, headers, body),) = requests
    assert path == PATHS["wecom"]
    assert headers["Content-Type"].startswith("application/json")
    told = json.loads(body)
    assert set(told) == {"msgtype", "markdown"}
    assert told["msgtype"] == "markdown"
    assert told["markdown"]["content"] == (
        "# 间充质干细胞为何被叫停、何时松绑\n**新版** 第 3 版\n数据截至：2026 年 11 月 22 日\n\n"
        "**变更**\n- 南沙细则的施行日由 2026-05-01 改为 2026-06-01\n- 新增一条日本的批准\n\n"
        "[打开](https://briefings.example/status/my-briefing/003)"
    )


def test_dingtalk(monkeypatch):
    """加签: HMAC-SHA256 of "timestamp\\nsecret" by the secret, base64, in the query; milliseconds."""
    with hook(200, DONE["dingtalk"]) as (port, requests):
        webhook.deliver(parcel(), settings(port, "dingtalk", monkeypatch=monkeypatch), "hook")
    ((path, _, body),) = requests
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    assert query["access_token"] == [TOKEN]
    stamp = query["timestamp"][0]
    assert int(stamp) == int(AT.timestamp()) * 1000
    digest = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query["sign"] == [base64.b64encode(digest).decode()]
    told = json.loads(body)
    assert told["msgtype"] == "markdown"
    assert set(told["markdown"]) == {"title", "text"}
    assert parcel().link in told["markdown"]["text"]


def test_feishu(monkeypatch):
    """签名校验: HMAC-SHA256 of nothing by "timestamp\\nsecret", base64, in the body; seconds."""
    with hook(200, DONE["feishu"]) as (port, requests):
        webhook.deliver(parcel(kind="withdrawal"), settings(port, "feishu", monkeypatch=monkeypatch), "hook")
    ((path, _, body),) = requests
    assert path == PATHS["feishu"]
    told = json.loads(body)
    assert told["timestamp"] == str(int(AT.timestamp()))
    digest = hmac.new(f"{told['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert told["sign"] == base64.b64encode(digest).decode()
    assert told["msg_type"] == "interactive"
    card = told["card"]
    assert card["header"]["title"] == {"tag": "plain_text", "content": parcel().title}
    assert card["header"]["template"] == "red"
    assert "**撤回** 第 3 版" in card["elements"][0]["text"]["content"]
    assert card["elements"][1]["actions"][0]["url"] == parcel().link


ROBOTS = ["wecom", "dingtalk", "feishu"]


@pytest.mark.parametrize("shape", ROBOTS)
@pytest.mark.parametrize("length", [40, 400, 30_000])
def test_what_is_too_long_is_cut_within_the_limit_and_counted(shape, length, monkeypatch):
    given = parcel(changes=tuple(f"第 {number} 项：{'长' * length}" for number in range(200)))
    with hook(200, DONE[shape]) as (port, requests):
        webhook.deliver(given, settings(port, shape, monkeypatch=monkeypatch), "hook")
    ((_, _, body),) = requests
    told = json.loads(body)
    limit = {"wecom": 4096, "dingtalk": 20_000, "feishu": 20_480}[shape]
    assert len(body) <= limit + 200
    if shape == "wecom":
        assert len(told["markdown"]["content"].encode()) <= 4096
    assert "项见全文" in body.decode()
    assert given.link in body.decode()


@pytest.mark.parametrize("shape", ROBOTS)
def test_nothing_is_read_as_a_mention_or_a_link(shape, monkeypatch):
    given = parcel(title="<@all> [x](https://evil.example)", changes=('<at id="all"></at> **b**\n# h',))
    with hook(200, DONE[shape]) as (port, requests):
        webhook.deliver(given, settings(port, shape, monkeypatch=monkeypatch), "hook")
    ((_, _, body),) = requests
    text = body.decode()
    for markup in ("<@", "<at", "[x]", "**b**", "\\n# h"):
        assert markup not in text


CODES = [
    ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, Deferred, "D004"),
    ("wecom", {"errcode": -1, "errmsg": "system busy"}, Deferred, "D004"),
    ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1]"}, Refused, "D005"),
    ("wecom", {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}, Refused, "D005"),
    (
        "dingtalk",
        {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"},
        Deferred,
        "D004",
    ),
    ("dingtalk", {"errcode": 310000, "errmsg": "description:机器人发送签名不匹配"}, Deferred, "D008"),
    ("dingtalk", {"errcode": 300001, "errmsg": "token is not exist"}, Refused, "D005"),
    ("feishu", {"code": 11232, "data": {}, "msg": "frequency limited psm[x]appID[1500]"}, Deferred, "D004"),
    ("feishu", {"code": 9499, "data": {}, "msg": "frequency limited psm"}, Deferred, "D004"),
    ("feishu", {"code": 9499, "data": {}, "msg": "Bad Request"}, Refused, "D005"),
    (
        "feishu",
        {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"},
        Deferred,
        "D008",
    ),
    ("feishu", {"code": 19024, "data": {}, "msg": "Key Words Not Found"}, Deferred, "D008"),
    (
        "feishu",
        {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"},
        Refused,
        "D005",
    ),
    ("feishu", {"StatusCode": 5, "StatusMessage": "x"}, Refused, "D005"),
    ("wecom", {}, InDoubt, "D006"),
    ("wecom", [], InDoubt, "D006"),
    ("wecom", {"errcode": "0"}, InDoubt, "D006"),
    ("wecom", {"errcode": False}, InDoubt, "D006"),
]


@pytest.mark.parametrize(("shape", "reply", "kind", "code"), CODES)
def test_what_a_robot_answers_decides(shape, reply, kind, code, monkeypatch):
    with hook(200, json.dumps(reply).encode()) as (port, _), pytest.raises(kind) as caught:
        webhook.deliver(parcel(), settings(port, shape, monkeypatch=monkeypatch), "hook")
    assert caught.value.code.code == code
    assert type(caught.value) is kind
    assert "hint: [1]" not in caught.value.message


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"\xff", b'{"errcode":0}' + b" " * 100_000, b"[" * 60_000]
)
def test_an_answer_that_cannot_be_read_is_in_doubt(answer, monkeypatch):
    with hook(200, answer) as (port, _), pytest.raises(InDoubt):
        webhook.deliver(parcel(), settings(port, "wecom", monkeypatch=monkeypatch), "hook")


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (301, Refused, "D005"), (307, Refused, "D005"), (400, Refused, "D005"), (404, Refused, "D005"),
        (401, Deferred, "D008"), (403, Deferred, "D008"), (429, Deferred, "D004"), (503, Deferred, "D004"),
        (500, InDoubt, "D006"), (502, InDoubt, "D006"), (504, InDoubt, "D006"),
    ],
)  # fmt: skip
def test_what_a_server_answers_decides(status, kind, code):
    with hook(200) as (elsewhere, followed):
        location = {"Location": f"http://{HOST}:{elsewhere}/"}
        with hook(status, b"x", location) as (port, _), pytest.raises(kind) as caught:
            webhook.deliver(parcel(), settings(port), "hook")
    assert caught.value.code.code == code
    assert followed == []


def test_a_long_answer_is_not_read_to_its_end():
    with hook(200, b"x" * 50_000_000) as (port, _):
        assert webhook.deliver(parcel(), settings(port), "hook").detail == "HTTP 200"


# --- where the talk breaks ---


def hasty(given):
    return given.model_copy(update={"timeout_seconds": 0.3})


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(
        next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")).split()[1]
    )
    while len(body) < length:
        body += connection.recv(65536)


def reads_and_closes(connection):
    read_request(connection)


def reads_and_hangs(connection):
    read_request(connection)
    wait_for_close(connection)


def reads_and_drips(connection):
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b"x")
        time.sleep(0.01)


def reads_and_says_nonsense(connection):
    read_request(connection)
    connection.sendall(b"\x00" * 1000)


def reads_and_says_endless_headers(connection):
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000)


@pytest.mark.parametrize(
    "script",
    [
        reads_and_closes,
        reads_and_hangs,
        reads_and_drips,
        reads_and_says_nonsense,
        reads_and_says_endless_headers,
    ],
)
def test_once_it_was_sent_only_an_answer_decides(script):
    with scripted(script) as port, pytest.raises(InDoubt) as caught:
        webhook.deliver(parcel(), hasty(settings(port)), "hook")
    assert caught.value.code.code == "D006"


def test_nobody_there_defers_the_channel():
    with scripted(wait_for_close) as port:
        pass
    with pytest.raises(Deferred) as caught:
        webhook.deliver(parcel(), settings(port), "hook")
    assert caught.value.code.code == "D002"


def test_a_tls_handshake_that_hangs_defers():
    with scripted(wait_for_close) as port, pytest.raises(Deferred):
        webhook.deliver(parcel(), hasty(settings(port, scheme="https")), "hook")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def test_https_checks_the_name_that_was_typed(authority, monkeypatch):
    real = socket.getaddrinfo

    def look_up(host, port, *arguments, **more):
        return real(HOST if host == "hook.publisher.example" else host, port, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with hook(200, tls=authority.context("hook.publisher.example")) as (port, requests):
        given = settings(port, ca_file=authority.path, url=f"https://hook.publisher.example:{port}/hook")
        webhook.deliver(parcel(), given, "hook")
        assert requests[0][1]["Host"] == f"hook.publisher.example:{port}"
        by_address = settings(port, scheme="https", ca_file=authority.path)
        with pytest.raises(Deferred) as caught:
            webhook.deliver(parcel(), by_address, "hook")
        assert caught.value.code.code == "D007"
    with hook(200, tls=authority.context(ca=trustme.CA())) as (port, requests):
        with pytest.raises(Deferred) as caught:
            webhook.deliver(parcel(), settings(port, scheme="https", ca_file=authority.path), "hook")
        assert caught.value.code.code == "D007"
        assert requests == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.1.2.3"], ["192.168.1.1"], ["169.254.169.254"], ["::1"], ["fe80::1%2"], ["fc00::1"],
        ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["0.0.0.0"], ["100.64.0.1"], ["224.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
    ],
)  # fmt: skip
def test_a_public_name_with_a_private_address_is_refused(addresses, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    given = webhook.Settings(url="https://hook.publisher.example/", secret=SecretRef(env="HOOK_SECRET"))
    with pytest.raises(Refused) as caught:
        webhook.deliver(parcel(), given, "hook")
    assert caught.value.code.code == "D014"


@pytest.mark.parametrize("shape", ROBOTS)
def test_address_and_secret_are_told_nowhere(shape, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    told = ""
    with hook(200, DONE[shape]) as (port, _):
        given = settings(port, shape, monkeypatch=monkeypatch)
        told += repr(webhook.deliver(parcel(), given, "hook")) + repr(given) + given.model_dump_json()
    for call in (lambda: webhook.deliver(parcel(), given, "hook"), lambda: webhook.find(parcel(), given)):
        with pytest.raises(Deferred) as caught:
            call()
        told += "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "canary" not in told + caplog.text
    assert TOKEN not in caplog.text


def test_a_secret_address_is_held_to_the_same_rules(monkeypatch):
    monkeypatch.setenv("HOOK_URL", f"http://hook.publisher.example/{TOKEN}")
    given = webhook.Settings(shape="wecom", url=SecretRef(env="HOOK_URL"))
    with pytest.raises(Deferred, match="does not begin with https") as caught:
        webhook.deliver(parcel(), given, "hook")
    assert TOKEN not in repr(caught.value)
    monkeypatch.delenv("HOOK_URL")
    with pytest.raises(Deferred) as caught:
        webhook.deliver(parcel(), given, "hook")
    assert caught.value.code.code == "D001"
