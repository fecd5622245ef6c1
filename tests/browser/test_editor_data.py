"""Real data helps to write expressions: completion, preview, dragging a field; and text stays text."""

import pytest
from api_people import run
from browser_editor import Editor
from browser_page import screenshot, violations
from playwright.sync_api import expect

ORDERS = {
    "tidegate": 1,
    "nodes": {
        "start": {"type": "trigger.manual"},
        "orders": {
            "type": "data.generate",
            "params": {
                "count": 3,
                "fields": {"customer": "Ada", "total_price": "{{ index * 10 }}"},
            },
        },
        "pick": {"type": "flow.if", "params": {"condition": "{{ True }}"}},
    },
    "edges": ["start -> orders", "orders -> pick"],
    "layout": {"start": [0, 0], "orders": [288, 0], "pick": [576, 0]},
}


@pytest.fixture
def ran(owner, request):
    """An execution whose data the editor shows."""
    return run(owner, ORDERS | {"name": request.node.name})


@pytest.fixture
def editor(page, ran) -> Editor:
    """The workflow of that execution, with its data, at the node ``pick``."""
    workflow = ran["workflow_id"]
    page.goto(f"/w/{workflow}?exec={ran['id']}&node=pick")
    opened = Editor(page, workflow)
    opened.expect_selected("pick")
    expect(page.get_by_role("tab", name="Params")).to_be_visible()
    return opened


def field(page):
    return page.get_by_role("textbox", name="Condition, expression")


def test_expressions_are_completed_from_the_items_that_came_in(editor, owner):
    page = editor.page
    expect(field(page)).to_be_visible()
    field(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("{{ json.")
    option = page.get_by_role("option", name="total_price")
    expect(option).to_be_visible()
    expect(page.get_by_role("option", name="customer")).to_be_visible()
    page.keyboard.type("tot")
    expect(page.get_by_role("option", name="customer")).to_have_count(0)
    screenshot(page, "editor-completion")
    option.click()
    page.keyboard.type(" > 5 ")
    expect(field(page)).to_contain_text("json.total_price > 5")
    # Below it stands what it gives for the item that is looked at.
    expect(page.locator('[data-field="condition"]')).to_contain_text("false")
    editor.saved()
    params = editor.document(owner)["nodes"]["pick"]["params"]
    assert params["condition"].startswith("{{ json.total_price > 5")


def test_a_field_of_the_input_is_dragged_into_a_parameter(editor, owner):
    page = editor.page
    editor.node("pick").focus()
    page.keyboard.press("Enter")
    view = page.get_by_role("region", name="Input", exact=True)
    source = view.get_by_text("customer", exact=True)
    expect(source).to_be_visible()
    expect(field(page)).to_be_visible()
    field(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    source.drag_to(field(page))
    expect(field(page)).to_contain_text("{{ json.customer }}")
    editor.saved()
    assert "json.customer" in editor.document(owner)["nodes"]["pick"]["params"]["condition"]


def test_an_expression_that_is_wrong_says_where(editor):
    page = editor.page
    field(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("{{ json.nothing_like_it + 1 }}")
    expect(page.locator('[data-field="condition"]')).to_contain_text("nothing_like_it")
    expect(page.locator('[data-field="condition"]').locator(".text-danger").first).to_be_visible()
    assert violations(page) == []


def test_what_was_not_reached_is_not_asked_for(page, owner):
    # The browser would complain of each answer 404, and the test fail.
    nodes = {
        "start": {"type": "trigger.manual"},
        "split": {"type": "flow.if", "params": {"condition": "{{ True }}"}},
        "yes": {"type": "flow.no_op"},
        "no": {"type": "flow.no_op"},
        "after": {"type": "data.set", "params": {"fields": {"a": "{{ json.a }}"}}},
    }
    edges = ["start -> split", "split.true -> yes", "split.false -> no", "no -> after"]
    document = {"tidegate": 1, "name": "One way only", "nodes": nodes, "edges": edges}
    found = run(owner, document)
    editor = Editor.opened(page, f"{found['workflow_id']}?exec={found['id']}&node=after")
    editor.expect_selected("after")
    panel = page.get_by_role("complementary", name="Node Set fields")
    for side in ("Input", "Output"):
        panel.get_by_role("tab", name=side).click()
        expect(panel.get_by_text("It did not run")).to_be_visible()
    screenshot(page, "editor-not-reached")
    editor.select("no")
    panel = page.get_by_role("complementary", name="Node No operation")
    expect(panel.get_by_text("It did not run")).to_be_visible()
    panel.get_by_role("tab", name="Input").click()
    expect(panel.get_by_text("This output was reached, and gave nothing")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
