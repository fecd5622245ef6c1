"""The exact bytes of the request that an HTTP node would send for an item; nothing is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NoReturn, cast
from urllib.parse import urlsplit

from tidegate.egress.outgoing import Outgoing, prepare
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.url import parse_url
from tidegate.egress.verdict import Refused
from tidegate.engine.ports import BoundPorts
from tidegate.engine.testing import run_node
from tidegate.errors import NodeFailed
from tidegate.model.item import JsonObject
from tidegate.model.workflow import NodeSettings
from tidegate.sdk.http import BodyStream, HttpRequest
from tidegate.sdk.node import Node


@dataclass(slots=True)
class _Catch:
    """A gate that keeps the first request and lets nothing out."""

    caught: list[HttpRequest] = field(default_factory=list)

    def stream(self, request: HttpRequest) -> NoReturn:
        self.caught.append(request)
        raise NodeFailed("this is only a preview")


async def preview_request(
    node_class: type[Node], params: Mapping[str, Any], item: JsonObject
) -> bytes:
    """The first request for an item, as it would be on the wire, without a credential's part.

    The key of ``idempotency_key`` and the boundary of a multipart form are new each time.

    Raises:
        NodeFailed: the parameters can't make a request of this item, or the node makes none.
        SecurityError: the gate would refuse its form.
        WorkflowInvalid: the parameters are wrong.
    """
    catch = _Catch()
    ports = cast("BoundPorts", SimpleNamespace(http=catch, requests=0, bytes_transferred=0))
    once = {name: value for name, value in params.items() if name != "rate"}
    settings = NodeSettings(retry={"max_retries": 0})
    try:
        await run_node(node_class, once, [item], settings=settings, make_ports=lambda **_: ports)
    except NodeFailed:
        if not catch.caught:
            raise
    if not catch.caught:
        raise NodeFailed(f"a node of the type {node_class.name} sends no HTTP request")
    request = catch.caught[0]
    try:
        url = parse_url(request.url)
    except Refused as refused:
        raise refused.verdict.error() from None
    return _wire(prepare(request, url, EgressPolicy().max_request))


def _wire(outgoing: Outgoing) -> bytes:
    parts = urlsplit(outgoing.text)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{outgoing.method} {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in outgoing.headers]
    body = outgoing.body
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    elif outgoing.method not in ("GET", "HEAD", "OPTIONS"):
        lines.append("Content-Length: 0")
    head = "\r\n".join([*lines, "", ""]).encode()
    if isinstance(body, BodyStream):
        return head + f"({body.size} bytes from files)".encode()
    return head + (body or b"")
