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


def test_items_are_paired_by_a_field_that_somebody_chooses(page, owner) -> None:
    document = {
        "tidegate": 1,
        "name": "Rows",
        "nodes": {
            "start": {"type": "trigger.manual"},
            "rows": {
                "type": "data.split_out",
                "params": {"field": "custom_data.rows", "keep": "none"},
            },
        },
        "edges": ["start -> rows"],
    }
    made = owner.post("/api/v1/workflows", json={"document": document}).json()
    many = [{"id": number, "name": f"row {number}"} for number in range(1_200)]
    # The first is gone, one is called otherwise, and one is new: by their places all differ.
    others = [*many[1:], {"id": 5_000, "name": "new"}]
    others[9] = {"id": 10, "name": "another"}
    ids = []
    for rows in (many, others):
        body = {"mode": "sync", "version": "draft", "data": {"rows": rows}}
        answer = owner.post(f"/api/v1/workflows/{made['id']}/executions", json=body).json()
        assert answer["status"] == "succeeded", answer
        ids.append(answer["id"])
    page.goto(f"/executions/compare?a={ids[0]}&b={ids[1]}&node=rows")
    node = page.get_by_role("region", name="Node rows")
    expect(node.get_by_role("status").first).to_contain_text("1000 changed, 0 added, 0 removed")
    node.get_by_role("button", name="Pair items by").click()
    page.get_by_role("option", name="id").click()
    page.wait_for_url("**key=id*")
    node.get_by_role("button", name="Compare 1000 more").click()
    expect(node.get_by_role("status").first).to_have_text(
        "1 changed, 1 added, 1 removed, 1198 the same"
    )
    table = node.get_by_role("table", name="Differences of the items")
    expect(table.get_by_role("row", name="items[id=10].name")).to_contain_text("another")
    expect(table.get_by_role("row")).to_have_count(4)
    screenshot(page, "compare-by-key")
    node.get_by_role("button", name="Show").click()
    page.get_by_role("option", name="added items").click()
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_role("row", name="items[id=5000]")).to_contain_text("new")
    assert violations(page) == []
