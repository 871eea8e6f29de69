"""A file may hold anything: what is read back of it, or that it cannot be read, is never an accident."""

import contextlib
import io
import random

import pikepdf
import pytest

from report.formats import pdf
from report.pages import Page
from report.sandbox import Worker

BODY = """
<h1>甲</h1><p>乙<a href="#x">丙</a></p><table><thead><tr><th>丁</thead><tbody><tr><td>戊</tbody></table>
<section role="doc-endnotes"><ol><li id="x">己</ol></section><svg width="9" height="9"><title>图</title></svg>
"""
JUNK = [
    lambda: 0,
    lambda: -1.5,
    lambda: True,
    lambda: pikepdf.Name.X,
    lambda: pikepdf.String("x"),
    lambda: pikepdf.Array([]),
    lambda: pikepdf.Array([pikepdf.Name.Y, 1, pikepdf.Dictionary()]),
    lambda: pikepdf.Dictionary(),
]


@pytest.fixture(scope="module")
def sound(fontconfig):
    style = "<style>html { font-family: Jianbao Song }</style>"
    html = f'<!DOCTYPE html><html lang="zh-Hans"><title>题</title>{style}{BODY}'
    with Worker(pdf.export, name="making the pdf", prepare=lambda: pdf.prepare(fontconfig)) as worker:
        return worker.run(Page(html, {})).data


@pytest.mark.parametrize("seed", range(12))
def test_whatever_stands_in_its_place_the_file_is_read_or_refused(sound, seed):
    chance = random.Random(seed)
    for _ in range(20):
        data = damaged(sound, chance)
        try:
            extract = pdf.inspect(data)
        except ValueError:
            continue
        assert extract.pages


def damaged(sound, chance):
    with pikepdf.open(io.BytesIO(sound)) as document:
        for _ in range(chance.randint(1, 3)):
            found = [item for item in document.objects if isinstance(item, pikepdf.Dictionary)]
            item = chance.choice([*found, *[document.Root] * 10])
            key = chance.choice(sorted(item.keys()) or ["/X"])
            if key not in ("/Pages", "/Kids", "/Count", "/Type"):
                item[key] = chance.choice(JUNK)()
        target = io.BytesIO()
        # What pikepdf itself refuses to write is no case.
        with contextlib.suppress(pikepdf.PdfError):
            document.save(target)
    return target.getvalue()
