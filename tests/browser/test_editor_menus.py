"""Every command of a node has its place in the menu, with the keys that it has now."""

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
    editor.saved()
    pinned = owner.get(f"/api/v1/workflows/{editor.workflow_id}").json()["pinned_data"]
    assert list(pinned) == ["n2"]
    menu_of(editor, "n2").get_by_role("menuitem", name="Run from here").press("Enter")
    expect(editor.node("n4")).to_have_accessible_name(re.compile("1 item"))
    menu_of(editor, "n2").get_by_role("menuitem", name="Unpin what it gave").press("Enter")
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
