"""What our own check of PDF/UA-1 and PDF/A-3a finds in a structure tree that is not as it should be."""

import pikepdf
import pytest

from report.tagged_pdf.annotations import FoundAnnotation, read_annotations
from report.tagged_pdf.reading import Node, read_structure
from report.tagged_pdf.rules import broken_rules


def node(kind, *kids, entries=None, **attributes):
    return Node(
        kind,
        1,
        tuple(kids),
        ((1, 0),),
        entries=entries or {},
        attributes={key: str(value) for key, value in attributes.items()},
    )


def row(*kinds, **attributes):
    return node("TR", *(node(kind, **(attributes if kind == "TD" else {"Scope": "/Row"})) for kind in kinds))


def judged(*kids):
    """What is found of the tags alone: the document around them has what it needs."""
    with pikepdf.new() as document:
        return [
            rule
            for rule in broken_rules(document, Node("", 1, (node("Document", *kids),)), ())
            if not rule.startswith("A ") and "7.1: the" not in rule and "language" not in rule
        ]


LIST = node("L", node("LI", node("Lbl"), node("LBody", node("L", node("LI", node("LBody"))))))
TABLE = node(
    "Table", node("Caption"), node("THead", row("TH", "TH")), node("TBody", row("TH", "TD"), row("TH", "TD"))
)
SOUND = [
    LIST,
    TABLE,
    node("Table", row("TH", "TD")),
    node("TOC", node("TOCI", node("Reference", node("Link")), node("TOC", node("TOCI")))),
    node("P", node("Span"), node("Ruby", node("RB"), node("RT"))),
    node("Note", entries={"ID": "a"}),
    node("Table", row("TH", "TD", ColSpan=2), row("TH", "TD", "TD")),
    node("Table", row("TH", "TD", RowSpan=2), row("TH")),
]
BROKEN = {
    "UA 7.1: 'Strong' on page 1 is no structure type": [node("P", node("Strong"))],
    "UA 7.2: a LI on page 1 stands in a Sect": [node("Sect", node("LI", node("LBody")))],
    "UA 7.2: a P on page 1 stands in a LI": [node("L", node("LI", node("P")))],
    "UA 7.2: a P on page 1 stands in a L": [node("L", node("P"))],
    "UA 7.2: a LBody on page 1 stands in a L": [node("L", node("LBody"))],
    "UA 7.2: a TD on page 1 stands in a Table": [node("Table", row("TH"), node("TD"))],
    "UA 7.2: a TR on page 1 stands in a Sect": [node("Sect", row("TH"))],
    "UA 7.2: a P on page 1 stands in a TBody": [node("Table", node("TBody", row("TH"), node("P")))],
    "UA 7.2: a TOCI on page 1 stands in a L": [node("L", node("TOCI"))],
    "UA 7.2: a table on page 1 has more than one head or foot": [
        node("Table", node("THead", row("TH")), node("THead", row("TH")), node("TBody", row("TH")))
    ],
    "UA 7.2: a table on page 1 has a head or foot and no body": [node("Table", node("THead", row("TH")))],
    "UA 7.2: the caption of a table on page 1 is neither its first nor its last part": [
        node("Table", row("TH"), node("Caption"), row("TH"))
    ],
    "UA 7.2: the rows of a table on page 1 have 1 and 2 columns": [node("Table", row("TH", "TD"), row("TH"))],
    "UA 7.2: the rows of a table on page 1 have 2 and 3 columns": [
        node("Table", row("TH", "TD", RowSpan=2), row("TH", "TD"))
    ],
    "UA 7.5: 1 header cells on page 1 do not say what they head": [
        node("Table", node("TR", node("TH"), node("TD")))
    ],
    "UA 7.5: a table on page 1 has no header cell": [node("Table", row("TD"))],
    "UA 7.9: 1 notes have no identifier": [node("Note")],
    "UA 7.9: 2 notes have the identifier 'b'": [node("Note", entries={"ID": "b"})] * 2,
    "UA 7.4: a heading on page 1 is empty": [Node("H2", 1)],
}


def test_what_is_sound_breaks_no_rule():
    assert judged(*SOUND) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_what_is_broken_is_told_with_its_clause(rule):
    assert judged(*SOUND, *BROKEN[rule]) == [rule]


def test_annotations_are_printed_and_belong_to_links():
    linked = Node("", 1, (Node("Link", 1, (), ((1, 0),), ((9, 0),)),))
    with pikepdf.new() as document:
        document.add_blank_page()
        document.pages[0].Tabs = pikepdf.Name.S

        def found(item, root):
            return [rule for rule in broken_rules(document, root, (item,)) if "page 1" in rule]

        good = FoundAnnotation(1, (9, 0), "Link", "#x", "甲", 4, is_dead=False, request="")
        assert found(good, linked) == []
        assert found(good, Node("", 1)) == ["UA 7.18.5: a link on page 1 is in no element for links"]
        for flags in (0, 4 | 1, 4 | 2, 4 | 32):
            hidden = FoundAnnotation(1, (9, 0), "Link", "#x", "甲", flags, is_dead=False, request="")
            assert found(hidden, linked) == ["A 6.3.2: an annotation on page 1 is not printed as it is shown"]
        del document.pages[0].Tabs
        assert found(good, linked) == ["UA 7.18.3: the order of tabs on page 1 is not that of the tags"]


def test_fields_belong_to_forms_unless_they_lie_outside_the_page():
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.pages[0].Tabs = pikepdf.Name.S

        def found(root, *rect):
            field = pikepdf.Dictionary(Subtype=pikepdf.Name.Widget, F=4, Rect=[*rect])
            document.pages[0].Annots = pikepdf.Array([document.make_indirect(field)])
            annotations = read_annotations(document)
            tree = Node("", 1, (Node(root, 1, (), (), (annotations[0].objgen,)),))
            return [rule for rule in broken_rules(document, tree, annotations) if "7.18.4" in rule]

        message = ["UA 7.18.4: a field on page 1 is in no element for forms"]
        assert found("Div", 10, 10, 90, 20) == message
        assert found("Form", 10, 10, 90, 20) == []
        # The lower left corner is of the page.
        assert found("Div", 0, 0, 0, 0) == message
        assert found("Div", -9999, -9999, -9999, -9999) == []
        assert found("Div", 600, 10, 700, 20) == []
        assert found("Div") == message
        assert found("Div", "x", 1, 2, 3) == message
        document.pages[0].CropBox = [100, 100, 200, 200]
        assert found("Div", 10, 10, 90, 20) == []


def test_roles_are_followed_and_damage_is_passed_over():
    with pikepdf.new() as document:
        document.add_blank_page()
        assert read_structure(document) is None
        element = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Absatz))
        element.K = pikepdf.Array(
            [0, element, pikepdf.Name.X, pikepdf.Dictionary(), pikepdf.Dictionary(MCID="x")]
        )
        element.Pg = document.pages[0].obj
        element.A = pikepdf.Array([pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row), 0])
        element.Alt = "甲"
        circle = pikepdf.Dictionary(
            Absatz=pikepdf.Name.Para, Para=pikepdf.Name.P, A=pikepdf.Name.B, B=pikepdf.Name.A
        )
        document.Root.StructTreeRoot = pikepdf.Dictionary(K=element, RoleMap=circle)
        (found,) = read_structure(document).kids
        assert (found.kind, found.page, found.marks, found.kids) == ("P", 1, ((1, 0),), ())
        assert (found.entries, found.attributes) == ({"Alt": "甲"}, {"Scope": "/Row"})
        element.S = pikepdf.Name.A
        assert read_structure(document).kids[0].kind in "AB"
