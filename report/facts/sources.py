"""Sources as `sources.yaml` states them: entries of CSL-JSON 1.0.2, and where to look for changes."""

import re
from typing import Annotated, Any, Self

import pydantic

from report.facts.dates import FactDate
from report.facts.errors import refusal, refusals_at
from report.facts.terms import TierWord, choose
from report.scalars import Many, Schema, Slug, Text

# https://docs.citationstyles.org/en/stable/specification.html, appendix III.
CSL_TYPES = (
    *("article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast"),
    *("chapter", "classic", "collection", "dataset", "document", "entry", "entry-dictionary"),
    *("entry-encyclopedia", "event", "figure", "graphic", "hearing", "interview", "legal_case"),
    *("legislation", "manuscript", "map", "motion_picture", "musical_score", "pamphlet"),
    *("paper-conference", "patent", "performance", "periodical", "personal_communication", "post"),
    *("post-weblog", "regulation", "report", "review", "review-book", "software", "song", "speech"),
    *("standard", "thesis", "treaty", "webpage"),
)


def _csl_type(value: Any) -> str:
    return choose(value, "type of source", CSL_TYPES)


def _csl_date(value: Any) -> Any:
    """Return the EDTF text of a CSL date; anything but a mapping is left to be read as EDTF."""
    if not isinstance(value, dict):
        return value
    for key in value:
        if key not in ("date-parts", "circa"):
            hint = "write an EDTF text instead, such as 2025-05-20"
            raise refusals_at(
                [((key,), refusal("date_invalid", f"a date may not have the key {key!r}", hint))]
            )
    parts = value.get("date-parts")
    if not isinstance(parts, list) or len(parts) not in (1, 2) or not all(map(_are_date_parts, parts)):
        hint = 'write them as [["2025", "5", "20"]], or an EDTF text such as 2025-05-20'
        error = refusal("date_invalid", "date-parts are no year, month and day", hint)
        raise refusals_at([(("date-parts",), error)])
    mark = "~" if value.get("circa") in ("true", "1", True) else ""
    return "/".join("-".join([one[0].zfill(4), *(n.zfill(2) for n in one[1:])]) + mark for one in parts)


def _are_date_parts(parts: Any) -> bool:
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        return False
    return bool(re.fullmatch(r"[0-9]{1,4}(-[0-9]{1,2}){0,2}", "-".join(parts)))


def _matching(pattern: str, kind: str, what: str, hint: str) -> pydantic.AfterValidator:
    expression = re.compile(pattern)

    def check(value: str | None) -> str | None:
        if value is not None and not expression.fullmatch(value):
            raise refusal(kind, f"{value[:80]!r} is no {what}", hint)
        return value

    return pydantic.AfterValidator(check)


WebAddress = Annotated[
    Text | None,
    _matching(r"https?://[^\s/]+\S*", "address_invalid", "web address", "begin it with https://"),
]
CslDate = Annotated[FactDate | None, pydantic.BeforeValidator(_csl_date)]
# https://www.doi.org/doi-handbook/HTML/doi-name-syntax.html: 10, a registrant's code, a suffix.
Doi = Annotated[
    Text | None,
    _matching(
        r"10\.[0-9]{4,9}(\.[0-9]+)*/\S+", "doi_invalid", "DOI", "write it without an address: 10.1016/j.x"
    ),
]
Sha256 = Annotated[
    Text | None,
    _matching("[0-9a-f]{64}", "hash_invalid", "SHA-256", "write its 64 hexadecimal digits in lower case"),
]
Language = Annotated[
    Text | None,
    _matching(
        "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "language_invalid", "language", "write a BCP 47 tag: zh-CN, en, ja"
    ),
]


class Name(Schema):
    """A person by family and given name, or a body (or a person written in one piece) by `literal`."""

    family: Text | None = None
    given: Text | None = None
    literal: Text | None = None
    suffix: Text | None = None
    dropping_particle: Text | None = pydantic.Field(default=None, alias="dropping-particle")
    non_dropping_particle: Text | None = pydantic.Field(default=None, alias="non-dropping-particle")

    @pydantic.model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if (self.family is None) == (self.literal is None):
            raise refusal(
                "name_invalid",
                "a name has a family name or is literal, one of the two",
                "write {family: 陈, given: 耀龙} for a person, {literal: 国家药品监督管理局} for a body",
            )
        return self


def _selector(value: str | None) -> str | None:
    if value is None:
        return None
    import cssselect

    try:
        cssselect.HTMLTranslator().css_to_xpath(value)
    except (cssselect.SelectorError, cssselect.ExpressionError) as error:
        message = f"{value[:80]!r} is no CSS selector: {str(error)[:100]}"
        raise refusal("selector_invalid", message, "write such as #content or main article") from None
    return value


class Watch(Schema):
    """What to look at for a change of the source.

    Attributes:
        url: What to fetch; None stands for the source's own address.
        selector: A CSS selector of the part that counts; None stands for the whole page.
    """

    url: WebAddress = None
    selector: Annotated[Text | None, pydantic.AfterValidator(_selector)] = None


class Source(Schema):
    """Where facts come from: an entry of the references.

    Keys are CSL's own; an attribute here is the key with `_` for `-`, in lower case. Titles and names
    are text in the language of the source, not translated for a locale.

    Attributes:
        tier: How near it stands to what it reports.
        archived_url: A copy that will not change.
        watch: What to look at for changes.
        sha256: Of the document as it was read.
    """

    id: Slug
    type: Annotated[str, pydantic.BeforeValidator(_csl_type)]
    title: Text
    author: Many[Name] = ()
    editor: Many[Name] = ()
    translator: Many[Name] = ()
    collection_editor: Many[Name] = pydantic.Field(default=(), alias="collection-editor")
    container_author: Many[Name] = pydantic.Field(default=(), alias="container-author")
    recipient: Many[Name] = ()
    issued: CslDate = None
    accessed: CslDate = None
    submitted: CslDate = None
    event_date: CslDate = pydantic.Field(default=None, alias="event-date")
    original_date: CslDate = pydantic.Field(default=None, alias="original-date")
    available_date: CslDate = pydantic.Field(default=None, alias="available-date")
    title_short: Text | None = pydantic.Field(default=None, alias="title-short")
    container_title: Text | None = pydantic.Field(default=None, alias="container-title")
    container_title_short: Text | None = pydantic.Field(default=None, alias="container-title-short")
    collection_title: Text | None = pydantic.Field(default=None, alias="collection-title")
    collection_number: Text | None = pydantic.Field(default=None, alias="collection-number")
    original_title: Text | None = pydantic.Field(default=None, alias="original-title")
    event_title: Text | None = pydantic.Field(default=None, alias="event-title")
    event_place: Text | None = pydantic.Field(default=None, alias="event-place")
    publisher: Text | None = None
    publisher_place: Text | None = pydantic.Field(default=None, alias="publisher-place")
    authority: Text | None = None
    jurisdiction: Text | None = None
    volume: Text | None = None
    number_of_volumes: Text | None = pydantic.Field(default=None, alias="number-of-volumes")
    issue: Text | None = None
    page: Text | None = None
    page_first: Text | None = pydantic.Field(default=None, alias="page-first")
    number_of_pages: Text | None = pydantic.Field(default=None, alias="number-of-pages")
    chapter_number: Text | None = pydantic.Field(default=None, alias="chapter-number")
    section: Text | None = None
    supplement: Text | None = None
    number: Text | None = None
    version: Text | None = None
    edition: Text | None = None
    genre: Text | None = None
    medium: Text | None = None
    status: Text | None = None
    language: Language = None
    url: WebAddress = pydantic.Field(default=None, alias="URL")
    doi: Doi = pydantic.Field(default=None, alias="DOI")
    isbn: Text | None = pydantic.Field(default=None, alias="ISBN")
    issn: Text | None = pydantic.Field(default=None, alias="ISSN")
    pmid: Text | None = pydantic.Field(default=None, alias="PMID")
    pmcid: Text | None = pydantic.Field(default=None, alias="PMCID")
    archive: Text | None = None
    archive_place: Text | None = pydantic.Field(default=None, alias="archive-place")
    archive_location: Text | None = pydantic.Field(default=None)
    call_number: Text | None = pydantic.Field(default=None, alias="call-number")
    source: Text | None = None
    abstract: Text | None = None
    annote: Text | None = None
    keyword: Text | None = None
    note: Text | None = None
    tier: TierWord = None
    archived_url: WebAddress = None
    watch: Watch | None = None
    sha256: Sha256 = None
