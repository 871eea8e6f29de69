"""Composing, in a child: every view and locale that the outputs need, all of them one edition."""

import dataclasses
import datetime
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

from report.compose.assemble import compose
from report.compose.changes_in_locale import Translate
from report.compose.composed import Composed
from report.compose.issue import Issue
from report.compose.leftovers import check_locale
from report.compose.matter import Colophon, read_labels
from report.findings import Code, Finding
from report.locales.conversion import HAN, Conversion
from report.locales.localise import is_converted, localise
from report.model import Briefing
from report.pages import FULL, HANDOUT
from report.pipeline.outputs import Output, has_handout


@dataclasses.dataclass(frozen=True)
class Composing:
    """What every view and locale is composed with.

    Attributes:
        templates: By name.
        as_of: 数据截至.
        colophon: How files are made.
        issue: Which edition it is.
        outputs: Which pages are wanted.
        is_covered: Gives what tells whether some bundled font has a character; asked for other locales only.
    """

    templates: Mapping[str, str]
    as_of: datetime.date
    colophon: Colophon
    issue: Issue
    outputs: Sequence[Output]
    is_covered: Callable[[], Callable[[str], bool]]

    def views(
        self, source: Briefing, first: Composed | None = None, translate: Translate | None = None
    ) -> Iterator[Composed]:
        """Yield the views of a briefing in its language that are wanted; the full one is, where it is the first.

        Args:
            source: In the language that is wanted.
            first: The full view in the briefing's own language, which the edition freezes; None where this is it.
            translate: Tells a text of the editions in the language, where it is not theirs.
        """
        issue = self.issue if translate is None else self._translated(source, translate)
        compose_view = functools.partial(compose, source, self.templates, self.as_of, self.colophon, issue)
        full, handout = (self._entries(source, view) for view in (FULL, HANDOUT))
        page = None
        if handout or (first is None and has_handout(source)):
            page = compose_view(view=HANDOUT, entries=handout)
        if full or first is None:
            frozen = first.frozen if first else None
            yield compose_view(entries=full, handout=page, frozen=frozen, translate=translate)
        if page is not None:
            yield page

    def _translated(self, source: Briefing, translate: Translate) -> Issue:
        """Return the issue with what the mistake was in the language of a page, or that it is not written in it."""
        reason = self.issue.reason and translate(self.issue.reason)
        if reason is None:
            reason = read_labels(self.templates, source.settings.language)["changes_untranslated"]
        return dataclasses.replace(self.issue, reason=reason)

    def _entries(self, source: Briefing, view: str) -> list[str]:
        wanted = (view, source.settings.language)
        return [output.entry for output in self.outputs if (output.view, output.locale) == wanted]


def compose_views(
    briefing: Briefing, composing: Composing
) -> tuple[tuple[Composed, ...], tuple[Finding, ...]]:
    """Return the full view in the briefing's own language, what else the outputs need, and what was found."""
    language = briefing.settings.language
    composed = list(composing.views(briefing))
    # A section of both views is composed twice, and what is wrong in it is found twice.
    findings = list(dict.fromkeys(finding for item in composed for finding in item.findings))
    told = {_line(finding) for finding in findings}
    for locale in dict.fromkeys(output.locale for output in composing.outputs if output.locale != language):
        localised = localise(briefing, locale)
        others = list(composing.views(localised, composed[0], translation(briefing, localised)))
        found = [finding for item in others for finding in item.findings]
        found += _check_characters(localised, composing.as_of, composing.is_covered())
        # What is wrong in the text that it was converted from is told once, where its author wrote it.
        findings += [finding for finding in dict.fromkeys(found) if _line(finding) not in told]
        findings += _check_pages(briefing, locale, others)
        composed += others
    return tuple(composed), tuple(findings)


def _line(finding: Finding) -> tuple[Code, str, int]:
    return finding.code, finding.location.path, finding.location.line


def _check_characters(
    localised: Briefing, as_of: datetime.date, is_covered: Callable[[str], bool]
) -> list[Finding]:
    from report.lint import characters, survey

    return characters.check(localised, survey(localised, as_of, is_covered))


def _check_pages(briefing: Briefing, locale: str, composed: Sequence[Composed]) -> list[Finding]:
    """Return what stands on the pages of a locale and is none of its text."""
    listed = briefing.settings.locales
    path = ("locales", listed.index(locale)) if locale in listed else ("language",)
    where = briefing.files["briefing.yaml"].locate(*path)
    pages = [next(iter(item.pages.values())) for item in composed if item.pages]
    return list(dict.fromkeys(finding for page in pages for finding in check_locale(page, locale, where)))


def translation(briefing: Briefing, localised: Briefing) -> Translate:
    """Return what tells a text of the editions in another locale: conversion, or what is written in both."""
    language, locale = briefing.settings.language, localised.settings.language
    if is_converted(briefing, locale):
        return Conversion(language, locale, briefing.terms).text
    known = {
        briefing.text(briefing.settings.title, language): localised.text(localised.settings.title, locale)
    }
    known |= {
        briefing.text(fact.label, language): localised.text(localised.facts[name].label, locale)
        for name, fact in briefing.facts.items()
    }
    known |= {
        briefing.text(trigger.label, language): localised.text(other.label, locale)
        for trigger, other in zip(briefing.settings.triggers, localised.settings.triggers, strict=True)
    }
    known |= {
        section.head.title: other.head.title
        for section, other in zip(briefing.sections, localised.sections, strict=True)
    }

    def told(text: str) -> str | None:
        return text if not HAN.search(text) else known.get(text)

    return told
