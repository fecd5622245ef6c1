"""People look at what an execution did: the trace beside the canvas, and the details of a span."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from api_people import run
from browser_editor import Editor
from browser_page import screenshot, violations
from installed_server import InstalledServer
from playwright.sync_api import Page, expect

FLASHES = """() => {
  window.flashed = [];
  new MutationObserver((all) => {
    for (const { target } of all)
      if (target.dataset.flash !== undefined) window.flashed.push(target.dataset.id);
  }).observe(document.body, { subtree: true, attributeFilter: ['data-flash'] });
}"""


class Answers(BaseHTTPRequestHandler):
    """Finds everything but what is missing."""

    def do_GET(self) -> None:
        body = b'{"found": true}'
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def answering():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


@pytest.fixture(scope="module")
def server(site, tmp_path_factory, answering):
    folder = tmp_path_factory.mktemp("server")
    made = InstalledServer(site, folder, TIDEGATE_EGRESS_ALLOW=answering)
    yield made
    made.kill()


@pytest.fixture(scope="module")
def execution(owner, answering) -> dict:
    """Three items, each asked for; the last one is not found, and fails the node."""
    words = "['first', 'second', 'missing'][index]"
    nodes = {
        "start": {"type": "trigger.manual"},
        "words": {
            "type": "data.generate",
            "params": {"count": 3, "fields": {"word": f"{{{{ {words} }}}}"}},
        },
        "pause": {"type": "flow.wait", "params": {"amount": 0.7}},
        "ask": {
            "type": "http.request",
            "params": {"url": f"http://{answering}/{{{{ json.word }}}}"},
        },
    }
    edges = ["start -> words", "words -> pause", "pause -> ask"]
    layout = {"start": [0, 0], "words": [288, 0], "pause": [576, 0], "ask": [576, 144]}
    document = {"tidegate": 1, "name": "Asks", "nodes": nodes, "edges": edges, "layout": layout}
    found = run(owner, document)
    assert found["status"] == "failed", found
    return found


def card(page: Page, node: str):
    return page.locator(f'.react-flow__node[data-id="{node}"]')


def expect_flashed(page: Page, node: str) -> None:
    page.wait_for_function("(node) => window.flashed.includes(node)", arg=node)


def test_the_trace_stands_beside_the_canvas_and_spans_show_their_details(
    page, execution, theme
) -> None:
    page.goto(f"/executions/{execution['id']}?view=canvas")
    trace = page.get_by_role("region", name="Trace")
    rows = trace.get_by_role("list", name="Timeline").get_by_role("listitem")
    expect(rows).to_have_count(8)
    expect(card(page, "ask")).to_be_visible()
    page.evaluate(FLASHES)
    # An attempt that failed says why, and leads to the item at which it did.
    rows.filter(has_text="ask").get_by_role("button").last.click()
    details = page.get_by_role("region", name="Node ask")
    expect(details.get_by_role("tab", name="Error")).to_have_attribute("aria-selected", "true")
    expect(details).to_contain_text("404")
    expect_flashed(page, "ask")
    expect(card(page, "ask")).to_have_class(re.compile(r"\bselected\b"))
    page.wait_for_url("**span=a*")
    screenshot(page, f"execution-trace-{theme}")
    assert violations(page) == []
    details.get_by_role("button", name="Look at item 2 of the input").click()
    chosen = details.get_by_role("table", name="Items of pause").locator("[aria-current=true]")
    expect(chosen).to_contain_text("missing")
    # All of it is in the address.
    page.wait_for_url(re.compile("(?=.*tab=input)(?=.*in_item=2)"))
    page.reload()
    expect(chosen).to_contain_text("missing")
    expect(rows.locator("[aria-current=true]")).to_contain_text("ask")
    details.get_by_role("tab", name="Logs").click()
    expect(details.get_by_role("log")).to_contain_text("404")
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)


def test_the_time_of_the_trace_is_zoomed_alone(page, execution, theme) -> None:
    page.goto(f"/executions/{execution['id']}?view=trace")
    trace = page.get_by_role("region", name="Trace")
    whole = trace.get_by_role("list", name="The whole execution").get_by_role("listitem")
    expect(whole).to_have_text([re.compile("execution"), re.compile("queued")])
    rows = trace.get_by_role("list", name="Timeline").get_by_role("listitem")
    # It asks after the pause, so its bar stands at the right until the time before is left out.
    row = rows.filter(has_text="pause").get_by_role("button").last
    bar = row.locator("[style*=background-color]").first
    reset = trace.get_by_role("button", name="Whole time")
    expect(reset).to_have_count(0)
    before, height = bar.bounding_box(), row.bounding_box()["height"]
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + 4)
    page.keyboard.down("Shift")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Shift")
    expect(reset).to_be_visible()
    page.wait_for_function(
        "([bar, width]) => bar.getBoundingClientRect().width > 1.3 * width",
        arg=[bar.element_handle(), before["width"]],
    )
    assert row.bounding_box()["height"] == height, "only the time is zoomed"
    screenshot(page, f"execution-trace-zoomed-{theme}")
    assert violations(page) == []
    reset.click()
    expect(reset).to_have_count(0)
    same = "([bar, width]) => Math.abs(bar.getBoundingClientRect().width - width) < 1"
    page.wait_for_function(same, arg=[bar.element_handle(), before["width"]])
    # By keys, too: closer, aside, and all of it again.
    row.focus()
    page.keyboard.press("+")
    expect(reset).to_be_visible()
    left = bar.bounding_box()["x"]
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([bar, left]) => bar.getBoundingClientRect().left < left", arg=[bar.element_handle(), left]
    )
    page.keyboard.press("0")
    expect(reset).to_have_count(0)
    trace.get_by_role("button", name="Look closer at the time").click()
    expect(reset).to_be_visible()
    trace.get_by_role("button", name="Show more of the time").click()
    expect(reset).to_have_count(0)


def test_the_zoom_of_the_trace_is_part_of_its_address(page, execution) -> None:
    page.goto("/workflows")
    page.goto(f"/executions/{execution['id']}?view=trace")
    trace = page.get_by_role("region", name="Trace")
    rows = trace.get_by_role("list", name="Timeline").get_by_role("listitem")
    row = rows.filter(has_text="pause").get_by_role("button").last
    bar = row.locator("[style*=background-color]").first
    reset = trace.get_by_role("button", name="Whole time")
    closer = trace.get_by_role("button", name="Look closer at the time")
    closer.click()
    closer.click()
    page.wait_for_url(re.compile(r"within=[\d.]+\.\.[\d.]+"))
    zoomed = page.url
    seen = bar.bounding_box()
    page.reload()
    expect(reset).to_be_visible()
    expect(bar).to_be_visible()
    after = bar.bounding_box()
    assert [round(after[side]) for side in after] == [round(seen[side]) for side in seen]
    # All of it is what an address without a part of the time says, and one with nonsense.
    reset.click()
    page.wait_for_url(lambda url: "within" not in url)
    for nonsense in ("within=9..3", "within=all", "within=900000000..900000001"):
        page.goto(f"/executions/{execution['id']}?view=trace&{nonsense}")
        expect(bar).to_be_visible()
        expect(reset).to_have_count(0)
    page.goto(zoomed)
    closer.click()
    page.wait_for_url(lambda url: "within" in url and url != zoomed)
    # What is zoomed leaves no entry of its own behind.
    page.go_back()
    page.wait_for_url("**within=900000000*")


def test_a_request_shows_what_was_sent_and_answered_and_is_copied(
    open_context, server, owner, execution, theme
) -> None:
    context = open_context(server.url, owner, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/executions/{execution['id']}?view=trace")
    rows = page.get_by_role("list", name="Timeline").get_by_role("listitem")
    request = rows.filter(has_text="/missing")
    expect(request).to_contain_text("404")
    request.get_by_role("button").click()
    details = page.get_by_role("region", name="Node ask")
    expect(details).to_contain_text("Status 404")
    expect(details.get_by_role("region", name="Phases")).to_contain_text("ttfb")
    details.get_by_role("tab", name="Request").click()
    expect(details.get_by_role("region", name="Request headers")).to_be_visible()
    screenshot(page, f"execution-request-{theme}")
    assert violations(page) == []
    details.get_by_role("button", name="Copy the request").click()
    page.get_by_role("menuitem", name="Copy as cURL").click()
    expect(page.get_by_text("Copied as cURL")).to_be_visible()
    assert "/missing" in page.evaluate("() => navigator.clipboard.readText()")
    details.get_by_role("tab", name="Request").focus()
    page.keyboard.press("Shift+y")
    expect(page.get_by_text("Copied as httpx code")).to_be_visible()
    details.get_by_role("tab", name="Output").click()
    expect(details).to_contain_text("This attempt has given nothing")
    # The requests of an attempt are folded away and shown again, and rows are walked by arrows.
    rows.get_by_role("button", name="Requests of ask").click()
    expect(request).to_have_count(0)
    rows.get_by_role("button", name="Requests of ask").click()
    rows.first.get_by_role("button").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Node words")).to_be_visible()


def test_the_trace_is_filtered(page, execution) -> None:
    page.goto(f"/executions/{execution['id']}?view=trace")
    rows = page.get_by_role("list", name="Timeline").get_by_role("listitem")
    expect(rows).to_have_count(8)
    only = page.get_by_role("group", name="Show only")
    for name, count in (("Errors", 2), ("HTTP", 1)):
        only.get_by_text(name).click()
        expect(rows).to_have_count(count)
    expect(rows).to_contain_text(["/missing"])
    only.get_by_text("> 500 ms").click()
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    expect(rows).to_have_count(8)
    only.get_by_text("> 500 ms").click()
    expect(rows.filter(has_text="words")).to_have_count(0)
    expect(rows.filter(has_text="pause")).to_have_count(1)


def test_lines_of_the_log_and_requests_lead_to_what_they_are_about(page, execution) -> None:
    page.goto(f"/executions/{execution['id']}?view=logs")
    page.evaluate(FLASHES)
    page.get_by_role("log").get_by_text("404").click()
    details = page.get_by_role("region", name="Node ask")
    chosen = details.locator("tr[aria-current=true]")
    expect(chosen).to_contain_text("missing")
    page.wait_for_url("**view=canvas*")
    expect_flashed(page, "ask")
    page.get_by_role("tab", name="Network").click()
    page.get_by_role("row").filter(has_text="/second").get_by_role("button", name="ask").click()
    expect(details).to_contain_text("/second")
    expect(details).to_contain_text("Status 200")
    page.wait_for_url("**span=r*")


def test_a_request_leads_to_the_item_that_it_was_for(page, execution) -> None:
    page.goto(f"/executions/{execution['id']}?view=network")
    page.evaluate(FLASHES)
    row = page.get_by_role("row").filter(has_text="/second")
    row.get_by_role("button", name="Item 1 of the input").focus()
    page.keyboard.press("Enter")
    details = page.get_by_role("region", name="Node ask")
    chosen = details.locator("tr[aria-current=true]")
    expect(chosen).to_contain_text("second")
    expect_flashed(page, "ask")
    # The answer comes first where the request is asked for, and its item stays marked meanwhile.
    page.get_by_role("tab", name="Network").click()
    row.get_by_role("button", name="ask").click()
    expect(details).to_contain_text("Status 200")
    details.get_by_role("tab", name="Input").click()
    expect(chosen).to_contain_text("second")
    details.get_by_role("tab", name="Request").click()
    details.get_by_role("button", name="item 1").click()
    expect(chosen).to_contain_text("second")
    # From among the requests of all executions, too.
    page.goto("/network?q=second")
    table = page.get_by_role("table", name="Requests", exact=True)
    expect(table.get_by_role("cell", name="ask item 1")).to_be_visible()
    table.get_by_role("button", name="/second").click()
    drawer = page.get_by_role("region", name="Request", exact=True)
    drawer.get_by_role("link", name="1 of the input").click()
    expect(chosen).to_contain_text("second")
    assert violations(page) == []


def test_on_a_narrow_screen_they_are_tabs(open_context, server, owner, execution) -> None:
    context = open_context(server.url, owner, viewport={"width": 800, "height": 900})
    page = context.new_page()
    page.goto(f"/executions/{execution['id']}?view=canvas")
    expect(card(page, "ask")).to_be_visible()
    expect(page.get_by_role("region", name="Trace")).to_have_count(0)
    page.get_by_role("tab", name="Trace").click()
    page.get_by_role("list", name="Timeline").get_by_text("words").click()
    details = page.get_by_role("region", name="Node words")
    expect(details.get_by_role("table", name="Items of words")).to_contain_text("second")
    screenshot(page, "execution-narrow")
    page.wait_for_url("**view=trace*")


def test_in_the_editor_they_open_the_data_of_the_node(page, execution) -> None:
    editor = Editor.opened(page, f"{execution['workflow_id']}?exec={execution['id']}")
    page.evaluate(FLASHES)
    page.keyboard.press("l")
    dock = page.get_by_role("region", name="Execution")
    dock.get_by_role("log").get_by_text("404").click()
    editor.expect_selected("ask")
    expect_flashed(page, "ask")
    panel = page.get_by_role("complementary", name="Node HTTP request")
    expect(panel.get_by_role("tab", name="Input")).to_have_attribute("aria-selected", "true")
    expect(panel.locator("tr[aria-current=true]")).to_contain_text("missing")
    page.keyboard.press("t")
    dock.get_by_role("list", name="Timeline").get_by_text("words").click()
    editor.expect_selected("words")
    panel = page.get_by_role("complementary", name="Node Generate items")
    expect(panel.get_by_role("tab", name="Output")).to_have_attribute("aria-selected", "true")
    expect(panel.get_by_role("table", name="Items of words")).to_contain_text("second")
    page.keyboard.press("w")
    requests = dock.get_by_role("row").filter(has_text="/second")
    requests.get_by_role("button", name="ask").click()
    editor.expect_selected("ask")
    panel = page.get_by_role("complementary", name="Node HTTP request")
    expect(panel.get_by_role("tab", name="Input")).to_have_attribute("aria-selected", "true")
    expect(panel.locator("tr[aria-current=true]")).to_contain_text("second")
