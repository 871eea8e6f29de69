import pytest

from report.facts.sources import Name
from report.references import HALF_WIDTH
from report.references.languages import words
from report.references.names import format_name, format_names


@pytest.mark.parametrize(
    ("family", "given", "printed"),
    [
        ("Einstein", "Albert", "Einstein A"),
        ("Williams-Ellis", "Amabel", "Williams-Ellis A"),
        ("De Morgan", "Augustus", "De Morgan A"),
        ("van der Veen", "Pieter Hendrik", "van der Veen P H"),
        ("Godard", "Jean-Luc", "Godard J-L"),
        ("Godard", "J.-L.", "Godard J-L"),
        ("Smith", "James A.", "Smith J A"),
        ("Smith", "JA", "Smith J A"),
        ("Smith", "J.A.", "Smith J A"),
        ("Peebles", "Peyton Z., Jr.", "Peebles P Z Jr"),
        ("Smith", "...", "Smith"),
        ("<b>", "<i>", "<b> <"),
        ("Gates", "William Henry III", "Gates W H III"),
        ("Øverland", "Åse", "Øverland Å"),
        ("Кочетков", "Андрей Яковлевич", "Кочетков А Я"),
        ("李", "时珍", "李时珍"),
        ("欧阳", "锋", "欧阳锋"),
        ("丸山", "敏秋", "丸山敏秋"),
        ("昂温", "P. S.", "昂温 P S"),
    ],
)
def test_family_name_first_then_initials(family: str, given: str, printed: str) -> None:
    assert format_name(Name(family=family, given=given)) == printed


@pytest.mark.parametrize(
    ("family", "given", "printed"),
    [
        ("Li", "Jiangning", "Li Jiangning"),
        ("Li", "Jiang-Ning", "Li Jiangning"),
        ("Li", "Jiang Ning", "Li Jiangning"),
        ("Chen", "Xi-an", "Chen Xi'an"),
        ("Ouyang", "Feng", "Ouyang Feng"),
        ("Zhang", "X", "Zhang X"),
        ("Zhang", "XL", "Zhang X L"),
        ("Wang", "AN", "Wang A N"),
        ("Wang", "An", "Wang An"),
        ("Chan", "Margaret", "Chan M"),
        ("Kim", "Min-su", "Kim M-S"),
    ],
)
def test_names_in_pinyin_are_not_shortened(family: str, given: str, printed: str) -> None:
    assert format_name(Name(family=family, given=given)) == printed


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        (Name(literal="国家药品监督管理局"), "国家药品监督管理局"),
        (Name(literal=" U.S.  FDA "), "U.S. FDA"),
        (Name(family="Plato"), "Plato"),
        (Name(family="Plato", suffix="Jr."), "Plato Jr"),
    ],
)
def test_a_name_without_given_names(name: Name, printed: str) -> None:
    assert format_name(name) == printed


@pytest.mark.parametrize(
    ("count", "language", "printed"),
    [
        (0, "zh", ""),
        (1, "zh", "甲"),
        (2, "zh", "甲, 乙"),
        (3, "zh", "甲, 乙, 丙"),
        (4, "zh", "甲, 乙, 丙, 等"),
        (5, "en", "甲, 乙, 丙, et al"),
        (4, "ja", "甲, 乙, 丙, 他"),
        (4, "fr", "甲, 乙, 丙, et al"),
    ],
)
def test_three_names_at_most(count: int, language: str, printed: str) -> None:
    names = [Name(literal=name) for name in "甲乙丙丁戊"[:count]]
    assert format_names(names, words(language, "zh-Hans"), HALF_WIDTH) == printed
