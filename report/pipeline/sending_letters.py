"""What is written to a clinic with an edition: the letter and what changed, in the clinic's language."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from report.clinics import Clinic
from report.compose.changes import changes_since
from report.compose.changes_in_locale import Translate, changes_in_locale
from report.compose.context import ChangeItem, ChangesSince
from report.compose.matter import read_labels
from report.distribution import status_page
from report.editions.comparison import compare
from report.editions.record import Edition
from report.facts.dates import date_of_day
from report.facts.printing import print_date
from report.ledger import Entry
from report.locales.localise import localise
from report.model import Briefing
from report.parcels import File, Parcel
from report.pipeline.composing_views import translation

MOST_CHANGES = 12
LONGEST_CHANGE = 200
LONGEST_TITLE = 100


@dataclasses.dataclass(frozen=True)
class _Told:
    """What a letter says, whoever gets it."""

    title: str
    edition: str
    as_of: str
    since: str
    changes: tuple[str, ...]
    left_out: int
    words: Mapping[str, str]


class Letters:
    """Letters with one edition; what is the same for many is worked out once for a language and an edition."""

    def __init__(
        self,
        briefing: Briefing,
        editions: Sequence[Edition],
        templates: Mapping[str, str],
        *,
        status_url: str = "",
    ) -> None:
        """Take what letters are made of.

        Args:
            briefing: As it is now; from it come texts of other languages than the editions'.
            editions: All that are released up to the one that is sent, oldest first.
            templates: By name.
            status_url: Where the state of editions is published; "" for nowhere.
        """
        self._briefing, self._editions, self._templates = briefing, editions, templates
        self._status_url = status_url
        self._told: dict[tuple[str, int], _Told] = {}

    def parcel(
        self, entry: Entry, message_id: str, clinic: Clinic, files: tuple[File, ...], at: datetime.datetime
    ) -> Parcel:
        """Return what goes to a clinic."""
        told = self._of(clinic.locale, entry.since)
        words = told.words
        values = {"title": told.title, "edition": told.edition, "as_of": told.as_of, "clinic": clinic.name}
        link = ""
        if self._status_url:
            link = status_page(self._status_url, entry.briefing, entry.edition)
        parts = [words["letter_greeting"].format(**values), words["letter_opening"].format(**values)]
        if told.changes:
            lines = [words["letter_changes"].format(since=told.since)]
            lines += [words["letter_change"].format(text=text) for text in told.changes]
            if told.left_out:
                lines.append(words["letter_more"].format(count=told.left_out))
            parts.append("\n".join(lines))
        if link:
            parts.append(words["letter_status"].format(link=link))
        return Parcel(
            key=entry.key,
            message_id=message_id,
            kind=entry.kind,
            briefing=entry.briefing,
            title=told.title,
            edition=entry.edition,
            edition_text=told.edition,
            as_of_text=told.as_of,
            locale=clinic.locale,
            clinic=clinic,
            subject=words["letter_subject"].format(
                **{**values, "title": _shortened(told.title, LONGEST_TITLE)}
            ),
            text="\n\n".join(parts),
            changes=told.changes,
            files=files,
            link=link,
            at=at,
        )

    def _of(self, locale: str, since: int) -> _Told:
        # What a letter says depends on these two alone, so no clinic's words can come into another's.
        if (locale, since) not in self._told:
            self._told[locale, since] = self._tell(locale, since)
        return self._told[locale, since]

    def _tell(self, locale: str, since: int) -> _Told:
        newest = self._editions[-1]
        words = read_labels(self._templates, locale)
        translate = self._translate(locale)
        title = newest.title if translate is None else translate(newest.title) or newest.title
        items: list[str] = []
        if since:
            told = self._changes(since, words, locale, translate)
            lines = [_line(item, words) for group in told.groups for item in group.items]
            items = [told.summary, *told.corrections, *lines]
        return _Told(
            title=title,
            edition=words["edition_number"].format(number=newest.number),
            as_of=print_date(date_of_day(newest.as_of), locale),
            since=words["edition_number"].format(number=since) if since else "",
            changes=tuple(_shortened(text, LONGEST_CHANGE) for text in items[:MOST_CHANGES]),
            left_out=max(0, len(items) - MOST_CHANGES),
            words=words,
        )

    def _changes(
        self, since: int, words: Mapping[str, str], locale: str, translate: Translate | None
    ) -> ChangesSince:
        editions = self._editions
        changes = compare(editions[since - 1], editions[-1], editions[since:])
        if translate is None:
            return changes_since(changes, words)
        told = changes_in_locale(editions, words, changes, locale, translate, is_released=True).since
        assert told is not None
        return told

    def _translate(self, locale: str) -> Translate | None:
        if locale == self._editions[-1].lang:
            return None
        return translation(self._briefing, localise(self._briefing, locale))


def _line(item: ChangeItem, words: Mapping[str, str]) -> str:
    name = f"{item.what} {item.name}".strip()
    values = [
        words["value_change" if row.old else "value_new"].format(name=row.name, old=row.old, new=row.new)
        for row in item.fields
    ]
    pattern = words["letter_item_values" if values else "letter_item"]
    return pattern.format(name=name, reason=item.reason, values=words["note_separator"].join(values))


def _shortened(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
