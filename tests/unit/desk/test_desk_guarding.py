"""Nobody but the desk's own page is answered, whatever other pages the editor has open."""

import json

import httpx
import pytest

from tests.desks import running
from tests.dsl import Project


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("guard") / "project")
    with running(project.root, project.root / "state") as found:
        yield found


@pytest.fixture
def stranger(desk):
    with httpx.Client(base_url=desk.base, trust_env=False) as client:
        yield client


@pytest.fixture
def editor(desk):
    """Somebody who came in by the door, as the desk's own page does."""
    with httpx.Client(base_url=desk.base, trust_env=False, headers={"origin": desk.base}) as client:
        entered = client.post("/enter", json={"secret": desk.address.token})
        assert entered.status_code == 200
        yield client


CLOSED = [
    "/api/material/demo",
    "/api/events/demo/full/zh-Hans",
    "/api/snapshot/demo/full/zh-Hans",
    "/api/proposals/demo",
    "/api/standing/demo",
    "/api/changes/demo",
    "/api/codes",
    "/pages/demo/full/zh-Hans/0.png",
    "/web/demo/full/zh-Hans",
]


@pytest.mark.parametrize("path", CLOSED)
def test_a_stranger_is_told_nothing(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "demo" not in answer.text


@pytest.mark.parametrize("path", ["/", "/b/demo", "/b/nothing"])
def test_a_stranger_comes_to_the_door(stranger, path):
    answer = stranger.get(path)
    assert "door" in answer.text
    assert "示例" not in answer.text


@pytest.mark.parametrize("secret", ["", "x", "x" * 32])
def test_a_wrong_secret_opens_nothing(stranger, desk, secret):
    answer = stranger.post("/enter", json={"secret": secret}, headers={"origin": desk.base})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_no_scripts_and_no_other_sites(stranger, desk):
    answer = stranger.post("/enter", json={"secret": desk.address.token}, headers={"origin": desk.base})
    cookie = answer.headers["set-cookie"].lower()
    for part in (f"desk-{desk.address.port}=", "httponly", "samesite=strict", "path=/"):
        assert part in cookie


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1", "localhost@x"]
)
def test_a_foreign_name_that_leads_here_is_refused(editor, host):
    assert editor.get("/api/material/demo", headers={"host": host}).status_code in (400, 421)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_tunnel_may_have_another_port(editor, name):
    assert editor.get("/api/material/demo", headers={"host": f"{name}:1234"}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_is_refused_even_with_the_cookie(editor, site):
    assert editor.get("/api/material/demo", headers={"sec-fetch-site": site}).status_code == 403


SAVE = "/api/material/demo/facts/drug-approved/save"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
    ],
)
def test_only_the_desks_own_page_changes_something(editor, headers):
    body = json.dumps({"base": "", "changes": {}})
    given = {"content-type": "application/json", **headers}
    assert editor.post(SAVE, content=body, headers=given).status_code == 403


@pytest.mark.parametrize("path", ["/b/demo", "/static/desk.js", "/api/material/demo", "/nothing", "/"])
def test_every_answer_says_what_it_may_do(editor, path):
    headers = editor.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


@pytest.mark.parametrize(("query", "scripts"), [("", False), ("?alone=1", True)])
def test_the_authors_page_is_of_no_origin_where_its_scripts_run(editor, query, scripts):
    policy = editor.get(f"/web/demo/full/zh-Hans{query}").headers["content-security-policy"]
    sandbox = policy.partition(";")[0].split()
    assert ("allow-scripts" in sandbox) is scripts
    assert ("allow-same-origin" in sandbox) is not scripts
    assert "connect-src" not in policy


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/material/nothing", 404),
        ("/api/material/..%2f..", 404),
        ("/static/words", 404),
        ("/static/..%2fdesk.html", 404),
        ("/fonts/..%2f..%2fpyproject.ttf", 404),
        ("/fonts/JianbaoKai-Regular.ttf", 404),
        ("/pages/demo/full/zh-Hans/nothing.png", 404),
        ("/pages/demo/full/zh-Hans/nothing.png?scale=huge", 404),
        ("/web/demo/handout/zh-Hans", 404),
        ("/web/demo/full/xx", 404),
        ("/b/nothing", 404),
    ],
)
def test_what_is_not_there_is_not_found(editor, path, status):
    answer = editor.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"base": 1, "changes": {}}', '{"base": "", "changes": {"a": 1}}', '{"x": 0}']
)
def test_what_is_no_request_is_refused(editor, body):
    answer = editor.post(SAVE, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("the request is none")


def test_a_huge_request_is_refused(editor):
    body = json.dumps({"base": "x" * 2_000_000, "changes": {}})
    answer = editor.post(SAVE, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "too large" in answer.json()["error"]
