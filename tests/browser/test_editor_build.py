"""Somebody builds workflows in the editor: by mouse, by keyboard alone, and takes it all back."""

import re

import pytest
from browser_editor import Editor, make_workflow
from browser_page import screenshot
from playwright.sync_api import expect

FIVE = ["trigger.manual", "http.request", "flow.if", "data.set", "flow.no_op"]


@pytest.fixture
def editor(page, owner) -> Editor:
    """An empty workflow, opened."""
    return Editor.opened(page, make_workflow(owner))


def test_a_five_node_workflow_is_built_by_mouse(editor, owner):
    page = editor.page
    page.get_by_role("button", name="Manual").first.click()
    editor.expect_nodes("manual")
    for word, name in (("request", "request"), ("if", "if"), ("set fields", "set")):
        page.get_by_role("button", name="Add a node").click()
        page.get_by_role("combobox", name="Search node types").fill(word)
        page.get_by_role("dialog").get_by_role("option").first.click()
        editor.expect_nodes(name)
        if name == "if":
            # The outputs of a decision are chosen by hand.
            editor.pane_click()
    editor.drag("set", dx=80, dy=120)
    # Without a selection there is no panel whose coming moves the view.
    editor.pane_click()
    expect(page.get_by_role("complementary", name="Node")).to_have_count(0)
    page.keyboard.press("0")
    editor.connect("if", "true", "set")
    editor.pane_click()
    page.keyboard.press("0")
    # From an output into the empty canvas: the palette asks what comes there.
    editor.drag_port_to_empty("if", "false", dx=90, dy=200)
    page.get_by_role("combobox", name="Search node types").fill("no operation")
    page.get_by_role("dialog").get_by_role("option").first.click()
    editor.expect_nodes("no_op")
    editor.saved()
    document = editor.document(owner)
    assert sorted(node["type"] for node in document["nodes"].values()) == sorted(FIVE)
    assert set(document["edges"]) == {
        "manual -> request",
        "request -> if",
        "if.true -> set",
        "if.false -> no_op",
    }
    screenshot(page, "editor-five-nodes")


def test_the_same_workflow_is_built_by_keyboard_alone(editor, owner):
    page = editor.page
    press = page.keyboard.press

    def add(word: str) -> None:
        press("n")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.type(word)
        expect(page.get_by_role("dialog").get_by_role("option").first).to_be_visible()
        press("Enter")
        expect(page.get_by_role("dialog")).to_have_count(0)

    add("manual")
    editor.expect_nodes("manual")
    add("request")
    add("if")
    editor.expect_selected("if")
    add("set fields")
    editor.expect_selected("set")
    add("no operation")
    editor.expect_selected("no_op")
    # The last one followed "set"; it shall follow the other output of "if" instead.
    press("ArrowLeft")
    editor.expect_selected("set")
    press("c")
    page.get_by_role("button", name=re.compile("Remove the edge to")).press("Enter")
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press("ArrowLeft")
    editor.expect_selected("if")
    press("c")
    editor.choose("Output", "false")
    editor.choose("To", re.compile(r"no_op"))
    page.get_by_role("button", name="Connect", exact=True).press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    # A name, by which the id and all that refers to it follow.
    press("ArrowLeft")
    editor.expect_selected("request")
    press("F2")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Fetch orders")
    press("Enter")
    editor.expect_nodes("fetch_orders")
    before = editor.place("fetch_orders")
    press("Alt+ArrowDown")
    press("Alt+Shift+ArrowRight")
    assert editor.place("fetch_orders") == (before[0] + 40, before[1] + 8)
    editor.saved()
    edges = set(editor.document(owner)["edges"])
    assert edges == {
        "manual -> fetch_orders",
        "fetch_orders -> if",
        "if.true -> set",
        "if.false -> no_op",
    }


def test_keys_work_while_nothing_has_the_keyboard(page, owner):
    editor = Editor.opened(page, make_workflow(owner, nodes=4))
    editor.select("n3")
    page.keyboard.press("Delete")
    expect(editor.node("n3")).to_have_count(0)
    # The card that had the keyboard is gone; arrows go on all the same.
    editor.select("n2")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("ArrowLeft")
    editor.expect_selected("n1")
    page.keyboard.press("ArrowRight")
    editor.expect_selected("n2")
    # What a dialog gives the keyboard back to is not selected by that.
    page.keyboard.press("Control+g")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Pair")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    group = page.locator(".react-flow__node-group")
    expect(group).to_be_focused()
    expect(group).to_have_class(re.compile(r"\bselected\b"))
    expect(editor.node("n2")).not_to_have_class(re.compile(r"\bselected\b"))


def test_every_operation_can_be_undone(page, owner, complaints):
    editor = Editor.opened(page, make_workflow(owner, nodes=5))
    press = page.keyboard.press
    # The cards say what they are once the node types have come.
    expect(editor.node("n5")).to_contain_text("No operation")
    written = editor.state()

    def undone(work) -> None:
        """Do something, see that it did something, take it back, do it again, take it back."""
        work()
        page.wait_for_function("before => window.tidegateState() !== before", arg=written)
        press("Control+z")
        page.wait_for_function("before => window.tidegateState() === before", arg=written)
        press("Control+Shift+z")
        page.wait_for_function("before => window.tidegateState() !== before", arg=written)
        press("Control+z")
        page.wait_for_function("before => window.tidegateState() === before", arg=written)

    def chosen(*keys: str):
        def work() -> None:
            editor.select("n2")
            for key in keys:
                press(key)

        return work

    undone(chosen("Delete"))
    undone(chosen("d"))
    undone(chosen("Control+d"))
    undone(chosen("Alt+ArrowDown"))
    undone(chosen("Shift+T"))

    def grouped() -> None:
        chosen("Control+g")()
        expect(page.get_by_role("dialog")).to_be_visible()
        press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)

    undone(grouped)
    undone(chosen("s", "Escape"))
    undone(lambda: editor.rename_node("n2", "Other"))
    undone(lambda: (page.locator('[role=option][data-node="n3"]').focus(), press("Alt+ArrowDown")))

    def disconnected() -> None:
        editor.select("n2")
        press("c")
        page.get_by_role("button", name="Remove the edge to Node 3").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
        expect(page.get_by_role("dialog")).to_have_count(0)

    undone(disconnected)
    undone(lambda: editor.drag("n3", dx=64, dy=64))
    undone(lambda: editor.add("Sort"))
    undone(lambda: editor.paste('{"tidegate_nodes": 1, "nodes": {"x": {"type": "flow.no_op"}}}'))
    undone(lambda: editor.paste("curl https://shop.example/orders"))
    undone(lambda: editor.rename_workflow("Another name"))
    # And everything comes again.
    press("Control+Shift+z")
    page.wait_for_function("before => window.tidegateState() !== before", arg=written)
