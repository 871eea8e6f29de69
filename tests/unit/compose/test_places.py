from report.compose.places import first_in_each_part, part_of_anchors

PARTS = part_of_anchors(['<sup class="cite" id="cite-1">', '<sup id="cite-2"></sup><sup id="cite-3"></sup>'])


def test_a_part_is_named_once_by_its_first_place() -> None:
    assert first_in_each_part(["cite-1", "cite-2", "cite-3"], PARTS) == ("cite-1", "cite-2")


def test_places_follow_the_pages() -> None:
    assert first_in_each_part(["cite-3", "cite-1"], PARTS) == ("cite-1", "cite-3")


def test_a_place_in_no_part_is_named_last() -> None:
    assert first_in_each_part(["cite-9", "cite-2"], PARTS) == ("cite-2", "cite-9")
    assert first_in_each_part([], PARTS) == ()
