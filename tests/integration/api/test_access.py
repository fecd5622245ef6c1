"""Who may do what; other sites' pages. tests/security/server/ goes through every route."""

import pytest
from api_people import PASSWORD, document


@pytest.fixture(scope="module")
def others(people):
    return {role: people.join(role) for role in ("admin", "editor", "operator", "viewer")}


def test_each_role_does_what_it_may_in_its_project(people, others, owner) -> None:
    made = owner.post("/api/v1/workflows", json={"document": document("shared")}).json()
    url = f"/api/v1/workflows/{made['id']}"
    expected = {
        "viewer": (200, 403, 403),
        "operator": (200, 202, 403),
        "editor": (200, 202, 200),
        "admin": (200, 202, 200),
    }
    for role, wanted in expected.items():
        with others[role].with_key(people.server) as client:
            found = (
                client.get(url).status_code,
                client.post(f"{url}/executions", json={"version": "draft"}).status_code,
                client.patch(url, json={"folder": role}, headers={"if-match": "*"}).status_code,
            )
            assert found == wanted, role


def test_an_admin_can_not_make_or_change_an_owner(people, others) -> None:
    admin = others["admin"].client
    owner_id = people.owner.user_id
    body = {"email": "second@example.org", "role": "owner"}
    assert admin.post("/api/v1/invitations", json=body).status_code == 403
    assert admin.patch(f"/api/v1/users/{owner_id}", json={"role": "viewer"}).status_code == 403
    assert admin.post(f"/api/v1/users/{owner_id}/password_reset").status_code == 403
    assert admin.delete(f"/api/v1/users/{owner_id}").status_code == 403
    last = people.owner.client.patch(f"/api/v1/users/{owner_id}", json={"disabled": True})
    assert last.status_code == 409


def test_a_page_of_another_site_changes_nothing(people) -> None:
    cookie = people.owner.client.cookies["tidegate_session"]
    body = {"name": "forged"}
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {},
    ):
        with people.server.client(cookies={"tidegate_session": cookie}) as client:
            answer = client.post("/api/v1/projects", json=body, headers=headers)
            assert answer.status_code == 403
            assert answer.json()["code"] == "CROSS_ORIGIN"
            assert client.get("/api/v1/session").status_code == 200


def test_a_key_does_no_more_than_its_scopes_and_never_makes_keys(people) -> None:
    made = people.owner.client.post(
        "/api/v1/api_keys", json={"name": "reader", "scopes": ["workflows:read"]}
    ).json()
    with people.server.client(headers={"authorization": f"Bearer {made['key']}"}) as client:
        assert client.get("/api/v1/workflows").status_code == 200
        assert client.get("/api/v1/users").status_code == 403
        assert client.get("/api/v1/executions").status_code == 403
        assert client.post("/api/v1/api_keys", json={"name": "more"}).status_code == 403
    people.owner.client.delete(f"/api/v1/api_keys/{made['id']}")
    with people.server.client(headers={"authorization": f"Bearer {made['key']}"}) as client:
        assert client.get("/api/v1/workflows").status_code == 401


def test_passwords_can_not_be_guessed_and_links_work_once(people, client) -> None:
    token = people.server.ready["setup_url"].partition("#")[2]
    used = {"token": token, "password": PASSWORD, "email": "late@example.org"}
    assert client.post("/api/v1/links/accept", json=used).status_code == 401
    statuses = [
        client.post(
            "/api/v1/session", json={"email": "guess@example.org", "password": f"guess {n}"}
        )
        for n in range(12)
    ]
    assert statuses[0].status_code == 401
    slowed = [answer for answer in statuses if answer.status_code == 429]
    assert slowed, "the pauses grow"
    assert int(slowed[0].headers["retry-after"]) >= 1


def test_signing_in_gives_a_cookie_that_scripts_do_not_see_and_out_ends_it(people) -> None:
    with people.server.client(headers={"origin": people.server.url}) as client:
        body = {"email": "OWNER@example.org ", "password": PASSWORD}
        answer = client.post("/api/v1/session", json=body)
        assert answer.status_code == 204
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        token = client.cookies["tidegate_session"]
        assert client.delete("/api/v1/session").status_code == 204
        client.cookies.set("tidegate_session", token)
        assert client.get("/api/v1/session").status_code == 401


def test_a_credential_never_shows_its_values_and_reads_nothing_of_the_server(owner) -> None:
    wanted = {
        "type": "bearer",
        "values": {"token": {"$env": "PATH"}},
        "hosts": ["api.example.org"],
    }
    answer = owner.put("/api/v1/credentials/thief", json=wanted)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] == "REFERENCE_NOT_ALLOWED"
    wanted["values"] = {"token": "a-token-that-stays-inside"}
    stored = owner.put("/api/v1/credentials/kept", json=wanted)
    assert stored.status_code == 200
    shown = stored.text + owner.get("/api/v1/credentials/kept").text
    assert "a-token-that-stays-inside" not in shown


def test_a_new_credential_never_takes_the_place_of_another(owner) -> None:
    wanted = {"type": "bearer", "values": {"token": "first"}, "hosts": ["api.example.org"]}
    first = owner.put("/api/v1/credentials/taken", json=wanted)
    wanted["hosts"] = ["other.example.org"]
    refused = owner.put("/api/v1/credentials/taken", json=wanted)
    assert refused.status_code == 409
    assert "there is a credential 'taken' already; choose another name" in refused.json()["detail"]
    assert owner.get("/api/v1/credentials/taken").json()["hosts"] == ["api.example.org"]
    headers = {"if-match": first.headers["etag"]}
    changed = owner.put("/api/v1/credentials/taken", json=wanted, headers=headers)
    assert changed.status_code == 200
    assert changed.json()["hosts"] == ["other.example.org"]
    anyhow = owner.put("/api/v1/credentials/taken", json=wanted, headers={"if-match": "*"})
    assert anyhow.status_code == 200
