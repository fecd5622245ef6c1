"""Somebody runs a workflow in the editor: live status, cancelling, a server that dies meanwhile."""

import re
from itertools import pairwise

import pytest
from api_people import People
from browser_editor import Editor
from browser_page import screenshot, violations
from held_server import HeldServer
from installed_server import InstalledServer
from playwright.sync_api import expect

_PAINTED = """([node, status]) => {
  const canvas = document.querySelector('.tg-far canvas.pointer-events-none');
  const card = document.querySelector(`.react-flow__node[data-id=${node}]`);
  const [box, whole] = [card.getBoundingClientRect(), canvas.getBoundingClientRect()];
  // In the middle of the stripe that says how the node stands.
  const [x, y] = [box.left - whole.left + box.width * 7 / 208, box.top - whole.top + box.height / 2];
  const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  // What is painted comes to the pixel at 1, what shall be to the one at 0.
  brush.drawImage(canvas, 1 - Math.round(x), -Math.round(y));
  brush.fillStyle = getComputedStyle(document.documentElement)
    .getPropertyValue(`--status-${status}`).trim();
  brush.fillRect(0, 0, 1, 1);
  const [wanted, found] = [0, 1].map((at) => [...brush.getImageData(at, 0, 1, 1).data].join());
  return found === wanted;
}"""
_SUCCEEDED = ".text-status-succeeded svg"
AWAY = "ERR_|Failed to load|WebSocket|status 50|request failed|dynamically imported"


@pytest.fixture(scope="module")
def service():
    """A service that answers when the test says so."""
    with HeldServer() as held:
        yield held


@pytest.fixture(scope="module")
def running_server(site, tmp_path_factory, service):
    """A server whose gate lets workflows reach that service."""
    folder = tmp_path_factory.mktemp("running")
    made = InstalledServer(site, folder, TIDEGATE_EGRESS_ALLOW=service.address)
    yield made
    made.kill()


@pytest.fixture(scope="module")
def client(running_server):
    people = People(running_server)
    yield people.owner.client
    people.owner.client.close()


@pytest.fixture
def editor(request, open_context, running_server, client, service) -> Editor:
    """A workflow that asks the service and goes on with what it answers."""
    service.hold()
    document = {
        "tidegate": 1,
        "name": request.node.name,
        "nodes": {
            "start": {"type": "trigger.manual"},
            "fetch": {"type": "http.request", "params": {"url": service.url}},
            "done": {"type": "flow.no_op"},
        },
        "edges": ["start -> fetch", "fetch -> done"],
        "layout": {"start": [0, 0], "fetch": [288, 0], "done": [576, 0]},
    }
    answer = client.post("/api/v1/workflows", json={"document": document})
    assert answer.status_code == 201, answer.text
    page = open_context(running_server.url, client).new_page()
    return Editor.opened(page, answer.json()["id"])


def expect_status(editor: Editor, node: str, status: str) -> None:
    card = editor.node(node).locator(".tg-card")
    expect(card).to_have_attribute("data-status", status)


def test_nodes_and_edges_show_what_happens_while_it_happens(editor, service):
    page = editor.page
    page.get_by_role("button", name="Run", exact=True).click()
    expect_status(editor, "fetch", "running")
    expect_status(editor, "start", "succeeded")
    expect(editor.node("start")).to_contain_text("1 item")
    expect(
        page.locator('.react-flow__edge[data-id="fetch -> done"] .tg-edge-busy')
    ).to_be_attached()
    expect(page.locator('.react-flow__edge[data-id="start -> fetch"]')).to_contain_text("1")
    page.keyboard.press("t")
    timeline = page.get_by_role("list", name="Timeline")
    expect(timeline).to_contain_text("start")
    # What has not ended has its bar, too.
    bar = timeline.get_by_role("listitem").filter(has_text="fetch")
    expect(bar).to_contain_text("running")
    assert bar.count() == 1
    screenshot(page, "editor-running")
    service.release()
    expect_status(editor, "done", "succeeded")
    expect(bar.first).to_contain_text("succeeded")
    expect(editor.node("fetch")).to_contain_text(re.compile(r"1 item · [\d.]+ m?s"))
    edge = page.locator('.react-flow__edge[data-id="fetch -> done"]')
    expect(edge).to_contain_text("1")
    expect(edge.locator(".tg-edge-used")).to_be_attached()
    dock = page.get_by_role("region", name="Execution")
    expect(dock.get_by_role("status").first).to_contain_text("succeeded")
    page.keyboard.press("w")
    expect(dock.get_by_role("row").nth(1)).to_contain_text("200")
    # What it was shows the address, so that it can be given to somebody.
    page.reload()
    expect_status(editor, "done", "succeeded")
    expect(edge).to_contain_text("1")


def test_from_far_each_node_is_painted_as_it_stands(editor, service):
    page = editor.page
    editor.expect_nodes("start", "fetch", "done")
    for _ in range(7):
        page.get_by_role("button", name="Zoom out").press("Enter")
    expect(page.locator(".tg-far")).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    # Cards that nobody sees are not told; the picture and the outline are.
    for node, status in {"start": "succeeded", "fetch": "running", "done": "idle"}.items():
        page.wait_for_function(_PAINTED, arg=[node, status])
        row = page.get_by_role("listbox", name="Nodes").locator(f"[data-node={node}]")
        expect(row).to_have_attribute("aria-label", re.compile(f", {status}, "))
    screenshot(page, "editor-running-from-far")
    service.release()
    for node in ("start", "fetch", "done"):
        page.wait_for_function(_PAINTED, arg=[node, "succeeded"])


def test_rows_out_of_sight_follow_and_are_whole_once_they_are_seen(
    request, open_context, running_server, client
):
    ids = [f"n{number}" for number in range(120)]
    document = {
        "tidegate": 1,
        "name": request.node.name,
        "nodes": {"start": {"type": "trigger.manual"}}
        | {each: {"type": "flow.no_op", "label": f"Node {each}"} for each in ids},
        "edges": [f"{source} -> {target}" for source, target in pairwise(["start", *ids])],
        "layout": {each: [n % 12 * 288, n // 12 * 112] for n, each in enumerate(ids)},
    }
    answer = client.post("/api/v1/workflows", json={"document": document})
    assert answer.status_code == 201, answer.text
    page = open_context(running_server.url, client).new_page()
    Editor.opened(page, answer.json()["id"])
    expect(page.locator(".tg-far")).to_be_visible()
    rows = page.get_by_role("listbox", name="Nodes").get_by_role("option")
    first, last = rows.first, rows.filter(has_text=ids[-1])
    expect(rows).to_have_count(121)
    expect(last).not_to_be_in_viewport()
    page.get_by_role("button", name="Run", exact=True).click()
    for row in (first, last):
        expect(row).to_have_attribute("aria-label", re.compile(", succeeded, "))
    expect(first.locator(_SUCCEEDED)).to_be_visible()
    expect(last).not_to_be_in_viewport()
    last.scroll_into_view_if_needed()
    expect(last.locator(_SUCCEEDED)).to_be_visible()
    # By the keyboard, too, and back at the first.
    last.focus()
    page.keyboard.press("Home")
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport()
    expect(first.locator(_SUCCEEDED)).to_be_visible()


def test_an_execution_is_cancelled_and_run_again(editor, service):
    page = editor.page
    page.keyboard.press("Control+Enter")
    expect_status(editor, "fetch", "running")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect_status(editor, "fetch", "cancelled")
    dock = page.get_by_role("region", name="Execution")
    expect(dock.get_by_role("status").first).to_contain_text("cancelled")
    expect(editor.node("done").locator(".tg-card")).not_to_have_attribute(
        "data-status", "succeeded"
    )
    service.release()
    page.get_by_role("button", name="Run", exact=True).click()
    expect_status(editor, "done", "succeeded")


def test_the_server_dies_while_it_runs_and_the_page_follows_to_the_end(
    editor, service, running_server, client, complaints
):
    complaints.allow(AWAY)
    page = editor.page
    page.get_by_role("button", name="Run", exact=True).click()
    expect_status(editor, "fetch", "running")
    running_server.kill()
    editor.rename_node("done", "Written meanwhile")
    service.release()
    running_server.start()
    expect_status(editor, "fetch", "succeeded")
    expect_status(editor, "done", "succeeded")
    editor.saved()
    assert editor.document(client)["nodes"]["done"]["label"] == "Written meanwhile"


def test_a_part_is_run_to_a_node_and_from_it_with_the_data_shown(editor, service):
    page = editor.page
    service.release()
    editor.select("fetch")
    page.keyboard.press("Shift+Enter")
    expect_status(editor, "fetch", "succeeded")
    expect_status(editor, "done", "skipped")
    editor.select("done")
    page.keyboard.press("Alt+Enter")
    expect_status(editor, "done", "succeeded")
    expect(editor.node("done")).to_contain_text("1 item")
    # What it began with says so, and takes no time of its own.
    expect(editor.node("fetch")).to_contain_text("1 item · reused")
    expect(editor.node("fetch").get_by_label("result not of this execution")).to_be_visible()
    expect(editor.node("done")).not_to_contain_text("reused")
    assert violations(page) == []
    editor.select("fetch")
    page.keyboard.press("p")
    expect(editor.node("fetch").get_by_label("pinned output")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(editor.node("fetch")).to_contain_text("1 item · pinned")
    expect(editor.node("done")).to_contain_text(re.compile(r"1 item · [\d.]+ m?s"))
    screenshot(page, "editor-reused")


def test_a_node_that_was_tried_again_says_how_often(page, owner):
    retry = {"max_retries": 2, "retry_delay": 10, "retry_all_errors": True}
    document = {
        "tidegate": 1,
        "name": "Tried again",
        "nodes": {
            "start": {"type": "trigger.manual"},
            "fail": {
                "type": "code.python",
                "params": {"code": "raise ValueError('not today')"},
                "settings": {"retry": retry},
            },
        },
        "edges": ["start -> fail"],
    }
    answer = owner.post("/api/v1/workflows", json={"document": document})
    assert answer.status_code == 201, answer.text
    editor = Editor.opened(page, answer.json()["id"])
    page.get_by_role("button", name="Run", exact=True).click()
    expect_status(editor, "fail", "failed")
    expect(editor.node("fail")).to_contain_text("3 attempts · ")
