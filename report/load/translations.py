"""The sections that are written in other locales than the briefing's own, put into reading order."""

from collections.abc import Iterable, Mapping

from report.findings import Code, Finding, Severity
from report.load.links import ID_DUPLICATE, suggest
from report.model import BriefingSettings, Section

TRANSLATION_UNMATCHED = Code("C051", "translation-unmatched", is_waivable=False)
TRANSLATION_UNUSED = Code("C052", "translation-unused", Severity.WARNING)


def translations(
    settings: BriefingSettings, sections: Iterable[Section], own: Mapping[str, Section]
) -> tuple[dict[str, tuple[Section, ...]], list[Finding]]:
    """Return the sections of other locales, by locale, and what is wrong with them.

    Args:
        settings: `briefing.yaml`.
        sections: All that were read.
        own: Those of the briefing's own language, by id.
    """
    findings: list[Finding] = []
    found: dict[str, dict[str, Section]] = {}
    for section in sections:
        locale = section.locale
        if locale == settings.language:
            continue
        where = section.file.locate("id")
        if section.head.id not in own:
            message = f"this is the section {section.head.id!r} in {locale!r}, and there is none of that id"
            hint = suggest(section.head.id, own) or f"Write it in {settings.language!r}, or remove it."
            findings.append(Finding(TRANSLATION_UNMATCHED, where, message, hint))
            continue
        if not _is_built(locale, settings.locales):
            message = f"the section is written in {locale!r}, which `locales` does not list"
            hint = (
                f"Add {locale!r} to `locales` in briefing.yaml, or begin the file's name with an underscore."
            )
            findings.append(Finding(TRANSLATION_UNUSED, where, message, hint))
            continue
        earlier = found.setdefault(locale, {}).setdefault(section.head.id, section)
        if earlier is not section:
            message = f"the id {section.head.id!r} is taken by {earlier.file.path}"
            findings.append(Finding(ID_DUPLICATE, where, message, "Give one of the two another id."))
    ordered = {
        locale: tuple(by_id[name] for name in dict.fromkeys(settings.spine) if name in by_id)
        for locale, by_id in found.items()
    }
    return ordered, findings


def _is_built(locale: str, listed: Iterable[str]) -> bool:
    """Return whether a locale is listed, or is the script of a region that is."""
    return any(name == locale or name.startswith(f"{locale}-") for name in listed)
