"""Numbers that run through a whole briefing: citations, notes, figures and tables, in reading order."""

import dataclasses

from report.findings import Finding


@dataclasses.dataclass
class NoteEntry:
    """A note of the back matter while it is being collected.

    Attributes:
        html: Finished markup.
        back: The anchors of the places that refer to it.
        is_of_fact: Whether it says what a fact is, and is no footnote that an author wrote.
    """

    anchor: str
    number: int
    html: str = ""
    back: list[str] = dataclasses.field(default_factory=list)
    is_of_fact: bool = False


@dataclasses.dataclass
class Numbering:
    """Gives out numbers and anchors in the order of first use, and remembers who used them.

    Attributes:
        cited: Anchors of the places that cite a source, by source id, in order of first citation.
        notes: In order.
        anchors: Every id of the document, with the path of the section that set it.
        links: Internal targets, each with the finding to report where the target does not exist.
    """

    cited: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    notes: list[NoteEntry] = dataclasses.field(default_factory=list)
    anchors: dict[str, str] = dataclasses.field(default_factory=dict)
    links: list[tuple[str, Finding]] = dataclasses.field(default_factory=list)
    figures: int = 0
    tables: int = 0
    _citations: int = 0
    _numbers: dict[str, int] = dataclasses.field(default_factory=dict)

    def cite(self, source_id: str, anchor: str) -> int:
        """Return the number of a source, cited at a place."""
        number = self._numbers.setdefault(source_id, len(self._numbers) + 1)
        self.cited.setdefault(source_id, []).append(anchor)
        return number

    def citation_anchor(self) -> str:
        """Return a fresh id for a place that cites."""
        self._citations += 1
        return f"cite-{self._citations}"

    def new_note(self) -> NoteEntry:
        """Return the next note, to be filled."""
        number = len(self.notes) + 1
        note = NoteEntry(f"note-{number}", number)
        self.notes.append(note)
        return note
