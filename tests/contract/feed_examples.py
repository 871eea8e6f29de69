"""What brings forth the codes of feeds and of reminders, so that docs/errors.md shows what the program says."""

import datetime
import shutil

from report import pipeline
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.monitor.feed_values import FeedOutcome
from report.monitor.feeds import FeedsRead
from report.pipeline.refreshing_feeds import feed_findings
from report.pipeline.reminding import remind_owners
from tests.contract.project_examples import feed_read
from tests.pages import TODAY


def unreachable(folder):
    """Return what a refresh says of a feed that does not answer."""
    project = folder / "project"
    shutil.copytree(bundled_templates() / "starter", project)
    value = feed_read(outcome=FeedOutcome.UNREACHABLE, message="it answered 503", value="60")(project)
    briefing, _ = load_briefing(read_briefing(project, "my-briefing"))
    read = FeedsRead({value.name: value}, ())
    return feed_findings(pipeline.start(project, TODAY, None), briefing, read)


def reminded(monitor, channels="mail: {kind: folder, path: outbox}"):
    """Return what comes of reminding with these settings."""

    def examine(folder):
        project = folder / "project"
        shutil.copytree(bundled_templates() / "starter", project)
        text = f"channels:\n  {channels}\nmonitor:\n  {monitor}\n"
        (project / "content/distribution.yaml").write_text(text, encoding="utf-8")
        run = pipeline.start(project, datetime.date(2027, 3, 1), None)
        at = datetime.datetime(2027, 3, 1, 9, tzinfo=datetime.UTC)
        return list(remind_owners(run, ["my-briefing"], at, is_sent=False).findings)

    return examine


FEEDS = {
    "M020": unreachable,
    "M021": reminded("owners: {default: editors@publisher.example}"),
    "M022": reminded("owners: {王医生: wang@publisher.example}"),
}
