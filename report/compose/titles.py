"""Lines of a cover's title: broken by sense, and of about equal length."""

import itertools
import re

# What fits beside the band and the margins of the cover, in Han of the display size.
MOST_EMS = 13.5

# A break by sense stands after a mark or a space, and before what asks or joins. A joining word is left alone
# where it is a part of a longer one (参与, 普及).
_BREAK = re.compile(
    r"(?<=[、，：；。？！—…])(?![、，：；。？！—…”’）》」』])"
    r"|(?<=[ 　])(?![ 　、，：；。？！—…”’）》」』])"
    r"|(?<=[”）》」』])(?=[^、，：；。？！—…”’）》」』的])"
    r"|(?=为何|为什么|如何|何时|何以|怎样|怎么|是否|能否|会不会|谁来|哪些)"
    r"|(?<![参赋给授])(?=与(?!会|否))"
    r"|(?<![涉以普波])(?=及(?!时|格|其))"
    r"|(?=以及|或者|并且|而且|但是|对于|关于)"
)


def width_in_ems(text: str) -> float:
    """Return about how wide a text is set, in Han: a Latin letter or digit counts 0.55."""
    return sum(1.0 if character >= "\u2000" else 0.55 for character in text)


def title_lines(title: str, most_ems: float = MOST_EMS) -> tuple[str, ...]:
    """Return a title as the lines it is set in: as few as hold it, then as equal as breaks by sense allow.

    A title that fits one line stays whole. Breaks stand where the sense pauses, never inside a word of Latin
    letters or digits; a phrase that is itself too wide is cut into equal parts. The lines joined are the
    title, less spaces at the breaks.

    Args:
        title: One line of text.
        most_ems: What a line holds.
    """
    if width_in_ems(title) <= most_ems:
        return (title,)
    phrases = [part for phrase in _phrases(title) for part in _cut(phrase, most_ems)]
    return tuple(line.strip(" 　") for line in _balanced(phrases, most_ems))


def _phrases(title: str) -> list[str]:
    places = [0, *sorted({match.start() for match in _BREAK.finditer(title)} - {0, len(title)}), len(title)]
    return [title[begin:end] for begin, end in itertools.pairwise(places)]


def _cut(phrase: str, most_ems: float) -> list[str]:
    """Return a phrase in parts of about equal width that each fit a line; Latin words stay whole."""
    count = -int(-width_in_ems(phrase) // most_ems)
    if count <= 1:
        return [phrase]
    goal = width_in_ems(phrase) / count
    parts = [""]
    for piece in re.findall(r"[!-~]+ ?|[^!-~]", phrase):
        is_full = width_in_ems(parts[-1]) + width_in_ems(piece) / 2 > goal
        if parts[-1] and is_full and piece not in "、，：；。？！—…”’）》」』":
            parts.append("")
        parts[-1] += piece
    return parts


def _balanced(phrases: list[str], most_ems: float) -> list[str]:
    """Return the phrases in as few lines as hold them, the widest line as narrow as can be."""
    lines = _filled(phrases, most_ems)
    widths = sorted(
        {
            width_in_ems("".join(phrases[begin:end]))
            for begin, end in itertools.combinations(range(len(phrases) + 1), 2)
        }
    )
    for width in widths:
        narrower = _filled(phrases, width)
        if len(narrower) <= len(lines) and all(width_in_ems(line) <= most_ems for line in narrower):
            return narrower
    return lines


def _filled(phrases: list[str], most_ems: float) -> list[str]:
    lines = [""]
    for phrase in phrases:
        if lines[-1] and width_in_ems(lines[-1] + phrase) > most_ems:
            lines.append("")
        lines[-1] += phrase
    return lines
