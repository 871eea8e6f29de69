import pytest

from report.typography.characters import Kind, kind_of
from report.typography.fitting import Line
from report.typography.paragraph import Atom, Edge, Paragraph, Text, mark_form
from report.typography.setting import set_line
from report.typography.variants import (
    CENTRED_END,
    GAP,
    HALF,
    PROPORTIONAL,
    SPACE_AFTER,
    SPACE_AROUND,
    SPACE_BEFORE,
)
from tests.typesetting import EM, form, paragraph, run, traditional_form


def widths(text):
    return [round(width / EM, 3) for width in paragraph(text).widths]


@pytest.mark.parametrize(
    ("char", "kind"),
    [
        ("汉", Kind.HAN),
        ("か", Kind.HAN),
        ("〇", Kind.HAN),
        ("𠮷", Kind.HAN),
        ("Ａ", Kind.WIDE),
        ("（", Kind.OPENING),
        ("。", Kind.CLOSING),
        ("·", Kind.MIDDLE),
        ("—", Kind.DASH),
        ("a", Kind.LATIN),
        ("⁶", Kind.LATIN),
        ("®", Kind.LATIN),
        (" ", Kind.SPACE),
        ("\u200b", Kind.NOTHING),
        ("\u0301", Kind.NOTHING),
    ],
)
def test_kinds(char, kind):
    assert kind_of(char) is kind


def test_signs_that_the_font_gives_an_em_are_wide():
    wide = Paragraph([Text("字℃", [EM, EM], EM, form)])
    assert wide.kinds == [Kind.HAN, Kind.WIDE]
    narrow = Paragraph([Text("字℃W", [EM, 8, EM], EM, form)])
    assert narrow.kinds == [Kind.HAN, Kind.LATIN, Kind.LATIN]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("。”", [0.5, 1]),  # a closing mark before another
        ("：“", [0.5, 1]),  # … before an opening one
        ("“（", [1, 0.5]),  # an opening mark behind another
        ("）（", [0.5, 1]),
        ("字，字", [1, 1, 1]),
        ("（字", [1, 1]),
        ("）\u200b“", [0.5, 0, 1]),  # what has no width parts nothing
        ("》·《", [0.5, 0.5, 1]),
        ("，\u3000", [0.5, 1]),
    ],
)
def test_marks_whose_blanks_meet_are_halved(text, expected):
    cells = paragraph(text)
    assert [round(width / EM, 3) for width in cells.widths] == expected
    assert all(
        (form == HALF) == (width < EM) for form, width in zip(cells.forms, cells.widths, strict=True) if form
    )


def test_marks_are_halved_over_the_ends_of_runs():
    cells = Paragraph([run("说："), run("“停”"), run("。")])
    assert [round(width / EM, 1) for width in cells.widths] == [1, 0.5, 1, 1, 0.5, 1]


def traditional(text):
    """Where the middle dot has a whole em, and pauses and stops stand in the middle of theirs."""
    return Paragraph([Text(text, [EM] * len(text), EM, traditional_form)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("，「", [1, 0.5]),  # the bracket comes nearer, to stay with what it holds
        ("：「", [1, 0.5]),
        ("？「", [1, 0.5]),
        ("」，", [0.5, 1]),
        ("」？", [0.5, 1]),
        ("」「", [0.5, 1]),
        ("「『", [1, 0.5]),
        ("』」", [0.5, 1]),
        ("。」", [0.5, 1]),  # a closing one has no blank before it: the stop gives its own
        ("。』」", [0.5, 0.5, 1]),
        ("？」", [1, 1]),  # ！ and ？ are never narrowed
        ("！」", [1, 1]),
        ("。，", [1, 1]),
        ("，\u3000", [1, 1]),
        ("字，字", [1, 1, 1]),
        ("》·《", [0.5, 1, 0.5]),
        ("甲·乙", [1, 1, 1]),
    ],
)
def test_marks_in_the_middle_of_their_square_give_way_on_one_side_only(text, expected):
    assert [round(width / EM, 3) for width in traditional(text).widths] == expected


def test_traditional_marks_are_narrowed_and_widened_but_for_exclamation_and_question():
    cells = traditional("字，字！字？字")
    assert [bool(shrink) for shrink in cells.shrink[1::2]] == [True, False, False]
    assert cells.stretch[1] > cells.stretch[3] > 0


@pytest.mark.parametrize(
    ("text", "width", "form"),
    [("字，", 0.75, CENTRED_END), ("字。", 0.75, CENTRED_END), ("字？", 1, ""), ("字」", 0.5, HALF)],
)
def test_at_a_line_end_a_mark_in_the_middle_gives_the_blank_behind_it_only(text, width, form):
    cells = traditional(text)
    line = Line(0, 2, 2, ratio=0.0, late_ratio=0.0, is_hyphenated=False, is_last=False)
    advances, forms = set_line(cells, line)
    assert (advances[-1] / EM, forms[-1]) == (width, form)


def test_a_font_without_half_marks_keeps_its_own():
    cells = Paragraph([run("。”", variant=lambda char, feature: None)])
    assert cells.widths == [EM, EM]
    assert cells.shrink == [0, 0]
    assert cells.trim_end == [0, 0]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("用A药", ["", SPACE_AROUND, ""]),
        ("用AB药", ["", SPACE_BEFORE, SPACE_AFTER, ""]),
        ("用AB", ["", SPACE_BEFORE, ""]),
        ("5%的", ["", SPACE_AFTER, ""]),
        ("37℃", ["", "", ""]),
        ("A，B", ["", "", ""]),
        ("药®是", ["", SPACE_AROUND, ""]),
        ("10⁶个", ["", "", SPACE_AFTER, ""]),
        ("用 A", ["", "", ""]),
        ("（A）", ["", "", ""]),
    ],
)
def test_space_between_han_and_latin_is_in_the_latin_advance(text, forms):
    cells = paragraph(text)
    assert cells.forms == forms
    spaces = {"": 0, SPACE_BEFORE: 1, SPACE_AFTER: 1, SPACE_AROUND: 2}
    for char, name, width in zip(text, forms, cells.widths, strict=True):
        plain = paragraph(char).widths[0]
        assert width == pytest.approx(plain + spaces[name] * GAP * EM)


def test_without_a_form_the_space_before_lies_on_the_han():
    cells = Paragraph([run("用A", variant=lambda char, feature: None)])
    assert cells.widths == pytest.approx([EM * (1 + GAP), EM / 2])
    assert cells.trim_end[0] == pytest.approx(GAP * EM)


def test_no_space_beside_raised_marks_or_over_the_edge_of_a_box():
    assert Paragraph([run("字"), run("1", is_raised=True), run("字")]).forms == ["", "", ""]
    edges = [run("按"), Edge(3, is_opening=True), run("K"), Edge(3, is_opening=False), run("键")]
    cells = Paragraph(edges)
    assert cells.forms == ["", "", ""]
    assert (cells.before, cells.after) == ([0, 3, 0], [0, 3, 0])


@pytest.mark.parametrize(
    ("text", "is_latin"),
    [
        ("It’s", True),
        ("他说“It’s”", True),
        ("他说’s", False),
        ("mg·kg是", True),
        ("甲·乙", False),
        ("“MSC” —", True),
    ],
)
def test_apostrophes_and_dots_follow_their_word(text, is_latin):
    cells = paragraph(text)
    place = next(
        index for index, char in enumerate(text) if char in "’·“" and (char != "“" or "’" not in text)
    )
    assert (cells.kinds[place] is Kind.LATIN) == is_latin


def test_quotes_in_foreign_runs_are_proportional():
    cells = Paragraph([run("他说"), run("“stop”", is_foreign=True)])
    assert [cells.forms[2], cells.forms[7]] == [PROPORTIONAL, PROPORTIONAL]
    cells = Paragraph([run("他说“stop”")])
    assert [cells.forms[2], cells.forms[7]] == ["", ""]


def test_dashes_and_ellipses_do_not_stretch_within():
    cells = paragraph("字——字……字")
    assert [share / EM for share in cells.stretch] == [1, 0, 0.75, 1, 0, 0.75, 0]


def test_raised_marks_and_atoms_take_no_share_on_their_left():
    cells = Paragraph([run("字"), run("[1]", is_raised=True), run("字"), Atom(20)])
    assert cells.stretch[0] == 0
    assert cells.stretch[3] == 0
    assert cells.stretch[4] == EM
    assert cells.widths[5] == 20


@pytest.mark.parametrize(
    ("width", "feature"),
    [(1.0, ""), (0.97, ""), (0.94, "cv13"), (0.77, "cv11"), (0.83, "cv12"), (1.17, "cv15"), (1.04, "")],
)
def test_mark_forms_are_the_nearest(width, feature):
    assert mark_form(width) == feature


def test_every_form_that_is_chosen_exists():
    for text in ("“（MSC）”，8月", "——A……", "5%，‘甲’"):
        cells = paragraph(text)
        for char, name in zip(text, cells.forms, strict=True):
            assert not name or form(char, name) is not None
