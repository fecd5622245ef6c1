"""Which version is published while a workflow is edited, and who else has it open."""

import re

from browser_editor import Editor, make_workflow
from browser_page import screenshot, violations
from playwright.sync_api import Page, expect


def publish(page: Page, note: str = "") -> None:
    page.get_by_role("toolbar", name="Workflow").get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is new").fill(note)
    dialog.get_by_role("button", name="Publish").click()
    expect(dialog).to_have_count(0)


def test_the_toolbar_says_what_is_published_and_switches_it_off_and_on(page, owner):
    editor = Editor.opened(page, make_workflow(owner, nodes=3))
    toolbar = page.get_by_role("toolbar", name="Workflow")
    active = toolbar.get_by_role("switch", name="Active")
    url = f"/api/v1/workflows/{editor.workflow_id}"
    expect(toolbar).to_contain_text("Never published")
    expect(active).not_to_be_checked()
    # Without a version, there is one to publish first.
    active.press("Space")
    dialog = page.get_by_role("dialog", name="Publish this draft")
    dialog.get_by_role("button", name="Publish").click()
    expect(toolbar).to_contain_text("v1 published")
    expect(active).to_be_checked()
    expect(toolbar).not_to_contain_text("draft differs")
    editor.rename_node("n2", "Not published")
    expect(toolbar).to_contain_text("v1 published · draft differs")
    editor.saved()
    active.press("Space")
    expect(toolbar).to_contain_text("v1 not active")
    assert owner.get(url).json()["is_active"] is False
    active.press("Space")
    expect(toolbar).to_contain_text("v1 published · draft differs")
    # What was active is active again; the draft is still a draft.
    assert owner.get(url).json()["is_active"] is True
    assert [each["number"] for each in owner.get(f"{url}/versions").json()["versions"]] == [1]
    assert editor.document(owner)["nodes"]["n2"]["label"] == "Not published"
    # What is written here goes on being saved.
    editor.rename_node("n2", "Node 2")
    expect(toolbar).not_to_contain_text("draft differs")
    editor.saved()
    screenshot(page, "editor-published")
    assert violations(page) == []


def test_somebody_else_publishes_what_is_open_here(open_context, server, people, owner, theme):
    workflow = make_workflow(owner, nodes=3)
    ana = people.join("editor", f"ana-{theme}@example.org")
    mine = Editor.opened(open_context(server.url, owner).new_page(), workflow)
    publish(mine.page)
    toolbar = mine.page.get_by_role("toolbar", name="Workflow")
    expect(toolbar).to_contain_text("v1 published")
    theirs = Editor.opened(open_context(server.url, ana.client).new_page(), workflow)
    expect(mine.page.get_by_text(f"Also open: ana-{theme}@example.org")).to_be_visible()
    expect(theirs.page.get_by_text("Also open: owner@example.org")).to_be_visible()
    theirs.rename_node("n3", "By Ana")
    theirs.saved()
    publish(theirs.page, "a better name")
    title = re.compile(rf"v2 was published by ana-{theme}@example.org; you look at v1")
    banner = mine.page.get_by_role("status").filter(has_text=title)
    expect(banner).to_contain_text("a better name")
    expect(toolbar).to_contain_text("v2 published · draft differs")
    screenshot(mine.page, f"editor-stale-{theme}")
    assert violations(mine.page) == []
    banner.get_by_role("button", name="Show v2").click()
    expect(banner).to_have_count(0)
    expect(mine.node("n3")).to_contain_text("By Ana")
    expect(toolbar).not_to_contain_text("draft differs")
    # Her own page needs no banner, and whoever leaves is seen no more.
    expect(theirs.page.get_by_text("was published by")).to_have_count(0)
    theirs.page.close()
    expect(mine.page.get_by_text("Also open")).to_have_count(0)


def test_who_may_only_read_sees_what_is_published(open_context, server, people, owner):
    workflow = make_workflow(owner, nodes=2)
    answer = owner.post(f"/api/v1/workflows/{workflow}/publish", json={}, headers={"if-match": "*"})
    assert answer.status_code == 200, answer.text
    viewer = people.join("viewer")
    page = open_context(server.url, viewer.client).new_page()
    Editor.opened(page, workflow)
    toolbar = page.get_by_role("toolbar", name="Workflow")
    expect(toolbar).to_contain_text("v1 published")
    expect(toolbar.get_by_role("switch")).to_have_count(0)
