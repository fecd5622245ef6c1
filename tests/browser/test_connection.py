"""The dot of the status bar says how the page is connected; without a server nothing is run."""

from api_people import People
from browser_editor import Editor, make_workflow
from browser_page import screenshot, violations
from middle_proxy import MiddleProxy
from playwright.sync_api import Locator, Page, expect

AWAY = "ERR_|Failed to load|WebSocket|status 50|request failed|dynamically imported"


def server_state(page: Page) -> Locator:
    """What the dot stands for."""
    return page.get_by_role("contentinfo").get_by_role("status")


def test_without_a_server_editing_goes_on_and_nothing_is_run(open_context, own_server, complaints):
    complaints.allow(AWAY)
    people = People(own_server)
    client = people.owner.client
    page = open_context(own_server.url, client).new_page()
    editor = Editor.opened(page, make_workflow(client, nodes=2))
    expect(server_state(page)).to_have_text("Server works, live")
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_enabled()
    own_server.stop()
    assert page.evaluate("() => navigator.onLine") is True
    expect(server_state(page)).to_have_text("The server does not answer. Changes are kept here.")
    expect(run).to_be_disabled()
    expect(run).to_have_accessible_description(
        "The server does not answer: nothing can be run, editing goes on."
    )
    expect(page.get_by_role("button", name="Choose the trigger and its data")).to_be_disabled()
    editor.rename_node("n2", "Written meanwhile")
    expect(page.get_by_role("button", name="Run this node")).to_be_disabled()
    assert violations(page) == []
    screenshot(page, "editor-away")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_text("nothing can be run")).to_have_count(2)
    own_server.start()
    expect(server_state(page)).to_have_text("Server works, live")
    expect(run).to_be_enabled()
    editor.saved()
    # What was pressed meanwhile was not kept for later.
    assert "exec=" not in page.url
    client.close()


def test_a_proxy_that_passes_no_websockets_is_named_and_polled_through(
    open_context, server, owner, complaints
):
    complaints.allow("WebSocket|status 404")
    with MiddleProxy(server.port, passes_sockets=False) as proxy:
        page = open_context(proxy.url, owner).new_page()
        editor = Editor.opened(page, make_workflow(owner, nodes=2))
        expect(server_state(page)).to_contain_text("live by polling: no WebSocket gets through")
        assert violations(page) == []
        screenshot(page, "editor-polling")
        page.get_by_role("button", name="Run", exact=True).click()
        card = editor.node("n2").locator(".tg-card")
        expect(card).to_have_attribute("data-status", "succeeded")


def test_an_address_that_the_server_does_not_know_says_what_to_set(
    open_context, server, owner, complaints
):
    complaints.allow("WebSocket|status of 403")
    with MiddleProxy(server.port, keeps_host=False) as proxy:
        page = open_context(proxy.url, owner).new_page()
        page.goto("/workflows")
        expect(server_state(page)).to_have_text(
            f"The server does not know the address {proxy.url}: add it to its setting "
            "server.public_urls."
        )
