"""Secrets to plant, what finds them again, and a server that gives back whatever it gets."""

import base64
import hashlib
import html
import json
import threading
import unicodedata
from collections.abc import Iterable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlsplit

WORD = "kAnArY"
ASCII = WORD + "-%s-\"a<b>&c'd/e+f=g%%h\\i~" + WORD
WIDE = WORD + "-%s-\"a<b>&c'd/e+f é😀 \\" + WORD

CREDENTIALS = {
    "basic": {"user": "ada", "password": WIDE % "basic"},
    "bearer": {"token": ASCII % "bearer"},
    "header": {"header": "X-Mine", "value": ASCII % "header"},
    "query": {"parameter": "mine", "value": WIDE % "query"},
    "custom": {"headers": {"X-Odd": ASCII % "h"}, "query": {"q": WIDE % "q"}},
    "digest": {"user": "ada", "password": WIDE % "digest"},
    "oauth1": {
        "consumer_key": "me",
        "consumer_secret": WIDE % "consumer",
        "token": WIDE % "token",
        "token_secret": WIDE % "token secret",
        "signature_method": "PLAINTEXT",
    },
    "oauth2_client": {"client_id": "me", "client_secret": WIDE % "client"},
    "oauth2": {"client_id": "me", "client_secret": WIDE % "person's client"},
}
REALM = "here"
REFRESH = WORD + "-refresh.abc_DEF~" + WORD
TOKEN = WORD + "-token.abc_DEF~" + WORD
PATHS = ("echo", "pieces", "fail", "broken", "hangs_up", "redirect", "elsewhere", "header")


def spellings() -> list[bytes]:
    """The word as it is (URLs, JSON and HTML leave letters alone), and within base64."""
    found = [WORD.encode()]
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + WORD.encode() + b"\0" * 3).decode()
        start, end = (shift * 8 + 5) // 6, (shift + len(WORD)) * 8 // 6
        found.append(text[start:end].encode())
    return found


def leaks(data: bytes, derived: Iterable[str] = ()) -> list[bytes]:
    """``derived`` are further secrets, made while the product ran."""
    searched = [*spellings(), *(text.encode() for text in derived)]
    return [data[max(0, place - 60) : place + 60] for s in searched if (place := data.find(s)) >= 0]


def digest_key() -> str:
    """What stands for the password in digest authentication: as good as that, and shorter."""
    password = unicodedata.normalize("NFC", CREDENTIALS["digest"]["password"])
    return hashlib.sha256(f"ada:{REALM}:{password}".encode()).hexdigest()


class EchoServer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(length).decode()
        place = urlsplit(self.path).path.rpartition("/")[2]
        got = "\n".join([self.path, *(f"{k}: {v}" for k, v in self.headers.items()), body])
        if self.path.startswith("/digest/"):
            got += f"\nI know: {digest_key()}"
        self.server.seen.append((place, got))
        if self.path.startswith("/digest/") and "Authorization" not in self.headers:
            place = "challenge"
        if place == "hangs_up":
            self.close_connection = True
            return
        if place == "pieces":
            self.in_pieces(got)
            return
        status, headers, answer = getattr(self, place)(got)
        data = answer.encode("utf-8", "surrogateescape")
        self.send_response(status)
        for name, value in {"content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = answer

    def echo(self, got):
        doubled = json.dumps({"again": json.dumps(got)})
        encoded = [base64.b64encode(("x" * n + got).encode()).decode() for n in range(3)]
        spelled = [html.escape(got), quote(got), quote(got, safe=""), doubled, *encoded]
        document = {"got": got, got: 1, "spelled": spelled, "list": got.split(": ")}
        return 200, {"content-type": "application/json"}, json.dumps(document)

    def in_pieces(self, got):
        """Secrets are split over chunks, and over reads."""
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.send_header("content-type", "text/plain")
        self.end_headers()
        data = got.encode()
        for start in range(0, len(data), 5):
            piece = data[start : start + 5]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def fail(self, got):
        # The excerpts that errors and records show end somewhere inside of a secret.
        return 500, {"content-type": "text/plain"}, (got.replace("\n", " ") + " ") * 200

    def broken(self, got):
        return 200, {"content-type": "application/json"}, '{"got": ' + got

    def header(self, got):
        shown = quote(got)
        return 200, {"x-echo": shown, "set-cookie": f"a={shown}", "etag": shown}, "fine"

    def redirect(self, got):
        return 302, {"location": f"/echo?{quote(got)}"}, got

    def challenge(self, got):
        asked = f'Digest realm="{REALM}", nonce="n{len(self.server.seen)}", qop=auth'
        return 401, {"WWW-Authenticate": f"{asked}, algorithm=SHA-256"}, got

    def token(self, got):
        answer = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600, "also": got}
        if "grant_type=authorization_code" in got:
            # It ends at once, so that each process must refresh it.
            answer |= {"refresh_token": REFRESH, "expires_in": 0}
        return 200, {"content-type": "application/json"}, json.dumps(answer)

    def no_token(self, got):
        answer = {"error": "invalid_client", "error_description": f"not good: {got}"}
        return 401, {"content-type": "application/json"}, json.dumps(answer)

    def log_message(self, *args):
        pass


@contextmanager
def echo_server():
    """The server, running; ``seen`` has what it got."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), EchoServer)
    running.daemon_threads = True
    running.seen = []
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join(5)
