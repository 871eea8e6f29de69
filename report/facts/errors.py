"""How this package refuses: each error says what is and how to write it instead."""

from collections.abc import Sequence

import pydantic_core


class DateError(ValueError):
    """A text is no date that a fact may carry.

    Attributes:
        message: What is, with the text that was found.
        hint: One imperative sentence.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DerivedError(ValueError):
    """What facts state does not allow the value that is asked for.

    Attributes:
        message: What is, with values.
        hint: One imperative sentence.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def refusal(kind: str, message: str, hint: str = "") -> pydantic_core.PydanticCustomError:
    """Return the error that a validator raises at the value it validates.

    Args:
        kind: The error's stable `type`, in snake case; what a finding's code is chosen by.
        message: What is, with values.
        hint: One imperative sentence; it arrives as `error["ctx"]["hint"]`.
    """
    context = {"message": message, "hint": hint}
    # Passing the message as a value keeps braces that an author typed from being read as a template.
    return pydantic_core.PydanticCustomError(kind, "{message}", context)


def refusals_at(
    places: Sequence[tuple[tuple[str | int, ...], pydantic_core.PydanticCustomError]],
) -> pydantic_core.ValidationError:
    """Return one exception with an error at each place, a path below the model that raises it.

    Pydantic puts the model's own path before each, so `("names", 1, "valid")` raised by the third
    entity is reported as `(2, "names", 1, "valid")`.
    """
    return pydantic_core.ValidationError.from_exception_data(
        "model", [{"type": error, "loc": place, "input": None} for place, error in places]
    )
