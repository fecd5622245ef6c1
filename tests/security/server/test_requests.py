"""What no browser sends: slow, huge and double-tongued requests, paths and headers that reach out."""

import json
import re
import time
from itertools import dropwhile

import pytest
from server_process import wait_until

SLACK = 5


def get(path: str, host: str, *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"host: {host}", "connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def test_slow_heads_and_bodies_are_let_go_and_others_are_answered_meanwhile(target, wire) -> None:
    begun = time.monotonic()
    slow = [wire() for _ in range(60)]
    for number, connection in enumerate(slow):
        if number % 3 == 0:
            continue  # says nothing at all
        if number % 3 == 1:
            connection.send(b"GET /healthz HTTP/1.1\r\nhost: ")
        else:
            head = f"POST /api/v1/session HTTP/1.1\r\nhost: {connection.host}\r\n"
            connection.send(head.encode() + b"content-type: application/json\r\n")
            connection.send(b'content-length: 1000\r\n\r\n{"email": ')
    with target.server.client() as client:
        assert client.get("/healthz").status_code == 200
    for connection in slow[2::3]:  # a byte now and then buys no time
        connection.send(b'"')
    for connection in slow:
        connection.socket.settimeout(2 * SLACK)
        assert status(connection.answer()) in {0, 408}
    assert time.monotonic() - begun < 2 * SLACK * 3


def test_an_endless_head_is_cut(target, wire) -> None:
    connection = wire()
    connection.send(b"GET /healthz HTTP/1.1\r\nhost: x\r\n")
    try:
        for number in range(2000):
            connection.send(f"x-{number}: {'a' * 1000}\r\n".encode())
    except (ConnectionError, TimeoutError):
        return
    assert status(connection.answer()) in {0, 431}


@pytest.mark.parametrize(
    "head",
    [
        "content-length: 4\r\ncontent-length: 5\r\n",
        "content-length: 4\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        "transfer-encoding: xchunked\r\n",
        "content-length: +4\r\n",
        "content-length: 4, 5\r\n",
        "transfer-encoding : chunked\r\n",
    ],
)
def test_a_request_with_two_lengths_hides_no_second_one(target, wire, head) -> None:
    connection = wire()
    connection.socket.settimeout(6)
    hidden = get("/api/v1/settings", connection.host)
    body = b"0\r\n\r\n" + hidden
    start = f"POST /api/v1/session HTTP/1.1\r\nhost: {connection.host}\r\n{head}\r\n"
    connection.send(start.encode() + body)
    answer = connection.answer()
    assert answer.count(b"HTTP/1.1 ") <= 2
    assert b" 200 " not in answer
    assert b"x-content-type-options" in answer or status(answer) in {0, 400, 408}


PATHS = (
    "/../../../../etc/passwd",
    "/assets/../../../../etc/passwd",
    "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%5c..%5c..%5cetc%5cpasswd",
    "/assets//etc/passwd",
    "//etc/passwd",
    "/assets/%00/etc/passwd",
    "/api/v1/credentials/..%2f..%2fvault.key",
    "/api/v1/workflows/..%2f..%2f..%2fvault.key",
    "/api/v1/executions/..%2foutputs/logs",
    "/api/v1/node_types/..%2f..%2fconfig",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_to_a_file(target, wire, path) -> None:
    key = (target.server.data_dir / "vault.key").read_bytes()
    for authorization in ((), (f"authorization: Bearer {target.people.owner.key}",)):
        connection = wire()
        connection.send(get(path, connection.host, *authorization))
        answer = connection.answer()
        assert b"root:" not in answer
        assert key.splitlines()[-1] not in answer
        assert status(answer) != 500  # 503: the editor's pages were not built here


STRANGER_PATHS = (
    "/api/v1/users/",
    "//api/v1/users",
    "/api//v1/users",
    "/API/V1/USERS",
    "/api/v1/%75sers",
    "/api/v1/users%2f",
    "/api/v1/users;x=1",
    "/healthz/../api/v1/users",
    "/healthz/..%2fapi/v1/users",
    "/api/v1/session/ways/../../users",
    "/api/v1/users?authorization=Bearer+x",
    "/metrics/",
    "/metrics%20",
)


@pytest.mark.parametrize("path", STRANGER_PATHS)
@pytest.mark.parametrize(
    "header",
    [
        "x-original-url: /api/v1/users",
        "x-rewrite-url: /api/v1/users",
        "x-http-method-override: GET",
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-user: owner@example.org",
        "x-remote-user: owner@example.org",
        "authorization: Bearer",
        "authorization: Bearer null",
        "authorization: Bearer tg_",
        "cookie: tidegate_session=; tidegate_session=null",
    ],
)
def test_no_spelling_and_no_header_lets_a_stranger_in(target, wire, path, header) -> None:
    connection = wire()
    connection.send(get(path, connection.host, header))
    answer = connection.answer()
    assert b"owner@example.org" not in answer
    assert b"tidegate_info" not in answer


def test_methods_that_stand_for_others_let_nobody_in(target, wire) -> None:
    for method in ("HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "GETT", "get"):
        connection = wire()
        text = get("/api/v1/users", connection.host).replace(b"GET", method.encode(), 1)
        connection.send(text)
        assert status(connection.answer()) in {0, 400, 401, 404, 405, 501}, method


INJECTIONS = (
    "%0d%0aset-cookie:%20evil=1",
    "%0aset-cookie:%20evil=1",
    "%0d%0a%0d%0a<script>",
    "%E5%98%8D%E5%98%8Aset-cookie:%20evil=1",
    "%00evil",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_nothing_that_was_sent_becomes_a_header(target, text) -> None:
    client = target.owner
    answers = [
        client.get(f"/api/v1/workflows/{text}"),
        client.get(f"/{text}"),
        client.get(f"/api/v1/executions?cursor={text}"),
        client.get(f"/api/v1/oidc/callback?state={text}&code={text}&error={text}"),
        client.post("/api/v1/workflows", json={"document": {"tidegate": 1, "name": f"x{text}"}}),
        client.post("/api/v1/projects", json={"name": "x\r\nset-cookie: evil=1"}),
    ]
    for answer in answers:
        assert "evil" not in answer.headers.get("set-cookie", "")
        assert "evil" not in answer.cookies
        assert not any("evil" in name for name in answer.headers)
        assert "script" not in answer.headers.get("content-type", "")


def test_a_page_can_not_be_made_of_what_was_sent(target) -> None:
    script = "<script>alert(1)</script>"
    for path in (f"/{script}", f"/api/v1/{script}", f"/api/v1/workflows/{script}"):
        answer = target.owner.get(path)
        assert script not in answer.text or "html" not in answer.headers["content-type"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_value_forges_a_line_of_the_log(target, wire) -> None:
    forged = '{"event": "forged", "level": "error"}'
    with target.server.client() as client:
        client.post("/api/v1/session", json={"email": f"a@b\n{forged}", "password": f"x\n{forged}"})
        client.get("/api/v1/workflows/%0a" + forged, headers={"user-agent": "x"})
        client.get("/nothing/%0d%0a%1b[2J%0a" + forged)
    connection = wire()
    connection.send(get("/\x0b\x1b[31m", connection.host))
    connection.answer()
    wait_until(lambda: "/nothing/" in target.server.command.stderr())
    lines = target.server.command.stderr().splitlines()
    # Before there is a log the command says in two lines of its own where the key is.
    log = list(dropwhile(lambda line: not line.startswith("{"), lines))
    assert log
    assert len(lines) - len(log) <= 2
    for line in log:
        assert json.loads(line)["event"] != "forged"
        assert "\x1b" not in line


def test_secrets_are_not_in_the_log(target) -> None:
    text = target.server.command.stderr()
    cookie = target.owner.cookies["tidegate_session"]
    for secret in (target.people.owner.key, cookie, "a-hidden-token", "correct horse"):
        assert secret not in text


def test_errors_tell_nothing_of_the_inside(target) -> None:
    client = target.owner
    answers = [
        client.post(
            "/api/v1/workflows", content=b"\xff\xfe{", headers={"content-type": "application/json"}
        ),
        client.post(
            "/api/v1/workflows",
            content=b"[" * 100_000,
            headers={"content-type": "application/json"},
        ),
        client.post("/api/v1/workflows", json={"document": {"tidegate": 10**400}}),
        client.get("/api/v1/executions?limit=99999999999999999999"),
        client.get("/api/v1/executions?cursor=" + "A" * 400),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500, answer.text
        assert not re.search(r"Traceback|site-packages|\.py\b|sqlite|psycopg", answer.text)
