"""What changed between editions, in the reader's language: for the page (更新说明) and for the terminal."""

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from report.compose.change_values import ValuePrinter
from report.compose.context import (
    ChangeGroup,
    ChangeItem,
    ChangesContext,
    ChangesSince,
    EditionEntry,
    Excerpt,
    FieldRow,
)
from report.compose.fact_context import printed_day
from report.editions.alignment import Block
from report.editions.comparison import KEY_POINTS
from report.editions.difference import (
    Change,
    Changes,
    Event,
    FactChange,
    KeyPointChange,
    SectionChange,
    TextChange,
    TriggerChange,
    Weight,
)
from report.editions.record import Edition
from report.editions.redline import Piece

Words = Mapping[str, str]

ELLIPSIS = "……"
# How many characters that stayed are kept beside a change in an excerpt.
_KEPT = 24
_BLOCK_MARKS = {"added": Event.ADDED, "removed": Event.REMOVED, "moved": Event.MOVED}


def changes_context(
    editions: Sequence[Edition], words: Words, changes: Changes | None = None, *, is_released: bool = True
) -> ChangesContext:
    """Return what changed since an edition, and the record of all editions.

    Args:
        editions: All, oldest first; the last is the one that is printed.
        words: The labels of the language that the last one is in.
        changes: From the edition that is asked for to the last; None where there is none before.
        is_released: Whether the last one is released; one that is not says so.
    """
    newest = editions[-1]
    entries = [
        _entry(edition, words, newest.lang, is_draft=edition is newest and not is_released)
        for edition in editions
    ]
    history = tuple(reversed(entries))
    return ChangesContext(history, None if changes is None else changes_since(changes, words))


def _entry(edition: Edition, words: Words, locale: str, *, is_draft: bool) -> EditionEntry:
    """Return an edition's line in the record: how much it changed, or of an erratum, why it was needed.

    What an edition changed is in its own record: a line of long ago costs no comparison.
    """
    number = words["edition_unreleased" if is_draft else "edition_number"].format(number=edition.number)
    text = edition.summary or words["first_change"]
    mark = ""
    if edition.is_erratum:
        reason, text = (sentence.rstrip("。") for sentence in (edition.reason, text))
        text, mark = words["changes_erratum_line"].format(reason=reason, summary=text), words["erratum"]
    return EditionEntry(number, printed_day(edition.released_on, locale), text, mark)


def summary(changes: Changes, words: Words) -> str:
    """Return how much changed in one sentence, such as 结论改变1项，事实改变3项，其中勘误1项 (and a full stop)."""
    counts = {key: len(items) for key, items in _grouped(changes, changes, words).items()}
    if not counts:
        return words["changes_none"]
    parts = []
    for weight in Weight:
        count = counts.get((True, weight), 0) + counts.get((False, weight), 0)
        if count:
            parts.append(words["changes_count"].format(weight=words[f"weight_{weight.value}"], count=count))
    errata = sum(count for (is_erratum, _), count in counts.items() if is_erratum)
    if 0 < errata < sum(counts.values()):
        parts.append(words["changes_errata_count"].format(count=errata))
    return words["changes_part_separator"].join(parts) + words["note_end"]


def changes_since(changes: Changes, words: Words) -> ChangesSince:
    """Return what changed since an edition, grouped: errata before updates, then by weight."""
    lang = changes.new.lang
    days = [printed_day(edition.as_of, lang).text for edition in (changes.old, changes.new)]
    return ChangesSince(
        title=words["changes_since"].format(number=changes.old.number),
        days=words["changes_days"].format(old=days[0], new=days[1]),
        summary=summary(changes, words),
        corrections=tuple(
            words["changes_correction"].format(
                number=item.number, day=printed_day(item.released_on, lang).text, reason=item.reason
            )
            for item in changes.corrections
        ),
        groups=change_groups(changes, changes, words),
        edition=words["edition_number"].format(number=changes.old.number),
    )


def change_groups(changes: Changes, items: Iterable[Change], words: Words) -> tuple[ChangeGroup, ...]:
    """Return some of the items of what changed in their groups; a title names 更新 only beside 勘误."""
    found = _grouped(changes, items, words)
    has_errata = any(is_erratum for is_erratum, _ in found)
    groups = []
    for is_erratum, weight in itertools.product((True, False), Weight):
        title = words[f"weight_{weight.value}"]
        if has_errata:
            nature = words["erratum" if is_erratum else "update"]
            title = words["changes_group"].format(nature=nature, weight=title)
        if (is_erratum, weight) in found:
            groups.append(ChangeGroup(title, tuple(found[is_erratum, weight])))
    return tuple(groups)


def _grouped(
    changes: Changes, items: Iterable[Change], words: Words
) -> dict[tuple[bool, Weight], list[ChangeItem]]:
    """Return items as printed, by whether they are errata and by weight; references make one item an event."""
    printer = _ItemPrinter(changes, words)
    found: dict[tuple[bool, Weight], list[ChangeItem]] = {}
    references: dict[tuple[bool, Weight, str], int] = {}
    for change in items:
        group = found.setdefault((change.is_erratum, change.weight), [])
        item = printer.item(change)
        place = len(group)
        if item.what == words["change_source"]:
            place = references.setdefault((change.is_erratum, change.weight, item.reason), place)
        if place < len(group):
            group[place] = dataclasses.replace(item, excerpts=group[place].excerpts + item.excerpts)
        else:
            group.append(item)
    return found


def changes_text(context: ChangesContext, words: Words) -> str:
    """Return what changed as plain text, the words of the page; what was deleted and inserted is in brackets.

    Where there is no earlier edition, it is the record of editions.
    """
    return "\n".join(_since_lines(context.since, words) if context.since else _history_lines(context)) + "\n"


class _ItemPrinter:
    """Prints the items of what changed between two editions."""

    def __init__(self, changes: Changes, words: Words) -> None:
        self._words = words
        self._values = ValuePrinter(changes.old, changes.new, words)
        self._titles = {KEY_POINTS: words["key_points"]}
        self._titles |= {name: words[name] for name in ("timeline", "triggers")}
        for edition in (changes.old, changes.new):
            self._titles |= {section.id: section.title for section in edition.sections}

    def item(self, change: Change) -> ChangeItem:
        """Return an item as printed."""
        if isinstance(change, FactChange):
            return self._fact(change)
        if isinstance(change, KeyPointChange):
            return self._key_point(change)
        if isinstance(change, TriggerChange):
            return self._trigger(change)
        if isinstance(change, SectionChange):
            return self._section(change)
        return self._text(change)

    def _fact(self, change: FactChange) -> ChangeItem:
        words = self._words
        titles = [self._titles.get(section, section) for section in change.sections]
        where = words["shown_in"].format(where=words["list_separator"].join(titles))
        entries = self._values.sources(change)
        return ChangeItem(
            what=words["change_fact"],
            name=change.state.label,
            reason=self._reason("fact_added" if event is Event.ADDED else event for event in change.events),
            fields=self._values.fact_rows(change),
            where=where if titles else words["shown_nowhere"],
            sources=words["sources_of"].format(sources=entries) if entries else "",
        )

    def _key_point(self, change: KeyPointChange) -> ChangeItem:
        is_same = change.event is Event.MOVED or all(piece.kind == "same" for piece in change.pieces)
        pieces = _shortened(change.pieces) if is_same else change.pieces
        return ChangeItem(
            what=self._words["change_key_point"].format(number=change.index),
            name="",
            reason=self._reason([change.event]),
            fields=self._values.key_point_rows(change),
            excerpts=(Excerpt("", pieces),),
        )

    def _trigger(self, change: TriggerChange) -> ChangeItem:
        state = change.new or change.old
        assert state is not None, "a change is of something"
        rows = self._values.trigger_rows(change)
        reason = self._reason([change.event])
        return ChangeItem(self._words["change_trigger"], state.label, reason, rows)

    def _section(self, change: SectionChange) -> ChangeItem:
        is_whole = not {Event.ADDED, Event.REMOVED}.isdisjoint(change.events)
        excerpts = [] if is_whole else [self._excerpt(block) for block in _changed_blocks(change.blocks)]
        if not is_whole and len(change.title) > 1:
            excerpts.insert(0, Excerpt(self._words["change_title"], change.title))
        return ChangeItem(
            what=self._words["change_section"],
            name=title_of(change),
            reason=self._reason(change.events),
            excerpts=tuple(excerpts),
        )

    def _text(self, change: TextChange) -> ChangeItem:
        what = "change_title" if change.id == "title" else "change_source"
        reason = self._reason([change.event])
        return ChangeItem(self._words[what], "", reason, excerpts=(Excerpt("", change.pieces),))

    def _excerpt(self, block: Block) -> Excerpt:
        event = _BLOCK_MARKS.get(block.kind)
        mark = self._words[f"event_{event.value}"] if event else ""
        return Excerpt(mark, _shortened(block.pieces))

    def _reason(self, events: Iterable[str]) -> str:
        return self._words["list_separator"].join(self._words[f"event_{event}"] for event in events)


def title_of(change: SectionChange) -> str:
    """Return a section's title as it is now, or as it was last."""
    return _joined(change.title, "deleted") or _joined(change.title, "inserted")


def _changed_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks of a section that did not stay as they were and where they were."""
    return [block for block in blocks if block.kind != "same"]


def _joined(pieces: Iterable[Piece], left_out: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != left_out)


def _shortened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return a redline without the middle of long stretches that stayed."""
    last = len(pieces) - 1
    return tuple(_shorten(piece, index == 0, index == last) for index, piece in enumerate(pieces))


def _shorten(piece: Piece, is_first: bool, is_last: bool) -> Piece:
    text = piece.text
    start = "" if is_first and not is_last else text[:_KEPT]
    # What stands before a change begins with a clause, where one begins near by.
    end = "" if is_last else re.sub(f"^.{{0,{_KEPT // 2}}}?[，。；：、！？]", "", text[-_KEPT:])
    if piece.kind != "same" or len(text) <= len(start) + len(end) + len(ELLIPSIS):
        return piece
    return Piece("same", start + ELLIPSIS + end)


def _since_lines(since: ChangesSince, words: Words) -> Iterator[str]:
    yield since.title
    yield since.days
    yield since.summary
    yield from since.corrections
    for group in since.groups:
        yield ""
        yield group.title
        for item in group.items:
            yield from _item_lines(item, words)


def _item_lines(item: ChangeItem, words: Words) -> Iterator[str]:
    name = f" {item.name}" if item.name else ""
    yield f"- {item.what}{name}（{item.reason}）"
    yield from (f"  {_value_text(row, words)}" for row in item.fields)
    for excerpt in item.excerpts:
        mark = f"【{excerpt.mark}】" if excerpt.mark else ""
        yield f"  {mark}{pieces_text(excerpt.pieces, words)}"
    yield from (f"  {text}" for text in (item.where, item.sources) if text)


def _value_text(row: FieldRow, words: Words) -> str:
    pattern = words["value_change" if row.old else "value_new"]
    return pattern.format(name=row.name, old=row.old, new=row.new)


def pieces_text(pieces: Iterable[Piece], words: Words) -> str:
    """Return a redline without marks of type: 自［删：5月］［增：6月］起."""
    marks = {"deleted": words["deleted_text"], "inserted": words["inserted_text"], "same": "{text}"}
    return "".join(marks[piece.kind].format(text=piece.text) for piece in pieces)


def _history_lines(context: ChangesContext) -> Iterator[str]:
    for entry in context.history:
        mark = f"【{entry.mark}】" if entry.mark else ""
        yield f"{entry.edition}　{entry.date.text}　{mark}{entry.text}"
