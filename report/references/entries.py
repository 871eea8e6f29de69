"""Entries of the reference list: GB/T 7714-2025, clauses 7 and 8."""

import dataclasses
import re
import urllib.parse

from report.facts.sources import Name, Source
from report.references import dates
from report.references.languages import Words, edition_statement, entry_language, words
from report.references.names import format_names
from report.references.parts import (
    STANDARD,
    Part,
    Punctuation,
    assemble,
    clean,
    doi_part,
    url_part,
    without_final_stop,
)

# Annex A of the 2025 edition, by CSL 1.0.2 type; every other type is `Z`. CSL calls a preprint `article`, and
# an archive's holdings `collection`. Why laws are archives: see the package.
_MARKS = {
    "article": "PP",
    "article-journal": "J",
    "article-magazine": "J",
    "article-newspaper": "N",
    "bill": "A",
    "book": "M",
    "chapter": "M",
    "classic": "M",
    "collection": "A",
    "dataset": "DS",
    "entry": "M",
    "entry-dictionary": "M",
    "entry-encyclopedia": "M",
    "hearing": "A",
    "legal_case": "A",
    "legislation": "A",
    "manuscript": "A",
    "map": "CM",
    "pamphlet": "M",
    "paper-conference": "C",
    "patent": "P",
    "periodical": "J",
    "personal_communication": "A",
    "post": "EB",
    "post-weblog": "EB",
    "regulation": "A",
    "report": "R",
    "review": "J",
    "review-book": "J",
    "software": "CP",
    "standard": "S",
    "thesis": "D",
    "treaty": "A",
    "webpage": "EB",
}
_OTHER = "Z"
_SERIALS = {"article-journal", "article-magazine", "article-newspaper", "review", "review-book"}
_LAWS = {"bill", "hearing", "legal_case", "legislation", "regulation", "treaty"}
_NUMBERED = {"A", "EB", "P", "R", "Z"}
_ON_PLATFORMS = {"DB", "DS", "PP", "Z"}
_READ_ONLINE = {*_ON_PLATFORMS, "CP", "EB"}
_CARRIERS = {"CD", "DK", "MM", "MT", "OL"}
# 7.5.2.3 and 7.5.3.3: printed works say that place or publisher is unknown, online ones say nothing.
_PUBLISHED = {"C", "D", "M"}


@dataclasses.dataclass(frozen=True)
class _Entry:
    """A source, cleaned, with what its language and the list's signs decide."""

    source: Source
    mark: str
    language: str
    words: Words
    signs: Punctuation

    @property
    def url(self) -> str:
        return self.source.url or self.source.archived_url or ""

    @property
    def doi(self) -> str:
        return self.source.doi or ""

    @property
    def is_online(self) -> bool:
        return bool(self.url or self.doi)

    @property
    def host(self) -> str:
        """The book, proceedings or meeting that the work stands in."""
        meeting = self.source.event_title if self.mark == "C" else None
        return clean(self.source.container_title or meeting or "")

    @property
    def pages(self) -> str:
        return re.sub(r"(?<=\w)\s*(?:--|[–—~～])\s*(?=\w)", "-", clean(self.source.page or ""))

    @property
    def issued(self) -> str:
        return str(self.source.issued or "")


def format_reference(source: Source, locale: str, punctuation: Punctuation = STANDARD) -> tuple[Part, ...]:
    """Return a source's entry without its number, as runs of text and links, ending with a full stop.

    GB/T 7714-2025, clause 8, sequential numbering. Nothing is markup: whoever makes HTML of it escapes it.

    Args:
        source: Its texts in the language of the work itself (5.1), which `language` or else the title's
            script tells; that language chooses 等 or et al.
        locale: The reader's (BCP 47); it settles only the script of what is added to Chinese entries.
        punctuation: `STANDARD` (clause 6) or `HALF_WIDTH`.
    """
    language = reference_language(source)
    entry = _Entry(source, _mark(source), language, words(language, locale), punctuation)
    return assemble(_elements(entry), _access(entry))


def reference_language(source: Source) -> str:
    """Return the language tag of an entry, declared or told from the title: what `lang` should say."""
    return entry_language(source.language or "", source.title)


def plain_text(source: Source, locale: str = "zh-Hans", punctuation: Punctuation = STANDARD) -> str:
    """Return a source's entry as one line of text; see `format_reference`."""
    return "".join(part.text for part in format_reference(source, locale, punctuation))


def _mark(source: Source) -> str:
    if source.type == "dataset" and clean(source.genre or "").lower() in ("database", "数据库", "資料庫"):
        return "DB"  # CSL has no type for databases.
    return _MARKS.get(source.type, _OTHER)


def _elements(entry: _Entry) -> list[str]:
    source = entry.source
    authors, title, translators = _authors(entry), _title(entry), _translators(entry)
    if entry.mark == "S" and source.number:
        return [title]  # 8.9: number and name are the whole entry.
    if source.type in _SERIALS:
        return [authors, title, translators, _serial(entry)]
    if entry.mark in _READ_ONLINE and entry.is_online:
        return [authors, title, translators, *_platform(entry)]
    if source.type in _LAWS and entry.is_online:
        return [authors, title, translators, _online_dates(entry)]
    if entry.mark == "C" and entry.host and not source.publisher:
        return [authors, _meeting(entry, title)]
    return [authors, *_host(entry, title, translators), _imprint(entry)]


def _names(entry: _Entry, names: tuple[Name, ...]) -> str:
    return format_names(names, entry.words, entry.signs)


def _authors(entry: _Entry) -> str:
    """Return who answers for the work: its authors, a law's authority, else a whole book's editors."""
    source = entry.source
    if not source.author and source.authority and source.type in _LAWS:
        return clean(source.authority)
    return _names(entry, source.author or (() if entry.host else source.editor))


def _translators(entry: _Entry) -> str:
    """Return 8.2.1: `徐超，译`, an element of its own."""
    names = _names(entry, entry.source.translator)
    return entry.signs.with_comma(names, entry.words.translated) if names else ""


def _title(entry: _Entry) -> str:
    source, signs = entry.source, entry.signs
    title = without_final_stop(clean(source.title))
    number = clean(source.number or (source.archive_location if entry.mark == "A" else "") or "")
    if entry.mark == "S":
        title = f"{number} {title}".strip()
    elif entry.mark in _NUMBERED:
        title = signs.with_colon(title, number)
    elif not entry.host:
        title = signs.with_colon(title, _volume(entry))
    medium = clean(source.medium or "").upper()
    carrier = medium if medium in _CARRIERS else "OL" if entry.is_online else ""
    return f"{title}[{'/'.join(filter(None, (entry.mark, carrier)))}]"


def _volume(entry: _Entry) -> str:
    """Return a book's volume, `第2卷` or `v.2`; words as they are (`巳集上`)."""
    volume = clean(entry.source.volume or "")
    return entry.words.volume.format(volume) if volume.isdigit() else volume


def _serial(entry: _Entry) -> str:
    """Return 8.5: `刊名，年，卷（期）：页码`, or `报名，年-月-日（版次）`."""
    source, signs = entry.source, entry.signs
    name = clean(source.container_title or "")
    if source.type == "article-newspaper":
        return signs.with_comma(name, dates.full(entry.issued)) + signs.parenthesised(entry.pages)
    name = name.replace(".", "")  # 7.2.1: J. Math. Phys. is printed `J Math Phys`.
    volume, issue = clean(source.volume or ""), clean(source.issue or "")
    # 8.5.1.1: an article without volume and issue was published online first and has its whole date.
    date = dates.year(entry.issued) if volume or issue else dates.full(entry.issued)
    place = signs.with_comma(name, date, volume) + signs.parenthesised(issue)
    return signs.with_colon(place, entry.pages or clean(source.number or ""))


def _platform(entry: _Entry) -> list[str]:
    """Return 8.11, 8.14 and 8.15: version, then platform, date and access date in one element."""
    source = entry.source
    version = clean(source.version or source.edition or "")
    if re.match(r"[0-9]", version):
        version = f"V{version}"
    platform = ""
    if entry.mark in _ON_PLATFORMS:
        platform = clean(source.publisher or source.container_title or "")
    return [version, platform + _online_dates(entry)]


def _online_dates(entry: _Entry) -> str:
    """Return 7.6: `（2012-05-03）[2013-11-12]`; only for what was read online."""
    accessed = str(entry.source.accessed or "")
    return entry.signs.parenthesised(dates.full(entry.issued)) + (f"[{accessed}]" if accessed else "")


def _host(entry: _Entry, title: str, translators: str) -> list[str]:
    """Return title, translators and edition; 8.3: what stands in another work, `//` and that work."""
    source, signs = entry.source, entry.signs
    edition = edition_statement(clean(source.edition or source.version or ""), entry.language)
    if not entry.host:
        return [title, translators, edition]
    own = f"{title}. {translators}" if translators else title
    answerable = _names(entry, source.container_author or source.editor)
    host = signs.with_colon(entry.host, _volume(entry))
    return [f"{own}//{answerable}. {host}" if answerable else f"{own}//{host}", edition]


def _meeting(entry: _Entry, title: str) -> str:
    """Return 8.6.3: a paper of unpublished proceedings, `题名[C]//会议名称，会议年份：页码`."""
    year = dates.year(entry.issued or str(entry.source.event_date or ""))
    return entry.signs.with_colon(entry.signs.with_comma(f"{title}//{entry.host}", year), entry.pages)


def _imprint(entry: _Entry) -> str:
    """Return `出版地：出版者，出版年：页码`, by type with what the edition of 2025 keeps of it."""
    source, signs = entry.source, entry.signs
    place, publisher = clean(source.publisher_place or ""), clean(source.publisher or "")
    if entry.mark == "A" and not publisher:
        place, publisher = clean(source.archive_place or ""), clean(source.archive or "")  # 8.12
    date = dates.year(entry.issued)
    if entry.mark in ("A", "P", "R"):
        date = dates.full(entry.issued)  # 7.5.4.2
    if entry.mark == "P" or (entry.mark == "R" and entry.is_online):
        place = publisher = ""  # 8.8 and 8.10 know neither.
    if entry.mark in _PUBLISHED and not entry.is_online:
        place, publisher = _unknown(entry, place, publisher)
    return signs.with_colon(signs.with_comma(signs.with_colon(place, publisher), date), entry.pages)


def _unknown(entry: _Entry, place: str, publisher: str) -> tuple[str, str]:
    no_place, no_publisher = entry.words.no_place, entry.words.no_publisher
    if place and publisher:
        return place, publisher
    if not place and not publisher:
        # GB/T 7714-2015, A.3, shares one pair of brackets: `[S.l.: s.n.]`.
        return "", f"[{entry.signs.with_colon(no_place, no_publisher)}]"
    return place or f"[{no_place}]", publisher or f"[{no_publisher}]"


def _access(entry: _Entry) -> list[list[Part]]:
    """Return 7.8 and 7.9: the address, and the DOI unless the address holds it."""
    paths: list[list[Part]] = []
    if entry.url:
        paths.append([url_part(entry.url)])
    if entry.doi and entry.doi.lower() not in urllib.parse.unquote(entry.url).lower():
        paths.append([Part("text", "DOI:"), doi_part(entry.doi)])
    return paths
