"""The browser editor: the files that ``make web`` built, and its page for every other address."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from html import escape
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

DIST: Final = Path(__file__).resolve().parents[1] / "web_dist"

_NONCE: Final = "__NONCE__"
_BASE: Final = "__BASE__"
_URL: Final = "__URL__"
_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_OF_THE_SERVER: Final = ("/api", "/assets", "/healthz", "/readyz")
"""What is not there below these is not a page either."""

_FOREVER: Final = "public, max-age=31536000, immutable"
_NOT_BUILT: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tidegate</title>
<style nonce="__NONCE__">
body { font: 15px/1.6 system-ui, sans-serif; max-width: 38rem; margin: 18vh auto; padding: 0 1rem;
  color: #1a222c; background: #f5f7fa }
code { background: #e4e9ee; padding: .1rem .35rem; border-radius: 4px }
</style></head>
<body><main><h1>The browser editor was not built</h1>
<p>This Tidegate runs from its sources, and nobody has built its browser editor yet. Run
<code>make web</code> in the folder of the sources, then start the server again.</p>
<p>The API and the command line work without it.</p></main></body></html>
"""


@dataclass(frozen=True, slots=True)
class _File:
    """One built file; ``variants`` are its compressed forms by content coding.

    A file that has a form in gzip need not be there as it is: what few ask for is unpacked.
    """

    path: Path
    media_type: str
    variants: Mapping[str, Path]


class WebFiles:
    """Answers what no route answers: a built file, or the page of the editor.

    Only files that were there at the start are served: no part of a request becomes a path.
    """

    def __init__(
        self, otherwise: ASGIApp, mount: str, url: str | None = None, dist: Path = DIST
    ) -> None:
        self._otherwise = otherwise
        self._files = _found(dist)
        index = dist / "index.html"
        page = index.read_text() if index.is_file() else None
        self._page = None if page is None else _placed(page, mount, url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._otherwise(scope, receive, send)
            return
        response = self._answer(Request(scope))
        await (response or self._otherwise)(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        path = request.url.path
        file = self._files.get(path)
        if file is not None:
            return _file_response(file, request.headers, is_immutable=path.startswith("/assets/"))
        if any(path == part or path.startswith(f"{part}/") for part in _OF_THE_SERVER):
            return None
        nonce = request.state.nonce
        if self._page is None:
            return HTMLResponse(_NOT_BUILT.replace(_NONCE, nonce), 503)
        headers = {"cache-control": "no-cache"}
        return HTMLResponse(self._page.replace(_NONCE, nonce), headers=headers)


def _placed(page: str, mount: str, url: str | None) -> str:
    """The page with absolute addresses: it is the answer at any depth of paths.

    ``url`` is where others reach the server; None: wherever the page was found.
    """
    prefix = escape(mount, quote=True)
    page = page.replace('="./', f'="{prefix}/')
    return page.replace(_BASE, prefix).replace(_URL, escape(url or "", quote=True))


def _found(dist: Path) -> dict[str, _File]:
    built = {path for path in dist.rglob("*") if path.is_file()}
    names = built | {path.with_suffix("") for path in built if path.suffix == ".gz"}
    files = {}
    for path in sorted(names):
        if path.suffix not in _TYPES or path == dist / "index.html":
            continue
        variants = {
            coding: variant
            for coding, ending in _ENCODINGS
            if (variant := path.with_name(path.name + ending)) in built
        }
        address = "/" + path.relative_to(dist).as_posix()
        files[address] = _File(path, _TYPES[path.suffix], variants)
    return files


def _file_response(file: _File, headers: Headers, *, is_immutable: bool) -> Response:
    made = {"vary": "accept-encoding", "cache-control": _FOREVER if is_immutable else "no-cache"}
    path = file.path if file.path.is_file() else file.variants["gzip"]
    status = path.stat()
    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    made |= {"etag": etag, "last-modified": formatdate(status.st_mtime, usegmt=True)}
    if headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=made)
    accepted = {
        part.partition(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")
    }
    for coding, variant in file.variants.items():
        if coding in accepted:
            made["content-encoding"] = coding
            return Response(variant.read_bytes(), media_type=file.media_type, headers=made)
    body = path.read_bytes() if path == file.path else gzip.decompress(path.read_bytes())
    return Response(body, media_type=file.media_type, headers=made)
