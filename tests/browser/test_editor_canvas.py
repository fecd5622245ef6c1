"""What is done on the canvas beside building: edges, groups, focus, two windows, the order."""

import json
import re

import pytest
from browser_editor import Editor, make_workflow
from browser_page import screenshot, violations
from playwright.sync_api import expect


@pytest.fixture
def editor(page, owner) -> Editor:
    """A workflow of four nodes in a row, opened."""
    return Editor.opened(page, make_workflow(owner, nodes=4))


def edges(editor: Editor) -> set[str]:
    """The edges that are drawn."""
    return set(
        editor.page.locator(".react-flow__edge").evaluate_all(
            "(all) => all.map((edge) => edge.dataset.id)"
        )
    )


_ENDS = """(edge) => {
  const path = edge.querySelector('path');
  const matrix = path.getScreenCTM();
  const at = (length) => path.getPointAtLength(length).matrixTransform(matrix).y;
  return [at(0), at(path.getTotalLength())];
}"""


def test_edges_end_at_ports_that_came_after_the_node_was_drawn(page, owner):
    # Until the node types have come, "if" has the outputs main, yes and no: it is higher then.
    document = {
        "tidegate": 1,
        "name": "Late ports",
        "nodes": {
            "start": {"type": "trigger.manual"},
            "if": {"type": "flow.if", "params": {"condition": {"$expr": "True"}}},
            "yes": {"type": "flow.no_op"},
            "no": {"type": "flow.no_op"},
        },
        "edges": ["start -> if", "if.true -> yes", "if.false -> no"],
        "layout": {"start": [0, 100], "if": [300, 100], "yes": [600, 0], "no": [600, 200]},
    }
    answer = owner.post("/api/v1/workflows", json={"document": document})
    assert answer.status_code == 201, answer.text
    held = []

    def hold(route) -> None:
        held.append(route)

    page.route("**/api/v1/node_types", hold)
    editor = Editor.opened(page, answer.json()["id"])
    expect(editor.port("if", "main")).to_be_attached()
    expect(page.locator(".react-flow__edge")).to_have_count(3)
    page.keyboard.press("n")
    palette = page.get_by_role("dialog")
    expect(palette).to_contain_text("still being loaded")
    held[0].continue_()
    expect(palette.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(editor.port("if", "main")).to_have_count(0)
    editor.box("if")  # waits until it stands still
    for edge, (source, output), target in (
        ("start -> if", ("start", "main"), "if"),
        ("if.true -> yes", ("if", "true"), "yes"),
        ("if.false -> no", ("if", "false"), "no"),
    ):
        ends = page.locator(f'.react-flow__edge[data-id="{edge}"]').evaluate(_ENDS)
        ports = (editor.port(source, output), editor.port(target, "main", "in"))
        for end, port in zip(ends, ports, strict=True):
            box = port.bounding_box()
            assert end == pytest.approx(box["y"] + box["height"] / 2, abs=2), edge


def test_a_node_type_that_is_dropped_on_an_edge_is_inserted(editor, owner):
    page = editor.page
    page.get_by_role("tab", name="Node types").click()
    page.get_by_role("textbox", name="Search node types").fill("set fields")
    source = page.get_by_role("button", name="Set fields")
    first, second = editor.box("n2"), editor.box("n3")
    pane = page.locator(".react-flow__pane")
    box = pane.bounding_box()
    x = (first["x"] + first["width"] + second["x"]) / 2 - box["x"]
    y = first["y"] + first["height"] / 2 - box["y"]
    source.drag_to(pane, target_position={"x": x, "y": y}, force=True)
    editor.expect_selected("set")
    editor.saved()
    assert set(editor.document(owner)["edges"]) == {
        "n1 -> n2",
        "n2 -> set",
        "set -> n3",
        "n3 -> n4",
    }


def test_a_loose_node_that_is_dragged_onto_an_edge_is_inserted(editor):
    page = editor.page
    box = page.locator(".react-flow__pane").bounding_box()
    # What is pasted comes to where the pointer is.
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] - 160)
    editor.paste('{"tidegate_nodes": 1, "nodes": {"loose": {"type": "flow.no_op"}}}')
    editor.expect_selected("loose")
    editor.pane_click()
    expect(page.get_by_role("complementary", name="Node")).to_have_count(0)
    first, second, loose = editor.box("n2"), editor.box("n3"), editor.box("loose")
    x = (first["x"] + first["width"] + second["x"]) / 2
    y = first["y"] + first["height"] / 2
    editor.drag(
        "loose",
        dx=x - loose["x"] - loose["width"] / 2,
        dy=y - loose["y"] - loose["height"] / 2,
    )
    expect(page.locator('.react-flow__edge[data-id="loose -> n3"]')).to_be_attached()
    assert edges(editor) == {"n1 -> n2", "n2 -> loose", "loose -> n3", "n3 -> n4"}
    # One step: the place and the edges.
    page.keyboard.press("Control+z")
    expect(page.locator('.react-flow__edge[data-id="n2 -> n3"]')).to_be_attached()
    assert edges(editor) == {"n1 -> n2", "n2 -> n3", "n3 -> n4"}


def test_a_group_becomes_one_card_and_opens_again(editor, owner):
    page = editor.page
    editor.select("n2")
    page.locator('[role=option][data-node="n3"]').click(modifiers=["Control"])
    page.keyboard.press("Control+g")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Middle")
    dialog.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Collapse Middle").click()
    folded = page.locator(".react-flow__node-folded")
    expect(folded).to_contain_text("2 nodes")
    expect(editor.node("n2")).to_have_count(0)
    screenshot(page, "editor-collapsed-group")
    editor.saved()
    assert editor.document(owner)["groups"]["group"] == {
        "label": "Middle",
        "nodes": ["n2", "n3"],
        "collapsed": True,
    }
    # It is one card after the page is loaded again, too.
    page.reload()
    expect(folded).to_be_visible()
    page.get_by_role("button", name="Expand Middle").click()
    editor.expect_nodes("n2", "n3")


def test_a_collapsed_group_is_dragged_with_all_of_its_nodes(page, owner):
    workflow = make_workflow(owner, nodes=4)
    editor = Editor.opened(page, workflow)
    editor.select("n2")
    page.locator('[role=option][data-node="n3"]').click(modifiers=["Control"])
    page.keyboard.press("Control+g")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Collapse Group").click()
    expect(editor.node("group/group")).to_contain_text("2 nodes")
    editor.saved()
    before = editor.document(owner)["layout"]
    start = editor.place("group/group")
    editor.drag("group/group", dx=0, dy=160)
    # It stays where it was put, also when something else is drawn anew.
    editor.select("n4")
    moved = editor.place("group/group")
    dy = moved[1] - start[1]
    assert dy > 80
    editor.saved()
    after = editor.document(owner)["layout"]
    assert after["n2"] == [before["n2"][0] + moved[0] - start[0], before["n2"][1] + dy]
    assert after["n3"] == [before["n3"][0] + moved[0] - start[0], before["n3"][1] + dy]
    assert (after["n1"], after["n4"]) == (before["n1"], before["n4"])
    # One step takes it back.
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Undone: Move")).to_be_visible()
    assert editor.place("group/group") == start
    editor.saved()
    assert editor.document(owner)["layout"] == before


def test_focus_view_is_walked_through_by_keys(editor):
    page = editor.page
    editor.select("n2")
    page.keyboard.press("Enter")
    view = page.get_by_role("region", name="Node Node 2")
    for part in ("Input", "Parameters", "Output"):
        expect(view.get_by_role("region", name=part)).to_be_visible()
    screenshot(page, "editor-focus-view")
    assert violations(page) == []
    page.keyboard.press("]")
    expect(page.get_by_role("region", name="Node Node 3")).to_be_visible()
    page.keyboard.press("[")
    expect(view).to_be_visible()
    page.keyboard.press("Escape")
    expect(view).to_have_count(0)
    expect(editor.node("n2")).to_be_focused()
    # The same by the mouse.
    editor.node("n3").dblclick()
    expect(page.get_by_role("region", name="Node Node 3")).to_be_visible()
    page.get_by_role("button", name="Back to the canvas").click()
    expect(page.get_by_role("region", name="Node Node 3")).to_have_count(0)


def test_the_map_leaves_a_low_canvas_to_the_nodes(page, owner):
    editor = Editor.opened(page, make_workflow(owner, nodes=6))
    small_map = page.locator(".react-flow canvas.cursor-crosshair")
    editor.select("n1")
    page.keyboard.press("1")
    expect(small_map).to_be_visible()
    # Beside a focused node the canvas is a strip, which the map would hide.
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Node Node 1")).to_be_visible()
    expect(small_map).to_be_hidden()
    page.keyboard.press("Escape")
    expect(small_map).to_be_visible()


def test_nodes_are_copied_from_one_window_into_another(editor, owner, open_context, server):
    first = editor.page
    editor.select("n2")
    first.locator('[role=option][data-node="n3"]').click(modifiers=["Control"])
    editor.expect_selected("n3")
    copied = first.evaluate(
        """() => {
          const data = new DataTransfer();
          document.body.dispatchEvent(
            new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }));
          return data.getData('text/plain');
        }"""
    )
    piece = json.loads(copied)
    assert sorted(piece["nodes"]) == ["n2", "n3"]
    assert piece["edges"] == ["n2 -> n3"]
    other = Editor.opened(open_context(server.url, owner).new_page(), make_workflow(owner, nodes=2))
    other.paste(copied)
    expect(other.page.get_by_role("tab", name="Nodes (4)")).to_be_visible()
    other.saved()
    document = other.document(owner)
    # Ids that are taken are written anew, in edges too; names stay.
    (new,) = (node for node in document["nodes"] if node not in ("n1", "n2", "n3"))
    assert f"{new} -> n3" in document["edges"]
    assert document["nodes"][new]["label"] == "Node 2"
    # What is no node says what it is.
    other.paste('{"nodes": [{"type": "n8n-nodes-base.set"}]}')
    expect(other.page.get_by_text("This is a workflow of n8n")).to_be_visible()


def test_nodes_are_deleted_in_the_outline_one_after_another(editor, owner):
    page = editor.page
    page.locator('[role=option][data-node="n2"]').focus()
    page.keyboard.press("Delete")
    expect(editor.node("n2")).to_have_count(0)
    expect(page.locator('[role=option][data-node="n3"]')).to_be_focused()
    page.keyboard.press("Delete")
    expect(editor.node("n3")).to_have_count(0)
    expect(page.locator('[role=option][data-node="n4"]')).to_be_focused()
    editor.saved()
    assert set(editor.document(owner)["nodes"]) == {"n1", "n4"}


def test_the_order_is_changed_in_the_outline_by_keys(editor, owner):
    page = editor.page
    page.locator('[role=option][data-node="n2"]').focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator('.react-flow__edge[data-id="n3 -> n2"]')).to_be_attached()
    row = page.locator('[role=option][data-node="n2"]')
    expect(row).to_be_focused()
    expect(row).to_have_accessible_name(re.compile("after Node 3"))
    assert edges(editor) == {"n1 -> n3", "n3 -> n2", "n2 -> n4"}
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator('.react-flow__edge[data-id="n1 -> n2"]')).to_be_attached()
    # Nothing comes before the trigger, and it is said why.
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_text("can't run earlier")).to_be_visible()
    editor.saved()
    assert set(editor.document(owner)["edges"]) == {"n1 -> n2", "n2 -> n3", "n3 -> n4"}


def test_a_link_shows_the_part_of_the_canvas_that_was_seen(editor):
    page = editor.page
    fitted = editor.box("n3")
    pane = page.locator(".react-flow__pane").bounding_box()
    page.mouse.move(pane["x"] + 60, pane["y"] + pane["height"] - 60)
    page.mouse.wheel(0, 120)
    page.keyboard.press("+")
    page.wait_for_url(re.compile(r"zoom="))
    zoom = page.get_by_role("toolbar", name="Zoom").get_by_role(
        "button", name=re.compile("^Zoom is")
    )
    page.wait_for_function(
        "(width) => { const box = document.querySelector('[data-id=n3]').getBoundingClientRect();"
        " const moved = window.lastBox && window.lastBox.x === box.x && box.width > width;"
        " window.lastBox = box; return moved; }",
        arg=fitted["width"],
        polling=700,
    )
    seen, shown = editor.box("n3"), zoom.inner_text()
    page.reload()
    expect(zoom).to_have_text(shown)
    after = editor.box("n3")
    assert all(abs(after[key] - seen[key]) < 2 for key in seen), (seen, after)
    entries = page.evaluate("history.length")
    page.keyboard.press("0")
    page.wait_for_function("(url) => location.href !== url", arg=page.url)
    assert page.evaluate("history.length") == entries
