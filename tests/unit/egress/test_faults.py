"""Exceptions of aiohttp and the system become reasons by their types and symbols alone."""

import errno
import socket
import ssl
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import http_exceptions
from aiohttp.client_reqrep import ConnectionKey

from tidegate.egress.errors import TABLE, Reason
from tidegate.egress.faults import fault
from tidegate.egress.resolver import NameNotFound
from tidegate.egress.tls_errors import tls_sentence

KEY = ConnectionKey("a.test", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)  # fmt: skip


def hop(phase="response", *, ended_by=None, is_broken=False):
    return SimpleNamespace(phase=phase, ended_by=ended_by, is_broken=is_broken)


def connecting(error):
    return aiohttp.ClientConnectorError(KEY, error)


def caused_by(error, cause, *, is_context=False):
    if is_context:
        error.__context__ = cause
    else:
        error.__cause__ = cause
    return error


def response_error():
    return aiohttp.ClientResponseError(SimpleNamespace(real_url=""), ())


def said(error, where=None):
    """The row's reason (by its sentence's row), and the words."""
    found = fault(error, where)
    assert found is not None
    return found


def reason_of(error, where=None):
    found = said(error, where)
    rows = [(row.category, row.type, row.risk) for row in TABLE.values()]
    known = (found.details["category"], found.type)
    assert known in [(category, type) for category, type, _ in rows]
    return known


def row(reason):
    return (TABLE[reason].category, TABLE[reason].type)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError(), Reason.REFUSED),
        (ConnectionResetError(), Reason.RESET),
        (BrokenPipeError(), Reason.RESET),
        (TimeoutError(), Reason.TIMEOUT),
        (OSError(errno.EHOSTUNREACH, "x"), Reason.UNREACHABLE),
        (PermissionError(), Reason.UNREACHABLE),
        (socket.gaierror(), Reason.UNREACHABLE),
        (NameNotFound(), Reason.DNS),
    ],
)
def test_what_the_system_says(error, reason):
    assert reason_of(error, hop("connect")) == row(reason)
    assert reason_of(connecting(error), hop("connect")) == row(reason)


def test_a_name_that_was_not_found_somewhere_in_the_chain():
    for is_context in (False, True):
        error = caused_by(aiohttp.ClientError(), NameNotFound(), is_context=is_context)
        assert reason_of(error, hop("dns")) == row(Reason.DNS)
        deeper = caused_by(aiohttp.ClientError(), error, is_context=is_context)
        assert reason_of(deeper, hop("dns")) == row(Reason.DNS)


def test_everything_in_the_handshake_is_tls():
    assert reason_of(ConnectionResetError(), hop("tls")) == row(Reason.TLS)
    assert reason_of(aiohttp.ServerDisconnectedError(), hop("tls")) == row(Reason.TLS)
    assert reason_of(caused_by(OSError(), ssl.SSLError()), hop("connect")) == row(Reason.TLS)
    assert reason_of(connecting(ssl.SSLError()), hop("connect")) == row(Reason.TLS)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (aiohttp.ServerDisconnectedError(), Reason.RESET),
        (aiohttp.ClientOSError(), Reason.RESET),
        (aiohttp.ClientConnectionError(), Reason.RESET),
        (aiohttp.ClientError(), Reason.RESET),
        (response_error(), Reason.FRAMING),
        (caused_by(response_error(), http_exceptions.BadStatusLine("")), Reason.NOT_HTTP),
        (caused_by(response_error(), http_exceptions.BadHttpMessage("")), Reason.FRAMING),
    ],
)
def test_what_aiohttp_says(error, reason):
    found = said(error, hop("response"))
    assert reason_of(error, hop("response")) == row(reason)
    assert found.details["phase"] == "response"


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        (None, Reason.INCOMPLETE),
        (hop("body"), Reason.INCOMPLETE),
        (hop("body", is_broken=True), Reason.RESET),
        (hop("body", ended_by=http_exceptions.TransferEncodingError("")), Reason.FRAMING),
        (
            hop("body", is_broken=True, ended_by=http_exceptions.BadHttpMessage("")),
            Reason.FRAMING,
        ),
        (hop("body", is_broken=True, ended_by=OSError()), Reason.RESET),
    ],
)
def test_why_a_body_ended_too_early(where, reason):
    assert reason_of(aiohttp.ClientPayloadError(), where) == row(reason)


@pytest.mark.parametrize("error", [KeyError("x"), ValueError(), RuntimeError(), AssertionError()])
def test_a_mistake_of_our_own_is_none_of_the_networks(error):
    assert fault(error, hop()) is None
    assert fault(error, None) is None


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        (
            "connect",
            "the server closed the connection while connecting; check the host and the port",
        ),
        (
            "upload",
            "the server closed the connection before it had the whole request; it may be too large for it",
        ),
        (
            "response",
            "the server closed the connection before it answered; it may have failed, or not like this request",
        ),
        ("body", "the server closed the connection in the middle of its response; try again later"),
        ("queue", "the server closed the connection"),
    ],
)
def test_a_lost_connection_says_when(phase, words):
    found = said(aiohttp.ServerDisconnectedError(), hop(phase))
    assert (found.message, found.details["phase"]) == (words, phase)
    assert said(aiohttp.ServerDisconnectedError()).details["phase"] == "queue"


def test_huge_headers_are_named():
    error = caused_by(response_error(), http_exceptions.LineTooLong(b"", 1))
    assert said(error, hop()).message.startswith("the response's headers are larger than allowed (16 KB")  # fmt: skip
    assert said(response_error(), hop()).message == TABLE[Reason.FRAMING].sentence
    assert said(aiohttp.ClientConnectorError(KEY, ConnectionRefusedError()), hop("connect")).message == TABLE[Reason.REFUSED].sentence  # fmt: skip


NO_TRUST = "no trustworthy TLS connection could be made"


def tls(code=0, reason=None):
    error = ssl.SSLCertVerificationError() if code else ssl.SSLError()
    if code:
        error.verify_code = code
    if reason is not None:
        error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (tls(9), "not valid yet"),
        (tls(10), "has expired"),
        (tls(18), "self-signed"),
        (tls(19), "from an authority that this machine does not trust"),
        (tls(20), "or the server does not send the certificates between"),
        (tls(21), "between its own and a trusted"),
        (tls(23), "was revoked"),
        (tls(62), "for another name; check the host"),
        (tls(64), "not for this address"),
        (tls(66), "key is too weak"),
        (tls(0, "HTTP_REQUEST"), "does not speak TLS"),
        (tls(0, "WRONG_VERSION_NUMBER"), "does not speak TLS"),
        (tls(0, "RECORD_LAYER_FAILURE"), "does not speak TLS"),
        (tls(0, "UNSUPPORTED_PROTOCOL"), "1.2 or newer"),
        (tls(0, "TLSV1_ALERT_PROTOCOL_VERSION"), "1.2 or newer"),
        (tls(0, "TLSV13_ALERT_CERTIFICATE_REQUIRED"), "wants a client certificate"),
        (tls(0, "SSLV3_ALERT_HANDSHAKE_FAILURE"), "no way of encrypting that both know"),
        (ssl.SSLEOFError(), "the server ended the handshake; check that this port speaks TLS"),
        (ConnectionResetError(), "the server ended the handshake"),
    ],
)
def test_why_there_is_no_trust(error, words):
    sentence = tls_sentence([OSError(), error])
    assert sentence.startswith(f"{NO_TRUST}: ")
    assert words in sentence
    assert sentence == tls_sentence([error])
    assert said(connecting(error), hop("tls")).message == sentence


@pytest.mark.parametrize("error", [tls(99), tls(0, "SOMETHING_ELSE"), tls(), OSError()])
def test_what_is_not_known_is_not_guessed(error):
    assert tls_sentence([error]) == NO_TRUST
    assert tls_sentence([error, tls(10)]).endswith("whoever runs the server must renew it")
    assert tls_sentence([]) == NO_TRUST
