"""Workflow files and a server: push, pull, diff, and a server whose files are the source."""

import json

import pytest
from api_people import People
from command_process import Command
from server_process import ServerProcess, wait_until

HELLO = """
tidegate: 1
name: hello
nodes:
  start: {type: trigger.manual}
  set: {type: data.set, params: {fields: {to: "{{ vars.name }}"}}}
edges: [start -> set]
"""


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "flows"
    (folder / "sales").mkdir(parents=True)
    (folder / "sales" / "hello.yaml").write_text(HELLO)
    (folder / "environments").mkdir()
    (folder / "environments" / "prod.yaml").write_text(
        "variables: {name: Ana}\n"
        "credentials:\n"
        "  crm: {type: bearer, values: {token: {$env: CRM_TOKEN}}, hosts: [api.example.org]}\n"
    )
    return folder


def run(people, tmp_path, *arguments, code=0):
    environment = {
        "TIDEGATE_REMOTE_URL": people.server.url,
        "TIDEGATE_REMOTE_KEY": people.owner.key,
        "TIDEGATE_REFERENCES_ENVIRONMENT": "CRM_*",
        "CRM_TOKEN": "a-secret-of-prod",
    }
    command = Command(tmp_path / "client", *arguments, "--json", **environment)
    assert command.wait() == code, command.text()
    return json.loads(command.stdout())


def test_files_go_to_a_server_and_come_back(people, owner, files, tmp_path) -> None:
    differing = run(people, tmp_path, "diff", str(files), code=1)
    assert [change["kind"] for change in differing["changes"]] == ["create"]
    pushed = run(people, tmp_path, "push", str(files), "--env", "prod")
    assert pushed["done"] and pushed["values"] == 2
    assert run(people, tmp_path, "push", str(files), "--env", "prod")["values"] == 2
    (found,) = owner.get("/api/v1/workflows", params={"q": "hello"}).json()["workflows"]
    assert found["is_active"] and found["folder"] == "sales"
    url = f"/api/v1/workflows/{found['id']}"
    ran = owner.post(f"{url}/executions", json={"mode": "sync"}).json()
    assert ran["items"][0]["to"] == "Ana"
    credential = owner.get("/api/v1/credentials/crm")
    assert credential.status_code == 200 and "a-secret-of-prod" not in credential.text
    assert run(people, tmp_path, "diff", str(files))["changes"][0]["kind"] == "same"

    document = owner.get(url).json()["document"] | {"description": "changed in the browser"}
    changed = owner.patch(url, json={"document": document}, headers={"if-match": "*"})
    assert changed.status_code == 200
    differing = run(people, tmp_path, "diff", str(files), code=1)
    assert [d["path"] for d in differing["changes"][0]["differences"]] == ["description"]
    pulled = run(people, tmp_path, "pull", str(files))
    assert pulled["written"] == [str(files / "sales" / "hello.yaml")]
    assert "changed in the browser" in (files / "sales" / "hello.yaml").read_text()

    (files / "sales" / "hello.yaml").unlink()
    looked = run(people, tmp_path, "push", str(files), "--prune", "--preview")
    assert not looked["done"] and looked["changes"][0]["kind"] == "delete"
    assert owner.get(url).status_code == 200
    run(people, tmp_path, "push", str(files), "--prune")
    assert owner.get(url).status_code == 404


def test_a_server_runs_the_files_of_a_folder(tmp_path, files) -> None:
    server = ServerProcess(tmp_path / "data", "--workflows", str(files))
    try:
        owner = People(server).owner.client
        (found,) = owner.get("/api/v1/workflows").json()["workflows"]
        assert found["is_file"] and found["is_active"] and found["folder"] == "sales"
        url = f"/api/v1/workflows/{found['id']}"
        any_ = {"if-match": "*"}
        refused = owner.patch(url, json={"folder": "x"}, headers=any_)
        assert refused.status_code == 409 and "hello.yaml" in refused.json()["detail"]
        assert owner.post(f"{url}/executions", json={"mode": "sync"}).json()["status"] == "failed"

        path = files / "sales" / "hello.yaml"
        path.write_text(HELLO.replace("vars.name", "'you'"))
        published = found["published_hash"]
        wait_until(lambda: owner.get(url).json()["published_hash"] != published)
        ran = owner.post(f"{url}/executions", json={"mode": "sync"}).json()
        assert ran["items"][0]["to"] == "you"
        path.write_text("tidegate: 1\nname: broken")
        (files / "second.yaml").write_text(HELLO.replace("hello", "second"))
        wait_until(lambda: len(owner.get("/api/v1/workflows").json()["workflows"]) == 2)
        assert owner.get(url).json()["is_active"], "the version before the mistake goes on"
        path.unlink()
        wait_until(lambda: owner.get(url).status_code == 404)
        path.write_text(HELLO)
        wait_until(lambda: owner.get(url).status_code == 200)
    finally:
        server.kill()
