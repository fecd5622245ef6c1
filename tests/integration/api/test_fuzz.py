"""Whatever is sent to the server, it answers with a problem and lives on."""

import json
import os
import random
import socket
import string
from urllib.parse import urlsplit

import pytest
from api_people import document
from server_process import open_socket
from websockets.exceptions import ConnectionClosed

from tidegate.api.app import openapi_document

LONG = os.environ.get("TIDEGATE_TEST_LONG") == "1"
ROUNDS = 400 if LONG else 8
DOCUMENT = openapi_document()
WITH_BODY = [
    (method, path)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if "requestBody" in operation
]
ODD = [
    None, True, False, 0, -1, 1e308, 2**63, -(2**63) - 1, "", "\x00", "\ud800", "a" * 5000, "{{ 1 }}",
    "../../etc/passwd", [], {}, [[]] * 3, {"": None}, {"__proto__": 1}, {"$env": "HOME"}, "0" * 36,
]  # fmt: skip
BODIES = [
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}" * 1000, b"[" * 100_000, b'{"a":1,"a":2}',
    b"NaN", b'{"a":Infinity}', b'{"a":"\\ud800"}', b'{"a":1e999}', b"\x00", b'{"document":' * 500,
]  # fmt: skip


@pytest.fixture(scope="module")
def ids(owner):
    made = owner.post("/api/v1/workflows", json={"document": document("fuzz")}).json()
    url = f"/api/v1/workflows/{made['id']}/executions"
    execution = owner.post(url, json={"version": "draft", "mode": "sync"}).json()
    return {
        "workflow_id": made["id"],
        "execution_id": execution["id"],
        "name": "data.set",
        "node": "set",
        "version": "draft",
    }


def url_of(path: str, ids: dict[str, str]) -> str:
    for name in string.Formatter().parse(path):
        if name[1]:
            path = path.replace(f"{{{name[1]}}}", ids.get(name[1], ids["workflow_id"]))
    return path


def answers(answer) -> None:
    assert answer.status_code < 500, (answer.request.url, answer.status_code, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"]


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_bodies_that_are_no_bodies_are_refused(people, server, ids, method, path) -> None:
    headers = {"content-type": "application/json", "if-match": "*"}
    with people.owner.with_key(server) as client:
        for body in BODIES:
            answer = client.request(
                method.upper(), url_of(path, ids), content=body, headers=headers
            )
            answers(answer)


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_values_of_other_kinds_are_refused(people, server, ids, method, path) -> None:
    content = DOCUMENT["paths"][path][method]["requestBody"]["content"]["application/json"]
    schema = content["schema"]
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    names = list(schema.get("properties", {}))
    chance = random.Random(f"{method} {path}")
    with people.owner.with_key(server) as client:
        for _ in range(ROUNDS):
            body = {name: chance.choice(ODD) for name in names if chance.random() < 0.7}
            if "timeout" in body:
                body["timeout"] = 0.1
            text = json.dumps(body).encode()
            headers = {"content-type": "application/json", "if-match": chance.choice(["*", '"1"'])}
            answers(
                client.request(method.upper(), url_of(path, ids), content=text, headers=headers)
            )


HEADERS = {
    "authorization": ["", "Bearer", "Bearer \x7f", "Basic xx", "Bearer " + "a" * 6000, "é"],
    "cookie": ["tidegate_session", "tidegate_session=" + "b" * 4000, ";;;=", '="'],
    "if-match": ["", "*, *", '"', 'W/"x"', "9" * 90, '"-1"', "é"],
    "if-none-match": ["*", '"x"', ",,,", "a" * 400],
    "idempotency-key": ["", "k" * 300, "é", " "],
    "content-type": ["text/plain", "application/json; charset=utf-7", "multipart/form-data", ""],
    "content-length": ["99999999999999999999", "-1", "abc"],
    "host": ["", "evil.example", "[::1", "127.0.0.1:99999999", "a" * 5000],
    "origin": ["null", "http://evil.example", "\x01", "http://[", "http://127.0.0.1"],
    "last-event-id": ["x" * 100, ":::", "a:99999999999999999999999"],
    "transfer-encoding": ["chunked", "gzip, chunked", "identity"],
}


def raw(server, request: bytes) -> bytes:
    """The first bytes of what the server says to bytes that no client library sends."""
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as link:
        link.sendall(request)
        link.shutdown(socket.SHUT_WR)
        return link.recv(65536)


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_headers_of_any_kind_are_survived(server, people, ids, name) -> None:
    key = people.owner.key
    for value in HEADERS[name]:
        for method, path in (("GET", "/api/v1/workflows"), ("POST", "/api/v1/workflows/validate")):
            wanted = {"host": urlsplit(server.url).netloc, "authorization": f"Bearer {key}"}
            wanted |= {"content-type": "application/json", name: value}
            lines = "".join(f"{key}: {text}\r\n" for key, text in wanted.items())
            body = "{}" if method == "POST" else ""
            if name not in ("content-length", "transfer-encoding"):
                lines += f"content-length: {len(body)}\r\n"
            said = raw(server, f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body}".encode("latin-1"))
            assert b" 500 " not in said.partition(b"\r\n")[0], (name, value, said)
    with server.client() as client:
        assert client.get("/readyz").status_code == 200


def test_request_lines_of_any_kind_are_survived(server) -> None:
    host = urlsplit(server.url).netloc
    for line in (
        "GET", "GET /", "GET / HTTP/9.9", "\x00", "G" * 70_000, "GET /%00 HTTP/1.1",
        "GET /api/v1/../../etc/passwd HTTP/1.1", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
        "GET http://evil.example/ HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT a:1 HTTP/1.1",
        "GET /api/v1/workflows?limit=%ff&cursor=%00 HTTP/1.1", "PRI * HTTP/2.0",
    ):  # fmt: skip
        said = raw(server, f"{line}\r\nhost: {host}\r\n\r\n".encode("latin-1"))
        assert b" 500 " not in said.partition(b"\r\n")[0], line
        assert b"root:" not in said
    with server.client() as client:
        assert client.get("/readyz").status_code == 200


def test_web_socket_frames_of_any_kind_end_that_socket_alone(server, people) -> None:
    chance = random.Random(6)
    frames: list[str | bytes] = [
        "", "{", "[]", "null", '{"op":"sub"}', '{"op":"sub","id":-1}', '{"op":"nonsense"}',
        b"\x00\xff", "[" * 4000, '{"op":"sub","id":1,"topic":"\x00"}', "x" * 10_000,
        '{"op":"here","id":7,"node":"' + "n" * 60 + '"}', '{"op":"unsub","id":99}',
        '{"op":"sub","id":1,"topic":"exec:%00"}', '{"op":"sub","id":1,"topic":"presence:"}',
    ]  # fmt: skip
    for _ in range(ROUNDS):
        body = {name: chance.choice(ODD) for name in ("op", "id", "topic", "epoch", "after")}
        frames.append(json.dumps(body))
    good = json.dumps({"op": "sub", "id": 5, "topic": "executions"})
    for frame in frames:
        with open_socket(server, authorization=f"Bearer {people.owner.key}") as link:
            try:
                link.send(frame)
                link.send(good)
                while json.loads(link.recv(timeout=10)).get("t") != "snap":
                    pass
            except ConnectionClosed as closed:
                assert closed.rcvd is not None and closed.rcvd.code in (1003, 1007, 1008, 1009), (
                    frame
                )
    with server.client() as client:
        assert client.get("/readyz").status_code == 200
