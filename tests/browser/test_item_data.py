"""People look into items: pick columns, sort, copy where a value stands, look at files, save them."""

import json
import re

import pytest
from api_people import run
from browser_editor import Editor
from browser_page import screenshot, violations
from playwright.sync_api import Page, Route, expect
from uploads import PNG, UPLOAD, WAV

PEOPLE = {
    "tidegate": 1,
    "name": "People",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "people": {
            "type": "data.generate",
            "params": {
                "count": 3,
                "fields": {
                    "name": "{{ ['Grace', 'Ada', 'Edsger'][index] }}",
                    "address": "{{ {'city': ['York', 'Bath', 'Ely'][index]} }}",
                    "n": "{{ index }}",
                },
            },
        },
    },
    "edges": ["start -> people"],
}
LONG = {
    "tidegate": 1,
    "name": "Long output",
    "nodes": {
        "start": {"type": "trigger.manual"},
        "rows": {
            "type": "data.generate",
            "params": {
                "count": 2_000,
                "fields": {"n": "{{ index }}", "left": "{{ 1999 - index }}"},
            },
        },
    },
    "edges": ["start -> rows"],
}
# What is asked for of a long output beyond its first window.
LATER_WINDOWS = re.compile(r"/nodes/rows/items\?.*offset=[1-9]")


class HeldRequests:
    """Requests of a page that don't get to the server before they are let go."""

    def __init__(self, page: Page, address: re.Pattern[str]) -> None:
        self._held: list[Route] = []
        self._is_open = False
        page.route(address, self._heard)

    def hold(self) -> None:
        self._is_open = False

    def let_go(self) -> None:
        self._is_open = True
        while self._held:
            self._held.pop().continue_()

    def _heard(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self._held.append(route)


@pytest.fixture(scope="module")
def uploaded(owner) -> str:
    """The address of an execution whose trigger gave an item with files."""
    made = owner.post("/api/v1/workflows", json={"document": UPLOAD}).json()
    place = f"/api/v1/workflows/{made['id']}"
    assert owner.post(f"{place}/publish", json={}, headers={"if-match": "*"}).is_success
    files = {
        "picture": ("dot.png", PNG, "image/png"),
        "page": ("page.html", b"<b>bold</b>" * 10_000, "text/html"),
        "paper": ("paper.pdf", b"%PDF-1.4", "application/pdf"),
        "tone": ("tone.wav", WAV, "audio/wav"),
    }
    assert owner.post("/webhook/take-files", files=files).is_success
    found = owner.get("/api/v1/executions", params={"workflow_id": made["id"]}).json()
    return f"/executions/{found['executions'][0]['id']}"


def test_files_are_looked_at_and_saved(page, uploaded, theme) -> None:
    page.goto(uploaded)
    # The table marks what holds files; a row leads to them.
    page.get_by_role("cell", name="0 4 files").click()
    details = page.get_by_role("region", name="Item 0")
    expect(details.get_by_role("button", name="Look at dot.png")).to_be_visible()
    screenshot(page, f"item-files-table-{theme}")
    assert violations(page) == []
    page.get_by_role("radio", name="JSON").click()
    files = page.get_by_role("list", name="Files")
    files.get_by_role("button", name="Look at dot.png").click()
    picture = files.get_by_role("img", name="dot.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1
    # What a workflow was given is text here, whatever it says of itself.
    files.get_by_role("button", name="Look at page.html").click()
    expect(files.get_by_role("region", name="Text of page.html")).to_contain_text("<b>bold</b>")
    expect(files.get_by_text("The first 64 kB of 110 kB")).to_be_visible()
    expect(files.get_by_role("button", name="Look at paper.pdf")).to_have_count(0)
    files.get_by_role("button", name="Look at tone.wav").click()
    sound = files.get_by_label("tone.wav", exact=True)
    expect(sound).to_be_visible()
    page.wait_for_function("(sound) => sound.duration > 0", arg=sound.element_handle())
    screenshot(page, f"item-files-{theme}")
    assert violations(page) == []
    with page.expect_download() as saved:
        files.get_by_role("link", name="Download paper.pdf").click()
    assert saved.value.suggested_filename == "paper.pdf"
    assert saved.value.path().read_bytes() == b"%PDF-1.4"


def test_columns_are_picked_and_sorted_and_values_copied(page, owner) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/executions/{run(owner, PEOPLE)['id']}")
    table = page.get_by_role("table", name="Items of people")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("menuitem", name="address").click()
    expect(table.get_by_role("columnheader", name="address")).to_have_count(0)
    table.get_by_role("button", name="name").click()
    expect(table.get_by_role("columnheader", name="name")).to_have_attribute(
        "aria-sort", "ascending"
    )
    first = table.get_by_role("row").nth(1)
    expect(first).to_contain_text("Ada")
    first.click()
    # The details know the item's own place, whatever it is sorted by.
    details = page.get_by_role("region", name="Item 1")
    details.get_by_role("button", name="Copy json.address.city").click()
    page.get_by_role("menuitem", name="Copy as expression").click()
    assert page.evaluate("() => navigator.clipboard.readText()") == "{{ json.address.city }}"
    page.get_by_role("radio", name="Schema").click()
    page.get_by_role("button", name="Copy json.address", exact=True).click()
    page.get_by_role("menuitem", name="Copy path").click()
    assert page.evaluate("() => navigator.clipboard.readText()") == "json.address"
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as JSON lines").click()
    lines = [json.loads(line) for line in saved.value.path().read_text().splitlines()]
    assert [line["name"] for line in lines] == ["Ada", "Edsger", "Grace"]


def test_fields_that_come_late_in_a_long_output_are_there(page, owner) -> None:
    late = "{{ {'n': index} if index < 400 else {'n': index, 'late': {'why': 'rare'}} }}"
    params = {"count": 6_000, "fields": {"row": late}}
    flat = {"type": "code.python", "params": {"code": "result = [item['row'] for item in items]"}}
    document = {
        "tidegate": 1,
        "name": "Late fields",
        "nodes": {
            "start": {"type": "trigger.manual"},
            "rows": {"type": "data.generate", "params": params},
            "flat": flat,
        },
        "edges": ["start -> rows", "rows -> flat"],
    }
    page.goto(f"/executions/{run(owner, document)['id']}?node=flat")
    table = page.get_by_role("table", name="Items of flat")
    expect(table.get_by_role("columnheader", name="late")).to_be_visible()
    page.get_by_role("radio", name="Schema").click()
    expect(page.get_by_text("The fields of 5,000 items of 6,000")).to_be_visible()
    output = page.get_by_role("region", name="Output main of flat")
    expect(output.get_by_text("why", exact=True)).to_be_visible()
    expect(output.get_by_text("in 4600", exact=True)).to_be_visible()


@pytest.fixture(scope="module")
def long_output(owner) -> str:
    """The address of an execution with more items than are read at once."""
    return f"/executions/{run(owner, LONG)['id']}?node=rows"


def test_a_row_is_chosen_before_its_item_has_come(page, long_output) -> None:
    later = HeldRequests(page, LATER_WINDOWS)
    page.goto(long_output)
    table = page.get_by_role("table", name="Items of rows")
    chosen = table.locator("tr[aria-current=true]")
    on_its_way = page.get_by_role("region", name="The chosen item")
    table.get_by_role("cell", name="3", exact=True).first.click()
    expect(page.get_by_role("region", name="Item 3")).to_contain_text('"left": 1996')
    table.locator("..").focus()
    page.keyboard.press("End")
    expect(on_its_way.get_by_role("status", name="Loading")).to_be_visible()
    expect(chosen).to_have_attribute("aria-rowindex", "2001")
    # A click on another one, whose item is on its way as well.
    table.locator("tr[aria-rowindex='1999']").click()
    expect(chosen).to_have_attribute("aria-rowindex", "1999")
    later.let_go()
    expect(page.get_by_role("region", name="Item 1997")).to_contain_text('"left": 2')
    expect(on_its_way).to_have_count(0)
    expect(page).to_have_url(re.compile("item=1997"))
    # Where rows are sorted, only the item itself tells its place in the output.
    later.hold()
    table.get_by_role("button", name="left").click()
    expect(table.locator("tr[aria-rowindex='2']")).to_contain_text("1999")
    table.locator("..").focus()
    page.keyboard.press("End")
    expect(on_its_way.get_by_role("status", name="Loading")).to_be_visible()
    expect(chosen).to_have_attribute("aria-rowindex", "2001")
    later.let_go()
    expect(page.get_by_role("region", name="Item 0")).to_contain_text('"left": 1999')
    expect(chosen).to_have_attribute("aria-rowindex", "2001")
    expect(page).to_have_url(re.compile(r"\bitem=0\b"))


def test_a_chosen_item_that_does_not_come_says_why_and_is_asked_for_again(
    page, long_output, complaints
) -> None:
    complaints.allow("status of 409")
    problem = {"code": "CONFLICT", "detail": "The rows are being moved."}
    page.route(LATER_WINDOWS, lambda route: route.fulfill(status=409, json=problem))
    page.goto(long_output)
    table = page.get_by_role("table", name="Items of rows")
    expect(table.locator("tr[aria-rowindex='2']")).to_contain_text("1999")
    table.locator("..").focus()
    page.keyboard.press("End")
    failed = page.get_by_role("region", name="The chosen item").get_by_role("alert")
    expect(failed).to_contain_text("The rows are being moved.")
    expect(failed.get_by_role("button", name="Copy details")).to_be_visible()
    page.unroute(LATER_WINDOWS)
    failed.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("region", name="Item 1999")).to_contain_text('"left": 0')


def test_pinned_items_are_searched_sorted_and_looked_at_as_any_others(page, owner) -> None:
    ran = run(owner, LONG | {"name": "Pinned rows"})
    Editor.opened(page, f"{ran['workflow_id']}?exec={ran['id']}&node=rows&tab=output")
    panel = page.get_by_role("complementary", name="Node Generate items")
    panel.get_by_role("button", name="Pin", exact=True).click()
    output = panel.get_by_role("region", name="Output main of rows")
    expect(output.get_by_text("pinned", exact=True)).to_be_visible()
    # What is pinned lies in the document: nothing is asked of the server any more.
    page.route(re.compile("/nodes/rows/(items|fields)"), lambda route: route.abort())
    table = output.get_by_role("table", name="Items of rows")
    expect(output.get_by_text("2,000 items")).to_be_visible()
    table.locator("..").focus()
    page.keyboard.press("End")
    expect(output.get_by_role("region", name="Item 1999")).to_contain_text('"left": 0')
    output.get_by_role("searchbox", name="Search in the items").fill('"n":19')
    expect(output.get_by_text("111 of 2,000 items")).to_be_visible()
    table.get_by_role("button", name="left").click()
    expect(table.locator("tr[aria-rowindex='2']")).to_contain_text("1999")
    table.get_by_role("button", name="left").click()
    # The chosen one stays in sight: it is the last one now.
    expect(table.locator("tr[aria-rowindex='112']")).to_contain_text("1999")
    table.locator("..").focus()
    page.keyboard.press("Home")
    expect(output.get_by_role("region", name="Item 19", exact=True)).to_be_visible()
    first = table.locator("tr[aria-rowindex='2']")
    expect(first.locator("td")).to_have_text(["19", "19", "1980"])
    page.wait_for_url(re.compile(r"\bitem=19\b"))
    output.get_by_role("radio", name="JSON").click()
    listed = output.get_by_role("list", name="Items of rows as JSON")
    expect(listed.get_by_role("list", name="Item 19", exact=True)).to_contain_text('"left": 1980')
    output.get_by_role("radio", name="Schema").click()
    expect(output.get_by_text("left", exact=True)).to_be_visible()
    # It is the same after a reload, as it stands in the address.
    Editor(page, ran["workflow_id"]).saved()
    page.reload()
    expect(output.get_by_text("111 of 2,000 items")).to_be_visible()
    output.get_by_role("radio", name="Table").click()
    expect(first.locator("td")).to_have_text(["19", "19", "1980"])
    expect(first).to_have_attribute("aria-current", "true")
