"""Content codings: one at most, unpacked in small steps under a cap."""

import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from tidegate.egress.errors import Reason, failure

if TYPE_CHECKING:
    from backports.zstd import ZstdDecompressor

STEP: Final = 65_536
"""The most bytes that one step makes; what a caller must be ready to hold."""
BOMB_RATIO: Final = 100
_MAX_MEMBERS: Final = 100
_BROTLI_STEP: Final = 30_000  # its first buffer has 32 KB, and it stops once it has more than this
_MAX_WINDOW_LOG: Final = 23  # 8 MB, RFC 9659


class Decoder(Protocol):
    """Unpacks a body of one coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack a piece, in steps of at most :data:`STEP` bytes.

        Raises:
            NodeError: the data is broken, or has more members than any honest server sends.
        """
        ...

    def finish(self) -> None:
        """The body has ended.

        Raises:
            NodeError: the compressed data has not.
        """
        ...


class Inflate:
    """gzip (also of several members) or deflate (with and without zlib's wrapper)."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._started = False
        self._members = 1
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack a piece, in steps of at most :data:`STEP` bytes.

        Raises:
            NodeError: the data is broken, or has more members than any honest server sends.
        """
        if not data:
            return
        if not self._started:
            self._started = True
            if self._coding == "deflate":
                wrapped = data[0] & 0x0F == 8 and data[0] >> 4 <= 7
                self._inflater = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        is_full = False  # a full step may have left bytes inside zlib, even without more input
        while data or (is_full and not self._inflater.eof):
            if self._inflater.eof:
                self._next_member()
            try:
                piece = self._inflater.decompress(data, STEP)
            except zlib.error:
                raise _broken() from None
            data = self._inflater.unconsumed_tail or self._inflater.unused_data
            is_full = len(piece) == STEP
            if piece:
                yield piece

    def finish(self) -> None:
        """The body has ended.

        Raises:
            NodeError: the compressed data has not.
        """
        if self._started and not self._inflater.eof:
            raise _cut_off()

    def _next_member(self) -> None:
        self._members += 1
        if self._coding == "deflate":
            raise _goes_on()
        if self._members > _MAX_MEMBERS:
            raise failure(Reason.BOMB)
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)


class Brotli:
    """Brotli (RFC 7932): one stream, whose window is 16 MB at most."""

    def __init__(self) -> None:
        import brotli  # type: ignore[import-untyped]  # noqa: PLC0415 - most servers send gzip

        self._error = brotli.error
        self._inflater = brotli.Decompressor()
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack a piece, in steps of at most :data:`STEP` bytes.

        Raises:
            NodeError: the data is broken.
        """
        inflater = self._inflater
        is_full = False  # as above
        while data or is_full or not inflater.can_accept_more_data():
            self._started = True
            if inflater.is_finished():
                if data:
                    raise _goes_on()
                return
            try:
                piece = inflater.process(data, output_buffer_limit=_BROTLI_STEP)
            except self._error:
                raise _broken() from None
            data = b""
            is_full = len(piece) >= _BROTLI_STEP
            if piece:
                yield piece

    def finish(self) -> None:
        """The body has ended.

        Raises:
            NodeError: the compressed data has not.
        """
        if self._started and not self._inflater.is_finished():
            raise _cut_off()


class Zstandard:
    """Zstandard (RFC 8878), of several frames too, with the window that RFC 9659 gives HTTP."""

    def __init__(self) -> None:
        from backports import zstd  # noqa: PLC0415 - as above

        self._zstd = zstd
        self._frames = 0
        self._inflater = self._next_frame()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Unpack a piece, in steps of at most :data:`STEP` bytes.

        Raises:
            NodeError: the data is broken, or has more frames than any honest server sends.
        """
        while data or not (self._inflater.needs_input or self._inflater.eof):
            if self._inflater.eof:
                self._inflater = self._next_frame()
            self._frames = self._frames or 1
            try:
                piece = self._inflater.decompress(data, STEP)
            except self._zstd.ZstdError:
                raise _broken() from None
            data = self._inflater.unused_data if self._inflater.eof else b""
            if piece:
                yield piece

    def finish(self) -> None:
        """The body has ended.

        Raises:
            NodeError: the compressed data has not.
        """
        if self._frames and not self._inflater.eof:
            raise _cut_off()

    def _next_frame(self) -> "ZstdDecompressor":
        if self._frames:
            self._frames += 1
        if self._frames > _MAX_MEMBERS:
            raise failure(Reason.BOMB)
        window: dict[int, int] = {self._zstd.DecompressionParameter.window_log_max: _MAX_WINDOW_LOG}
        return self._zstd.ZstdDecompressor(options=window)


def _broken() -> Exception:
    return failure(Reason.INCOMPLETE, "the response's compressed data is broken")


def _cut_off() -> Exception:
    return failure(Reason.INCOMPLETE, "the response's compressed data is cut off")


def _goes_on() -> Exception:
    return failure(Reason.INCOMPLETE, "something follows the response's compressed data")


_CODINGS: Final = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})


def decoder_for(codings: Sequence[str]) -> Decoder | None:
    """The decoder for the values of ``Content-Encoding``; None where nothing is packed.

    Raises:
        NodeError: more than one coding, or one that was not offered.
    """
    named = [word.strip().lower() for value in codings for word in value.split(",")]
    applied = [word for word in named if word not in {"", "identity"}]
    if not applied:
        return None
    if len(applied) > 1 or applied[0] not in _CODINGS:
        raise failure(Reason.ENCODING)
    if applied[0] == "br":
        return Brotli()
    if applied[0] == "zstd":
        return Zstandard()
    return Inflate("deflate" if applied[0] == "deflate" else "gzip")
