"""With more workflows than one page of a list holds, each is still found and called by its name."""

import pytest
from api_people import document, run
from browser_page import screenshot, violations
from playwright.sync_api import expect

MANY = 205
STOPS = {
    "start": {"type": "trigger.manual"},
    "check": {"type": "flow.stop", "params": {"message": "no zebra here"}},
}


@pytest.fixture(scope="module")
def last(owner) -> dict:
    """An execution of the workflow that comes last by its name, after more than 200 others."""
    for number in range(MANY):
        content = document(f"Another {number:03}")
        assert owner.post("/api/v1/workflows", json={"document": content}).status_code == 201
    return run(
        owner, document("Zebra crossings of the night", nodes=STOPS, edges=["start -> check"])
    )


def test_the_palette_finds_every_workflow(page, last) -> None:
    page.goto("/workflows")
    expect(page.get_by_role("link", name="Another 000")).to_be_visible()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search everything")
    expect(palette.get_by_role("searchbox")).to_be_focused()
    # Every word counts, in any order, also of those that only the server knows.
    page.keyboard.type("night zebra")
    group = palette.get_by_role("group", name="Workflows")
    group.get_by_role("menuitem", name="Zebra crossings of the night").click()
    page.wait_for_url(f"**/w/{last['workflow_id']}**")


def test_lists_call_it_by_its_name(page, last) -> None:
    name = "Zebra crossings of the night"
    page.goto("/executions")
    expect(page.get_by_role("table").get_by_role("link", name=name)).to_be_visible()
    page.goto("/analytics?range=hour")
    failing = page.get_by_role("table", name="Where executions fail")
    expect(failing.get_by_role("link", name=name)).to_be_visible()
    page.goto("/resources")
    heavy = page.get_by_role("table", name="Executions that used the most")
    expect(heavy.get_by_role("link", name=name)).to_be_visible()


def test_filters_find_it_by_a_part_of_its_name(page, last, theme) -> None:
    for place in ("/executions", "/network", "/analytics?range=hour"):
        page.goto(place)
        button = page.get_by_role("button", name="Workflow: any workflow")
        button.press("Enter")
        dialog = page.get_by_role("dialog", name="Choose a workflow")
        expect(dialog.get_by_text("There are more")).to_be_visible()
        page.keyboard.type("CROSS")
        choices = dialog.get_by_role("option")
        expect(choices).to_have_count(1)
        # What the server found has come when it says no more that there are more.
        expect(dialog.get_by_text("There are more")).to_have_count(0)
        page.keyboard.press("ArrowDown")
        # A moment later, so that screen readers tell what was typed first, the field names the choice.
        page.wait_for_function(
            """() => document.getElementById(
              document.querySelector('[aria-activedescendant]')?.getAttribute('aria-activedescendant'))
            """
        )
        if place == "/executions":
            screenshot(page, f"workflow-choice-{theme}")
            assert violations(page) == []
        page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        page.wait_for_url(f"**={last['workflow_id']}**")
        # The name is known after a reload, too, and all of them can be looked at again.
        page.reload()
        chosen = page.get_by_role("button", name="Workflow: Zebra crossings of the night")
        chosen.click()
        dialog.get_by_role("option", name="any workflow").click()
        page.wait_for_url(lambda url: last["workflow_id"] not in url)


def test_a_name_that_nothing_has_is_said(page, last) -> None:
    page.goto("/executions")
    page.get_by_role("button", name="Workflow: any workflow").click()
    page.keyboard.type("nothing like it")
    expect(page.get_by_text("No workflow is called so.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Choose a workflow")).to_have_count(0)
