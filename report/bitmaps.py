"""PNG and JPEG pictures judged before anything draws them: what they really are, their size, whether they decode."""

import io
import struct

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_SIGNATURE = b"\xff\xd8\xff"


def bitmap_problem(data: bytes, max_pixels: int) -> str:
    """Return what keeps a picture from being used, in words; empty where nothing does.

    Args:
        data: The file; its name plays no part.
        max_pixels: Width times height; checked before it is decoded.
    """
    try:
        width, height = _png_size(data) if data.startswith(PNG_SIGNATURE) else _jpeg_size(data)
    except (struct.error, ValueError, IndexError):
        return "the file is no PNG or JPEG image that can be read"
    if not width or not height:
        return f"the image is {width} × {height} pixels"
    if width * height > max_pixels:
        limit = f"{max_pixels // 1_000_000} megapixels"
        return f"the image is {width:,} × {height:,} pixels; the limit is {limit}"
    return _decoding_problem(data)


def _decoding_problem(data: bytes) -> str:
    # Pillow is imported here: a briefing without pictures does not pay for it.
    from PIL import Image, ImageFile, UnidentifiedImageError

    try:
        # WeasyPrint, where it is loaded, lets Pillow fill up what a truncated image lacks.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        return f"the image is damaged ({str(error) or type(error).__name__})"
    return ""


def _png_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return the size that a JPEG's frame header states (ITU-T T.81, B.2.2)."""
    if not data.startswith(b"\xff\xd8"):
        raise ValueError("no JPEG")
    offset = 2
    while True:
        marker, length = struct.unpack(">xBH", data[offset : offset + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[offset + 5 : offset + 9])
            return width, height
        offset += 2 + length
