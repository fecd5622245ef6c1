"""What somebody does in a node's panel and on the canvas is taken back and done again, exactly."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from api_people import run
from browser_editor import Editor
from browser_page import screenshot
from playwright.sync_api import expect

DOCUMENT: dict[str, Any] = {
    "tidegate": 1,
    "nodes": {
        "start": {"type": "trigger.manual"},
        "make": {"type": "data.set", "params": {"fields": {"total": 7}}},
        "read": {
            "type": "data.set",
            "params": {"fields": {"twice": "{{ node('make').item.json.total * 2 }}"}},
        },
        "fetch": {
            "type": "http.request",
            "params": {"method": "POST", "url": "http://shop.example/", "timeout": 9},
            "settings": {"disabled": True},
        },
        "code": {"type": "code.python", "params": {"code": "result = items"}},
    },
    "edges": ["start -> make", "make -> read", "read -> fetch", "fetch -> code"],
    "layout": {
        "start": [0, 0],
        "make": [288, 24],
        "read": [576, 0],
        "fetch": [864, 0],
        "code": [1152, 0],
    },
    "groups": {"pair": {"label": "Pair", "nodes": ["fetch", "code"]}},
    "notes": {"note": {"text": "Old", "x": 0, "y": 240, "width": 240, "height": 160}},
}


class Undoing:
    """Does something, takes it back and does it again; the draft on the server says what holds."""

    def __init__(self, editor: Editor, owner: Any) -> None:
        self.editor = editor
        self.page = editor.page
        self._owner = owner

    def __call__(self, work: Callable[[], Any], shown: Callable[[bool], Any] | None = None) -> None:
        """One step back and one forth; ``shown`` looks at the page: with True after the work, with False before it."""
        before = self._draft()
        work()
        after = self.until(lambda draft: draft != before)
        for key, draft, is_done in (
            ("Undo", before, False),
            ("Redo", after, True),
            ("Undo", before, False),
        ):
            self.page.get_by_role("button", name=re.compile(f"^{key}:")).click()
            self.until(lambda found, draft=draft: found == draft)
            if shown is not None:
                shown(is_done)

    def _draft(self) -> str:
        answer = self._owner.get(f"/api/v1/workflows/{self.editor.workflow_id}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        return json.dumps([found["document"], found["pinned_data"]])

    def until(self, holds: Callable[[str], bool]) -> str:
        """Wait until the draft on the server is as it shall be; the draft."""
        found = self._draft()
        for _ in range(150):
            if holds(found):
                break
            self.page.wait_for_timeout(200)
            found = self._draft()
        assert holds(found), found
        return found


@pytest.fixture
def undoing(page, owner, request) -> Undoing:
    """The workflow of an execution, opened with its data."""
    ran = run(owner, DOCUMENT | {"name": request.node.name})
    editor = Editor.opened(page, ran["workflow_id"] + f"?exec={ran['id']}")
    editor.workflow_id = ran["workflow_id"]
    return Undoing(editor, owner)


def test_parameters_and_settings_are_undone_one_entry_each(undoing):
    editor, page = undoing.editor, undoing.page
    editor.select("fetch")

    def follows(field, done: str, undone: str) -> Callable[[bool], None]:
        return lambda is_done: expect(field).to_have_value(done if is_done else undone)

    url = page.get_by_label("URL *")
    undoing(
        lambda: url.fill("http://other.example/"),
        follows(url, "http://other.example/", "http://shop.example/"),
    )
    timeout = page.get_by_role("textbox", name="Timeout", exact=False).first
    undoing(lambda: timeout.fill("12"), follows(timeout, "12", "9"))
    undoing(
        lambda: (timeout.focus(), page.keyboard.press("Control+a"), page.keyboard.press("4")),
        follows(timeout, "4", "9"),
    )
    screenshot(page, "editor-undone")
    editor.select("code")
    code = page.get_by_role("textbox", name="Code")

    def written() -> None:
        code.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text("result = []")

    undoing(
        written,
        lambda is_done: expect(code).to_have_text("result = []" if is_done else "result = items"),
    )
    page.get_by_role("tab", name="Settings").click()
    notes = page.get_by_role("textbox", name="Notes")
    undoing(lambda: notes.fill("Mind the rate"), follows(notes, "Mind the rate", ""))
    once = page.get_by_role("checkbox", name="Execute once")
    undoing(lambda: once.press(" "), lambda is_done: expect(once).to_be_checked(checked=is_done))


def test_code_that_is_emptied_by_undo_is_no_new_entry(undoing):
    # A text that the page gives an editor is not typed: else undo would forget what can be redone.
    editor, page = undoing.editor, undoing.page
    editor.add("Python code")
    code = page.get_by_role("textbox", name="Code")

    def written() -> None:
        code.click()
        page.keyboard.insert_text("result = 1")

    expect(code).to_be_visible()
    undoing.until(lambda draft: '"python": {' in draft)
    undoing(written)


def test_pins_names_notes_groups_and_places_are_undone(undoing):
    editor, page = undoing.editor, undoing.page
    editor.select("make")
    page.get_by_role("complementary").get_by_role("tab", name="Output").click()
    pin = page.get_by_role("button", name="Pin", exact=True)
    unpin = page.get_by_role("button", name="Unpin", exact=True)
    undoing(pin.click, lambda is_done: expect(unpin if is_done else pin).to_be_visible())
    pin.click()
    undoing.until(lambda draft: '"make": [{' in draft)
    undoing(unpin.click, lambda is_done: expect(pin if is_done else unpin).to_be_visible())

    def renamed() -> None:
        editor.select("make")
        page.keyboard.press("F2")
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Id").fill("orders")
        dialog.get_by_role("button", name="Rename").click()
        expect(dialog).to_have_count(0)

    undoing(renamed, lambda is_done: editor.expect_nodes("orders" if is_done else "make"))

    def noted() -> None:
        page.locator(".tg-note").dblclick()
        field = page.get_by_label("Text of the note (Markdown)")
        field.fill("New")
        field.press("Escape")

    note = page.locator(".tg-note")
    undoing(noted, lambda is_done: expect(note).to_have_text("New" if is_done else "Old"))
    collapse = page.get_by_role("button", name="Collapse Pair")
    expand = page.get_by_role("button", name="Expand Pair")
    undoing(collapse.click, lambda is_done: expect(expand if is_done else collapse).to_be_visible())

    def aligned() -> None:
        editor.select("start")
        page.locator('[role=option][data-node="make"]').click(modifiers=["Shift"])
        page.keyboard.press("Shift+F10")
        page.get_by_role("menuitem", name="Align", exact=True).click()
        page.get_by_role("menuitem", name="Align top").click()

    undoing(aligned)
    undoing(lambda: editor.paste('{"tidegate_nodes": 1, "nodes": {"x": {"type": "flow.no_op"}}}'))


def test_settings_of_the_workflow_are_undone(undoing):
    page = undoing.page
    page.get_by_role("button", name="Settings of this workflow").click()
    panel = page.get_by_role("complementary", name="Settings of the workflow")
    for label, done, undone in (
        ("Name", "Another name", "test_settings_of_the_workflow_are_undone"),
        ("Description", "Every night", ""),
        ("Timeout", "90", ""),
        ("Error workflow", "Alarm", ""),
    ):
        field = panel.get_by_role("textbox", name=label, exact=True)
        undoing(
            lambda field=field, done=done: field.fill(done),
            lambda is_done, field=field, done=done, undone=undone: expect(field).to_have_value(
                done if is_done else undone
            ),
        )
    limit = panel.get_by_role("textbox", name=re.compile("^Limit"))
    undoing(
        lambda: limit.fill("2"),
        lambda is_done: expect(limit).to_have_value("2" if is_done else ""),
    )

    def variable() -> None:
        panel.get_by_role("button", name="Add").first.click()
        panel.get_by_role("textbox", name="Name 1 of Variables").fill("region")

    undoing(variable)
    screenshot(page, "editor-workflow-settings")
    tags = panel.get_by_role("textbox", name="Tags")
    tags.fill("night, ")
    expect(tags).to_have_value("night, ")
    page.get_by_role("button", name=re.compile("^Undo: Set tags")).click()
    expect(tags).to_have_value("")
    # A workflow has a name: an empty field says so, and changes nothing.
    panel.get_by_role("textbox", name="Name", exact=True).fill("")
    expect(panel.get_by_text("A workflow has a name.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "test_settings_of_the_workflow_are_undone"
    )


def test_looking_at_a_name_and_leaving_it_is_no_change(undoing):
    editor, page = undoing.editor, undoing.page
    editor.select("make")
    page.get_by_title("Change the name").click()
    page.get_by_label("Name of the node").press("Enter")
    expect(page.get_by_title("Change the name")).to_be_visible()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_undo_in_a_field_is_of_its_text_and_leaves_the_document(undoing):
    editor, page = undoing.editor, undoing.page
    press = page.keyboard.press
    editor.select("code")
    press("d")
    expect(page.get_by_role("button", name="Undo: Disable node")).to_be_visible()
    editor.select("fetch")
    url = page.get_by_label("URL *")
    url.click()
    press("End")
    page.keyboard.type("orders")
    expect(url).to_have_value("http://shop.example/orders")
    # More often than there is text to take back: then nothing happens.
    for _ in range(9):
        press("Control+z")
    expect(url).to_have_value("http://shop.example/")
    for _ in range(9):
        press("Control+Shift+z")
    expect(url).to_have_value("http://shop.example/orders")
    editor.select("code")
    code = page.get_by_role("textbox", name="Code")
    code.click()
    press("Control+a")
    page.keyboard.type("result = []")
    for _ in range(9):
        press("Control+z")
    expect(code).to_have_text("result = items")
    for _ in range(9):
        press("Control+y")
    expect(code).to_have_text("result = []")
    expect(editor.node("code").locator(".border-dashed")).to_be_visible()
    # On the canvas the same keys are of the document.
    page.locator('[role=option][data-node="code"]').click()
    page.locator('[role=option][data-node="code"]').focus()
    press("Control+z")
    expect(code).not_to_have_text("result = []")


def test_undo_behind_a_dialog_does_nothing(undoing):
    editor, page = undoing.editor, undoing.page
    press = page.keyboard.press
    editor.select("code")
    press("Delete")
    expect(editor.node("code")).to_have_count(0)
    editor.select("fetch")
    press("F2")
    dialog = page.get_by_role("dialog")
    name = dialog.get_by_label("Name")
    expect(name).to_be_focused()
    page.keyboard.type("Orders")
    expect(name).to_have_value("Orders")
    for key in ("Control+z", "Control+z", "Control+Shift+z", "Control+z", "Control+z"):
        press(key)
    expect(name).not_to_have_value("Orders")
    dialog.get_by_role("button", name="Cancel").focus()
    for key in ("Control+z", "Control+d", "Control+y"):
        press(key)
    press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".react-flow__node-card")).to_have_count(4)
    expect(page.get_by_role("button", name="Undo: Delete node")).to_be_visible()
    press("Control+z")
    editor.expect_nodes("code")
