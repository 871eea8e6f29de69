"""A notice as a PDF: laid out once, as long as one page allows, and then addressed to each clinic.

What all clinics get alike is one file; whom it is for stands in its slot, behind that file's bytes, as in a copy of
an edition (`report.copies`), so that a thousand notices cost hardly more than one.
"""

import dataclasses
import io
import math
from collections.abc import Mapping, Sequence

from report.compose.pages import render_page
from report.copies import Filling
from report.copies.forms import Sheet
from report.copies.identity import identity_of
from report.copies.pdf import open_edition
from report.errors import RenderingError
from report.findings import Code, Finding, Location
from report.formats import pdf
from report.notices.context import Addressee, AddresseesContext
from report.notices.notice import Draft, notice_number
from report.pages import Exported, Page

NOTICE_TOO_LONG = Code("P020", "notice-too-long", is_waivable=False)
ADDRESSEE_TOO_LONG = Code("P021", "addressee-too-long", is_waivable=False)
SLOT = "addressee"
SHEET = "notices/addressees.html"

# What css/addressees.css gives a block, in points: its width and height without padding; by size of text, the size and
# leading of the name, then those of the rest.
_WIDTH, _HEIGHT = 165.0, 103.0
_SIZES = {"": (11, 17, 9, 14), "small": (9, 13, 7.5, 10), "tiny": (8, 11, 6.5, 8.5)}
# Of an em: letters and digits of Hei at their widest on average; a Han is 1.
_LATIN = 0.62


class NoticeError(RenderingError):
    """A notice that cannot be one page, or cannot name its clinic."""

    def __init__(self, code: Code, message: str, hint: str) -> None:
        super().__init__(message, hint)
        # What Exception keeps is what another process builds it from.
        self.args = (code, message, hint)
        self.code = code

    def finding(self, location: Location) -> Finding:
        """Return the error as a finding at a place."""
        return Finding(self.code, location, self.message, self.hint)


@dataclasses.dataclass(frozen=True)
class Printed:
    """A notice that is laid out, with a place for whom it is for.

    Attributes:
        data: The file.
        draft: What stands in it.
    """

    data: bytes
    draft: Draft


@dataclasses.dataclass(frozen=True)
class Batch:
    """Clinics that one notice is addressed to: their ids and names."""

    printed: Printed
    clinics: tuple[tuple[str, str], ...]


def print_notice(draft: Draft, templates: Mapping[str, str]) -> Printed:
    """Return a notice with as many corrections as fit on one page; the rest is counted on it.

    Raises:
        NoticeError: It is longer than a page even so.
        RenderingError: It cannot be laid out.
    """

    def laid_out(count: int) -> tuple[Draft, Exported]:
        shorter = draft.shortened(count)
        return shorter, _exported(shorter.page(templates))

    shown, exported = laid_out(draft.count)
    if exported.pages > 1:
        # The most that fit: what fits is known up to `low`, what does not from `high` on.
        low, high, found = -1, draft.count, None
        while high - low > 1:
            middle = (low + high) // 2
            shown, exported = laid_out(middle)
            if exported.pages > 1:
                high = middle
            else:
                low, found = middle, (shown, exported)
        if found is None:
            reason = draft.matter.withdrawal.reason
            message = f"the notice is longer than a page, without a correction; its reason has {len(reason)} characters"
            raise NoticeError(
                NOTICE_TOO_LONG, message, "Give a shorter reason, or mend templates/css/notice.css."
            )
        shown, exported = found
    return Printed(exported.data, shown)


def address(batch: Batch, templates: Mapping[str, str], smaller_by: int = 0) -> list[bytes]:
    """Return a notice for each of some clinics, in their order.

    Args:
        batch: The notice and the clinics.
        templates: By name.
        smaller_by: How many steps smaller than reckoned names are set.

    Raises:
        NoticeError: A clinic's name and id do not go into the place for them.
        RenderingError: They cannot be laid out.
    """
    import pikepdf

    draft = batch.printed.draft
    matter = draft.matter
    notice = open_edition(batch.printed.data)
    slot = notice.places[SLOT]
    addressees = [_addressee(draft, index, clinic, smaller_by) for index, clinic in enumerate(batch.clinics)]
    language = draft.language
    context = AddresseesContext(language.locale, tuple(addressees), language.words, language.theme_css)
    exported = _exported(Page(render_page(templates, context, SHEET), {}))
    if exported.pages != len(addressees):
        # One of them is longer than was reckoned: by itself, it is set smaller.
        smaller_by += len(addressees) == 1
        alone = [Batch(batch.printed, (one,)) for one in batch.clinics]
        return [data for one in alone for data in address(one, templates, smaller_by)]
    made = []
    with pikepdf.open(io.BytesIO(exported.data)) as document:
        sheet = Sheet(document)
        for page, one in enumerate(addressees):
            filling = Filling({}, sheet=sheet, forms=sheet.forms(page, {SLOT: slot}))
            old = matter.old
            identity = identity_of(notice.identifier, one.id, old.briefing, old.number, 0)
            made.append(notice.copied(filling, identity))
    return made


def _exported(page: Page) -> Exported:
    exported = pdf.export(page, lambda stage: None)
    errors = [message.text for message in exported.messages if message.is_error]
    if errors or not exported.data:
        raise RenderingError(
            f"the notice: {errors[0] if errors else 'nothing came out'}", "Mend the template."
        )
    return exported


def _addressee(draft: Draft, index: int, clinic: tuple[str, str], smaller_by: int) -> Addressee:
    clinic_id, name = clinic
    number = notice_number(draft.matter, clinic_id)
    words = draft.language.words
    lines = [words["notice_clinic_id"] + words["colon"] + clinic_id]
    lines.append(words["notice_number"] + words["colon"] + number)
    fitting = [size for size in _SIZES if _height(name, lines, size) <= _HEIGHT] or [*_SIZES][-1:]
    if smaller_by >= len(fitting):
        message = f"name and id of {clinic_id} do not go onto a notice, at the smallest size of text"
        raise NoticeError(ADDRESSEE_TOO_LONG, message, "Shorten the clinic's name.")
    return Addressee(f"a{index}", name, clinic_id, number, fitting[smaller_by])


def _height(name: str, lines: Sequence[str], size: str) -> float:
    """Return how much a block takes, in points."""
    large, leading, little, tight = _SIZES[size]
    return _lines(name, large) * leading + (1 + sum(_lines(line, little) for line in lines)) * tight + 2


def _lines(text: str, size: float) -> int:
    ems = sum(_LATIN if character < "\u2e80" else 1 for character in text)
    # A line may end short of its end, where a mark or a word does not go onto it.
    return max(1, math.ceil((ems + 1) * size / _WIDTH))
