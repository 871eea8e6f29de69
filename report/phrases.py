"""Cuts Chinese text into phrases, where a reader would pause: for headings' lines and for comparing texts.

By BudouX, the model that browsers use for CSS `word-break: auto-phrase`.
"""

import functools

import budoux

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


@functools.lru_cache(maxsize=1 << 12)
def phrases_of(text: str, lang: str) -> tuple[str, ...]:
    """Return a text in phrases, whole in order; `lang` (BCP 47) tells traditional from simplified Chinese."""
    return tuple(_parser(lang.lower().startswith(_TRADITIONAL)).parse(text))


@functools.cache
def _parser(is_traditional: bool) -> budoux.Parser:
    if is_traditional:
        return budoux.load_default_traditional_chinese_parser()
    return budoux.load_default_simplified_chinese_parser()
