import pytest

from report.errors import UsageError
from report.pipeline.outputs import Request, in_order, outputs_of

VARIANTS = (("full", "zh-Hans"), ("handout", "zh-Hans"), ("full", "zh-Hant-HK"), ("handout", "zh-Hant-HK"))


def names(request: Request) -> list[str]:
    return [output.name for output in outputs_of("demo", "zh-Hans", VARIANTS, request)]


def test_every_view_and_locale_has_its_file():
    assert names(Request(("pdf",))) == [
        "demo.pdf",
        "demo-handout.pdf",
        "demo.zh-Hant-HK.pdf",
        "demo-handout.zh-Hant-HK.pdf",
    ]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request(("pdf",), views=("handout",)), ["demo-handout.pdf", "demo-handout.zh-Hant-HK.pdf"]),
        (Request(("pdf",), locales=("zh-Hans",)), ["demo.pdf", "demo-handout.pdf"]),
        (Request(("pdf",), ("full",), ("zh-Hant-HK",)), ["demo.zh-Hant-HK.pdf"]),
    ],
)
def test_what_was_asked_for_narrows_it(request_, expected):
    assert names(request_) == expected


def test_a_locale_that_the_briefing_does_not_list_is_told_with_those_it_does():
    with pytest.raises(UsageError) as caught:
        names(Request(("pdf",), locales=("en",)))
    assert "not built in 'en'; it is in zh-Hans, zh-Hant-HK" in caught.value.message


def test_the_template_is_named_after_format_and_view():
    entries = [output.entry for output in outputs_of("demo", "zh-Hans", VARIANTS, Request(("pdf",)))]
    assert entries[:2] == ["pdf/briefing.html", "pdf/handout.html"]


def test_what_a_format_needs_comes_before_it(monkeypatch):
    class Fake:
        NEEDS = ("pdf",)

    monkeypatch.setattr(
        "report.formats.load_format", lambda name: Fake if name == "epub" else type("Pdf", (), {"NEEDS": ()})
    )
    assert in_order(["epub"]) == ("pdf", "epub")
    assert in_order(["html", "epub", "pdf"]) == ("html", "pdf", "epub")
