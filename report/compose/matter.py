"""Front and back matter: what a briefing says of itself, its contents, references, glossary and colophon."""

import dataclasses
import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence

import yaml
from markupsafe import Markup, escape

from report.compose.context import (
    ApprovalContext,
    BackReference,
    BriefingContext,
    ColophonContext,
    ContactContext,
    ContentsEntry,
    GlossaryEntry,
    Named,
    NoteContext,
    PublisherContext,
    ReferenceContext,
    SectionContext,
)
from report.compose.fact_context import PrintedDate, printed_day
from report.compose.issue import Issue
from report.compose.numbering import NoteEntry
from report.compose.pages import qr_code
from report.compose.places import first_in_each_part, part_of_anchors
from report.compose.theme import theme_css
from report.compose.titles import title_lines
from report.compose.tree import Heading
from report.facts.sources import Source
from report.model import Briefing
from report.pages import Metadata
from report.references import Part, format_reference
from report.references.languages import entry_language, has_han, script_of

WORD_JOINER = "\u2060"


@dataclasses.dataclass(frozen=True)
class Colophon:
    """What the colophon says of how a file was made; gathered by the caller, who may ask the machine."""

    fonts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    content_hash: str


def read_labels(templates: Mapping[str, str], locale: str) -> dict[str, str]:
    """Return the words of the page furniture for a locale.

    A region's are those of its script, `labels/zh-Hant.yaml`, and what `labels/zh-Hant-HK.yaml` says otherwise.
    """
    names = [f"labels/{name}.yaml" for name in (locale.rpartition("-")[0], locale)]
    words: dict[str, str] = {}
    for name in names:
        if name in templates:
            loaded = yaml.load(templates[name], Loader=yaml.CBaseLoader) or {}
            words |= {str(key): str(value) for key, value in loaded.items()}
    return words


def contents_entries(
    bodies: Iterable[tuple[SectionContext, tuple[Heading, ...]]],
) -> tuple[ContentsEntry, ...]:
    """Return the sections of the body; the templates know which other parts are printed."""
    entries = []
    for context, headings in bodies:
        below = tuple(ContentsEntry(item.id, "", item.text) for item in headings if item.level == 2)
        entries.append(ContentsEntry(context.id, context.number, context.title, below))
    return tuple(entries)


def reference_entries(
    briefing: Briefing, cited: Mapping[str, Sequence[str]], parts: Sequence[str]
) -> tuple[ReferenceContext, ...]:
    """Return the entries in the order of first citation.

    Args:
        briefing: In the language of the page; its sources are in that which it was written in.
        cited: The anchors of the places that cite a source, by its id.
        parts: The HTML of the parts that cite, in page order; each entry links back to its first place in each.
    """
    homes = part_of_anchors(parts)
    entries = []
    for number, (name, anchors) in enumerate(cited.items(), 1):
        source = briefing.sources[name]
        html = Markup("".join(map(_reference_part, format_reference(source, briefing.original_language))))
        back = tuple(map(BackReference, first_in_each_part(anchors, homes)))
        entries.append(
            ReferenceContext(f"ref-{name}", number, html, back, _entry_lang(briefing, source, html))
        )
    return tuple(entries)


def _entry_lang(briefing: Briefing, source: Source, html: str) -> str:
    """Return the script that an entry's title is looked up in, where it is not the page's own."""
    locale, written_in = briefing.settings.language, briefing.original_language
    if locale == written_in:
        return ""
    language = entry_language(source.language or "", html)
    if not has_han(html):
        # Its commas are those of the standard, full-width, and not the centred ones of Traditional Chinese.
        return language if locale != language else ""
    return script_of(language) or written_in


def _reference_part(part: Part) -> str:
    # What stands after `https://` begins on its line.
    text = str(escape(part.text.replace("://", f"://{WORD_JOINER}")))
    if not part.href:
        return text
    return f'<a class="{escape(part.kind)}" href="{escape(part.href)}">{text}</a>'


def glossary_entries(briefing: Briefing, locale: str) -> tuple[GlossaryEntry, ...]:
    """Return the glossary in the file's order."""
    return tuple(
        GlossaryEntry(
            briefing.text(entry.term, locale),
            briefing.text(entry.label, locale),
            escape(briefing.text(entry.definition, locale)),
        )
        for entry in briefing.glossary
    )


def briefing_context(
    briefing: Briefing,
    labels: Mapping[str, str],
    as_of: datetime.date,
    colophon: Colophon,
    issue: Issue,
    notes: Sequence[NoteEntry],
    **parts: object,
) -> BriefingContext:
    """Return the whole context: what is given as `parts`, and what follows from the briefing itself."""
    settings, locale = briefing.settings, briefing.settings.language
    publisher = PublisherContext(
        name=briefing.text(settings.publisher.name, locale),
        url=settings.publisher.url or "",
        address=briefing.text(settings.publisher.address, locale),
        contact=briefing.text(settings.publisher.contact, locale),
    )
    printed_as_of = printed_day(as_of, locale)
    # A name is signed in the briefing's own language, and is not translated.
    foreign = briefing.original_language if briefing.original_language != locale else ""
    word = "edition_number" if issue.is_released else "edition_unreleased"
    edition = labels[word].format(number=issue.number)
    title = briefing.text(settings.title, locale)
    subtitle = briefing.text(settings.subtitle, locale)
    code = qr_code(publisher.url, f"{labels['latest']} {publisher.url}")
    return BriefingContext(
        lang=locale,
        title=title,
        title_lines=title_lines(title),
        subtitle=subtitle,
        edition=edition,
        approvals=tuple(
            ApprovalContext(item.role, item.by, printed_day(item.on, locale), foreign)
            for item in issue.approvals
        ),
        as_of=printed_as_of,
        next_review=_next_review(as_of, settings.review_interval_days, locale),
        publisher=publisher,
        authors=tuple(briefing.text(author, locale) for author in settings.authors),
        disclosure=briefing.text(settings.disclosure, locale),
        keywords=tuple(briefing.text(keyword, locale) for keyword in settings.keywords),
        description=subtitle,
        notes=tuple(
            NoteContext(note.anchor, note.number, Markup(note.html), tuple(map(BackReference, note.back)))
            for note in notes
        ),
        glossary=glossary_entries(briefing, locale),
        contact=ContactContext(publisher, publisher.url, code),
        colophon=ColophonContext(
            fonts=tuple(Named(*item) for item in colophon.fonts),
            versions=tuple(Named(*item) for item in colophon.versions),
            content_hash=colophon.content_hash,
            release=_release(issue, labels, locale),
        ),
        labels=labels,
        theme_css=theme_css(settings.theme),
        **parts,  # type: ignore[arg-type]
    )


def metadata_of(
    briefing: Briefing, context: BriefingContext, as_of: datetime.date, issue: Issue, view: str, digest: str
) -> Metadata:
    """Return what a file of a view says of itself.

    Its identifier is a UUID (RFC 9562, version 5) of the edition and of `digest`, a hash of the view's content.
    """
    name = f"{briefing.slug} {view} {context.lang} {issue.number} {as_of} {digest}"
    return Metadata(
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, name).urn,
        title=context.title,
        subtitle=context.subtitle,
        lang=context.lang,
        authors=context.authors or (context.publisher.name,),
        publisher=context.publisher.name,
        description=context.description,
        keywords=context.keywords,
        edition=context.edition,
        edition_number=issue.number,
        is_released=issue.is_released,
        as_of=as_of,
        as_of_text=context.as_of.text,
    )


def _release(issue: Issue, labels: Mapping[str, str], locale: str) -> str:
    """Return the sentence that says when the edition was released; empty where it is not."""
    if not issue.is_released or issue.released_on is None:
        return ""
    word = "released_erratum" if issue.is_erratum else "released"
    day = printed_day(issue.released_on, locale).text
    return labels[word].format(number=issue.number, day=day, reason=issue.reason)


def _next_review(as_of: datetime.date, days: int | None, locale: str) -> PrintedDate:
    if days is None:
        return PrintedDate("", "")
    return printed_day(as_of + datetime.timedelta(days=days), locale)
