"""What brings forth the codes of feeds that are read, so that docs/errors.md shows what the program says."""

import shutil

from report import pipeline
from report.installation import bundled_templates
from report.load.briefing import load_briefing
from report.load.files import read_briefing
from report.monitor.feed_values import FeedOutcome
from report.monitor.feeds import FeedsRead
from report.pipeline.refreshing_feeds import feed_findings
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


FEEDS = {"M020": unreachable}
