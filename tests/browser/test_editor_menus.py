"""Every command of a node has its place in the menu, with the keys that it has now."""

import json
import re

import pytest
from browser_editor import Editor, make_workflow
from browser_page import screenshot, violations
from playwright.sync_api import Locator, expect


@pytest.fixture
def editor(page, owner) -> Editor:
    """A workflow of four nodes in a row, opened."""
    return Editor.opened(page, make_workflow(owner, nodes=4))


def menu_of(editor: Editor, *nodes: str) -> Locator:
    """The menu of nodes, opened by keyboard."""
    page = editor.page
    first, *others = nodes
    editor.select(first)
    for each in others:
        page.locator(f'[role=option][data-node="{each}"]').click(modifiers=["Control"])
    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name="Commands")
    expect(menu).to_be_visible()
    return menu


def test_a_part_is_run_and_pinned_from_the_menu(editor, owner):
    page = editor.page
    menu = menu_of(editor, "n2")
    screenshot(page, "editor-node-menu")
    assert violations(page) == []
    menu.get_by_role("menuitem", name="Run to here").press("Enter")
    expect(editor.node("n2")).to_have_accessible_name(re.compile("1 item"))
    expect(editor.node("n3")).not_to_have_accessible_name(re.compile("1 item"))
    menu_of(editor, "n2").get_by_role("menuitem", name="Pin what it gave").press("Enter")
    expect(editor.node("n2").get_by_label("pinned output")).to_be_visible()
    editor.saved()
    pinned = owner.get(f"/api/v1/workflows/{editor.workflow_id}").json()["pinned_data"]
    assert list(pinned) == ["n2"]
    menu_of(editor, "n2").get_by_role("menuitem", name="Run from here").press("Enter")
    expect(editor.node("n4")).to_have_accessible_name(re.compile("1 item"))
    menu_of(editor, "n2").get_by_role("menuitem", name="Unpin what it gave").press("Enter")
    expect(editor.node("n2").get_by_label("pinned output")).to_have_count(0)
    editor.saved()
    assert owner.get(f"/api/v1/workflows/{editor.workflow_id}").json()["pinned_data"] == {}


def test_nodes_are_cut_from_the_menu(editor, server):
    page = editor.page
    permissions = ["clipboard-read", "clipboard-write"]
    page.context.grant_permissions(permissions, origin=server.url)
    menu_of(editor, "n3").get_by_role("menuitem", name="Cut").press("Enter")
    expect(editor.node("n3")).to_have_count(0)
    assert '"n3"' in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("Control+z")
    editor.expect_nodes("n3")


def test_nodes_are_aligned_in_every_way_by_keyboard(editor):
    page = editor.page
    menu = menu_of(editor, "n2", "n3", "n4")
    menu.get_by_role("menuitem", name="Align", exact=True).press("ArrowRight")
    ways = page.get_by_role("menu", name="Align").get_by_role("menuitem")
    expect(ways).to_have_text(
        [
            "Align left",
            "Align center",
            "Align right",
            "Align top",
            "Align middle",
            "Align bottom",
            "Spread evenly across",
            "Spread evenly down",
        ]
    )
    ways.filter(has_text="Align right").press("Enter")
    right = editor.place("n4")[0]
    expect(page.get_by_role("menu")).to_have_count(0)
    assert [editor.place(each)[0] for each in ("n2", "n3", "n4")] == [right] * 3


CHOSEN = {"editor.disable": "Q", "editor.zoomIn": "I", "editor.add": "A", "focus.next": ";"}


def choose(editor: Editor, *, single_keys: bool) -> None:
    """Keys as the settings keep them."""
    kept = json.dumps({"chosen": CHOSEN, "singleKeys": single_keys})
    editor.page.evaluate("(kept) => localStorage.setItem('tidegate.shortcuts', kept)", kept)
    editor.page.reload()
    expect(editor.page.get_by_role("tab", name="Timeline")).to_be_visible()


def test_menus_and_tooltips_show_the_keys_that_somebody_chose(editor):
    page = editor.page
    choose(editor, single_keys=True)
    expect(page.get_by_role("button", name="Add a node")).to_contain_text("A")
    disable = menu_of(editor, "n2").get_by_role("menuitem", name="Disable")
    expect(disable.locator("kbd")).to_have_attribute("data-keys", "Q")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Zoom in").focus()
    expect(page.get_by_role("tooltip")).to_have_text("Zoom inI")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Shortcuts on this page")
    expect(sheet.get_by_role("listitem").filter(has_text="Disable or enable")).to_contain_text("Q")
    for fixed in ("Delete what is selected", "Open the menu", "Paste nodes", "Walk along edges"):
        expect(sheet.get_by_role("listitem").filter(has_text=fixed)).to_be_visible()


def test_single_keys_that_are_switched_off_do_nothing_anywhere(editor):
    page = editor.page
    choose(editor, single_keys=False)
    disable = menu_of(editor, "n2").get_by_role("menuitem", name="Disable")
    expect(disable.locator("kbd")).to_have_count(0)
    page.keyboard.press("Escape")
    editor.node("n2").focus()
    page.keyboard.press("Enter")
    view = page.get_by_role("region", name="Node Node 2")
    expect(view).to_be_visible()
    page.keyboard.press(";")
    page.keyboard.press("[")
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(view).to_be_visible()
    choose(editor, single_keys=True)
    editor.node("n2").focus()
    page.keyboard.press("Enter")
    expect(view).to_be_visible()
    page.keyboard.press(";")
    expect(page.get_by_role("region", name="Node Node 3")).to_be_visible()


def test_the_settings_list_fixed_keys_and_give_them_to_nothing_else(page):
    page.goto("/settings/shortcuts")
    line = page.get_by_role("listitem").filter(has_text="Disable or enable")
    expect(page.get_by_role("listitem").filter(has_text="Delete what is selected")).to_contain_text(
        "always"
    )
    line.get_by_role("button").first.click()
    page.keyboard.press("Delete")
    expect(line.get_by_role("alert")).to_contain_text("Delete is taken: Delete what is selected")
    assert violations(page) == []
