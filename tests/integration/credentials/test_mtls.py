"""Client certificates, against a server that asks for one."""

import asyncio
import datetime as dt
import ssl
import tempfile
from pathlib import Path

import pytest
from certificates import NOW, Authority
from cryptography.hazmat.primitives import serialization

from tidegate.app import App
from tidegate.config import Settings
from tidegate.errors import CredentialError, HttpError, HttpErrorType
from tidegate.sdk.http import HttpRequest
from tidegate.services import credentials


class Server:
    """Answers with the name in the certificate that it was shown; counts connections."""

    def __init__(self, authority, *, wants=ssl.CERT_REQUIRED):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        folder = authority.folder
        self.context.load_cert_chain(folder / "server.pem", folder / "server.key")
        self.context.load_verify_locations(authority.file)
        self.context.verify_mode = wants
        self.seen = []
        self.connections = 0
        self.location = ""

    async def start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.context)
        self.address = f"127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    def url(self, path="/"):
        return f"https://{self.address}{path}"

    async def _serve(self, reader, writer):
        self.connections += 1
        shown = writer.get_extra_info("peercert") or {}
        names = [value for part in shown.get("subject", ()) for _, value in part]
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.seen.append((head.split(b" ")[1].decode(), names))
                body = ",".join(names).encode()
                status = b"302 Found\r\nLocation: " + self.location.encode()
                if not (self.location and b" /away " in head):
                    status = b"200 OK"
                writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (status, len(body)))
                writer.write(body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@pytest.fixture
def authority(tmp_path):
    made = Authority(tmp_path)
    made.make("server", ["127.0.0.1"])
    made.make("ada", ["ada"])
    made.make("bob", ["bob"])
    return made


@pytest.fixture
async def server(authority):
    running = Server(authority)
    await running.start()
    yield running
    running.server.close()


def own(authority, name, **more):
    """The values of a credential with a certificate of this name."""
    folder = authority.folder
    return {
        "certificate": (folder / f"{name}.pem").read_text(),
        "key": (folder / f"{name}.key").read_text(),
        "authorities": authority.file.read_text(),
        **more,
    }


async def test_the_certificate_is_shown(authority, server, gates, recorder):
    gate = gates("mtls", own(authority, "ada"), server.address, recorder=recorder)
    for _ in range(2):
        assert (await gate.request(HttpRequest("GET", server.url()))).body == b"ada"
    assert server.connections == 1
    assert "PRIVATE KEY" not in str(recorder.requests)


async def test_it_is_shown_to_servers_that_the_system_trusts(authority, server, gates, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    gate = gates("mtls", own(authority, "ada", authorities=""), server.address)
    assert (await gate.request(HttpRequest("GET", server.url()))).body == b"ada"


async def test_nobody_speaks_on_the_connection_of_another(authority, server, gates):
    """Through one gate: the connection of the one must not be lent to the other."""
    ada = gates("mtls", own(authority, "ada"), server.address)
    bob = gates("mtls", own(authority, "bob"), server.address)
    bob = type(bob)(ada.inner, ada.token_gate, bob.credential, bob.tokens)
    for _ in range(3):
        for gate, name in ((ada, b"ada"), (bob, b"bob")):
            assert (await gate.request(HttpRequest("GET", server.url()))).body == name
    assert server.connections == 2
    # A node without a credential gets a connection of its own, which this server refuses.
    tls = ada.credential.values.sign(HttpRequest("GET", server.url()), None).tls
    with pytest.raises(HttpError):
        await ada.inner.request(HttpRequest("GET", server.url(), tls=tls))


async def test_a_key_with_a_passphrase_leaves_nothing_on_the_disk(
    authority, server, gates, monkeypatch, tmp_path
):
    key = serialization.load_pem_private_key((tmp_path / "ada.key").read_bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"open sesame"),
    ).decode()
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    written = []
    load = ssl.SSLContext.load_cert_chain

    def watch(self, file, *args, **kwargs):
        written.append(Path(file).read_text())
        assert Path(file).stat().st_mode & 0o077 == 0
        return load(self, file, *args, **kwargs)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watch)
    values = own(authority, "ada", key=locked, passphrase="open sesame")
    gate = gates("mtls", values, server.address)
    assert (await gate.request(HttpRequest("GET", server.url()))).body == b"ada"
    ((text),) = written
    assert "ENCRYPTED PRIVATE KEY" in text
    assert locked.splitlines()[2] not in text
    assert list(folder.iterdir()) == []


async def test_a_server_that_the_authorities_do_not_know(authority, server, gates):
    gate = gates("mtls", own(authority, "ada", authorities=""), server.address)
    with pytest.raises(HttpError) as caught:
        await gate.request(HttpRequest("GET", server.url()))
    assert caught.value.type is HttpErrorType.SSL_ERROR
    assert server.seen == []


async def test_another_origin_is_shown_nothing(authority, server, gates):
    """Not even asked for: the second server asks, and gets no certificate."""
    second = Server(authority, wants=ssl.CERT_OPTIONAL)
    await second.start()
    server.location = second.url("/there")
    gate = gates("mtls", own(authority, "ada"), server.address, opens=(second.address,))
    # The authorities of the credential are not trusted for another origin either.
    with pytest.raises(HttpError) as caught:
        await gate.request(HttpRequest("GET", server.url("/away")))
    assert caught.value.type is HttpErrorType.SSL_ERROR
    assert second.seen == []
    assert (await gate.request(HttpRequest("GET", server.url("/here")))).body == b"ada"
    second.server.close()


async def test_a_certificate_says_when_it_ends_whatever_a_person_wrote_down(authority, tmp_path):
    end = (NOW + dt.timedelta(days=5)).replace(microsecond=0)
    authority.make("short", ["short"], end=end)
    app = App.open(Settings(data_dir=tmp_path / "data"))
    values, hosts = own(authority, "short"), ("127.0.0.1:1",)
    await credentials.save(app, "mine", "mtls", values, hosts=hosts, expires_at=1)
    shown = await credentials.describe(app, "mine")
    assert shown["expires_at"].startswith(end.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    assert shown["expires_from"] == "certificate"
    await app.close()


async def test_a_certificate_that_the_server_does_not_accept(authority, server, gates):
    authority.make("late", ["late"], start=NOW - dt.timedelta(days=9), end=NOW - dt.timedelta(1))
    gate = gates("mtls", own(authority, "late"), server.address)
    with pytest.raises(HttpError) as caught:
        await gate.request(HttpRequest("GET", server.url()))
    assert caught.value.type in {HttpErrorType.SSL_ERROR, HttpErrorType.CONNECTION_RESET}
    assert server.seen == []


async def test_without_tls_it_is_nothing(authority, server, gates):
    gate = gates("mtls", own(authority, "ada"), server.address)
    with pytest.raises(CredentialError, match="needs https"):
        await gate.request(HttpRequest("GET", f"http://{server.address}/"))
