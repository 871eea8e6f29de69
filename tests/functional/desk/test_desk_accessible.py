"""Every view of the desk, wide and narrow, light and dark, is read by everyone and runs over no edge."""

import pytest

pytestmark = pytest.mark.slow

WIDTHS = (320, 768, 1440)
READY = {
    "pages": "#page-2 img[src]",
    "facts": "tr[data-fact]",
    "facts/drug-approved": "#edit-fact",
    "proposals": ".proposal-list > *",
    "editions": "#part-deliveries",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(desk, seated, desk_axe, width, scheme):
    desk.project.change(
        "facts.yaml",
        "sources: [{ref: notice}]\n- id: trial-resumed",
        "sources: [{ref: nowhere}]\n- id: trial-resumed",
    )
    page = seated(desk, width=width, color_scheme=scheme, bypass_csp=True)
    for view, ready in READY.items():
        page.goto(f"{desk.base}/b/demo#{view}")
        page.wait_for_selector(ready)
        assert (view, desk_axe(page)) == (view, {})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
    page.click("#theme")
    page.goto(f"{desk.base}/b/demo#facts/drug-approved")
    page.click("#edit-fact")
    page.fill('[name="review_by"]', "soon")
    page.click("[type=submit]")
    page.wait_for_selector("[aria-invalid]")
    assert desk_axe(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_door_has_no_fault_either(desk, desk_browser, desk_axe):
    context = desk_browser.new_context(bypass_csp=True, viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(desk.base)
    page.get_by_role("alert").wait_for()
    assert desk_axe(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_nothing_moves_for_those_who_want_no_motion(desk, seated):
    page = seated(desk, reduced_motion="reduce")
    moving = page.evaluate("document.getAnimations().length")
    durations = page.evaluate("getComputedStyle(document.getElementById('toast')).transitionDuration")
    assert (moving, durations) == (0, "0s")


def test_the_desk_asks_for_nothing_from_elsewhere(desk, desk_browser):
    context = desk_browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(desk.url)
    page.wait_for_selector("#page-1 img[src]")
    for view, ready in READY.items():
        page.goto(f"{desk.base}/b/demo#{view}")
        page.wait_for_selector(ready)
    context.close()
    assert [url for url in asked if not url.startswith((desk.base, "data:"))] == []
