import pytest

from report.load.files import IMAGE_SUFFIXES
from report.media_types import media_type


@pytest.mark.parametrize("suffix", IMAGE_SUFFIXES)
def test_every_image_that_a_briefing_may_hold_has_a_type(suffix):
    assert media_type(f"figures/甲.b{suffix.upper()}").startswith("image/")


def test_what_is_not_known_is_bytes():
    assert media_type("figures.png/readme") == "application/octet-stream"
