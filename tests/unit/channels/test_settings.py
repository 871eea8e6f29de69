"""Settings of channels: what is refused, what they never show, where their paths are."""

from pathlib import Path

import pydantic
import pytest

from report.channels import anchored, channel_names, email, folder, load_channel, remote, webhook
from report.secrets import references


def refusal(model, **values):
    with pytest.raises(pydantic.ValidationError) as caught:
        model.model_validate(values)
    return str(caught.value)


MAIL = {"host": "smtp.publisher.example", "sender": {"address": "a@publisher.example"}}


def test_plain_connections_are_for_this_machine_only():
    assert "for everybody on the way to read" in refusal(email.Settings, **MAIL, security="none")
    for host in ("localhost", "127.0.0.1", "::1", "127.9.9.9"):
        email.Settings.model_validate({**MAIL, "host": host, "security": "none"})
    for host in ("localhost.evil.example", "127.0.0.1.example", "0.0.0.0", "10.0.0.1"):
        refusal(email.Settings, **{**MAIL, "host": host, "security": "none"})


def test_a_secret_that_stands_in_the_file_is_refused_without_showing_it():
    for value in ("hunter2-canary", {"env": "hunter2-canary"}, {"env": "A", "file_env": "B"}, {}):
        assert "canary" not in refusal(email.Settings, **MAIL, user="u", password=value)


def test_user_and_password_go_together():
    assert "go together" in refusal(email.Settings, **MAIL, user="u")
    assert "go together" in refusal(email.Settings, **MAIL, password={"env": "A"})
    box = {"host": "imap.publisher.example"}
    assert "nobody's" in refusal(email.Settings, **MAIL, archive=box)


@pytest.mark.parametrize(
    "values",
    [
        {"host": "a b"},
        {"host": ""},
        {"port": "70000"},
        {"timeout_seconds": "0"},
        {"security": "ssl"},
        {"sender": {"address": "a@x.example, b@y.example"}},
        {"sender": {"address": ""}},
        {"sender": {"name": "a\r\nBcc: x", "address": "a@x.example"}},
        {"unsubscribe": "http://x.example"},
        {"unsubscribe": "mailto:a@x.example?bcc=b@y.example, c"},
        {"bcc": "a@x.example"},
        {"largest_bytes": "1"},
        {"ca_file": "~/ca.pem"},
    ],
)
def test_settings_that_are_refused(values):
    # The first step of the way to what is wrong.
    assert next(iter(values)) in refusal(email.Settings, **{**MAIL, **values})


def test_every_secret_of_settings_is_found():
    box = {"host": "imap.publisher.example", "user": "u", "password": {"env": "BOX"}}
    settings = email.Settings.model_validate(
        {**MAIL, "user": "u", "password": {"env": "MAIL"}, "archive": box}
    )
    assert [reference.env for reference in references(settings)] == ["MAIL", "BOX"]


def test_paths_are_told_from_the_project():
    assert anchored(folder.Settings(path="outbox"), Path("/srv/p")).path == "/srv/p/outbox"
    assert anchored(folder.Settings(path="/mnt/share"), Path("/srv/p")).path == "/mnt/share"
    box = {"host": "h.example", "user": "u", "password": {"env": "BOX"}, "ca_file": "ca.pem"}
    settings = email.Settings.model_validate({**MAIL, "archive": box})
    placed = anchored(settings, Path("/srv/p"))
    assert (placed.ca_file, placed.archive.ca_file) == ("", "/srv/p/ca.pem")


@pytest.mark.parametrize("kind", channel_names())
def test_unknown_keys_are_refused(kind):
    assert "extra_forbidden" in refusal(load_channel(kind).Settings, no_such_key="x")


@pytest.mark.parametrize(
    "values",
    [
        {"url": "http://hook.example/"},
        {"url": "https://u:p@hook.example/"},
        {"url": "ftp://hook.example/"},
        {"url": "https:///x"},
        {"url": "https://hook.example:99999/"},
        {"url": "https://hook.example/ x"},
        {"url": "https://hook.example/", "secret": None},
        {"shape": "wecom", "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=canary"},
        {"shape": "wecom", "url": {"env": "U"}},
        {"shape": "slack"},
    ],
)
def test_webhooks_that_are_refused(values):
    shown = refusal(webhook.Settings, **{"url": "https://hook.example/", "secret": {"env": "S"}, **values})
    assert "canary" not in shown


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0000000000000000000000000000000000000000000"
SFTP = {"host": "files.example", "user": "u", "password": {"env": "P"}, "host_keys": [KEY], "path": "/copies"}
S3 = {"bucket": "copies", "access_key": {"env": "A"}, "secret_key": {"env": "S"}}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"sftp": SFTP, "s3": S3},
        {"sftp": {**SFTP, "host_keys": []}},
        {"sftp": {**SFTP, "host_keys": ["*"]}},
        {"sftp": {**SFTP, "password": None}},
        {"sftp": {**SFTP, "path": "/a/../b"}},
        {"sftp": {**SFTP, "password": "canary"}},
        {"s3": {**S3, "endpoint": "http://s3.example"}},
        {"s3": {**S3, "endpoint": "https://s3.example/?x=1"}},
        {"s3": {**S3, "endpoint": "http://localhost:9000", "addressing_style": "virtual"}},
        {"s3": {**S3, "addressing_style": "auto"}},
        {"s3": {**S3, "region": "x/canary"}},
        {"s3": {**S3, "bucket": "../x"}},
        {"s3": {**S3, "secret_key": "canary"}},
        {"webdav": {"url": "http://dav.example/"}},
        {"webdav": {"url": "https://dav.example/", "user": "u"}},
    ],
)
def test_remote_folders_that_are_refused(values):
    assert "canary" not in refusal(remote.Settings, **values)


def test_remote_folders_that_are_taken():
    remote.Settings.model_validate({"sftp": SFTP})
    remote.Settings.model_validate({"s3": S3})
    assert remote.Settings.model_validate({"webdav": {"url": "https://dav.example/x/"}}).webdav.url.endswith(
        "/x"
    )
