import itertools
import pathlib

import pytest
import yaml

from report.facts.sources import Source
from report.references import HALF_WIDTH, Part, format_reference, plain_text, reference_language

CSL_KEYS = {
    "container_title": "container-title",
    "publisher_place": "publisher-place",
    "url": "URL",
    "doi": "DOI",
}


def source(csl_type: str, title: str, **variables: object) -> Source:
    """Validate a source as `sources.yaml` is; keys with a hyphen are written with an underscore."""
    csl = {CSL_KEYS.get(key, key): value for key, value in variables.items()}
    return Source.model_validate({"id": "x", "type": csl_type, "title": title, **csl})


def load_goldens() -> dict[str, tuple[Source, str]]:
    """Read sources as authors write them, with the entry that each must make."""
    text = pathlib.Path(__file__).with_name("goldens.yaml").read_text(encoding="utf-8")
    return {
        golden["name"]: (Source.model_validate({"id": "x", **golden["source"]}), golden["entry"])
        for golden in yaml.load(text, yaml.BaseLoader)
    }


GOLDENS = load_goldens()


@pytest.mark.parametrize(("work", "expected"), GOLDENS.values(), ids=GOLDENS.keys())
def test_an_entry_is_printed_as_the_standard_prints_it(work: Source, expected: str) -> None:
    assert plain_text(work) == expected


def test_every_entry_ends_with_one_full_stop_and_has_no_doubled_sign() -> None:
    for work, _ in GOLDENS.values():
        text = plain_text(work)
        assert text.endswith(".")
        for left, right in itertools.pairwise(text):
            assert left + right not in {"，，", "：：", ".。", "。."}
        assert "..." not in text.replace("/..", "")
        assert ". ." not in text


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("某文。", "某文[Z]."),
        ("A trial.", "A trial[Z]."),
        ("能治吗？", "能治吗？[Z]."),
        ("Does it work?", "Does it work?[Z]."),
        ("未完……", "未完……[Z]."),
        ("To be continued...", "To be continued...[Z]."),
        ("[图书封面]", "[图书封面][Z]."),
        ("  two\n lines\t", "two lines[Z]."),
    ],
)
def test_the_end_of_a_title_does_not_double_the_stop(title: str, printed: str) -> None:
    assert plain_text(source("document", title)) == printed


def test_an_author_that_ends_with_a_stop_gets_no_second() -> None:
    assert plain_text(source("document", "Cells", author=[{"literal": "Acme Inc."}])) == "Acme Inc. Cells[Z]."


def test_half_width_signs_are_a_choice() -> None:
    work = GOLDENS["no issue, online, the address does not hold the DOI"][0]
    assert plain_text(work, punctuation=HALF_WIDTH).startswith(
        "Myburg A A, Grattapaglia D, Tuskan G A, et al. The genome of Eucalyptus grandis[J/OL]. "
        "Nature, 2014, 510: 356-362. https"
    )
    newspaper = GOLDENS["newspaper"][0]
    assert plain_text(newspaper, punctuation=HALF_WIDTH).endswith("中国青年报, 2000-11-20(15).")


def test_the_reader_decides_the_script_of_added_words_where_the_work_does_not() -> None:
    assert "[出版地不詳：出版者不詳]" in plain_text(source("book", "某書"), "zh-Hant-HK")
    assert "[出版地不詳：出版者不詳]" in plain_text(source("book", "某書", language="zh-TW"), "zh-Hans")
    assert "[出版地不详：出版者不详]" in plain_text(source("book", "某书", language="zh-CN"), "zh-Hant")
    assert "[S.l.：s.n.]" in plain_text(source("book", "A book"), "zh-Hant")


def test_the_declared_language_wins_over_the_script_of_the_title() -> None:
    four = [{"family": family, "given": "C"} for family in ("Smith", "Jones", "Brown", "Green")]
    assert "Brown C，et al. 气[Z]" in plain_text(source("document", "气", author=four, language="en"))
    assert "Brown C，等. 气[Z]" in plain_text(source("document", "气", author=four))


def test_text_and_links_are_runs_of_their_own() -> None:
    work = source(
        "webpage",
        "某页",
        accessed="2023-05-02",
        url="https://example.org/a?b=1&c=[2]",
        doi="10.1000/<x>#1",
    )
    assert format_reference(work, "zh-Hans") == (
        Part("text", "某页[EB/OL]. [2023-05-02]. "),
        Part("url", "https://example.org/a?b=1&c=[2]", "https://example.org/a?b=1&c=[2]"),
        Part("text", ". DOI:"),
        Part("doi", "10.1000/<x>#1", "https://doi.org/10.1000/%3Cx%3E%231"),
        Part("text", "."),
    )


def test_markup_in_a_source_stays_text() -> None:
    hostile = "<script>alert(1)</script>"
    work = source(
        "chapter",
        hostile,
        author=[{"literal": hostile}],
        container_title=hostile,
        publisher=hostile,
        publisher_place="a & b",
    )
    parts = format_reference(work, "zh-Hans")
    assert [part.kind for part in parts] == ["text"]
    assert parts[0].text.count(hostile) == 4
    assert "a & b" in parts[0].text


def test_a_doi_is_not_printed_twice() -> None:
    doi = "10.1038/s41392-024-01936-8"
    alone = source("article-journal", "A", container_title="B", issued="2024", volume="1", doi=doi)
    assert plain_text(alone).endswith(". DOI:10.1038/s41392-024-01936-8.")
    held = source("article-journal", "A", url="https://doi.org/10.1038%2FS41392-024-01936-8", doi=doi)
    assert "DOI:" not in plain_text(held)


def test_the_address_is_printed_whole_and_unchanged() -> None:
    url = "https://example.org/" + "a-b_c.d~e%E4%B8%AD/" * 40 + "?q=1&r=2."
    parts = format_reference(source("webpage", "某页", url=url), "zh-Hans")
    assert [part.text for part in parts if part.kind == "url"] == [url]


def test_the_language_of_an_entry_can_be_asked_for() -> None:
    assert reference_language(source("book", "某书")) == "zh"
    assert reference_language(source("book", "某书", language="ja")) == "ja"
    assert reference_language(source("book", "A book")) == "en"
