"""Why a TLS handshake failed, for people: by OpenSSL's numbers and symbols, never by its texts."""

import ssl
from collections.abc import Iterable, Mapping
from typing import Final

# By OpenSSL's X509_V_ERR_* numbers (x509_vfy.h).
_BY_CERTIFICATE: Final[Mapping[int | None, str]] = {
    9: "its certificate is not valid yet; check this machine's clock",
    10: "its certificate has expired; whoever runs the server must renew it",
    18: "its certificate is self-signed, so that nobody vouches for who it is",
    19: "its certificate comes from an authority that this machine does not trust",
    20: "its certificate comes from an authority that this machine does not trust, or the server "
    "does not send the certificates between",
    21: "the server does not send the certificates between its own and a trusted authority's",
    23: "its certificate was revoked",
    62: "its certificate is for another name; check the host",
    64: "its certificate is for another name and not for this address; use the server's name",
    66: "its certificate's key is too weak",
}
# By OpenSSL's symbolic reasons, which don't change with its texts.
_BY_REASON: Final[Mapping[str | None, str]] = {
    "HTTP_REQUEST": "this port does not speak TLS; is it http instead of https?",
    "WRONG_VERSION_NUMBER": "this port does not speak TLS; is it http instead of https?",
    "RECORD_LAYER_FAILURE": "this port does not speak TLS; is it http instead of https?",
    "UNSUPPORTED_PROTOCOL": "the server speaks only an old TLS; it must offer 1.2 or newer",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the server speaks only an old TLS; it must offer 1.2 or newer",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the server wants a client certificate",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the server found no way of encrypting that both know, or it "
    "wants a client certificate",
}
_NO_TRUST: Final = "no trustworthy TLS connection could be made"


def tls_sentence(causes: Iterable[BaseException]) -> str:
    """Why a handshake failed, as far as OpenSSL's numbers and symbols say it."""
    for cause in causes:
        # aiohttp's own classes are such errors too, but without their numbers and symbols.
        if isinstance(cause, ssl.SSLError):
            known = vars(cause)
            why = _BY_CERTIFICATE.get(known.get("verify_code"))
            why = why or _BY_REASON.get(known.get("reason"))
            if why:
                return f"{_NO_TRUST}: {why}"
        if isinstance(cause, ssl.SSLEOFError | ConnectionError):
            return f"{_NO_TRUST}: the server ended the handshake; check that this port speaks TLS"
    return _NO_TRUST
