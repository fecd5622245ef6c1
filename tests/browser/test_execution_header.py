"""The header of an execution's page: which one it is, and how it is run again and compared."""

import pytest
from api_people import document, run
from browser_page import screenshot, violations
from playwright.sync_api import Page, expect

STOPS = {
    "start": {"type": "trigger.manual"},
    "first": {"type": "data.set", "params": {"fields": {"n": "{{ 20 + 1 }}"}}},
    "check": {
        "type": "flow.stop",
        "label": "Check the order",
        "params": {"message": "no order here"},
    },
}
GOES_ON = {**STOPS, "check": {"type": "data.set", "params": {"fields": {"m": "{{ 1 + 1 }}"}}}}
EDGES = ["start -> first", "first -> check"]


@pytest.fixture(scope="module")
def failed(owner) -> dict:
    """One of version 1 that failed, of a workflow whose draft would not."""
    made = run(owner, document("Nightly sync", nodes=STOPS, edges=EDGES))
    place = f"/api/v1/workflows/{made['workflow_id']}"
    any_tag = {"if-match": "*"}
    assert owner.post(f"{place}/publish", json={}, headers=any_tag).is_success
    ran = owner.post(f"{place}/executions", json={"mode": "sync", "version": "published"})
    assert ran.json()["status"] == "failed", ran.text
    draft = {"document": document("Nightly sync", nodes=GOES_ON, edges=EDGES)}
    assert owner.patch(place, json=draft, headers=any_tag).is_success
    return ran.json()


def follow(page: Page, before: dict, item: str) -> str:
    """Chooses in the menu Retry, and gives the id of what was started."""
    page.goto(f"/executions/{before['id']}")
    page.get_by_role("button", name="Retry", exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()
    return started(page, before)


def started(page: Page, before: dict) -> str:
    page.wait_for_url(lambda url: "/executions/" in url and before["id"] not in url)
    expect(page.get_by_role("link", name=f"#{before['number']}", exact=True)).to_be_visible()
    return page.url.rpartition("/")[2].partition("?")[0]


def attempts(owner, execution: str) -> dict[str, str]:
    """The statuses of the nodes of an execution, once it has ended."""
    for _ in range(100):
        found = owner.get(f"/api/v1/executions/{execution}").json()
        if found["finished_at"]:
            break
    return {"all": found["status"], **{node["id"]: node["status"] for node in found["nodes"]}}


def test_the_header_says_which_workflow_version_and_source_it_is(
    page, owner, failed, theme
) -> None:
    again = follow(page, failed, "From what failed")
    header = page.locator("main > header")
    expect(header).to_contain_text("of Nightly syncv1")
    expect(page.get_by_text("retry of #")).to_be_visible()
    screenshot(page, f"execution-header-{theme}")
    assert violations(page) == []
    assert attempts(owner, again)["all"] == "failed"
    page.get_by_role("link", name=f"#{failed['number']}", exact=True).click()
    page.wait_for_url(lambda url: failed["id"] in url)
    expect(page.get_by_text("retry of #")).to_have_count(0)
    header.get_by_role("link", name="v1").click()
    page.wait_for_url("**/versions?diff=1..draft")
    expect(page.get_by_role("heading", name="Versions of Nightly sync")).to_be_visible()
    page.go_back()
    header.get_by_role("link", name="Nightly sync").click()
    page.wait_for_url(f"**/w/{failed['workflow_id']}**")


def test_what_failed_is_retried_with_the_draft(page, owner, failed) -> None:
    again = follow(page, failed, "From what failed, with the draft as it is now")
    found = attempts(owner, again)
    assert found["all"] == "succeeded" and found["check"] == "succeeded"
    # A draft that nobody published has no number.
    expect(page.locator("main > header").get_by_role("link", name="a draft")).to_be_visible()


def test_it_is_run_from_a_chosen_node_with_a_chosen_version(page, owner, failed, theme) -> None:
    page.goto(f"/executions/{failed['id']}")
    page.get_by_role("button", name="Run from…").click()
    dialog = page.get_by_role("dialog", name="Run from a node")
    # The one that failed is proposed, by the name that it has in its version.
    node = dialog.get_by_role("button", name="Node")
    expect(node).to_contain_text("Check the order")
    screenshot(page, f"execution-run-from-{theme}")
    assert violations(page) == []
    node.click()
    page.get_by_role("option", name="first").click()
    dialog.get_by_role("button", name="Version").click()
    page.get_by_role("option", name="The draft as it is now").click()
    dialog.get_by_role("button", name="Run", exact=True).click()
    again = started(page, failed)
    expect(dialog).to_have_count(0)
    assert attempts(owner, again)["all"] == "succeeded"


def test_it_is_compared_with_others_of_its_workflow(page, owner, failed) -> None:
    place = f"/api/v1/workflows/{failed['workflow_id']}/executions"
    good = owner.post(place, json={"mode": "sync", "version": "draft"}).json()
    bad = owner.post(place, json={"mode": "sync", "version": "published"}).json()
    last = owner.post(place, json={"mode": "sync", "version": "published"}).json()
    page.goto(f"/executions/{last['id']}")
    compare = page.get_by_role("button", name="Compare")
    compare.click()
    # It repeats none, so there is no such entry.
    expect(page.get_by_role("menuitem", name="With the one that it repeats")).to_have_count(0)
    page.get_by_role("menuitem", name="With the one before").click()
    page.wait_for_url(f"**/executions/compare?a={bad['id']}&b={last['id']}")
    page.go_back()
    compare.click()
    page.get_by_role("menuitem", name="With the last before it that succeeded").click()
    page.wait_for_url(f"**/executions/compare?a={good['id']}&b={last['id']}")
    page.go_back()
    compare.click()
    page.get_by_role("menuitem", name="Choose two in the list").click()
    page.wait_for_url(f"**/w/{failed['workflow_id']}/executions")


def test_lists_retry_from_what_failed_too(page, owner, failed) -> None:
    page.goto(f"/executions?workflow={failed['workflow_id']}&status=failed")
    row = page.get_by_role("row").filter(has_text=f"#{failed['number']}")
    row.get_by_role("button", name=f"Retry #{failed['number']}").click()
    page.get_by_role("menuitem", name="From what failed", exact=True).click()
    expect(page.get_by_text("1 started again")).to_be_visible()
    page.get_by_role("checkbox", name=f"Mark #{failed['number']} of").press("Space")
    bar = page.get_by_role("toolbar", name="The marked executions")
    bar.get_by_role("button", name="Retry").click()
    page.get_by_role("menuitem", name="From what failed, with the draft as it is now").click()
    expect(bar).to_have_count(0)
    found = owner.get(f"/api/v1/executions?workflow_id={failed['workflow_id']}").json()
    newest = found["executions"][0]
    assert newest["based_on_id"] == failed["id"]
    assert attempts(owner, newest["id"])["all"] == "succeeded"


def test_of_what_succeeded_nothing_is_left_to_go_on_from(page, owner) -> None:
    made = run(owner, document("Went well"))
    page.goto(f"/executions/{made['id']}")
    page.get_by_role("button", name="Retry", exact=True).click()
    item = page.get_by_role("menuitem", name="From what failed", exact=True)
    expect(item).to_be_disabled()
