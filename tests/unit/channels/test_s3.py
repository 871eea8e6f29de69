"""Where objects of S3 are, and what is no key: without a server."""

import httpx
import pytest

from report.parcels import Deferred
from report.remotes.s3 import Signer, root_of
from report.remotes.settings import S3

KEYS = {"access_key": {"env": "A"}, "secret_key": {"env": "S"}}
OSS = "https://oss-cn-hangzhou.aliyuncs.com"


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ({}, "https://copies.s3.us-east-1.amazonaws.com"),
        ({"region": "eu-west-3", "prefix": "a/b"}, "https://copies.s3.eu-west-3.amazonaws.com/a/b"),
        ({"region": "cn-north-1"}, "https://copies.s3.cn-north-1.amazonaws.com.cn"),
        ({"bucket": "my.copies", "region": "eu-west-3"}, "https://s3.eu-west-3.amazonaws.com/my.copies"),
        ({"addressing_style": "path"}, "https://s3.us-east-1.amazonaws.com/copies"),
        ({"endpoint": "https://minio.example:9000/"}, "https://minio.example:9000/copies"),
        ({"endpoint": "https://gate.example/s3", "prefix": "x"}, "https://gate.example/s3/copies/x"),
        (
            {"endpoint": OSS, "addressing_style": "virtual", "prefix": "简报"},
            "https://copies.oss-cn-hangzhou.aliyuncs.com/%E7%AE%80%E6%8A%A5",
        ),
    ],
)
def test_where_objects_are(given, root):
    assert root_of(S3.model_validate({"bucket": "copies", **KEYS, **given})) == root
    assert str(httpx.URL(root)) == root, "what is signed is what is sent"


@pytest.mark.parametrize("keys", [("", "b"), ("a", "")])
def test_an_empty_key_is_a_refused_login(keys):
    with pytest.raises(Deferred) as caught:
        Signer(*keys, "us-east-1")
    assert caught.value.code.code == "D008"


def test_a_secret_is_in_no_header():
    for secret in ("canary", "canary\nwith a line", "钥匙canary", "canary" * 10_000):
        signed = Signer("a", secret, "us-east-1").headers("GET", "https://s3.example/x", {}, b"")
        assert "canary" not in str(signed)
        assert signed["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=a/")
