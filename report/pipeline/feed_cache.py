"""What feeds were last read as, where a build or a check looks for it: never the network."""

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING

from report.load.files import BriefingFiles
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.findings import Finding
    from report.model import Briefing

_DISTRIBUTION = "content/distribution.yaml"
# A key with a value: `feed: null` is none. What merely looks like one costs a look at the cache, and no more.
_FEED = re.compile(r"\bfeed[\"']?:\s*(?!null\b|~)\S")


def vault_folder(project: Path) -> Path:
    """Return the folder of the evidence, where `distribution.yaml` puts it, or the usual one where that cannot be read.

    No channel is looked at for this: to import them all would cost more than a build with nothing to do.
    """
    from pydantic import ValidationError

    from report.load.files import MAX_YAML_BYTES, read_file, read_utf8
    from report.load.yaml_tree import parse_yaml
    from report.watch_settings import VAULT_FOLDER, MonitorSettings

    data = read_file(project / _DISTRIBUTION, _DISTRIBUTION, MAX_YAML_BYTES)
    text = read_utf8(data, _DISTRIBUTION) if isinstance(data, bytes) else ""
    root, _ = parse_yaml(text if isinstance(text, str) else "", _DISTRIBUTION)
    node = root
    for key in ("monitor", "vault"):
        node = node.value.get(key) if node is not None and isinstance(node.value, dict) else None
    try:
        folder = (
            MonitorSettings.model_validate({"vault": node.value}).vault if node is not None else VAULT_FOLDER
        )
    except ValidationError:
        folder = VAULT_FOLDER
    return project / folder


def feed_state(project: Path, files: BriefingFiles, today: datetime.date) -> str:
    """Return a hash of what a build finds of feeds; "" for a briefing without any."""
    if "feeds.yaml" not in files.texts and not _FEED.search(files.texts.get("facts.yaml", "")):
        return ""
    from report.monitor.feed_values import read_values, state_of

    return state_of(read_values(vault_folder(project), files.slug), today)


def check_cached_feeds(run: Run, briefing: "Briefing") -> "list[Finding]":
    """Return what is wrong with a briefing's feeds as they were last read, and say from which day that is."""
    from report.monitor.feed_findings import check_feeds
    from report.monitor.feed_values import read_values

    names = [fact.id for fact in briefing.facts.values() if fact.feed is not None]
    names += [table.data for table in briefing.table_feeds]
    if not names:
        return []
    values = read_values(vault_folder(run.project), briefing.slug)
    days = [value.read_on for name in names if (value := values.get(name)) is not None and value.read_on]
    when = (
        "no day" if not days else str(min(days)) if min(days) == max(days) else f"{min(days)} to {max(days)}"
    )
    run.progress(
        f"{briefing.slug}: feeds are not asked; {len(days)} of {len(names)} as they were read on {when}"
    )
    return check_feeds(briefing, values, run.today)
