"""People look into items: pick columns, sort, copy where a value stands, look at files, save them."""

import json

import pytest
from api_people import run
from browser_page import screenshot, violations
from playwright.sync_api import expect
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
