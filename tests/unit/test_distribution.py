"""What is known of distribution without a file of it: addresses."""

import pytest

from report.distribution import status_page


@pytest.mark.parametrize(
    ("published", "address"),
    [
        ("https://status.example.org", "https://status.example.org/msc-policy/3.html"),
        ("https://example.org/briefings/", "https://example.org/briefings/msc-policy/3.html"),
        ("", ""),
    ],
)
def test_the_page_of_an_edition_lies_below_the_published_folder(published, address):
    assert status_page(published, "msc-policy", 3) == address
