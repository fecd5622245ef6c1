"""From the link that a new server prints to a first execution that succeeds."""

import re

from browser_page import screenshot
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
    page.get_by_role("button", name="Run", exact=True).click()
    dock = page.get_by_role("region", name="Execution")
    expect(dock.get_by_role("status").first).to_contain_text("succeeded")
    cards = page.locator(".tg-card")
    expect(cards.first).to_be_visible()
    for number in range(cards.count()):
        expect(cards.nth(number)).to_have_attribute("data-status", "succeeded")
    screenshot(page, "first-execution")
    page.goto("/workflows")
    row = page.get_by_role("row").filter(has_text="Sales by region")
    expect(row.get_by_role("img", name="Last 1 executions: 1 succeeded")).to_be_visible()


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
