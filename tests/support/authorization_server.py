"""An OAuth 2 authorization server that holds its clients to the rules, and an API behind it.

Codes are good once and need the verifier of PKCE. With ``rotates``, a refresh token is good once:
whoever uses it again loses everything, as with servers that take that for theft.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit


class AuthorizationServer(ThreadingHTTPServer):
    """``expires_in`` is told of each token; ``delay`` is waited before a token is given."""

    daemon_threads = True

    def __init__(self, client_id: str = "me", client_secret: str | None = "very secret/+") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.client_id, self.client_secret = client_id, client_secret
        self.expires_in: int | None = 3600
        self.rotates = True
        self.gives_refresh = True
        self.delay = 0.0
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.refusal: tuple[int, dict[str, str]] | None = None
        self.answer_extra: dict[str, str] = {}
        self.mark = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.used: set[str] = set()
        self.forms: list[dict[str, str]] = []
        self.is_revoked = False
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def credential(self, **more: Any) -> dict[str, Any]:
        """The values of a credential for it."""
        return {
            "authorization_url": self.url("/authorize"),
            "token_url": self.url("/token"),
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            **more,
        }

    def grant(self, address: str) -> str:
        """What the browser of a person who agrees is sent to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        assert asked["code_challenge_method"] == "S256"
        code = f"code{self.mark}-{secrets.token_hex(8)}"
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer, **self.answer_extra}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def withdraw_access(self) -> None:
        """Every access token ends before its time."""
        self.access.clear()

    def grants_used(self, kind: str) -> int:
        return sum(form.get("grant_type") == kind for form in self.forms)

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: AuthorizationServer

    def do_GET(self) -> None:
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        if token in self.server.access:
            self._send(200, {"fine": True, "got": dict(self.headers.items())})
        else:
            self._send(401, {"error": "invalid_token", "got": dict(self.headers.items())})

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        server = self.server
        with server.lock:
            server.forms.append(form)
            time.sleep(server.delay)
            status, answer = self._judge(form)
        self._send(status, answer)

    def _judge(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        server = self.server
        if server.refusal is not None:
            status, answer = server.refusal
            return status, answer | {"got": json.dumps(form)}
        if not self._knows_client(form):
            return 401, {"error": "invalid_client", "error_description": f"not good: {form}"}
        if form["grant_type"] == "authorization_code":
            asked = server.codes.pop(form["code"], None)
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked is None or asked["code_challenge"] != made:
                return 400, {"error": "invalid_grant", "error_description": f"no: {form}"}
            if asked["redirect_uri"] != form["redirect_uri"]:
                return 400, {"error": "invalid_grant"}
            return 200, self._tokens()
        token = form["refresh_token"]
        if token in server.used:
            server.is_revoked = True
        if server.is_revoked or token not in server.refresh:
            return 400, {"error": "invalid_grant", "error_description": f"no: {form}"}
        if server.rotates:
            server.refresh.remove(token)
            server.used.add(token)
        return 200, self._tokens()

    def _knows_client(self, form: dict[str, str]) -> bool:
        server = self.server
        header = self.headers.get("authorization", "")
        if header.startswith("Basic "):
            pair = base64.b64decode(header[6:]).decode().partition(":")
            id, secret = unquote_plus(pair[0]), unquote_plus(pair[2])
        else:
            id, secret = form.get("client_id", ""), form.get("client_secret", "")
        return (id, secret) == (server.client_id, server.client_secret or "")

    def _tokens(self) -> dict[str, Any]:
        server = self.server
        access = f"access{server.mark}-{secrets.token_hex(8)}"
        server.access.add(access)
        answer: dict[str, Any] = {"access_token": access, "token_type": "Bearer"}
        if server.expires_in is not None:
            answer["expires_in"] = server.expires_in
        if server.gives_refresh and (server.rotates or not server.refresh):
            refresh = f"refresh{server.mark}-{secrets.token_hex(8)}"
            server.refresh.add(refresh)
            answer["refresh_token"] = refresh
        return answer

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: Any) -> None:
        pass
