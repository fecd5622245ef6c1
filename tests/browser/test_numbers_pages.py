"""People look at what goes on: requests under way and ended, numbers over time, what is used."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from api_people import document, run
from browser_page import screenshot, violations
from installed_server import InstalledServer
from playwright.sync_api import expect

SECRET = "Bearer nobody-may-read-this"


class World:
    """A server that executions ask: `/ok` answers at once, `/slow` when it is let."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        world = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/slow"):
                    world.may_answer.wait(30)
                body = b'{"name": "<i>Ada</i>"}'
                self.send_response(404 if self.path.startswith("/missing") else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def world():
    made = World()
    yield made
    made.may_answer.set()
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture(scope="module")
def server(site, tmp_path_factory, world):
    made = InstalledServer(
        site,
        tmp_path_factory.mktemp("server"),
        TIDEGATE_EGRESS_ALLOW=world.place,
        TIDEGATE_EGRESS_HTTPS_WITH_CREDENTIALS="false",
    )
    yield made
    made.kill()


def asking(name: str, url: str) -> dict:
    return {
        "tidegate": 1,
        "name": name,
        "nodes": {
            "start": {"type": "trigger.manual"},
            "ask": {
                "type": "http.request",
                "params": {"url": url, "headers": {"authorization": SECRET, "x-own": "yes"}},
            },
        },
        "edges": ["start -> ask"],
    }


@pytest.fixture(scope="module")
def asked(owner, world):
    """Requests that were answered, one that was not found, one that the gate refused."""
    return [
        run(owner, asking("Asks", f"http://{world.place}/ok?page=1")),
        run(owner, asking("Asks again", f"http://{world.place}/ok?page=2")),
        run(owner, asking("Asks in vain", f"http://{world.place}/missing")),
        run(owner, asking("Asks inside", "http://169.254.169.254/latest")),
    ]


def test_requests_are_filtered_looked_into_and_copied(page, asked, world, theme) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/network")
    table = page.get_by_role("table", name="Requests", exact=True)
    expect(table.get_by_role("row")).to_have_count(3)
    page.get_by_role("searchbox", name="Search in addresses").fill("page=1")
    expect(table.get_by_role("row")).to_have_count(2)
    page.wait_for_url("**/network?q=page%3D1")
    page.reload()
    table.get_by_role("button", name=f"{world.place}/ok?page=1").click()
    drawer = page.get_by_role("region", name="Request", exact=True)
    headers = drawer.get_by_role("region", name="Request headers")
    expect(headers).to_contain_text("x-own")
    expect(headers).to_contain_text("authorization")
    expect(headers.get_by_text("••• secret")).to_be_visible()
    expect(drawer.get_by_role("region", name="Phases")).to_contain_text("ttfb")
    # What a server answered is text here, never HTML.
    expect(drawer.get_by_role("region", name="Response body")).to_contain_text("<i>Ada</i>")
    assert "nobody-may-read-this" not in page.content()
    screenshot(page, f"network-{theme}")
    assert violations(page) == []
    drawer.get_by_role("button", name="Copy the request").click()
    page.get_by_role("menuitem", name="Copy as cURL").click()
    expect(page.get_by_text("Copied as cURL")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert "\ncurl " in copied
    assert "nobody-may-read-this" not in copied
    drawer.get_by_role("link", name="ask").focus()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)


def test_requests_are_told_in_numbers_and_by_host(page, asked, theme) -> None:
    page.goto("/network")
    strip = page.get_by_role("region", name="Requests in numbers")
    hosts = strip.get_by_role("table", name="Requests by host")
    inside = hosts.get_by_role("row").filter(has_text="169.254.169.254")
    expect(inside).to_contain_text("100 %")
    expect(strip.get_by_text("Requests a second")).to_be_visible()
    expect(strip.get_by_text("95th percentile").first).to_be_visible()
    screenshot(page, f"network-strip-{theme}")
    assert violations(page) == []
    inside.get_by_role("button").click()
    page.wait_for_url("**host=169.254.169.254*")


def test_what_failed_says_why(page, asked) -> None:
    page.goto("/network?state=failed")
    page.get_by_role("table", name="Requests", exact=True).get_by_role(
        "button", name="169.254.169.254/latest"
    ).click()
    drawer = page.get_by_role("region", name="Request", exact=True)
    expect(drawer.get_by_role("alert")).to_be_visible()
    assert violations(page) == []


def test_a_request_under_way_is_seen_until_it_ends(page, owner, world) -> None:
    page.goto("/network?state=active")
    expect(page.get_by_text("No request is under way")).to_be_visible()
    content = asking("Asks slowly", f"http://{world.place}/slow")
    made = owner.post("/api/v1/workflows", json={"document": content}).json()
    started = owner.post(
        f"/api/v1/workflows/{made['id']}/executions", json={"version": "draft", "data": {}}
    )
    assert started.is_success
    row = page.get_by_role("row").filter(has_text=f"{world.place}/slow")
    expect(row).to_be_visible()
    assert violations(page) == []
    world.may_answer.set()
    expect(row).to_have_count(0)
    page.get_by_role("tab", name="Completed").click()
    expect(page.get_by_role("button", name=f"{world.place}/slow")).to_be_visible()


def test_numbers_over_time_lead_to_what_failed(page, asked, theme) -> None:
    page.goto("/analytics?range=hour")
    chart = page.get_by_role("figure", name="Executions by status")
    chart.get_by_text("As a table").click()
    failed = chart.get_by_role("columnheader", name="failed")
    expect(failed).to_be_visible()
    screenshot(page, f"analytics-{theme}")
    assert violations(page) == []
    failing = page.get_by_role("table", name="Where executions fail")
    expect(failing.get_by_role("rowheader", name="ask").first).to_be_visible()
    failing.get_by_role("link", name="Asks inside").click()
    expect(page.get_by_role("table").get_by_role("link", name="Asks inside")).to_be_visible()
    page.wait_for_url("**/executions?*")


def test_the_time_that_executions_save_is_set_in_the_workflow(page, owner, theme) -> None:
    ran = run(owner, document(f"Saves time in {theme}"))
    place = f"/analytics?range=hour&wf={ran['workflow_id']}"
    page.goto(place)
    card = page.get_by_text("Time saved", exact=True).locator("..")
    expect(card).to_contain_text("–")
    assert violations(page) == []
    card.get_by_role("link", name="settings of the workflow").click()
    panel = page.get_by_role("complementary", name="Settings of the workflow")
    panel.get_by_label("Minutes saved").fill("90")
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()
    expect_saved(owner, ran["workflow_id"], 90)
    page.goto(place)
    expect(card).to_contain_text("1 h 30 min")
    expect(card).to_contain_text("nothing before to compare with")
    screenshot(page, f"analytics-time-saved-{theme}")
    assert violations(page) == []


def expect_saved(owner, workflow: str, minutes: float) -> None:
    """Waits until the draft on the server has the setting."""
    for _ in range(100):
        draft = owner.get(f"/api/v1/workflows/{workflow}").json()["document"]
        if draft.get("settings", {}).get("minutes_saved") == minutes:
            return
        time.sleep(0.1)
    raise AssertionError(draft)


def test_a_range_in_which_nothing_ran_says_so(page, asked) -> None:
    page.goto("/analytics?range=hour&wf=00000000-0000-7000-8000-000000000000")
    expect(page.get_by_text("Nothing ran in this time")).to_be_visible()
    page.get_by_role("button", name="Show the last 30 days").click()
    page.wait_for_url("**range=month*")


def test_what_the_server_uses_is_shown_second_by_second(page, asked, theme) -> None:
    page.goto("/resources")
    expect(page.get_by_role("figure", name="Memory")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="MB").first).to_be_visible()
    expect(page.get_by_role("table", name="Hosts")).to_contain_text("127.0.0.1")
    workers = page.get_by_text("Workers", exact=True).locator("xpath=following-sibling::dd[1]")
    expect(workers).to_have_text("1")
    heavy = page.get_by_role("table", name="Executions that used the most")
    expect(heavy.get_by_role("link", name="Asks again")).to_be_visible()
    expect(heavy.get_by_role("row").nth(1)).to_contain_text(" B")
    screenshot(page, f"resources-{theme}")
    assert violations(page) == []


def test_the_status_bar_leads_to_the_pages_of_its_numbers(page, asked) -> None:
    page.goto("/workflows")
    bar = page.get_by_role("contentinfo")
    for name, path in (
        ("Running", "/executions?"),
        ("requests/s", "/network?state=active"),
        ("CPU", "/resources"),
    ):
        bar.get_by_role("link", name=name).click()
        page.wait_for_url(f"**{path}*")


def test_each_page_is_one_key_away(page, asked) -> None:
    page.goto("/workflows")
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    for key, heading in ((2, "Executions"), (4, "Network"), (5, "Analytics"), (6, "Security")):
        page.keyboard.press(f"Alt+{key}")
        expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
