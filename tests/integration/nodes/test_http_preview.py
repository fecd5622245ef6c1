"""What the preview shows is what a server receives, byte for byte."""

import asyncio

import pytest

from tidegate.cli.main import run
from tidegate.errors import NodeFailed
from tidegate.nodes.data.set_fields import SetFields
from tidegate.nodes.http.request import HttpRequestNode
from tidegate.services.http_preview import preview_request


@pytest.mark.parametrize(
    "params",
    [
        {"query": {"a": ["{{ json.n }}", "ü"]}, "headers": {"X-A": "{{ json.text }}"}},
        {"method": "POST", "body": {"n": "{{ json.n }}", "list": [1, None]}},
        {"method": "PUT", "body_type": "form", "body": {"a": "x y"}},
        {"method": "DELETE"},
        {"method": "CUSTOM", "custom_method": "PURGE"},
        {"method": "POST", "body_type": "raw", "body": "ü", "content_type": "text/x"},
    ],
)
async def test_the_bytes_are_those_that_arrive(runner, params):
    arrived = asyncio.get_running_loop().create_future()

    async def answer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        ]
        arrived.set_result(head + (await reader.readexactly(lengths[0]) if lengths else b""))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    runner.rules.append(place)
    params = {"url": f"http://{place}/path?x=1", **params}
    item = {"n": 5, "text": "hello"}
    try:
        await runner.engine(HttpRequestNode, params, [item])
        assert await preview_request(HttpRequestNode, params, item) == await arrived
    finally:
        server.close()


async def test_what_makes_no_request_says_so():
    with pytest.raises(NodeFailed, match="sends no HTTP request"):
        await preview_request(SetFields, {"fields": {}}, {})
    with pytest.raises(NodeFailed, match="nothing"):
        await preview_request(HttpRequestNode, {"url": "{{ json.nothing }}"}, {})


def test_the_command(tmp_path, capfdbinary):
    file = tmp_path / "w.yaml"
    file.write_text(
        "tidegate: 1\nname: w\nnodes:\n  start: {type: trigger.manual}\n  call:\n"
        "    type: http.request\n    params: {method: POST, url: 'https://api.example.org/x', "
        "body: {n: '{{ json.n }}'}}\nedges: [start -> call]\n"
    )
    assert run(["node", "preview", str(file), "call", "--item", '{"n": 7}']) == 0
    shown = capfdbinary.readouterr().out
    assert shown.startswith(b"POST /x HTTP/1.1\r\nHost: api.example.org\r\n")
    assert shown.endswith(b'\r\n\r\n{"n":7}\n')
    assert run(["node", "preview", str(file), "other"]) == 2
