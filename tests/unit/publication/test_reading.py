"""What is read back of an EPUB that somebody else made, or broke."""

import struct
import subprocess
import sys

from tests.epubs import files_of, packed
from tests.unit.formats.test_epub import export

READ = """
import sys
from report.publication.reading import read_publication
print(read_publication(sys.stdin.buffer.read()).fonts)
"""


def with_broken_names(font):
    """A font whose table of names begins nowhere."""
    data = bytearray(font)
    count = struct.unpack(">H", data[4:6])[0]
    entry = next(at for at in range(12, 12 + 16 * count, 16) if data[at : at + 4] == b"name")
    start = struct.unpack(">I", data[entry + 8 : entry + 12])[0]
    data[start + 4 : start + 6] = b"\xff\xff"
    return bytes(data)


def test_a_broken_font_has_no_name_and_says_nothing_by_the_way():
    files = files_of(export())
    name = "EPUB/fonts/JianbaoHei-Bold.ttf"
    data = packed(files | {name: with_broken_names(files[name])})
    # In a process of its own: the handlers of the test runner would take what is said here.
    ended = subprocess.run([sys.executable, "-c", READ], input=data, capture_output=True, check=True)
    assert b"'', " in ended.stdout
    assert ended.stderr == b""
