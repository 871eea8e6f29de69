"""The marks that cite the sources of facts, beside the citations that authors write."""

from collections.abc import Iterable

from markupsafe import Markup

from report.compose.marks import link_cluster
from report.compose.numbering import Numbering
from report.facts.models import Fact


def cite_facts(numbering: Numbering, facts: Iterable[Fact]) -> Markup:
    """Return the citation mark of all sources of some facts, numbered as they are met; empty where they have none."""
    names = list(dict.fromkeys(reference.ref for fact in facts for reference in fact.sources))
    if not names:
        return Markup("")
    anchor = numbering.citation_anchor()
    mark = link_cluster([(numbering.cite(name, anchor), name) for name in names])
    return Markup(f'<sup class="cite" id="{anchor}">{mark}</sup>')


def linked_references(numbering: Numbering, fact: Fact) -> Markup:
    """Return links to the entries of a fact's sources that are cited already; nothing cites by them."""
    numbers = {name: number for number, name in enumerate(numbering.cited, 1)}
    names = dict.fromkeys(item.ref for item in fact.sources if item.ref in numbers)
    return Markup(link_cluster([(numbers[name], name) for name in names]) if names else "")
