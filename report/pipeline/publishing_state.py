"""The pages that say which edition is the latest, put into `output/BRIEFING/status/`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from report import store
from report.editions.withdrawals import read_withdrawals
from report.findings import Finding, sort_findings
from report.load.files import read_briefing
from report.pipeline.issuing import read_editions
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.model import Briefing
    from report.notices.status_site import SiteLocale

FOLDER = "status"
_PAGE = re.compile(r"(?:index|[1-9][0-9]*)(?:\.[A-Za-z-]+)?\.html")


def publish_state(run: Run, slug: str) -> tuple[tuple[Path, ...], tuple[Finding, ...]]:
    """Write the pages of a briefing, those that changed; return these, and what keeps pages from being made.

    A briefing of which nothing was released has none.

    Raises:
        EditionError: The record of withdrawals is damaged.
        RenderingError: A template cannot be run.
    """
    from report.compose.theme import theme_css
    from report.load.briefing import load_briefing
    from report.notices.status_site import Site, status_site

    files = read_briefing(run.project, slug)
    editions, _, damages = read_editions(files)
    if damages or not editions:
        return (), tuple(sort_findings(damages))
    briefing, findings = load_briefing(files)
    if briefing is None:
        return (), tuple(sort_findings(findings))
    settings = briefing.settings
    locales = dict.fromkeys((settings.language, *settings.locales))
    site = Site(
        slug,
        editions,
        read_withdrawals(files.withdrawals),
        tuple(_site_locale(run, briefing, locale) for locale in locales),
        theme_css(settings.theme),
    )
    folder = run.project / "output" / slug / FOLDER
    pages = status_site(site, run.templates)
    written = []
    for name, data in pages.items():
        if store.read_built(folder / name, store.record(data)) is None:
            store.replace(folder / name, data)
            written.append(folder / name)
    for path in folder.iterdir():
        # Of a locale that the briefing has no more: it would go on saying what it said.
        if path.name not in pages and _PAGE.fullmatch(path.name):
            path.unlink()
    return tuple(written), ()


def _site_locale(run: Run, briefing: "Briefing", locale: str) -> "SiteLocale":
    from report.compose.matter import read_labels
    from report.locales.localise import localise
    from report.notices.status_site import SiteLocale
    from report.pipeline.composing_views import translation
    from report.pipeline.noticing import sender_in

    is_own = locale == briefing.settings.language
    localised = briefing if is_own else localise(briefing, locale)
    return SiteLocale(
        locale,
        read_labels(run.templates, locale),
        None if is_own else translation(briefing, localised),
        sender_in(briefing, localised, locale),
    )
