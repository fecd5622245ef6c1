"""Forms of a real server: the page, what is wrong with what was written, and what comes of it."""

import re

import pytest
from lxml import html
from webhook_client import hook

SCHEMA = {
    "type": "object",
    "required": ["name", "days", "kind"],
    "properties": {
        "name": {"type": "string", "title": "Your <name>", "minLength": 2, "description": "Full"},
        "days": {"type": "integer", "minimum": 1, "maximum": 30, "default": 5},
        "kind": {"enum": ["paid", "unpaid", 3]},
        "mail": {"type": "string", "format": "email"},
        "why": {"type": "string", "format": "multiline"},
        "half": {"type": "boolean"},
        "with": {"type": "array", "items": {"enum": ["laptop", "phone"]}},
        "note": {"type": "string", "format": "binary"},
    },
}


def form(name, path, schema=SCHEMA, **params):
    document = hook(name, {"path": path, "title": name, "form_schema": schema, **params})
    document["nodes"]["hook"]["type"] = "trigger.form"
    return document


@pytest.fixture(scope="module")
def holiday(publish):
    return publish(form("Ask for a <holiday>", "holiday"))


@pytest.fixture(scope="module")
def ours(server):
    return {"origin": server.url}


def test_the_page_has_a_labelled_field_for_each_property(holiday, client) -> None:
    answer = client.get("/form/holiday")
    assert answer.status_code == 200
    page = html.fromstring(answer.text)
    assert page.xpath("string(//h1)") == "Ask for a <holiday>", "text is text"
    labels = {label.get("for"): label.text_content() for label in page.xpath("//label[@for]")}
    for name in ("name", "days", "kind", "mail", "why", "note"):
        (field,) = page.xpath(f"//*[@name='{name}']")
        assert labels[field.get("id")]
    assert labels["f-name"] == "Your <name>"
    assert "optional" in labels["f-mail"]
    (name,) = page.xpath("//input[@name='name']")
    assert page.get_element_by_id(name.get("aria-describedby")).text == "Full"
    assert page.xpath("//input[@name='days']/@value") == ["5"]
    assert page.xpath("//form/@enctype") == ["multipart/form-data"]
    assert len(page.xpath("//fieldset//input[@type='checkbox']")) == 2


def test_the_page_runs_no_script_and_belongs_to_nobody_else(holiday, client) -> None:
    answer = client.get("/form/holiday")
    (policy,) = answer.headers.get_list("content-security-policy")
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    assert policy.startswith("default-src 'none'")
    assert "script" not in policy
    assert "frame-ancestors 'none'" in policy
    assert f'<style nonce="{nonce}">' in answer.text
    assert "<script" not in answer.text
    assert nonce not in client.get("/form/holiday").text, "a new one each time"
    assert answer.headers["referrer-policy"] == "same-origin", "or no Origin would be sent"


def test_what_was_written_becomes_an_item(holiday, publish, client, ours) -> None:
    written = {"name": " Ada ", "days": "7", "kind": "3", "why": "a\r\nb", "half": "true"}
    answer = client.post(
        "/form/holiday",
        data=written | {"with": ["phone"], "mail": ""},
        files={"note": ("a.txt", b"hello", "text/plain")},
        headers=ours,
    )
    assert answer.status_code == 200, answer.text
    assert "What you sent has arrived" in answer.text
    (execution, *_) = publish.executions(holiday)
    (item,) = publish.items(execution["id"], "hook")
    assert item["json"] == {
        "name": "Ada",
        "days": 7,
        "kind": 3,
        "why": "a\nb",
        "half": True,
        "with": ["phone"],
        "note": "a.txt",
    }
    assert item["files"]["note"]["size"] == 5


def test_what_is_wrong_is_said_at_the_field_and_starts_nothing(
    holiday, publish, client, ours
) -> None:
    before = len(publish.executions(holiday))
    written = {"name": "<b>", "days": "much", "kind": "other", "mail": "x", "with": "car"}
    answer = client.post("/form/holiday", data=written | {"name": "<"}, headers=ours)
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    for name in ("name", "days", "kind", "mail"):
        (field,) = page.xpath(f"//*[@name='{name}']")
        assert field.get("aria-invalid") == "true"
        told = [page.get_element_by_id(id).text for id in field.get("aria-describedby").split()]
        assert told[-1]
    assert page.xpath("//input[@name='name']/@value") == ["<"], "what was written is kept"
    (summary,) = page.xpath("//*[@role='alert']")
    targets = summary.xpath(".//a/@href")
    assert "#f-days" in targets
    assert all(page.get_element_by_id(target[1:]) is not None for target in targets)
    assert page.xpath("string(//title)").startswith("Error: ")
    empty = client.post("/form/holiday", headers=ours)
    assert empty.status_code == 422
    assert empty.text.count("Please fill this in.") >= 3
    assert len(publish.executions(holiday)) == before


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_pages_of_other_sites_can_not_send_it(holiday, publish, client, headers) -> None:
    before = len(publish.executions(holiday))
    written = {"name": "Ada", "days": "7", "kind": "paid"}
    answer = client.post("/form/holiday", data=written, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "CROSS_ORIGIN")
    assert len(publish.executions(holiday)) == before
    json = client.post("/form/holiday", json=written, headers={"origin": str(client.base_url)})
    assert json.status_code in (403, 422)


def test_a_form_with_a_password_an_answer_and_a_draft(
    publish, owner, client, credential, ours
) -> None:
    credential("form people", "basic", {"user": "ada", "password": "of the form"})
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    document = form("asks", "asks", schema, authentication="basic", respond="respond_node")
    document["nodes"]["hook"]["credential"] = "form people"
    reply = {"respond_with": "redirect", "url": "/thanks/{{ json.a }}"}
    document["nodes"]["reply"] = {"type": "flow.respond", "params": reply}
    document["edges"] = ["hook -> reply"]
    workflow = publish.create(document)
    owner.post(f"/api/v1/workflows/{workflow}/listen", json={"once": True})
    asked = client.get("/form-test/asks")
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"].startswith("Basic")
    known = ("ada", "of the form")
    assert client.get("/form-test/asks", auth=known).status_code == 200
    sent = client.post("/form-test/asks", data={"a": "x"}, headers=ours, auth=known)
    assert (sent.status_code, sent.headers.get("location")) == (302, "/thanks/x")
    assert client.get("/form-test/asks", auth=known).status_code == 404, "it listened once"
    assert client.get("/form/asks").status_code == 404
    assert publish.try_to_publish(workflow).status_code == 200
    assert client.get("/form/asks").status_code == 401
    assert client.get("/webhook/asks").status_code == 404, "it is no webhook"


def test_a_schema_without_fields_is_not_published(publish) -> None:
    for schema in (
        {},
        {"properties": {"a": {"type": "object"}}},
        {"properties": {"a": {"type": 7}}},
    ):
        refused = publish.try_to_publish(publish.create(form(f"bad {schema}", "bad", schema)))
        assert refused.status_code == 422, refused.text
        assert refused.json()["problems"][0]["parameter"].startswith("form_schema")
