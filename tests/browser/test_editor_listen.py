"""The address of a webhook or a form beside its parameters, and a draft that listens for a call."""

import re

import httpx
import pytest
from browser_editor import Editor
from browser_page import screenshot, violations
from playwright.sync_api import Page, expect

FORM = {
    "path": "listen-form",
    "title": "Ask for a holiday",
    "form_schema": {"type": "object", "properties": {"name": {"type": "string"}}},
}
DOCUMENT = {
    "tidegate": 1,
    "nodes": {
        "hook": {"type": "trigger.webhook", "params": {"path": "listen-orders"}},
        "form": {"type": "trigger.form", "params": FORM},
        "done": {"type": "flow.no_op"},
    },
    "edges": ["hook -> done", "form -> done"],
    "layout": {"hook": [0, 0], "form": [0, 160], "done": [288, 80]},
}


@pytest.fixture
def editor(request, page, owner) -> Editor:
    """A workflow that is called as a webhook and as a form."""
    document = DOCUMENT | {"name": request.node.name}
    answer = owner.post("/api/v1/workflows", json={"document": document})
    assert answer.status_code == 201, answer.text
    return Editor.opened(page, answer.json()["id"])


def expect_succeeded(editor: Editor, node: str) -> None:
    card = editor.node(node).locator(".tg-card")
    expect(card).to_have_attribute("data-status", "succeeded")


def listen(page: Page):
    """Let the draft listen; the part of the panel that says so."""
    part = page.get_by_role("region", name="Address")
    part.get_by_role("button", name="Listen for a test call").click()
    expect(part.get_by_role("status")).to_contain_text("Waits for a call until")
    return part


def test_a_draft_listens_and_the_canvas_shows_what_a_call_does(editor, server):
    page = editor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    editor.select("hook")
    part = page.get_by_role("region", name="Address")
    expect(part).to_contain_text(f"POST{server.url}/webhook/listen-orders")
    expect(part).to_contain_text("once the workflow is published and active")
    part.get_by_role("button", name="Copy: Test address").click()
    expect(page.get_by_text("Test address copied")).to_be_visible()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"{server.url}/webhook-test/listen-orders"
    listen(page)
    assert violations(page) == []
    screenshot(page, "editor-listening")
    answer = httpx.post(copied, json={"order": 7})
    assert answer.status_code < 300, answer.text
    page.wait_for_url(re.compile("exec="))
    expect_succeeded(editor, "hook")
    expect_succeeded(editor, "done")
    # One call is taken: then it listens no more.
    expect(part.get_by_role("status")).to_have_text("A call came: the canvas shows what it does.")
    expect(part.get_by_role("button", name="Listen for a test call")).to_be_enabled()


def test_it_listens_on_when_the_panel_is_closed(editor, server):
    page = editor.page
    editor.select("form")
    expect(page.get_by_role("region", name="Address")).to_contain_text(
        f"{server.url}/form-test/listen-form"
    )
    listen(page)
    page.get_by_role("button", name="Close the panel").click()
    expect(page.get_by_role("region", name="Address")).to_have_count(0)
    answer = httpx.post(f"{server.url}/webhook-test/listen-orders", json={})
    assert answer.status_code < 300, answer.text
    expect_succeeded(editor, "hook")


def test_listening_is_stopped(editor, server):
    page = editor.page
    editor.select("hook")
    part = listen(page)
    # Whoever opens the panel again sees that it listens.
    editor.select("done")
    editor.select("hook")
    part.get_by_role("button", name="Stop listening").click()
    expect(part.get_by_role("button", name="Listen for a test call")).to_be_enabled()
    answer = httpx.post(f"{server.url}/webhook-test/listen-orders", json={})
    assert answer.status_code == 404


def test_a_draft_that_cannot_run_says_why_it_does_not_listen(editor, complaints):
    complaints.allow("status of 4")
    page = editor.page
    editor.select("hook")
    page.get_by_label("Path").fill("not a path!")
    part = page.get_by_role("region", name="Address")
    part.get_by_role("button", name="Listen for a test call").click()
    expect(part.get_by_role("alert")).to_contain_text("The draft does not listen")


def test_the_address_is_the_one_by_which_others_reach_the_server(editor):
    """The server writes its public address into the page, before anything listens."""
    page = editor.page

    page.add_init_script("""
        document.addEventListener("readystatechange", () => {
          const url = document.querySelector('meta[name="tidegate-url"]');
          if (document.readyState === "interactive" && url)
            url.content = "https://flows.example.org/tide";
        });
    """)
    page.reload()
    editor.select("hook")
    part = page.get_by_role("region", name="Address")
    expect(part).to_contain_text("https://flows.example.org/tide/webhook/listen-orders")
    expect(part).to_contain_text("https://flows.example.org/tide/webhook-test/listen-orders")
