"""A reverse proxy as people set one up: it may pass no WebSockets on, or change the host."""

import contextlib
import socket
import threading
from typing import Self

_REFUSAL = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class MiddleProxy:
    """Passes bytes on to a server of this machine, at an address of its own.

    Without ``passes_sockets`` it refuses WebSockets; without ``keeps_host`` the server sees its own
    address as the host that was called.
    """

    def __init__(self, port: int, *, passes_sockets: bool = True, keeps_host: bool = True) -> None:
        self._port, self._passes_sockets, self._keeps_host = port, passes_sockets, keeps_host
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._own = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._own}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone would not wake the thread that waits for somebody.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(("127.0.0.1", self._port)) as server:
            threading.Thread(target=_pass_on, args=(server, caller), daemon=True).start()
            with contextlib.suppress(OSError):
                while data := caller.recv(1 << 16):
                    if not self._passes_sockets and b"Upgrade: websocket" in data:
                        caller.sendall(_REFUSAL)
                        return
                    server.sendall(data if self._keeps_host else self._with_host(data))

    def _with_host(self, data: bytes) -> bytes:
        called, own = (b"Host: 127.0.0.1:%d\r\n" % port for port in (self._own, self._port))
        return data.replace(called, own)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
