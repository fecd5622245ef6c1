"""People look at executions: the list and its filters, one execution with its items, retries."""

import json
from pathlib import Path

import pytest
from api_people import document, run
from browser_page import screenshot, violations
from playwright.sync_api import expect

FAILING = {
    "tidegate": 1,
    "name": "Fails in the middle",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "numbers": {
            "type": "data.generate",
            "params": {"count": 500, "fields": {"n": "{{ index }}"}},
        },
        "check": {
            "type": "flow.stop",
            "params": {"message": "<b>no</b> order here"},
        },
    },
    "edges": ["start -> numbers", "numbers -> check"],
}


@pytest.fixture(scope="module")
def executions(owner):
    """One that succeeded and one that failed."""
    return run(owner, document("Works well")), run(owner, FAILING)


def test_the_list_is_filtered_and_each_view_is_a_link(page, executions, theme) -> None:
    page.goto("/executions")
    table = page.get_by_role("table")
    expect(table.get_by_role("link", name="Works well")).to_be_visible()
    expect(table.get_by_role("link", name="Fails in the middle")).to_be_visible()
    screenshot(page, f"executions-{theme}")
    assert violations(page) == []
    page.goto("/executions?status=failed")
    expect(table.get_by_role("link", name="Fails in the middle")).to_be_visible()
    expect(table.get_by_role("link", name="Works well")).to_have_count(0)
    page.goto("/executions?q=nothing-like-it")
    expect(page.get_by_text("No execution fits")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    # What was searched for is gone from the field, too, or it would be searched for again.
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(table.get_by_role("link", name="Works well").first).to_be_visible()


def test_executions_are_searched_by_error_node_and_statuses(page, executions, theme) -> None:
    page.goto("/executions")
    table = page.get_by_role("table")
    fails = table.get_by_role("link", name="Fails in the middle")
    works = table.get_by_role("link", name="Works well")
    expect(works.first).to_be_visible()
    how = page.get_by_role("button", name="How to search")
    how.click()
    expect(page.get_by_text("looks into errors alone")).to_be_visible()
    screenshot(page, f"executions-search-help-{theme}")
    assert violations(page) == []
    how.click()
    search = page.get_by_role("searchbox")
    search.fill('error:"ORDER here" node:che*')
    expect(works).to_have_count(0)
    expect(fails.first).to_be_visible()
    page.wait_for_url("**q=error*")
    page.reload()
    expect(search).to_have_value('error:"ORDER here" node:che*')
    expect(fails.first).to_be_visible()
    for nothing in ("node:hec*", "node:27", 'error:"Fails in the middle"'):
        search.fill(nothing)
        expect(page.get_by_text("No execution fits")).to_be_visible()
    search.fill("")
    # Several statuses at once; the list of them stays open until one is done.
    button = page.get_by_role("search").get_by_role("button", name="Status")
    button.click()
    for status in ("failed", "crashed"):
        page.get_by_role("option", name=status).click()
    expect(page.get_by_role("option", selected=True)).to_have_text(["failed", "crashed"])
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(button).to_contain_text("failed, crashed")
    expect(works).to_have_count(0)
    expect(fails.first).to_be_visible()
    button.click()
    page.get_by_role("option", name="any status").click()
    page.keyboard.press("Escape")
    expect(works.first).to_be_visible()
    page.wait_for_url(lambda url: "status" not in url)


STATUSES = ["queued", "running", "waiting", "succeeded", "failed", "cancelled", "crashed"]


def test_every_status_is_readable_under_the_pointer(page, executions, theme) -> None:
    _, failed = executions

    def every_status(route):
        # Executions of every status at once, which a server seldom has.
        answer = route.fetch()
        body = answer.json()
        like = next(one for one in body["executions"] if one["id"] == failed["id"])
        body["executions"] = [
            {**like, "id": f"{like['id'][:-1]}{place}", "number": 900 + place, "status": status}
            for place, status in enumerate(STATUSES)
        ]
        route.fulfill(response=answer, json=body)

    page.route("**/api/v1/executions?*", every_status)
    page.goto("/executions")
    for place, status in enumerate(STATUSES):
        row = page.get_by_role("row").filter(has_text=f"#{900 + place}")
        expect(row).to_contain_text(status)
        row.hover()
        assert [each for each in violations(page) if each["id"] == "color-contrast"] == [], status
    screenshot(page, f"executions-hovered-{theme}")


def test_an_execution_shows_what_failed_and_the_items_before(page, executions, theme) -> None:
    _, failed = executions
    page.goto(f"/executions/{failed['id']}")
    expect(page.get_by_role("heading", name=f"Execution #{failed['number']}")).to_be_visible()
    # What people or servers wrote is text, never HTML.
    expect(page.get_by_text("<b>no</b> order").first).to_be_visible()
    page.get_by_role("button", name="numbers").first.click()
    expect(page.get_by_text("500 items")).to_be_visible()
    rows = page.get_by_role("table", name="Items of numbers")
    expect(rows.get_by_role("row").nth(1)).to_contain_text("0")
    page.get_by_role("searchbox", name="Search in the items").fill("499")
    expect(page.get_by_text("1 of 500 items")).to_be_visible()
    screenshot(page, f"execution-data-{theme}")
    assert violations(page) == []
    for tab in ("Trace", "Logs", "Network"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_load_state("networkidle")
        screenshot(page, f"execution-{tab.lower()}-{theme}")
        assert violations(page) == []


def test_an_error_says_where_it_was_and_leads_there(
    open_context, server, owner, executions
) -> None:
    _, failed = executions
    context = open_context(server.url, owner, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/executions/{failed['id']}?view=trace")
    box = page.locator("main > header").get_by_role("alert")
    expect(box).to_contain_text("Failed at check")
    expect(box).to_contain_text("<b>no</b> order here")
    expect(box).to_contain_text("Where: node check")
    box.get_by_role("button", name="Copy details").click()
    expect(page.get_by_text("Copied the details as JSON")).to_be_visible()
    copied = json.loads(page.evaluate("() => navigator.clipboard.readText()"))
    assert copied == failed["error"]
    with context.expect_page() as opened:
        box.get_by_role("link", name="What NODE_FAILED means").click()
    codes = opened.value
    asked = codes.get_by_role("region", name="NODE_FAILED")
    expect(asked).to_contain_text("The node could not do its work and repeating won't help.")
    expect(asked).to_contain_text("What to try")
    codes.get_by_role("link", name="HTTP_STATUS").click()
    expect(codes.get_by_role("region", name="HTTP_ERROR · HTTP_STATUS")).to_be_visible()
    codes.close()
    assert violations(page) == []
    box.get_by_role("link", name="What it was given and gave").click()
    page.wait_for_url("**node=check*")
    # In the data of the node it is said in the same way.
    other = page.get_by_role("tabpanel").get_by_role("alert")
    expect(other).to_contain_text("Where: node check")
    expect(other.get_by_role("button", name="Copy details")).to_be_visible()
    assert violations(page) == []
    box.get_by_role("link", name="Docs of flow.stop").click()
    expect(page.get_by_role("heading", name="Stop with error").first).to_be_visible()


def test_an_execution_is_retried_from_its_page(page, executions) -> None:
    _, failed = executions
    page.goto(f"/executions/{failed['id']}")
    page.get_by_role("button", name="Retry").click()
    page.get_by_role("menuitem", name="From the start", exact=True).click()
    page.wait_for_url(lambda url: "/executions/" in url and failed["id"] not in url)
    expect(page.get_by_text("failed").first).to_be_visible()


def test_a_hundred_thousand_rows_are_scrolled_without_holding_them(page, owner) -> None:
    content = {
        "tidegate": 1,
        "name": "Many rows",
        "nodes": {
            "start": {"type": "trigger.manual"},
            "rows": {
                "type": "data.generate",
                "params": {"count": 100_000, "fields": {"n": "{{ index }}"}},
            },
        },
        "edges": ["start -> rows"],
    }
    made = run(owner, content)
    page.goto(f"/executions/{made['id']}")
    page.get_by_role("button", name="rows").first.click()
    expect(page.get_by_text("100,000 items")).to_be_visible()
    table = page.get_by_role("table", name="Items of rows")
    table.locator("..").focus()
    page.keyboard.press("End")
    expect(table.get_by_role("row").last.locator("td")).to_have_text(["99999", "99999"])

    assert page.evaluate("() => document.querySelectorAll('*').length") < 1_000
    # So it is as JSON: any of them, of which only those in sight are held.
    table.get_by_role("row").last.click()
    page.get_by_role("radio", name="JSON").click()
    items = page.get_by_role("list", name="Items of rows as JSON")
    expect(items.get_by_role("list", name="Item 99999")).to_contain_text('"n": 99999')
    items.locator("..").focus()
    page.keyboard.press("Home")
    first = items.get_by_role("list", name="Item 0", exact=True)
    expect(first).to_contain_text('"n": 0')
    # What was folded stays so, also when it was out of sight.
    first.get_by_role("button", expanded=True).click()
    items.locator("..").focus()
    page.keyboard.press("End")
    expect(items.get_by_role("list", name="Item 99999")).to_contain_text('"n": 99999')
    expect(first).to_have_count(0)
    assert page.evaluate("() => document.querySelectorAll('*').length") < 1_000
    assert heap_bytes(page) < 30_000_000
    screenshot(page, "execution-json-100000")
    page.keyboard.press("Home")
    expect(first.get_by_role("button", name="{ 1 }")).to_be_visible()
    page.get_by_role("searchbox", name="Search in the items").fill("4711")
    expect(items.get_by_role("list", name="Item 4711", exact=True)).to_be_visible()


PRINTS = """
for number in range(1_000):
    print(f"{word} {number:04}")
result = None
"""


def test_a_log_of_thousands_of_lines_is_read_while_it_is_scrolled(page, owner) -> None:
    words = ["alpha", "beta", "gamma"]
    nodes = {"start": {"type": "trigger.manual"}}
    for word in words:
        params = {"code": PRINTS, "variables": {"word": f"{{{{ '{word}' }}}}"}}
        nodes[word] = {"type": "code.python", "params": params}
    edges = ["start -> alpha", "start -> beta", "start -> gamma"]
    made = run(owner, document("Talks much", nodes=nodes, edges=edges))
    assert made["status"] == "succeeded", made
    total = owner.get(f"/api/v1/executions/{made['id']}/logs").json()["total"]
    assert total >= 3_000
    page.goto(f"/executions/{made['id']}?view=logs")
    expect(page.get_by_text(f"{total:,} lines")).to_be_visible()
    log = page.get_by_role("log")
    # The newest line is there at first; older ones come when somebody goes there.
    last = owner.get(f"/api/v1/executions/{made['id']}/logs", params={"offset": total - 1}).json()
    expect(log).to_contain_text(last["entries"][0]["message"])
    log.focus()
    page.keyboard.press("Home")
    first = owner.get(f"/api/v1/executions/{made['id']}/logs", params={"limit": 1}).json()
    expect(log).to_contain_text(first["entries"][0]["message"])
    middle = owner.get(
        f"/api/v1/executions/{made['id']}/logs", params={"offset": total // 2}
    ).json()
    log.evaluate("(box) => { box.scrollTop = box.scrollHeight / 2; }")
    expect(log.get_by_text(middle["entries"][0]["message"], exact=True)).to_be_attached()
    assert page.evaluate("() => document.querySelectorAll('*').length") < 1_000
    page.get_by_role("searchbox", name="Search in the log").fill("BETA 0999")
    expect(page.get_by_text("1 line", exact=True)).to_be_visible()
    expect(log).to_contain_text("beta 0999")
    screenshot(page, "execution-log-found")
    page.get_by_role("searchbox", name="Search in the log").fill("nothing like it")
    expect(page.get_by_text("No line holds")).to_be_visible()


def heap_bytes(page) -> int:
    """What the page's scripts hold, once nothing of it is garbage."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"]


def test_one_of_the_list_is_retried_in_its_line(page, owner) -> None:
    ran = run(owner, document("Once more"))
    page.goto(f"/executions?workflow={ran['workflow_id']}")
    expect(page.get_by_text("1 execution", exact=True)).to_be_visible()
    page.get_by_role("button", name=f"Retry #{ran['number']}").click()
    page.get_by_role("menuitem", name="From the start", exact=True).click()
    expect(page.get_by_text("2 executions", exact=True)).to_be_visible()
    again = owner.get(f"/api/v1/executions?workflow_id={ran['workflow_id']}").json()
    assert again["executions"][0]["based_on_id"] == ran["id"]


def test_a_time_is_chosen_in_the_histogram_by_mouse_and_by_keyboard(
    page, executions, owner, theme
) -> None:
    page.goto("/executions?since=hour")
    table = page.get_by_role("table").first
    link = table.get_by_role("link", name="Works well").first
    expect(link).to_be_visible()
    figure = page.get_by_role("figure", name="When they began")
    plot = figure.locator(".u-over")
    expect(plot).to_be_visible()
    box = plot.bounding_box()
    middle = box["y"] + box["height"] / 2

    def drag(begin: float, end: float) -> None:
        page.mouse.move(box["x"] + begin * box["width"], middle)
        page.mouse.down()
        page.mouse.move(box["x"] + end * box["width"], middle, steps=5)
        page.mouse.up()

    # What began just now stands at the right end.
    drag(0.2, 0.6)
    page.wait_for_url("**from=*&to=*")
    expect(page.get_by_text("No execution fits")).to_be_visible()
    asked = page.url
    page.goto("/executions?since=hour")
    expect(link).to_be_visible()
    expect(plot).to_be_visible()
    drag(0.99, 0.5)
    page.wait_for_url("**from=*&to=*")
    assert "since" not in page.url and page.url != asked
    expect(link).to_be_visible()
    expect(figure).to_be_visible()
    before = page.url
    begin = figure.get_by_role("slider", name="Begin of the time")
    begin.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    screenshot(page, f"executions-brushed-{theme}")
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)
    expect(link).to_be_visible()
    filters = page.get_by_role("search")
    filters.get_by_role("button", name="Time").click()
    page.get_by_role("option", name="any time").click()
    page.wait_for_url(lambda url: "from=" not in url)
    filters.get_by_role("button", name="Duration").click()
    page.get_by_role("option", name="from 10 min").click()
    page.wait_for_url("**min_ms=600000*")
    expect(page.get_by_text("No execution fits")).to_be_visible()
    page.goto("/executions?source=schedule")
    expect(page.get_by_text("No execution fits")).to_be_visible()
    page.goto("/executions?status=failed")
    expect(table.get_by_role("cell", name="check", exact=True).first).to_be_visible()


def test_marked_executions_are_saved_as_a_file(page, owner) -> None:
    ran = [run(owner, document(f"To take away {place}")) for place in range(2)]
    page.goto("/executions?q=To take away")
    for execution in ran:
        page.get_by_role("checkbox", name=f"Mark #{execution['number']} of").press("Space")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Export").click()
    assert saved.value.suggested_filename == "executions.json"
    found = json.loads(Path(saved.value.path()).read_text())
    assert {entry["id"] for entry in found} == {execution["id"] for execution in ran}


def test_the_list_shows_items_and_what_is_usual(page, owner, theme) -> None:
    ran = run(owner, document(f"Usual in {theme}"))
    place = f"/api/v1/workflows/{ran['workflow_id']}/executions"
    for _ in range(5):
        assert owner.post(place, json={"mode": "sync", "version": "draft"}).is_success
    page.goto(f"/executions?workflow={ran['workflow_id']}")
    rows = page.get_by_role("row").filter(has_text=f"Usual in {theme}")
    expect(rows).to_have_count(6)
    expect(page.get_by_role("columnheader", name="Items")).to_be_visible()
    expect(rows.first.get_by_role("cell", name="1", exact=True)).to_be_visible()
    expect(page.locator("[data-tick]")).to_have_count(6)
    screenshot(page, f"executions-usual-{theme}")
    assert violations(page) == []
