"""What people and servers wrote is text wherever it is shown: nothing of it is ever executed."""

import re

import pytest
from api_people import run
from browser_editor import Editor
from browser_page import screenshot
from playwright.sync_api import expect

IMAGE = "<img src=x onerror=window.hacked='image'>"
SCRIPT = "<script>window.hacked='script'</script>"
KEY = "<script>hacked</script>"
LINK = "javascript:window.hacked='link'"
NOTE = f"""{IMAGE}
{SCRIPT}
[click]({LINK})
![picture]({LINK})
<a href="{LINK}">here</a>"""


def hostile(name: str) -> dict:
    """A workflow that is hostile in every text of it, of its items, its log and its errors."""
    return {
        "tidegate": 1,
        "name": name,
        "nodes": {
            "start": {"type": "trigger.manual", "label": f"{IMAGE} start"},
            "items": {
                "type": "data.generate",
                "label": f"{SCRIPT} items",
                "params": {"count": 2, "fields": {"text": IMAGE, "link": LINK, KEY: "key"}},
            },
            "log": {
                "type": "code.python",
                "label": "log",
                "params": {"code": f"print({IMAGE!r})\nresult = items"},
            },
            "stop": {
                "type": "flow.stop",
                "label": f"stop {IMAGE}",
                "params": {"message": f"wrong {IMAGE}{SCRIPT}"},
            },
        },
        "edges": ["start -> items", "items -> log", "log -> stop"],
        "layout": {"start": [0, 0], "items": [288, 0], "log": [576, 0], "stop": [864, 0]},
        "notes": {"note": {"text": NOTE, "x": 0, "y": 160, "width": 320, "height": 200}},
        "groups": {"group": {"label": f"{IMAGE} group", "nodes": ["items"]}},
        "variables": {},
    }


@pytest.fixture(scope="module")
def ran(owner):
    """It has run and failed."""
    made = run(owner, hostile(f"{IMAGE}{SCRIPT}"))
    place = f"/api/v1/workflows/{made['workflow_id']}"
    changed = owner.patch(
        place,
        json={"folder": "<b>folder</b>", "tags": [IMAGE, "<b>tag</b>"]},
        headers={"if-match": "*"},
    )
    assert changed.is_success, changed.text
    return made


def expect_harmless(page) -> None:
    """Nothing ran, and nothing of it became an element."""
    assert page.evaluate("() => window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href^='javascript:' i]").count() == 0
    assert page.locator("body b").count() == 0


def test_names_notes_and_groups_are_text_in_the_editor(page, ran):
    editor = Editor.opened(page, ran["workflow_id"])
    expect(page.get_by_role("heading", level=1)).to_contain_text(IMAGE)
    expect(editor.node("start")).to_contain_text(f"{IMAGE} start")
    expect(page.locator('[role=option][data-node="items"]')).to_contain_text(SCRIPT)
    expect(page.locator(".tg-note")).to_contain_text(IMAGE)
    expect(page.locator(".react-flow__node-group")).to_contain_text(f"{IMAGE} group")
    expect_harmless(page)
    # Dialogs and notices say names, too.
    editor.select("stop")
    page.keyboard.press("F2")
    expect(page.get_by_role("dialog")).to_contain_text(f"stop {IMAGE}")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.get_by_role("dialog")).to_contain_text(f"stop {IMAGE}")
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+z")
    expect(editor.node("stop")).to_be_visible()
    page.get_by_role("button", name="Versions").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    screenshot(page, "editor-hostile")
    expect_harmless(page)


def test_items_errors_and_log_lines_are_text(page, ran):
    editor = Editor(page, ran["workflow_id"])
    page.goto(f"/w/{ran['workflow_id']}?exec={ran['id']}&node=items")
    editor.expect_selected("items")
    page.get_by_role("complementary").get_by_role("tab", name="Output").click()
    table = page.get_by_role("table", name="Items of items")
    expect(table).to_contain_text(IMAGE)
    expect(table).to_contain_text(KEY)
    for view in ("JSON", "Schema"):
        page.get_by_role("radio", name=view).or_(
            page.get_by_role("button", name=view)
        ).first.click()
        expect(page.get_by_role("tabpanel", name="Output")).to_contain_text(LINK)
        expect_harmless(page)
    expect(editor.node("stop")).to_contain_text("wrong <img")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Logs").click()
    expect(page.get_by_role("log")).to_contain_text(IMAGE)
    expect_harmless(page)
    page.goto(f"/executions/{ran['id']}")
    expect(page.get_by_text(re.compile("wrong <img")).first).to_be_visible()
    expect_harmless(page)


def test_lists_and_search_show_names_and_tags_as_text(page, ran):
    page.goto("/workflows")
    row = page.get_by_role("row").filter(has_text=IMAGE)
    expect(row).to_contain_text(SCRIPT)
    expect(row).to_contain_text("<b>tag</b>")
    expect_harmless(page)
    page.keyboard.press("Control+k")
    search = page.get_by_role("searchbox", name="Search workflows, executions, pages and actions")
    expect(search).to_be_focused()
    page.keyboard.type("img src")
    expect(page.get_by_role("menuitem").filter(has_text=IMAGE).first).to_be_visible()
    expect_harmless(page)
    page.goto("/executions")
    expect(page.get_by_role("table")).to_contain_text(IMAGE)
    expect_harmless(page)
