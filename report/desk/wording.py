"""The words of the desk, in the editor's language."""

import functools
from collections.abc import Mapping
from pathlib import Path

import yaml

from report.installation import bundled_templates

LANGUAGES = ("zh-Hans", "en")


def desk_folder() -> Path:
    """Return the folder of the desk's own page: the program's, never a project's, whose scripts it would run."""
    return bundled_templates() / "desk"


def language_for(locale: str) -> str:
    """Return the language of the desk for those who write in a locale."""
    return "en" if locale.startswith("en") else "zh-Hans"


@functools.cache
def read_wording(language: str) -> Mapping[str, str]:
    """Return the desk's words by key; the files are part of the program."""
    text = (desk_folder() / "words" / f"{language}.yaml").read_text(encoding="utf-8")
    loaded = yaml.load(text, Loader=yaml.CBaseLoader)
    return {str(key): str(value) for key, value in loaded.items()}
