"""`python -m report` and the command `report`."""

import gc
import os
import sys

# Classes and functions of modules, which is nearly all that a start makes, are no garbage to look for each 700 objects.
gc.set_threshold(50_000, 20, 20)
# What libraries look for at every start and nothing here uses; together they took an eighth of a second.
# Plugins of pydantic, sought among all installed packages; none may change how content is read:
# https://pydantic.dev/docs/validation/latest/concepts/plugins/
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# The command line of httpx, with click and rich's parts; without it httpx does as where they are not installed:
# https://docs.python.org/3/reference/import.html#the-module-cache
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

from report.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
