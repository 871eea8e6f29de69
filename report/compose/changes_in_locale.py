"""What changed between editions, which are frozen in the briefing's own language, for a page in another locale."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from report.compose.changes import changes_context
from report.compose.context import (
    ChangeGroup,
    ChangeItem,
    ChangesContext,
    ChangesSince,
    EditionEntry,
    Excerpt,
    FieldRow,
)
from report.editions.comparison import compare
from report.editions.difference import Changes
from report.editions.record import Edition
from report.editions.redline import Piece

# A text in the page's locale, or None where it is not to be had in it.
Translate = Callable[[str], str | None]


def told_changes(
    editions: Sequence[Edition],
    words: Mapping[str, str],
    changes: Changes | None,
    locale: str,
    translate: Translate | None,
    *,
    is_released: bool,
    is_each: bool,
) -> ChangesContext:
    """Return what changed as a page in a locale tells it.

    Args:
        editions: All, oldest first; the last is the one that is printed.
        words: The labels of the locale.
        changes: From the edition that is asked for to the last; None where there is none before.
        locale: BCP 47.
        translate: Tells a text of the editions in the locale; None where that is their own.
        is_released: Whether the last one is released.
        is_each: Whether what changed since every earlier edition is wanted too.
    """

    def told(compared: Changes | None) -> ChangesContext:
        if translate is None:
            return changes_context(editions, words, compared, is_released=is_released)
        return changes_in_locale(editions, words, compared, locale, translate, is_released=is_released)

    context = told(changes)
    if not is_each:
        return context
    numbers = range(len(editions) - 2, -1, -1)
    each = [told(compare(editions[number], editions[-1], editions[number + 1 :])) for number in numbers]
    return dataclasses.replace(context, each=tuple(item.since for item in each if item.since))


def changes_in_locale(
    editions: Sequence[Edition],
    words: Mapping[str, str],
    changes: Changes | None,
    locale: str,
    translate: Translate,
    *,
    is_released: bool,
) -> ChangesContext:
    """Return what `changes_context` returns, in another locale than that of the editions.

    What cannot be had in it is left out: a value, an excerpt; where a whole line would be gone, it says so.

    Args:
        editions: All, oldest first; the last is the one that is printed.
        words: The labels of the locale.
        changes: From the edition that is asked for to the last; None where there is none before.
        locale: BCP 47.
        translate: Tells a text of the editions in the locale.
        is_released: Whether the last one is released.
    """
    newest = dataclasses.replace(editions[-1], lang=locale)
    if changes is not None:
        changes = dataclasses.replace(changes, new=dataclasses.replace(changes.new, lang=locale))
    told = changes_context((*editions[:-1], newest), words, changes, is_released=is_released)
    translator = _Translator(translate, words["changes_untranslated"])
    since = None if told.since is None else translator.since(told.since)
    return ChangesContext(tuple(map(translator.entry, told.history)), since)


@dataclasses.dataclass(frozen=True)
class _Translator:
    translate: Translate
    untranslated: str

    def entry(self, entry: EditionEntry) -> EditionEntry:
        return dataclasses.replace(entry, text=self.line(entry.text))

    def since(self, since: ChangesSince) -> ChangesSince:
        return dataclasses.replace(
            since,
            corrections=tuple(map(self.line, since.corrections)),
            groups=tuple(
                ChangeGroup(group.title, tuple(map(self.item, group.items))) for group in since.groups
            ),
        )

    def item(self, item: ChangeItem) -> ChangeItem:
        fields = [row for row in map(self.row, item.fields) if row is not None]
        excerpts = [excerpt for excerpt in map(self.excerpt, item.excerpts) if excerpt is not None]
        is_whole = len(fields) == len(item.fields) and len(excerpts) == len(item.excerpts)
        if not is_whole:
            excerpts.append(Excerpt("", (Piece("same", self.untranslated),)))
        return ChangeItem(
            what=item.what,
            name=self.translate(item.name) or "",
            reason=item.reason,
            fields=tuple(fields),
            excerpts=tuple(excerpts),
            where=self.translate(item.where) or "",
            sources=self.translate(item.sources) or "",
        )

    def row(self, row: FieldRow) -> FieldRow | None:
        name, old, new = map(self.translate, (row.name, row.old, row.new))
        return None if None in (name, old, new) else FieldRow(name or "", old or "", new or "")

    def excerpt(self, excerpt: Excerpt) -> Excerpt | None:
        pieces = [(piece.kind, self.translate(piece.text)) for piece in excerpt.pieces]
        if any(text is None for _, text in pieces):
            return None
        return Excerpt(excerpt.mark, tuple(Piece(kind, text or "") for kind, text in pieces))

    def line(self, text: str) -> str:
        translated = self.translate(text)
        return self.untranslated if translated is None else translated
