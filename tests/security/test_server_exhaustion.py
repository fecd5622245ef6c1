"""testResourceExhaustion of a server: strangers and authors try to use it up for everybody else.

While each attack is under way somebody else uses the server, and is answered; the memory of the
server and of its processes is looked at all the time.
"""

import gzip
import json
import socket
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from attacked import HostileServer, answer, dripping, endless
from bystander import Bystander
from server_process import ServerProcess, open_socket, wait_until
from webhook_client import hook
from websockets.exceptions import ConnectionClosed

MB = 1 << 20
ENDED = {"succeeded", "failed", "cancelled", "crashed"}
JSON = {"content-type": "application/json"}
BOMB = gzip.compress(bytes(60 * MB))


@pytest.fixture(scope="module")
def hostile():
    server = HostileServer(
        {
            "/endless": endless,
            "/dripping": dripping,
            "/bomb": answer(BOMB, content_encoding="gzip"),
            "/deflated": answer(zlib.compress(bytes(60 * MB)), content_encoding="deflate"),
            "/headers": lambda handler: [
                handler.send_response(200),
                [handler.send_header(f"x-{n}", "a" * 8000) for n in range(200)],
                handler.end_headers(),
            ],
            "/deep": answer(b"[" * MB, content_type="application/json"),
        }
    )
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory, hostile):
    process = ServerProcess(
        tmp_path_factory.mktemp("exhausted") / "data",
        TIDEGATE_EGRESS_ALLOW=hostile.address,
        TIDEGATE_SERVER_REQUEST_TIMEOUT="2",
        TIDEGATE_SERVER_MAX_BODY="2",
        TIDEGATE_SERVER_MAX_UPLOAD="4",
    )
    yield process
    process.kill()


@pytest.fixture(scope="module")
def echo(publish):
    """A webhook that strangers may call, and that does something with what they send."""
    nodes = {
        "set": {
            "type": "data.set",
            "params": {
                "keep": "none",
                "fields": {
                    "hit": "{{ matches(json.body.text, json.body.pattern) }}",
                    "big": "{{ len(json.body.text * json.body.times) }}",
                },
            },
        }
    }
    publish(hook("echo", {"path": "echo", "respond": "last_node"}, nodes, ["hook -> set"]))
    return "/webhook/echo"


@pytest.fixture(scope="module")
def bystander(server, people, echo):
    """Came when everything that is loaded late had been used once."""
    with server.client() as client:
        assert call(client, echo, text="a", pattern="a", times=1).json() == {"hit": True, "big": 1}
    found = Bystander(server, people.owner.key)
    yield found
    found.close()


def call(client, path, **body):
    return client.post(path, json=body)


def at_once(server, number, work):
    """``work(client, n)`` by so many clients at once; what each of them gave."""

    def one(n):
        with server.client() as client:
            try:
                return work(client, n)
            except httpx.TransportError as error:  # the server hung up: that is an answer too
                return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def address(server):
    return urlsplit(server.url).netloc


def dialled(server):
    host, _, port = address(server).partition(":")
    return socket.create_connection((host, int(port)), timeout=30)


def statuses(answers):
    return {found.status_code for found in answers if isinstance(found, httpx.Response)}


def places(echo):
    return (echo, "/api/v1/session", "/api/v1/links/accept", "/webhook/nobody")


def test_bodies_without_an_end_are_cut(server, bystander, echo) -> None:
    def endless_body():
        for _ in range(64):
            yield b'"' + b"x" * MB

    def send(client, n):
        return client.post(places(echo)[n % 4], content=endless_body(), headers=JSON)

    with bystander.attacked(grows_at_most=120 * MB):
        assert statuses(at_once(server, 24, send)) <= {404, 413}
        for path in places(echo):
            head = f"POST {path} HTTP/1.1\r\nhost: {address(server)}\r\ncontent-length: {10**15}\r\n\r\n"
            with dialled(server) as link:
                link.sendall(head.encode() + b"{")
                assert link.recv(65536).split()[1] in {b"404", b"408", b"413"}


GROWING = {
    "deep": b"[" * 2_000_000,
    "deep_objects": b'{"a":' * 300_000,
    "digits": b"9" * 2_000_000,
    "exponent": b'{"a": 1e999999999, "b": -1e-999999999}',
    "many_values": b"[" + b"0," * 400_000 + b"0]",
    "many_objects": b"[" + b"{}," * 200_000 + b"{}]",
    "many_keys": json.dumps({f"k{n}": n for n in range(50_000)}).encode(),
    "same_key": b"{" + b'"a":1,' * 300_000 + b'"a":1}',
    "escapes": b'"' + b"\\u0000" * 300_000 + b'"',
}


@pytest.mark.parametrize("name", GROWING)
def test_what_is_small_and_grows_when_it_is_read(server, bystander, owner, echo, name) -> None:
    with bystander.attacked(grows_at_most=250 * MB):
        answers = at_once(
            server,
            4,
            lambda client, n: client.post(places(echo)[n], content=GROWING[name], headers=JSON),
        )
        # The webhook's workflow fails on what it does not expect: that is its answer.
        assert statuses(answers) <= {400, 404, 413, 422, 429, 500}
        assert answers[0].status_code != 500 or answers[0].json()["code"] == "EXECUTION_FAILED"
        for path in (
            "/api/v1/workflows",
            "/api/v1/workflows/validate",
            "/api/v1/expressions/preview",
        ):
            found = owner.post(path, content=GROWING[name], headers=JSON)
            assert found.status_code in {400, 413, 422}, (path, found.text[:300])


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_packed_body_is_not_unpacked(server, bystander, owner, echo, coding) -> None:
    headers = JSON | {"content-encoding": coding}
    with bystander.attacked(grows_at_most=60 * MB), server.client() as client:
        for path in places(echo):
            found = client.post(path, content=BOMB, headers=headers)
            assert found.status_code in {400, 404, 415, 422}, found.text
        found = owner.post("/api/v1/workflows/validate", content=BOMB, headers=headers)
        assert found.status_code in {400, 415, 422}, found.text


def test_forms_of_countless_fields_are_refused(server, bystander, echo) -> None:
    part = b'--x\r\ncontent-disposition: form-data; name="a%d"\r\n\r\n1\r\n'
    head = b'--x\r\ncontent-disposition: form-data; name="a"\r\n' + b"x-a: b\r\n" * 100_000
    forms = [
        ("application/x-www-form-urlencoded", b"a=1&" * 400_000),
        ("application/x-www-form-urlencoded", b"%" * 1_900_000),
        ("multipart/form-data; boundary=x", b"".join(part % n for n in range(20_000)) + b"--x--"),
        ("multipart/form-data; boundary=x", head + b"\r\n1\r\n--x--"),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\n" * 300_000),
    ]

    def send(client, n):
        kind, content = forms[n % len(forms)]
        return client.post(echo, content=content, headers={"content-type": kind})

    with bystander.attacked(grows_at_most=150 * MB):
        answers = at_once(server, 12, send)
        assert statuses(answers) <= {413, 422, 500}
        assert {
            found.json()["code"] for found in answers if getattr(found, "status_code", 0) == 500
        } <= {"EXECUTION_FAILED"}


def test_callers_that_drip_are_let_go(server, bystander, echo) -> None:
    head = f"POST {echo} HTTP/1.1\r\nhost: {address(server)}\r\n"
    begun = [
        b"",
        head.encode(),
        f"{head}x-a: {'a' * 60_000}\r\n".encode(),
        f'{head}content-type: application/json\r\ncontent-length: 900\r\n\r\n{{"a":'.encode(),
        f"{head}transfer-encoding: chunked\r\n\r\n1\r\n[\r\n".encode(),
    ]
    with bystander.attacked(grows_at_most=60 * MB):
        held = [dialled(server) for _ in range(200)]
        for number, connection in enumerate(held):
            connection.sendall(begun[number % len(begun)])
        for connection in held:  # each of them is let go, whatever it has begun
            said = b""
            try:
                while part := connection.recv(65536):
                    said += part
            except ConnectionError:
                pass
            assert not said or said.split()[1] in {b"408", b"400", b"431"}, said
            connection.close()


@pytest.mark.parametrize(
    "line", [b"x-a: " + b"a" * 8000 + b"\r\n", b"a: b\r\n", b"a" * 100_000, b"x: " + b" " * 100_000]
)
def test_heads_without_an_end_are_cut(server, bystander, echo, line) -> None:
    def send(path, headers):
        with dialled(server) as link:
            link.sendall(f"POST {path} HTTP/1.1\r\nhost: {address(server)}\r\n{headers}".encode())
            said = b""
            try:
                for _ in range(40 * MB // len(line)):
                    link.sendall(line)
                said = link.recv(65536)
            except ConnectionError:
                return  # it hung up while we still spoke
            assert said.split()[1:2] in ([], [b"431"], [b"400"]), said[:200]

    with bystander.attacked(grows_at_most=60 * MB):
        for path in (echo, "/api/v1/stream", "/healthz"):
            send(path, "")
        send(echo, "transfer-encoding: chunked\r\n\r\n0\r\n")  # after the body


PATTERNS = [
    "(a+)+$",
    "(a|a)*$",
    "(a|aa)+$",
    "((a*)*)*$",
    "(.*a){30}$",
    "a{1000}{1000}",
    "(?=a)a",
    "[" * 500,
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_stranger_s_pattern_takes_no_time(server, bystander, echo, pattern) -> None:
    with bystander.attacked(grows_at_most=100 * MB):
        answers = at_once(
            server,
            4,
            lambda client, n: call(client, echo, text="a" * 50_000 + "!", pattern=pattern, times=1),
        )
        for found in answers:
            assert found.status_code == 200 or found.json()["code"] == "EXECUTION_FAILED", (
                found.text
            )


def test_a_stranger_s_number_takes_no_memory(server, bystander, echo) -> None:
    with bystander.attacked(grows_at_most=250 * MB):
        answers = at_once(
            server,
            8,
            lambda client, n: call(
                client, echo, text="a" * 1000, pattern="a", times=10**6 * (n + 1)
            ),
        )
        assert {found.json().get("code") for found in answers} == {"EXECUTION_FAILED"}


def test_more_callers_than_places_are_all_answered(server, bystander, echo) -> None:
    with bystander.attacked(grows_at_most=150 * MB):
        answers = at_once(
            server, 200, lambda client, n: call(client, echo, text="a", pattern="a", times=n)
        )
        assert [found.json() for found in answers] == [{"hit": True, "big": n} for n in range(200)]


WILD = ["%" * 200, "_" * 200, "%_" * 100, "\\" * 200, "(a+)+$", "*" * 200, "a" * 200, "'" * 200]


def test_filters_find_nothing_and_cost_nothing(bystander, owner) -> None:
    lists = {
        "/api/v1/executions": ("q", "error", "cursor"),
        "/api/v1/executions/histogram": ("q", "error"),
        "/api/v1/workflows": ("q", "search", "tag", "cursor"),
        "/api/v1/http_requests": ("q", "host", "cursor"),
        "/api/v1/security_events": ("q", "type", "cursor"),
        "/api/v1/audit": ("q", "action", "cursor"),
    }
    with bystander.attacked(grows_at_most=60 * MB):
        for path, names in lists.items():
            for name in names:
                for text in (*WILD, "A" * 60_000):
                    found = owner.get(path, params={name: text})
                    assert found.status_code in {200, 400, 422, 431}, (path, name, found.text)


PREVIEWED = [
    "{{ 9**9**9 }}",
    "{{ 'x' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{{ len([1 for a in range(9**9) for b in range(9**9)]) }}",
    "{{ matches('a' * 50000 + '!', '(a+)+$') }}",
    "{{ " + "(" * 50_000 + "1" + ")" * 50_000 + " }}",
    "{{ " + "-" * 100_000 + "1 }}",
    "{{ " + "+".join(["1"] * 100_000) + " }}",
    "{{ " + "[" * 5000 + "]" * 5000 + " }}",
    "{{ 1 }}" * 100_000,
    "{{" * 100_000,
]


def test_what_the_editor_asks_for_is_bounded(server, bystander, people) -> None:
    key = {"authorization": f"Bearer {people.owner.key}"}

    def preview(client, n):
        body = {"expression": PREVIEWED[n]}
        return client.post("/api/v1/expressions/preview", json=body, headers=key)

    with bystander.attacked(grows_at_most=250 * MB):
        for found in at_once(server, len(PREVIEWED), preview):
            assert found.status_code in {200, 422}, found.text[:300]


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(9)
)
IMPORTED = [
    LAUGHS,
    "a: &a [*a]\n",
    "a: " + "[" * 100_000,
    "? " * 20_000 + "a",
    "- " * 50_000 + "a",
    "a: 0x" + "f" * 500_000,
    "a: 1" + ":59" * 100_000,
    json.dumps(
        {
            "tidegate": 1,
            "name": "x",
            "nodes": {f"n{i}": {"type": "flow.no_op"} for i in range(20_000)},
        }
    ),
]


def test_a_document_that_unfolds_is_refused(bystander, owner) -> None:
    with bystander.attacked(grows_at_most=250 * MB):
        for text in IMPORTED:
            found = owner.post("/api/v1/workflows/import", json={"text": text})
            assert found.status_code in {201, 400, 413, 422}, found.text[:300]
            found = owner.post("/api/v1/node_types/from_curl", json={"text": f"curl {text}"})
            assert found.status_code in {200, 400, 413, 422}, found.text[:300]


def test_servers_that_answer_too_much_end_their_execution_alone(
    bystander, owner, publish, hostile
) -> None:
    def request(path, **params):
        return {
            "type": "http.request",
            "params": {"url": f"http://{hostile.address}{path}", **params},
            "settings": {"retry": {"max_retries": 0}, "on_error": "continue"},
        }

    nodes = {
        "endless": request("/endless", format="text"),
        "file": request("/endless", format="file"),
        "dripping": request("/dripping", timeout=1),
        "bomb": request("/bomb"),
        "deflated": request("/deflated", format="text"),
        "headers": request("/headers"),
        "deep": request("/deep"),
        "python": {
            "type": "code.python",
            "params": {"code": "while True: pass"},
            "settings": {"timeout": 1, "on_error": "continue"},
        },
        "memory": {
            "type": "code.python",
            "params": {"code": "result = 'x' * 10**10"},
            "settings": {"on_error": "continue"},
        },
        "text": {
            "type": "data.set",
            "params": {"fields": {"a": "{{ 'x' * 10**9 }}"}},
            "settings": {"on_error": "continue"},
        },
    }
    document = hook("hostile", {"path": "hostile"}, nodes, [f"hook -> {id}" for id in nodes])
    workflow = publish(document)
    with bystander.attacked(grows_at_most=700 * MB):  # three executions, each node has 128 MB
        with httpx.Client(base_url=owner.base_url, timeout=30) as stranger:
            for _ in range(3):
                assert stranger.post("/webhook/hostile", json={}).status_code == 200
        wait_until(lambda: {one["status"] for one in publish.executions(workflow)} <= ENDED, 120)
    for one in publish.executions(workflow):
        found = owner.get(f"/api/v1/executions/{one['id']}").json()
        ends = {node["id"]: node["status"] for node in found["nodes"] if node["id"] != "hook"}
        assert ends == dict.fromkeys(nodes, "failed")


def test_a_message_to_the_stream_is_small_or_the_last(server, bystander, people) -> None:
    authorization = f"Bearer {people.owner.key}"

    def shout(text):
        with open_socket(server, authorization=authorization) as link:  # packed: 15 MB are 15 KB
            try:
                link.send(text)
                while True:
                    link.recv(timeout=30)
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006

    texts = [end * (15 * MB) for end in ("x", "[", " ", "é")] + [b"x" * (15 * MB)]
    with bystander.attacked(grows_at_most=60 * MB), ThreadPoolExecutor(10) as pool:
        assert set(pool.map(shout, texts * 4)) <= {1006, 1008, 1009}


def test_followers_without_number_and_measure_take_little(
    server, bystander, people, owner, publish
) -> None:
    authorization = f"Bearer {people.owner.key}"
    topics = ["executions", "network", "security", "system"]
    workflow = publish(hook("followed", {"path": "followed"}))

    def follow(n):
        link = open_socket(server, authorization=authorization)
        for id in range(60):
            topic = f"wf:{workflow}" if id > 3 else topics[id]
            link.send(json.dumps({"op": "sub", "id": id, "topic": topic}))
        return link

    with bystander.attacked(grows_at_most=150 * MB):
        with ThreadPoolExecutor(10) as pool:
            links = list(pool.map(follow, range(20)))
        codes = set()
        while "TOO_MANY_TOPICS" not in codes:
            codes.add(json.loads(links[0].recv(timeout=30)).get("code"))
        flood = links[1]
        for id in range(1000):  # each asks for a state, and takes the place of the one before
            flood.send(json.dumps({"op": "sub", "id": id % 50, "topic": topics[id % 4]}))
        # Nobody but the first reads any more, and much happens.
        with httpx.Client(base_url=owner.base_url, timeout=30) as stranger:
            for _ in range(100):
                assert stranger.post("/webhook/followed", json={}).status_code == 200
        for link in links:
            threading.Thread(target=link.close, daemon=True).start()


def test_event_streams_that_nobody_reads_take_little(server, bystander, people) -> None:
    request = (
        f"GET /api/v1/stream/events?topic=system HTTP/1.1\r\nhost: {address(server)}\r\n"
        f"authorization: Bearer {people.owner.key}\r\n\r\n"
    )
    with bystander.attacked(grows_at_most=80 * MB):
        held = [dialled(server) for _ in range(100)]
        for link in held:
            link.sendall(request.encode())
        for link in held:
            assert link.recv(15) == b"HTTP/1.1 200 OK"
        for link in held:
            link.close()


def test_after_all_of_it_the_server_does_its_work_and_stops_well(server, bystander, echo) -> None:
    with server.client() as client:
        assert call(client, echo, text="ab", pattern="b", times=2).json() == {"hit": True, "big": 4}
        assert client.get("/readyz").status_code == 200
    bystander.close()
    assert bystander.failures == []
    assert server.stop() == 0
    assert "Traceback" not in server.command.text()
