"""The letter that a notice goes with: the same in plain text, for those who read no attachment."""

import dataclasses
from collections.abc import Iterator

from report.notices.context import CorrectedThing, Correction
from report.notices.notice import Draft, notice_number
from report.parcels import MAX_SUBJECT

_ELLIPSIS = "……"


@dataclasses.dataclass(frozen=True)
class Letter:
    """Subject, text, and what is corrected, a sentence each; nothing in it names the clinic but its id."""

    subject: str
    text: str
    changes: tuple[str, ...]


def letter(draft: Draft, clinic_id: str) -> Letter:
    """Return the letter to a clinic."""
    changes = tuple(_changes(draft))
    return Letter(_subject(draft), "\n".join(_lines(draft, clinic_id, changes)) + "\n", changes)


def _subject(draft: Draft) -> str:
    context, words = draft.context, draft.language.words
    title = context.title.text
    pattern = words["notice_subject"]
    room = MAX_SUBJECT - len(pattern.format(kind=context.kind, title="", edition=context.edition))
    if len(title) > room:
        title = title[: room - len(_ELLIPSIS)] + _ELLIPSIS
    return pattern.format(kind=context.kind, title=title, edition=context.edition)


def _lines(draft: Draft, clinic_id: str, changes: tuple[str, ...]) -> Iterator[str]:
    context, words = draft.context, draft.language.words
    yield f"{context.kind}{words['separator']}{notice_number(draft.matter, clinic_id)}"
    yield ""
    yield words["notice_letter_withdrawn"].format(
        title=context.title.text,
        edition=context.edition,
        as_of=context.as_of.text,
        day=context.withdrawn_on.text,
    )
    if context.replacement_as_of is None:
        yield words["notice_none_yet"] + words["note_end"]
    else:
        yield words["notice_letter_replaced"].format(
            replacement=context.replacement, as_of=context.replacement_as_of.text
        )
    yield words["notice_letter_reason"].format(reason=context.reason.text)
    word = words["notice_yes" if context.is_to_return else "notice_no"]
    yield words["notice_letter_return"].format(word=word, instruction=context.must_return)
    if changes:
        yield ""
        yield from (f"- {change}" for change in changes)
    if context.more:
        yield context.more
    yield ""
    yield words["notice_letter_attached"]
    yield context.acknowledge
    if context.link:
        yield f"{words['notice_latest']}{context.link}"
    yield ""
    sender = context.sender
    yield from (text for text in (sender.name, sender.contact, sender.address, sender.url) if text)


def _changes(draft: Draft) -> Iterator[str]:
    for thing in draft.context.things:
        for row in thing.corrections:
            yield draft.language.words["notice_change"].format(
                name=_name(draft, thing, row), old=row.old.text, new=row.new.text
            )


def _name(draft: Draft, thing: CorrectedThing, row: Correction) -> str:
    parts = (thing.mark, thing.name.text or thing.what, row.field.text)
    return draft.language.words["separator"].join(part for part in parts if part)
