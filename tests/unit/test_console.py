"""What is said on a terminal, and to other programs."""

from report.console import as_github
from report.findings import Code, Finding, Location, Severity


def test_a_finding_for_github_escapes_what_its_commands_are_made_of():
    code = Code("T999", "a,b:c", Severity.WARNING)
    finding = Finding(code, Location("content/甲:乙,丙/50%.md", 3, 7), "100%,\r\n甲: 乙", "Do: it.")
    assert as_github(finding) == (
        "::warning file=content/甲%3A乙%2C丙/50%25.md,line=3,col=7,title=T999 a%2Cb%3Ac::"
        "100%25,%0D%0A甲: 乙%0Ahint: Do: it."
    )


def test_a_finding_without_a_place_or_a_hint_has_none_for_github():
    finding = Finding(Code("T999", "test"), Location("a.md"), "x")
    assert as_github(finding) == "::error file=a.md,title=T999 test::x"
