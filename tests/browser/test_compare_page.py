"""People find out why two executions of a workflow went differently."""

import pytest
from browser_page import screenshot, violations
from playwright.sync_api import expect

ORDERS = {
    "tidegate": 1,
    "name": "Orders",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "same": {"type": "data.set", "params": {"keep": "none", "fields": {"a": 1}}},
        "price": {
            "type": "data.set",
            "params": {"keep": "none", "fields": {"price": "{{ json.custom_data.price }}"}},
        },
        "check": {
            "type": "data.set",
            "params": {"keep": "none", "fields": {"share": "{{ 100 / json.price }}"}},
        },
    },
    "edges": ["start -> same", "start -> price", "price -> check"],
}


@pytest.fixture(scope="module")
def pair(owner):
    """One that went well, one that failed, of the same workflow."""
    made = owner.post("/api/v1/workflows", json={"document": ORDERS}).json()
    url = f"/api/v1/workflows/{made['id']}/executions"
    found = []
    for price in (20, 0):
        body = {"mode": "sync", "version": "draft", "data": {"price": price}}
        answer = owner.post(url, json=body)
        assert answer.is_success, answer.text
        found.append(answer.json())
    assert [one["status"] for one in found] == ["succeeded", "failed"]
    return found


def test_two_are_marked_and_compared(page, pair, theme) -> None:
    well, badly = pair
    page.goto("/executions")
    for one in (badly, well):
        page.get_by_role("checkbox", name=f"Mark #{one['number']} of Orders").press("Space")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(f"**/executions/compare?a={well['id']}&b={badly['id']}")
    nodes = page.get_by_role("navigation", name="Nodes").get_by_role("button")
    # What differs most comes first.
    expect(nodes.nth(0)).to_contain_text("check")
    expect(nodes.nth(0)).to_contain_text("status")
    expect(nodes.last).to_contain_text("the same")
    nodes.filter(has_text="price").first.click()
    places = page.get_by_role("table", name="Differences of the items")
    expect(places.get_by_role("row", name="items[0].price")).to_contain_text("20")
    screenshot(page, f"compare-{theme}")
    assert violations(page) == []
    page.reload()
    expect(places).to_be_visible()
    page.get_by_role("button", name="Swap").click()
    page.wait_for_url(f"**a={badly['id']}*")
    expect(page.get_by_role("region", name="Execution A")).to_contain_text("failed")


def test_without_two_executions_the_page_says_how_to_choose_them(page, pair) -> None:
    page.goto("/executions/compare")
    page.get_by_role("link", name="Go to the executions").click()
    expect(page.get_by_role("heading", name="Executions")).to_be_visible()


def test_an_execution_that_is_not_there_is_said_to_be(page, pair, complaints) -> None:
    complaints.allow("404")
    page.goto(f"/executions/compare?a={pair[0]['id']}&b=00000000-0000-7000-8000-000000000000")
    expect(page.get_by_role("alert")).to_contain_text("can't be compared")
