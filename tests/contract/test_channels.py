"""Every module of report.channels offers what report.channels says a channel is."""

import inspect
import socket
import typing

import pydantic
import pytest

from report import channels
from report.channels import channel_names, load_channel
from report.clinics import Clinic
from report.parcels import Deferred, DeliveryError, InDoubt, Receipt, Refused
from report.scalars import Schema
from report.secrets import SecretRef
from tests.unit.channels.samples import ADDRESS, clinic, parcel


def test_there_are_these_channels():
    assert channel_names() == ["email", "folder", "remote", "webhook"]
    assert channels.__doc__


@pytest.mark.parametrize("kind", channel_names())
def test_a_channel_keeps_its_protocol(kind):
    module = load_channel(kind)
    assert issubclass(module.Settings, Schema)
    assert module.Settings.model_config["frozen"]
    assert module.Settings.model_config["extra"] == "forbid"
    assert module.Settings.model_config["hide_input_in_errors"]
    assert module.Settings.__doc__
    assert isinstance(module.CAN_FIND, bool)
    assert list(inspect.signature(module.deliver).parameters) == ["parcel", "settings", "channel"]
    assert inspect.signature(module.deliver).return_annotation is Receipt
    assert list(inspect.signature(module.find).parameters) == ["parcel", "settings"]
    assert module.__doc__
    assert "kind" not in module.Settings.model_fields


@pytest.mark.parametrize("kind", channel_names())
def test_what_it_requires_is_of_a_clinic(kind):
    for field in load_channel(kind).REQUIRES:
        value, model = clinic(), Clinic
        for name in field.split("."):
            assert name in model.model_fields
            value, model = getattr(value, name), model.model_fields[name].annotation
        assert value


def schemas(model):
    yield model
    for field in model.model_fields.values():
        for inner in (field.annotation, *typing.get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, pydantic.BaseModel):
                yield from schemas(inner)


@pytest.mark.parametrize("kind", channel_names())
def test_a_secret_is_a_reference_in_every_setting(kind):
    for model in schemas(load_channel(kind).Settings):
        for name, field in model.model_fields.items():
            if model is not SecretRef and any(
                word in name for word in ("password", "secret", "passphrase", "token")
            ):
                assert SecretRef in (field.annotation, *typing.get_args(field.annotation)), f"{model}.{name}"


@pytest.mark.parametrize("kind", channel_names())
def test_every_setting_is_explained(kind):
    for model in schemas(load_channel(kind).Settings):
        if model is not SecretRef:
            own = {
                name
                for name in model.model_fields
                if not any(
                    name in base.model_fields for base in model.__bases__ if hasattr(base, "model_fields")
                )
            }
            for name in own:
                assert f"{name}:" in model.__doc__, f"{model.__name__}.{name}"


HOSTS = ["a..b", "x" * 70 + ".invalid", "-", "no-such-host.invalid", "1.2.3.4.5", "xn--a.invalid"]


@pytest.mark.parametrize("host", HOSTS)
def test_whatever_the_host_an_error_is_one_of_the_three(host, monkeypatch):
    def look_up(name, *_, **__):
        """No name server is asked; what is no name fails as it does before one would be."""
        (name if isinstance(name, bytes) else name.encode("idna")).decode()
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setenv("SECRET", "a-secret-of-tests")
    key = {"env": "SECRET"}
    login = {"host": host, "user": "u", "password": key, "timeout_seconds": "1"}
    host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0000000000000000000000000000000000000000000"
    sftp = {"host": host, "user": "u", "password": key, "host_keys": [host_key], "path": "/x"}
    s3 = {"bucket": "bucket", "access_key": key, "secret_key": key, "endpoint": f"https://{host}"}
    given = {
        "email": [{**login, "sender": {"address": "a@b.example"}, "archive": login}],
        "webhook": [{"url": f"https://{host}/", "secret": key}],
        "remote": [{"sftp": sftp}, {"s3": s3}, {"webdav": {"url": f"https://{host}/x"}}],
    }
    for kind, all_settings in given.items():
        module = load_channel(kind)
        for values in all_settings:
            settings = module.Settings.model_validate(values)
            with pytest.raises(Deferred):
                module.deliver(parcel(), settings, "x")
            with pytest.raises(Deferred):
                module.find(parcel(), settings)


@pytest.mark.parametrize("error", [Deferred, Refused, InDoubt])
def test_an_error_survives_the_way_from_another_process(error):
    import pickle

    from report.parcels import TRY_LATER

    sent = error(TRY_LATER, "it waits", "Wait.", is_of_channel=True)
    came = pickle.loads(pickle.dumps(sent))
    assert type(came) is error
    assert (came.code, came.message, came.hint, came.is_of_channel) == (TRY_LATER, "it waits", "Wait.", True)
    assert isinstance(came, DeliveryError)
    assert int(came.exit_code) == 7


def test_a_parcel_shows_nobodys_contact_and_no_text():
    shown = repr(parcel()) + str(parcel())
    assert ADDRESS not in shown
    assert "示例路" not in shown
    assert "附上简报" not in shown
