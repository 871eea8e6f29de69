"""Slots that lie one over the other on a sheet, and whether each holds what is in it."""

import pytest

from report.formats import pdf
from report.pages import Page
from report.sandbox import Worker

HEAD = "<!DOCTYPE html><html lang=zh><title>甲</title>"
STYLE = """<style>
@page { size: 200pt 400pt; margin: 0 }
body, p { margin: 0; font: 10pt/10pt 'Jianbao Hei'; overflow-wrap: anywhere }
.slot { position: absolute; top: 0; left: 0; width: 100pt; height: 20pt; overflow: hidden; opacity: 0.999 }
.high { float: left; height: 21pt; width: 5pt } .endless { height: 500pt }
</style>"""


def laid_out(page, progress):
    return pdf.export_sheet(page)


@pytest.fixture
def lay_out(fontconfig):
    """A function that lays out the contents of slots."""

    def run(*slots):
        body = "".join(f'<section class="slot">{slot}</section>' for slot in slots)
        with Worker(laid_out, name="laying out", prepare=lambda: pdf.prepare(fontconfig)) as worker:
            return worker.run(Page(f"{HEAD}{STYLE}<section>{body}</section>", {}))

    return run


@pytest.mark.parametrize(
    ("slot", "has_room"),
    [
        ("<p>一<p>二", True),
        ("", True),
        ("<p>一<p>二<p>三", False),
        ("<p>" + "甲" * 20, True),
        ("<p>" + "甲" * 21, False),
        ("<div class=high></div>", False),
        ("<div class=endless></div>", False),
        ("<p>" + "甲" * 500, False),
        # What is too high to begin on the page at all.
        ('<svg width="10" height="700" role="img"><title>甲</title></svg>', False),
    ],
)
def test_what_has_no_room_in_its_slot_is_noticed_whatever_stands_beside_it(lay_out, slot, has_room):
    exported, have_room = lay_out("<p>甲", slot, "<p>乙", slot, slot)
    assert have_room == (True, has_room, True, has_room, has_room)
    assert not [message for message in exported.messages if message.is_error]


def test_a_sheet_that_asks_for_what_is_not_there_has_nothing_but_an_error(lay_out):
    exported, have_room = lay_out('<img src="asset:///none.png" alt="">')
    assert (exported.data, have_room) == (b"", ())
    assert [message.is_error for message in exported.messages] == [True]
