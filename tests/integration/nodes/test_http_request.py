import asyncio
import gzip
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tidegate.config import LimitSettings
from tidegate.errors import HttpError, HttpErrorType, NodeFailed, SecurityError, SecurityErrorType
from tidegate.model.workflow import NodeSettings
from tidegate.nodes.http.request import HttpRequestNode
from tidegate.redact import Redactor


@pytest.fixture
def call(runner, service):
    async def call(path="/", items=({},), **params):
        return await runner.run(HttpRequestNode, {"url": service.url(path), **params}, items)

    return call


async def only(items):
    (item,) = await items
    return item.json


async def test_the_founding_shape(call, service):
    service.mock_response("/users", json=[{"name": "Ada", "id": 2**63}], headers={"X-Two": "2"})
    made = await only(call("/users"))
    elapsed = made.pop("response_time")
    assert made == {
        "status": 200,
        "status_text": "OK",
        "headers": {"content-type": "application/json", "x-two": "2", "content-length": "41"},
        "data": [{"name": "Ada", "id": 2**63}],
        "final_url": service.url("/users"),
    }
    assert 0 < elapsed < 30_000


async def test_the_full_shape(call, service):
    service.mock_response("/old", status=302, headers={"Location": "/new"})
    service.mock_response("/new", body="x" * 100_000)
    made = await only(call("/old", output="full"))
    assert made["redirects"] == [service.url("/new")]
    assert made["final_url"] == service.url("/new")
    assert made["http_version"] == "1.1"
    assert made["remote_address"].startswith("127.0.0.1")
    assert made["bytes_in"] > 100_000
    assert made["bytes_out"] > 0
    assert set(made["timings"]) == {"dns", "connect", "tls", "ttfb", "download"}
    assert made["timings"]["download"] is not None


async def test_what_is_sent(call, service):
    await call(
        "/echo?a=1#part",
        method="POST",
        query={"b": "x y&z", "list": [1, True, 2.5], "none": None, "ü": "ß"},
        headers={"X-Number": 5, "X-Many": ["a", "b"], "Accept": "text/plain"},
        body={"n": 10**20, "t": "ü"},
        success="any",
    )
    (seen,) = service.requests
    assert (seen.method, seen.path) == ("POST", "/echo")
    assert seen.query == "a=1&b=x%20y%26z&list=1&list=true&list=2.5&%C3%BC=%C3%9F"
    assert seen.headers["x-number"] == "5"
    assert seen.headers["x-many"] == "b"  # the mock keeps the last of repeats
    assert seen.headers["accept"] == "text/plain"
    assert seen.headers["content-type"] == "application/json"
    assert seen.json() == {"n": 10**20, "t": "ü"}


@pytest.mark.parametrize(
    ("body", "sent", "content_type"),
    [
        ("plain ü", "plain ü".encode(), "text/plain; charset=utf-8"),
        ([1, None], b"[1,null]", "application/json"),
        (0, b"0", "application/json"),
        (False, b"false", "application/json"),
        ("", b"", "text/plain; charset=utf-8"),
    ],
)
async def test_bodies(call, service, body, sent, content_type):
    service.mock_response("/")
    await call(method="PUT", body=body)
    assert service.requests[0].body == sent
    assert service.requests[0].headers["content-type"] == content_type


async def test_a_content_type_of_the_user_stays(call, service):
    service.mock_response("/")
    await call(method="POST", body="<a/>", headers={"content-type": "application/xml"})
    assert service.requests[0].headers["content-type"] == "application/xml"


async def test_no_body_has_no_content_type(call, service):
    service.mock_response("/")
    await call()
    assert "content-type" not in service.requests[0].headers


@pytest.mark.parametrize("name", ["query", "headers"])
async def test_an_object_is_no_text(call, name):
    with pytest.raises(NodeFailed, match="'a' is an object"):
        await call(**{name: {"a": {"b": 1}}})


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("application/json", b"\xef\xbb\xbf[1]", [1]),
        ("application/json", '{"a": "ü"}'.encode("utf-16"), {"a": "ü"}),
        ("application/json; charset=latin-1", '"ü"'.encode("latin-1"), "ü"),
        ("application/problem+json", b"null", None),
        ("text/plain", "grün".encode(), "grün"),
        ("text/plain; charset=ISO-8859-1", "grün".encode("latin-1"), "grün"),
        ("text/plain; charset=utf-8", "grün".encode("latin-1"), "gr\ufffdn"),
        ("text/plain; charset=nonsense", "grün".encode(), "grün"),
        ("text/plain; charset=rot13", b"abc", "abc"),
        ("text/plain; charset=idna", b"abc", "abc"),
        ("text/plain; charset=utf-8", "grün".encode("utf-16"), "grün"),
        ("text/html", b"<p>", "<p>"),
        ("application/xml", b"<a/>", "<a/>"),
        ("image/svg+xml", b"<svg/>", "<svg/>"),
        ("text/plain", b"", ""),
        ("application/json", b"", None),
        ("", b'{"a": 1}', {"a": 1}),
        ("", b"{not json", "{not json"),
        ("", b"", None),
    ],
)
async def test_data_by_content_type(call, service, content_type, body, data):
    service.mock_response(
        "/", body=body, headers={"Content-Type": content_type} if content_type else {}
    )
    assert (await only(call()))["data"] == data


async def test_a_chosen_format_wins(call, service):
    service.mock_response("/", body=b"[1]", headers={"Content-Type": "text/plain"})
    assert (await only(call(format="json")))["data"] == [1]
    assert (await only(call(format="text")))["data"] == "[1]"
    (item,) = await call(format="file")
    assert item.files["data"].content_type == "text/plain"


@pytest.mark.parametrize(
    ("headers", "path", "name"),
    [
        ({}, "/reports/may.pdf", "may.pdf"),
        ({}, "/", "download"),
        ({"Content-Disposition": 'attachment; filename="a b.pdf"'}, "/x", "a b.pdf"),
        ({"Content-Disposition": "attachment; filename*=UTF-8''gr%C3%BCn.pdf"}, "/x", "grün.pdf"),
        ({"Content-Disposition": 'attachment; filename="../../etc/passwd"'}, "/x", "passwd"),
        ({"Content-Disposition": 'attachment; filename="..\\\\..\\\\a.exe"'}, "/x", "a.exe"),
        ({"Content-Disposition": 'attachment; filename=".."'}, "/x", "download"),
    ],
)
async def test_a_file(runner, call, service, headers, path, name):
    content = bytes(range(256)) * 1000
    service.mock_response(
        path, body=content, headers={"Content-Type": "application/pdf", **headers}
    )
    (item,) = await call(path)
    ref = item.files["data"]
    assert (ref.name, ref.content_type, ref.size) == (name, "application/pdf", 256_000)
    assert item.json["data"] == {
        "name": name,
        "content_type": "application/pdf",
        "size": 256_000,
        "sha256": ref.sha256,
    }
    files = runner.context().files
    assert b"".join([piece async for piece in files.open(ref)]) == content


async def test_a_file_larger_than_the_memory_is_fine(runner, service):
    content = b"0" * 30_000_000
    service.mock_response("/", body=content, headers={"Content-Type": "application/zip"})
    ctx = runner.context(memory=1 << 20)
    (item,) = await runner.run(HttpRequestNode, {"url": service.url()}, ctx=ctx)
    assert item.files["data"].size == 30_000_000


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
async def test_data_larger_than_the_memory_is_refused(runner, service, content_type):
    service.mock_response(
        "/", body="[" + "1," * 400_000 + "1]", headers={"Content-Type": content_type}
    )
    ctx = runner.context(memory=1 << 20)
    with pytest.raises(SecurityError) as caught:
        await runner.run(HttpRequestNode, {"url": service.url()}, ctx=ctx)
    assert caught.value.type is SecurityErrorType.RESOURCE_LIMIT_EXCEEDED


async def test_a_response_above_its_limit(call, service):
    service.mock_response("/", body=b"0" * (3 << 20), headers={"Content-Type": "application/zip"})
    with pytest.raises(HttpError) as caught:
        await call(max_size=1)
    assert caught.value.type is HttpErrorType.RESPONSE_TOO_LARGE


async def test_compressed_json(call, service):
    service.mock_response(
        "/",
        body=gzip.compress(b'{"a": 1}'),
        headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
    )
    assert (await only(call()))["data"] == {"a": 1}


@pytest.mark.parametrize(
    ("data", "made"),
    [
        ({"a": 1}, [{"a": 1}]),
        ([{"a": 1}, 2, [3]], [{"a": 1}, {"data": 2}, {"data": [3]}]),
        ([], []),
        ("text", [{"data": "text"}]),
        (None, [{"data": None}]),
    ],
)
async def test_only_the_body(call, service, data, made):
    service.mock_response("/", json=data)
    assert [item.json for item in await call(output="body")] == made


async def test_no_content_and_head(call, service):
    service.mock_response("/", status=204)
    assert (await only(call()))["data"] is None
    service.clear()
    service.mock_response("/", json={"a": 1})
    made = await only(call(method="HEAD"))
    assert (made["data"], made["headers"]["content-length"]) == (None, "7")
    (item,) = await call(method="HEAD", format="file")
    assert not item.files


@pytest.mark.parametrize(
    ("body", "place"),
    [(b'{"a": NaN}', "byte 6"), (b"{", "line 1, column 2"), (b"[1] 2", "line 1, column 5"), (b"[" * 100_000, "deep")],
)  # fmt: skip
async def test_wrong_json_is_an_invalid_response(call, service, body, place):
    service.mock_response("/", body=body, headers={"Content-Type": "application/json"})
    with pytest.raises(HttpError, match=place) as caught:
        await call()
    assert caught.value.type is HttpErrorType.INVALID_RESPONSE


async def test_an_error_status_fails_with_everything_that_helps(call, service):
    service.mock_response(
        "/x",
        status=429,
        json={"error": "slow down"},
        headers={"Retry-After": "7", "Set-Cookie": "session=secret"},
    )
    with pytest.raises(HttpError, match="the server answered 429 Too Many Requests") as caught:
        await call("/x", method="PUT")
    error = caught.value
    assert error.type is HttpErrorType.HTTP_STATUS
    assert error.retry_after == 7.0
    assert error.details["status_code"] == 429
    assert error.details["response_body"] == '{"error":"slow down"}'
    assert error.details["response_headers"]["content-type"] == "application/json"
    assert "set-cookie" not in error.details["response_headers"]
    assert error.details["request_method"] == "PUT"
    assert error.details["request_url"] == service.url("/x")


async def test_retry_after_may_be_a_date(call, service):
    later = datetime.now(UTC) + timedelta(seconds=90)
    service.mock_response(
        "/", status=503, headers={"Retry-After": format_datetime(later, usegmt=True)}
    )
    with pytest.raises(HttpError) as caught:
        await call()
    assert 60 < caught.value.retry_after <= 90


async def test_a_retry_after_that_says_nothing_is_none(call, service):
    service.mock_response("/", status=503, headers={"Retry-After": "soon"})
    with pytest.raises(HttpError) as caught:
        await call()
    assert caught.value.retry_after is None


async def test_a_long_error_page_is_cut(call, service):
    service.mock_response("/", status=500, body="x" * 1_000_000)
    with pytest.raises(HttpError) as caught:
        await call()
    assert len(caught.value.details["response_body"]) < 20_000
    # What is stored and shown, once secrets are out of it.
    assert len(Redactor().error(caught.value.as_json())["response_body"]) < 5000


@pytest.mark.parametrize(
    ("body", "content_type", "data"),
    [
        (b'{"error": 1}', "application/json", {"error": 1}),
        (b"<h1>Oops", "application/json", "<h1>Oops"),
        (b"<h1>Oops", "text/html", "<h1>Oops"),
    ],
)
async def test_an_error_status_may_be_an_answer(call, service, body, content_type, data):
    service.mock_response("/", status=500, body=body, headers={"Content-Type": content_type})
    made = await only(call(success="any", format="json"))
    assert (made["status"], made["data"]) == (500, data)


async def test_redirects_may_stay_unfollowed(call, service):
    service.mock_response("/", status=302, headers={"Location": "/new"})
    made = await only(call(follow_redirects=False))
    assert (made["status"], made["headers"]["location"]) == (302, "/new")


@pytest.mark.parametrize(
    "type",
    [
        HttpErrorType.TOO_MANY_REDIRECTS,
        HttpErrorType.CONNECTION_RESET,
        HttpErrorType.RESPONSE_TOO_LARGE,
        HttpErrorType.INVALID_RESPONSE,
        HttpErrorType.HTTP_STATUS,
        HttpErrorType.TIMEOUT,
    ],
)
@pytest.mark.parametrize(
    ("method", "safe"), [("GET", True), ("DELETE", True), ("POST", False), ("PATCH", False)]
)
async def test_error_types_and_what_may_be_repeated(call, service, type, method, safe):
    service.mock_error("/", HttpError("mock", type, status_code=503))
    with pytest.raises(HttpError) as caught:
        await call(method=method, timeout=1.5 if type is HttpErrorType.TIMEOUT else 30)
    assert caught.value.type is type
    assert caught.value.safe_to_repeat is safe
    assert caught.value.details["request_method"] in (method, "GET")  # a redirect may change it


async def test_what_never_left_may_be_repeated(runner, service):
    url = service.url()
    await service.stop()
    with pytest.raises(HttpError) as caught:
        await runner.run(HttpRequestNode, {"url": url, "method": "POST"})
    assert caught.value.type is HttpErrorType.CONNECTION_REFUSED
    assert caught.value.safe_to_repeat


async def test_the_gate_refuses_what_is_not_public(runner):
    with pytest.raises(SecurityError) as caught:
        await runner.run(HttpRequestNode, {"url": "http://127.0.0.1:9/"})
    assert caught.value.type is SecurityErrorType.INTERNAL_NETWORK


async def test_cancelling_closes_the_request_at_once(call, service):
    service.mock_timeout("/")
    task = asyncio.create_task(call())
    async with asyncio.timeout(30):
        while not service.requests:
            await asyncio.sleep(0.01)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 5


async def test_memory_is_given_back(runner, service):
    service.mock_response("/", body="x" * 100_000, headers={"Content-Type": "text/plain"})
    ctx = runner.context()
    before = ctx.budget.alloc
    await runner.run(HttpRequestNode, {"url": service.url()}, ctx=ctx)
    assert before - ctx.budget.alloc <= 200_000  # what the item holds, not the body


async def test_memory_of_items_that_were_passed_on_is_free_again(runner, service):
    service.mock_response("/", body="x" * 20_000, headers={"Content-Type": "text/plain"})
    items = [{"n": n} for n in range(3000)]
    params = {"url": service.url(), "query": {"n": "{{ json.n }}"}}
    limits = LimitSettings(memory=64, timeout=300)
    made = await runner.engine(HttpRequestNode, params, items, limits=limits)
    assert len(made) == 3000


@pytest.mark.parametrize(
    ("params", "answer", "type"),
    [
        ({}, {"body": "[" + '{"a": 1},' * 50_000 + "}"}, "INVALID_RESPONSE"),
        ({"format": "xml"}, {"body": "<a>" + "<b/>" * 20_000}, "INVALID_RESPONSE"),
        (
            {},
            {"body": '{"a": 1}\n' * 20_000 + "{", "media": "application/x-ndjson"},
            "INVALID_RESPONSE",
        ),
        ({}, {"body": "x" * 2_000_000, "status": 404}, "HTTP_STATUS"),
        (
            {"success": "expression", "success_condition": "{{ response.data == [] }}"},
            {"body": "[" + '{"a": 1},' * 20_000 + "0]"},
            "INVALID_RESPONSE",
        ),
        ({"max_size": 1}, {"body": "x" * 2_000_000}, "RESPONSE_TOO_LARGE"),
    ],
    ids=["json", "xml", "lines", "status", "condition", "size"],
)
async def test_an_item_that_fails_takes_no_memory_from_the_others(
    runner, service, params, answer, type
):
    media = answer.pop("media", "application/json")
    service.mock_response("/", headers={"Content-Type": media}, **answer)
    made = await runner.engine(
        HttpRequestNode,
        {"url": service.url(), "output": "body", "concurrency": 2, **params},
        [{"n": n} for n in range(60)],
        settings=NodeSettings(on_error="continue", retry={"max_retries": 0}),
        limits=LimitSettings(memory=32, timeout=300),
    )
    assert {item["error"]["type"] for item in made} == {type}
