"""One look at a source: an answer becomes an outcome, a line of the vault's journal, and what is to be told of it."""

import dataclasses
import datetime
import hashlib

from report.monitor.answers import Fetched, Kind
from report.monitor.differences import difference
from report.monitor.extraction import Document, Extracted, extract, how_of
from report.monitor.outcomes import Outcome
from report.monitor.vault import DamagedError, Look, Vault, first_said, last_said


@dataclasses.dataclass(frozen=True)
class Looked:
    """What one look came to.

    Attributes:
        look: To be written down.
        outcome: What became of it.
        why: In words, where there was nothing.
        before: What the source said before, where it says otherwise now.
        diff: How the two differ.
        is_selector: Whether the selector is what finds nothing.
        is_refused: Whether it was refused here.
        is_robots: Whether `robots.txt` is what refused it.
        damage: What of the evidence could not be read; "" where all could.
    """

    look: Look
    outcome: Outcome
    why: str = ""
    before: Look | None = None
    diff: str = ""
    is_selector: bool = False
    is_refused: bool = False
    is_robots: bool = False
    damage: str = ""


def look_at(
    vault: Vault,
    looks: tuple[Look, ...],
    fetched: Fetched,
    body: bytes,
    selector: str,
    now: datetime.datetime,
) -> Looked:
    """Return what an answer comes to beside all earlier looks; bytes and text that are new are kept.

    Args:
        vault: Where the evidence is.
        looks: The earlier ones.
        fetched: What came; its body apart.
        body: Its body.
        selector: The region that counts; "" for the main text.
        now: The instant.

    Raises:
        MissingDependencyError: The vault cannot be written.
    """
    look = Look(
        at=now,
        outcome=Outcome.UNREACHABLE,
        url=fetched.url,
        final_url=fetched.final_url,
        why=fetched.why,
        status=fetched.status,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        media_type=fetched.media_type,
        charset=fetched.charset,
    )
    if fetched.kind is Kind.GONE:
        return _ended(look, Outcome.GONE, fetched.why)
    last = last_said(looks)
    if fetched.kind is Kind.BODY:
        return _look_at_body(vault, looks, look, Document(body, look.media_type, look.charset, selector))
    if fetched.kind is Kind.UNMODIFIED and last is not None:
        return _look_at_unmodified(vault, last, look, selector)
    looked = _ended(
        look, Outcome.UNREACHABLE, fetched.why or "it says that nothing changed, and nothing is known"
    )
    return dataclasses.replace(looked, is_refused=fetched.kind is Kind.REFUSED, is_robots=fetched.is_robots)


def _ended(look: Look, outcome: Outcome, why: str = "") -> Looked:
    return Looked(dataclasses.replace(look, outcome=outcome, why=why), outcome, why)


def _look_at_unmodified(vault: Vault, last: Look, look: Look, selector: str) -> Looked:
    """The source says that it is as it was; what is read out of it may be read otherwise now."""
    look = dataclasses.replace(
        look,
        bytes=last.bytes,
        media_type=last.media_type,
        charset=last.charset,
        etag=look.etag or last.etag,
        last_modified=look.last_modified or last.last_modified,
    )
    try:
        kept = Document(vault.get(last.kept), last.media_type, last.charset, selector)
    except DamagedError as error:
        # The next look asks for all of it again, and so mends it.
        look = dataclasses.replace(look, etag="", last_modified="", text=last.text, kept=last.kept)
        looked = _said(look, last, Outcome.UNCHANGED)
        return dataclasses.replace(looked, damage=f"{error.path.name}: {error.message}")
    if how_of(kept) == last.how:
        return _said(dataclasses.replace(look, text=last.text, kept=last.kept), last, Outcome.UNCHANGED)
    return _take(vault, look, extract(kept), last.kept, Outcome.UNCHANGED)


def _look_at_body(vault: Vault, looks: tuple[Look, ...], look: Look, document: Document) -> Looked:
    last = last_said(looks)
    sha256 = hashlib.sha256(document.body).hexdigest()
    look = dataclasses.replace(look, bytes=sha256)
    is_whole = last is not None and vault.has(last.kept) and (not last.text or vault.has(last.text))
    if last is not None and is_whole and last.bytes == sha256 and last.how == how_of(document):
        return _said(dataclasses.replace(look, text=last.text, kept=last.kept), last, Outcome.UNCHANGED)
    extracted = extract(document)
    if extracted.fault:
        return _unread(look, extracted)
    if last is None:
        return _take(vault, look, extracted, vault.put(document.body), Outcome.FIRST)
    before, old_text, damage = _as_read_now(vault, last, document.selector, extracted.how)
    if before and before == extracted.fingerprint:
        # The bytes that were kept first stay: what differs in these is nothing that counts.
        kept = last.kept if is_whole else vault.put(document.body)
        return _take(vault, look, extracted, kept, Outcome.UNCHANGED)
    is_elsewhere = look.url not in (last.url, last.final_url)
    if not before or is_elsewhere:
        # Nothing to compare with: it is lost, or the editor names another page now.
        looked = _take(vault, look, extracted, vault.put(document.body), Outcome.FIRST)
        return dataclasses.replace(looked, damage=damage)
    looked = _take(vault, look, extracted, vault.put(document.body), Outcome.CHANGED)
    since = first_said(looks, last.fingerprint) or last
    diff = difference(old_text, extracted.text, str(since.at.date()), str(look.at.date()))
    if not extracted.text and not old_text:
        diff = f"--- {last.kept}\n+++ {look.bytes}"
    return dataclasses.replace(looked, before=last, diff=diff, damage=damage)


def _as_read_now(vault: Vault, last: Look, selector: str, how: str) -> tuple[str, str, str]:
    """Return the fingerprint and the text of what was said before, read as it is read now; and what is damaged.

    Another selector, or a newer library, reads another text out of the same bytes: that is no change of the source.
    """
    damage = ""
    if last.how == how:
        try:
            return last.fingerprint, vault.get(last.text).decode() if last.text else "", ""
        except DamagedError as error:
            damage = f"{error.path.name}: {error.message}"
    try:
        again = extract(Document(vault.get(last.kept), last.media_type, last.charset, selector))
        return again.fingerprint, again.text, damage
    except DamagedError as error:
        damage = damage or f"{error.path.name}: {error.message}"
        # Both are lost, and what they were compared by is not.
        return (last.fingerprint if last.how == how else ""), "", damage


def _take(vault: Vault, look: Look, extracted: Extracted, kept: str, outcome: Outcome) -> Looked:
    if extracted.fault:
        return _unread(look, extracted)
    look = dataclasses.replace(
        look,
        outcome=outcome,
        text=vault.put(extracted.text.encode()) if extracted.text else "",
        kept=kept,
        fingerprint=extracted.fingerprint,
        how=extracted.how,
    )
    return Looked(look, outcome)


def _said(look: Look, last: Look, outcome: Outcome) -> Looked:
    look = dataclasses.replace(look, outcome=outcome, fingerprint=last.fingerprint, how=last.how)
    return Looked(look, outcome)


def _unread(look: Look, extracted: Extracted) -> Looked:
    # Not to be told next time that nothing changed: it is to be read again.
    look = dataclasses.replace(look, etag="", last_modified="", how=extracted.how)
    looked = _ended(look, Outcome.UNREADABLE, extracted.fault)
    return dataclasses.replace(looked, is_selector=extracted.is_selector)
