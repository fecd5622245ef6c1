"""Listens on this machine for the browser that comes back from an authorization (RFC 8252)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import parse_qs, urlsplit

from tidegate.errors import InvalidInput

HOSTS: Final = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
MAX_HEAD: Final = 16_384
HEAD_SECONDS: Final = 10.0
WAIT_SECONDS: Final = 600.0
_PAGE: Final = "<!doctype html><title>Tidegate</title><p>Done. The terminal says what came of it."
_ELSE: Final = "<!doctype html><title>Tidegate</title><p>Nothing is waited for here."


@asynccontextmanager
async def answer_at(redirect_url: str, state: str) -> AsyncIterator["asyncio.Future[str]"]:
    """Listen, and give the future address of the one request that brings ``state``.

    Raises:
        InvalidInput: the address is not one of this machine, or can't be listened at.
        TimeoutError: nobody came.
    """
    place = urlsplit(redirect_url)
    host = HOSTS.get(place.hostname or "")
    if host is None or place.scheme != "http":
        raise InvalidInput(
            f"the browser is sent back to {redirect_url}, where this command can't listen; use "
            "--paste, or store the credential with a redirect_url such as "
            "http://127.0.0.1:8765/callback"
        )
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                target = _target(head, place.path, state)
                writer.write(_response(is_expected=target is not None))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            target = None  # a browser that changed its mind, or no browser at all
        finally:
            writer.close()
        if target is not None and not came.done():
            came.set_result(f"{place.scheme}://{place.netloc}{target}")

    try:
        server = await asyncio.start_server(serve, host, place.port or 80, limit=MAX_HEAD)
    except OSError as error:
        raise InvalidInput(
            f"can't listen at {redirect_url}: {error.strerror}; use --paste instead"
        ) from None
    async with server:
        timer = asyncio.get_running_loop().call_later(WAIT_SECONDS, _give_up, came)
        try:
            yield came
        finally:
            timer.cancel()
            came.cancel()


def _give_up(came: "asyncio.Future[str]") -> None:
    if not came.done():
        came.set_exception(InvalidInput("nobody granted access in time; begin again"))


def _target(head: bytes, path: str, state: str) -> str | None:
    """The target of the request that is waited for; None for every other request.

    Other pages of the browser can send requests here too, but don't know the state.
    """
    words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
    if len(words) != 3 or words[0] != "GET":
        return None
    try:
        target = urlsplit(words[1])
        brought = parse_qs(target.query, max_num_fields=50).get("state")
    except ValueError:
        return None
    is_expected = target.path == (path or "/") and brought == [state]
    return f"{target.path}?{target.query}" if is_expected else None


def _response(*, is_expected: bool) -> bytes:
    status, page = ("200 OK", _PAGE) if is_expected else ("404 Not Found", _ELSE)
    head = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(page)}",
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", page]).encode()
