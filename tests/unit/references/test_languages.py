import pytest

from report.references.languages import edition_statement, entry_language, words


@pytest.mark.parametrize(
    ("declared", "title", "language"),
    [
        ("", "间充质干细胞", "zh"),
        ("", "CAR-T 细胞治疗产品", "zh"),
        ("", "Mesenchymal stromal cells", "en"),
        ("", "The role of 气 in traditional medicine", "en"),
        ("", "最新図書館用語のしおり", "ja"),
        ("", "", "en"),
        ("", "2025", "en"),
        ("en", "间充质干细胞", "en"),
    ],
)
def test_the_language_of_an_entry(declared: str, title: str, language: str) -> None:
    assert entry_language(declared, title) == language


@pytest.mark.parametrize(
    ("language", "locale", "no_place"),
    [
        ("zh", "zh-Hans", "出版地不详"),
        ("zh", "zh-Hant-TW", "出版地不詳"),
        ("zh", "en", "出版地不详"),
        ("zh-Hant", "zh-Hans", "出版地不詳"),
        ("zh-HK", "zh-Hans", "出版地不詳"),
        ("zh-Hans", "zh-Hant", "出版地不详"),
        ("ja", "zh-Hant", "出版地不明"),
        ("de", "zh-Hans", "S.l."),
        ("zhx", "zh-Hans", "S.l."),
    ],
)
def test_added_words_are_in_the_language_of_the_entry(language: str, locale: str, no_place: str) -> None:
    assert words(language, locale).no_place == no_place


@pytest.mark.parametrize(
    ("edition", "language", "printed"),
    [
        ("", "zh", ""),
        ("1", "zh", ""),
        ("1", "en", ""),
        ("3", "zh-Hans", "3版"),
        ("2", "en", "2nd ed"),
        ("3", "en-GB", "3rd ed"),
        ("11", "en", "11th ed"),
        ("21", "en", "21st ed"),
        ("112", "en", "112th ed"),
        ("5", "de", "5th ed"),
        ("新1版", "zh", "新1版"),
        ("Rev. ed", "en", "Rev. ed"),
        ("²", "en", "²"),
    ],
)
def test_an_edition_statement(edition: str, language: str, printed: str) -> None:
    assert edition_statement(edition, language) == printed
