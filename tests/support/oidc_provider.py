"""A small OpenID Connect provider that holds its clients to the rules, and can be made to lie."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwk, jwt


class OidcProvider(ThreadingHTTPServer):
    """Signs in whoever ``claims`` describe. ``change`` changes a token's claims before it is signed.

    ``key`` signs; the public part of ``shown_key`` is what clients are told.
    """

    daemon_threads = True

    def __init__(self, client_id: str = "tidegate", client_secret: str = "oidc secret/+") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.client_id, self.client_secret = client_id, client_secret
        self.key: Any = jwk.RSAKey.generate_key(2048, {"kid": "one"})
        self.shown_key = self.key
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.change: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.seen: list[dict[str, str]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def authorize(self, address: str) -> str:
        """What the browser of somebody who agrees is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["nonce"]) > 20
        self.seen.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}&iss={self.issuer}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        user = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or user != "tidegate:oidc+secret%2F%2B"
        ):
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            **self.claims,
            **self.change,
        }
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "RS256":
            signed = jwt.encode(header, claims, self.key)
        else:
            signed = self._forged(header, claims)
        return {"access_token": "an-access-token", "token_type": "Bearer", "id_token": signed}

    def _forged(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Signed with the public key as if it were a shared secret (HS256), or not at all (none)."""
        text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
        public = self.shown_key.as_pem(private=False)
        is_signed = self.algorithm == "HS256"
        return (
            f"{text}.{_encoded(hmac.digest(public, text.encode(), 'sha256')) if is_signed else ''}"
        )


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: OidcProvider

    def do_GET(self) -> None:
        provider = self.server
        if self.path == "/.well-known/openid-configuration":
            self._send(
                {
                    "issuer": provider.issuer,
                    "authorization_endpoint": f"{provider.issuer}/authorize",
                    "token_endpoint": f"{provider.issuer}/token",
                    "jwks_uri": f"{provider.issuer}/keys",
                }
            )
        elif self.path == "/keys":
            self._send({"keys": [provider.shown_key.as_dict(private=False)]})
        else:
            self._send({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        answer = self.server.token(dict(parse_qsl(body)), self.headers.get("authorization", ""))
        self._send(answer, 400 if "error" in answer else 200)

    def _send(self, value: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass
