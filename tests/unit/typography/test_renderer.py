import pydyf
import weasyprint

from report.typography import renderer


def test_page_references_are_those_of_the_library():
    stock = pydyf.PDF.page_references.fget
    try:
        assert renderer.adapt()
        pdf = pydyf.PDF()
        assert pdf.page_references == ()
        for number in (5, 9, 12):
            pdf.pages["Kids"].extend([number, 0, "R"])
            assert pdf.page_references == stock(pdf)
        assert pdf.page_references is pdf.page_references
    finally:
        pydyf.PDF.page_references = property(stock)


def test_another_version_is_left_alone(monkeypatch):
    stock = pydyf.PDF.page_references
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    assert not renderer.adapt()
    assert pydyf.PDF.page_references is stock
