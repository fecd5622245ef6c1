"""The list of workflows: find, make, import, organise, activate, copy, export, delete."""

import re

import pytest
from api_people import document
from playwright.sync_api import expect

CURL = "curl -X POST https://api.example.com/orders -H 'X-Trace: 1' -d '{\"n\": 1}'"


def make(owner, name, **more):
    answer = owner.post("/api/v1/workflows", json={"document": document(name), **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def choose(page, name, entry):
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name=entry).click()


def test_search_folders_and_tags_stand_in_the_address(page, owner):
    make(owner, "Night shift", folder="ops/night", tags=["slow"])
    make(owner, "Day shift", folder="ops")
    page.goto("/workflows")
    expect(row(page, "Day shift")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("night")
    expect(row(page, "Day shift")).to_have_count(0)
    expect(row(page, "Night shift")).to_be_visible()
    page.wait_for_url("**/workflows?q=night")
    page.get_by_role("button", name="Clear the search").click()
    page.get_by_role("complementary").get_by_role("link", name="slow").click()
    expect(row(page, "Day shift")).to_have_count(0)
    page.reload()
    expect(row(page, "Night shift")).to_be_visible()
    page.goto("/workflows?q=nothing%20is%20called%20so")
    page.get_by_role("button", name="Show all workflows").click()
    expect(row(page, "Day shift")).to_be_visible()


def test_a_search_that_is_given_up_does_not_come_back(page, owner):
    make(owner, "Given up")
    page.goto("/workflows?q=nothing-like-it")
    page.get_by_role("button", name="Show all workflows").click()
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.get_by_role("link", name="Given up")).to_be_visible()


def test_a_workflow_is_activated_copied_organised_exported_and_deleted(page, owner):
    workflow_id = make(owner, "Orders")
    page.goto("/workflows")
    switch = page.get_by_role("switch", name="Orders is active")
    row(page, "Orders").locator("label").click()
    expect(switch).to_be_checked()
    expect(page.get_by_text("Orders is active: its triggers start it")).to_be_visible()
    assert owner.get(f"/api/v1/workflows/{workflow_id}").json()["is_active"]
    choose(page, "Orders", "Duplicate")
    expect(row(page, "Orders (copy)")).to_be_visible()
    choose(page, "Orders (copy)", "Folder and tags")
    page.get_by_role("textbox", name="Folder").fill(" shop / copies ")
    page.get_by_role("textbox", name="Tags").fill("b, a, b")
    page.get_by_role("button", name="Save").click()
    expect(row(page, "Orders (copy)")).to_contain_text("shop/copies")
    with page.expect_download() as found:
        choose(page, "Orders (copy)", "Export as YAML")
    assert found.value.suggested_filename == "orders-copy.yaml"
    assert "name: Orders (copy)" in found.value.path().read_text()
    choose(page, "Orders (copy)", "Delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(row(page, "Orders (copy)")).to_have_count(0)


def test_text_files_and_curl_commands_become_workflows(page, owner, complaints):
    complaints.allow("status of 4(22|00)")
    page.goto("/workflows")
    page.get_by_role("button", name="Import").click()
    page.get_by_label("Or paste").fill("nodes: [")
    take = page.get_by_role("dialog").get_by_role("button", name="Import", exact=True)
    take.click()
    expect(page.get_by_role("alert")).to_contain_text("It was not imported")
    text = "tidegate: 1\nname: From a file\nnodes:\n  start: {type: trigger.manual}\n"
    upload = {"name": "a.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(upload)
    expect(page.get_by_label("Or paste")).to_have_value(re.compile("From a file"))
    take.click()
    page.wait_for_url(re.compile("/w/"))
    page.goto("/workflows")
    page.get_by_role("button", name="Import").click()
    page.get_by_label("Or paste").fill(CURL)
    page.get_by_role("button", name="Make a workflow of it").click()
    expect(page.get_by_role("status").filter(has_text="content type")).to_be_visible()
    page.get_by_role("button", name="Open it").click()
    page.wait_for_url(re.compile("/w/"))
    workflow_id = page.url.rpartition("/w/")[2].partition("?")[0]
    made = owner.get(f"/api/v1/workflows/{workflow_id}").json()["document"]
    (request,) = [node for node in made["nodes"].values() if node["type"] == "http.request"]
    assert request["params"]["url"] == "https://api.example.com/orders"


@pytest.mark.parametrize("number", range(3))
def test_every_template_runs_without_a_credential(page, owner, number):
    page.goto("/workflows")
    page.get_by_role("button", name="New workflow").click()
    dialog = page.get_by_role("dialog")
    # Without any workflow yet, the page behind the dialog offers the same templates.
    card = dialog.get_by_role("list", name="Templates").get_by_role("button").nth(number)
    name = card.locator("span").first.inner_text()
    card.click()
    page.wait_for_url(re.compile("/w/"))
    workflow_id = page.url.rpartition("/w/")[2].partition("?")[0]
    body = {"mode": "sync", "version": "draft"}
    answer = owner.post(f"/api/v1/workflows/{workflow_id}/executions", json=body)
    assert answer.json()["status"] == "succeeded", (name, answer.text)


def test_a_workflow_is_made_by_keyboard_alone(page, owner):
    page.goto("/workflows")
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Made by keys")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/w/"))
    names = [each["name"] for each in owner.get("/api/v1/workflows").json()["workflows"]]
    assert "Made by keys" in names
