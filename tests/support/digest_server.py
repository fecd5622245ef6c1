"""A server that asks for digest authentication, and is strict about it.

It computes by itself what it expects (a test lets another client's code try it, too).
"""

import hashlib
import re
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


class DigestServer(ThreadingHTTPServer):
    """``uses`` is how often a nonce is good; ``paths`` are answers by path, without signing in."""

    daemon_threads = True

    def __init__(self, user: str, password: str, **options: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.user, self.password = user, password
        self.realm: str = options.get("realm", "here")
        self.algorithm: str = options.get("algorithm", "SHA-256")
        self.qop: str | None = options.get("qop", "auth")
        self.uses: int = options.get("uses", 1000)
        self.says_stale: bool = options.get("says_stale", True)
        self.gives_next: bool = options.get("gives_next", False)
        self.paths: dict[str, tuple[int, dict[str, str]]] = {}
        self.counts: dict[str, int] = {}
        self.seen: list[tuple[str, str, int]] = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.address}{path}"

    @property
    def statuses(self) -> list[int]:
        return [status for _, _, status in self.seen]

    def new_nonce(self) -> str:
        nonce = secrets.token_hex(8)
        self.counts[nonce] = 0
        return nonce

    def forget(self) -> None:
        """As a server that was started again: it knows no nonce any more."""
        self.counts.clear()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DigestServer

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        server = self.server
        with server.lock:
            status, headers = self._judge(body)
            server.seen.append((self.command, self.path, status))
        data = body or b"fine"
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_POST = do_HEAD = do_PUT = answer

    def _judge(self, body: bytes) -> tuple[int, dict[str, str]]:
        if self.path in self.server.paths:
            return self.server.paths[self.path]
        header = self.headers.get("authorization", "")
        if not header.startswith("Digest "):
            return 401, self._challenge(is_stale=False)
        found = {
            name: quoted or plain
            for name, quoted, plain in re.findall(r'([a-z*]+)=(?:"([^"]*)"|([^\s,]+))', header)
        }
        server = self.server
        known = server.counts.get(found["nonce"])
        if known is None or known >= server.uses:
            return 401, self._challenge(is_stale=server.says_stale)
        if server.qop is not None and int(found["nc"], 16) != known + 1:
            return 400, {}
        server.counts[found["nonce"]] = known + 1
        if not secrets.compare_digest(found["response"], self._expected(found, body)):
            return 401, self._challenge(is_stale=False)
        if server.gives_next:
            return 200, {"Authentication-Info": f'qop=auth, nextnonce="{server.new_nonce()}"'}
        return 200, {}

    def _challenge(self, *, is_stale: bool) -> dict[str, str]:
        server = self.server
        parts = [f'realm="{server.realm}"', f'nonce="{server.new_nonce()}"', 'opaque="op"']
        parts.append(f"algorithm={server.algorithm}")
        if server.qop is not None:
            parts.append(f'qop="{server.qop}"')
        if is_stale:
            parts.append("stale=true")
        return {"WWW-Authenticate": f"Digest {', '.join(parts)}"}

    def _expected(self, found: dict[str, str], body: bytes) -> str:
        server = self.server
        name = server.algorithm.removesuffix("-sess")

        def hashed(*parts: str) -> str:
            return hashlib.new(HASHES[name], ":".join(parts).encode()).hexdigest()

        one = hashed(server.user, server.realm, server.password)
        if server.algorithm.endswith("-sess"):
            one = hashed(one, found["nonce"], found["cnonce"])
        two = [self.command, self.path]
        if found.get("qop") == "auth-int":
            two.append(hashlib.new(HASHES[name], body).hexdigest())
        assert found["uri"] == self.path
        if server.qop is None:
            return hashed(one, found["nonce"], hashed(*two))
        middle = (found["nonce"], found["nc"], found["cnonce"], found["qop"])
        return hashed(one, *middle, hashed(*two))

    def log_message(self, *_args: Any) -> None:
        pass
