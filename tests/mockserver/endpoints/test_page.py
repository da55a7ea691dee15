"""The page at /_mock/, in a real browser."""

from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.browser import browsing
from tests.mockserver.live import live

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 3}
KEY = {"authorization": "Bearer sk-secret-0123456789"}


def ask(url: str, **headers: str) -> int:
    return httpx2.post(f"{url}/v1/chat/completions", json=BODY, headers={**KEY, **headers}).status_code


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_shows_what_happens_and_its_buttons_act(tmp_path: Path, dark: bool) -> None:
    settings = Settings(latency="instant", limits="tier1", faults="outage")
    with live(create_app(settings)) as server, browsing(dark=dark) as seen:
        page = seen.page
        assert ask(server.url) == 200
        page.goto(f"{server.url}/_mock/")
        page.get_by_text("latency instant, limits tier1, faults outage").wait_for()
        page.get_by_role("cell", name="gpt-4o", exact=True).first.wait_for()

        # what happens is seen
        page.locator("#levels").get_by_text("requests").first.wait_for()
        assert ask(server.url, **{"x-mock-fault": "status; status=503"}) == 503
        page.locator("#requests").get_by_role("cell", name="503", exact=True).wait_for()
        page.locator("#struck").get_by_text("status_503").wait_for()
        page.locator(".card polyline[points*=' ']").first.wait_for(state="attached")  # two seconds of each figure
        assert page.locator(".card b").first.inner_text() != "-"

        # faults and phases by a click
        page.get_by_label("times").fill("2")
        page.get_by_role("button", name="429", exact=True).click()
        while not httpx2.get(f"{server.url}/_mock/state").json()["queued"]:
            pass
        assert [ask(server.url), ask(server.url)] == [429, 429]
        page.get_by_role("button", name="down", exact=True).click()
        page.locator("#phase", has_text="down").wait_for()
        page.get_by_role("button", name="pause").click()
        page.get_by_role("button", name="go on").wait_for()

        # the verdict
        page.get_by_role("button", name="judge them").click()
        page.locator("#verdict", has_text="calls").wait_for()

        # profiles by a choice
        page.get_by_label("latency").select_option("constant")
        page.get_by_text("latency constant, limits tier1").wait_for()

        picture = page.screenshot(path=tmp_path / "page.png", full_page=True)
        assert len(picture) > 20_000, "an empty page"
        assert "secret" not in page.content()
        assert seen.errors == []
        assert all(url.startswith(f"{server.url}/_mock/") for url in seen.asked)


def test_it_can_be_read_on_a_phone() -> None:
    with live(create_app(Settings(latency="instant"))) as server, browsing(width=390, height=800) as seen:
        seen.page.goto(f"{server.url}/_mock/")
        seen.page.get_by_text("latency instant").wait_for()
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_asks_for_the_token_and_keeps_on_when_the_server_is_away() -> None:
    app = create_app(Settings(latency="instant", admin_token="open sesame"))
    with browsing() as seen:
        seen.page.on("dialog", lambda dialog: dialog.accept("open sesame"))
        with live(app) as server:
            seen.page.goto(f"{server.url}/_mock/")
            seen.page.get_by_text("latency instant").wait_for()
        seen.page.get_by_text("Trying again").wait_for()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_a_page_of_somebody_elses_changes_nothing(headers: dict[str, str], status: int) -> None:
    client = TestClient(create_app(Settings(latency="instant")), client=("127.0.0.1", 1))
    assert client.post("/_mock/reset", headers=headers).status_code == status


def test_without_the_token_there_is_only_the_empty_page() -> None:
    client = TestClient(create_app(Settings(latency="instant", admin_token="t")), client=("10.0.0.1", 1))
    assert client.get("/_mock/").status_code == 200
    assert client.get("/_mock/page.js").status_code == 200
    assert client.get("/_mock/state").status_code == 401
    stranger = TestClient(create_app(Settings(latency="instant")), client=("10.0.0.1", 1))
    assert stranger.get("/_mock/").status_code == 404
