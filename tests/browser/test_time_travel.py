"""People go through the time of an execution: what ran when, and how each node stood."""

import pytest
from api_people import run
from browser_page import screenshot, violations
from playwright.sync_api import expect

STEPS = {
    "tidegate": 1,
    "name": "Step by step",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "first": {"type": "data.set", "params": {"keep": "none", "fields": {"a": 1}}},
        "pause": {"type": "flow.wait", "params": {"amount": 0.2}},
        "last": {"type": "flow.stop", "params": {"message": "enough"}},
    },
    "edges": ["start -> first", "first -> pause", "pause -> last"],
}


@pytest.fixture(scope="module")
def execution(owner) -> dict:
    found = run(owner, STEPS)
    assert found["status"] == "failed"
    return found


def test_each_moment_shows_how_every_node_stood(page, execution, theme) -> None:
    page.goto(f"/executions/{execution['id']}")
    page.get_by_role("tab", name="Canvas").click()
    page.wait_for_url("**view=canvas*")
    nodes = page.get_by_role("list", name="Nodes at this moment")
    last = nodes.get_by_role("button", name="last")
    expect(last).to_contain_text("failed")
    travel = page.get_by_role("region", name="Time travel")
    moment = travel.get_by_role("slider", name="Moment")
    moment.focus()
    page.keyboard.press("Home")
    expect(last).to_contain_text("not begun")
    travel.get_by_role("button", name="To the next change").click()
    expect(nodes.get_by_role("button", name="last")).to_contain_text("not begun")
    # Somewhere in the pause: what was before it is done, what comes after it is not.
    moment.evaluate("(input) => { input.focus(); }")
    for _ in range(5):
        page.keyboard.press("PageUp")
    expect(nodes.get_by_role("button", name="first")).to_contain_text("succeeded")
    expect(nodes.get_by_role("button", name="pause")).not_to_contain_text("succeeded")
    expect(last).to_contain_text("not begun")
    page.wait_for_url("**t=*")
    screenshot(page, f"time-travel-{theme}")
    assert violations(page) == []
    # The moment is in the address.
    page.reload()
    expect(nodes.get_by_role("button", name="first")).to_contain_text("succeeded")
    expect(last).to_contain_text("not begun")
    travel.get_by_role("button", name="Play").click()
    expect(last).to_contain_text("failed")
    expect(travel.get_by_role("button", name="Play")).to_be_visible()
    last.click()
    expect(page.get_by_role("region", name="Node last")).to_contain_text("enough")
