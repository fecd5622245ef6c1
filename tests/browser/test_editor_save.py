"""No edit is lost: two tabs, a server that goes and comes, versions and the way back."""

import re

import pytest
from api_people import People
from browser_editor import Editor, make_workflow
from browser_page import screenshot, violations
from playwright.sync_api import expect


def test_two_tabs_change_one_workflow(open_context, server, owner, complaints):
    complaints.allow("412")
    workflow = make_workflow(owner, nodes=4)
    context = open_context(server.url, owner)
    first = Editor.opened(context.new_page(), workflow)
    second = Editor.opened(context.new_page(), workflow)
    first.page.bring_to_front()
    first.rename_node("n2", "From the first tab")
    first.saved()
    # Another node: put together without a question.
    second.rename_node("n3", "From the second tab")
    second.saved()
    expect(second.node("n2")).to_contain_text("From the first tab")
    # The same node: asked about; meanwhile nothing is written over.
    first.rename_node("n4", "First")
    first.saved()
    second.rename_node("n4", "Second")
    banner = second.page.get_by_role("alert", name="Somebody else changed this workflow")
    expect(banner).to_contain_text("Node n4")
    assert second.document(owner)["nodes"]["n4"]["label"] == "First"
    screenshot(second.page, "editor-conflict")
    banner.get_by_role("radio", name="Theirs").check()
    banner.get_by_role("button", name="Keep these").click()
    second.saved()
    expect(second.node("n4")).to_contain_text("First")
    labels = {key: node.get("label") for key, node in second.document(owner)["nodes"].items()}
    assert labels == {
        "n1": "Node 1",
        "n2": "From the first tab",
        "n3": "From the second tab",
        "n4": "First",
    }


def test_the_server_restarts_while_somebody_edits(open_context, own_server, complaints):
    complaints.allow("ERR_|Failed to load|WebSocket|status 50|request failed|dynamically imported")
    people = People(own_server)
    client = people.owner.client
    workflow = make_workflow(client, nodes=3)
    editor = Editor.opened(open_context(own_server.url, client).new_page(), workflow)
    own_server.kill()
    editor.rename_node("n2", "Written while it was away")
    status = editor.page.get_by_role("toolbar", name="Workflow").get_by_role("status")
    expect(status).to_contain_text("Offline: changes are kept here")
    own_server.start()
    editor.saved()
    assert editor.document(client)["nodes"]["n2"]["label"] == "Written while it was away"


def test_a_closed_tab_loses_nothing(open_context, own_server, complaints):
    complaints.allow("ERR_|Failed to load|WebSocket|status 50|request failed|dynamically imported")
    people = People(own_server)
    client = people.owner.client
    workflow = make_workflow(client, nodes=3)
    context = open_context(own_server.url, client)
    page = context.new_page()
    editor = Editor.opened(page, workflow)
    own_server.kill()
    editor.rename_node("n2", "Written before the crash")
    status = page.get_by_role("toolbar", name="Workflow").get_by_role("status")
    expect(status).to_contain_text("Offline")
    page.close()
    own_server.start()
    again = Editor.opened(context.new_page(), workflow)
    expect(again.node("n2")).to_contain_text("Written before the crash")
    again.saved()
    assert again.document(client)["nodes"]["n2"]["label"] == "Written before the crash"


def test_versions_are_compared_and_restored(page, owner):
    editor = Editor.opened(page, make_workflow(owner, nodes=3))

    def publish(note: str, number: int) -> None:
        page.get_by_role("button", name="Publish").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("What is new").fill(note)
        dialog.get_by_role("button", name="Publish").click()
        expect(dialog).to_have_count(0)
        expect(page.get_by_text(f"Published as version {number}")).to_be_visible()

    publish("the first", 1)
    editor.rename_node("n2", "Another name")
    editor.select("n3")
    page.keyboard.press("Delete")
    expect(editor.node("n3")).to_have_count(0)
    editor.saved()
    page.get_by_role("button", name="Versions").click()
    dialog = page.get_by_role("dialog", name="Versions")
    expect(dialog.get_by_text("the first")).to_be_visible()
    expect(dialog.get_by_text("Another name", exact=True).first).to_be_visible()
    expect(dialog.get_by_role("img", name=re.compile("n3 removed"))).to_be_visible()
    screenshot(page, "editor-versions")
    dialog.get_by_role("button", name="Restore version 1").click()
    editor.expect_nodes("n3")
    expect(editor.node("n2")).to_contain_text("Node 2")
    editor.saved()
    assert sorted(editor.document(owner)["nodes"]) == ["n1", "n2", "n3"]
    page.keyboard.press("Control+z")
    expect(editor.node("n3")).to_have_count(0)


def test_five_hundred_nodes(page, owner):
    editor = Editor.opened(page, make_workflow(owner, nodes=500))
    expect(page.get_by_role("tab", name="Nodes (500)")).to_be_visible()
    # From far away one canvas paints; every node is still there for the keyboard.
    expect(page.locator(".tg-far")).to_be_visible()
    screenshot(page, "editor-500-nodes")
    editor.page.get_by_label("Search in this workflow").fill("Node 433")
    page.locator('[role=option][data-node="n433"]').click()
    editor.expect_selected("n433")
    expect(editor.node("n433")).to_have_accessible_name(re.compile("^Node 433"))
    editor.rename_node("n433", "Found among many")
    editor.saved()
    page.keyboard.press("1")
    expect(page.locator(".tg-far")).to_have_count(0)
    # Near, only what is in sight is in the page.
    assert page.locator(".react-flow__node").count() < 200


@pytest.mark.parametrize("nodes", [0, 6])
def test_the_editor_is_accessible(page, owner, theme, nodes):
    editor = Editor.opened(page, make_workflow(owner, nodes=nodes))
    if nodes:
        editor.select("n3")
        expect(page.get_by_role("tab", name="Params")).to_be_visible()
    screenshot(page, f"editor-{nodes}-{theme}")
    assert violations(page) == []
