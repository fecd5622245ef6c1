"""Somebody chooses where an execution begins, and with which data."""

import re

import httpx
import pytest
from browser_editor import Editor
from browser_page import screenshot, violations
from playwright.sync_api import Page, Route, expect

DOCUMENT = {
    "tidegate": 1,
    "nodes": {
        "one": {"type": "trigger.manual", "label": "One", "params": {"default_data": {"n": 1}}},
        "two": {"type": "trigger.manual", "label": "Two", "params": {"default_data": {"n": 2}}},
        "first": {"type": "flow.no_op"},
        "second": {"type": "flow.no_op"},
        "both": {"type": "flow.merge"},
        "alone": {"type": "flow.no_op"},
    },
    "edges": ["one -> first", "two -> second", "first -> both", "second -> both.input_2"],
    "layout": {
        "one": [0, 0],
        "two": [0, 160],
        "first": [288, 0],
        "second": [288, 160],
        "both": [576, 80],
        "alone": [576, 320],
    },
}


@pytest.fixture
def editor(request, page, owner) -> Editor:
    """A workflow of two triggers, each with a branch of its own, and what both lead to."""
    document = DOCUMENT | {"name": request.node.name}
    answer = owner.post("/api/v1/workflows", json={"document": document})
    assert answer.status_code == 201, answer.text
    return opened(page, answer.json()["id"])


def opened(page: Page, workflow_id: str) -> Editor:
    """The editor, once it knows which nodes are triggers."""
    editor = Editor.opened(page, workflow_id)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    return editor


def shown(editor: Editor, owner: httpx.Client) -> dict:
    """The execution that the address names, once it has ended."""
    editor.page.wait_for_url(re.compile("exec="))
    dock = editor.page.get_by_role("region", name="Execution")
    expect(dock.get_by_role("status").first).to_contain_text("succeeded")
    found = re.search(r"exec=([^&]+)", editor.page.url)
    assert found
    return owner.get(f"/api/v1/executions/{found[1]}").json()


def expect_status(editor: Editor, node: str, status: str) -> None:
    card = editor.node(node).locator(".tg-card")
    expect(card).to_have_attribute("data-status", status)


def test_a_node_of_the_second_branch_is_run_to_from_its_own_trigger(editor, owner, complaints):
    # The panel asks for items of the branch that was not run.
    complaints.allow("status of 404")
    page = editor.page
    editor.select("second")
    page.keyboard.press("Shift+Enter")
    expect_status(editor, "second", "succeeded")
    execution = shown(editor, owner)
    assert execution["trigger"] == "two"
    # Nobody gave data, so the trigger has its own.
    items = owner.get(f"/api/v1/executions/{execution['id']}/nodes/second/items").json()
    assert items["items"][0]["json"]["custom_data"] == {"n": 2}
    assert page.get_by_role("dialog").count() == 0
    # From a node of the other branch there is nothing to go on with.
    editor.select("first")
    page.keyboard.press("Alt+Enter")
    expect(page.get_by_text("at a trigger that does not lead to this node")).to_be_visible()
    assert execution["id"] in page.url


def test_keys_that_are_quicker_than_the_node_types_wait_for_them(page, owner):
    document = DOCUMENT | {"name": "Quick keys"}
    made = owner.post("/api/v1/workflows", json={"document": document})
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/node_types", hold)
    editor = Editor.opened(page, made.json()["id"])
    editor.select("second")
    page.keyboard.press("Shift+Enter")
    for each in held:
        each.continue_()
    expect_status(editor, "second", "succeeded")
    assert shown(editor, owner)["trigger"] == "two"


def test_a_node_that_no_trigger_leads_to_says_so(editor):
    editor.select("alone")
    editor.page.get_by_role("button", name="Run this node").click()
    editor.page.get_by_role("menuitem", name="Run to here").click()
    expect(editor.page.get_by_text("No trigger leads to this node")).to_be_visible()
    assert "exec=" not in editor.page.url


def test_where_several_are_possible_it_is_asked_once_and_kept_for_the_workflow(editor, owner):
    page = editor.page
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Run the draft")
    expect(dialog.get_by_role("button", name="Run", exact=True)).to_be_focused()
    assert violations(page) == []
    screenshot(page, "editor-run-choice")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert "exec=" not in page.url
    page.get_by_role("button", name="Run", exact=True).click()
    editor.choose("Start with", "Two")
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    expect_status(editor, "second", "succeeded")
    execution = shown(editor, owner)
    assert execution["trigger"] == "two"
    # After a reload it is known, and what leads to a node from both begins there, too.
    opened(page, editor.workflow_id)
    editor.select("both")
    page.keyboard.press("Shift+Enter")
    expect_status(editor, "second", "succeeded")
    assert shown(editor, owner)["trigger"] == "two"
    # Another one is chosen beside the button, with its data.
    page.get_by_role("button", name="Choose the trigger and its data").click()
    page.get_by_role("menuitem", name="One with data…").click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    expect_status(editor, "first", "succeeded")
    assert shown(editor, owner)["trigger"] == "one"


def test_a_node_that_both_lead_to_asks_which_and_begins_with_the_nearest(editor, owner):
    page = editor.page
    editor.select("both")
    page.keyboard.press("Shift+Enter")
    dialog = page.get_by_role("dialog", name="Run to both")
    expect(dialog.get_by_role("button", name=re.compile("Start with$"))).to_contain_text("One")
    page.keyboard.press("Enter")
    expect_status(editor, "first", "succeeded")
    assert shown(editor, owner)["trigger"] == "one"


def test_a_form_trigger_is_started_with_the_fields_of_its_page(page, owner):
    schema = {
        "type": "object",
        "required": ["name", "days"],
        "properties": {
            "name": {"type": "string", "title": "Your name"},
            "why": {"type": "string", "title": "Why", "format": "multiline"},
            "days": {"type": "integer", "title": "Days", "default": 3, "minimum": 1},
            "paid": {"type": "boolean", "title": "Paid"},
        },
    }
    params = {"path": "run-by-hand", "title": "Ask for a holiday", "form_schema": schema}
    document = {
        "tidegate": 1,
        "name": "A form by hand",
        "nodes": {"form": {"type": "trigger.form", "params": params}},
        "edges": [],
    }
    made = owner.post("/api/v1/workflows", json={"document": document})
    assert made.status_code == 201, made.text
    editor = opened(page, made.json()["id"])
    page.get_by_role("button", name="Choose the trigger and its data").click()
    page.get_by_role("menuitem", name="with data…").click()
    dialog = page.get_by_role("dialog")
    run = dialog.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_disabled()
    expect(dialog.get_by_role("status")).to_have_text("Still to fill in: Your name")
    dialog.get_by_label("Your name").fill("Ada")
    dialog.get_by_label("Why").fill("Rest")
    assert violations(page) == []
    screenshot(page, "editor-run-form")
    run.click()
    expect_status(editor, "form", "succeeded")
    execution = shown(editor, owner)
    items = owner.get(f"/api/v1/executions/{execution['id']}/nodes/form/items").json()["items"]
    assert items[0]["json"] == {"name": "Ada", "why": "Rest", "days": 3, "paid": False}
