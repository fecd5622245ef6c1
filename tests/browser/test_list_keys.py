"""Lists by keyboard alone: walk, open, mark, retry, compare, copy; all of it stands in the sheet."""

import httpx
import pytest
from api_people import document, run
from browser_page import screenshot, violations
from playwright.sync_api import Page, expect

STOPS = {
    "start": {"type": "trigger.manual"},
    "stop": {"type": "flow.stop", "params": {"message": "no order here"}},
}


@pytest.fixture
def walked(page: Page, owner: httpx.Client, request) -> list[dict]:
    """Three executions of one workflow, the middle one failed; the newest comes first."""
    name = request.node.name
    made = owner.post("/api/v1/workflows", json={"document": document(name)})
    assert made.status_code == 201, made.text
    ran = []
    for fails in (False, True, False):
        nodes = STOPS if fails else {"start": STOPS["start"]}
        edges = ["start -> stop"] if fails else []
        changed = document(name, nodes=nodes, edges=edges)
        place = f"/api/v1/workflows/{made.json()['id']}"
        answer = owner.patch(place, json={"document": changed}, headers={"if-match": "*"})
        assert answer.is_success, answer.text
        body = {"mode": "sync", "version": "draft"}
        answer = owner.post(f"{place}/executions", json=body)
        ran.append(owner.get(f"/api/v1/executions/{answer.json()['id']}").json())
    page.goto(f"/w/{made.json()['id']}/executions")
    expect(page.get_by_role("table").get_by_role("link")).to_have_count(3)
    return ran[::-1]


def current(page: Page, one: dict) -> None:
    expect(page.locator(f'[data-entry="{one["id"]}"]')).to_be_focused()


def test_executions_are_walked_through_opened_and_left(page, walked) -> None:
    newest, failed, oldest = walked
    press = page.keyboard.press
    press("j")
    current(page, newest)
    press("j")
    press("j")
    current(page, oldest)
    press("k")
    press("k")
    current(page, newest)
    press("e")
    current(page, failed)
    screenshot(page, "executions-walked")
    assert violations(page) == []
    press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"Execution #{failed['number']}")
    press("j")
    expect(heading).to_have_text(f"Execution #{oldest['number']}")
    press("j")
    expect(
        page.get_by_text(f"no execution of this workflow before #{oldest['number']}")
    ).to_be_visible()
    press("k")
    expect(heading).to_have_text(f"Execution #{failed['number']}")
    press("e")
    page.wait_for_url("**node=stop*")
    press("Shift+r")
    page.wait_for_url(lambda url: not any(one["id"] in url for one in walked))
    # The draft as it is now stops nothing.
    expect(page.get_by_text("succeeded").first).to_be_visible()
    press("?")
    sheet = page.get_by_role("dialog", name="Shortcuts on this page")
    for said in ("Next one (Enter opens it)J", "Retry from the start, with the same versionR"):
        expect(sheet.get_by_role("listitem").filter(has_text=said)).to_be_visible()
    screenshot(page, "sheet-execution")


def test_executions_are_marked_and_retried_by_keys(page, owner, walked) -> None:
    newest, failed, _ = walked
    press = page.keyboard.press
    press("r")
    press("x")
    bar = page.get_by_role("toolbar", name="The marked executions")
    expect(bar).to_have_count(0)
    press("j")
    press("x")
    press("j")
    press("x")
    expect(bar.get_by_text("2 marked")).to_be_visible()
    press("x")
    expect(bar.get_by_text("1 marked")).to_be_visible()
    press("r")
    expect(page.get_by_text("1 started again")).to_be_visible()
    links = page.get_by_role("table").get_by_role("link")
    expect(links).to_have_count(4)
    again = owner.get(f"/api/v1/executions?workflow_id={newest['workflow_id']}").json()
    assert again["executions"][0]["based_on_id"] == newest["id"]
    # A letter in a field is a letter.
    press("/")
    page.keyboard.type("rex")
    expect(page.get_by_role("searchbox").first).to_have_value("rex")
    expect(page.get_by_text("No execution fits")).to_be_visible()
    page.get_by_role("searchbox").first.fill("")
    expect(links).to_have_count(4)
    for one in (newest, failed):
        page.locator(f'[data-entry="{one["id"]}"]').click(modifiers=["Shift"])
    page.wait_for_url(f"**/executions/compare?a={failed['id']}&b={newest['id']}")


def test_workflows_and_credentials_are_walked_through(page, owner) -> None:
    names = ("Aa stroll", "Bb stroll")
    ids = [
        owner.post("/api/v1/workflows", json={"document": document(name)}).json()["id"]
        for name in names
    ]
    press = page.keyboard.press
    page.goto("/workflows?q=stroll")
    expect(page.get_by_role("link", name=names[1])).to_be_visible()
    press("j")
    press("j")
    press("j")
    expect(page.get_by_role("link", name=names[1])).to_be_focused()
    press("k")
    press("Enter")
    page.wait_for_url(f"**/w/{ids[0]}")
    credential = {"type": "bearer", "values": {"token": "x-secret"}, "hosts": ["example.org"]}
    assert owner.put("/api/v1/credentials/walked", json=credential).is_success
    page.goto("/credentials")
    expect(page.get_by_role("button", name="walked", exact=True)).to_be_visible()
    press("j")
    press("Enter")
    dialog = page.get_by_role("dialog", name="Change walked")
    expect(dialog).to_be_visible()
    # What is behind a dialog is not walked through.
    dialog.get_by_role("button", name="Cancel").focus()
    press("j")
    press("n")
    expect(dialog).to_be_visible()
    press("Escape")
    expect(page.get_by_role("button", name="walked", exact=True)).to_be_focused()


def test_requests_are_walked_through_and_copied_by_a_key(open_context, server, owner) -> None:
    ask = {"type": "http.request", "params": {"url": f"{server.url}/readyz"}}
    nodes = {"start": {"type": "trigger.manual"}, "ask": ask}
    run(owner, document("Asks itself", nodes=nodes, edges=["start -> ask"]))
    context = open_context(server.url, owner, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/network?state=failed")
    expect(page.locator("[data-entry]").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy the request")).to_be_visible()
    for keys, word, part in (("y", "cURL", "curl "), ("Shift+y", "httpx code", "import httpx")):
        page.keyboard.press(keys)
        expect(page.get_by_text(f"Copied as {word}")).to_be_visible()
        assert part in page.evaluate("() => navigator.clipboard.readText()")
