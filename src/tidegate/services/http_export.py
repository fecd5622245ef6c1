"""The requests of a node execution for other tools: cURL, Python code with httpx, HAR 1.2.

They are made from ``http_request_logs``, which holds no secret: ``***`` stands where one was.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from tidegate import __version__, codec
from tidegate.app import App
from tidegate.errors import NotFound
from tidegate.model.execution import Execution, HttpRequestLog, us_to_iso
from tidegate.redact import MASK
from tidegate.store import http_requests

Format = Literal["curl", "httpx", "har"]

MAX_REQUESTS: Final = 1000
_CUT: Final = re.compile(r"\.\.\. \((\d+) bytes\)\Z")
_PARTS: Final = ("dns", "connect", "tls", "ttfb", "download")


async def export(
    app: App, execution: Execution, node_id: str, format: Format, seq: int | None = None
) -> str:
    """Every request that a node made, with all attempts and redirects, in their order.

    ``seq`` names one of them.

    Raises:
        NotFound: the node made none.
    """
    found = await app.database.read(
        lambda connection: http_requests.requests(
            connection,
            execution.id,
            node_id=node_id,
            after=0 if seq is None else seq - 1,
            limit=MAX_REQUESTS if seq is None else 1,
        )
    )
    if seq is not None:
        found = [entry for entry in found if entry.seq == seq]
    if not found:
        raise NotFound(
            f"node {node_id!r} made no HTTP request in execution {execution.number}; "
            f"its nodes: tidegate executions show {execution.number}"
        )
    return _WRITERS[format]([entry.request for entry in found])


def as_curl(requests: Sequence[HttpRequestLog]) -> str:
    """Commands for a POSIX shell, one for each request."""
    return "\n".join(_note(request, "#") + _curl(request) for request in requests)


def _curl(request: HttpRequestLog) -> str:
    headers, body = request.request_headers or {}, _body(request)
    parts = ["curl"]
    if request.method == "HEAD":
        parts.append("--head")
    elif request.method != ("GET" if body is None else "POST"):
        parts.append(f"--request {shlex.quote(request.method)}")
    parts.append(shlex.quote(request.url))
    if re.search(r"[{}\[\]]", request.url):
        parts.append("--globoff")
    for name, value in headers.items():
        # A header without a value would be left out, unless it ends so.
        parts.append("-H " + shlex.quote(f"{name}: {value}" if value else f"{name};"))
    if body is not None:
        if not any(name.lower() == "content-type" for name in headers):
            parts.append("-H 'Content-Type:'")  # or curl says that it is a form
        parts.append("--data-raw " + shlex.quote(body))
    if any(name.lower() == "accept-encoding" for name in headers):
        parts.append("--compressed")
    return " \\\n  ".join(parts) + "\n"


def as_httpx(requests: Sequence[HttpRequestLog]) -> str:
    """A Python script that makes the requests with httpx."""
    return "import httpx\n" + "".join(_httpx(request) for request in requests)


def _httpx(request: HttpRequestLog) -> str:
    lines = ["", _note(request, "#") + "response = httpx.request("]
    lines.append(f"    {_python(request.method)},")
    lines.append(f"    {_python(request.url)},")
    if request.request_headers:
        lines.append("    headers={")
        for name, value in request.request_headers.items():
            lines.append(f"        {_python(name)}: {_python(value)},")
        lines.append("    },")
    body = _body(request)
    if body is not None:
        lines.append(f"    content={_python(body)}.encode(),")
    lines += [")", "print(response.status_code, response.text)", ""]
    return "\n".join(lines)


def _python(text: str) -> str:
    """A literal of Python in double quotes: JSON's, but for what only JSON may leave as it is."""
    return json.dumps(text, ensure_ascii=False)


def as_har(requests: Sequence[HttpRequestLog]) -> str:
    """An HTTP archive (HAR 1.2) as JSON text."""
    document = {
        "log": {
            "version": "1.2",
            "creator": {"name": "Tidegate", "version": __version__},
            "entries": [_entry(request) for request in requests],
        }
    }
    return codec.encode_pretty(document) + "\n"


def _entry(request: HttpRequestLog) -> dict[str, Any]:
    entry = {
        "startedDateTime": us_to_iso(request.at),
        "time": request.response_time or 0,
        "request": _har_request(request),
        "response": _har_response(request),
        "cache": {},
        "timings": _har_timings(request.timings or {}),
    }
    if request.error_message:
        entry["comment"] = request.error_message
    if request.item is not None:
        entry["_item"] = request.item  # a custom field begins with _
    return entry


def _har_request(request: HttpRequestLog) -> dict[str, Any]:
    body = _body(request)
    query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    written: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _har_headers(request.request_headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": 0 if body is None else _size(request.request_body),
    }
    if body is not None:
        media = _header(request.request_headers, "content-type")
        written["postData"] = {"mimeType": media, "params": [], "text": body}
        if _is_cut(request.request_body):
            written["postData"]["comment"] = "only the beginning was kept"
    return written


def _har_response(request: HttpRequestLog) -> dict[str, Any]:
    status = request.response_status or 0
    text = request.response_body
    content: dict[str, Any] = {
        "size": _size(text),
        "mimeType": _header(request.response_headers, "content-type") or "x-unknown",
    }
    if isinstance(text, str):
        content["text"] = _CUT.sub("", text)
        if _is_cut(text):
            content["comment"] = "only the beginning was kept"
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if status in _STATUSES else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _har_headers(request.response_headers),
        "content": content,
        "redirectURL": _header(request.response_headers, "location"),
        "headersSize": -1,
        "bodySize": -1,
    }


def _har_headers(headers: Mapping[str, str] | None) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in (headers or {}).items()]


def _har_timings(timings: Mapping[str, float | None]) -> dict[str, float]:
    """HAR's parts; -1 stands for what did not happen, and ``connect`` holds ``ssl``."""
    dns, connect, tls, ttfb, download = (timings.get(name) for name in _PARTS)
    whole = None if connect is None else connect + (tls or 0)
    shown = {"blocked": None, "dns": dns, "connect": whole, "ssl": tls}
    spent = {"send": 0.0, "wait": ttfb or 0, "receive": download or 0}
    return {name: -1 if value is None else value for name, value in shown.items()} | spent


def _note(request: HttpRequestLog, mark: str) -> str:
    """What became of it, and what must be filled in."""
    outcome = request.error_message or f"status {request.response_status}"
    lines = [f"attempt {request.attempt} at {us_to_iso(request.at)}: {outcome}"]
    if MASK in f"{request.url}{request.request_headers}{request.request_body}":
        lines.append(f"{MASK} stands for what is secret")
    if _is_cut(request.request_body):
        lines.append("only the beginning of the body was kept")
    return "".join(f"{mark} {' '.join(line.split())}\n" for line in lines)


def _body(request: HttpRequestLog) -> str | None:
    return None if request.request_body is None else _CUT.sub("", str(request.request_body))


def _is_cut(body: object) -> bool:
    return isinstance(body, str) and _CUT.search(body) is not None


def _size(body: object) -> int:
    """The bytes of a body, also of one of which only the beginning was kept."""
    if not isinstance(body, str):
        return 0
    cut = _CUT.search(body)
    return int(cut[1]) if cut else len(body.encode())


def _header(headers: Mapping[str, str] | None, wanted: str) -> str:
    return next((v for name, v in (headers or {}).items() if name.lower() == wanted), "")


_STATUSES: Final = frozenset(int(status) for status in HTTPStatus)
_WRITERS: Final[Mapping[Format, Callable[[Sequence[HttpRequestLog]], str]]] = {
    "curl": as_curl,
    "httpx": as_httpx,
    "har": as_har,
}
