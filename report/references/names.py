"""Names of authors: GB/T 7714-2025, 7.1.

Family name first and never in capitals; given names of Western authors as initials without stops, a hyphen
kept (`Godard J-L`); names in pinyin in full (`Li Jiangning`), spelt after GB/T 28039 (one word).
"""

import re
from collections.abc import Iterable

from report.facts.sources import Name
from report.references.languages import Words, has_han
from report.references.parts import Punctuation, clean

_SUFFIXES = {"jr": "Jr", "sr": "Sr", "ii": "II", "iii": "III", "iv": "IV"}

# The syllables of Hanyu Pinyin, by initial; `v` is how ü is typed.
_FINALS = {
    "": "a ai an ang ao e ei en er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei eng i ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve ü üe",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve ü üe",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
_SYLLABLES = {initial + final for initial, finals in _FINALS.items() for final in finals.split()}
_SYLLABLE = f"(?:{'|'.join(sorted(_SYLLABLES))})"
_GIVEN = re.compile(rf"{_SYLLABLE}(?:['’]?{_SYLLABLE})?", re.IGNORECASE)
_FAMILY = re.compile(
    rf"{_SYLLABLE}|ouyang|sima|shangguan|zhuge|huangfu|dongfang|murong|situ|xiahou|linghu|duanmu|gongsun",
    re.IGNORECASE,
)


def _is_pinyin(family: str, given: str) -> bool:
    """Return whether both names can be read as a Chinese person's in pinyin.

    A Western name that happens to read so (Sun, Anna) is printed in full, which 7.1.1 allows for any name.
    """
    # `AN` are two initials.
    return bool(_FAMILY.fullmatch(family) and _GIVEN.fullmatch(given) and not given.isupper())


def _joined_pinyin(given: str) -> str:
    first, *rest = re.split(r"[ \-‐]+", given)
    for syllable in rest:
        # GB/T 28039: an apostrophe before a syllable that begins with a, o or e.
        first += ("'" if syllable[0].lower() in "aoe" else "") + syllable.lower()
    return first


def _initials(given: str) -> str:
    """Return `J A` for `James Alan`, `J-L` for `Jean-Luc`, `J A Jr` for `James A., Jr.`."""
    initials: list[str] = []
    suffix = ""
    for token in re.findall(r"[^\s.,]+", given.replace(".-", "-")):
        if token.lower() in _SUFFIXES and initials:
            suffix = _SUFFIXES[token.lower()]
        elif token.isascii() and token.isalpha() and token.isupper() and len(token) <= 3:
            initials.extend(token)  # PubMed writes the initials of James Alan as `JA`.
        else:
            initials.append("-".join(piece[0].upper() for piece in re.split(r"[-‐]", token) if piece))
    return " ".join(filter(None, [*initials, suffix]))


def format_name(name: Name) -> str:
    """Return one name as 7.1 prints it; a literal name as it is."""
    if name.literal:
        return clean(name.literal)
    family, given = clean(name.family or ""), clean(name.given or "")
    if has_han(family) and has_han(given):
        return family + given
    printed = [clean(name.non_dropping_particle or ""), family]
    pinyin = _joined_pinyin(given) if given else ""
    printed.append(pinyin if _is_pinyin(family, pinyin) else _initials(given))
    # Annex B.4: `Veen P H v d` for Pieter Hendrik van der Veen.
    printed.append(" ".join(particle[0] for particle in clean(name.dropping_particle or "").split()))
    printed.append(clean(name.suffix or "").rstrip("."))
    return " ".join(filter(None, printed))


def format_names(names: Iterable[Name], words: Words, punctuation: Punctuation) -> str:
    """Return up to three names, then 等 or et al; nothing for no names."""
    printed = [format_name(name) for name in names]
    shown = [*printed[:3], words.others] if len(printed) > 3 else printed
    return punctuation.with_comma(*shown)
