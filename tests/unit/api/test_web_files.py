"""The browser editor's files: types, caching, compressed forms, the page, and where it is mounted."""

import gzip
import re

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tidegate.api.guard import Guard, public_url
from tidegate.api.web import WebFiles
from tidegate.config import ServerSettings
from tidegate.metrics import Metrics

PAGE = """<!doctype html><html><head><meta name="tidegate-base" content="__BASE__" />
<meta name="tidegate-url" content="__URL__" />
<link rel="stylesheet" href="./assets/a.css" nonce="__NONCE__">
<script type="module" src="./assets/a.js" nonce="__NONCE__"></script></head></html>"""


async def otherwise(scope, receive, send):
    await PlainTextResponse("no route", 404)(scope, receive, send)


@pytest.fixture
def dist(tmp_path):
    folder = tmp_path / "web_dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "a.js").write_text("let a = 1")
    (folder / "assets" / "a.js.gz").write_bytes(gzip.compress(b"let a = 1"))
    (folder / "assets" / "a.css").write_text("a{}")
    (folder / "assets" / "packed.js.gz").write_bytes(gzip.compress(b"let b = 2", mtime=0))
    (folder / "assets" / "packed.js.br").write_bytes(b"brotli")
    (tmp_path / "secret.js").write_text("secret")
    return folder


def client(dist, *public_urls):
    settings = ServerSettings(public_urls=public_urls)
    mount = public_urls[0].partition("://")[2].partition("/")[2] if public_urls else ""
    app = WebFiles(otherwise, f"/{mount}" if mount else "", public_url(settings), dist)
    transport = httpx.ASGITransport(Guard(app, settings, Metrics("1.0")))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8480")


async def test_assets_are_kept_forever_and_come_compressed(dist):
    async with client(dist) as http:
        answer = await http.get("/assets/a.js", headers={"accept-encoding": "gzip, deflate"})
        plain = await http.get("/assets/a.js", headers={"accept-encoding": "identity"})
    assert answer.text == plain.text == "let a = 1"
    assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("gzip, br", "br", b"brotli"),
        ("gzip", "gzip", gzip.compress(b"let b = 2", mtime=0)),
        ("identity", None, b"let b = 2"),
    ],
)
async def test_a_file_that_is_only_there_compressed_is_unpacked_for_few(
    dist, accepted, coding, body
):
    async with (
        client(dist) as http,
        http.stream("GET", "/assets/packed.js", headers={"accept-encoding": accepted}) as answer,
    ):
        found = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        again = await http.get(
            "/assets/packed.js", headers={"if-none-match": answer.headers["etag"]}
        )
    assert found == body
    assert again.status_code == 304


async def test_other_files_are_asked_for_again_and_answered_with_304(dist):
    async with client(dist) as http:
        answer = await http.get("/favicon.svg")
        again = await http.get("/favicon.svg", headers={"if-none-match": answer.headers["etag"]})
    assert answer.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


async def test_every_page_is_the_editor_with_a_nonce_of_its_own(dist):
    async with client(dist) as http:
        pages = [await http.get(path) for path in ("/", "/workflows", "/w/01a/executions?q=a.b")]
    nonces = set()
    for page in pages:
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-cache"
        assert 'src="/assets/a.js"' in page.text
        assert 'content=""' in page.text
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', page.text))
        policy = page.headers["content-security-policy"]
        assert f"style-src 'self' 'nonce-{nonce}'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        nonces.add(nonce)
    assert len(nonces) == len(pages)


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone.js",
        "/assets/%2e%2e/%2e%2e/secret.js",
        "/api/v1/nothing",
        "/api",
        "/assets/a.js.gz",
    ],
)
async def test_what_is_not_there_is_no_page(dist, path):
    async with client(dist) as http:
        answer = await http.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_only_reading_is_answered(dist):
    async with client(dist) as http:
        assert (await http.post("/workflows")).status_code == 404


@pytest.mark.parametrize("path", ["/tide/gate/workflows", "/workflows", "/tide/gate"])
async def test_a_mounted_server_writes_its_path_into_the_page(dist, path):
    """The proxy before it may cut the path off, or leave it on."""
    async with client(dist, "https://example.org/tide/gate") as http:
        page = await http.get(path)
        script = await http.get("/tide/gate/assets/a.js")
        similar = await http.get("/tide/gatecrash/assets/a.js")
    assert 'src="/tide/gate/assets/a.js"' in page.text
    assert 'content="/tide/gate"' in page.text
    assert 'content="https://example.org/tide/gate"' in page.text, "where others reach it"
    assert script.text == "let a = 1"
    assert "let a" not in similar.text


async def test_sources_that_were_not_built_say_so(tmp_path):
    async with client(tmp_path / "nothing") as http:
        page = await http.get("/workflows")
        api = await http.get("/api/v1/nothing")
    assert page.status_code == 503
    assert "make web" in page.text
    (nonce,) = re.findall(r'style nonce="([^"]+)"', page.text)
    assert f"'nonce-{nonce}'" in page.headers["content-security-policy"]
    assert api.status_code == 404
