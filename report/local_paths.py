"""Paths of this machine in settings: told from the project, and made absolute before they are used."""

from typing import Annotated

import pydantic
from pydantic_core import PydanticCustomError

MAX_PATH = 500


class LocalPath:
    """Marks a field of settings as the path of a file or a folder of this machine."""


def _check(value: str) -> str:
    if not value.isprintable() or len(value) > MAX_PATH or value.startswith("~"):
        raise PydanticCustomError(
            "scalar_invalid",
            "this is no path",
            {"hint": "Write it from the project or from /, without ~."},
        )
    return value


PathText = Annotated[str, pydantic.Field(strict=True), pydantic.AfterValidator(_check), LocalPath]
