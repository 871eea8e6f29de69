"""Two editions as one text: everything in full, what was deleted and inserted marked word by word."""

from collections.abc import Iterator, Mapping, Sequence

from report.compose.changes import change_groups, changes_since, title_of
from report.compose.context import Excerpt
from report.compose.fact_context import printed_day
from report.compose.pages import render_page
from report.compose.redline_context import RedlineContext, RedlineEdition, RedlineSection
from report.editions.alignment import Block
from report.editions.difference import (
    Changes,
    Event,
    FactChange,
    SectionChange,
    TextChange,
    TriggerChange,
)
from report.editions.record import Edition, SectionState
from report.editions.redline import Piece

ENTRY = "pdf/redline.html"
_BLOCK_EVENTS = {"added": Event.ADDED, "removed": Event.REMOVED, "moved": Event.MOVED}

Words = Mapping[str, str]


def render_redline(
    templates: Mapping[str, str],
    changes: Changes,
    words: Words,
    *,
    theme_css: str = "",
    is_released: bool = True,
) -> str:
    """Return the redline from one edition to another as an HTML page that needs no other file.

    Args:
        templates: By name.
        changes: What changed.
        words: The labels of the language that the newer edition is in.
        theme_css: Declarations of custom properties (`report.compose.theme`).
        is_released: Whether the newer edition is released; one that is not says so.

    Raises:
        RenderingError: The template cannot be run.
    """
    context = redline_context(changes, words, theme_css=theme_css, is_released=is_released)
    return render_page(templates, context, ENTRY)


def redline_context(
    changes: Changes, words: Words, *, theme_css: str = "", is_released: bool = True
) -> RedlineContext:
    """Return what the template of a redline sees; arguments as `render_redline`."""
    since = changes_since(changes, words)
    old = _edition(changes.old, words["edition_number"])
    new = _edition(changes.new, words["edition_number" if is_released else "edition_unreleased"])
    told = [
        item
        for item in changes
        if isinstance(item, FactChange | TriggerChange)
        or (isinstance(item, TextChange) and item is not changes.title)
    ]
    return RedlineContext(
        lang=changes.new.lang,
        name=words["redline_name"].format(title=changes.new.title, old=old.edition, new=new.edition),
        plain_title=changes.new.title,
        title=changes.title.pieces if changes.title else _same(changes.new.title),
        old=old,
        new=new,
        summary=since.summary,
        corrections=since.corrections,
        key_points=tuple(_key_points(changes, words)),
        groups=change_groups(changes, told, words),
        sections=tuple(_sections(changes, words)),
        labels=words,
        theme_css=theme_css,
    )


def _edition(edition: Edition, pattern: str) -> RedlineEdition:
    return RedlineEdition(pattern.format(number=edition.number), printed_day(edition.as_of, edition.lang))


def _key_points(changes: Changes, words: Words) -> Iterator[Excerpt]:
    changed = {item.index: item for item in changes.key_points if item.new is not None}
    for index, point in enumerate(changes.new.key_points, 1):
        item = changed.get(index)
        yield Excerpt(_mark(item.event, words), item.pieces) if item else Excerpt("", _same(point.text))
    for item in changes.key_points:
        if item.new is None:
            yield Excerpt(_mark(item.event, words), item.pieces)


def _sections(changes: Changes, words: Words) -> Iterator[RedlineSection]:
    changed = {item.id: item for item in changes.sections}
    for section in changes.new.sections:
        item = changed.pop(section.id, None)
        yield _changed_section(item, words) if item else _same_section(section)
    for item in changed.values():
        yield _changed_section(item, words)


def _changed_section(change: SectionChange, words: Words) -> RedlineSection:
    whole = [event for event in change.events if event is not Event.CHANGED]
    # The blocks of a section that is new or gone say no more than its own mark does.
    is_told = not {Event.ADDED, Event.REMOVED}.isdisjoint(whole)
    return RedlineSection(
        id=change.id,
        name=title_of(change),
        mark=_mark(whole[0], words) if whole else "",
        title=change.title,
        blocks=_blocks(change.blocks, words, is_marked=not is_told),
        is_changed=True,
    )


def _blocks(blocks: Sequence[Block], words: Words, *, is_marked: bool) -> tuple[Excerpt, ...]:
    events = (_BLOCK_EVENTS.get(block.kind) if is_marked else None for block in blocks)
    return tuple(
        Excerpt(_mark(event, words) if event else "", block.pieces)
        for block, event in zip(blocks, events, strict=True)
        if block.pieces
    )


def _same_section(section: SectionState) -> RedlineSection:
    blocks = tuple(Excerpt("", _same(text)) for text in section.paragraphs if text)
    return RedlineSection(section.id, section.title, "", _same(section.title), blocks, is_changed=False)


def _same(text: str) -> tuple[Piece, ...]:
    return (Piece("same", text),) if text else ()


def _mark(event: Event, words: Words) -> str:
    return "" if event is Event.CHANGED else words[f"event_{event.value}"]
