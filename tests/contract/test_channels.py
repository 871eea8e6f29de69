"""Every module of report.channels offers what report.channels says a channel is."""

import inspect
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
