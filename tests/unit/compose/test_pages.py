import pytest

from report.compose.pages import qr_code, render_page, visible_text
from report.errors import RenderingError


def test_visible_text_is_what_readers_see():
    html = (
        "<html><head><title>题</title></head><body><style>p{}</style><p>甲<ruby>乙<rp>（</rp><rt>yǐ</rt><rp>）</rp></ruby></p>"
        '<svg xmlns="http://www.w3.org/2000/svg"><title>图的说明</title><text>丙</text></svg></body></html>'
    )
    assert visible_text(html) == "甲乙yǐ丙"


def test_a_page_without_a_body_has_no_text():
    assert visible_text("<html><head></head></html>") == ""


def test_a_code_carries_its_text_alternative_and_is_the_same_every_time():
    code = qr_code("https://a.example/x", "核验 <b>")
    assert code == qr_code("https://a.example/x", "核验 <b>")
    assert "<title>核验 &lt;b&gt;</title>" in code
    assert qr_code("", "x") == ""


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("{{ b.nothing }}", "templates/pdf/briefing.html:1: 'object object' has no attribute 'nothing'"),
        ("\n{% if %}", "templates/pdf/briefing.html:2: Expected an expression"),
        ("{% include 'parts/none.html' %}", "templates/pdf/briefing.html:1: parts/none.html"),
        ("{{ ''.__class__.__mro__ }}", "templates/pdf/briefing.html:1: "),
        ("{{ stylesheet('css/none.css') }}", "there is no style sheet templates/css/none.css"),
    ],
)
def test_a_template_that_cannot_be_run_is_named_with_its_line(page, said):
    with pytest.raises(RenderingError) as caught:
        render_page({"pdf/briefing.html": page}, object())
    assert said in caught.value.message
