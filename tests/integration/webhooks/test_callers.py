"""Who may call a webhook: passwords, tokens, signatures, addresses; forgery and replay."""

import base64
import hashlib
import hmac
import threading
import time

import pytest
from webhook_client import hook

SECRET = "a-shared-secret-of-two"


def signed(body: bytes, *, secret=SECRET, at=None, prefix="") -> dict:
    moment = str(int(time.time()) if at is None else at)
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return {"x-timestamp": moment, "x-signature": prefix + mac.hexdigest()}


@pytest.fixture(scope="module")
def events(owner):
    """The rules of the calls that were refused, of one workflow."""

    def rules(workflow):
        answer = owner.get("/api/v1/security_events", params={"limit": 200})
        assert answer.status_code == 200, answer.text
        found = [e for e in answer.json()["entries"] if e["event_type"] == "CALL_REFUSED"]
        return [e["details"]["rule"] for e in found if e["details"]["workflow"] == workflow]

    return rules


@pytest.mark.parametrize(
    ("kind", "values", "right", "wrong"),
    [
        (
            "basic",
            {"user": "ada", "password": "pa:ss wörd"},
            "Basic " + base64.b64encode("ada:pa:ss wörd".encode()).decode(),
            "Basic " + base64.b64encode(b"ada:other").decode(),
        ),
        ("bearer", {"token": "token-of-the-caller"}, "Bearer token-of-the-caller", "Bearer x"),
        ("header", {"header": "X-Key", "value": "key-of-the-caller"}, "key-of-the-caller", "x"),
    ],
)
def test_a_caller_must_know_the_secret(
    publish, client, credential, events, kind, values, right, wrong
) -> None:
    credential(f"caller {kind}", kind, values)
    params = {"path": f"secret-{kind}", "authentication": kind, "respond": "last_node"}
    workflow = publish(hook(f"secret {kind}", params, credential=f"caller {kind}"))
    name = "x-key" if kind == "header" else "authorization"
    path = f"/webhook/secret-{kind}"
    good = client.post(path, headers={name: right})
    assert good.status_code == 200, good.text
    assert name not in good.json()["headers"], "a workflow does not see the secret"
    for headers in ({name: wrong}, {}, {name: ""}, {name: "Digest x"}):
        bad = client.post(path, headers=headers)
        assert (bad.status_code, bad.json()["code"]) == (401, "UNAUTHORIZED")
    if kind != "header":
        assert bad.headers["www-authenticate"].lower().startswith(kind)
    assert len(publish.executions(workflow)) == 1
    assert "webhook.unauthorized" in events(workflow)
    listed = publish.owner.get("/api/v1/security_events").text
    assert wrong not in listed or wrong == "x"


def test_another_secret_counts_soon_after_it_was_changed(publish, client, credential) -> None:
    credential("rotated", "bearer", {"token": "token-number-one"})
    params = {"path": "rotated", "authentication": "bearer"}
    publish(hook("rotated", params, credential="rotated"))
    old = {"authorization": "Bearer token-number-one"}
    assert client.post("/webhook/rotated", headers=old).status_code == 200
    credential("rotated", "bearer", {"token": "token-number-two"})
    deadline = time.monotonic() + 10
    while client.post("/webhook/rotated", headers=old).status_code == 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    new = {"authorization": "Bearer token-number-two"}
    assert client.post("/webhook/rotated", headers=new).status_code == 200


@pytest.fixture(scope="module")
def payments(publish, credential):
    credential("signing", "hmac", {"secret": SECRET})
    signature = {"timestamp_header": "X-Timestamp", "signed": "{timestamp}.{body}"}
    params = {"path": "payments", "authentication": "hmac", "signature": signature}
    return publish(hook("payments", params | {"respond": "last_node"}, credential="signing"))


def test_a_signed_request_is_taken_once(payments, publish, client, events) -> None:
    body = b'{"amount": 1}'
    headers = signed(body) | {"content-type": "application/json"}
    first = client.post("/webhook/payments", content=body, headers=headers)
    assert first.status_code == 200, first.text
    before = len(publish.executions(payments))
    again = client.post("/webhook/payments", content=body, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "REPLAYED")
    upper = headers | {"x-signature": headers["x-signature"].upper()}
    assert client.post("/webhook/payments", content=body, headers=upper).status_code == 409
    assert len(publish.executions(payments)) == before
    assert "webhook.replayed" in events(payments)


def test_of_many_equal_requests_at_once_one_is_taken(payments, server, publish) -> None:
    body, answers = b'{"race": 1}', []
    headers = signed(body)
    before = len(publish.executions(payments))

    def call():
        with server.client() as client:
            answers.append(client.post("/webhook/payments", content=body, headers=headers))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len(publish.executions(payments)) == before + 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda h: h | {"x-signature": "0" * 64}, "SIGNATURE_WRONG"),
        (lambda h: h | signed(b"{}", secret="another secret"), "SIGNATURE_WRONG"),
        (lambda h: h | {"x-timestamp": str(int(h["x-timestamp"]) + 1)}, "SIGNATURE_WRONG"),
        (lambda h: {"x-timestamp": h["x-timestamp"]}, "SIGNATURE_MISSING"),
        (lambda h: {"x-signature": h["x-signature"]}, "TIMESTAMP_MISSING"),
        (lambda h: h | {"x-timestamp": "{body}"}, "TIMESTAMP_MISSING"),
        (lambda _: signed(b"{}", at=time.time()), "TIMESTAMP_MISSING"),
        (lambda _: signed(b"{}", at=int(time.time()) - 400), "TIMESTAMP_OUTSIDE"),
        (lambda _: signed(b"{}", at=int(time.time()) + 400), "TIMESTAMP_OUTSIDE"),
    ],
)
def test_a_forged_request_is_refused_and_on_record(payments, publish, client, change, code) -> None:
    before = len(publish.executions(payments))
    answer = client.post("/webhook/payments", content=b"{}", headers=change(signed(b"{}")))
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert len(publish.executions(payments)) == before


def test_the_signature_is_of_the_bytes_that_came(publish, client, credential) -> None:
    """Of a file too, which is never in memory; as list in one header; without a timestamp."""
    credential("listed", "hmac", {"secret": SECRET})
    signature = {"header": "X-Signed", "key": "v1", "timestamp_key": "t"}
    signature |= {"signed": "{timestamp}.{body}", "encoding": "base64", "algorithm": "sha512"}
    params = {"path": "listed", "authentication": "hmac", "signature": signature, "body": "file"}
    publish(hook("listed", params, credential="listed"))
    body = bytes(range(256)) * 8000
    moment = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha512).digest()
    given = f"t={moment},v1=old,v1={base64.b64encode(mac).decode()}"
    assert client.post("/webhook/listed", content=body, headers={"x-signed": given}).is_success
    other = client.post("/webhook/listed", content=body + b"x", headers={"x-signed": given})
    assert other.status_code == 401
    plain = {"header": "X-Hub", "prefix": "sha256="}
    params = {"path": "plain", "authentication": "hmac", "signature": plain}
    publish(hook("plain", params, credential="listed"))
    mac = hmac.new(SECRET.encode(), b"a=1", hashlib.sha256).hexdigest()
    for _ in range(2):  # nothing says when it was sent: a repeat may be meant
        answer = client.post("/webhook/plain", content=b"a=1", headers={"x-hub": f"sha256={mac}"})
        assert answer.status_code == 200
    bare = client.post("/webhook/plain", content=b"a=1", headers={"x-hub": mac})
    assert bare.status_code == 401, "the prefix belongs to it"


def test_addresses_that_may_not_call(publish, client, events) -> None:
    workflow = publish(hook("far", {"path": "far", "allowed_addresses": ["192.0.2.0/24"]}))
    answer = client.post("/webhook/far", headers={"x-forwarded-for": "192.0.2.7"})
    assert (answer.status_code, answer.json()["code"]) == (403, "ADDRESS_NOT_ALLOWED")
    assert events(workflow) == ["webhook.address_not_allowed"]
    publish(hook("near", {"path": "near", "allowed_addresses": ["127.0.0.0/8", "::1"]}))
    assert client.post("/webhook/near").status_code == 200


def test_a_flood_of_refusals_is_counted_and_not_kept(publish, client, events) -> None:
    workflow = publish(hook("flood", {"path": "flood", "allowed_addresses": ["192.0.2.1"]}))
    for _ in range(30):
        assert client.post("/webhook/flood").status_code == 403
    assert len(events(workflow)) <= 12


def test_a_webhook_without_its_credential_is_not_published(publish, owner, client) -> None:
    open_hook = hook("open", {"path": "open", "authentication": "bearer"})
    refused = publish.try_to_publish(publish.create(open_hook))
    assert [p["code"] for p in refused.json()["problems"]] == ["WEBHOOK_NEEDS_CREDENTIAL"]
    owner.put(
        "/api/v1/credentials/of-another-type",
        json={"type": "hmac", "values": {"secret": SECRET}},
    )
    params = {"path": "other-type", "authentication": "bearer"}
    publish(hook("other type", params, credential="of-another-type"))
    answer = client.post("/webhook/other-type", headers={"authorization": f"Bearer {SECRET}"})
    assert (answer.status_code, answer.json()["code"]) == (500, "WEBHOOK_BROKEN")
    unused = hook("unused", {"path": "unused"}, credential="of-another-type")
    refused = publish.try_to_publish(publish.create(unused))
    assert [p["code"] for p in refused.json()["problems"]] == ["WEBHOOK_IS_OPEN"]
