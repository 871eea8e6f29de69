from pathlib import Path

from report import installation


def test_the_cache_is_where_the_xdg_specification_says():
    assert installation.cache_folder({"XDG_CACHE_HOME": "/var/x"}) == Path("/var/x/jianbao")
    for ignored in ({}, {"XDG_CACHE_HOME": ""}, {"XDG_CACHE_HOME": "relative"}):
        assert installation.cache_folder(ignored) == Path.home() / ".cache/jianbao"


def test_the_code_has_one_digest():
    assert installation.code_digest() == installation.code_digest()
    assert len(installation.code_digest()) == 64
