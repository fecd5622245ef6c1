"""People go through the time of an execution: what ran when, and how each node stood."""

import re

import pytest
from api_people import run
from browser_page import screenshot, violations
from playwright.sync_api import Page, expect
from server_process import wait_until

STEPS = {
    "tidegate": 1,
    "name": "Step by step",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "first": {"type": "data.set", "params": {"keep": "none", "fields": {"a": 1}}},
        # Long beside all else, also on a busy machine: half of the time lies in it.
        "pause": {"type": "flow.wait", "params": {"amount": 2}},
        "last": {"type": "flow.stop", "params": {"message": "enough"}},
    },
    "edges": ["start -> first", "first -> pause", "pause -> last"],
}
COUNTED = {
    "tidegate": 1,
    "name": "Counted",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "make": {"type": "data.generate", "params": {"count": 7, "fields": {"n": "{{ index }}"}}},
        "split": {"type": "flow.if", "params": {"condition": "{{ json.n > 3 }}"}},
        "big": {"type": "flow.no_op"},
        "small": {"type": "flow.no_op"},
    },
    "edges": ["start -> make", "make -> split", "split.true -> big", "split.false -> small"],
}
TURNS = 700
LOOP = {
    "tidegate": 1,
    "name": "Many turns",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "make": {"type": "data.generate", "params": {"count": TURNS, "fields": {"n": 1}}},
        "loop": {"type": "flow.loop", "params": {"batch_size": 1}},
        "step": {"type": "flow.no_op"},
        "again": {"type": "flow.no_op"},
    },
    "edges": [
        "start -> make",
        "make -> loop",
        "loop.each -> step",
        "step -> again",
        "again -> loop.results",
    ],
    # Near enough to be read beside the trace.
    "layout": {
        "start": [0, 0],
        "make": [288, 0],
        "loop": [0, 144],
        "step": [288, 144],
        "again": [576, 144],
    },
}


class Moments:
    """The canvas of an execution's page, with the time of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.travel = page.get_by_role("region", name="Time travel")
        self.slider = self.travel.get_by_role("slider", name="Moment")

    def press(self, name: str) -> None:
        """Press a button of the time."""
        self.travel.get_by_role("button", name=name).click()

    def card(self, node: str):
        """A node on the canvas."""
        return self.page.locator(f'.react-flow__node[data-id="{node}"]')

    def edge(self, edge_id: str):
        """A line between two nodes."""
        return self.page.locator(f'.react-flow__edge[data-id="{edge_id}"]')

    def expect_status(self, node: str, status: str) -> None:
        """How a node stands, as the canvas and the outline say."""
        expect(self.card(node).locator(".tg-card")).to_have_attribute("data-status", status)
        row = self.page.locator(f'[role=option][data-node="{node}"]')
        expect(row).to_have_attribute("aria-label", re.compile(f", {status}, "))


@pytest.fixture(scope="module")
def execution(owner) -> dict:
    found = run(owner, STEPS)
    assert found["status"] == "failed"
    return found


def test_each_moment_shows_how_every_node_stood(page, execution, theme) -> None:
    page.goto(f"/executions/{execution['id']}")
    page.get_by_role("tab", name="Canvas").click()
    page.wait_for_url("**view=canvas*")
    moments = Moments(page)
    moments.expect_status("last", "failed")
    moments.slider.focus()
    page.keyboard.press("Home")
    moments.expect_status("last", "idle")
    moments.press("To the next change")
    moments.expect_status("last", "idle")
    # Somewhere in the pause: what was before it is done, what comes after it is not.
    moments.slider.focus()
    for _ in range(5):
        page.keyboard.press("PageUp")
    moments.expect_status("first", "succeeded")
    expect(moments.card("pause").locator(".tg-card")).not_to_have_attribute(
        "data-status", "succeeded"
    )
    moments.expect_status("last", "idle")
    page.wait_for_url("**t=*")
    screenshot(page, f"time-travel-{theme}")
    assert violations(page) == []
    # The moment is in the address.
    page.reload()
    moments.expect_status("first", "succeeded")
    moments.expect_status("last", "idle")
    moments.press("Play")
    moments.expect_status("last", "failed")
    expect(moments.travel.get_by_role("button", name="Play")).to_be_visible()
    moments.card("last").click()
    expect(page.get_by_role("region", name="Node last")).to_contain_text("enough")


def test_edges_say_how_many_items_went_along_them_by_then(page, owner) -> None:
    found = run(owner, COUNTED)
    page.goto(f"/executions/{found['id']}?view=canvas")
    moments = Moments(page)
    many, few = moments.edge("make -> split"), moments.edge("split.true -> big")
    expect(many).to_have_text("7")
    expect(few).to_have_text("3")
    expect(moments.edge("split.false -> small")).to_have_text("4")
    moments.slider.focus()
    page.keyboard.press("Home")
    expect(many).to_have_text("")
    # As soon as the first node has ended, and before the one after it has.
    for _ in range(20):
        moments.press("To the next change")
        if many.text_content():
            break
    expect(many).to_have_text("7")
    expect(few).to_have_text("")
    page.keyboard.press("Escape")
    moments.slider.focus()
    page.keyboard.press("End")
    expect(few).to_have_text("3")


def test_the_canvas_of_an_execution_is_zoomed_moved_and_walked_by_keys(page, execution) -> None:
    page.goto(f"/executions/{execution['id']}?view=canvas")
    moments = Moments(page)
    moments.expect_status("last", "failed")
    zoom = page.get_by_role("toolbar", name="Zoom")
    zoom.get_by_role("button", name=re.compile("^Zoom is")).click()
    before = moments.card("first").bounding_box()
    page.keyboard.press("+")
    expect(zoom).to_contain_text("120 %")
    pane = page.locator(".react-flow__pane").bounding_box()
    page.mouse.move(pane["x"] + 30, pane["y"] + pane["height"] - 40)
    page.mouse.wheel(0, 100)
    page.wait_for_function(
        "(y) => document.querySelector('[data-id=first]').getBoundingClientRect().y !== y",
        arg=before["y"],
    )
    page.keyboard.press("0")
    # Nothing of it can be changed: a card that is dragged stays where it is.
    page.locator('[role=option][data-node="start"]').click()
    page.keyboard.press("Delete")
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator('[role=option][data-node="start"]')).to_be_focused()
    expect(page.locator(".react-flow__node")).to_have_count(4)
    # To the edge, and along it.
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(moments.card("first")).to_have_class(re.compile(r"\bselected\b"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Node first")).to_be_visible()


def test_an_execution_with_thousands_of_attempts_is_gone_through(page, owner) -> None:
    found = run(owner, LOOP)
    assert found["status"] == "succeeded", found
    page.goto(f"/executions/{found['id']}?view=canvas")
    moments = Moments(page)
    moments.expect_status("again", "succeeded")
    expect(moments.card("again")).to_contain_text(f"#{TURNS - 1}")
    moments.slider.focus()
    page.keyboard.press("Home")
    moments.expect_status("step", "idle")
    # The middle turn is in neither the first nor the last thousand attempts. On a busy machine it
    # is not in the middle of the time.
    middle = owner.get(
        f"/api/v1/executions/{found['id']}/spans",
        params={"node": "step", "offset": TURNS // 2, "limit": 1},
    ).json()["spans"][0]
    moments.slider.evaluate(
        "(input, time) => { const set = Object.getOwnPropertyDescriptor("
        "HTMLInputElement.prototype, 'value').set; set.call(input, String(time)); "
        "input.dispatchEvent(new Event('input', { bubbles: true })); }",
        middle["offset_ms"],
    )
    expect(moments.card("step")).to_contain_text(re.compile(r"#[1-6]\d\d\D"))
    turn = int(re.search(r"#(\d+)", moments.card("step").inner_text())[1])
    assert 0 < turn < TURNS - 1
    # Change by change the turns follow each other, also over the border of what was loaded.
    for _ in range(12):
        moments.press("To the next change")
    expect(moments.card("step")).not_to_contain_text(f"#{turn}")
    screenshot(page, "time-travel-many")
    page.get_by_role("tab", name="Trace").click()
    expect(page.get_by_text("The first 1000 of")).to_be_attached()
    page.get_by_role("button", name="Look at 1000 more").click()
    expect(page.get_by_text("The first 1000 of")).to_have_count(0)
    # Bars exist where they are seen; now they lead to the last turn.
    page.get_by_role("list", name="Timeline").locator("xpath=..").press("End")
    expect(page.get_by_role("list", name="Timeline")).to_contain_text(f"#{TURNS - 1}")


def test_a_running_execution_is_looked_at_before_now_and_goes_on(page, owner) -> None:
    document = STEPS | {
        "name": "Still at it",
        "nodes": STEPS["nodes"] | {"pause": {"type": "flow.wait", "params": {"amount": 600}}},
    }
    made = owner.post("/api/v1/workflows", json={"document": document}).json()
    started = owner.post(
        f"/api/v1/workflows/{made['id']}/executions",
        json={"mode": "async", "version": "draft", "data": {}},
    ).json()
    # Live events come a moment before what they tell of is stored, and moments are what is stored.
    path = f"/api/v1/executions/{started['id']}"
    wait_until(lambda: owner.get(path).json()["status"] == "waiting")
    page.goto(f"/executions/{started['id']}?view=canvas")
    moments = Moments(page)
    moments.expect_status("pause", "waiting")
    expect(moments.travel.get_by_role("button", name="Live")).to_be_disabled()
    moments.press("Pause")
    moments.expect_status("pause", "waiting")
    moments.slider.focus()
    page.keyboard.press("Home")
    moments.expect_status("first", "idle")
    screenshot(page, "time-travel-running")
    # What happens meanwhile does not change the moment that is looked at.
    assert owner.post(f"/api/v1/executions/{started['id']}/cancel").is_success
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(moments.travel.get_by_role("button", name="Back to now")).to_have_count(0)
    moments.expect_status("first", "idle")
    page.keyboard.press("End")
    moments.expect_status("first", "succeeded")
    moments.expect_status("pause", "waiting")


def test_results_that_it_began_with_are_marked_at_every_moment(page, owner) -> None:
    # Near enough to be read beside the trace.
    layout = {"start": [0, 0], "first": [288, 0], "pause": [0, 144], "last": [288, 144]}
    first = run(owner, STEPS | {"name": "Repeated in part", "layout": layout})
    answer = owner.post(
        f"/api/v1/executions/{first['id']}/repeat",
        json={"mode": "from_node", "version": "draft", "node": "pause"},
    )
    assert answer.is_success, answer.text
    path = f"/api/v1/executions/{answer.json()['id']}"
    wait_until(lambda: owner.get(path).json()["status"] == "failed")
    page.goto(f"/executions/{answer.json()['id']}?view=canvas")
    moments = Moments(page)
    moments.expect_status("last", "failed")
    expect(moments.card("first")).to_contain_text("reused")
    moments.slider.focus()
    page.keyboard.press("Home")
    moments.expect_status("pause", "idle")
    moments.expect_status("first", "succeeded")
    expect(moments.card("first")).to_contain_text("reused")
    expect(moments.travel.get_by_role("button", name="To the change before")).to_be_disabled()
    moments.press("To the next change")
    expect(moments.card("pause")).not_to_contain_text("reused")


def test_time_is_played_as_fast_as_somebody_chooses(page, execution) -> None:
    page.goto(f"/executions/{execution['id']}?view=canvas")
    moments = Moments(page)
    moments.expect_status("last", "failed")
    speed = moments.travel.get_by_role("button", name="Speed")
    expect(speed).to_contain_text("in 5 s")
    speed.click()
    page.get_by_role("option", name="0.1×").click()
    page.wait_for_url("**speed=0.1*")
    moments.press("Play")
    # At a tenth of the speed there is time to see the pause go by.
    moments.expect_status("first", "succeeded")
    moments.expect_status("pause", "waiting")
    screenshot(page, "time-travel-speed")
    page.reload()
    expect(speed).to_contain_text("0.1×")
    speed.click()
    page.get_by_role("option", name="20×").click()
    moments.slider.focus()
    page.keyboard.press("Home")
    moments.press("Play")
    moments.expect_status("last", "failed")
    expect(moments.travel.get_by_role("button", name="Play")).to_be_visible()
