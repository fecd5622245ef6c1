"""A mail server with TLS, a login and a mind of its own."""

import asyncio
import base64
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tidegate.app import App
from tidegate.config import EgressSettings, NotifySettings, Settings

USER, PASSWORD = "robot", "s3cr3t-mail-password"


@dataclass
class MailServer:
    """Takes mail after a login; ``answers`` to the end of DATA are used one after the other."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    logins: list[tuple[str, ...]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(*lines: str) -> None:
            writer.write("".join(f"{line}\r\n" for line in lines).encode())
            await writer.drain()

        try:
            await say("220 mail.test")
            while line := (await reader.readline()).decode().strip():
                word = line.split()[0].upper()
                if word == "EHLO":
                    await say("250-mail.test", "250 AUTH PLAIN")
                elif word == "AUTH":
                    _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                    self.logins.append((user, password))
                    good = (user, password) == (USER, PASSWORD)
                    await say("235 welcome" if good else "535 wrong password")
                elif word == "DATA":
                    await say("354 go on")
                    text = (await reader.readuntil(b"\r\n.\r\n")).decode()
                    answer = self.answers.pop(0) if self.answers else "250 kept as 17"
                    if answer.startswith("250"):
                        self.mails.append(text)
                    await say(answer)
                elif word == "QUIT":
                    await say("221 bye")
                    break
                else:
                    await say("250 ok")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key, in one file."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    file.write_bytes(
        certificate.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return file


@pytest.fixture
async def mail_server(certificate, monkeypatch):
    """A mail server whose certificate this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = MailServer()
    listener = await asyncio.start_server(server.speak, "127.0.0.1", 0, ssl=context)
    server.port = listener.sockets[0].getsockname()[1]
    yield server
    listener.close()


@pytest.fixture
async def open_app(tmp_path):
    """Opens an app on SQLite with these settings of notifications, and ports open in the gate."""
    opened = []

    def open_(*ports: int, **notify: object) -> App:
        allow = tuple(f"127.0.0.1:{port}" for port in ports)
        settings = Settings(
            data_dir=tmp_path / "data",
            egress=EgressSettings(allow=allow),
            notify=NotifySettings(**notify),
        )
        opened.append(App.open(settings))
        return opened[-1]

    yield open_
    for app in opened:
        await app.close()
