"""Every page in both themes: nothing for axe-core to find, nothing on the console, a picture kept.

A page is loaded in the dark theme and then looked at in the light one.
"""

import pytest
from api_people import document
from browser_page import screenshot, violations
from playwright.sync_api import expect

PAGES = {
    "/workflows": "Workflows",
    "/workflows?state=active": "Workflows",
    "/workflows/new": "New workflow",
    "/workflows/new?template=regions": "New workflow",
    "/executions": "Executions",
    "/executions/compare": "Compare two executions",
    "/network": "Network",
    "/network?state=active": "Network",
    "/analytics": "Analytics",
    "/resources": "Resources",
    "/nodes": "Nodes",
    "/nodes?q=request&type=http.request": "Nodes",
    "/errors?code=HTTP_ERROR&type=TIMEOUT": "Error codes",
    "/credentials": "Credentials",
    "/security": "Security",
    "/settings/account": "Your account",
    "/settings/appearance": "Appearance",
    "/settings/shortcuts": "Shortcuts",
    "/settings/keys": "API keys",
    "/settings/users": "People",
    "/settings/projects": "Projects",
    "/settings/variables": "Variables",
    "/settings/server": "Settings of the server",
    "/settings/about": "About",
    "/nothing/here": "There is no such page",
}


@pytest.fixture(scope="module")
def filled(owner, people):
    """A server on which something is."""
    people.join("editor", "ada@example.org")
    for number, (name, folder, tags) in enumerate(
        [
            ("Nightly sync", "sales", ["orders", "nightly"]),
            ("Invoices", "sales/billing", ["orders"]),
            ("Clean the list of people", "", ["sample"]),
            ("<img src=x onerror=alert(1)>", "", ["<b>bold</b>"]),
        ]
    ):
        body = {"document": document(name), "folder": folder, "tags": tags}
        made = owner.post("/api/v1/workflows", json=body)
        assert made.status_code == 201, made.text
        place = f"/api/v1/workflows/{made.json()['id']}"
        assert owner.post(f"{place}/publish", json={}, headers={"if-match": "*"}).is_success
        for _ in range(number * 3):
            answer = owner.post(f"{place}/executions", json={"mode": "sync", "data": {}})
            assert answer.is_success, answer.text
    credential = {"type": "bearer", "values": {"token": "secret-token"}, "hosts": ["example.org"]}
    assert owner.put("/api/v1/credentials/crm", json=credential).is_success
    assert owner.post("/api/v1/variables", json={"name": "limit", "value": 12}).is_success
    return owner


def look(page, name):
    """Look at a page in both themes."""
    screenshot(page, f"{name}-dark")
    assert violations(page) == []
    page.evaluate("() => { document.documentElement.dataset.theme = 'light' }")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    screenshot(page, f"{name}-light")
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_quiet(page, filled, path):
    page.goto(path)
    expect(page.get_by_role("heading", name=PAGES[path], exact=True).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    look(page, path.strip("/"))


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("executions", "Executions of Nightly sync"),
        ("versions", "Versions of Nightly sync"),
        ("settings", "Settings of the workflow"),
    ],
)
def test_a_page_of_a_workflow_is_accessible_and_quiet(page, filled, name, heading):
    found = filled.get("/api/v1/workflows", params={"q": "Nightly"}).json()["workflows"][0]
    page.goto(f"/w/{found['id']}/{name}")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.wait_for_load_state("networkidle")
    look(page, f"workflow-{name}")


@pytest.mark.parametrize("path", ["/login", "/setup", "/invitation#not-whole", "/reset"])
def test_a_page_before_signing_in_is_accessible_and_quiet(stranger, server, path):
    stranger.goto(path)
    expect(stranger.get_by_role("heading", level=1)).to_be_visible()
    look(stranger, path.strip("/"))


def open_palette(page):
    page.keyboard.press("Control+k")
    page.get_by_role("searchbox", name="Search workflows, executions, pages and actions").fill("s")


def open_sheet(page):
    page.keyboard.press("?")


def open_new(page):
    page.get_by_role("button", name="New workflow").click()


def open_import(page):
    page.get_by_role("button", name="Import").click()


def open_menu(page):
    page.get_by_role("button", name="More for Nightly sync").click()


@pytest.mark.parametrize("opened", [open_palette, open_sheet, open_new, open_import, open_menu])
def test_what_opens_over_a_page_is_accessible_too(page, filled, opened):
    page.goto("/workflows")
    expect(page.get_by_role("link", name="Nightly sync")).to_be_visible()
    opened(page)
    expect(page.locator("[role=dialog], [role=menu]").first).to_be_visible()
    look(page, opened.__name__)


def test_a_credential_form_is_accessible(page, filled):
    page.goto("/credentials")
    page.get_by_role("button", name="New credential").click()
    expect(page.get_by_role("textbox", name="Token")).to_be_visible()
    look(page, "new-credential")


OPEN_TO_VIEWERS = ["/executions", "/network", "/network?state=active", "/analytics", "/resources"]


def test_somebody_who_may_only_look_meets_no_error(open_context, server, filled, people):
    viewer = people.join("viewer", "only-looks@example.org")
    page = open_context(server.url, viewer.client).new_page()
    for path in [*OPEN_TO_VIEWERS, "/nodes", "/workflows/new", "/settings/appearance"]:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("alert")).to_have_count(0)
    found = viewer.client.get("/api/v1/workflows", params={"q": "Nightly"}).json()["workflows"][0]
    for name in ("executions", "versions", "settings"):
        page.goto(f"/w/{found['id']}/{name}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
