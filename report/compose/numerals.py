"""Chinese numerals, as sections and lists are numbered with them."""

NUMERALS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """Return a number from 1 in Chinese numerals, as sections are numbered: 十二, 一百〇三; in digits above 999."""
    if number > 999:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else NUMERALS[tens]) + "十"
    elif hundreds and ones:
        text += "〇"
    return text + (NUMERALS[ones] if ones else "")


def section_number(number: int, locale: str) -> str:
    """Return a section's number from 1 as its language writes it: 三, 3."""
    return chinese_number(number) if locale.startswith("zh") else str(number)
