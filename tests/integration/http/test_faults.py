"""Everything that a server or a network can do wrong, and what people are told of it.

Each fault is met by a real execution: the node's error, the row in ``http_request_logs`` and the
memory that it took are looked at.
"""

import socket
from dataclasses import dataclass

import psutil
import pytest
from fault_server import FAULTS

from tidegate.egress.resolver import Resolver

MEGABYTE = 1 << 20
SECRET = "s3cret-value"


@dataclass(frozen=True)
class Told:
    """What a fault's error must say. ``words`` are of its sentence: what happened, what to try."""

    type: str
    category: str
    words: tuple[str, ...]
    phase: str | None = None
    status: int | None = None
    params: tuple[tuple[str, object], ...] = ()


def timeout(phase: str, *words: str, status: int | None = None, **params: object) -> Told:
    words = ("took too long", *words)
    return Told("TIMEOUT", "timeout", words, phase, status, tuple(params.items()))


def lost(phase: str, *words: str, status: int | None = None) -> Told:
    words = ("the server closed the connection", *words)
    return Told("CONNECTION_RESET", "protocol_error", words, phase, status)


def tls(*words: str) -> Told:
    return Told("SSL_ERROR", "tls_error", ("no trustworthy TLS", *words), "tls")


def invalid(category: str, *words: str, status: int | None = 200) -> Told:
    return Told("INVALID_RESPONSE", category, words, status=status)


def malformed(*words: str, status: int | None = None) -> Told:
    return Told("MALICIOUS_CONTENT", "protocol_error", words, status=status)


RULES = ("breaks the rules of HTTP", "far too many headers", "must be mended")
BOMB = Told("MALICIOUS_CONTENT", "response_too_large", ("decompression bomb",), status=200)
TOO_LARGE = Told(
    "RESPONSE_TOO_LARGE", "response_too_large", ("limit of 8 MB", "raise the limit"), status=200
)
BEFORE = "before it answered"
MIDDLE = "in the middle of its response"
RAISE = "raise the timeout"
SLOW = "while waiting for the response"

MATRIX: dict[str, Told] = {
    "refused": Told(
        "CONNECTION_REFUSED", "connection_refused", ("nothing listens", "check"), "connect"
    ),
    "no_answer_to_connect": timeout("connect", "while connecting", "firewall"),
    "reset_on_accept": lost("response", BEFORE),
    "reset_after_request_line": lost("response", BEFORE),
    "reset_after_request": lost("response", BEFORE),
    "reset_in_headers": lost("response", BEFORE),
    "reset_in_body": lost("body", MIDDLE, "try again", status=200),
    "reset_in_chunk": lost("body", MIDDLE, "try again", status=200),
    "close_after_request": lost("response", BEFORE),
    "close_in_headers": lost("response", BEFORE),
    "silent_on_accept": timeout("response", SLOW, RAISE),
    "silent_after_request": timeout("response", SLOW, RAISE),
    "silent_in_headers": timeout("response", SLOW, RAISE),
    "silent_in_body": timeout("body", "while reading", RAISE, status=200),
    "reads_no_body": timeout("response", method="POST", body="x" * (6 * MEGABYTE)),
    "drips_headers": timeout("response", SLOW),
    "drips_body": timeout("body", "while reading", status=200),
    "floods_1xx": timeout("response", SLOW),
    "floods_headers": malformed(*RULES),
    "one_huge_header": malformed("headers are larger than allowed", "fewer cookies"),
    "endless_body": TOO_LARGE,
    "says_too_large": TOO_LARGE,
    "garbage": invalid("protocol_error", "is not HTTP/1.1", "check the port", status=None),
    "another_protocol": invalid("protocol_error", "is not HTTP/1.1", status=None),
    "truncated_body": invalid("protocol_error", "before it was complete", "try again"),
    "truncated_chunks": invalid("protocol_error", "before it was complete"),
    "wrong_length": malformed(*RULES),
    "two_lengths": malformed(*RULES),
    "bad_chunk": malformed(*RULES),
    "bad_chunk_later": malformed(*RULES, status=200),
    "switches_protocol": malformed("switched to another protocol"),
    "invalid_json": invalid("invalid_json", "line 3, column 10", "the format text"),
    "html_as_json": invalid("invalid_json", "line 1, column 1", "looks like HTML"),
    "deep_json": invalid("invalid_json", "nested too deeply"),
    "unknown_coding": invalid("unsupported_encoding", "not asked for", "Accept-Encoding"),
    "two_codings": invalid("unsupported_encoding"),
    "broken_gzip": invalid("protocol_error", "compressed data is"),
    "cut_gzip": invalid("protocol_error", "compressed data is cut off"),
    "gzip_bomb": BOMB,
    "deflate_bomb": BOMB,
    "brotli_bomb": BOMB,
    "zstd_bomb": BOMB,
    "redirect_loop": Told(
        "TOO_MANY_REDIRECTS", "too_many_redirects", ("more than 5 times", "circle"), status=302
    ),
    "redirect_inside": Told("INTERNAL_NETWORK", "address", ("the server's redirect", "not public")),
    "tls_self_signed": tls("self-signed"),
    "tls_expired": tls("has expired", "renew"),
    "tls_wrong_host": tls("for another name"),
    "tls_old": tls("1.2 or newer"),
    "tls_on_a_plain_port": tls("does not speak TLS"),
    "not_found": Told("HTTP_STATUS", "http_status", ("404 Not Found", "nothing"), status=404),
    "unavailable": Told("HTTP_STATUS", "http_status", ("503 Busy", "not available"), status=503),
    "large_error_page": Told("HTTP_STATUS", "http_status", ("500 Oops",), status=500),
}
HARMLESS = {"fine", "tls_good", "bad_charset", "unknown_charset"}


def test_every_fault_is_in_the_matrix():
    assert set(FAULTS) - HARMLESS == set(MATRIX) - {"refused", "no_answer_to_connect"}


@pytest.mark.parametrize("name", MATRIX)
async def test_a_fault_is_told(open_product, faults, name):
    told = MATRIX[name]
    url = await faults.open(name)
    product = open_product(url)
    params = {"timeout": 1.0, "query": {"token": SECRET}, **dict(told.params)}
    before = psutil.Process().memory_info().rss
    done = await product.run({"url": url, **params})
    grown = psutil.Process().memory_info().rss - before

    assert done.status == "failed"
    error = done.error
    assert (error["type"], error["category"]) == (told.type, told.category), error
    assert error["code"] == ("SECURITY_ERROR" if "risk_level" in error else "HTTP_ERROR")
    for words in told.words:
        assert words in error["message"], error["message"]
    if told.phase is not None:
        assert error["phase"] == told.phase
    assert error["attempt"] == 1
    assert error["request_method"] == params.get("method", "GET")
    assert error["request_url"].startswith(
        ("http://127.0.0.1:", "https://127.0.0.1:", "http://10.")
    )
    assert error.get("status_code") == told.status
    assert ("response_headers" in error) == (told.status is not None)
    assert len(error.get("response_body", "")) <= 4096 + 3
    assert SECRET not in str(error) + str(done.requests)

    last = done.requests[-1]
    assert (last.method, last.attempt) == (error["request_method"], 1)
    assert last.url == error["request_url"]
    assert last.response_status == told.status
    assert last.error_message == error["message"]
    # The process's own noise is some megabytes; a body that nobody bounds would be far more.
    assert grown < 64 * MEGABYTE


@pytest.mark.parametrize(
    ("name", "data"),
    [("bad_charset", "gr\ufffdn"), ("unknown_charset", "grün"), ("tls_good", {"fine": True})],
)
async def test_what_can_be_read_is_read(open_product, faults, name, data):
    url = await faults.open(name)
    done = await open_product(url).run({"url": url})
    assert done.status == "succeeded", done.error
    assert done.items[0]["data"] == data


async def test_a_name_that_does_not_exist(open_product):
    def lookup(host):
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    product = open_product()
    product.app.gate.resolver = Resolver(lookup)
    done = await product.run({"url": "https://no-such-host.example.org/"})
    assert (done.error["type"], done.error["category"]) == ("DNS_RESOLUTION", "dns_error")
    assert "check how it is spelled" in done.error["message"]
    assert done.requests[0].error_message == done.error["message"]


async def test_each_attempt_has_its_row_and_its_number(open_product, faults):
    url = await faults.open("unavailable")
    done = await open_product(url).run({"url": url}, retry={"max_retries": 2, "retry_delay": 1})
    assert [(r.attempt, r.response_status) for r in done.requests] == [(1, 503), (2, 503), (3, 503)]
    assert (done.attempts, done.error["attempt"]) == (3, 3)
    assert {r.response_body for r in done.requests} == {"later"}
