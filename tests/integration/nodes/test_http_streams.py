"""Bodies that are a sequence of values, text in any encoding, and when an answer is a success."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from tidegate.engine.testing import run_node
from tidegate.errors import HttpError, HttpErrorType, NodeFailed
from tidegate.model.workflow import NodeSettings
from tidegate.nodes.http.request import HttpRequestNode
from tidegate.sdk import HttpResponse

LINES = {"Content-Type": "application/x-ndjson"}
EVENTS = {"Content-Type": "text/event-stream"}


@pytest.fixture
def take(runner, service):
    async def take(path="/", settings=None, items=({},), **params):
        params = {"url": service.url(path), "output": "body", **params}
        return await runner.engine(HttpRequestNode, params, items, settings=settings)

    return take


@pytest.mark.parametrize("format", ["auto", "json_lines"])
async def test_json_lines_become_items(take, service, format):
    service.mock_response("/", body='{"a":1}\n\n{"a":2}\r\n[3]\n"x"', headers=LINES)
    assert await take(format=format) == [{"a": 1}, {"a": 2}, {"data": [3]}, {"data": "x"}]


@pytest.mark.parametrize("format", ["auto", "events"])
async def test_events_become_items(take, service, format):
    body = (
        '\ufeff: comment\nid: 7\nevent: made\ndata: {"n": 1}\n\ndata: a\ndata:b\r\rdata: [DONE]\n\n'
        "data: not ended"
    )
    service.mock_response("/", body=body.encode(), headers=EVENTS)
    assert await take(format=format) == [
        {"event": "made", "id": "7", "data": {"n": 1}},
        {"event": "message", "id": "7", "data": "a\nb"},
        {"event": "message", "id": "7", "data": "[DONE]"},
    ]


async def test_a_wrong_line_is_named(take, service):
    service.mock_response("/", body="{}\n{]\n", headers=LINES)
    with pytest.raises(NodeFailed, match="line 2 of the response") as caught:
        await take(format="json_lines", settings=NodeSettings(retry={"max_retries": 0}))
    assert caught.value.details["type"] == "INVALID_RESPONSE"


async def test_a_stream_ends_at_its_limits(take, service):
    service.mock_response("/", body="".join(f"[{n}]\n" for n in range(5000)), headers=LINES)
    assert len(await take(format="json_lines", max_items=1234)) == 1234


async def serve_events(data):
    """An event stream that does not end by itself; the server and its port."""

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + data)
        await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def test_a_stream_ends_after_its_time_and_keeps_what_came(runner):
    server, port = await serve_events(b"data: 1\n\ndata: 2\n\n")
    runner.rules.append(f"127.0.0.1:{port}")
    try:
        params = {"url": f"http://127.0.0.1:{port}/", "format": "events", "stream_seconds": 2.0}
        made = await runner.engine(HttpRequestNode, params)
        assert [item["data"] for item in made] == ["1", "2"]
    finally:
        server.close()


class Broken:
    """A gate whose first stream breaks off after its first piece."""

    def __init__(self):
        self.requests = []

    @asynccontextmanager
    async def stream(self, request):
        self.requests.append(request)
        self.head = HttpResponse(200, "OK", [], b"", request.url, 1.0)
        yield self

    async def chunks(self):
        if len(self.requests) == 1:
            yield b"id: 1\ndata: a\n\nid: 2\ndata: b\n\n"
            raise HttpError("broken", HttpErrorType.CONNECTION_RESET)
        yield b"id: 3\ndata: c\n\n"


async def test_a_broken_event_stream_goes_on_behind_its_last_event(runner):
    broken = Broken()

    def ports(**bound):
        made = runner.ports(bound["budget"])
        made.http = broken
        return made

    made = await run_node(
        HttpRequestNode,
        {"url": "https://api.example.org/events", "format": "events"},
        settings=NodeSettings(retry={"retry_delay": 0, "retry_all_errors": True}),
        make_ports=ports,
    )
    assert [item["data"] for item in made["main"]] == ["a", "b", "c"]
    sent = [dict(request.headers).get("Last-Event-ID") for request in broken.requests]
    assert sent == [None, "2"]


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html", '<html><meta charset="iso-8859-1"><p>grün'.encode("latin-1"), "grün"),
        ("application/xml", '<?xml version="1.0" encoding="windows-1251"?><a>привет</a>'.encode("cp1251"), "привет"),
        ("text/html; charset=utf-8", '<meta charset="latin-1">grün'.encode(), "grün"),
        ("text/plain", ("Съешь же ещё этих мягких французских булок, да выпей чаю. " * 8).encode("cp1251"), "французских"),
        ("text/plain", "日本語のテキストを文字コードで判定する。".encode("shift_jis") * 8, "日本語"),
    ],
)  # fmt: skip
async def test_text_in_any_encoding(take, service, content_type, body, text):
    service.mock_response("/", body=body, headers={"Content-Type": content_type})
    ((made),) = await take(output="response")
    assert text in made["data"]


async def test_xml_as_an_object_in_its_own_encoding(take, service):
    body = '<?xml version="1.0" encoding="latin-1"?><o id="7"><n>grün</n><n>blau</n></o>'
    service.mock_response("/", body=body.encode("latin-1"), headers={"Content-Type": "text/xml"})
    assert await take(output="body", format="xml") == [{"o": {"@id": "7", "n": ["grün", "blau"]}}]


async def test_pages_of_xml_are_taken_apart(take, service):
    body = b"<feed><entry><id>1</id></entry><entry><id>2</id></entry></feed>"
    service.mock_response("/", body=body)
    made = await take(
        output="body",
        format="xml",
        pagination="expression",
        next="{{ None }}",
        page_items="{{ response.data.feed.entry }}",
    )
    assert made == [{"id": "1"}, {"id": "2"}]


async def test_an_error_page_need_not_be_xml(take, service):
    service.mock_response("/", status=503, body="<p>down", headers={"Content-Type": "text/html"})
    ((made),) = await take(output="response", format="xml", success="any")
    assert made["data"] == "<p>down"


@pytest.mark.parametrize(
    ("body", "type", "said"),
    [
        ("<a><b></a>", "INVALID_RESPONSE", "line 1, column 11"),
        ("no xml", "INVALID_RESPONSE", "the format text takes it"),
        ("<a>" * 300 + "</a>" * 300, "INVALID_RESPONSE", "depth"),
        ('<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', "MALICIOUS_CONTENT", "defines entities"),
        ("<a>" + "<b/>" * 400_000 + "</a>", "RESOURCE_LIMIT_EXCEEDED", "elements"),
    ],
    ids=["cut", "text", "deep", "entities", "large"],
)
async def test_xml_that_is_not_taken(take, service, body, type, said):
    service.mock_response("/", body=body, headers={"Content-Type": "application/xml"})
    with pytest.raises(NodeFailed, match=said) as caught:
        await take(output="body", format="xml")
    assert caught.value.details["type"] == type


@pytest.mark.parametrize(
    ("params", "status", "ok"),
    [
        ({}, 204, True),
        ({}, 304, True),
        ({}, 404, False),
        ({"success": "any"}, 500, True),
        ({"success": "statuses", "success_statuses": [404, "200-202"]}, 404, True),
        ({"success": "statuses", "success_statuses": [404, "200-202"]}, 202, True),
        ({"success": "statuses", "success_statuses": [404, "200-202"]}, 204, False),
        ({"success": "statuses", "success_statuses": ["4xx"]}, 418, True),
        ({"success": "expression", "success_condition": "{{ response.status == 500 }}"}, 500, True),
        ({"success": "expression", "success_condition": "{{ response.data.ok }}"}, 200, True),
        ({"success": "expression", "success_condition": "{{ not response.data.ok }}"}, 200, False),
    ],
)
async def test_success(take, service, params, status, ok):
    service.mock_response("/", status=status, json={"ok": True})
    settings = NodeSettings(retry={"max_retries": 0})
    if ok:
        (made,) = await take(output="response", settings=settings, **params)
        assert made["status"] == status
    else:
        with pytest.raises(NodeFailed) as caught:
            await take(settings=settings, **params)
        assert caught.value.details["status_code"] == status
        assert caught.value.details["attempt"] == 1


async def test_a_list_may_stay_whole(take, service):
    service.mock_response("/", json=[1, 2])
    assert await take(split_list=False) == [{"data": [1, 2]}]


async def test_errors_say_what_to_try(take, service):
    service.mock_timeout("/")
    with pytest.raises(NodeFailed) as caught:
        await take(
            first_byte_timeout=0.5,
            settings=NodeSettings(retry={"max_retries": 1, "retry_delay": 0}),
        )
    details = caught.value.details
    assert details["type"] == "TIMEOUT"
    assert details["phase"] == "response"
    assert details["attempt"] == 2
    assert "raise the timeout" in caught.value.message
    assert details["request_url"] == service.url("/")


async def test_a_silent_body_is_the_phase_body(runner, service, take):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    runner.rules.append(f"127.0.0.1:{port}")
    try:
        started = time.monotonic()
        params = {"url": f"http://127.0.0.1:{port}/", "idle_timeout": 0.5}
        with pytest.raises(HttpError) as caught:
            await runner.run(HttpRequestNode, params)
        assert caught.value.type is HttpErrorType.TIMEOUT
        assert caught.value.details["phase"] == "body"
        assert caught.value.details["status_code"] == 200
        assert time.monotonic() - started < 20
    finally:
        server.close()
