"""Each problem of the draft leads to where it is solved."""

import pytest
from browser_editor import Editor
from browser_page import screenshot, violations
from playwright.sync_api import Locator, expect

WRONG = {
    "tidegate": 1,
    "nodes": {
        "sort": {"type": "data.sort", "params": {"keys": [{"field": "a"}, {}]}},
        "get": {"type": "http.request", "credential": "gone", "params": {}},
    },
    "edges": ["sort -> get"],
    "layout": {"sort": [0, 0], "get": [288, 0]},
    "settings": {"concurrency": {"limit": 1, "key": "{{ 1 + }}"}},
}


@pytest.fixture
def editor(page, owner, request) -> Editor:
    content = WRONG | {"name": request.node.name}
    answer = owner.post("/api/v1/workflows", json={"document": content})
    assert answer.status_code == 201, answer.text
    editor = Editor.opened(page, answer.json()["id"])
    page.get_by_role("tab", name="Problems").click()
    return editor


def problem(editor: Editor, text: str) -> Locator:
    return (
        editor.page.get_by_role("list", name="Problems").get_by_role("button").filter(has_text=text)
    )


def test_a_problem_leads_to_the_field_of_its_node(editor):
    page = editor.page
    assert violations(page) == []
    problem(editor, "get.url").click()
    editor.expect_selected("get")
    expect(page.locator('[data-panel="get"] [data-field="url"] :focus')).to_be_visible()
    # Also from another part of the panel, to a field in an entry of a list.
    page.get_by_role("tab", name="Docs").click()
    problem(editor, "sort.keys.1.field").press("Enter")
    editor.expect_selected("sort")
    field = page.locator('[data-panel="sort"] [data-field="keys.1.field"] :focus')
    expect(field).to_be_visible()
    expect(page.get_by_role("tab", name="Params")).to_have_attribute("aria-selected", "true")
    screenshot(page, "editor-problem")
    page.keyboard.type("b")
    expect(page.locator('[data-field="keys.1.field"]').first).to_be_visible()
    editor.saved()
    expect(problem(editor, "sort.keys.1.field")).to_have_count(0)
    problem(editor, "there is no credential 'gone'").click()
    picker = page.locator('[data-panel="get"] [data-field="credential:"]')
    expect(picker.get_by_role("button", name="Credential")).to_be_focused()


def test_a_problem_without_a_node_says_where_it_is_solved(editor):
    page = editor.page
    workflow = problem(editor, "Settings of the workflow").first
    workflow.click()
    panel = page.get_by_role("complementary", name="Settings of the workflow")
    expect(panel).to_be_visible()
    problem(editor, "Add a trigger").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox", name="Search node types")).to_have_value("trigger")
    dialog.get_by_role("option", name="Manual").first.click()
    expect(page.locator(".react-flow__node")).to_have_count(3)
