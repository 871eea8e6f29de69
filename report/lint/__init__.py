"""Checks of a briefing, one module a family: `check(briefing, ground) -> findings`, found by the package."""

import dataclasses
import datetime
import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from report.findings import Finding
from report.model import Briefing, WordList
from report.passages import Passage, passages

_LISTS = ("zh-Hans", "zh-Hant", "en")


@dataclasses.dataclass(frozen=True)
class Ground:
    """What checks are made against.

    Attributes:
        as_of: 数据截至.
        is_covered: Whether some bundled font has a character.
        passages: The briefing's prose, in reading order.
        words: What the language's own list (`words/LOCALE.yaml`) and the briefing's hold together.
        language: The briefing's, BCP 47.
        places: The index in facts.yaml of each fact, by id.
    """

    as_of: datetime.date
    is_covered: Callable[[str], bool]
    passages: tuple[Passage, ...]
    words: WordList
    language: str
    places: Mapping[str, int]

    def words_in(self, locale: str) -> WordList:
        """Return the words to look for in a text of a locale; of another than the briefing's, the bundled ones."""
        return self.words if locale == self.language else read_words(_list_for(locale))


def survey(briefing: Briefing, as_of: datetime.date, is_covered: Callable[[str], bool]) -> Ground:
    """Return what a briefing's checks are made against."""
    language = briefing.settings.language
    own = read_words(_list_for(language))
    merged = {
        name: tuple(dict.fromkeys((*getattr(own, name), *getattr(briefing.words, name))))
        for name in WordList.model_fields
    }
    words = WordList(**merged)
    return Ground(as_of, is_covered, passages(briefing), words, language, _places(briefing))


def _list_for(locale: str) -> str:
    if locale in _LISTS:
        return locale
    return "zh-Hant" if "Hant" in locale else "zh-Hans"


def _places(briefing: Briefing) -> dict[str, int]:
    root = briefing.files["facts.yaml"].root if "facts.yaml" in briefing.files else None
    places: dict[str, int] = {}
    for index, node in enumerate(root.value if root is not None and isinstance(root.value, list) else []):
        if isinstance(node.value, dict) and "id" in node.value:
            places.setdefault(str(node.value["id"].value), index)
    return places


@functools.cache
def read_words(locale: str) -> WordList:
    """Return the program's own words for a locale; the files are part of the package."""
    path = Path(__file__).parent / "words" / f"{locale}.yaml"
    return WordList.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader) or {})


def check(briefing: Briefing, ground: Ground) -> list[Finding]:
    """Return the findings of every family."""
    findings: list[Finding] = []
    for module in pkgutil.iter_modules(__path__):
        family = importlib.import_module(f"{__name__}.{module.name}")
        findings += family.check(briefing, ground)
    return findings
