"""Every view is a link: whoever opens the address of a page sees what the sender saw."""

import re
from collections.abc import Callable

import pytest
from api_people import run
from browser_editor import Editor
from browser_page import screenshot
from playwright.sync_api import Locator, Page, expect

PEOPLE = {
    "tidegate": 1,
    "name": "People by address",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "people": {
            "type": "data.generate",
            "params": {
                "count": 4,
                "fields": {
                    "name": "{{ ['Grace', 'Ada', 'Edsger', 'Alan'][index] }}",
                    "city": "{{ ['York', 'Bath', 'Ely', 'Bath'][index] }}",
                    "n": "{{ index }}",
                },
            },
        },
        "split": {"type": "flow.if", "params": {"condition": "{{ json.city == 'Bath' }}"}},
        "after": {"type": "flow.no_op"},
    },
    "edges": ["start -> people", "people -> split", "split.true -> after", "split.false -> after"],
    "layout": {"start": [0, 0], "people": [288, 0], "split": [576, 0], "after": [864, 0]},
}
LOOP = {
    "tidegate": 1,
    "name": "Turns by address",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "make": {
            "type": "data.generate",
            "params": {"count": 4, "fields": {"word": "{{ ['a', 'b', 'c', 'd'][index] }}"}},
        },
        "loop": {"type": "flow.loop", "params": {"batch_size": 1}},
        "step": {"type": "flow.no_op"},
    },
    "edges": ["start -> make", "make -> loop", "loop.each -> step", "step -> loop.results"],
}
FAILS = {
    "tidegate": 1,
    "name": "Prices by address",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "rows": {"type": "data.generate", "params": {"count": 3, "fields": {"n": "{{ index }}"}}},
        "shout": {
            "type": "code.python",
            "params": {"code": "print('one'); print('two')\nresult = items"},
        },
        "stop": {"type": "flow.stop", "params": {"message": "enough"}},
    },
    "edges": ["start -> rows", "rows -> shout", "shout -> stop"],
}


@pytest.fixture
def sent(open_context, server, owner) -> Callable[[Page], Page]:
    """The same address, opened by a colleague whose browser knows nothing."""

    def open_(page: Page) -> Page:
        fresh = open_context(server.url, owner).new_page()
        fresh.goto(page.url)
        return fresh

    return open_


@pytest.fixture(scope="module")
def listed(owner) -> dict:
    found = run(owner, PEOPLE)
    assert found["status"] == "succeeded", found
    return found


@pytest.fixture(scope="module")
def failed(owner) -> dict:
    return run(owner, FAILS)


def table(page: Page, node: str) -> Locator:
    return page.get_by_role("table", name=f"Items of {node}")


def kind(page: Page, name: str) -> Locator:
    """One of the ways in which items are shown."""
    return page.get_by_role("radio", name=name)


def test_searched_sorted_and_picked_items_are_the_same_for_a_colleague(page, listed, sent) -> None:
    page.goto(f"/executions/{listed['id']}?node=people")
    page.get_by_role("searchbox", name="Search in the items").fill("Bath")
    expect(page.get_by_text("2 of 4 items")).to_be_visible()
    table(page, "people").get_by_role("button", name="name").click()
    table(page, "people").get_by_role("button", name="name").click()
    expect(table(page, "people").get_by_role("row").nth(1)).to_contain_text("Alan")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("menuitem", name="city").click()
    page.keyboard.press("Escape")
    table(page, "people").get_by_role("row").nth(2).click()
    page.wait_for_url("**item=1*")
    screenshot(page, "address-items")
    fresh = sent(page)
    rows = table(fresh, "people").get_by_role("row")
    expect(rows).to_contain_text(["name", "Alan", "Ada"])
    expect(fresh.get_by_role("columnheader", name="name")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(fresh.get_by_role("columnheader", name="city")).to_have_count(0)
    expect(fresh.get_by_text("2 of 4 items")).to_be_visible()
    expect(fresh.get_by_role("region", name="Item 1")).to_contain_text("Ada")
    expect(rows.nth(2)).to_have_attribute("aria-current", "true")
    kind(fresh, "JSON").click()
    fresh.wait_for_url("**show=json*")
    expect(kind(sent(fresh), "JSON")).to_be_checked()
    # All of that was about the items of one node.
    fresh.get_by_role("navigation", name="Node executions").get_by_text("split").click()
    fresh.wait_for_url(re.compile(r"node=split(?!.*(q=|sort=|columns=|item=))"))
    # What is usual is not said.
    kind(fresh, "Table").click()
    fresh.wait_for_url(re.compile(r"/executions/[^?]+\?node=split$"))


def test_the_output_and_the_iteration_are_the_same_for_a_colleague(
    page, owner, listed, sent
) -> None:
    page.goto(f"/executions/{listed['id']}?node=split")
    page.get_by_role("button", name="Output").click()
    page.get_by_role("option", name="false (2)").click()
    expect(table(page, "split")).to_contain_text("Grace")
    page.wait_for_url("**output=*")
    expect(table(sent(page), "split")).to_contain_text("Edsger")
    turns = run(owner, LOOP)
    page.goto(f"/executions/{turns['id']}")
    page.get_by_role("navigation", name="Node executions").get_by_text("step #2").click()
    expect(table(page, "step")).to_contain_text("c")
    page.wait_for_url("**iteration=*")
    fresh = sent(page)
    expect(table(fresh, "step").get_by_role("row").nth(1)).to_contain_text("c")
    # In the editor the same: the turn of a node in a loop, gone to by its buttons.
    Editor.opened(page, f"{turns['workflow_id']}?exec={turns['id']}&node=step&tab=output")
    page.get_by_role("button", name="Iteration before").click()
    expect(page.get_by_role("group", name="Iteration")).to_contain_text("#2")
    page.wait_for_url("**iteration=*")
    fresh = sent(page)
    expect(fresh.get_by_role("group", name="Iteration")).to_contain_text("#2")
    expect(table(fresh, "step").get_by_role("row").nth(1)).to_contain_text("c")


def test_the_view_of_one_node_is_a_link_with_both_of_its_sides(page, listed, sent) -> None:
    editor = Editor.opened(page, f"{listed['workflow_id']}?exec={listed['id']}&node=after")
    editor.expect_selected("after")
    page.get_by_role("button", name="Input, parameters and output side by side").click()
    given, gave = (
        page.get_by_role("region", name=side, exact=True) for side in ("Input", "Output")
    )
    expect(gave.get_by_role("table")).to_be_visible()
    given.get_by_role("button", name="From").click()
    page.get_by_role("option", name=re.compile("false")).click()
    kind(given, "Table").click()
    given.get_by_role("searchbox", name="Search in the items").fill("Ely")
    expect(given.get_by_role("row")).to_have_count(2)
    kind(gave, "JSON").click()
    page.wait_for_url("**in_q=Ely*show=json*")
    screenshot(page, "address-focus")
    fresh = sent(page)
    given, gave = (
        fresh.get_by_role("region", name=side, exact=True) for side in ("Input", "Output")
    )
    expect(given.get_by_role("row").nth(1)).to_contain_text("Edsger")
    expect(given.get_by_role("row")).to_have_count(2)
    expect(kind(gave, "JSON")).to_be_checked()
    expect(gave.get_by_role("searchbox", name="Search in the items")).to_have_value("")
    # Left by Escape, and left out of the address.
    fresh.get_by_role("heading", name="Input", exact=True).click()
    fresh.keyboard.press("Escape")
    expect(given).to_have_count(0)
    fresh.wait_for_url(re.compile(r"^((?!focus=).)*$"))
    expect(fresh.get_by_role("complementary", name="Node No operation")).to_be_visible()


def test_what_is_open_below_and_beside_the_canvas_is_in_the_link(page, failed, sent) -> None:
    editor = Editor.opened(page, f"{failed['workflow_id']}?exec={failed['id']}")
    editor.expect_nodes("stop")
    dock = page.get_by_role("region", name="Execution")
    dock.get_by_role("tab", name="Logs").click()
    dock.get_by_role("searchbox", name="Search in the log").fill("two")
    expect(dock.get_by_text("1 line", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Node types").click()
    page.wait_for_url("**side=types*")
    fresh = sent(page)
    dock = fresh.get_by_role("region", name="Execution")
    expect(dock.get_by_role("log")).to_contain_text("two")
    expect(dock.get_by_text("1 line", exact=True)).to_be_visible()
    expect(fresh.get_by_role("tab", name="Node types")).to_have_attribute("aria-selected", "true")
    # Closed again it is not said, and comes back with the part that was shown.
    dock.get_by_role("button", name="Close the dock").click()
    fresh.wait_for_url(re.compile(r"^((?!dock=).)*$"))
    expect(sent(fresh).get_by_role("button", name="Open the dock")).to_be_visible()
    dock.get_by_role("button", name="Open the dock").click()
    fresh.wait_for_url("**dock=logs*")
    # Another node's items are others; the dock stays.
    fresh.get_by_role("tab", name="Nodes (4)").click()
    Editor(fresh, failed["workflow_id"]).select("rows")
    fresh.wait_for_url("**dock=logs*node=rows*")


def test_filters_of_the_trace_and_the_log_are_in_the_link(page, failed, sent) -> None:
    page.goto(f"/executions/{failed['id']}?view=trace")
    rows = page.get_by_role("list", name="Timeline").get_by_role("listitem")
    expect(rows).to_have_count(4)
    page.get_by_role("group", name="Show only").get_by_text("Errors").click()
    expect(rows).to_have_count(1)
    rows.get_by_role("button").last.click()
    page.get_by_role("region", name="Node stop").get_by_role("tab", name="Input").click()
    page.wait_for_url("**tab=input*")
    fresh = sent(page)
    expect(fresh.get_by_role("list", name="Timeline").get_by_role("listitem")).to_have_count(1)
    expect(fresh.get_by_role("checkbox", name="Errors")).to_be_checked()
    details = fresh.get_by_role("region", name="Node stop")
    expect(details.get_by_role("tab", name="Input")).to_have_attribute("aria-selected", "true")
    fresh.get_by_role("tab", name="Logs").first.click()
    fresh.get_by_role("searchbox", name="Search in the log").fill("one")
    fresh.wait_for_url("**log=one*")
    fresh = sent(fresh)
    expect(fresh.get_by_role("searchbox", name="Search in the log")).to_have_value("one")
    expect(fresh.get_by_text("1 line", exact=True)).to_be_visible()


def test_how_two_executions_are_compared_is_in_the_link(page, owner, sent) -> None:
    one = run(owner, PEOPLE | {"name": "Compared by address"})
    other = owner.post(
        f"/api/v1/workflows/{one['workflow_id']}/executions",
        json={"mode": "sync", "version": "draft", "data": {}},
    ).json()
    page.goto(f"/executions/compare?a={one['id']}&b={other['id']}&node=split")
    node = page.get_by_role("region", name="Node split")
    node.get_by_role("button", name="Output").click()
    page.get_by_role("option", name="false").click()
    node.get_by_role("button", name="Show").click()
    page.get_by_role("option", name="added items").click()
    page.wait_for_url("**kind=added*")
    fresh = sent(page).get_by_role("region", name="Node split")
    expect(fresh.get_by_role("button", name="Output")).to_contain_text("false")
    expect(fresh.get_by_role("button", name="Show")).to_contain_text("added items")


def test_searches_and_orders_of_lists_are_in_the_link(page, owner, sent) -> None:
    credential = {"type": "bearer", "values": {"token": "secret-token"}, "hosts": ["example.org"]}
    for name in ("crm", "shop"):
        assert owner.put(f"/api/v1/credentials/{name}", json=credential).is_success
    page.goto("/credentials")
    page.get_by_role("searchbox", name="Search").fill("shop")
    page.wait_for_url("**q=shop")
    fresh = sent(page)
    expect(fresh.get_by_role("cell", name="shop", exact=True)).to_be_visible()
    expect(fresh.get_by_role("cell", name="crm", exact=True)).to_have_count(0)
    page.goto("/resources")
    page.get_by_role("button", name="Order").click()
    page.get_by_role("option", name="by CPU time").click()
    page.wait_for_url("**by=cpu_time")
    expect(sent(page).get_by_role("button", name="Order")).to_contain_text("by CPU time")
    # What looks like a number is a text to search for.
    page.goto("/workflows?q=2026")
    expect(page.get_by_role("searchbox", name="Search in names")).to_have_value("2026")


NONSENSE = "show=pie&columns=5&sort=nope&item=-3&iteration=x&only=loud&dock=attic&focus=7&side=9"


def test_nonsense_in_an_address_is_as_if_it_were_not_there(page, listed) -> None:
    page.goto(f"/executions/{listed['id']}?node=people&{NONSENSE}&columns=[1]&in_show=[]")
    expect(table(page, "people").get_by_role("row").nth(1)).to_contain_text("Grace")
    expect(table(page, "people").get_by_role("columnheader")).to_have_count(4)
    Editor.opened(page, f"{listed['workflow_id']}?exec={listed['id']}&{NONSENSE}&node=people")
    expect(page.get_by_role("complementary", name="Node Generate items")).to_be_visible()
    expect(page.get_by_role("button", name="Open the dock")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_back_leaves_the_page_however_much_was_looked_at_on_it(page, listed) -> None:
    page.goto("/workflows")
    page.goto(f"/executions/{listed['id']}?node=people")
    kind(page, "JSON").click()
    page.get_by_role("searchbox", name="Search in the items").fill("Ada")
    page.wait_for_url("**q=Ada*")
    page.get_by_role("tab", name="Trace").click()
    page.wait_for_url("**view=trace*")
    page.go_back()
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()


def test_back_leaves_lists_and_numbers_however_they_were_filtered(page) -> None:
    rail = page.get_by_role("navigation", name="Main")

    def choose(name: str, option: str) -> None:
        page.get_by_role("button", name=name).click()
        page.get_by_role("option", name=option, exact=True).click()

    page.goto("/credentials")
    rail.get_by_role("link", name="Workflows").click()
    choose("State", "Active")
    page.wait_for_url("**state=active*")
    page.get_by_role("button", name="Show all workflows").click()
    page.wait_for_url(lambda url: "state" not in url)
    page.go_back()
    page.wait_for_url("**/credentials")
    rail.get_by_role("link", name="Security").click()
    choose("Severity", "high")
    page.wait_for_url("**severity=high*")
    choose("Acknowledged", "Not acknowledged")
    page.wait_for_url("**ack=no*")
    page.get_by_role("searchbox", name="Event type").fill("BLOCKED_URL")
    page.keyboard.press("Enter")
    page.wait_for_url("**type=BLOCKED_URL*")
    choose("Time", "last hour")
    page.wait_for_url("**since=hour*")
    page.go_back()
    page.wait_for_url("**/credentials")
    rail.get_by_role("link", name="Analytics").click()
    choose("Time", "last 7 days")
    page.wait_for_url("**range=week*")
    page.go_back()
    page.wait_for_url("**/credentials")
