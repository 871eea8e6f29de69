"""Text of documents made comparable: what no reader sees differs no more, and every digit still counts. Pure."""

import codecs
import functools
import hashlib
import re
import unicodedata

# What takes no room: zero-width characters, marks of direction, soft hyphens, the byte order mark, fillers.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0100-\U000e01ef]"
)
_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3000-\u303f\uff01-\uff0f\uff1a-\uff20"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE
)
# https://encoding.spec.whatwg.org/#names-and-labels: what browsers take these for.
_READ_AS = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252"}
_NO_PAGES = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def normalised(text: str) -> str:
    """Return a text in NFC, a line for a line, without blank ones, spaces in a row or characters that nobody sees.

    Not NFKC: it would make 102 of 10², and a change of the one into the other would be none.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text))
    text = _SPACES.sub(" ", _CONTROLS.sub(" ", text))
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))


def fingerprint(text: str) -> str:
    """Return a hash of what a normalised text says: lines broken otherwise, or 全角 for 半角, make no other one."""
    flat = _BETWEEN_HAN.sub("", " ".join(text.split()))
    return hashlib.sha256(flat.translate(_Widths()).encode()).hexdigest()


class _Widths(dict[int, str]):
    """Full-width and half-width forms as the characters that they are forms of (Unicode, UAX #11)."""

    def __missing__(self, point: int) -> str:
        return _of_usual_width(point)


@functools.lru_cache(maxsize=4096)
def _of_usual_width(point: int) -> str:
    char = chr(point)
    if unicodedata.decomposition(char).startswith(("<wide>", "<narrow>")):
        return unicodedata.normalize("NFKC", char)
    return char


def decoded(data: bytes, charset: str) -> str:
    """Return the text of bytes: what is UTF-8 is read as that, else what its sender or the page itself names.

    Servers name encodings that they do not send; but bytes that are UTF-8 by chance are next to unheard of.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) if name == "utf-8" else 0 :].decode(name, "replace")
    meta = _META_CHARSET.search(data[:4096])
    named = [_known(name) for name in (charset, meta.group(1).decode("ascii") if meta else "")]
    # These are 7-bit: all that is written in them is UTF-8, and no text of it.
    first = [name for name in named if name.startswith(("iso2022", "hz", "utf-16", "utf-32"))]
    for name in (*first, "utf-8", *named, "gb18030"):
        if name:
            try:
                return data.decode(name)
            except (UnicodeError, LookupError):
                continue
    return data.decode(next(filter(None, named), "utf-8"), "replace")


def _known(charset: str) -> str:
    try:
        info = codecs.lookup(charset) if charset else None
    except LookupError:
        return ""
    # `base64` and `idna` are codecs too, and no encodings of pages.
    if info is None or info.name in _NO_PAGES or not getattr(info, "_is_text_encoding", True):
        return ""
    return _READ_AS.get(info.name, info.name)
