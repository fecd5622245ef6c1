"""From the link that a new server prints to a first execution that succeeds."""

import re

from browser_page import screenshot, violations
from playwright.sync_api import expect


def test_the_first_start_ends_at_a_workflow_that_runs(open_context, own_server):
    page = open_context(own_server.url).new_page()
    page.goto(own_server.setup_url)
    expect(page.get_by_role("heading", name="Make the owner's account")).to_be_visible()
    # The token is not left where somebody could read or bookmark it.
    page.wait_for_function("() => location.hash === ''")
    page.get_by_label("E-mail").fill("owner@example.org")
    page.get_by_label("Name").fill("Olive Owner")
    page.get_by_label("Password").fill("short")
    expect(page.get_by_text("7 more characters")).to_be_visible()
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url(re.compile(r"/w/[0-9a-f-]{36}"))
    hints = page.get_by_role("region", name="First hints")
    expect(hints.get_by_role("status")).to_contain_text("1 of 3 Run this workflow")
    # Nothing is covered, and the keyboard is where it was.
    box, canvas = hints.bounding_box(), page.locator(".react-flow").bounding_box()
    assert box["y"] + box["height"] <= canvas["y"]
    assert page.evaluate("() => document.activeElement.closest('section') === null")
    screenshot(page, "first-hint")
    assert violations(page) == []
    page.get_by_role("button", name="Run", exact=True).click()
    dock = page.get_by_role("region", name="Execution")
    expect(dock.get_by_role("status").first).to_contain_text("succeeded")
    cards = page.locator(".tg-card")
    expect(cards.first).to_be_visible()
    before = cards.count()
    for number in range(before):
        expect(cards.nth(number)).to_have_attribute("data-status", "succeeded")
    screenshot(page, "first-execution")
    # What was done is not asked for again: the next hint comes, also after a reload.
    expect(hints).to_contain_text("2 of 3")
    page.reload()
    expect(hints).to_contain_text("2 of 3")
    cards.first.click()
    expect(hints).to_contain_text("3 of 3")
    page.keyboard.press("n")
    page.get_by_role("combobox", name="Search node types").fill("limit")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(before + 1)
    expect(hints).to_have_count(0)
    toolbar = page.get_by_role("toolbar", name="Workflow")
    expect(toolbar.get_by_role("status")).to_contain_text("Saved")
    page.reload()
    expect(cards).to_have_count(before + 1)
    expect(hints).to_have_count(0)
    page.goto("/workflows")
    row = page.get_by_role("row").filter(has_text="Sales by region")
    expect(row.get_by_role("img", name="Last 1 executions: 1 succeeded")).to_be_visible()


def test_hints_that_nobody_wants_never_come_back(open_context, own_server):
    page = open_context(own_server.url, color_scheme="light").new_page()
    page.goto(own_server.setup_url)
    page.get_by_label("E-mail").fill("owner@example.org")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Make the account").click()
    hints = page.get_by_role("region", name="First hints")
    hints.get_by_role("button", name="Next hint").click()
    expect(hints.get_by_role("status")).to_contain_text("2 of 3")
    assert violations(page) == []
    hints.get_by_role("button", name="No more hints").click()
    expect(hints).to_have_count(0)
    page.reload()
    expect(page.locator(".tg-card").first).to_be_visible()
    expect(hints).to_have_count(0)


def test_a_link_that_was_used_says_so(open_context, own_server, complaints):
    complaints.allow("status of 401")
    client = own_server.client(headers={"origin": own_server.url})
    token = own_server.setup_url.partition("#")[2]
    body = {"token": token, "email": "a@example.org", "password": "correct horse battery"}
    assert client.post("/api/v1/links/accept", json=body).is_success
    client.close()
    page = open_context(own_server.url).new_page()
    page.goto(own_server.setup_url)
    page.get_by_label("E-mail").fill("b@example.org")
    page.get_by_label("Password").fill("another long password")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_contain_text("link")


def test_somebody_who_was_invited_joins(page, open_context, server, owner):
    page.goto("/settings/users")
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("E-mail").fill("grace@example.org")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_role("dialog").locator("code").inner_text()
    guest = open_context(server.url).new_page()
    guest.goto(link)
    guest.get_by_label("Name").fill("Grace")
    guest.get_by_label("Password").fill("a compiler for everybody")
    guest.get_by_role("button", name="Make the account").click()
    expect(guest.get_by_role("heading", name="Workflows")).to_be_visible()
    guest.get_by_role("button", name="Account of grace@example.org").click()
    guest.get_by_role("menuitem", name="Sign out").click()
    expect(guest.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_text("grace@example.org")).to_be_visible()
