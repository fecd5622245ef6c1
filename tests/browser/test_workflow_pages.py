"""The pages of one workflow by their addresses: its executions, versions and settings; a new one."""

import itertools

import pytest
from api_people import document, run
from playwright.sync_api import expect

NUMBERS = itertools.count()


@pytest.fixture
def made(owner) -> str:
    """The id of a workflow with two published versions and a draft that differs from both."""
    name = f"Orders {next(NUMBERS)}"
    found = owner.post("/api/v1/workflows", json={"document": document(name)}).json()
    place = f"/api/v1/workflows/{found['id']}"
    for number in (1, 2):
        changed = document(name, description=f"text {number}")
        headers = {"if-match": "*"}
        assert owner.patch(place, json={"document": changed}, headers=headers).is_success
        body = {"note": f"note {number}"}
        assert owner.post(f"{place}/publish", json=body, headers=headers).is_success
    changed = document(name, description="text 3")
    assert owner.patch(place, json={"document": changed}, headers={"if-match": "*"}).is_success
    return found["id"]


def test_versions_are_compared_by_their_address(page, made) -> None:
    page.goto(f"/w/{made}/versions")
    expect(page.get_by_text("text 3", exact=True)).to_be_visible()
    page.get_by_role("navigation", name="Versions").get_by_role("button", name="note 1").click()
    page.wait_for_url("**/versions?diff=1..draft")
    page.goto(f"/w/{made}/versions?diff=1..2")
    row = page.get_by_role("row", name="description")
    expect(row).to_contain_text("text 1")
    expect(row).to_contain_text("text 2")
    page.get_by_role("button", name="To", exact=False).last.click()
    page.get_by_role("option", name="version 1").click()
    expect(page.get_by_text("They do the same.")).to_be_visible()


def test_the_drawing_of_a_comparison_shows_where_nodes_stand_and_what_is_gone(page, owner) -> None:
    nodes = {"start": {"type": "trigger.manual"}, "a": {"type": "flow.no_op"}}
    nodes["b"] = {"type": "flow.no_op"}
    content = {"tidegate": 1, "name": f"Drawn {next(NUMBERS)}", "nodes": nodes}
    edges = ["start -> a", "a -> b"]
    made = owner.post("/api/v1/workflows", json={"document": content | {"edges": edges}}).json()
    place = f"/api/v1/workflows/{made['id']}"
    headers = {"if-match": "*"}
    assert owner.post(f"{place}/publish", json={}, headers=headers).is_success
    changed = content | {"edges": edges[:1]}
    assert owner.patch(place, json={"document": changed}, headers=headers).is_success
    page.goto(f"/w/{made['id']}/versions?diff=1..draft")
    drawing = page.get_by_role("img", name="Drawing")
    expect(drawing.locator("rect")).to_have_count(3)
    boxes = [rect.bounding_box() for rect in drawing.locator("rect").all()]
    assert len({(box["x"], box["y"]) for box in boxes if box is not None}) == 3
    expect(drawing.locator("line")).to_have_count(2)
    expect(drawing.locator("line[stroke-dasharray]")).to_have_count(1)
    expect(page.get_by_text("a -> b", exact=True)).to_be_visible()


def test_a_workflow_without_versions_says_how_to_make_one(page, owner) -> None:
    found = owner.post("/api/v1/workflows", json={"document": document("Fresh")}).json()
    page.goto(f"/w/{found['id']}/versions")
    page.get_by_role("link", name="Open the editor").click()
    page.wait_for_url(f"**/w/{found['id']}")
    expect(page.get_by_role("toolbar", name="Workflow")).to_be_visible()


def test_only_executions_of_the_workflow_are_listed(page, owner) -> None:
    one, other = run(owner, document("One")), run(owner, document("Other"))
    page.goto(f"/w/{one['workflow_id']}/executions")
    table = page.get_by_role("table")
    expect(table.get_by_role("link", name="One")).to_be_visible()
    expect(table.get_by_text(f"#{other['number']}", exact=True)).to_have_count(0)
    page.get_by_role("navigation", name="Pages of the workflow").get_by_text("Settings").click()
    expect(page.get_by_role("heading", name="Settings of the workflow")).to_be_visible()


def test_settings_of_a_workflow_have_an_address_and_save_themselves(page, made, owner) -> None:
    page.goto(f"/w/{made}/settings")
    page.wait_for_url(f"**/w/{made}?panel=settings")
    panel = page.get_by_role("complementary", name="Settings of the workflow")
    panel.get_by_role("textbox", name="Description").fill("Every night")
    panel.get_by_role("textbox", name="Timeout").fill("90")
    panel.get_by_role("textbox", name="Tags").fill("night, sales")
    expect(page.get_by_role("toolbar", name="Workflow").get_by_role("status")).to_contain_text(
        "Saved just now"
    )
    saved = owner.get(f"/api/v1/workflows/{made}").json()
    document = saved["document"]
    assert (document["description"], document["settings"]["timeout"]) == ("Every night", 90)
    assert saved["tags"] == ["night", "sales"]
    # A node takes the place of the panel, also in the address.
    page.locator('[role=option][data-node="start"]').click()
    expect(panel).to_have_count(0)
    page.wait_for_url(f"**/w/{made}?node=start")
    page.get_by_role("button", name="Settings of this workflow").click()
    expect(panel.get_by_role("textbox", name="Timeout")).to_have_value("90")
    expect(panel.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_settings_of_somebody_else_are_never_written_over(page, made, owner, complaints) -> None:
    complaints.allow("412")
    page.goto(f"/w/{made}/settings")
    description = page.get_by_role("textbox", name="Description")
    expect(description).to_have_value("text 3")
    place = f"/api/v1/workflows/{made}"
    theirs = owner.get(place).json()["document"] | {
        "description": "theirs",
        "settings": {"timeout": 30},
    }
    assert owner.patch(place, json={"document": theirs}, headers={"if-match": "*"}).is_success
    description.fill("mine")
    banner = page.get_by_role("alert", name="Somebody else changed this workflow")
    expect(banner.get_by_role("radio")).to_have_count(2)
    expect(banner.get_by_role("group", name="The workflow's description")).to_be_visible()
    banner.get_by_role("radio", name="Theirs").check()
    banner.get_by_role("button", name="Keep these").click()
    expect(description).to_have_value("theirs")
    # What only they changed was taken over without a question.
    expect(page.get_by_role("textbox", name="Timeout")).to_have_value("30")


def test_a_workflow_is_made_from_a_template_by_its_address(page, owner) -> None:
    page.goto("/workflows/new?template=regions&folder=sales")
    page.get_by_role("textbox", name="Name").fill("My regions")
    page.get_by_role("button", name="Make it from").click()
    page.wait_for_url("**/w/*")
    found = owner.get("/api/v1/workflows", params={"q": "My regions"}).json()["workflows"][0]
    assert found["folder"] == "sales"
    assert len(owner.get(f"/api/v1/workflows/{found['id']}").json()["document"]["nodes"]) > 2


def test_a_node_type_is_found_and_read(page) -> None:
    page.goto("/nodes")
    expect(page.get_by_role("region", name="Triggers")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("http request")
    page.wait_for_url("**/nodes?q=http+request")
    types = page.get_by_role("navigation", name="Node types")
    types.get_by_role("link", name="HTTP request").first.click()
    page.wait_for_url("**type=http.request")
    docs = page.get_by_role("region", name="Docs of http.request")
    expect(docs.get_by_role("table", name="Parameters")).to_contain_text("url")
    expect(docs.get_by_role("heading", name="Examples")).to_be_visible()
    page.get_by_role("searchbox").fill("nothing-like-it")
    expect(page.get_by_text("No node type fits")).to_be_visible()
