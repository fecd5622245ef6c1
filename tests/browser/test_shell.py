"""What is the same on every page: search, shortcuts, themes, credentials' secrets, a server that is away."""

import re

from api_people import document, run
from browser_page import screenshot, violations
from playwright.sync_api import expect


def test_the_palette_goes_to_workflows_and_pages(page, owner):
    owner.post("/api/v1/workflows", json={"document": document("Quarterly report")})
    page.goto("/workflows")
    expect(page.get_by_role("link", name="Quarterly report")).to_be_visible()
    search = page.get_by_role("searchbox", name="Search workflows, executions, pages and actions")
    page.keyboard.press("Control+k")
    expect(search).to_be_focused()
    page.keyboard.type("variab")
    expect(page.get_by_role("menuitem", name="Settings: Variables")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/variables")
    page.keyboard.press("Control+k")
    expect(search).to_be_focused()
    page.keyboard.type("quarter")
    expect(page.get_by_role("menuitem", name="Quarterly report")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/*")


def test_the_palette_finds_executions(page, owner, theme):
    ran = run(owner, document(f"Counted in {theme}"))
    again = f"/api/v1/workflows/{ran['workflow_id']}/executions"
    last = owner.post(again, json={"mode": "sync", "version": "draft"}).json()

    def look(text: str) -> None:
        page.goto("/workflows")
        expect(page.get_by_role("link", name=f"Counted in {theme}")).to_be_visible()
        page.keyboard.press("Control+k")
        expect(page.get_by_role("searchbox", name="Search workflows, executions")).to_be_focused()
        page.keyboard.type(text)

    newest = page.get_by_role("menuitem", name=f"#{last['number']} Counted in {theme}")
    look("")
    expect(newest).to_be_visible()
    page.keyboard.type(f"succeeded counted in {theme}")
    expect(newest).to_be_visible()
    expect(page.get_by_role("menuitem", name=f"#{ran['number']} Counted")).to_be_visible()
    screenshot(page, f"palette-executions-{theme}")
    assert violations(page) == []
    for name in (f"#{ran['number']}", ran["id"]):
        look(name)
        expect(page.get_by_role("menuitem").first).to_contain_text(f"#{ran['number']} Counted")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/executions/{ran['id']}")
    look("failed 999999999")
    expect(page.get_by_text("Nothing is called so.")).to_be_visible()


def test_an_execution_that_is_not_among_the_newest_is_asked_for(page, owner):
    ran = run(owner, document("Long ago"))
    asked = []

    def answer(route):
        # The newest ones are others: this one is only found by its number.
        if "named=" not in route.request.url and "q=" not in route.request.url:
            route.fulfill(json={"executions": [], "next": None})
            return
        asked.append(route.request.url)
        route.continue_()

    page.route("**/api/v1/executions?*", answer)
    page.goto("/workflows")
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox", name="Search workflows, executions")).to_be_focused()
    page.keyboard.type(str(ran["number"]))
    found = page.get_by_role("menuitem", name=f"#{ran['number']} Long ago")
    expect(found).to_be_visible()
    assert any(f"named={ran['number']}" in url for url in asked)
    found.click()
    page.wait_for_url(f"**/executions/{ran['id']}")


def test_shortcuts_can_be_changed_and_single_keys_switched_off(page, owner):
    page.goto("/settings/shortcuts")
    expect(page.get_by_role("heading", name="Shortcuts")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts on this page")).to_be_visible()
    page.keyboard.press("Escape")
    recorder = page.get_by_role("button", name="Search everything, and run commands")
    recorder.click()
    page.keyboard.press("Alt+p")
    page.goto("/workflows")
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Alt+p")
    expect(page.get_by_role("dialog", name="Search everything")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto("/settings/shortcuts")
    page.get_by_text("Shortcuts of one key work").click()
    page.keyboard.press("?")
    page.wait_for_timeout(200)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_theme_is_kept_and_never_flashes(page, owner):
    page.goto("/workflows")
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    page.get_by_role("button", name="Use the light theme").click()
    page.add_init_script(
        """document.addEventListener('DOMContentLoaded', () => {
          window.first = document.documentElement.dataset.theme;
        })"""
    )
    page.reload()
    assert page.evaluate("() => window.first") == "light"


def test_who_follows_the_system_goes_from_day_to_night_with_it(page, owner):
    page.goto("/workflows")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Use the dark theme").click()
    page.emulate_media(color_scheme="dark")
    page.emulate_media(color_scheme="light")
    expect(page.get_by_role("button", name="Use the light theme")).to_be_visible()
    expect(root).to_have_attribute("data-theme", "dark")


def test_a_credential_is_stored_and_its_value_never_comes_back(page, owner):
    page.goto("/credentials")
    page.get_by_role("button", name="New credential").first.click()
    page.get_by_label("Name").fill("shop")
    page.get_by_role("textbox", name="Token").fill("very-secret-token")
    page.get_by_label("Hosts it may be sent to").fill("api.example.com")
    page.get_by_role("button", name="Store", exact=True).click()
    expect(page.get_by_text("shop is stored, sealed")).to_be_visible()
    page.get_by_role("button", name="More for shop").click()
    page.get_by_role("menuitem", name="Give it other values").click()
    expect(page.get_by_role("dialog", name="Change shop")).to_be_visible()
    expect(page.get_by_label("Hosts it may be sent to")).to_have_value("api.example.com")
    expect(page.get_by_role("textbox", name="Token")).to_have_value("")
    assert "very-secret-token" not in page.content()


def test_names_that_are_taken_are_refused_at_their_field(page, owner, complaints):
    complaints.allow("409")
    place = "/api/v1/credentials/billing"
    theirs = {"type": "bearer", "values": {"token": "their-token"}, "hosts": ["their.example"]}
    assert owner.put(place, json=theirs).is_success
    page.goto("/credentials")
    page.get_by_role("button", name="New credential").first.click()
    dialog = page.get_by_role("dialog", name="New credential")
    name = dialog.get_by_label("Name")
    name.fill("billing")
    dialog.get_by_role("textbox", name="Token").fill("my-token")
    dialog.get_by_label("Hosts it may be sent to").fill("mine.example")
    dialog.get_by_role("button", name="Store", exact=True).click()
    said = "there is a credential 'billing' already; choose another name"
    expect(name).to_have_accessible_description(re.compile(said))
    assert violations(page) == []
    screenshot(page, "credential-name-taken")
    assert owner.get(place).json()["hosts"] == ["their.example"]
    name.fill("billing of mine")
    expect(dialog.get_by_text(said)).to_have_count(0)
    dialog.get_by_role("button", name="Store", exact=True).click()
    expect(page.get_by_text("billing of mine is stored, sealed")).to_be_visible()
    assert owner.get(place).json()["hosts"] == ["their.example"]

    assert owner.post("/api/v1/variables", json={"name": "limit", "value": 1}).is_success
    page.goto("/settings/variables")
    name = page.get_by_label("Name")
    name.fill("limit")
    page.get_by_label("Value").fill("2")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(name).to_have_accessible_description(re.compile("has a variable 'limit' already"))
    screenshot(page, "variable-name-taken")

    assert owner.post("/api/v1/workflows", json={"document": document("Nightly")}).is_success
    page.goto("/workflows/new")
    name = page.get_by_label("Name")
    name.fill("Nightly")
    page.get_by_role("button", name="Make an empty workflow").click()
    expect(name).to_have_accessible_description(re.compile("there is a workflow 'Nightly' already"))


def test_a_server_that_is_away_is_told_and_comes_back(open_context, own_server, complaints):
    from api_people import People

    complaints.allow("ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket")
    people = People(own_server)
    page = open_context(own_server.url, people.owner.client).new_page()
    page.goto("/workflows")
    expect(page.get_by_text("Server works")).to_be_visible()
    own_server.stop()
    expect(page.get_by_text("The server does not answer")).to_be_visible(timeout=45_000)
    own_server.start()
    expect(page.get_by_text("Server works")).to_be_visible(timeout=45_000)
    people.owner.client.close()


def test_a_session_that_ends_leads_back_to_where_one_was(page, server, people, complaints):
    complaints.allow("status of 401")
    page.goto("/credentials")
    expect(page.get_by_role("heading", name="Credentials")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/settings/keys")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail").fill("owner@example.org")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="API keys").first).to_be_visible()
