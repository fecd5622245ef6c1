"""Workflows over the API: drafts, ETags, versions, copies, files."""

from api_people import document


def create(owner, name, **fields):
    answer = owner.post("/api/v1/workflows", json={"document": document(name, **fields)})
    assert answer.status_code == 201, answer.text
    return answer


def test_a_workflow_is_created_changed_published_and_compared(owner) -> None:
    made = create(owner, "life of a workflow")
    workflow, etag = made.json(), made.headers["etag"]
    url = f"/api/v1/workflows/{workflow['id']}"
    assert workflow["problems"] == []
    first = owner.post(f"{url}/publish", json={"note": "first"}, headers={"if-match": etag})
    assert first.status_code == 200, first.text
    assert first.json()["number"] == 1
    etag = owner.get(url).headers["etag"]
    changed = document("life of a workflow")
    changed["nodes"]["set"]["params"]["fields"]["n"] = 7
    answer = owner.patch(
        url, json={"document": changed, "tags": ["a", "b"]}, headers={"if-match": etag}
    )
    assert answer.status_code == 200
    assert answer.json()["tags"] == ["a", "b"]
    differences = owner.get(f"{url}/diff", params={"before": "1"}).json()["differences"]
    assert differences == [
        {
            "path": "nodes.set.params.fields.n",
            "kind": "changed",
            "before": "{{ 20 + 1 }}",
            "after": 7,
        }
    ]
    second = owner.post(
        f"{url}/publish", json={}, headers={"if-match": answer.headers["etag"]}
    ).json()
    assert second["number"] == 2
    versions = owner.get(f"{url}/versions", params={"limit": 1}).json()
    assert [version["number"] for version in versions["versions"]] == [2]
    rest = owner.get(f"{url}/versions", params={"cursor": versions["next"]}).json()
    assert [version["note"] for version in rest["versions"]] == ["first"]
    old = owner.get(f"{url}/versions/1").json()
    assert old["document"]["nodes"]["set"]["params"]["fields"]["n"] == "{{ 20 + 1 }}"
    assert owner.post(f"{url}/unpublish", headers={"if-match": "*"}).status_code == 204
    assert owner.get(url).json()["published_hash"] is None


def test_a_change_of_what_somebody_else_changed_is_refused(owner) -> None:
    made = create(owner, "two people")
    url, etag = f"/api/v1/workflows/{made.json()['id']}", made.headers["etag"]
    assert owner.patch(url, json={"folder": "a"}).status_code == 428
    assert owner.patch(url, json={"folder": "a"}, headers={"if-match": etag}).status_code == 200
    late = owner.patch(url, json={"folder": "b"}, headers={"if-match": etag})
    assert late.status_code == 412
    assert late.headers["content-type"] == "application/problem+json"
    assert late.json()["code"] == "PRECONDITION_FAILED"
    assert f'"{late.json()["revision"]}"' == owner.get(url).headers["etag"]
    assert late.json()["document"] == owner.get(url).json()["document"]
    assert owner.delete(url, headers={"if-match": etag}).status_code == 412
    assert owner.get(url).json()["folder"] == "a"


def test_a_draft_may_be_unfinished_but_can_not_be_published(owner) -> None:
    draft = document("unfinished")
    draft["nodes"]["set"] = {"type": "http.request"}
    made = owner.post("/api/v1/workflows", json={"document": draft})
    assert made.status_code == 201
    assert any(problem["node"] == "set" for problem in made.json()["problems"])
    url = f"/api/v1/workflows/{made.json()['id']}"
    answer = owner.post(f"{url}/publish", json={}, headers={"if-match": "*"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "WORKFLOW_INVALID"
    assert answer.json()["problems"]
    broken = owner.post("/api/v1/workflows", json={"document": {"nodes": 7}})
    assert broken.status_code == 422


def test_names_are_unique_until_the_workflow_is_deleted(owner) -> None:
    made = create(owner, "the only one")
    again = owner.post("/api/v1/workflows", json={"document": document("the only one")})
    assert again.status_code == 409
    url = f"/api/v1/workflows/{made.json()['id']}"
    copy = owner.post(f"{url}/duplicate", json={"name": "the second one"})
    assert copy.status_code == 201
    assert copy.json()["document"]["name"] == "the second one"
    assert owner.delete(url, headers={"if-match": "*"}).status_code == 204
    assert owner.get(url).status_code == 404
    create(owner, "the only one")


def test_a_workflow_file_goes_out_and_in(owner) -> None:
    made = create(owner, "as a file").json()
    text = owner.get(f"/api/v1/workflows/{made['id']}/export").text
    assert text.startswith("tidegate: 1\n")
    text = text.replace("as a file", "from a file")
    answer = owner.post("/api/v1/workflows/import", json={"text": text})
    assert answer.status_code == 201
    assert answer.json()["document"]["nodes"] == made["document"]["nodes"]


def test_workflows_are_listed_page_by_page_and_filtered(owner) -> None:
    for number in range(5):
        answer = owner.post(
            "/api/v1/workflows",
            json={
                "document": document(f"page {number}"),
                "folder": "pages/deep" if number % 2 else "pages",
                "tags": ["odd" if number % 2 else "even"],
            },
        )
        assert answer.status_code == 201
    found, cursor = [], None
    while True:
        page = owner.get(
            "/api/v1/workflows",
            params={"folder": "pages", "limit": 2, **({"cursor": cursor} if cursor else {})},
        ).json()
        found += [workflow["name"] for workflow in page["workflows"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [f"page {number}" for number in range(5)]
    odd = owner.get("/api/v1/workflows", params={"tag": "odd"}).json()["workflows"]
    assert [workflow["name"] for workflow in odd] == ["page 1", "page 3"]
    deep = owner.get("/api/v1/workflows", params={"folder": "pages/deep", "q": "GE 3"}).json()
    assert [workflow["name"] for workflow in deep["workflows"]] == ["page 3"]
    assert owner.get("/api/v1/workflows", params={"cursor": "nonsense"}).status_code == 422


def test_a_document_is_validated_without_being_stored(owner) -> None:
    wrong = document("nowhere")
    wrong["edges"] = ["start -> nobody"]
    answer = owner.post("/api/v1/workflows/validate", json={"document": wrong})
    assert "UNKNOWN_NODE" in {problem["code"] for problem in answer.json()["problems"]}
    listed = owner.get("/api/v1/workflows", params={"q": "nowhere"}).json()
    assert listed["workflows"] == []


def test_validation_reports_everything_at_once(owner) -> None:
    wrong = document("many mistakes")
    wrong["nodes"]["typeless"] = {"params": {}}
    wrong["nodes"]["set"]["params"]["fields"] = {"n": "{{ nonsense }}"}
    wrong["nodes"]["start"]["colour"] = "red"
    wrong["edges"] = [*wrong["edges"], "start -> nobody", "set -> typeless"]
    answer = owner.post("/api/v1/workflows/validate", json={"document": wrong})
    assert answer.status_code == 200, answer.text
    found = {(problem["code"], problem["node"]) for problem in answer.json()["problems"]}
    codes = [code for code, _ in found]
    assert {"MISSING", "UNKNOWN_NODE", "EXPRESSION_SYNTAX", "UNKNOWN_KEY"} <= set(codes), found
    assert "UNKNOWN_NODE_TYPE" not in codes
    nothing = owner.post("/api/v1/workflows/validate", json={"document": {"nodes": 1}})
    assert nothing.status_code == 200
    assert nothing.json()["problems"]


def test_a_request_with_an_idempotency_key_is_done_once(owner) -> None:
    body = {"document": document("only once")}
    headers = {"idempotency-key": "k1"}
    first = owner.post("/api/v1/workflows", json=body, headers=headers)
    again = owner.post("/api/v1/workflows", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = owner.post("/api/v1/workflows", json={"document": document("other")}, headers=headers)
    assert other.status_code == 422
    assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_node_types_parameters_and_expressions(owner) -> None:
    types = {entry["name"]: entry for entry in owner.get("/api/v1/node_types").json()}
    assert {"data.set", "http.request", "trigger.manual"} <= set(types)
    assert types["flow.if"]["fixed_ports"]
    assert not types["flow.switch"]["fixed_ports"]
    assert not types["flow.merge"]["fixed_ports"]
    details = owner.get("/api/v1/node_types/data.limit").json()
    assert "max_items" in details["params"]["properties"]
    assert details["examples"]
    assert owner.get("/api/v1/node_types/data.nothing").status_code == 404
    wrong = owner.post(
        "/api/v1/node_types/data.limit/validate", json={"params": {"max_items": "many"}}
    ).json()
    assert [problem["parameter"] for problem in wrong["problems"]] == ["max_items"]
    rules = {"rules": [{"output": "large", "condition": "{{ json.total > 100 }}"}]}
    switch = owner.post("/api/v1/node_types/flow.switch/validate", json={"params": rules}).json()
    assert switch == {"problems": [], "inputs": ["main"], "outputs": ["large", "fallback"]}

    def preview(expression):
        body = {"expression": expression, "roots": {"json": {"name": "Ada"}}}
        return owner.post("/api/v1/expressions/preview", json=body).json()

    assert preview("{{ json.name.upper() }}") == {"value": "ADA", "error": None}
    assert preview("Dear {{ json.name }}, {{ 1 + 1 }}")["value"] == "Dear Ada, 2"
    assert preview("json.nme")["error"]["code"] == "EXPRESSION_ERROR"
    assert preview("[x for x in range(10**9)]")["error"]["code"] == "EXPRESSION_LIMIT"
    assert preview("lambda: 1")["error"]["code"] == "EXPRESSION_REJECTED"


def test_a_curl_command_becomes_a_node_without_its_secrets(owner) -> None:
    command = "curl https://shop.example/orders -H 'Authorization: Bearer s3cr3t-t0ken'"
    made = owner.post("/api/v1/node_types/from_curl", json={"text": command}).json()
    assert made["node"]["type"] == "http.request"
    assert made["node"]["params"]["url"] == "https://shop.example/orders"
    assert made["credential"] is not None
    assert "s3cr3t" not in str(made)
    wrong = owner.post("/api/v1/node_types/from_curl", json={"text": "wget x"})
    assert wrong.status_code in (400, 422)
