"""Ways of the editor beside drawing: data of loops, pins, steps to go back to, the palette, the dock."""

import re

import pytest
from api_people import run
from browser_editor import Editor
from browser_page import screenshot, violations
from playwright.sync_api import expect

LOOP = {
    "tidegate": 1,
    "nodes": {
        "start": {"type": "trigger.manual"},
        "make": {"type": "data.generate", "params": {"count": 3, "fields": {"n": "{{ index }}"}}},
        "loop": {"type": "flow.loop", "params": {"batch_size": 1}},
        "step": {"type": "data.set", "params": {"fields": {"twice": "{{ json.n * 2 }}"}}},
        "end": {"type": "data.set", "params": {"fields": {"late": "{{ json.twice }}"}}},
        "many": {"type": "data.generate", "params": {"count": 1200, "fields": {"n": 1}}},
        "apart": {"type": "flow.no_op"},
    },
    "edges": [
        "start -> make",
        "make -> loop",
        "loop.each -> step",
        "step -> end",
        "end -> loop.results",
        "start -> many",
    ],
    "layout": {
        "start": [0, 0],
        "make": [288, 0],
        "loop": [576, 0],
        "step": [864, 0],
        "end": [1152, 0],
        "many": [288, 160],
        "apart": [576, 160],
    },
}


@pytest.fixture
def editor(page, owner, request) -> Editor:
    """A workflow with a loop, and the data of an execution of it."""
    ran = run(owner, LOOP | {"name": request.node.name})
    assert ran["status"] == "succeeded", ran
    opened = Editor.opened(page, f"{ran['workflow_id']}?exec={ran['id']}")
    opened.workflow_id = ran["workflow_id"]
    return opened


def part(editor: Editor, name: str):
    """A tab of the node's panel."""
    return editor.page.get_by_role("complementary").get_by_role("tab", name=name)


def test_each_iteration_of_a_loop_is_looked_at(editor) -> None:
    page = editor.page
    editor.select("step")
    part(editor, "Output").click()
    panel = page.get_by_role("complementary")
    iteration = panel.get_by_role("group", name="Iteration")
    expect(iteration).to_contain_text("#2 (3 of 3)")
    row = panel.get_by_role("table").get_by_role("row").nth(1)
    expect(row).to_contain_text("4")
    iteration.get_by_role("button", name="Iteration before").click()
    expect(iteration).to_contain_text("#1 (2 of 3)")
    expect(row).to_contain_text("2")
    screenshot(page, "editor-iterations")
    assert violations(page) == []
    # The part that is looked at stays, from node to node and in the address.
    page.wait_for_url("**tab=output*")
    editor.select("apart")
    expect(part(editor, "Output")).to_have_attribute("aria-selected", "true")
    expect(panel.get_by_text("It did not run")).to_be_visible()
    # Expressions in a loop are completed with what came in there.
    editor.select("end")
    part(editor, "Params").click()
    field = panel.get_by_role("textbox", name=re.compile("late, expression"))
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("{{ json.tw")
    expect(page.get_by_role("option", name="twice")).to_be_visible()


def test_all_that_a_node_gave_is_pinned_by_a_key(editor, owner) -> None:
    page = editor.page
    editor.select("many")
    editor.node("many").focus()
    page.keyboard.press("p")
    expect(editor.node("many").get_by_label("pinned output")).to_be_visible()
    editor.saved()
    place = f"/api/v1/workflows/{editor.workflow_id}"
    assert len(owner.get(place).json()["pinned_data"]["many"]) == 1_200
    page.keyboard.press("p")
    expect(editor.node("many").get_by_label("pinned output")).to_have_count(0)
    editor.select("apart")
    page.keyboard.press("p")
    expect(page.get_by_text("There is nothing to pin")).to_be_visible()


def test_a_day_and_time_is_typed_or_chosen(page, owner) -> None:
    wait = {"type": "flow.wait", "params": {"mode": "until"}}
    nodes = {"start": {"type": "trigger.manual"}, "wait": wait}
    content = {"tidegate": 1, "name": "Until", "nodes": nodes, "edges": ["start -> wait"]}
    made = owner.post("/api/v1/workflows", json={"document": content}).json()
    editor = Editor.opened(page, made["id"])
    editor.select("wait")
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("button", name="Choose a day and time for Until")).to_be_visible()
    assert violations(page) == []
    panel.locator("input[type=datetime-local]").fill("2031-12-24T18:00")
    until = panel.get_by_label("Until", exact=True)
    expect(until).to_have_value("2031-12-24T18:00")
    editor.saved()

    def stored() -> object:
        document = owner.get(f"/api/v1/workflows/{made['id']}").json()["document"]
        return document["nodes"]["wait"]["params"]["until"]

    assert stored() == "2031-12-24T18:00"
    until.fill("1956500000")
    editor.saved()
    assert stored() == 1956500000


def test_several_steps_are_taken_back_at_once(editor) -> None:
    page = editor.page
    for node in ("make", "step", "end"):
        editor.select(node)
        editor.node(node).focus()
        page.keyboard.press("Delete")
        expect(editor.node(node)).to_have_count(0)
    page.get_by_role("button", name="Steps that can be undone").click()
    steps = page.get_by_role("menu", name="Steps").get_by_role("menuitem")
    expect(steps).to_have_count(3)
    screenshot(page, "editor-steps")
    steps.nth(1).click()
    editor.expect_nodes("step", "end")
    expect(editor.node("make")).to_have_count(0)
    page.keyboard.press("Control+z")
    editor.expect_nodes("make")


def test_the_palette_finds_nodes_and_the_dock_shows_their_output(editor) -> None:
    page = editor.page
    page.keyboard.press("Control+k")
    page.get_by_role("searchbox", name="Search workflows, executions, pages and actions").fill(
        "data.generate many"
    )
    page.get_by_role("menuitem", name=re.compile("many")).first.click()
    editor.expect_selected("many")
    editor.node("many").focus()
    page.keyboard.press("o")
    dock = page.get_by_role("region", name="Execution", exact=True)
    expect(dock.get_by_role("tab", name="Output")).to_have_attribute("aria-selected", "true")
    expect(dock.get_by_text("1,200 items")).to_be_visible()
    screenshot(page, "editor-dock-output")
    page.keyboard.press("Control+k")
    page.get_by_role("searchbox", name="Search workflows, executions, pages and actions").fill(
        "publish"
    )
    page.get_by_role("menuitem", name=re.compile("Publish this draft")).click()
    expect(page.get_by_role("dialog", name="Publish this draft")).to_be_visible()


def test_a_search_that_fails_can_be_left(page, owner, complaints) -> None:
    complaints.allow("422")
    document = LOOP | {"name": "Too many to search"}
    found = run(owner, document)
    page.route(
        "**/nodes/many/items?*q=*",
        lambda route: route.fulfill(
            status=422,
            content_type="application/problem+json",
            body='{"status": 422, "code": "INVALID_INPUT", "title": "x", "detail": "too many items"}',
        ),
    )
    page.goto(f"/executions/{found['id']}?node=many")
    page.get_by_role("searchbox", name="Search in the items").fill("1")
    expect(page.get_by_text("too many items")).to_be_visible()
    page.get_by_role("button", name="Show them all again").click()
    expect(page.get_by_text("1,200 items")).to_be_visible()


def test_who_may_not_change_a_workflow_sees_it_and_nothing_more(
    open_context, server, people, owner
) -> None:
    made = owner.post("/api/v1/workflows", json={"document": LOOP | {"name": "Only read"}}).json()
    viewer = people.join("viewer")
    page = open_context(server.url, viewer.client).new_page()
    editor = Editor.opened(page, made["id"])
    expect(page.get_by_text("your role can't change it")).to_be_visible()
    editor.select("step")
    editor.node("step").focus()
    page.keyboard.press("Delete")
    editor.expect_nodes("step")
    expect(page.get_by_role("button", name="Add a node")).to_have_count(0)
