"""Lists as people need them: sorted, ticked off, and with who uses what."""

import time

import pytest
from api_people import document
from server_process import wait_until


def pages(owner, path: str, key: str, **params) -> list[dict]:
    """All entries of a list, two at a time."""
    found, cursor = [], None
    while True:
        wanted = {**params, "limit": 2, **({"cursor": cursor} if cursor else {})}
        answer = owner.get(f"/api/v1{path}", params=wanted)
        assert answer.status_code == 200, answer.text
        found += answer.json()[key]
        cursor = answer.json()["next"]
        if cursor is None:
            return found


@pytest.fixture(scope="module")
def made(owner) -> list[dict]:
    """Workflows that were made in the order b, c, a."""
    found = []
    for name in ("b", "c", "a"):
        wanted = {"document": document(f"sorted {name}"), "folder": "sorted"}
        answer = owner.post("/api/v1/workflows", json=wanted)
        assert answer.status_code == 201, answer.text
        found.append(answer.json())
    return found


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", "abc"),
        ("-name", "cba"),
        ("updated_at", "bca"),
        ("-updated_at", "acb"),
        ("created_by", "bca"),
        ("-created_by", "acb"),
    ],
)
def test_workflows_are_sorted(owner, made, sort, order) -> None:
    found = pages(owner, "/workflows", "workflows", folder="sorted", sort=sort)
    assert [workflow["name"] for workflow in found] == [f"sorted {name}" for name in order]
    assert {workflow["created_by"] for workflow in found} == {"owner@example.org"}


def test_workflows_are_listed_by_their_ids(owner, made) -> None:
    def names(*ids: str) -> list[str]:
        answer = owner.get("/api/v1/workflows", params={"id": list(ids)})
        assert answer.status_code == 200, answer.text
        return [workflow["name"] for workflow in answer.json()["workflows"]]

    unknown = "00000000-0000-7000-8000-000000000000"
    assert names(made[0]["id"], made[2]["id"], unknown) == ["sorted a", "sorted b"]
    assert names(unknown) == []
    many = {"id": [unknown] * 101}
    assert owner.get("/api/v1/workflows", params=many).status_code == 422


def test_a_cursor_of_another_order_is_refused(owner, made) -> None:
    first = owner.get("/api/v1/workflows", params={"sort": "updated_at", "limit": 1}).json()
    wrong = owner.get("/api/v1/workflows", params={"sort": "name", "cursor": first["next"]})
    assert wrong.status_code == 422
    assert wrong.json()["problems"][0]["code"] == "INVALID_CURSOR"


def test_executions_are_sorted_by_start_and_duration(owner, made) -> None:
    url = f"/api/v1/workflows/{made[0]['id']}/executions"
    for _ in range(5):
        answer = owner.post(url, json={"mode": "sync", "version": "draft"})
        assert answer.json()["status"] == "succeeded", answer.text

    def listed(sort: str) -> list[dict]:
        wanted = {"workflow_id": made[0]["id"], "sort": sort}
        return pages(owner, "/executions", "executions", **wanted)

    started = [execution["number"] for execution in listed("created_at")]
    assert started == sorted(started)
    assert len(started) == 5
    assert [execution["number"] for execution in listed("-created_at")] == started[::-1]
    longest = [execution["duration_ms"] for execution in listed("-duration_ms")]
    assert longest == sorted(longest, reverse=True)
    assert [execution["duration_ms"] for execution in listed("duration_ms")] == longest[::-1]
    assert owner.get("/api/v1/executions", params={"sort": "trigger"}).status_code == 422


def test_an_execution_is_found_by_its_number_and_its_id(owner, made) -> None:
    url = f"/api/v1/workflows/{made[1]['id']}/executions"
    first, second = (
        owner.post(url, json={"mode": "sync", "version": "draft"}).json() for _ in range(2)
    )

    def named(name: str, **more) -> list[str]:
        answer = owner.get("/api/v1/executions", params={"named": name, **more})
        assert answer.status_code == 200, answer.text
        return [execution["id"] for execution in answer.json()["executions"]]

    assert named(str(first["number"])) == named(f"#{first['number']}") == [first["id"]]
    assert named(second["id"]) == [second["id"]]
    # Ids begin with the time: those of the same minute begin alike.
    assert {first["id"]} <= set(named(first["id"][:13])) <= {first["id"], second["id"]}
    assert named(first["id"], status="succeeded", workflow_id=made[1]["id"]) == [first["id"]]
    assert named(first["id"], status="failed") == []
    assert named(first["id"], workflow_id=made[0]["id"]) == []
    assert named(first["id"], trigger="start") == [first["id"]]
    assert named(first["id"], trigger="other") == []
    assert named("999999999999999999") == []
    assert named(first["id"], sort="-duration_ms") == [first["id"]]
    counted = owner.get("/api/v1/executions/histogram", params={"named": first["id"]}).json()
    assert counted["total"] == 1
    for wrong in ("#", "0193ab", "%", "0193abcd%", first["id"] + "0"):
        answer = owner.get("/api/v1/executions", params={"named": wrong})
        assert answer.status_code == 422, wrong


def test_a_security_event_is_acknowledged(owner, people) -> None:
    wrong = {"email": "owner@example.org", "password": "wrong"}
    with people.server.client() as stranger:
        assert stranger.post("/api/v1/session", json=wrong).status_code == 401

    def refused(**params) -> list[dict]:
        return pages(owner, "/security_events", "entries", event_type="SIGN_IN_REFUSED", **params)

    (event,) = wait_until(refused)
    assert event["acknowledged"] is None
    assert [found["seq"] for found in refused(ack=False)] == [event["seq"]]
    url = "/api/v1/security_events/acknowledge"
    answer = owner.post(url, json={"seqs": [event["seq"]], "note": "it was me"})
    assert answer.status_code == 200, answer.text
    (changed,) = answer.json()
    assert changed["acknowledged"]["note"] == "it was me"
    assert changed["acknowledged"]["by"] == owner.get("/api/v1/session").json()["email"]
    assert changed["acknowledged"]["at"] >= event["at"]
    assert {**changed, "acknowledged": None} == event
    assert refused(ack=False) == []
    assert refused(ack=True) == refused() == [changed]
    again = owner.post(url, json={"seqs": [event["seq"]], "note": "no, me"}).json()
    assert again == [changed]
    missing = owner.post(url, json={"seqs": [event["seq"], 10**9]})
    assert missing.status_code == 404
    (entry, _) = owner.get("/api/v1/audit", params={"action": "security_event.acknowledge"}).json()[
        "entries"
    ]
    assert entry["subject"] == str(event["seq"])


def test_security_events_are_counted_over_time(owner, people) -> None:
    begin = time.time_ns() // 1000
    wrong = {"email": "owner@example.org", "password": "wrong"}
    with people.server.client() as stranger:
        assert stranger.post("/api/v1/session", json=wrong).status_code == 401
    named = {"event_type": "SIGN_IN_REFUSED", "severity": "medium"}

    def refused() -> list[dict]:
        wanted = {**named, "created_from": begin}
        return owner.get("/api/v1/security_events", params=wanted).json()["entries"]

    (event,) = wait_until(refused)
    before = {**named, "created_before": begin}
    older = owner.get("/api/v1/security_events", params=before).json()["entries"]
    assert event["seq"] not in {entry["seq"] for entry in older}
    url = "/api/v1/security_events/histogram"
    end = begin + 3_600_000_000
    wanted = {**named, "from": begin - 3_600_000_000, "to": end, "parts": 2}
    counted = owner.get(url, params=wanted).json()
    assert counted["parts"][1]["counts"] == {"medium": 1}
    assert (
        counted["total"]
        == counted["counts"]["medium"]
        == 1 + counted["parts"][0]["counts"].get("medium", 0)
    )
    assert owner.get(url, params={**wanted, "severity": "critical"}).json()["total"] == 0
    assert owner.get(url, params={**wanted, "ack": True, "from": begin}).json()["total"] == 0
    assert owner.get(url, params={"from": 5, "to": 5}).status_code == 422


def test_a_credential_says_who_uses_it_and_when(owner) -> None:
    url = "/api/v1/credentials/counted"
    wanted = {"type": "bearer", "values": {"token": "some-token"}, "hosts": ["127.0.0.1"]}
    saved = owner.put(url, json=wanted)
    assert saved.status_code == 200, saved.text
    assert saved.json()["used_by"] == 0
    assert saved.json()["last_used_at"] is None
    draft = document("user of a credential")
    draft["nodes"]["ask"] = {
        "type": "http.request",
        "params": {"url": "http://127.0.0.1:1/"},
        "credential": "counted",
    }
    draft["edges"] = ["start -> set", "set -> ask"]
    workflow = owner.post("/api/v1/workflows", json={"document": draft}).json()
    shown = owner.get(url).json()
    assert shown["used_by"] == 1
    assert shown["workflows"] == [{"id": workflow["id"], "name": "user of a credential"}]
    (listed,) = (c for c in owner.get("/api/v1/credentials").json() if c["name"] == "counted")
    assert listed["used_by"] == 1
    body = {"mode": "sync", "version": "draft"}
    owner.post(f"/api/v1/workflows/{workflow['id']}/executions", json=body)
    assert wait_until(lambda: owner.get(url).json()["last_used_at"])
    draft["nodes"].pop("ask")
    draft["edges"].pop()
    owner.patch(
        f"/api/v1/workflows/{workflow['id']}",
        json={"document": draft},
        headers={"if-match": "*"},
    )
    assert owner.get(url).json()["used_by"] == 0


def test_a_credential_that_somebody_else_changed_is_not_overwritten(owner) -> None:
    url = "/api/v1/credentials/contested"
    wanted = {"type": "bearer", "values": {"token": "first-token"}, "hosts": ["a.example.org"]}
    etag = owner.put(url, json=wanted).headers["etag"]
    assert owner.get(url).headers["etag"] == etag
    changed = wanted | {"hosts": ["b.example.org"]}
    second = owner.put(url, json=changed, headers={"if-match": etag})
    assert second.status_code == 200
    assert second.headers["etag"] != etag
    for late in (
        owner.put(url, json=wanted, headers={"if-match": etag}),
        owner.delete(url, headers={"if-match": etag}),
    ):
        assert late.status_code == 412
        assert late.json()["code"] == "PRECONDITION_FAILED"
        assert late.json()["credential"]["hosts"] == ["b.example.org"]
        assert "first-token" not in late.text
    assert owner.delete(url, headers={"if-match": second.headers["etag"]}).status_code == 204
    gone = owner.put(url, json=wanted, headers={"if-match": etag})
    assert gone.status_code == 412
    assert gone.json()["credential"] is None


def test_how_a_test_of_a_credential_went_stays_with_it(owner) -> None:
    url = "/api/v1/credentials/tried"
    end = 1_900_000_000_000_000
    wanted = {"type": "bearer", "values": {"token": "some-token"}, "hosts": ["127.0.0.1:1"]}
    saved = owner.put(url, json=wanted | {"expires_at": end}).json()
    assert (saved["tested"], saved["expires_from"]) == (None, "person")
    assert saved["expires_at"].startswith("2030-03-17T17:46:40")
    trial = owner.post(f"{url}/test").json()
    assert trial["works"] is False

    def listed() -> dict:
        (found,) = (c for c in owner.get("/api/v1/credentials").json() if c["name"] == "tried")
        return found

    shown = owner.get(url)
    assert shown.json()["tested"] == listed()["tested"]
    assert listed()["tested"]["works"] is False
    assert listed()["tested"]["text"] == trial["text"]
    assert listed()["tested"]["at"] >= saved["updated_at"]
    assert listed()["expires_at"] == saved["expires_at"]
    # A test changes nothing of what somebody may be changing: the ETag is still good.
    match = {"if-match": shown.headers["etag"]}
    changed = owner.put(url, json=wanted, headers=match).json()
    assert (changed["tested"], changed["expires_at"], changed["expires_from"]) == (None, None, None)
    assert owner.put(url, json=wanted | {"expires_at": -1}, headers=match).status_code == 422
