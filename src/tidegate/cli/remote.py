"""A server that a command talks to, by its API and with an API key, through a gate of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import quote, urlencode, urlsplit

from tidegate import codec
from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.errors import InvalidInput, OperationalError, UserError
from tidegate.sdk.http import HttpRequest, HttpResponse
from tidegate.server_settings import RemoteSettings

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_PORTS: Final = {"http": 80, "https": 443}


class Refused(UserError):
    """The server did not do what it was asked to."""

    code = "SERVER_REFUSED"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; ``etag`` is empty where it gave none."""

    status: int
    value: Any
    etag: str


class Remote:
    """Use it as an async context manager."""

    def __init__(self, settings: RemoteSettings) -> None:
        """Prepare; nothing is sent.

        Raises:
            InvalidInput: the address or the key is missing, or the key would be sent in the clear.
        """
        if not settings.url or not settings.key:
            raise InvalidInput(
                "which server? give its address with --server (setting remote.url) and an API key "
                "with TIDEGATE_REMOTE_KEY (setting remote.key)"
            )
        parts = urlsplit(settings.url)
        host, is_loopback = parts.hostname or "", parts.hostname in _LOOPBACK
        if parts.scheme not in _PORTS or not host:
            raise InvalidInput(
                "remote.url is no address of a server, such as https://flows.example"
            )
        if parts.scheme == "http" and not is_loopback:
            raise InvalidInput("an API key is only sent by https: use the server's https address")
        self.url = settings.url.rstrip("/")
        self._key = settings.key
        self._allow_plain_http = is_loopback
        port = parts.port or _PORTS[parts.scheme]
        shown = f"[{host}]" if ":" in host else host
        self._gate = Gate(EgressPolicy.from_rules(allow=[f"{shown}:{port}"]))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self._gate.close()

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """Send one request below ``/api/v1``.

        Raises:
            Refused: the server answered with a problem.
            NodeError: it can't be reached.
        """
        headers = [("authorization", f"Bearer {self._key}"), ("accept", "application/json")]
        if body is not None:
            headers.append(("content-type", "application/json"))
        if if_match is not None:
            headers.append(("if-match", if_match))
        request = HttpRequest(
            method,
            f"{self.url}/api/v1{quote(path)}{'?' + urlencode(query, doseq=True) if query else ''}",
            headers,
            None if body is None else codec.encode(body),
            follow_redirects=False,
            sensitive_headers=frozenset({"authorization"}),
            allow_plain_http=self._allow_plain_http,
        )
        return _answer(await self._gate.bound().request(request), f"{method} {path}")

    async def all(self, path: str, key: str, query: Mapping[str, Any] | None = None) -> list[Any]:
        """Every entry of a list that has pages."""
        found: list[Any] = []
        cursor: dict[str, Any] = {}
        while True:
            page = (await self.ask("GET", path, query={**(query or {}), **cursor})).value
            found += page[key]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}


def _answer(response: HttpResponse, what: str) -> Answer:
    etag = next((value for name, value in response.headers if name.lower() == "etag"), "")
    try:
        value = codec.decode(response.body) if response.body else None
    except InvalidInput:
        raise OperationalError(f"{what}: this is no Tidegate server: it answers no JSON") from None
    if response.status >= 400:
        said = value if isinstance(value, dict) else {}
        problems = [str(found.get("message")) for found in said.get("problems", [])]
        detail = "; ".join([str(said.get("detail", f"status {response.status}")), *problems])
        raise Refused(f"{what}: {detail}", status=response.status, reason=said.get("code"))
    return Answer(response.status, value, etag)
