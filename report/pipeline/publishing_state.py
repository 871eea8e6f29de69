"""The pages that say which edition is the latest, put into `output/BRIEFING/status/`."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report import store
from report.editions.withdrawals import read_withdrawals
from report.findings import Finding, sort_findings
from report.load.files import read_briefing
from report.pipeline.edition_lists import EditionSigner
from report.pipeline.issuing import read_editions
from report.pipeline.run import Run

if TYPE_CHECKING:
    from report.editions.record import Edition
    from report.model import Briefing
    from report.notices.status_site import SiteLocale

FOLDER = "status"
_OURS = re.compile(
    r"(?:index|[1-9][0-9]*)(?:\.[A-Za-z-]+)?\.html|[1-9][0-9]*\.sha256sums(?:\.p7s)?|publisher\.pem"
)


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
    folder = run.project / "output" / slug / FOLDER
    signer = EditionSigner(run.project, run.today)
    publisher = signer.publisher
    site = Site(
        slug,
        editions,
        read_withdrawals(files.withdrawals),
        tuple(_site_locale(run, briefing, locale) for locale in locales),
        theme_css(settings.theme),
        _signatures(folder, editions, signer),
        publisher.certificate if publisher else b"",
        publisher.fingerprint if publisher else "",
    )
    pages = status_site(site, run.templates)
    written = []
    for name, data in pages.items():
        if store.read_built(folder / name, store.record(data)) is None:
            store.replace(folder / name, data)
            written.append(folder / name)
    for path in folder.iterdir():
        # Of a locale that the briefing has no more, or of a signature: it would go on saying what it said.
        if path.name not in pages and _OURS.fullmatch(path.name):
            path.unlink()
    return tuple(written), tuple(signer.findings)


def _signatures(folder: Path, editions: Sequence["Edition"], signer: EditionSigner) -> dict[int, bytes]:
    """Return the signatures of the lists of editions; one that lies there already stays as long as it is good."""
    from report.notices.status_site import signature_file
    from report.signing.sums import sums

    found = {}
    for edition in editions:
        path = folder / signature_file(edition.number)
        there = path.read_bytes() if path.is_file() else b""
        found[edition.number] = signer.signature(sums(edition.artefacts), edition.released_on, there)
    return {number: signature for number, signature in found.items() if signature}


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
