"""What composing yields: the pages of one view of a briefing, with all that was found and recorded on the way."""

import dataclasses
from collections.abc import Mapping

from report.compose.register import Use
from report.editions.difference import Changes
from report.editions.record import Edition, SectionState
from report.findings import Finding
from report.pages import Content, Metadata


@dataclasses.dataclass(frozen=True)
class Frozen:
    """What an edition would freeze, in the briefing's own language, and what changed since another.

    `compared` is None where there is no earlier edition.
    """

    state: Edition
    compared: Changes | None = None


@dataclasses.dataclass(frozen=True)
class Composed:
    """One view of a briefing in one locale, as HTML pages.

    Attributes:
        view: `full` or `handout`.
        pages: Complete pages by their entry template; their images are `asset:///figures/…`.
        images: The paths of those images.
        uses: Where each fact shows, in the order of the document.
        findings: What was found on the way.
        metadata: What a file of it says of itself.
        labels: The words of its locale, by key.
        headings: What the outline holds, in order.
        bodies: Its sections as an edition freezes them.
        content: What every file of it must carry.
        frozen: None for a handout, whose text is frozen with the full view.
    """

    view: str
    pages: Mapping[str, str]
    images: tuple[str, ...]
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...]
    metadata: Metadata
    labels: Mapping[str, str]
    headings: tuple[str, ...]
    bodies: tuple[SectionState, ...]
    content: Content
    frozen: Frozen | None = None

    @property
    def lang(self) -> str:
        """BCP 47."""
        return self.metadata.lang

    @property
    def state(self) -> Edition:
        """What an edition of the full view would freeze."""
        assert self.frozen is not None
        return self.frozen.state
