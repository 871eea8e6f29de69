"""Slots filled: text stays text in its place of the tree, and what cannot be in a slot is refused in words."""

import io

import pikepdf
import pytest
from PIL import Image

from report.copies import FormError
from report.tagged_pdf.slots import MOST_MARKS, read_slots
from tests.unit.copies.conftest import FOOT, SLOT, filled
from tests.unit.copies.test_inserts import check_parent_tree

TABLE = (
    '<table><thead><tr><th scope="col">科</th><th scope="col">日</th></tr></thead>'
    '<tbody><tr><th scope="row">内科</th><td>周一</td></tr></tbody></table>'
)


# The first 64 characters of 千字文, no two of them alike.
THOUSAND = (
    "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳"
    "云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙珠称夜光果珍李柰菜重芥姜"
)
assert len(set(THOUSAND)) == MOST_MARKS


def picture(colour=(200, 30, 30)):
    out = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(out, "PNG")
    return out.getvalue()


def sound(made):
    """What is true of every copy; returns it opened."""
    assert made.copy.startswith(made.edition)
    document = made.opened()
    assert document.check_pdf_syntax() == []
    return document


# --- What a slot is before it is filled ---


def test_an_empty_slot_is_an_element_in_its_place_and_shows_nothing(edition):
    with pikepdf.open(io.BytesIO(edition)) as document:
        places = read_slots(document)
        assert sorted(places) == ["foot", "name"]
        assert (places["name"].width, places["name"].height) == (180, 72)
        assert places["name"].first == 2
        assert places["foot"].element == 0
        assert document.get_object(places["name"].form, 0).read_bytes() == b""
        assert document.get_object(places["name"].element, 0).S == "/Div"


def test_a_slot_stands_once(exported):
    _, messages = exported(SLOT * 2)
    assert messages == ["Slot 'name' stands in two places"]


@pytest.mark.parametrize("other", [FOOT.replace("foot", "name"), f'<div aria-hidden="true">{SLOT}</div>'])
def test_a_slot_does_not_stand_both_in_the_text_and_in_what_is_decoration(exported, other):
    """What fills it is tagged, and nothing tagged may stand in an artifact (ISO 14289-1, 7.1)."""
    style = ".name { position: running(foot) }"
    for body in (f"{SLOT}<p>文</p>{other}", f"{other}<p>文</p>{SLOT}"):
        _, messages = exported(body, style)
        assert messages == ["Slot 'name' stands in two places"]


def test_a_page_without_slots_says_nothing_of_them(export):
    data = export("<p>文</p>")
    with pikepdf.open(io.BytesIO(data)) as document:
        assert read_slots(document) == {}
        assert "/PieceInfo" not in document.Root


@pytest.mark.parametrize("style", ["width: 0", "height: 0", "visibility: hidden"])
@pytest.mark.parametrize("place", [SLOT, FOOT])
def test_a_slot_in_which_nothing_could_be_seen_is_told(exported, style, place):
    told = f"Slot {'name' if place == SLOT else 'foot'!r} takes no room: nothing could be seen in it"
    _, messages = exported(f"{place}<p>文</p>", f".slot {{ {style} }}")
    assert messages == [told]


def test_a_slot_that_is_not_displayed_is_none(export):
    data = export(f"{SLOT}<p>文</p>", ".slot { display: none }")
    with pikepdf.open(io.BytesIO(data)) as document:
        assert read_slots(document) == {}


# --- What may be in one ---


def test_text_is_read_where_the_slot_stands_as_what_it_is(fill):
    made = fill("<p>青柏诊所</p><p>编号 <b>GZ-0001</b></p>")
    assert made.outline == [
        "Document",
        ". H1 题目",
        ". Div",
        ". . P 青柏诊所",
        ". . P 编号 GZ-0001",
        ". P 后面",
    ]
    assert "青柏诊所" in made.text
    with sound(made) as document:
        assert b"Artifact" not in document.get_object(read_slots(document)["name"].form, 0).read_bytes()


def test_each_stretch_of_text_leads_to_its_element_and_back(fill):
    with sound(fill("<p>甲<b>乙</b>丙</p><p>丁</p>")) as document:
        slot = read_slots(document)["name"]
        form, element = document.get_object(slot.form, 0), document.get_object(slot.element, 0)
        parents = document.Root.StructTreeRoot.ParentTree.Nums
        at = list(parents)[::2].index(form.StructParents)
        found = {}
        for kid in element.K:
            for mark in kid.K:
                assert mark.Stm.objgen == form.objgen
                assert mark.Pg.objgen == document.pages[0].obj.objgen
                found[int(mark.MCID)] = kid.objgen
        numbers = dict(enumerate(list(parents)[1::2][at]))
        assert {number: item.objgen for number, item in numbers.items() if item is not None} == found
        assert sorted(found) == list(range(slot.first, slot.first + 4))


def test_a_table_keeps_its_head(fill):
    made = fill(TABLE)
    assert made.outline[2:] == [
        ". Div",
        ". . Table",
        ". . . THead",
        ". . . . TR",
        ". . . . . TH 科",
        ". . . . . TH 日",
        ". . . TBody",
        ". . . . TR",
        ". . . . . TH 内科",
        ". . . . . TD 周一",
        ". P 后面",
    ]
    with sound(made) as document:
        scopes = [
            str(item.A.Scope)
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"
        ]
        assert sorted(scopes) == ["/Column", "/Column", "/Row"]


def test_a_picture_is_taken_over_as_decoration_or_with_its_text(fill):
    asset = {"logo": picture()}
    plain = fill('<img src="asset:///logo" alt=""><p>甲</p>', assets=asset)
    assert plain.outline[2:4] == [". Div", ". . P 甲"]
    told = fill('<img src="asset:///logo" alt="院徽"><p>甲</p>', assets=asset)
    assert told.outline[2:5] == [". Div", ". . Figure", ". . P 甲"]
    for made in (plain, told):
        with sound(made) as document:
            form = document.get_object(read_slots(document)["name"].form, 0)
            (image,) = form.Resources.XObject.values()
            assert pikepdf.PdfImage(image).as_pil_image().convert("RGB").getpixel((4, 3)) == (200, 30, 30)


def test_a_picture_with_a_text_says_where_on_the_page_it_stands(fill):
    made = fill('<p>甲</p><img src="asset:///logo" alt="院徽">', assets={"logo": picture()})
    with sound(made) as document:
        slot = read_slots(document)["name"]
        figure = document.get_object(slot.element, 0).K[1]
        assert figure.S == "/Figure"
        area = [float(length) for length in figure.A.BBox]
    # 8 × 6 pixels below a line of 24, in points, from the top left of the slot.
    top = slot.bottom + slot.height - 18
    assert area[0] == pytest.approx(slot.left, abs=0.01)
    assert area[2] == pytest.approx(slot.left + 6, abs=0.01)
    assert area[3] - area[1] == pytest.approx(4.5, abs=0.01)
    assert top - 18 <= area[1] < area[3] <= top


def test_in_a_foot_all_is_decoration(fill):
    made = fill("<p>青柏诊所</p>", slot="foot")
    assert "青柏诊所" in made.text
    assert not [line for line in made.outline if "青柏" in line]
    with sound(made) as document:
        content = document.get_object(read_slots(document)["foot"].form, 0).read_bytes()
        assert b"MCID" not in content


def test_a_slot_may_stay_empty(fill):
    made = fill("")
    assert made.outline == ["Document", ". H1 题目", ". Div", ". P 后面"]
    sound(made).close()


def test_lines_and_colours_are_drawn(fill):
    made = fill('<p style="border: 1pt solid #0b5; color: #900; background: #eee">甲</p>')
    sound(made).close()
    assert ". . P 甲" in made.outline


def test_as_many_stretches_as_a_slot_has_numbers_for_and_no_more(fill):
    words = "".join(f"<b>{sign}</b>" for sign in THOUSAND)
    made = fill(f"<p>{words}</p>", style="p { line-height: 16px }")
    assert made.outline[3] == f". . P {THOUSAND}"
    with pytest.raises(FormError, match="more than 64 stretches of text"):
        fill(f"<p>{words}<b>多</b></p>")


# --- What may not ---


def test_a_link_is_refused(fill):
    with pytest.raises(FormError, match="a slot holds a link, which it cannot"):
        fill('<p><a href="https://a.example/">甲</a></p>')
    with pytest.raises(FormError, match="a slot holds a link, which it cannot"):
        fill('<p><a href="https://a.example/">甲</a></p>', slot="foot")


def test_text_in_a_group_is_refused_for_it_would_take_all_characters_of_the_sheet_along(fill):
    with pytest.raises(FormError, match="text within a group or a pattern"):
        fill('<p style="opacity: 0.5">甲</p>', "<p>乙</p>")


@pytest.mark.parametrize("slot", ["name", "foot"])
def test_a_picture_in_a_group_may_be_decoration_and_nothing_else(fill, slot):
    """The numbers of what is marked there are those of another stream: they would be taken for the slot's."""
    image = '<p>甲</p><p><img style="opacity: 0.5" src="asset:///logo" alt="{}"></p>'
    made = fill(image.format(""), assets={"logo": picture()}, slot=slot)
    with sound(made) as document:
        check_parent_tree(document)
    if slot == "name":
        with pytest.raises(FormError, match="a picture with a text of its own within a group"):
            fill(image.format("院徽"), assets={"logo": picture()})


def test_a_group_without_text_takes_no_font_along(fill):
    made = fill(
        '<div style="opacity: 0.5; width: 9px; height: 9px; background: #0b5"></div><p>甲</p>', "<p>乙</p>"
    )
    with sound(made) as document:
        fonts = [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        ]
        assert (
            len(fonts)
            == len(pikepdf.open(io.BytesIO(made.edition)).objects) * 0 + count_fonts(made.edition) + 2
        )


def count_fonts(data):
    with pikepdf.open(io.BytesIO(data)) as document:
        return sum(
            isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" for item in document.objects
        )


def test_a_sheet_with_other_slots_than_the_edition_is_refused(edition, sheet):
    laid_out, _ = sheet("<p>甲</p>", "<p>乙</p>", "<p>丙</p>")
    with pikepdf.open(io.BytesIO(edition)) as document:
        places = read_slots(document)
    with pytest.raises(FormError, match="a page of 2 slots for each copy shows 3 groups"):
        laid_out.forms(0, places)
    with pytest.raises(FormError, match="shows 3 groups"):
        laid_out.forms(0, {"name": places["name"]}, 3)


# --- Each copy is its own ---


def test_what_has_no_room_is_told(sheet):
    _, have_room = sheet("<p>甲</p>", "<p>" + "长" * 61 + "</p>", "<p>" + "长" * 60 + "</p>")
    assert have_room == (True, False, True)


def test_the_same_filling_makes_the_same_bytes_whoever_else_is_on_the_sheet(edition, sheet):
    own = "<p>青柏诊所</p>"
    alone = filled(edition, sheet(own)[0]).copy
    among, _ = sheet("<p>南屿</p>", "<table><tr><td>甲</td></tr></table>", own, "<p>鑫淼诊所</p>")
    assert filled(edition, among, 2).copy == alone
    assert filled(edition, sheet(own, "<p>柏青</p>")[0]).copy == alone


def test_a_foot_is_drawn_on_every_page(export, sheet):
    body = f'{FOOT}<p>甲</p><p style="break-before: page">乙</p>'
    made = filled(export(body), sheet("<p>青柏诊所</p>", furniture=True)[0], slot="foot")
    assert made.text.count("青柏诊所") == 2
