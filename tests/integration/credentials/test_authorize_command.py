"""``tidegate credentials authorize``: a person, a browser, and a terminal."""

import json
import re
import socket
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from authorization_server import AuthorizationServer
from command_process import Command


@pytest.fixture
def server():
    running = AuthorizationServer()
    yield running
    running.close()


@pytest.fixture
def start(tmp_path, server):
    """Starts a command on the test's own data folder."""

    def call(*arguments, **more):
        settings = {"TIDEGATE_EGRESS_ALLOW": server.address}
        return Command(tmp_path / "data", *arguments, **settings, **more)

    return call


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


@pytest.fixture
def store(start, server, tmp_path):
    def call(redirect_url):
        file = tmp_path / "crm.json"
        file.write_text(json.dumps(server.credential(redirect_url=redirect_url)))
        options = ["--type", "oauth2", "--host", server.address, "--data", f"@{file}"]
        assert start("credentials", "set", "crm", *options).wait() == 0

    return call


def address_in(command, timeout=60):
    """The address that the person is shown, as soon as it is."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if found := re.search(r"http://\S+/authorize\?\S+", command.text()):
            return found[0]
        time.sleep(0.05)
    raise AssertionError(command.text())


def status_of(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_the_browser_comes_back(start, store, server):
    redirect_url = f"http://127.0.0.1:{free_port()}/callback"
    store(redirect_url)
    command = start("credentials", "authorize", "crm", "--json")
    answer = server.grant(address_in(command))
    # Other pages can send requests here too; they don't know the state.
    for wrong in (redirect_url, f"{redirect_url}?state=x&code=y", answer.replace("/callback", "/")):
        assert status_of(wrong) == 404
    with socket.create_connection(("127.0.0.1", urlsplit(redirect_url).port), 10) as rude:
        rude.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        rude.recv(100)
    assert status_of(answer) == 200
    assert command.wait() == 0
    assert json.loads(command.stdout()) == {"name": "crm", "authorized": True}
    shown = start("credentials", "show", "crm")
    assert shown.wait() == 0
    assert "authorized" in shown.text()
    assert "renewed by itself at" in shown.text()
    tried = start("credentials", "test", "crm", "--url", server.url("/api?of=mine"))
    assert tried.wait() == 0, tried.text()
    assert f"{server.url('')} answered 200" in tried.text()
    kept = start("credentials", "show", "crm")
    assert kept.wait() == 0
    assert "answered 200" in kept.text()
    assert "of=mine" not in kept.text()
    secrets = [*server.access, *server.refresh, server.client_secret]
    assert not [secret for secret in secrets if secret in shown.text() + tried.text()]


def test_where_this_command_can_t_listen(start, store):
    store("https://tidegate.example.org/callback")
    command = start("credentials", "authorize", "crm")
    assert command.wait() == 2
    assert "use --paste" in command.text()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        store(f"http://127.0.0.1:{taken.getsockname()[1]}/")
        command = start("credentials", "authorize", "crm")
        assert command.wait() == 2
        assert "can't listen at" in command.text()


def test_the_address_is_pasted(start, store, server, tmp_path, monkeypatch, capsys):
    from tidegate.cli.main import run

    store("https://tidegate.example.org/callback")
    monkeypatch.setenv("TIDEGATE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TIDEGATE_EGRESS_ALLOW", server.address)
    printed = []

    def prompt(*_arguments, **_options):
        printed.append(capsys.readouterr().err)
        return server.grant(re.search(r"http://\S+/authorize\?\S+", printed[0])[0])

    monkeypatch.setattr("click.prompt", prompt)
    assert run(["credentials", "authorize", "crm", "--paste"]) == 0
    assert capsys.readouterr().out == "authorized: crm\n"
    monkeypatch.setattr("click.prompt", lambda *_, **__: "something else")
    assert run(["credentials", "authorize", "crm", "--paste"]) == 2
    assert "not the address that the browser was sent back to" in capsys.readouterr().err
