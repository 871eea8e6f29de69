"""Settings of channels: what is refused, what they never show, where their paths are."""

from pathlib import Path

import pydantic
import pytest

from report.channels import anchored, channel_names, email, folder, load_channel
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
    refusal(email.Settings, **{**MAIL, **values})


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
