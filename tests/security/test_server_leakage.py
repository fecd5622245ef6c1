"""testCredentialLeakage over HTTP: a server, its people, its answers and its live stream.

Secrets are planted by the API in credentials of every type. They are used in every way that fails
and by nodes of every type; then all that the server answered, streamed, wrote and stored is
searched. What people sign in with is a secret as well.
"""

import json
import threading

import pytest
from api_people import PASSWORD, People
from canaries import ASCII, CREDENTIALS, PATHS, WIDE, WORD, echo_server, leaks
from certificates import Authority
from server_process import ServerProcess, wait_until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tidegate.credentials.types import TYPES
from tidegate.registry import BUILTIN_NODES, load_registry

ENDED = {"succeeded", "failed", "cancelled", "crashed"}


@pytest.fixture
def echo():
    with echo_server() as running:
        yield running


@pytest.fixture
def server(tmp_path, echo):
    address = f"127.0.0.1:{echo.server_port}"
    process = ServerProcess(
        tmp_path / "data",
        TIDEGATE_LOG_LEVEL="debug",
        TIDEGATE_EGRESS_ALLOW=f"{address},127.0.0.1/32:1",
        TIDEGATE_STORAGE_SPILL_THRESHOLD="2000",
        TIDEGATE_FILE_ROOTS=str(tmp_path / "files"),
    )
    (tmp_path / "files").mkdir()
    yield process
    process.kill()


class Kept:
    """Everything that the server said, by where it said it."""

    def __init__(self, server):
        self.server, self.said = server, []

    def client(self, **headers):
        client = self.server.client(headers=headers)
        client.event_hooks["response"].append(self.keep)
        return client

    def keep(self, response):
        response.read()
        head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        self.said.append((str(response.request.url), head.encode() + response.content))

    def follow(self, key, *topics):
        """Keep the frames of topics until the server ends."""
        socket = connect(
            self.server.url.replace("http", "ws", 1) + "/api/v1/stream",
            additional_headers={"authorization": f"Bearer {key}"},
            open_timeout=30,
            proxy=None,
        )
        for number, topic in enumerate(topics):
            socket.send(json.dumps({"op": "sub", "id": number, "topic": topic}))

        def listen():
            try:
                for frame in socket:
                    self.said.append(("stream", frame.encode()))
            except ConnectionClosed:
                pass

        threading.Thread(target=listen, daemon=True).start()
        return socket


def values_of(kind, folder):
    """Planted values, and further lines of them that must be found nowhere."""
    if kind in CREDENTIALS:
        return CREDENTIALS[kind], []
    if kind == "database":
        return {"user": "ada", "password": WIDE % "database"}, []
    if kind == "imap":
        place = {"host": "127.0.0.1", "port": 9, "security": "plain"}
        return {"user": "ada", "password": WIDE % "imap", **place}, []
    if kind == "imap_oauth2":
        place = {"host": "127.0.0.1", "port": 9, "security": "plain"}
        client = {"client_id": "mail", "client_secret": WIDE % "imap-oauth2"}
        return {"user": "ada", **client, **place}, []
    if kind == "none":
        return {}, []
    if kind == "hmac":
        return {"secret": WIDE % "hmac"}, []
    assert kind == "mtls", f"plant a secret for the new type {kind} here"
    Authority(folder).make("client", ["client"])
    key = (folder / "client.key").read_text()
    return {"certificate": (folder / "client.pem").read_text(), "key": key}, [
        line for line in key.splitlines() if len(line) > 30
    ]


def save(client, name, kind, values, address):
    values = dict(values)
    if kind.startswith("oauth2") or kind == "imap_oauth2":
        values["token_url"] = f"http://{address}/token"
    if kind in ("oauth2", "imap_oauth2"):
        values["authorization_url"] = f"http://{address}/authorize"
    body = {"type": kind, "values": values, "hosts": [address]}
    return client.put(f"/api/v1/credentials/{name}", json=body)


def save_wrongly(client, address):
    """What people do wrong is said without what they wrote."""
    secret = ASCII % "wrong"
    for type, values in (
        ("bearer", {"tokn": secret}),
        ("bearer", {"token": [secret]}),
        ("bearer", {"token": secret + "\n" + secret}),
        ("header", {"header": secret, "value": secret}),
        ("basic", {"user": {"a": secret}, "password": 1}),
        ("mtls", {"certificate": secret, "key": secret}),
        ("oauth1", {"consumer_key": "a", "consumer_secret": secret, "signature_method": secret}),
        ("custom", {"headers": {"a b": secret}}),
        ("custom", {"headers": secret}),
    ):
        body = {"type": type, "values": values, "hosts": [address]}
        answer = client.put("/api/v1/credentials/wrong", json=body)
        assert answer.status_code == 422, (type, answer.text)
    for content in (
        json.dumps({"type": "bearer", "values": secret}),
        json.dumps({"type": "bearer", "values": {"token": secret}, "tokn": secret}),
        json.dumps([secret]),
        '{"type": "bearer", "values": {"token": "' + secret,
        secret,
    ):
        headers = {"content-type": "application/json"}
        answer = client.put("/api/v1/credentials/wrong", content=content, headers=headers)
        assert answer.status_code in {400, 422}, answer.text
    body = {"type": "bearer", "values": {"token": {"$env": secret}}}
    assert client.put("/api/v1/credentials/wrong", json=body).status_code == 422
    body = {"email": "owner@example.org", "password": secret}
    assert client.post("/api/v1/session", json=body).status_code == 401
    for header in (f"Bearer {secret}", f"Bearer tg_{secret}", f"Basic {secret}"):
        answer = client.get("/api/v1/workflows", headers={"authorization": header})
        assert answer.status_code == 401


SPECIAL = {
    # Parameters of node types whose first example would not do here.
    "flow.stop": {"message": "{{ 'it said ' + str(json) }}"},
    "flow.wait": {"amount": 0.01, "unit": "seconds"},
    "files.write": {"path": "kept.txt", "format": "text", "text": "{{ str(items[0].json) }}"},
    "sql.write": {"url": "sqlite:a.db", "action": "statement", "statement": "CREATE TABLE t (a)"},
    "sql.query": {
        "url": "sqlite:a.db",
        "statement": "SELECT $1 AS a",
        "params": ["{{ str(json) }}"],
    },
    "code.python": {"code": "print(items[0])\nresult = [1][items[0]['data']['got']]"},
    "code.javascript": {"code": "console.log(items[0]); throw new Error(JSON.stringify(items[0]))"},
    "data.date_time": {"operation": "format", "value": "{{ str(json) }}"},
    "flow.respond": {"respond_with": "json", "body": {"a": "{{ str(json)[0] + 1 }}"}},
    "data.convert": {"operation": "json_to_items", "text": "{{ '[' + str(json) }}"},
}
INPUTS = {"flow.merge": ("main", "input_2"), "data.compare": ("a", "b")}
ELSEWHERE = {
    "http.request": "the nodes that bring the secrets",
    "flow.loop": "needs a circle: below",
    "flow.sub_workflow": "needs another workflow",
}


def workflow(kinds, address):
    nodes = {"start": {"type": "trigger.manual"}}
    edges = []
    for kind in kinds:
        for path in PATHS:
            host = "127.0.0.1:1" if path == "elsewhere" else address
            nodes[f"{kind}_{path}"] = {
                "type": "http.request",
                "credential": kind,
                "params": {
                    "url": f"http://{host}/{kind}/{path}",
                    "method": "POST",
                    "body": {"n": 1},
                    "output": "full",
                },
                "settings": {"on_error": "continue", "retry": {"max_retries": 1, "retry_delay": 1}},
            }
            edges.append(f"start -> {kind}_{path}")
    for type in BUILTIN_NODES:
        if type.startswith("trigger.") or type in ELSEWHERE:
            continue
        id = type.replace(".", "_")
        params = SPECIAL.get(type)
        if params is None:
            params = {name: value for name, value in example_of(type).items() if value is not None}
        nodes[id] = {"type": type, "params": params, "settings": {"on_error": "continue"}}
        inputs = INPUTS.get(type, ("main",))
        sources = ("bearer_echo", "header_echo")
        edges += [f"{source} -> {id}.{name}" for source, name in zip(sources, inputs, strict=False)]
    nodes |= {"loop": {"type": "flow.loop"}, "body": {"type": "flow.no_op"}}
    edges += ["bearer_echo -> loop", "loop.each -> body", "body -> loop.results"]
    settings = {"fallback": {"log_failure_details": True}}
    return {"tidegate": 1, "name": "Leaks", "nodes": nodes, "edges": edges, "settings": settings}


def example_of(type):
    return load_registry().latest(type).examples[0].params


def look_everywhere(client, workflow_id, execution_id):
    """Every address of the API that can be read."""
    found = client.get("/api/v1/openapi.json").json()["paths"]
    values = {"workflow_id": workflow_id, "execution_id": execution_id, "name": "bearer"}
    seen = 0
    for path, methods in found.items():
        if "get" not in methods or path.endswith("/stream/events"):
            continue
        url = path
        for name, value in values.items():
            url = url.replace(f"{{{name}}}", value)
        if "{" not in url:
            params = {"topic": f"exec:{execution_id}", "wait": 0} if "poll" in url else {}
            if url.endswith("/diff"):
                params = {"from": "draft", "to": "draft"}
            seen += client.get(url, params=params).status_code == 200
    details = client.get(f"/api/v1/executions/{execution_id}").json()
    for node in details["nodes"]:
        url = f"/api/v1/executions/{execution_id}/nodes/{node['id']}/items"
        for output in ("main", "error"):
            client.get(url, params={"output": output})
    return seen, details


def test_no_secret_leaves_by_the_api_the_stream_or_what_is_stored(server, echo, tmp_path):
    kept, address = Kept(server), f"127.0.0.1:{echo.server_port}"
    people = People(server)
    viewer = people.join("viewer")
    owner = kept.client(authorization=f"Bearer {people.owner.key}")
    stream = kept.follow(people.owner.key, "network", "security", "executions")

    derived = []
    for kind in TYPES:
        values, lines = values_of(kind, tmp_path)
        derived += lines
        answer = save(owner, kind, kind, values, address)
        assert answer.status_code == 200, (kind, answer.text)
    save_wrongly(owner, address)
    for kind in TYPES:
        answer = owner.post(f"/api/v1/credentials/{kind}/test")
        assert answer.status_code == (422 if kind == "database" else 200), answer.text

    document = workflow(
        [kind for kind in TYPES if TYPES[kind].is_for_http and kind != "none"], address
    )
    assert {node["type"] for node in document["nodes"].values()} | set(ELSEWHERE) >= {
        type for type in BUILTIN_NODES if not type.startswith("trigger.")
    }
    made = owner.post("/api/v1/workflows", json={"document": document})
    assert made.status_code == 201, made.text
    url = f"/api/v1/workflows/{made.json()['id']}"
    answer = owner.post(f"{url}/publish", json={}, headers={"if-match": "*"})
    assert answer.status_code == 200, answer.text
    answer = owner.post(f"{url}/executions", json={"data": {"a": 1}})
    id = answer.json()["id"]
    stream.send(json.dumps({"op": "sub", "id": 9, "topic": f"exec:{id}"}))

    def ended():
        found = owner.get(f"/api/v1/executions/{id}").json()
        return found["status"] in ENDED

    wait_until(ended, 240)
    seen, details = look_everywhere(owner, made.json()["id"], id)
    assert seen >= 15
    look_everywhere(kept.client(authorization=f"Bearer {viewer.key}"), made.json()["id"], id)
    status = {node["id"]: node["status"] for node in details["nodes"]}
    assert status["bearer_echo"] == status["query_pieces"] == "succeeded"
    assert status["bearer_fail"] == "failed"
    assert status["flow_stop"] == status["code_python"] == "failed"
    arrived = "".join(got for _, got in echo.seen)
    assert (ASCII % "bearer") in arrived

    server.stop()
    stream.close()
    secrets = [PASSWORD, people.owner.key, viewer.key, people.owner.client.cookies.jar]
    cookies = [cookie.value for cookie in secrets.pop()]
    assert cookies
    secrets += [*cookies, server.ready["setup_url"].partition("#")[2]]
    data = server.data_dir
    places = {str(file): file.read_bytes() for file in data.rglob("*") if file.is_file()}
    places["output"] = server.command.text().replace(server.ready["setup_url"], "").encode()
    assert any("/outputs/" in place for place in places), "nothing was spilled"
    assert len([1 for place, _ in kept.said if place == "stream"]) > 10
    assert any(b"***" in said for _, said in kept.said)
    found = {place: leaks(shown, [*derived, *secrets]) for place, shown in places.items()}
    assert {place: shown for place, shown in found.items() if shown} == {}
    leaked = [
        (place, shown) for place, said in kept.said if (shown := leaks(said, [*derived, *secrets]))
    ]
    assert leaked == []
    assert WORD.encode() not in b"".join(places.values())
