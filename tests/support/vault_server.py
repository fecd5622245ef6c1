"""A server that speaks as much of HashiCorp Vault's HTTP API as a reader of secrets needs.

The key-value store of version 2 below ``/v1/secret``, tokens, and logins of the kind AppRole.
"""

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class VaultServer(ThreadingHTTPServer):
    """``store`` holds the fields of each path; ``tokens`` those that may read."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self.roles: dict[str, str] = {}
        self.lease = 3600
        self.delay = 0.0
        self.status: int | None = None
        self.location: str | None = None
        self.reads: list[str] = []
        self.logins = 0
        self.namespaces: list[str | None] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: VaultServer

    def do_GET(self) -> None:
        server = self.server
        server.reads.append(self.path)
        server.namespaces.append(self.headers.get("x-vault-namespace"))
        time.sleep(server.delay)
        token = self.headers.get("x-vault-token", "")
        if server.location is not None:
            self._send(307, {}, {"Location": server.location})
        elif server.status is not None:
            self._send(server.status, {"errors": [f"it said {token}"]})
        elif token not in server.tokens:
            self._send(403, {"errors": [f"permission denied for {token}"]})
        elif (name := self.path.removeprefix("/v1/secret/data/")) in server.store:
            data = {"data": server.store[name], "metadata": {"version": 1}}
            self._send(200, {"request_id": "1", "lease_duration": 0, "data": data})
        else:
            self._send(404, {"errors": []})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        server = self.server
        server.logins += 1
        if self.path != "/v1/auth/approle/login":
            self._send(404, {"errors": []})
        elif server.roles.get(body["role_id"]) != body["secret_id"]:
            self._send(400, {"errors": [f"invalid role or secret ID: {body}"]})
        else:
            token = f"hvs.{secrets.token_hex(12)}"
            server.tokens.add(token)
            auth = {"client_token": token, "lease_duration": server.lease, "renewable": True}
            self._send(200, {"auth": auth})

    def _send(self, status: int, answer: Any, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        fields = {"Content-Type": "application/json", "Content-Length": str(len(data))}
        for name, value in {**fields, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: Any) -> None:
        pass
