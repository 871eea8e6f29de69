"""What Jinja and Python say of templates in prose, in an editor's words."""

import re

# What Jinja says of a template that it cannot read, and the same in words, with what to do.
_SYNTAX = (
    (r"unexpected char '[‘’“”]'", "a quote of prose in a template", "Write straight quotes: 'id'."),
    (r"unexpected char '(.)'", r"the character \1 has no meaning in a template", "Remove it."),
    (r"got 'end of print statement'", "{{ and }} with nothing, or only half of something, between", ""),
    (r"unexpected '(.)'", r"a \1 where none can stand", ""),
    (
        r"Unexpected end of template.*innermost block that needs to be closed is '(\w+)'",
        r"{% \1 %} has no end",
        r"Write {% end\1 %} where it ends.",
    ),
    (
        r"Encountered unknown tag '(\w+)'",
        r"there is no {% \1 %}, or none that is open here",
        "Correct it, or write the opening one before.",
    ),
    (r"Missing end of comment tag", "{# begins a comment that has no end", "Write #} where it ends."),
    (r"unexpected end of template", "{{ or {% has no end", "Write }} or %} where it ends."),
    (r"expected token '(.+)', got '(.+)'", r"\2 where \1 should stand", ""),
)


def syntax_in_words(message: str) -> tuple[str, str]:
    """Return what is wrong with a template, and a hint, for a message of Jinja's."""
    usual = "Look for a bracket or quote that is not closed; braces that are meant go into {% raw %}."
    for pattern, words, hint in _SYNTAX:
        match = re.search(pattern, message)
        if match is not None:
            return match.expand(words), match.expand(hint) or usual
    return message, usual


def quoted(error: Exception) -> str:
    """Return the name that a message has between quotes; empty where it has none."""
    match = re.search(r"'([^']*)'", str(error))
    return match.group(1) if match else ""


def in_words(error: Exception) -> str:
    """Return what an expression failed for."""
    if isinstance(error, ZeroDivisionError):
        return "a division by 0"
    message = re.sub(r"<[^>]* object at 0x[0-9a-f]+>", "object", str(error)) or type(error).__name__
    # Python names the class before the function: FactDesk.fact() missing 1 required positional argument.
    return re.sub(r"\b[A-Z]\w+\.(\w+\(\))", r"\1", message)
