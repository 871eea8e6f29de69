"""What copies say of the edition in each locale, and what has changed since the edition that a clinic holds."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from report.editions.record import Edition
from report.pipeline.making_copies import Words

if TYPE_CHECKING:
    from report.compose.context import ChangesContext
    from report.model import Briefing


class CopyWords:
    """Words by locale; what has changed is told once for all who hold the same edition."""

    def __init__(
        self, briefing: "Briefing", templates: Mapping[str, str], editions: Sequence[Edition]
    ) -> None:
        """Take a briefing and its editions, oldest first; the last is the one that is copied."""
        self._briefing = briefing
        self._templates = templates
        self._editions = editions
        self.by_locale: dict[str, Words] = {}

    def of(self, locale: str, since: int = 0) -> Words:
        """Return what copies of a locale say, what changed since an edition included; 0 stands for none."""
        words = self.by_locale.get(locale) or self._new(locale)
        if since and since not in words.changes:
            changes = {**words.changes, since: self._changes(words, since)}
            words = dataclasses.replace(words, changes=changes)
        self.by_locale[locale] = words
        return words

    def _new(self, locale: str) -> Words:
        from report.compose.matter import read_labels
        from report.facts.dates import date_of_day
        from report.facts.printing import print_date

        edition = self._editions[-1]
        labels = read_labels(self._templates, locale)
        settings = self._localised(locale).settings
        return Words(
            locale,
            labels,
            self._briefing.text(settings.title, locale),
            labels["edition_number"].format(number=edition.number),
            print_date(date_of_day(edition.as_of), locale),
            {},
        )

    def _localised(self, locale: str) -> "Briefing":
        from report.locales.localise import localise

        briefing = self._briefing
        return briefing if locale == briefing.settings.language else localise(briefing, locale)

    def _changes(self, words: Words, since: int) -> "ChangesContext":
        from report.compose.changes_in_locale import told_changes
        from report.editions.comparison import compare
        from report.pipeline.composing_views import translation

        editions, locale = self._editions, words.locale
        is_own = locale == self._briefing.settings.language
        translate = None if is_own else translation(self._briefing, self._localised(locale))
        changes = compare(editions[since - 1], editions[-1], editions[since:])
        return told_changes(
            editions, words.labels, changes, locale, translate, is_released=True, is_each=False
        )
