"""What reaches a real server: query parameters, bodies, files, methods, keys."""

import hashlib
import re
from email.parser import BytesParser
from email.policy import HTTP

import pytest

from tidegate.errors import HttpError, NodeFailed, SecurityError
from tidegate.nodes.http.request import HttpRequestNode
from tidegate.sdk import Item


@pytest.fixture
def send(runner, service):
    """The request that the server saw."""
    service.mock_response("/")

    async def send(item=None, **params):
        service.requests.clear()
        await runner.run(
            HttpRequestNode, {"url": service.url(), **params}, [item if item is not None else {}]
        )
        return service.requests[0]

    return send


async def keep(runner, name, content, content_type="application/octet-stream"):
    async def chunks():
        for start in range(0, len(content), 50_000):
            yield content[start : start + 50_000]

    return await runner.context().files.store(name, content_type, chunks())


@pytest.mark.parametrize(
    ("arrays", "query"),
    [
        ("repeat", "a=1&a=2&b=x"),
        ("brackets", "a%5B%5D=1&a%5B%5D=2&b=x"),
        ("indices", "a%5B0%5D=1&a%5B1%5D=2&b=x"),
        ("comma", "a=1%2C2&b=x"),
    ],
)
async def test_lists_in_the_query(send, arrays, query):
    seen = await send(
        query={"a": [1, None, 2] if arrays in ("repeat", "comma") else [1, 2], "b": "x"},
        array_format=arrays,
    )
    assert seen.query == query


async def test_objects_in_the_query_need_a_form_for_them(send):
    seen = await send(query={"filter": {"state": "open", "tags": ["x"]}}, array_format="brackets")
    assert seen.query == "filter%5Bstate%5D=open&filter%5Btags%5D%5B%5D=x"
    with pytest.raises(NodeFailed, match="'filter' is an object"):
        await send(query={"filter": {"state": "open"}}, array_format="comma")


async def test_pairs_keep_their_order_and_repeats(send):
    pairs = [{"name": "b", "value": 1}, {"name": "a", "value": "x"}, {"name": "b", "value": 2}]
    assert (await send(query=pairs)).query == "b=1&a=x&b=2"
    headers = [{"name": "X-A", "value": "1"}, {"name": "X-B", "value": True}]
    seen = await send(headers=headers)
    assert (seen.headers["x-a"], seen.headers["x-b"]) == ("1", "true")


@pytest.mark.parametrize("method", ["PURGE", "REPORT", "M-SEARCH"])
async def test_a_custom_method(send, method):
    assert (await send(method="CUSTOM", custom_method=method)).method == method


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
async def test_methods_about_the_connection_are_refused(send, method):
    with pytest.raises(SecurityError):
        await send(method="CUSTOM", custom_method=method)


@pytest.mark.parametrize(
    ("params", "body", "content_type"),
    [
        ({"body_type": "json", "body": "text"}, b'"text"', "application/json"),
        ({"body_type": "json", "body": {"n": 1.5, "x": None}}, b'{"n":1.5,"x":null}', "application/json"),
        (
            {"body_type": "form", "body": {"a": "x y", "b": [1, 2], "c": None, "ü": "&"}},
            b"a=x%20y&b=1&b=2&%C3%BC=%26",
            "application/x-www-form-urlencoded",
        ),
        ({"body_type": "raw", "body": "<a/>", "content_type": "application/xml"}, b"<a/>", "application/xml"),
        ({"body_type": "raw", "body": {"a": 1}}, b'{"a":1}', "text/plain; charset=utf-8"),
    ],
)  # fmt: skip
async def test_bodies(send, params, body, content_type):
    seen = await send(method="POST", **params)
    assert (seen.body, seen.headers["content-type"]) == (body, content_type)
    assert seen.headers["content-length"] == str(len(body))


async def test_a_form_needs_fields(send):
    with pytest.raises(NodeFailed, match="object with the fields, not text"):
        await send(method="POST", body_type="form", body="a=1")


def parts(seen):
    head = f"Content-Type: {seen.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + seen.body)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]


async def test_a_multipart_form_with_files(runner, send):
    large = bytes(range(256)) * 2000
    item = Item(
        {},
        {
            "report": await keep(runner, 'may "5".pdf', large, "application/pdf"),
            "note": await keep(runner, "ü.txt", b"hello", "text/plain"),
        },
    )
    seen = await send(
        item,
        method="POST",
        body_type="multipart",
        body={"title": 'a"b', "tags": ["x", "y"], "meta": {"n": 1}, "none": None},
        files={"document": "report", "notes": ["note", "note"]},
    )
    assert "transfer-encoding" not in seen.headers
    found = parts(seen)
    assert found[:4] == [
        ("title", None, "text/plain", b'a"b'),
        ("tags", None, "text/plain", b"x"),
        ("tags", None, "text/plain", b"y"),
        ("meta", None, "application/json", b'{"n":1}'),
    ]
    assert found[4] == ("document", "may %225%22.pdf", "application/pdf", large)
    assert [(name, kind, body) for name, _, kind, body in found[5:]] == [
        ("notes", "text/plain", b"hello"),
        ("notes", "text/plain", b"hello"),
    ]
    assert b'filename="\xc3\xbc.txt"' in seen.body


async def test_a_file_is_sent_piece_by_piece(runner, service, send):
    content = b"0123456789abcdef" * 200_000
    item = Item({}, {"data": await keep(runner, "a.bin", content, "application/zip")})
    seen = await send(item, method="PUT", body_type="file")
    assert hashlib.sha256(seen.body).digest() == hashlib.sha256(content).digest()
    assert seen.headers["content-type"] == "application/zip"
    assert seen.headers["content-length"] == str(len(content))
    with pytest.raises(NodeFailed, match="no file 'other' to send; it has: data"):
        await send(item, method="PUT", body_type="file", file="other")


async def test_a_file_is_sent_again_after_a_redirect(runner, service):
    service.mock_response("/old", status=307, headers={"Location": "/new"})
    service.mock_response("/new")
    item = Item({}, {"data": await keep(runner, "a.bin", b"x" * 300_000)})
    await runner.run(
        HttpRequestNode, {"url": service.url("/old"), "method": "POST", "body_type": "file"}, [item]
    )
    assert [len(seen.body) for seen in service.requests] == [300_000, 300_000]


async def test_a_file_that_is_gone_says_so(runner, service, send):
    item = Item({}, {"data": await keep(runner, "a.bin", b"x" * 300_000)})
    for path in (runner.data / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises((NodeFailed, HttpError)) as caught:
        await send(item, method="PUT", body_type="file")
    assert not isinstance(caught.value, HttpError), caught.value


async def test_an_idempotency_key_for_each_item(runner, service):
    service.mock_response("/", status=503)
    service.mock_response("/", status=503)
    service.mock_response("/", json={})
    from tidegate.model.workflow import NodeSettings

    params = {
        "url": service.url(),
        "method": "POST",
        "idempotency_key": True,
        "body": {"n": "{{ json.n }}"},
    }
    settings = NodeSettings(retry={"retry_delay": 0})
    await runner.engine(HttpRequestNode, params, [{"n": 1}, {"n": 2}], settings=settings)
    keys = {}
    for seen in service.requests:
        keys.setdefault(seen.json()["n"], []).append(seen.headers["idempotency-key"])
    assert len(service.requests) == 4
    assert sorted(map(len, keys.values())) == [2, 2]
    assert all(len(set(found)) == 1 for found in keys.values())
    assert keys[1][0] != keys[2][0]
    assert re.fullmatch(r"[0-9a-f-]{36}", keys[1][0])


async def test_without_a_key_a_post_is_not_repeated(runner, service):
    service.mock_response("/", status=503)
    with pytest.raises(NodeFailed):
        await runner.engine(HttpRequestNode, {"url": service.url(), "method": "POST"})
    assert len(service.requests) == 1


async def test_expressions_in_a_body_keep_their_type(runner, service):
    service.mock_response("/")
    params = {
        "url": service.url(),
        "method": "POST",
        "body": {"list": "{{ json.l }}", "text": "n={{ json.n }}", "n": "{{ json.n }}"},
    }
    await runner.engine(HttpRequestNode, params, [{"l": [1, {"a": None}], "n": 7}])
    assert service.requests[0].json() == {"list": [1, {"a": None}], "text": "n=7", "n": 7}
