"""Entries of the reference list and citation marks, after GB/T 7714-2025 (顺序编码制, in force 2026-07-01).

What was checked, and against what (the full text is not free, so these are public readings of it):

- Examples of the 2025 text, clauses 5 to 9 and annex B, as transcribed in `GB-T_7714—2025.original.toml` of
  github.com/typst-doc-cn/bib-csl-dev-data: surnames no longer in capitals (7.1.1 `Einstein A`, `Godard J-L`,
  `Li Jiangning`); 等 after three names; the marks PP, DS, CM, EB; an access date for web pages, data sets and
  preprints only; `DOI:` without a space, and none where the address holds it (7.9); a standard as number and
  name alone (8.9); an online report as date and address alone (8.8); 出版地不详 and `S.l.` (7.5).
- Clause 6: `.` and `[ ]` are half-width and the other signs full-width, in Western entries too
  (github.com/TJ-CSCCG/TongjiThesis/pull/124, github.com/zotero-chinese/styles/issues/701).
  `Punctuation` chooses otherwise.
- What changed against the draft: github.com/hushidong/biblatex-gb7714-2025/issues/8.
- Laws and decrees have no clause of their own. They are archives `[A]`, the type for documents kept for
  consultation, as in the Chinese Zotero community's style for 2025 (github.com/zotero-chinese/styles); their
  number follows the title, as a report's or an archived file's does, and they carry the two dates of a web
  page, because a page is what was read, and laws are amended.
- From the 2015 text: `[255-256]`, two consecutive numbers make a range (10.1.2); one pair of brackets where
  place and publisher are both unknown (A.3).
"""

from report.references.citations import cluster, ranges
from report.references.entries import format_reference, plain_text, reference_language
from report.references.parts import HALF_WIDTH, STANDARD, Part, PartKind, Punctuation

__all__ = [
    "HALF_WIDTH",
    "STANDARD",
    "Part",
    "PartKind",
    "Punctuation",
    "cluster",
    "format_reference",
    "plain_text",
    "ranges",
    "reference_language",
]
