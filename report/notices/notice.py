"""The one page that a clinic gets when an edition that it holds is withdrawn: 勘误通知, or 撤回通知."""

import dataclasses
import datetime
import functools
import uuid
from collections.abc import Mapping
from typing import Literal

from report.compose.context import PublisherContext
from report.compose.fact_context import PrintedDate, printed_day
from report.compose.pages import qr_code, render_page
from report.editions.comparison import compare
from report.editions.difference import Changes, Weight
from report.editions.record import Edition
from report.editions.withdrawals import Withdrawal
from report.notices.context import NoticeContext, Said
from report.notices.corrections import Corrections, Teller, Translate, corrections_of
from report.pages import Metadata, Page

ENTRY = "notices/notice.html"
Words = Mapping[str, str]
NoticeKind = Literal["correction", "withdrawal"]
# The kind in a notice's number.
_LETTERS = {"correction": "C", "withdrawal": "W"}


@dataclasses.dataclass(frozen=True)
class Matter:
    """What is to be told of a withdrawn edition, before it is told in some language.

    Attributes:
        withdrawal: Of the edition.
        old: The edition.
        new: The one that takes its place; None where there is none yet.
        between: The editions after `old`, of which `new` may be one.
        status_address: Where its state is told; may be empty.
    """

    withdrawal: Withdrawal
    old: Edition
    new: Edition | None = None
    between: tuple[Edition, ...] = ()
    status_address: str = ""

    @property
    def kind(self) -> NoticeKind:
        """A correction where an edition takes its place, else a withdrawal."""
        return "withdrawal" if self.new is None else "correction"

    def changes(self) -> Changes | None:
        """Return what changed; None where nothing takes its place."""
        return None if self.new is None else compare(self.old, self.new, self.between)


@dataclasses.dataclass(frozen=True)
class Language:
    """A language that notices are written in.

    Attributes:
        locale: BCP 47.
        words: The labels of the locale.
        sender: The publisher, in it.
        theme_css: Declarations of custom properties.
    """

    locale: str
    words: Words
    sender: PublisherContext
    theme_css: str = ""


@dataclasses.dataclass(frozen=True)
class Draft:
    """What all notices of one matter in one language say; each clinic's own is made of it.

    Attributes:
        matter: What is told.
        language: In which.
        title: Of the briefing, in it.
        reason: Of the withdrawal, in it.
        corrections: None where nothing takes the edition's place.
    """

    matter: Matter
    language: Language
    title: Said
    reason: Said
    corrections: Corrections | None

    @classmethod
    def of(cls, matter: Matter, language: Language, translate: Translate | None) -> "Draft":
        """Return what is to be said, all of it.

        Args:
            matter: What is told.
            language: In which.
            translate: Tells a text of the editions in it; None where that is their own.
        """
        changes = matter.changes()
        teller = Teller(matter.old.lang, translate)
        return cls(
            matter,
            language,
            teller.said(matter.old.title),
            teller.said(matter.withdrawal.reason),
            None if changes is None else corrections_of(changes, language.words, language.locale, translate),
        )

    @property
    def count(self) -> int:
        """How many values it corrects."""
        return self.corrections.count if self.corrections else 0

    def shortened(self, count: int) -> "Draft":
        """Return it with the first so many values; the rest is counted in it."""
        if self.corrections is None or count >= self.count:
            return self
        return dataclasses.replace(self, corrections=self.corrections.first(count))

    def page(self, templates: Mapping[str, str]) -> Page:
        """Return the notice as a page with a place for whom it is for.

        Raises:
            RenderingError: The template cannot be run.
        """
        return Page(render_page(templates, self.context, ENTRY), {}, metadata=self.metadata())

    @functools.cached_property
    def context(self) -> NoticeContext:
        """What the template sees."""
        matter, language, words = self.matter, self.language, self.language.words
        kind = words[f"notice_{matter.kind}"]
        edition = words["edition_number"].format(number=matter.old.number)
        link = matter.status_address
        return NoticeContext(
            lang=language.locale,
            kind=kind,
            name=words["notice_name"].format(kind=kind, title=self.title.text, edition=edition),
            title=self.title,
            edition=edition,
            as_of=self._day(matter.old.as_of),
            replacement=words["edition_number"].format(number=matter.new.number) if matter.new else "",
            replacement_as_of=self._day(matter.new.as_of) if matter.new else None,
            withdrawn_on=self._day(matter.withdrawal.on),
            by=matter.withdrawal.by,
            reason=self.reason,
            must_return=self._instruction(edition),
            is_to_return=matter.withdrawal.must_return,
            things=self.corrections.things if self.corrections else (),
            more=self._more(),
            acknowledge=self._acknowledge(),
            sender=language.sender,
            link=link,
            qr=qr_code(link, words["latest"]),
            labels=words,
            theme_css=language.theme_css,
        )

    def metadata(self) -> Metadata:
        """Return what the notice says of itself; the day of the withdrawal stands in for its as-of."""
        context, matter = self.context, self.matter
        return Metadata(
            identifier=self.identifier,
            title=context.name,
            subtitle="",
            lang=context.lang,
            authors=(context.sender.name,),
            publisher=context.sender.name,
            description="",
            keywords=(context.kind,),
            edition=context.edition,
            edition_number=matter.old.number,
            is_released=True,
            as_of=matter.withdrawal.on,
            as_of_text=context.withdrawn_on.text,
        )

    @property
    def identifier(self) -> str:
        """`urn:uuid:…`: the same for the same notice in the same language (RFC 9562, version 5)."""
        matter = self.matter
        told = [matter.kind, matter.old.briefing, str(matter.old.number), self.language.locale]
        told += [matter.withdrawal.on.isoformat(), matter.withdrawal.reason, matter.old.content_digest]
        told += [matter.new.content_digest if matter.new else "", str(self.count)]
        return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(told)).urn

    def _day(self, day: datetime.date) -> PrintedDate:
        return printed_day(day, self.language.locale)

    def _instruction(self, edition: str) -> str:
        words, matter = self.language.words, self.matter
        end = "replace" if matter.new else "wait"
        key = f"notice_{'return' if matter.withdrawal.must_return else 'keep'}_{end}"
        new = words["edition_number"].format(number=matter.new.number) if matter.new else ""
        return words[key].format(edition=edition, replacement=new)

    def _acknowledge(self) -> str:
        sender = self.language.sender
        key = "notice_acknowledge" if sender.contact else "notice_acknowledge_publisher"
        return self.language.words[key].format(contact=sender.contact, publisher=sender.name)

    def _more(self) -> str:
        words = self.language.words
        others = self.corrections.others if self.corrections else {}
        counts = [
            words["changes_count"].format(weight=words[f"weight_{weight.value}"], count=others[weight])
            for weight in Weight
            if others.get(weight)
        ]
        if not counts or self.matter.new is None:
            return ""
        return words["notice_more"].format(
            counts=words["changes_part_separator"].join(counts),
            edition=words["edition_number"].format(number=self.matter.new.number),
            part=words["changes_note"],
        )


def notice_number(matter: Matter, clinic_id: str) -> str:
    """Return the number by which a clinic acknowledges a notice: `msc-policy-001-C-DEMO-01`."""
    old = matter.old
    return f"{old.briefing}-{old.number:03}-{_LETTERS[matter.kind]}-{clinic_id}"
