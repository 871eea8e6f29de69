"""Where builds look for what feeds were read as."""

import datetime

import pytest

from report.load.files import read_briefing
from report.pipeline.feed_cache import feed_state, vault_folder

TODAY = datetime.date(2026, 11, 28)


@pytest.mark.parametrize(
    ("written", "folder"),
    [
        (None, "vault"),
        ("channels: {}\n", "vault"),
        ("monitor: {vault: evidence}\n", "evidence"),
        ("monitor: {vault: ../elsewhere}\n", "vault"),
        ("monitor: {vault: [a]}\n", "vault"),
        ("monitor: {\n", "vault"),
        ("- a\n", "vault"),
    ],
)
def test_the_vault_lies_where_the_settings_put_it(tmp_path, written, folder):
    (tmp_path / "content").mkdir()
    if written is not None:
        (tmp_path / "content/distribution.yaml").write_text(written)
    assert vault_folder(tmp_path) == tmp_path / folder


@pytest.mark.parametrize(
    ("feed", "has_one"),
    [
        ("feed: null", False),
        ("feed: ~", False),
        ("feed: {url: x}", True),
        ("feed:\n    url: x", True),
        ('"feed": {url: x}', True),
    ],
)
def test_only_briefings_with_feeds_look_at_the_cache(project, feed, has_one):
    project.change("facts.yaml", "attrs: {sites: 12}", f"attrs: {{sites: 12}}\n  {feed}")
    assert bool(feed_state(project.root, read_briefing(project.root, "demo"), TODAY)) is has_one


def test_a_file_of_table_feeds_is_enough(project):
    assert feed_state(project.root, read_briefing(project.root, "demo"), TODAY) == ""
    project.write("feeds.yaml", "[]")
    assert feed_state(project.root, read_briefing(project.root, "demo"), TODAY) != ""
