"""The response cache: what is asked for again, what is not, and what is kept on the disk."""

import asyncio
from email.utils import formatdate
from time import time

import pytest
from certificates import Authority

from tidegate.egress.caching import CacheScope, CachingGate
from tidegate.engine.testing import run_node
from tidegate.files.responses import ResponseFiles
from tidegate.model.workflow import NodeSettings
from tidegate.nodes.http.request import HttpRequestNode
from tidegate.vault import Vault

ONCE = NodeSettings(retry={"max_retries": 0})
ROOM = 8 << 20


class Origin:
    """A server that knows ETags and counts what it was asked."""

    def __init__(self):
        self.headers = {"ETag": '"one"'}
        self.body = b'{"n": 1}'
        self.status = "200 OK"
        self.asked = []

    async def answer(self, reader, writer):
        try:
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                sent = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
                self.asked.append((lines[0], sent))
                await reader.readexactly(int(sent.get("content-length", 0)))
                known = sent.get("if-none-match")
                is_same = known is not None and known == self.headers.get("ETag", "").lower()
                status = "304 Not Modified" if is_same else self.status
                body = b"" if is_same else self.body
                fields = {"Content-Type": "application/json", **self.headers}
                head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
                size = "" if is_same else f"Content-Length: {len(body)}\r\n"
                writer.write(f"HTTP/1.1 {status}\r\n{head}{size}\r\n".encode() + body)
                await writer.drain()
        except (EOFError, ConnectionError):
            writer.close()


@pytest.fixture
async def origin(runner):
    origin = Origin()
    server = await asyncio.start_server(origin.answer, "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    origin.url = f"http://{address}/list"
    runner.rules.append(address)
    yield origin
    server.close()


@pytest.fixture
def vault(tmp_path):
    vault = Vault(tmp_path / "vault.key")
    vault.create()
    return vault


@pytest.fixture
def get(runner, origin, vault):
    """Asks the origin in the place of a workflow; gives the item of the full output."""

    async def ready():
        pass

    async def get(workflow="w", credential="", room=ROOM, settings=ONCE, **params):
        files = ResponseFiles(runner.data / "responses", vault, room)

        def make_ports(budget, **_):
            ports = runner.ports(budget)
            admits = ports.http.admits
            scope = CacheScope(workflow, credential, admits, ready, budget)
            ports.http = CachingGate(ports.http, files, scope)
            return ports

        given = {"url": origin.url, "cache": True, "output": "full", **params}
        made = await run_node(
            HttpRequestNode, given, [{}], make_ports=make_ports, settings=settings
        )
        (item,) = made["main"]
        return item

    return get


async def test_a_fresh_answer_is_not_asked_for_again(get, origin):
    origin.headers = {"Cache-Control": "max-age=60"}
    first = await get()
    second = await get()
    assert (first["cache"], second["cache"]) == ("miss", "hit")
    assert second["data"] == first["data"] == {"n": 1}
    assert second["headers"] == first["headers"]
    assert second["bytes_in"] == 0
    assert len(origin.asked) == 1


async def test_a_stale_answer_is_confirmed_by_its_etag(get, origin):
    await get()
    second = await get()
    assert (second["cache"], second["status"], second["data"]) == ("revalidated", 200, {"n": 1})
    assert origin.asked[1][1]["if-none-match"] == '"one"'
    origin.headers, origin.body = {"ETag": '"two"'}, b'{"n": 2}'
    third = await get()
    assert (third["cache"], third["data"]) == ("miss", {"n": 2})
    assert (await get())["data"] == {"n": 2}
    assert origin.asked[3][1]["if-none-match"] == '"two"'


async def test_a_confirmed_answer_takes_the_new_headers(get, origin):
    await get()
    origin.headers = {"ETag": '"one"', "Cache-Control": "max-age=60", "X-Now": "later"}
    confirmed = await get()
    assert confirmed["headers"]["x-now"] == "later"
    assert confirmed["headers"]["content-type"] == "application/json"
    assert (await get())["cache"] == "hit"  # fresh again, without asking
    assert len(origin.asked) == 2


async def test_it_is_confirmed_by_its_date_without_an_etag(get, origin):
    origin.headers = {"Last-Modified": formatdate(time(), usegmt=True)}
    await get()
    await get()
    assert origin.asked[1][1]["if-modified-since"] == origin.headers["Last-Modified"].lower()


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-store, max-age=60"},
        {"Cache-Control": "max-age=60", "Vary": "*"},
        {"Cache-Control": "max-age=60", "Age": "61"},
        {"Cache-Control": "max-age=60", "Date": "Thu, 01 Jan 2015 00:00:00 GMT"},
        {"Expires": "0"},
        {},
    ],
)
async def test_it_is_asked_for_again_where_the_server_wants_that(get, origin, headers):
    origin.headers = headers
    await get()
    assert (await get())["cache"] == "miss"
    assert len(origin.asked) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"workflow": "another"},
        {"credential": "ada 1"},
        {"headers": {"Authorization": "Bearer two"}},
        {"query": {"page": 2}},
        {"authorities": "another"},
    ],
)
async def test_an_answer_is_for_its_own_request_alone(get, origin, change, root_certificate):
    origin.headers = {"Cache-Control": "max-age=60"}
    if "authorities" in change:
        change = {"authorities": root_certificate}
    await get()
    assert (await get(**change))["cache"] == "miss"
    assert len(origin.asked) == 2


@pytest.fixture
def root_certificate(tmp_path):
    return Authority(tmp_path).file.read_text()


async def test_a_failure_is_not_kept(get, origin):
    origin.headers, origin.status = {"Cache-Control": "max-age=60"}, "503 Busy"
    assert (await get(success="any"))["status"] == 503
    origin.status = "200 OK"
    assert (await get())["status"] == 200


async def test_a_change_at_the_url_makes_it_forget(get, origin):
    origin.headers = {"Cache-Control": "max-age=60"}
    await get()
    origin.status = "500 No"
    await get(method="POST", body={}, success="any")
    origin.status = "200 OK"
    assert (await get())["cache"] == "hit"  # nothing was changed by what failed
    await get(method="POST", body={})
    assert (await get())["cache"] == "miss"


async def test_conditions_of_the_author_are_left_alone(get, origin):
    origin.headers = {"ETag": '"one"', "Cache-Control": "max-age=60"}
    await get()
    own = await get(headers={"If-None-Match": '"one"'})
    assert (own["status"], own["data"], own["cache"]) == (304, None, "off")


async def test_a_file_is_kept_and_given_in_pieces(get, origin):
    origin.headers = {"Cache-Control": "max-age=60"}
    origin.body = bytes(range(256)) * 1000
    first = await get(format="file")
    second = await get(format="file")
    assert (first["cache"], second["cache"]) == ("miss", "hit")
    assert second["data"]["sha256"] == first["data"]["sha256"]
    assert second["data"]["size"] == 256_000


async def test_what_is_on_the_disk_is_sealed_and_what_was_changed_is_not_used(get, origin, runner):
    origin.headers = {"Cache-Control": "max-age=60"}
    origin.body = b'{"token": "very-secret"}'
    await get(headers={"X-Key": "other-secret"})
    files = [path for path in (runner.data / "responses").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert b"secret" not in path.read_bytes()
        path.write_bytes(path.read_bytes()[:-1])
    assert (await get(headers={"X-Key": "other-secret"}))["cache"] == "miss"


async def test_the_oldest_make_room(get, origin, runner):
    origin.headers = {"Cache-Control": "max-age=60"}
    origin.body = b'"' + b"x" * 200_000 + b'"'
    for page in range(12):
        await get(query={"page": page}, room=1 << 20)
    kept = sum(p.stat().st_size for p in (runner.data / "responses").rglob("*") if p.is_file())
    assert kept <= 1 << 20
    assert (await get(query={"page": 11}, room=1 << 20))["cache"] == "hit"
    assert (await get(query={"page": 0}, room=1 << 20))["cache"] == "miss"


async def test_one_too_large_for_its_share_is_passed_on_alone(get, origin, runner):
    origin.headers = {"Cache-Control": "max-age=60"}
    origin.body = b'"' + b"x" * 300_000 + b'"'
    assert len((await get(room=1 << 20))["data"]) == 300_000
    assert (await get(room=1 << 20))["cache"] == "miss"
    assert not [path for path in (runner.data / "responses").rglob("*") if path.is_file()]


async def test_a_host_that_was_blocked_since_is_not_answered_for(get, origin, runner):
    origin.headers = {"Cache-Control": "max-age=60"}
    await get()
    runner.rules.clear()
    del runner.__dict__["gate"]
    with pytest.raises(Exception, match="not public"):
        await get()
