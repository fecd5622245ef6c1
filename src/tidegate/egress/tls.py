"""TLS as the gate speaks it: 1.2 at least, the chain and the name verified.

Only a request that says so, and an operator who permits it, turn the verification off.
"""

import os
import secrets
import ssl
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from tidegate.egress.errors import Reason, failure
from tidegate.egress.hop import CURRENT
from tidegate.errors import NodeFailed
from tidegate.sdk.http import ClientIdentity, TlsTrust


class _TlsContext(ssl.SSLContext):
    """Tells the hop when TLS begins: between that and the end of connecting is the handshake."""

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        hop = CURRENT.get(None)
        if hop is not None:
            hop.begin_tls()
        return super().wrap_bio(*args, **kwargs)


def tls_context(*protocols: str) -> ssl.SSLContext:
    """A context that trusts the system's authorities; ``protocols`` are offered by ALPN."""
    context = _TlsContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies the name and the chain
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


@lru_cache(maxsize=64)
def context_for(trust: TlsTrust, identity: ClientIdentity | None = None) -> ssl.SSLContext:
    """The context for HTTP of requests that trust others, or show a certificate of their own.

    Connections are pooled by their context, so that none is used under another trust, and none
    speaks for the owner of another certificate.

    Raises:
        NodeFailed: the authorities are no certificates.
        HttpError: the client's own certificate or key is not usable.
    """
    context = tls_context("http/1.1")
    if trust.authorities:
        try:
            context.load_verify_locations(cadata=trust.authorities)
        except (ssl.SSLError, ValueError):
            raise NodeFailed(
                "the custom authority can't be read: give one or more certificates in PEM "
                "(-----BEGIN CERTIFICATE-----)"
            ) from None
    if identity is not None:
        _load_own(context, identity)
    if not trust.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _load_own(context: ssl.SSLContext, identity: ClientIdentity) -> None:
    """Give the context the client's own certificate.

    The ssl module reads files only. The key is never written in clear: it goes into a file of our
    own under a passphrase that nobody else knows, and the file is gone again at once.
    """
    passphrase = secrets.token_hex(32)
    try:
        text = f"{identity.certificate.strip()}\n{_locked_key(identity, passphrase)}"
        descriptor, name = tempfile.mkstemp(prefix="tidegate-")
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
            context.load_cert_chain(name, password=passphrase)
        finally:
            Path(name).unlink()
    except (ssl.SSLError, ValueError, TypeError):
        # Their own words may quote what was read.
        raise failure(
            Reason.TLS,
            "the client's certificate and key can't be used; they must be PEM and belong together",
        ) from None


def _locked_key(identity: ClientIdentity, passphrase: str) -> str:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow, seldom used

    password = identity.passphrase.encode() if identity.passphrase else None
    key = serialization.load_pem_private_key(identity.key.encode(), password)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    ).decode()
