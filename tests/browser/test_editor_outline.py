"""The outline is the whole canvas for the keyboard: nodes, edges, groups and notes."""

import re

import pytest
from browser_editor import Editor
from browser_page import screenshot, violations
from playwright.sync_api import Locator, Page, expect

DOCUMENT = {
    "tidegate": 1,
    "nodes": {
        "start": {"type": "trigger.manual", "label": "Start"},
        "check": {
            "type": "flow.if",
            "label": "Check",
            "params": {"condition": "{{ json.a == 1 }}"},
        },
        "yes": {"type": "flow.no_op", "label": "Yes"},
        "no": {"type": "flow.no_op", "label": "No"},
    },
    "edges": ["start -> check", "check.true -> yes", "check.false -> no"],
    "layout": {"start": [0, 0], "check": [288, 0], "yes": [576, 0], "no": [576, 112]},
    "groups": {"ends": {"label": "Ends", "nodes": ["yes", "no"]}},
    "notes": {"why": {"text": "# Why", "x": 0, "y": 200, "width": 240, "height": 120}},
}


@pytest.fixture
def editor(page, owner, request) -> Editor:
    document = DOCUMENT | {"name": request.node.name}
    answer = owner.post("/api/v1/workflows", json={"document": document})
    assert answer.status_code == 201, answer.text
    return Editor.opened(page, answer.json()["id"])


def line(page: Page, name: str) -> Locator:
    return page.get_by_role("listbox", name="Nodes").get_by_role("option", name=name)


def enter(page: Page) -> None:
    """By Tab from the field above, as people come there."""
    page.get_by_label("Search in this workflow").focus()
    page.keyboard.press("Tab")
    expect(line(page, "Start, idle, first")).to_be_focused()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_an_edge_is_reached_and_removed(editor, owner):
    page = editor.page
    enter(page)
    press(page, "ArrowRight")
    expect(line(page, "Edge to Check")).to_be_focused()
    press(page, "ArrowRight")
    expect(line(page, "Check, idle, after Start")).to_be_focused()
    # Edges are there while the keyboard is in them, and else out of the way.
    expect(line(page, "Edge to Check")).to_have_count(0)
    press(page, "ArrowRight")
    expect(line(page, "Edge to Yes (true)")).to_be_focused()
    press(page, "ArrowDown")
    expect(line(page, "Edge to No (false)")).to_be_focused()
    screenshot(page, "editor-outline-edges")
    assert violations(page) == []
    press(page, "Delete")
    expect(line(page, "Edge to Yes (true)")).to_be_focused()
    expect(page.locator('.react-flow__edge[data-id="check.false -> no"]')).to_have_count(0)
    press(page, "ArrowLeft")
    expect(line(page, "Check, idle, after Start")).to_be_focused()
    editor.saved()
    assert set(editor.document(owner)["edges"]) == {"start -> check", "check.true -> yes"}
    press(page, "Control+z")
    expect(page.locator('.react-flow__edge[data-id="check.false -> no"]')).to_be_attached()


def test_an_edge_has_the_menu_that_it_has_on_the_canvas(editor):
    page = editor.page
    enter(page)
    press(page, "ArrowRight", "Shift+F10")
    menu = page.get_by_role("menu", name="Commands")
    expect(menu.get_by_role("menuitem", name="Insert a node here")).to_be_visible()
    menu.get_by_role("menuitem", name="Delete").press("Enter")
    expect(page.locator('.react-flow__edge[data-id="start -> check"]')).to_have_count(0)


def test_a_note_is_written_and_deleted(editor, owner):
    page = editor.page
    enter(page)
    press(page, "End")
    expect(line(page, "Note: Why")).to_be_focused()
    press(page, "Enter")
    field = page.get_by_role("textbox", name="Text of the note")
    expect(field).to_be_focused()
    press(page, "Control+a")
    page.keyboard.type("Because")
    press(page, "Escape")
    # Back where it was asked for.
    expect(line(page, "Note: Because")).to_be_focused()
    editor.saved()
    assert editor.document(owner)["notes"]["why"]["text"] == "Because"
    press(page, "Delete")
    expect(line(page, "Note: Because")).to_have_count(0)
    expect(line(page, "Group Ends (2)")).to_be_focused()


def test_a_group_is_renamed_collapsed_and_dissolved(editor, owner):
    page = editor.page
    enter(page)
    press(page, "End", "ArrowUp")
    group = line(page, "Group Ends (2)")
    expect(group).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".react-flow__node-folded")).to_contain_text("Ends")
    press(page, "F2")
    dialog = page.get_by_role("dialog", name="Name of the group")
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()
    press(page, "Control+a")
    page.keyboard.type("Finish")
    press(page, "Enter")
    expect(dialog).to_have_count(0)
    expect(line(page, "Group Finish (2)")).to_be_visible()
    line(page, "Group Finish (2)").focus()
    press(page, "Shift+F10")
    menu = page.get_by_role("menu", name="Commands")
    expect(menu.get_by_role("menuitem", name=re.compile("^Expand"))).to_be_visible()
    menu.get_by_role("menuitem", name="Ungroup").press("Enter")
    expect(line(page, "Group Finish (2)")).to_have_count(0)
    editor.expect_nodes("yes", "no")
    editor.saved()
    assert "groups" not in editor.document(owner) or not editor.document(owner)["groups"]
