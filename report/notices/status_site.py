"""The pages that say which edition is the latest: a folder for any web host, that asks nothing and knows no clinic.

`index` is of the briefing, `3` of its third edition, which QR codes lead to (`report.distribution.status_page`); each
is there in every locale of the briefing. `editions.json` says the same to programs. `3.sha256sums` lists the files of
the third edition, signed where the publisher signs; `publisher.pem` is whose signature it is.
"""

import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence

from report.compose.changes import changes_since
from report.compose.changes_in_locale import Translate, changes_in_locale
from report.compose.context import ChangesSince, PublisherContext
from report.compose.fact_context import Badge, PrintedDate, printed_day
from report.compose.pages import render_page
from report.editions.comparison import compare
from report.editions.record import Edition
from report.editions.withdrawals import Withdrawal, state_of, withdrawal_of
from report.notices.context import Said, edition_badge
from report.notices.corrections import Teller
from report.signing.sums import SIGNATURE_FILE, SUMS_FILE, sums

ENTRY = "status/edition.html"
INDEX = "status/index.html"
FORMAT, VERSION = "jianbao-status", 1
JSON_FILE = "editions.json"
CERTIFICATE_FILE = "publisher.pem"
# What each language calls itself, so that its readers find it.
_NAMES = {
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "zh-Hant-HK": "繁體中文（香港）",
    "zh-Hant-TW": "繁體中文（臺灣）",
    "en": "English",
}

Words = Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class SiteLocale:
    """A language of the site.

    Attributes:
        locale: BCP 47.
        words: The labels of the locale.
        translate: Tells a text of the editions in it; None where that is their own.
        sender: The publisher, in it.
    """

    locale: str
    words: Words
    translate: Translate | None
    sender: PublisherContext


@dataclasses.dataclass(frozen=True)
class Site:
    """What the site is made of.

    Attributes:
        briefing: The slug.
        editions: All that were released, oldest first; at least one.
        withdrawals: Of those that are withdrawn.
        locales: The first one's pages have no locale in their names.
        theme_css: Declarations of custom properties.
        signatures: Of the lists of the editions, by their numbers; those that there are.
        certificate: The publisher's, PEM; empty where nothing is signed.
        fingerprint: Its SHA-256, as `openssl x509 -fingerprint` prints it.
    """

    briefing: str
    editions: tuple[Edition, ...]
    withdrawals: tuple[Withdrawal, ...]
    locales: tuple[SiteLocale, ...]
    theme_css: str = ""
    signatures: Mapping[int, bytes] = dataclasses.field(default_factory=dict)
    certificate: bytes = b""
    fingerprint: str = ""

    @property
    def current(self) -> Edition | None:
        """The edition that is current; None where the last one is withdrawn."""
        last = self.editions[-1]
        return last if withdrawal_of(last.number, self.withdrawals) is None else None


@dataclasses.dataclass(frozen=True)
class Alternate:
    """The same page in another language: its locale, what the language calls itself, and the file."""

    lang: str
    name: str
    href: str


@dataclasses.dataclass(frozen=True)
class EditionLine:
    """An edition among all: its state, its days, why it was withdrawn, and its page."""

    edition: str
    href: str
    state: Badge
    as_of: PrintedDate
    released_on: PrintedDate
    mark: str
    withdrawal: Said | None
    is_own: bool


@dataclasses.dataclass(frozen=True)
class StatusPage:
    """All that a template of the site sees.

    Attributes:
        lang: BCP 47.
        name: The page's own title.
        title: Of the briefing.
        edition: 第1版; empty on the page of the briefing.
        state: Of the edition, or of the briefing: as badge.
        sentence: The same in a sentence.
        current: Which edition is current, in a sentence; empty on its own page.
        current_href: Its page; empty where none is current.
        as_of: 数据截至; None on the page of the briefing, as are the next four.
        released_on: The day of the release.
        withdrawn_on: The day of the withdrawal, if it is withdrawn.
        reason: Why.
        instruction: What is to be done with what was handed out; empty unless withdrawn.
        changes: Since the edition, to the current one; of the current one, since the one before.
        files: Name and SHA-256 (hex) of each file of the edition.
        lists: The same as a file, and its signature where there is one: under which name each is kept, and where.
        fingerprint: Of the publisher's certificate, which `certificate_href` has; empty where nothing is signed.
        certificate_href: Its file.
        editions: All, the newest first.
        alternates: This page in all languages.
        index_href: The page of the briefing.
        sender: The publisher.
        labels: The words of the page furniture.
        theme_css: Declarations of custom properties, for `:root`.
    """

    lang: str
    name: str
    title: Said
    edition: str
    state: Badge
    sentence: str
    current: str
    current_href: str
    as_of: PrintedDate | None
    released_on: PrintedDate | None
    withdrawn_on: PrintedDate | None
    reason: Said | None
    instruction: str
    changes: ChangesSince | None
    files: tuple[tuple[str, str], ...]
    lists: tuple[tuple[str, str], ...]
    fingerprint: str
    certificate_href: str
    editions: tuple[EditionLine, ...]
    alternates: tuple[Alternate, ...]
    index_href: str
    sender: PublisherContext
    labels: Words
    theme_css: str


def status_site(site: Site, templates: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of the site by name: the same for the same editions, on any machine.

    Raises:
        RenderingError: A template cannot be run.
    """
    files = {JSON_FILE: _json(site)}
    for locale in site.locales:
        pages = _Pages(site, locale)
        files[pages.href("index")] = render_page(templates, pages.index(), INDEX).encode()
        for edition in site.editions:
            page = pages.of_edition(edition)
            files[pages.href(str(edition.number))] = render_page(templates, page, ENTRY).encode()
    for edition in site.editions:
        files[list_file(edition.number)] = sums(edition.artefacts)
        if edition.number in site.signatures:
            files[signature_file(edition.number)] = site.signatures[edition.number]
    if site.certificate:
        files[CERTIFICATE_FILE] = site.certificate
    return files


def list_file(number: int) -> str:
    """Return the name of the list of an edition's files, which lies beside its page."""
    return f"{number}.sha256sums"


def signature_file(number: int) -> str:
    """Return the name of the signature of that list."""
    return f"{list_file(number)}.p7s"


class _Pages:
    """Makes the pages of one language."""

    def __init__(self, site: Site, own: SiteLocale) -> None:
        self._site, self._own, self._words = site, own, own.words
        self._teller = Teller(site.editions[0].lang, own.translate)

    def href(self, stem: str, locale: str | None = None) -> str:
        """Return the file of a page in a language, this one's by default."""
        locale = locale or self._own.locale
        is_first = locale == self._site.locales[0].locale
        return f"{stem}.html" if is_first else f"{stem}.{locale}.html"

    def index(self) -> StatusPage:
        """Return the page of the briefing."""
        current = self._site.current
        title = self._teller.said(self._site.editions[-1].title)
        sentence = self._current() or self._words["status_none_current"]
        badge = edition_badge("current" if current else "withdrawn", self._words)
        href = self.href(str(current.number)) if current else ""
        name = self._words["status_name"].format(title=title.text)
        return self._page(name, title, "index", badge, sentence, current_href=href)

    def of_edition(self, edition: Edition) -> StatusPage:
        """Return the page of an edition."""
        site, words = self._site, self._words
        withdrawal = withdrawal_of(edition.number, site.withdrawals)
        state = state_of(edition.number, site.editions[-1].number, site.withdrawals)
        title = self._teller.said(edition.title)
        printed = words["edition_number"].format(number=edition.number)
        is_current = state == "current"
        page = self._page(
            words["status_edition_name"].format(
                title=title.text, edition=printed, state=words[f"edition_{state}"]
            ),
            title,
            str(edition.number),
            edition_badge(state, words),
            words[f"status_is_{state}"],
            current_href="" if is_current or site.current is None else self.href(str(site.current.number)),
            own=edition,
        )
        return dataclasses.replace(
            page,
            edition=printed,
            current="" if is_current else self._current() or words["status_none_current"],
            as_of=self._day(edition.as_of),
            released_on=self._day(edition.released_on),
            withdrawn_on=self._day(withdrawal.on) if withdrawal else None,
            reason=self._teller.said(withdrawal.reason) if withdrawal else None,
            instruction=words["notice_yes" if withdrawal.must_return else "notice_no"] if withdrawal else "",
            changes=self._changes(edition),
            files=tuple(sorted(edition.artefacts.items())),
            lists=tuple(self._lists(edition.number)),
        )

    def _page(
        self,
        name: str,
        title: Said,
        stem: str,
        state: Badge,
        sentence: str,
        *,
        current_href: str,
        own: Edition | None = None,
    ) -> StatusPage:
        return StatusPage(
            lang=self._own.locale,
            name=name,
            title=title,
            edition="",
            state=state,
            sentence=sentence,
            current="",
            current_href=current_href,
            as_of=None,
            released_on=None,
            withdrawn_on=None,
            reason=None,
            instruction="",
            changes=None,
            files=(),
            lists=(),
            fingerprint=self._site.fingerprint,
            certificate_href=CERTIFICATE_FILE if self._site.certificate else "",
            editions=tuple(self._lines(own)),
            alternates=tuple(
                Alternate(one.locale, _NAMES[one.locale], self.href(stem, one.locale))
                for one in self._site.locales
            ),
            index_href=self.href("index"),
            sender=self._own.sender,
            labels=self._words,
            theme_css=self._site.theme_css,
        )

    def _lines(self, own: Edition | None) -> Iterator[EditionLine]:
        last = self._site.editions[-1].number
        for edition in reversed(self._site.editions):
            withdrawal = withdrawal_of(edition.number, self._site.withdrawals)
            yield EditionLine(
                self._words["edition_number"].format(number=edition.number),
                self.href(str(edition.number)),
                edition_badge(state_of(edition.number, last, self._site.withdrawals), self._words),
                self._day(edition.as_of),
                self._day(edition.released_on),
                self._words["erratum"] if edition.is_erratum else "",
                self._teller.said(withdrawal.reason) if withdrawal else None,
                edition is own,
            )

    def _lists(self, number: int) -> Iterator[tuple[str, str]]:
        yield SUMS_FILE, list_file(number)
        if number in self._site.signatures:
            yield SIGNATURE_FILE, signature_file(number)

    def _changes(self, edition: Edition) -> ChangesSince | None:
        """Return what changed since an edition up to the current one; of that one, since the one before."""
        editions, current = self._site.editions, self._site.current
        if current is None:
            return None
        number = edition.number if edition is not current else edition.number - 1
        if number < 1:
            return None
        changes = compare(editions[number - 1], current, editions[number:])
        if self._own.translate is None:
            return changes_since(changes, self._words)
        told = changes_in_locale(
            editions, self._words, changes, self._own.locale, self._own.translate, is_released=True
        )
        return told.since

    def _current(self) -> str:
        current = self._site.current
        if current is None:
            return ""
        number = self._words["edition_number"].format(number=current.number)
        return self._words["status_current_is"].format(edition=number, as_of=self._day(current.as_of).text)

    def _day(self, day: datetime.date) -> PrintedDate:
        return printed_day(day, self._own.locale)


def _json(site: Site) -> bytes:
    data = {
        "format": FORMAT,
        "version": VERSION,
        "briefing": site.briefing,
        "title": site.editions[-1].title,
        "lang": site.editions[-1].lang,
        "current": site.current.number if site.current else None,
        "editions": [_edition_data(edition, site) for edition in site.editions],
    }
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _edition_data(edition: Edition, site: Site) -> dict[str, object]:
    withdrawal = withdrawal_of(edition.number, site.withdrawals)
    told: Sequence[tuple[str, object]] = ()
    if withdrawal is not None:
        told = (
            ("on", withdrawal.on.isoformat()),
            ("reason", withdrawal.reason),
            ("replaced_by", withdrawal.replaced_by or None),
            ("must_return", withdrawal.must_return),
        )
    return {
        "edition": edition.number,
        "state": state_of(edition.number, site.editions[-1].number, site.withdrawals),
        "as_of": edition.as_of.isoformat(),
        "released_on": edition.released_on.isoformat(),
        "is_erratum": edition.is_erratum,
        "erratum": edition.reason or None,
        "withdrawn": dict(told) or None,
        "page": f"{edition.number}.html",
        "sha256": dict(sorted(edition.artefacts.items())),
    }
