"""A certificate authority for tests, and good and bad certificates that it made."""

import datetime as dt
import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


class Authority:
    """Writes ``NAME.pem`` and ``NAME.key`` into a folder; its own certificate is ``authority``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Test authority")
        root = (
            self._builder(self._name, self._name, self._key, NOW - DAY, NOW + DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self._write("authority", root, self._key)

    @property
    def file(self) -> Path:
        """Its own certificate, for those who trust it."""
        return self.folder / "authority.pem"

    def make(
        self,
        file: str,
        names: Sequence[str],
        *,
        start: dt.datetime = NOW - DAY,
        end: dt.datetime = NOW + DAY,
        self_signed: bool = False,
        key: Any = None,
    ) -> None:
        """Make a certificate for names or addresses."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        subject = _name(names[0])
        alternatives = [
            x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
            for name in names
        ]
        issuer = subject if self_signed else self._name
        certificate = (
            self._builder(subject, issuer, key, start, end)
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .sign(key if self_signed else self._key, hashes.SHA256())
        )
        self._write(file, certificate, key)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: Any, start: dt.datetime, end: dt.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
        )

    def _write(self, file: str, certificate: x509.Certificate, key: Any) -> None:
        pem = serialization.Encoding.PEM
        (self.folder / f"{file}.pem").write_bytes(certificate.public_bytes(pem))
        (self.folder / f"{file}.key").write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
