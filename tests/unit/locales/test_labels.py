"""The words of the page furniture: every locale has them all, with the same places to fill."""

import string

import pytest
import yaml

from report.compose.matter import read_labels
from report.installation import bundled_templates
from report.load.files import read_templates
from report.locales.conversion import HAN

TEMPLATES = read_templates(bundled_templates().parent / "nowhere", bundled_templates())
MASTER = read_labels(TEMPLATES, "zh-Hans")


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("locale", ["zh-Hant", "zh-Hant-HK", "zh-Hant-TW", "en"])
def test_a_locale_has_every_word_with_the_same_places(locale):
    words = read_labels(TEMPLATES, locale)
    assert words.keys() == MASTER.keys()
    for key, text in MASTER.items():
        assert places(words[key]) == places(text), key


def test_english_words_are_english():
    assert [key for key, text in read_labels(TEMPLATES, "en").items() if HAN.search(text)] == []


def test_traditional_words_are_traditional():
    from report.compose.leftovers import _simplified

    words = read_labels(TEMPLATES, "zh-Hant")
    assert [key for key, text in words.items() if _simplified(text)] == []


def test_a_region_says_only_what_it_says_otherwise():
    script = read_labels(TEMPLATES, "zh-Hant")
    own = yaml.load(TEMPLATES["labels/zh-Hant-TW.yaml"], Loader=yaml.CBaseLoader)
    assert [key for key, text in own.items() if script[key] == text] == []
