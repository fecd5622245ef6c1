"""The operator's HTTP proxy: a connection through it ends at the address that the gate checked.

The proxy is told addresses, never names: what a name leads to was looked up and checked here.
"""

import asyncio
import base64
import re
import socket
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from tidegate.errors import InvalidInput

_MAX_HEAD: Final = 16_384
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([0-9]{3})[ \r]")
_DEFAULT_PORT: Final = 3128
_WRONG: Final = (
    "the setting egress.proxy must look like http://proxy.example.org:3128, with USER:PASSWORD@ "
    "before the host if the proxy wants that"
)


class ProxyFailed(OSError):
    """The proxy can't be reached, or did not connect; the text is safe to show."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where the proxy is, and how to log in there."""

    host: str
    port: int
    authorization: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> "Proxy":
        """Read a URL.

        Raises:
            InvalidInput: it is none of a proxy that is spoken to by HTTP.
        """
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port or _DEFAULT_PORT
        except ValueError:
            raise InvalidInput(_WRONG) from None
        if parts.scheme != "http" or not host or parts.path.strip("/") or parts.query:
            raise InvalidInput(_WRONG)
        login = ""
        if parts.username is not None:
            plain = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            login = f"Basic {base64.b64encode(plain.encode()).decode()}"
        return cls(host, port, login)

    def __str__(self) -> str:
        """Without what logs in."""
        login = "***@" if self.authorization else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{login}{host}:{self.port}"

    async def open(self, address: str, port: int) -> socket.socket:
        """A socket whose other end is this address, behind the proxy.

        Raises:
            ProxyFailed: the proxy can't be reached, or refuses.
        """
        sock = await self._connect()
        try:
            place = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
            if self.authorization:
                lines.append(f"Proxy-Authorization: {self.authorization}")
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(sock, "\r\n".join([*lines, "", ""]).encode())
            status = await self._answer(sock)
        except ProxyFailed:
            sock.close()
            raise
        except OSError:
            sock.close()
            raise ProxyFailed("the operator's proxy closed the connection") from None
        except BaseException:
            sock.close()
            raise
        if 200 <= status < 300:
            return sock
        sock.close()
        if status == 407:
            raise ProxyFailed("the operator's proxy wants another user or password (egress.proxy)")
        raise ProxyFailed(f"the operator's proxy did not connect to the server (status {status})")

    async def _connect(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except OSError:
            raise ProxyFailed("the name of the operator's proxy can't be found") from None
        for family, kind, protocol, _, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
                await loop.sock_connect(sock, address)
            except OSError:
                sock.close()
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise ProxyFailed("the operator's proxy can't be reached")

    async def _answer(self, sock: socket.socket) -> int:
        """The status of the answer to CONNECT; nothing may follow its head."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _MAX_HEAD:
            data = await asyncio.get_running_loop().sock_recv(sock, 4096)
            if not data:
                raise ProxyFailed("the operator's proxy closed the connection")
            head += data
        found = _STATUS.match(head)
        end = head.find(b"\r\n\r\n")
        is_open = found is not None and found[1].startswith(b"2")
        if found is None or end < 0 or (is_open and end + 4 != len(head)):
            raise ProxyFailed("what the operator's proxy answered is not HTTP")
        return int(found[1])
