"""From parameters to the request that goes to the gate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

from tidegate.nodes.http.bodies import make_body
from tidegate.nodes.http.pairs import spread, with_query
from tidegate.sdk import Context, HttpRequest, Item, NodeFailed
from tidegate.sdk.http import ANY_PHASE, SYSTEM_TRUST, PhaseTimeouts, TlsTrust
from tidegate.sdk.values import type_name

if TYPE_CHECKING:
    from tidegate.nodes.http.params import ResponseParams

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_NAMESPACE: Final = UUID("6f8dd0f5-5b0a-5d0c-9d5e-3c1c0a4f7a52")


@dataclass(frozen=True, slots=True)
class Change:
    """How the request of a page differs from the first: another URL, or values put over its own.

    ``body`` is put over the fields of an object; ``whole_body`` takes its place.
    """

    url: str | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    whole_body: Any = None


FIRST: Final = Change()


def build_request(
    ctx: Context, params: "ResponseParams", item: Item, change: Change = FIRST
) -> HttpRequest:
    """The request for one item, and for one of its pages.

    Raises:
        NodeFailed: a value can't be sent in the place where it is.
    """
    pairs = spread(params.headers, "header")
    if change.headers:
        pairs = _over(pairs, spread(change.headers, "header"), is_header=True)
    body = make_body(ctx, params, item, _body_value(params, change))
    names = {name.lower() for name, _ in pairs}
    if body.content is not None and body.content_type and "content-type" not in names:
        pairs.append(("Content-Type", body.content_type))
    if params.idempotency_key and IDEMPOTENCY_KEY.lower() not in names:
        pairs.append((IDEMPOTENCY_KEY, str(uuid5(_NAMESPACE, ctx.idempotency_key))))
    return HttpRequest(
        method_of(params),
        _url(params, change),
        pairs,
        body.content,
        params.timeout,
        params.follow_redirects,
        params.max_redirects,
        params.max_size << 20,
        phases=_phases(params),
        tls=_trust(params),
        attempt=ctx.attempt,
        cache=params.cache,
    )


def method_of(params: "ResponseParams") -> str:
    """The method, also a custom one."""
    return params.custom_method if params.method == "CUSTOM" else params.method


def has_idempotency_key(request: HttpRequest) -> bool:
    """Whether a server that knows the key does the work once, however often it is asked."""
    return any(name.lower() == IDEMPOTENCY_KEY.lower() for name, _ in request.headers)


def _url(params: "ResponseParams", change: Change) -> str:
    if change.url is not None:
        return change.url
    query = spread(params.query, "query parameter", params.array_format)
    if change.query:
        query = _over(query, spread(change.query, "query parameter", params.array_format))
    return with_query(params.url.strip(), query)


def _over(
    pairs: list[tuple[str, str]], others: list[tuple[str, str]], *, is_header: bool = False
) -> list[tuple[str, str]]:
    """The pairs with others in the place of those of the same name."""
    taken = {name.lower() if is_header else name for name, _ in others}
    kept = [pair for pair in pairs if (pair[0].lower() if is_header else pair[0]) not in taken]
    return [*kept, *others]


def _body_value(params: "ResponseParams", change: Change) -> Any:
    if change.whole_body is not None:
        return change.whole_body
    value = params.body
    if not change.body:
        return value
    if value is None or type(value) is dict:
        return {**(value or {}), **change.body}
    raise NodeFailed(
        f"the body is {type_name(value)}; only an object can take the parameter of the next page"
    )


def _phases(params: "ResponseParams") -> PhaseTimeouts:
    values = (
        params.dns_timeout,
        params.connect_timeout,
        params.tls_timeout,
        params.first_byte_timeout,
        params.idle_timeout,
    )
    return ANY_PHASE if values == (None,) * 5 else PhaseTimeouts(*values)


def _trust(params: "ResponseParams") -> TlsTrust:
    if params.verify_tls and not params.authorities:
        return SYSTEM_TRUST
    return TlsTrust(params.verify_tls, params.authorities)
