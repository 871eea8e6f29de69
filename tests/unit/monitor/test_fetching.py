"""Documents asked for: what each answer is taken for, what is refused, and how often a host is asked."""

import gzip
import time

import pytest

from report.monitor import connecting
from report.monitor.answers import Kind, Request
from report.monitor.fetching import fetch, fetch_all
from report.watch_settings import MonitorSettings
from tests.servers import Authority
from tests.sites import Bomb, Broken, Endless, Moved, Page, Site, Stuck


@pytest.fixture
def site():
    with Site() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def settings_for(*sites, **changes):
    return MonitorSettings(
        allow_hosts=tuple(site.name for site in sites),
        **{"delay_seconds": 0, "timeout_seconds": 20, **changes},
    )


def ask(site, path="/a", *, heeds_robots=False, etag="", **changes):
    request = Request(f"{site.url}{path}", heeds_robots=heeds_robots, etag=etag)
    return fetch(request, settings_for(site, **changes))


def test_a_page_comes_with_what_tells_its_version(site):
    site.pages["/a"] = Page(
        "<p>甲</p>", media_type='Text/HTML; charset="GB18030"', etag='"1"', Last_Modified="x"
    )
    got = ask(site)
    assert (got.kind, got.body, got.media_type, got.charset) == (
        Kind.BODY,
        "<p>甲</p>".encode(),
        "text/html",
        "GB18030",
    )
    assert (got.etag, got.last_modified, got.final_url) == ('"1"', "x", f"{site.url}/a")


def test_who_asks_says_who_answers_for_it_and_takes_gzip_only(site):
    site.pages["/a"] = Page("x")
    ask(site, contact="editors@briefings.example.org")
    headers = site.asked[0][1]
    assert headers["User-Agent"].startswith("jianbao/")
    assert headers["User-Agent"].endswith(" (mailto:editors@briefings.example.org)")
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["Host"] == site.name


def test_what_is_known_is_not_sent_again(site):
    site.pages["/a"] = Page("x", etag='"1"')
    assert ask(site, etag='"1"').kind is Kind.UNMODIFIED
    assert ask(site, etag='"0"').kind is Kind.BODY


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, "gone"),
        (410, "gone"),
        (403, "unreachable"),
        (503, "unreachable"),
        (202, "unreachable"),
        (301, "unreachable"),
    ],
)
def test_what_a_status_is_taken_for(site, status, kind):
    site.pages["/a"] = Page("x", status)
    got = ask(site)
    assert (got.kind, got.status, got.body) == (kind, status, b"")
    assert str(status) in got.why


def test_only_a_way_of_permanent_redirects_is_a_move(site):
    site.pages.update({"/a": Moved("/b", 301), "/b": Moved("/c", 308), "/c": Page("x"), "/t": Moved("/a")})
    assert ask(site).moved_to == f"{site.url}/c"
    assert ask(site).final_url == f"{site.url}/c"
    assert ask(site, "/t").moved_to == ""
    site.pages["/b"] = Moved("/c", 302)
    assert ask(site).moved_to == f"{site.url}/b"


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.org/a",
        "http://127.0.0.1:1/a",
        "http://localhost:1/a",
        "http://[::1]:1/a",
        "http://10.0.0.1/a",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:192.168.0.1]/a",
        "http://u:p@example.org/",
        "http://[bad/",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_to_where_nothing_is_asked_is_refused(site, target):
    site.pages["/a"] = Moved(target)
    got = ask(site)
    assert (got.kind, got.body) in [(Kind.REFUSED, b""), (Kind.UNREACHABLE, b"")]
    assert got.kind is Kind.REFUSED or "not" in got.why or "no answer" in got.why


def test_this_machine_is_not_asked_unless_it_is_named(site):
    site.pages["/a"] = Page("secret")
    got = fetch(Request(f"{site.url}/a"), MonitorSettings(delay_seconds=0))
    assert got.kind is Kind.REFUSED
    assert "not public" in got.why
    assert not site.asked


def test_a_name_that_leads_to_a_private_address_is_not_asked(site, monkeypatch):
    monkeypatch.setattr(connecting, "addresses_of", lambda host, port: ["93.184.216.34", "10.0.0.7"])
    got = fetch(Request("http://pages.example.org/a"), MonitorSettings(delay_seconds=0))
    assert got.kind is Kind.REFUSED


def test_a_name_is_looked_up_once_and_that_address_is_spoken_to(site, monkeypatch):
    site.pages["/a"] = Page("x")
    answers = iter([["127.0.0.1"], ["10.0.0.7"]])
    monkeypatch.setattr(connecting, "addresses_of", lambda host, port: next(answers))
    named = f"pages.example.org:{site.port}"
    settings = MonitorSettings(allow_hosts=(named,), delay_seconds=0)
    got = fetch(Request(f"http://{named}/a", heeds_robots=False), settings)
    assert got.kind is Kind.BODY
    assert site.asked[0][1]["Host"] == named


def test_an_unencrypted_way_from_an_encrypted_address_is_refused():
    with pytest.raises(connecting.FetchError) as caught:
        connecting.check_address("http://example.org/", "https://example.org/")
    assert caught.value.kind is Kind.REFUSED


def test_a_circle_of_redirects_ends(site):
    site.pages["/a"] = Moved("/a")
    got = ask(site)
    assert got.kind is Kind.UNREACHABLE
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    "page", [Page(bytes(5000)), Endless(), Bomb(50_000_000)], ids=["told", "endless", "bomb"]
)
def test_what_is_too_large_is_given_up(site, page):
    site.pages["/a"] = page
    got = ask(site, largest_bytes=2048)
    assert got.kind is Kind.UNREACHABLE
    assert "2,048" in got.why


def test_gzip_is_unpacked(site):
    packed = gzip.compress("甲".encode()) + gzip.compress("乙".encode())
    site.pages["/a"] = Page(packed, Content_Encoding="gzip")
    assert ask(site).body == "甲乙".encode()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [(b"plain", "gzip"), (gzip.compress(b"x" * 1000, mtime=0)[:-9], "gzip"), (b"x", "br")],
)
def test_what_is_not_packed_as_it_says_is_told(site, body, encoding):
    site.pages["/a"] = Page(body, Content_Encoding=encoding)
    got = ask(site)
    assert (got.kind, got.body) == (Kind.UNREACHABLE, b"")


def test_what_breaks_off_or_stands_still_is_given_up(site):
    site.pages.update({"/a": Broken(), "/s": Stuck(site)})
    assert ask(site).kind is Kind.UNREACHABLE
    got = ask(site, "/s", timeout_seconds=1)
    assert (got.kind, got.why) == (Kind.UNREACHABLE, "it took longer than 1 s")


def test_nobody_at_home_is_told():
    with Site() as gone:
        settings = settings_for(gone)
    got = fetch(Request(f"{gone.url}/a", heeds_robots=False), settings)
    assert (got.kind, got.why) == (Kind.UNREACHABLE, "Connection refused")


def test_robots_txt_is_heeded_and_read_once(site):
    site.pages.update(
        {
            "/robots.txt": Page("User-agent: *\nDisallow: /no\n", media_type="text/plain"),
            "/a": Page("x"),
            "/no": Page("x"),
        }
    )
    found = {}
    requests = [Request(f"{site.url}{path}") for path in ("/a", "/no")]
    fetch_all(requests, settings_for(site), lambda request, got: found.update({request.url: got}))
    assert site.paths == ["/robots.txt", "/a"]
    assert found[f"{site.url}/a"].kind is Kind.BODY
    refused = found[f"{site.url}/no"]
    assert (refused.kind, refused.is_robots) == (Kind.REFUSED, True)


def test_robots_txt_that_names_this_program_goes_before_that_for_all(site):
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: jianbao\nAllow: /\n"
    site.pages.update({"/robots.txt": Page(rules), "/a": Page("x")})
    assert ask(site, heeds_robots=True).kind is Kind.BODY


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (Page("", 404), Kind.BODY),
        (Page("", 403), Kind.BODY),
        (Page("", 503), Kind.UNREACHABLE),
        (Page("", 429), Kind.UNREACHABLE),
        (Page(b"\xff\0<html>"), Kind.BODY),
        (Moved("/robots.txt"), Kind.BODY),
    ],
)
def test_what_a_site_without_rules_allows(site, page, kind):
    """RFC 9309, 2.3.1: where there are none, all; where they cannot be read now, nothing."""
    site.pages.update({"/robots.txt": page, "/a": Page("x")})
    assert ask(site, heeds_robots=True).kind is kind


def test_hosts_are_asked_politely(site, monkeypatch):
    """Between two requests to one host lies the delay that it asks for, and two hosts do not wait for each other."""
    slept = []

    async def sleep(seconds, *_):
        slept.append(seconds)

    monkeypatch.setattr("report.monitor.politeness.asyncio.sleep", sleep)
    site.pages.update(
        {"/robots.txt": Page("User-agent: *\nCrawl-delay: 7\n"), "/a": Page("x"), "/b": Page("x")}
    )
    with Site() as other:
        other.pages["/a"] = Page("x")
        requests = [Request(f"{site.url}/a"), Request(f"{site.url}/b"), Request(f"{other.url}/a")]
        fetch_all(requests, settings_for(site, other, delay_seconds=3), lambda *_: None)
    waits = sorted(round(seconds) for seconds in slept if seconds > 1)
    assert waits == [3, 3, 7]


def test_waiting_for_a_turn_is_not_held_against_a_source(site, monkeypatch):
    """A delay longer than the time limit lets the second page come all the same."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    async def sleep(seconds, *_):
        now[0] += seconds

    monkeypatch.setattr("report.monitor.politeness.asyncio.sleep", sleep)
    site.pages.update({"/a": Page("x"), "/b": Moved("/a")})
    found = []
    requests = [Request(f"{site.url}/{name}", heeds_robots=False) for name in "ab"]
    fetch_all(requests, settings_for(site, delay_seconds=600), lambda _, got: found.append(got.kind))
    assert found == [Kind.BODY, Kind.BODY]


def test_what_the_listener_raises_ends_the_run(site):
    site.pages["/a"] = Page("x")

    def done(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fetch_all([Request(f"{site.url}/a")], settings_for(site), done)


def test_a_proxy_is_asked_for_what_is_public_only(site, monkeypatch):
    site.pages["http://pages.example.org/a"] = Page("through")
    settings = MonitorSettings(proxy=site.url, delay_seconds=0)
    monkeypatch.setattr(connecting, "addresses_of", None)
    assert fetch(Request("http://pages.example.org/a", heeds_robots=False), settings).body == b"through"
    for host in ("10.0.0.1", "nas.local", "[fd00::1]"):
        assert fetch(Request(f"http://{host}/a", heeds_robots=False), settings).kind is Kind.REFUSED
    assert len(site.asked) == 1


def test_the_environment_names_a_proxy_and_whom_to_ask_without(site, monkeypatch):
    site.pages["http://pages.example.org/a"] = Page("through")
    monkeypatch.setenv("http_proxy", site.url)
    monkeypatch.setenv("no_proxy", "other.example.org")
    monkeypatch.setattr(connecting, "addresses_of", lambda host, port: ["10.0.0.1"])
    settings = MonitorSettings(delay_seconds=0)
    through, direct = (
        fetch(Request(f"http://{name}.example.org/a", heeds_robots=False), settings)
        for name in ("pages", "other")
    )
    assert (through.body, direct.kind) == (b"through", Kind.REFUSED)


def test_a_certificate_is_held_against_the_name_though_an_address_is_spoken_to(tmp_path, monkeypatch):
    monkeypatch.setattr(connecting, "addresses_of", lambda host, port: ["127.0.0.1"])
    authority = Authority(tmp_path)
    with Site(authority.context("pages.example.org")) as secure:
        secure.pages["/a"] = Page("x")
        found = {}
        for name, ca_file in (("pages", authority.path), ("other", authority.path), ("pages", "")):
            host = f"{name}.example.org:{secure.port}"
            settings = MonitorSettings(allow_hosts=(host,), delay_seconds=0, ca_file=ca_file)
            got = fetch(Request(f"https://{host}/a", heeds_robots=False), settings)
            found[name, bool(ca_file)] = got
    assert found["pages", True].body == b"x"
    assert "certificate is not trusted" in found["other", True].why
    assert "certificate is not trusted" in found["pages", False].why


def test_rules_that_lead_elsewhere_are_told_as_such(site):
    site.pages.update({"/robots.txt": Moved("http://10.0.0.1/robots.txt"), "/a": Page("x")})
    got = ask(site, heeds_robots=True)
    assert got.kind is Kind.REFUSED
    assert got.why.startswith("its robots.txt cannot be read: 10.0.0.1:80 is ")
    assert "/a" not in site.paths
