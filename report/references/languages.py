"""The language of an entry, which its own words (等, 版, 出版地不详) are in."""

import dataclasses
import re

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_TRADITIONAL = re.compile(r"zh-(hant|tw|hk|mo)\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Words:
    """What the formatter adds to an entry of its own.

    Attributes:
        volume: With `{}` where the number goes.
        others: After the third name.
        translated: After the names of translators.
    """

    others: str
    translated: str
    volume: str
    no_place: str
    no_publisher: str


_HANS = Words("等", "译", "第{}卷", "出版地不详", "出版者不详")
_HANT = Words("等", "譯", "第{}卷", "出版地不詳", "出版者不詳")
_JAPANESE = Words("他", "訳", "第{}巻", "出版地不明", "出版者不明")
# GB/T 7714-2025, 7.5.2.3 and 7.5.3.3: every other language takes the Latin abbreviations.
_LATIN = Words("et al", "trans", "v.{}", "S.l.", "s.n.")


def has_han(text: str) -> bool:
    """Return whether there is a Chinese character in the text."""
    return bool(_HAN.search(text))


def entry_language(declared: str, title: str) -> str:
    """Return the declared language tag, else `zh`, `ja` or `en` after the title's script.

    A title of both scripts is Chinese unless Latin words outnumber its characters.
    """
    if declared:
        return declared
    if _KANA.search(title):
        return "ja"
    characters = len(_HAN.findall(title))
    return "zh" if characters and characters >= len(_LATIN_WORD.findall(title)) else "en"


def script_of(language: str) -> str:
    """Return a tag that settles which glyphs are meant: `zh-Hans`, `zh-Hant`, `ja`; empty where a tag does not say."""
    if not language.lower().startswith("zh"):
        return language if language.lower().startswith(("ja", "ko")) else ""
    if _TRADITIONAL.match(language):
        return "zh-Hant"
    return "zh-Hans" if "-" in language else ""


def words(language: str, locale: str) -> Words:
    """Return the words for an entry; the locale settles the script of a bare `zh`."""
    primary = language.lower().partition("-")[0]
    if primary == "zh":
        tag = language if "-" in language else locale
        return _HANT if _TRADITIONAL.match(tag) else _HANS
    return _JAPANESE if primary == "ja" else _LATIN


def edition_statement(edition: str, language: str) -> str:
    """Return `2版` or `4th ed` for a number, nothing for a first edition, other text as it is.

    GB/T 7714-2025, 7.4: a first edition may be left out.
    """
    if not edition.isascii() or not edition.isdigit():
        return edition
    number = int(edition)
    if number == 1:
        return ""
    if language.lower().partition("-")[0] in ("zh", "ja"):
        return f"{number}版"
    teen = number % 100 in (11, 12, 13)
    suffix = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix} ed"
