"""The system's shared libraries that pages need: found, versioned, and what installs them.

Standard library only: the set-up runs it before anything else is installed.
"""

import ctypes
import ctypes.util
import dataclasses
import sys


@dataclasses.dataclass(frozen=True)
class Library:
    """A shared library.

    Attributes:
        name: What people call it.
        soname: What the linker calls it, with its version; tried first.
        short_name: For `ctypes.util.find_library`.
        package: Debian's and Ubuntu's package.
        version_function: A function without arguments that returns its version as text; may be empty.
    """

    name: str
    soname: str
    short_name: str
    package: str
    version_function: str = ""


# What WeasyPrint 70 opens (weasyprint/text/ffi.py), with its Debian 12 and Ubuntu packages.
LIBRARIES = (
    Library("Pango", "libpango-1.0.so.0", "pango-1.0", "libpango-1.0-0", "pango_version_string"),
    Library("PangoFT2", "libpangoft2-1.0.so.0", "pangoft2-1.0", "libpangoft2-1.0-0"),
    Library("HarfBuzz", "libharfbuzz.so.0", "harfbuzz", "libharfbuzz0b", "hb_version_string"),
    Library("HarfBuzz subset", "libharfbuzz-subset.so.0", "harfbuzz-subset", "libharfbuzz-subset0"),
    Library("Fontconfig", "libfontconfig.so.1", "fontconfig", "libfontconfig1"),
    Library("GObject", "libgobject-2.0.so.0", "gobject-2.0", "libglib2.0-0"),
)


def find_version(library: Library) -> str | None:
    """Return a library's version, `present` where it tells none, or None where it cannot be opened."""
    loaded = None
    for name in (library.soname, ctypes.util.find_library(library.short_name)):
        if name is None:
            continue
        try:
            loaded = ctypes.CDLL(name)
            break
        except OSError:
            continue
    if loaded is None:
        return None
    if not library.version_function:
        return "present"
    function = getattr(loaded, library.version_function)
    function.restype = ctypes.c_char_p
    version: bytes = function()
    return version.decode()


def missing_packages() -> list[str]:
    """Return the Debian packages of the libraries that are not there, and of a Python without `venv`."""
    missing = [library.package for library in LIBRARIES if find_version(library) is None]
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        missing.append(f"python3.{sys.version_info.minor}-venv")
    return missing
