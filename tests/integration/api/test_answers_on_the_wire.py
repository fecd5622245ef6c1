"""Answers as they leave a real server: their order on one connection, also without a body."""

import re
import socket
from urllib.parse import urlsplit

import pytest

CHECKED = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
NO_BODY = b"HEAD /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
UNKNOWN = b"GET /webhook/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
EXPECTING = (
    b"POST /webhook/none HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
)
LAST = CHECKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
NO_HTTP = b"\x00\x01 nonsense\r\n\r\n"


@pytest.fixture
def connect(server):
    opened = []

    def open_():
        place = urlsplit(server.url)
        sock = socket.create_connection((place.hostname, place.port), timeout=20)
        opened.append(sock)
        return sock

    yield open_
    for sock in opened:
        sock.close()


def everything(sock) -> bytes:
    """What comes until the server closes the connection."""
    return b"".join(iter(lambda: sock.recv(65_536), b""))


def statuses(data: bytes) -> list[bytes]:
    return re.findall(rb"HTTP/1\.1 (\d{3})", data)


def test_an_answer_without_a_body_waits_for_nothing(connect) -> None:
    sock = connect()
    for _ in range(3):
        sock.sendall(NO_BODY)
        piece = sock.recv(65_536)
        assert piece.startswith(b"HTTP/1.1 ")
        assert piece.endswith(b"\r\n\r\n")


def test_requests_sent_at_once_are_answered_in_their_order(connect) -> None:
    sock = connect()
    sock.sendall(CHECKED + NO_BODY + UNKNOWN + NO_BODY + LAST)
    assert statuses(everything(sock)) == [b"200", b"405", b"404", b"405", b"200"]


def test_what_is_no_http_is_refused_after_the_answers_before_it(connect) -> None:
    sock = connect()
    sock.sendall(NO_BODY)
    answered = sock.recv(65_536)
    sock.sendall(NO_HTTP)
    assert statuses(answered + everything(sock)) == [b"405", b"400"]


def test_a_body_that_asks_first_is_told_to_come(connect) -> None:
    sock = connect()
    sock.sendall(EXPECTING + b"{}")
    found = statuses(everything(sock))
    assert found[-1] == b"404"
    assert set(found[:-1]) <= {b"100"}
