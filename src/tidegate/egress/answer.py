"""What comes back: the head is checked, the body is read under caps."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tidegate.egress.decode import BOMB_RATIO, Decoder, decoder_for
from tidegate.egress.errors import Reason, failure
from tidegate.egress.hop import Hop
from tidegate.egress.usage import EgressUsage
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpResponse, Timings

if TYPE_CHECKING:
    import aiohttp

Headers = tuple[tuple[str, str], ...]

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_NAME: Final = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LENGTH: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_WHAT: Final = "a response (or stream it to a file)"
_REST_EVERY: Final = 1 << 20  # bytes unpacked before others get the event loop
_SLICE: Final = 16_384
_DRAIN_MAX: Final = 65_536


class Answer:
    """One hop's open response. Whoever opened it must :meth:`close` it."""

    def __init__(self, response: "aiohttp.ClientResponse", hop: Hop, usage: EgressUsage) -> None:
        """Check the head.

        Raises:
            NodeError: the framing is ambiguous, or the execution's transfer is spent.
        """
        hop.head_at = time.perf_counter()
        self._response = response
        self._hop = hop
        self._usage = usage
        self._timings: Timings | None = None
        self._left = self._cap = 0
        self._is_watched = False
        self.status = response.status
        raw = response.raw_headers
        text = b"".join([value for pair in raw for value in pair])
        if _CONTROLS.search(text):
            raise _malformed()
        self.headers: Headers = tuple([(_name(name), _text(value)) for name, value in raw])
        self.bytes_in = 17 + len(response.reason or "") + len(text) + 4 * len(raw)
        self.length = self._check_framing()
        usage.received(self.bytes_in)

    def values(self, name: str) -> Sequence[str]:
        """Every value of a header, by its name in any case."""
        return self._response.headers.getall(name, ())

    def location(self) -> str | None:
        """Where a redirect leads; None if it does not say.

        Raises:
            NodeError: there are several places.
        """
        found = self.values("location")
        if len(found) > 1:
            raise failure(Reason.FRAMING, "the response has more than one Location")
        # aiohttp's text of bytes that are not UTF-8 would be no text for a URL.
        return _text(found[0].encode("utf-8", "surrogateescape")) if found else None

    async def pieces(self, cap: int) -> AsyncIterator[bytes]:
        """The decoded body in small pieces (64 KB unpacked, 128 KB as received), ``cap`` in all.

        Raises:
            NodeError: a cap, the coding, or the execution's transfer.
        """
        decoder = self._decoder()
        if decoder is None:
            self._expect(cap, cap)
            while data := await self._receive():
                yield data
        else:
            # Honest compression grows incompressible data by a few bytes, not more.
            self._expect(cap + (cap >> 8) + 1024, cap)
            async for piece in self._unpacked(decoder, cap):
                yield piece
        self._end()

    def _decoder(self) -> Decoder | None:
        return decoder_for(self.values("content-encoding"))

    def _expect(self, limit: int, cap: int) -> None:
        """The body may have ``limit`` bytes on the wire; ``cap`` is what an error speaks of."""
        self._left, self._cap = limit, cap
        if self.length is not None and self.length > limit:
            raise _too_large(cap)

    async def _receive(self) -> bytes:
        """The next piece as it came; empty at the end."""
        self._hop.receiving()
        content = self._response.content
        if not (self._is_watched or content.is_eof()):
            self._is_watched = True
            self._hop.watch(self._break_off)
        data = await content.readany()
        self._count(len(data))
        return data

    def _all_at_once(self, budget: Budget | None) -> bytes:
        data = self._response.content.read_nowait()
        self._count(len(data))
        self._end()
        if budget is not None:
            budget.charge(len(data), _WHAT)
        return data

    def _count(self, size: int) -> None:
        self._left -= size
        self.bytes_in += size
        if self._left < 0:
            raise _too_large(self._cap)
        self._usage.received(size)

    def _end(self) -> None:
        if self.length is None and self._hop.is_broken:
            raise failure(Reason.RESET, "the connection broke before the response was complete")
        self._hop.end_at = time.perf_counter()

    async def _unpacked(self, decoder: Decoder, cap: int) -> AsyncIterator[bytes]:
        packed = size = rested = 0
        while data := await self._receive():
            for start in range(0, len(data), _SLICE):
                part = data[start : start + _SLICE]
                packed += len(part)
                for piece in decoder.feed(part):
                    size += len(piece)
                    if size > cap:
                        is_bomb = size > packed * BOMB_RATIO
                        raise failure(Reason.BOMB) if is_bomb else _too_large(cap)
                    yield piece
                    if size - rested >= _REST_EVERY:
                        rested = size
                        await asyncio.sleep(0)
        decoder.finish()

    async def read(self, cap: int, budget: Budget | None) -> bytes:
        """The whole decoded body, which stays charged to the budget.

        Raises:
            NodeError: as :meth:`pieces`, or the budget is spent; then nothing stays charged.
        """
        kept: list[bytes] = []
        try:
            if "content-encoding" in self._response.headers:
                async for piece in self.pieces(cap):
                    _charge(budget, piece)
                    kept.append(piece)
            else:  # the same without a generator: most answers are small, plain and here already
                self._expect(cap, cap)
                if self._response.content.is_eof():
                    return self._all_at_once(budget)
                while piece := await self._receive():
                    _charge(budget, piece)
                    kept.append(piece)
                self._end()
            return _joined(kept, budget)
        except BaseException:
            if budget is not None:
                budget.release(sum(map(len, kept)))
            raise

    def timings(self) -> Timings:
        """How long each phase took; final once the body was read."""
        if self._timings is None or self._timings.download is None:
            self._timings = self._hop.timings()
        return self._timings

    def response(
        self, body: bytes, url: str, started: float, redirects: Sequence[str], bytes_out: int
    ) -> HttpResponse:
        """The response as a node sees it."""
        version = self._response.version
        reason = self._response.reason or ""
        return HttpResponse(  # by position: names would cost a tenth of the gate's time
            self.status,
            reason if reason.isascii() else _text(reason.encode("utf-8", "surrogateescape")),
            self.headers,
            body,
            url,
            int((time.perf_counter() - started) * 1e6) / 1000,
            tuple(redirects),
            self.timings(),
            self._hop.peer,
            "1.1" if version is None or version.minor else "1.0",
            self.bytes_in,
            bytes_out,
        )

    async def drain(self) -> None:
        """Read a redirect's short body, so that its connection can be used again."""
        if self.length is not None and self.length <= _DRAIN_MAX:
            async for _ in self._response.content.iter_any():
                pass
        self.close()

    def close(self) -> None:
        """Close the connection, unless it was given back when the body was read to its end."""
        if self._response.connection is not None:
            self._response.close()
        if self._is_watched:
            self._hop.unwatch(self._break_off)

    def _break_off(self, _closed: "asyncio.Future[None]") -> None:
        """The connection is gone, which aiohttp does not tell after a malformed chunk."""
        content = self._response.content
        if not content.is_eof() and content.exception() is None:
            from aiohttp import ClientPayloadError  # noqa: PLC0415 - loaded already

            content.set_exception(ClientPayloadError())

    def _check_framing(self) -> int | None:
        values = self._response.headers.getall
        lengths = values("content-length", ())
        codings = values("transfer-encoding", ())
        if self.status < 200:
            raise failure(Reason.FRAMING, "the server switched to another protocol unasked")
        if len(lengths) > 1 or (lengths and codings):
            raise failure(Reason.FRAMING, "the response states its length in two ways")
        if lengths and not _LENGTH.fullmatch(lengths[0]):
            raise failure(Reason.FRAMING, "the response's length is not a number")
        if codings and (len(codings) > 1 or codings[0].strip().lower() != "chunked"):
            raise failure(Reason.FRAMING, "the response has an unknown transfer coding")
        has_body = self._response.method != "HEAD" and self.status not in {204, 304}
        return int(lengths[0]) if lengths and has_body else None


def _joined(pieces: list[bytes], budget: Budget | None) -> bytes:
    if len(pieces) == 1:
        return pieces[0]
    if budget is not None:
        # Joining holds it twice for a moment.
        size = sum(map(len, pieces))
        budget.charge(size, _WHAT)
        budget.release(size)
    return b"".join(pieces)


def _charge(budget: Budget | None, piece: bytes) -> None:
    if budget is not None:
        budget.charge(len(piece), _WHAT)


@lru_cache(maxsize=1024)
def _name(raw: bytes) -> str:
    if not _NAME.fullmatch(raw):
        raise _malformed()
    return raw.decode("ascii")


def _malformed() -> Exception:
    return failure(Reason.FRAMING, "the response has a malformed header")


def _text(raw: bytes) -> str:
    """Header bytes as text that is always valid: UTF-8, or else Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _too_large(cap: int) -> Exception:
    return failure(
        Reason.TOO_LARGE,
        f"the response is larger than its limit of {_size(cap)}; raise the limit, or stream it to "
        "a file",
    )


def _size(count: int) -> str:
    return f"{count >> 20} MB" if count >= 1 << 20 else f"{count} bytes"
