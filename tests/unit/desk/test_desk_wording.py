"""Every word that the desk's page asks for is there, in each language, and none is left over."""

import re

import pytest

from report.desk.wording import LANGUAGES, desk_folder, language_for, read_wording

# Keys that scripts put together from data.
_MADE = re.compile(r"t\(`(\w+?)_\$\{")
_CHOSEN = re.compile(r"""\? "([\w-]+)" : "([\w-]+)\"""")


def scripts():
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(desk_folder().glob("*.js")))


def test_languages_have_the_same_words_with_the_same_gaps():
    chinese, english = map(read_wording, LANGUAGES)
    assert list(chinese) == list(english)
    gaps = [
        {key: sorted(set(re.findall(r"\{\w+\}", text))) for key, text in words.items()}
        for words in (chinese, english)
    ]
    assert gaps[0] == gaps[1]
    assert all(chinese.values())
    assert all(english.values())


def test_every_word_that_is_asked_for_is_there_and_none_is_left_over():
    words = set(read_wording("zh-Hans"))
    text = scripts()
    pages = "\n".join(path.read_text(encoding="utf-8") for path in desk_folder().glob("*.html"))
    asked = set(re.findall(r'\bt\("([\w-]+)"', text)) | set(re.findall(r"b\.words\.(\w+)", pages))
    asked |= {key for match in _CHOSEN.findall(text) for key in match if key in words}
    assert asked - words == set()
    families = tuple(f"{family}_" for family in set(_MADE.findall(text)))
    assert [key for key in words - asked if not key.startswith(families)] == []


@pytest.mark.parametrize(
    ("locale", "language"), [("zh-Hans", "zh-Hans"), ("zh-Hant-HK", "zh-Hans"), ("en", "en")]
)
def test_the_desk_speaks_the_briefings_language(locale, language):
    assert language_for(locale) == language


def test_the_desk_needs_nothing_from_elsewhere():
    pages = "".join(path.read_text(encoding="utf-8") for path in desk_folder().iterdir() if path.is_file())
    assert set(re.findall(r"https?://[^\s\"'`)]+", pages)) == {"http://www.w3.org/2000/svg"}
