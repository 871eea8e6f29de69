"""Copies of an EPUB: what the templates of slots make stands in its documents as XHTML."""

import pytest

from report.copies import Filling
from report.copies.epub import open_edition
from report.copies.identity import identity_of
from report.publication.archive import pack
from report.publication.opening import open_container
from report.publication.package_document import DC, OPF, PACKAGE_PATH
from report.publication.xhtml import XHTML

URN = "urn:uuid:00000000-0000-5000-8000-000000000001"
PACKAGE = (
    f'<package xmlns="{OPF}" version="3.0"><metadata xmlns:dc="{DC}"><dc:identifier>{URN}</dc:identifier></metadata>'
    "<manifest/></package>"
)
DOCUMENT = "EPUB/text.xhtml"
PAGE = f'<html xmlns="{XHTML}"><body><div class="slot slot-name" data-slot="name"></div></body></html>'


@pytest.mark.parametrize(
    ("fragment", "written"),
    [
        ("<p>青柏<br>诊所</p>", "<p>青柏<br/>诊所</p>"),
        ("青柏", "青柏"),
        ("", ""),
        ("<!-- nothing for this clinic -->", ""),
        ("<p></p>", "<p></p>"),
    ],
)
def test_a_slot_has_what_its_template_makes(fragment, written):
    edition = open_edition(pack([(PACKAGE_PATH, PACKAGE.encode()), (DOCUMENT, PAGE.encode())]))
    assert edition.slots == {"name"}
    data = edition.copied(Filling({"name": fragment}), identity_of(URN, "GZ-0001", "demo", 1, 0))
    text = open_container(data)[DOCUMENT].decode()
    assert text == PAGE.replace("></div>", f">{written}</div>")
