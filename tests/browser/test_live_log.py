"""The log of a running execution grows as the stream tells it, without asking again and again."""

import re

import pytest
from browser_editor import Editor
from browser_page import screenshot, violations
from playwright.sync_api import Page, expect
from server_process import wait_until


def prints(*words: str) -> dict:
    """A node that writes these lines and hands on its items."""
    code = "\n".join(f"print({word!r})" for word in words)
    return {"type": "code.python", "params": {"code": f"{code}\nresult = items"}}


DOCUMENT = {
    "tidegate": 1,
    "nodes": {
        "start": {"type": "trigger.manual"},
        "link": {
            "type": "data.set",
            "params": {"fields": {"link": "{{ execution.resume_urls.pause }}"}, "keep": "none"},
        },
        "first": prints("before the pause"),
        "pause": {"type": "flow.wait", "params": {"mode": "webhook"}},
        "second": prints("after the pause", "and the end"),
    },
    "edges": ["start -> link", "link -> first", "first -> pause", "pause -> second"],
}


@pytest.fixture
def waiting(owner, request):
    """An execution that waits, and a way to let it go on."""
    name = f"Logs of {request.node.name}"
    made = owner.post("/api/v1/workflows", json={"document": DOCUMENT | {"name": name}}).json()
    started = owner.post(
        f"/api/v1/workflows/{made['id']}/executions",
        json={"mode": "async", "version": "draft", "data": {}},
    ).json()
    path = f"/api/v1/executions/{started['id']}"
    wait_until(lambda: owner.get(path).json()["status"] == "waiting")
    (item,) = owner.get(f"{path}/nodes/link/items").json()["items"]

    def go_on() -> None:
        assert owner.post(item["json"]["link"], json={}).is_success

    return started, go_on


def expect_told(page: Page, go_on) -> None:
    """The lines come without a word of the API, and stay when it answers again."""
    log = page.get_by_role("log")
    expect(log).to_contain_text("before the pause")
    page.route(re.compile("/logs"), lambda _route: None)
    go_on()
    expect(log).to_contain_text("after the pause")
    expect(log.get_by_role("button", name="second")).to_have_count(2)
    expect(page.get_by_text("3 lines", exact=True)).to_be_visible()


def test_lines_appear_on_the_page_of_an_execution_while_it_runs(page, waiting) -> None:
    started, go_on = waiting
    page.goto(f"/executions/{started['id']}?view=logs")
    expect_told(page, go_on)
    screenshot(page, "live-log")
    assert violations(page) == []
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    lines = page.get_by_role("log").get_by_text(re.compile("pause|the end"))
    expect(lines).to_have_text(["before the pause", "after the pause", "and the end"])
    # A line that was told leads to its node as one that was read does.
    page.get_by_role("log").get_by_text("and the end").click()
    expect(page.get_by_role("region", name="Node second")).to_be_visible()


def test_lines_appear_in_the_editor_while_it_runs_also_those_searched_for(page, waiting) -> None:
    started, go_on = waiting
    address = f"{started['workflow_id']}?exec={started['id']}&dock=logs&log=pause"
    Editor.opened(page, address)
    log = page.get_by_role("log")
    expect(log).to_contain_text("before the pause")
    page.route(re.compile("/logs"), lambda _route: None)
    go_on()
    expect(log).to_contain_text("after the pause")
    expect(page.get_by_text("2 lines", exact=True)).to_be_visible()
    expect(log).not_to_contain_text("and the end")
