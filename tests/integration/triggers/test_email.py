"""trigger.email against a real conversation: each message once, and no word to the wrong server."""

import asyncio
import base64
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage

import pytest
from authorization_server import AuthorizationServer
from canaries import WIDE, leaks
from certificates import Authority
from imap_server import PASSWORD, USER, serving
from polling import looked, until, watching

from tidegate.app import App
from tidegate.config import EgressSettings, Settings
from tidegate.credentials.gate import CredentialGate
from tidegate.egress import imap
from tidegate.errors import CredentialError, InvalidInput
from tidegate.model.status import ENDED
from tidegate.notify.log import LogNotifier
from tidegate.sdk.http import HttpRequest
from tidegate.services import (
    credential_trial,
    credentials,
    editing,
    executions,
    outputs,
    publishing,
    starting,
)
from tidegate.services.authorization import finish_authorization, start_authorization
from tidegate.services.identity.permissions import LOCAL
from tidegate.services.starting import StartRequest
from tidegate.store import credentials as store
from tidegate.store import schedules
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.triggers.scheduler import Scheduler
from tidegate.worker.service import WorkerService


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    made = Authority(tmp_path_factory.mktemp("imap"))
    made.make("good", ["127.0.0.1"])
    made.make("other", ["mail.example.org"])
    made.make("self", ["127.0.0.1"], self_signed=True)
    return made


def context(authority, name):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(authority.folder / f"{name}.pem", authority.folder / f"{name}.key")
    return made


@pytest.fixture
def trusted(authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


@pytest.fixture
def server(trusted, authority):
    with serving(context(authority, "good")) as running:
        yield running


def settings_of(tmp_path, *ports):
    allow = tuple(f"127.0.0.1:{port}" for port in ports)
    return Settings(data_dir=tmp_path / "data", egress=EgressSettings(allow=allow))


@pytest.fixture
async def app(tmp_path, server):
    app = App.open(settings_of(tmp_path, server.port))
    yield app
    await app.close()


async def publish(app, port, *, security="tls", password=PASSWORD, host="127.0.0.1", **params):
    values = {"host": host, "port": port, "security": security, "user": USER}
    await credentials.save(app, "mailbox", "imap", values | {"password": password})
    return await place(app, **params)


async def place(app, **params):
    """Publish a workflow whose credential is there."""
    node = {
        "type": "trigger.email",
        "credential": "mailbox",
        "params": {"poll_every": 1, "poll_unit": "seconds", **params},
        "settings": {"retry": {"max_retries": 0}},
    }
    document = {"tidegate": 1, "name": "Mail", "nodes": {"mail": node}, "edges": []}
    made = await editing.create(app, LOCAL, editing.NewWorkflow(document))
    await publishing.publish(app, LOCAL, made.stored.id, made.stored.revision)
    return made.stored.id


async def failure(app):
    async with WorkerService(app, LogNotifier()), Scheduler(app):

        async def failed():
            rows = await app.database.read(schedules.every)
            return rows and rows[0].error

        return await until(failed)


async def items(app, count):
    """The items of all executions, in their order, once there are so many."""

    async def found():
        page = await executions.page(app, ExecutionFilter(), limit=200)
        if any(execution.status not in ENDED for execution in page.executions):
            return None
        some = [
            item
            for execution in reversed(page.executions)
            for item in await outputs.final_items(app, execution)
        ]
        return some if len(some) >= count else None

    return await until(found)


def letter(subject, text="Hello\n", files=()):
    mail = EmailMessage()
    mail["From"], mail["To"] = "Bob <bob@example.org>", USER
    mail["Subject"], mail["Message-ID"] = subject, f"<{subject}@example.org>"
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="image", subtype="png", filename=name)
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def subjects(found):
    return [item.json["subject"] for item in found]


async def test_new_mail_starts_an_execution_once_with_its_attachments(app, server):
    server.put(letter("was there before"))
    await publish(app, server.port)
    async with watching(app):
        server.put(letter("new", files=[("a.png", b"\x89PNG" * 1000)]))
        await items(app, 1)
        await looked(app, 2)
        (found,) = await items(app, 1)
    assert (found.json["uid"], found.json["subject"], found.json["text"]) == (2, "new", "Hello\n")
    assert found.json["from"] == {"name": "Bob", "address": "bob@example.org"}
    assert (found.json["flags"], found.json["too_large"]) == ([], False)
    ref = found.files["attachment_1"]
    assert (ref.name, ref.content_type, ref.size) == ("a.png", "image/png", 4000)
    assert (await executions.page(app, ExecutionFilter())).executions[0].source == "poll"
    assert not server.commands("STORE")
    assert not server.commands("SELECT")  # reading alone opens the folder without writing


async def idling(server, count=1):
    async def all_idle():
        return server.idlers == count

    await until(all_idle)


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
async def test_a_server_that_knows_idle_says_at_once_what_comes(
    tmp_path, trusted, authority, security
):
    """The next look would be in weeks."""
    given = None if security == "plain" else context(authority, "good")
    with serving(given, starttls=security == "starttls") as server:
        server.idles = True
        app = App.open(settings_of(tmp_path, server.port))
        await publish(app, server.port, security=security, poll_every=1000, poll_unit="hours")
        async with watching(app):
            for number in (1, 2):
                await idling(server)
                server.put(letter(f"m{number}"))
                found = await items(app, number)
        await idling(server, 0)
        await app.close()
    assert subjects(found) == ["m1", "m2"]


async def test_a_server_that_hangs_up_while_it_idles_is_asked_again(app, server, monkeypatch):
    monkeypatch.setattr("tidegate.triggers.poller._FIRST_WAIT", 0.5)
    server.idles = True
    await publish(app, server.port, poll_every=1000, poll_unit="hours")
    async with watching(app):
        await idling(server)
        for sock in server.sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        server.put(letter("meanwhile"))
        assert subjects(await items(app, 1)) == ["meanwhile"]


async def test_mailboxes_that_idle_hold_no_threads(app, server):
    """A thread each would leave none for anything else."""
    server.idles = True
    values = {"host": "127.0.0.1", "port": server.port, "user": USER, "password": PASSWORD}
    mail = imap.NodeMail(app.gate, values | {"security": "tls"})

    async def wait():
        async with mail.open("INBOX") as mailbox:
            return await mailbox.wait_for_mail()

    waiting = [asyncio.create_task(wait()) for _ in range(40)]
    await idling(server, 40)
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), 30) == "free"
    server.put(letter("for all"))
    assert await asyncio.gather(*waiting) == [True] * 40


@pytest.fixture
async def granted(tmp_path, server):
    """An app whose credential `mailbox` a person granted, and who granted it."""
    login = AuthorizationServer()
    app = App.open(settings_of(tmp_path, server.port, login.server_port))
    place = {"host": "127.0.0.1", "port": server.port, "user": USER}
    await credentials.save(app, "mailbox", "imap_oauth2", login.credential(**place))
    started = await start_authorization(app, "mailbox")
    await finish_authorization(app, login.grant(started.address))
    server.tokens = login.access
    yield app, login
    await app.close()
    login.close()


async def test_a_person_grants_access_to_a_mailbox(granted, server, tmp_path):
    """XOAUTH2; a token that is withdrawn is replaced by the next one."""
    app, login = granted
    server.put(letter("there"))
    await place(app, existing=True)
    async with watching(app):
        assert subjects(await items(app, 1)) == ["there"]
        login.withdraw_access()
        await looked(app, 2)
        server.put(letter("later"))
        assert subjects(await items(app, 2)) == ["there", "later"]
    assert login.grants_used("refresh_token") == 1
    assert not server.commands("LOGIN")
    (token,) = login.access
    files = [file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file()]
    assert not any(token.encode() in data for data in files)
    assert (await credential_trial.trial(app, "mailbox")).works


async def test_a_token_that_is_refused_is_said_without_it(granted, server, tmp_path, capsys):
    """Though the server says what it was given."""
    app, login = granted
    server.tokens = set()
    await place(app)
    said = await failure(app)
    trial = await credential_trial.trial(app, "mailbox")
    assert f"refused the access token for {USER}" in said
    assert f"refused the access token for {USER}" in trial.text
    shown = "".join([said, trial.text, *capsys.readouterr()])
    given = [base64.b64encode(f"Bearer {token}".encode()).decode()[:20] for token in login.access]
    assert not any(word in shown for word in (*login.access, *given, "dXNlcj1"))


async def test_nothing_but_its_server_is_shown_the_token_of_a_mailbox(granted):
    app, login = granted
    row = await app.database.read(lambda connection: store.get(connection, "mailbox"))
    opened = await credentials.open_one(app, row)
    gate = CredentialGate(app.gate.bound(), app.gate.bound(), opened, app.tokens)
    with pytest.raises(CredentialError, match="can't sign an HTTP request"):
        await gate.request(HttpRequest("GET", login.url("/api")))


async def test_nothing_is_lost_or_doubled_over_a_restart(app, server):
    await publish(app, server.port)
    async with watching(app):
        server.put(letter("first"))
        await items(app, 1)
    server.put(letter("second"))
    server.put(letter("third"))
    later = App.open(app.settings)
    async with watching(later):
        await items(later, 3)
        await looked(later, 2)
        found = await items(later, 3)
    await later.close()
    assert subjects(found) == ["first", "second", "third"]


async def test_mail_that_is_there_comes_in_turns_and_is_marked(app, server):
    for number in range(5):
        server.put(letter(f"m{number}"), "In")
    await publish(app, server.port, folder="In", existing=True, max_items=2, mark_as_read=True)
    async with watching(app):
        found = await items(app, 5)
    assert subjects(found) == [f"m{number}" for number in range(5)]
    assert len((await executions.page(app, ExecutionFilter())).executions) == 3
    assert all(one.flags == {"\\Seen"} for one in server.folders["In"])


async def test_a_folder_is_named_as_imap_writes_it(app, server):
    server.put(letter("there"), "Gr&APwA3w-e &- more")
    await publish(app, server.port, folder="Grüße & more", existing=True)
    async with watching(app):
        assert subjects(await items(app, 1)) == ["there"]


async def test_a_trial_takes_nothing_away(app, server):
    server.put(letter("there"))
    id = await publish(app, server.port, existing=True, mark_as_read=True)
    async with WorkerService(app, LogNotifier()):
        for _ in range(2):
            await starting.start(app, LOCAL, id, StartRequest(version="draft"))
        found = await items(app, 2)
    assert subjects(found) == ["there", "there"]
    assert not server.commands("STORE")


async def test_messages_above_the_limit_give_their_headers(app, server):
    await publish(app, server.port, max_size=1)
    async with watching(app):
        server.put(letter("large", "x" * 70 + "\n" + ("y" * 70 + "\n") * 20_000))
        server.put(letter("small"))
        large, small = await items(app, 2)
    assert (large.json["subject"], large.json["too_large"]) == ("large", True)
    assert (large.json["text"], dict(large.files)) == (None, {})
    assert large.json["size"] > 1 << 20
    assert (small.json["subject"], small.json["too_large"]) == ("small", False)
    assert not any("UID FETCH 1 (BODY.PEEK[]" in line for line in server.said)


async def test_a_server_that_lies_about_a_size_changes_nothing(app, server):
    server.lies_about_size = True
    await publish(app, server.port, max_size=1)
    async with watching(app):
        server.put(letter("large", ("y" * 70 + "\n") * 20_000))
        (found,) = await items(app, 1)
    assert (found.json["subject"], found.json["too_large"]) == ("large", True)
    assert found.json["text"] is None


async def test_a_folder_that_is_numbered_anew_begins_anew(app, server, capsys):
    await publish(app, server.port)
    async with watching(app):
        server.put(letter("before"))
        await items(app, 1)
        server.validity = 8
        await looked(app, 2)
        server.put(letter("after"))
        found = await items(app, 2)
    assert subjects(found) == ["before", "after"]
    warnings = [line for line in capsys.readouterr().err.splitlines() if "poll_warning" in line]
    assert len(warnings) == 1
    assert "UIDVALIDITY" in warnings[0]


async def test_a_wrong_password_is_said_without_it(app, server):
    await publish(app, server.port, password="not the password")
    said = await failure(app)
    assert "CREDENTIAL" in said
    assert "the mail server refused the user or the password" in said
    assert "not the password" not in said
    assert server.commands("LOGIN")


async def test_no_password_is_left_anywhere(app, server, tmp_path, capsys):
    """Neither a right nor a wrong one, though the server says what it was given."""
    server.password = WIDE % "imap"
    await publish(app, server.port, password=WIDE % "wrong")
    said = await failure(app)
    trial = await credential_trial.trial(app, "mailbox")
    values = {"host": "127.0.0.1", "port": server.port, "user": USER}
    await credentials.save(app, "mailbox", "imap", values | {"password": WIDE % "imap"})
    right = await credential_trial.trial(app, "mailbox")
    assert (trial.works, right.works) == (False, True)
    files = [file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file()]
    shown = "".join([said, trial.text, right.text, *capsys.readouterr()])
    assert [leaks(data) for data in (*files, shown.encode()) if leaks(data)] == []


async def test_a_password_beyond_ascii_and_one_with_quotes(app, server):
    for password in ("pässwörd ☃", 'qu"o\\te'):
        server.password = password
        values = {"host": "127.0.0.1", "port": server.port, "user": USER, "password": password}
        await credentials.save(app, "odd", "imap", values)
        found = await credential_trial.trial(app, "odd")
        assert found.works, found.text


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
async def test_private_addresses_are_refused(tmp_path, server, security):
    app = App.open(settings_of(tmp_path))
    await publish(app, server.port, security=security)
    said = await failure(app)
    trial = await credential_trial.trial(app, "mailbox")
    await app.close()
    assert "SECURITY_ERROR" in said
    assert (trial.works, "not public" in trial.text) == (False, True)
    assert server.sockets == []


@pytest.mark.parametrize(
    ("name", "why"),
    [("other", "for another name"), ("self", "self-signed")],
)
@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_wrong_certificate_is_refused(tmp_path, trusted, authority, name, why, security):
    with serving(context(authority, name), starttls=security == "starttls") as server:
        app = App.open(settings_of(tmp_path, server.port))
        await publish(app, server.port, security=security)
        said = await failure(app)
        await app.close()
    assert "no trustworthy TLS connection could be made" in said
    assert why in said
    assert not server.commands("LOGIN")


async def test_starttls_comes_before_the_password(tmp_path, trusted, authority):
    with serving(context(authority, "good"), starttls=True) as server:
        app = App.open(settings_of(tmp_path, server.port))
        await publish(app, server.port, security="starttls", existing=True)
        server.put(letter("by starttls"))
        async with watching(app):
            assert subjects(await items(app, 1)) == ["by starttls"]
        await app.close()
        words = [line.split()[0] for line in server.said]
        assert words.index("STARTTLS") < words.index("LOGIN")


async def test_what_is_slipped_in_before_starttls_is_not_heard(tmp_path, trusted, authority):
    with serving(context(authority, "good"), starttls=True) as server:
        server.injects = b"* BYE go away\r\n* OK [UIDVALIDITY 99] x\r\n"
        app = App.open(settings_of(tmp_path, server.port))
        await publish(app, server.port, security="starttls", existing=True)
        server.put(letter("by starttls"))
        async with watching(app):
            assert subjects(await items(app, 1)) == ["by starttls"]
        await app.close()


async def test_a_server_without_starttls_is_never_told_the_password(tmp_path):
    with serving() as server:
        app = App.open(settings_of(tmp_path, server.port))
        await publish(app, server.port, security="starttls")
        assert "does not begin TLS" in await failure(app)
        await app.close()
    assert not server.commands("LOGIN")


async def test_plain_is_for_who_says_so(tmp_path):
    with serving() as server:
        app = App.open(settings_of(tmp_path, server.port))
        server.put(letter("in clear text"))
        await publish(app, server.port, security="plain", existing=True)
        async with watching(app):
            assert subjects(await items(app, 1)) == ["in clear text"]
        await app.close()


@pytest.mark.parametrize("step", ["greeting", "LOGIN", "EXAMINE", "SEARCH", "FETCH"])
async def test_a_server_that_hangs_ends_in_time(app, server, step, monkeypatch):
    monkeypatch.setattr(imap, "STEP_SECONDS", 1.0)
    server.hangs_at = step
    server.put(letter("there"))
    await publish(app, server.port, existing=True)
    assert "took too long to answer" in await failure(app)
    assert await asyncio.to_thread(server.left.wait, 30)


async def test_whoever_is_cancelled_hangs_up(app, server):
    server.hangs_at = "LOGIN"
    values = {"host": "127.0.0.1", "port": server.port, "user": USER, "password": PASSWORD}
    mail = imap.NodeMail(app.gate, values | {"security": "tls"})

    async def work():
        async with mail.open("INBOX"):
            pytest.fail("it opened")

    task = asyncio.create_task(work())
    assert await asyncio.to_thread(server.hangs.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(server.left.wait, 30)


async def test_a_server_that_says_too_much_is_left(app, server):
    server.floods_at = "SEARCH"
    server.put(letter("there"))
    await publish(app, server.port, existing=True)
    assert "more than was asked for" in await failure(app)


async def test_a_password_can_not_be_a_command(app, server):
    mail = {"host": "127.0.0.1", "user": USER, "password": PASSWORD}
    with pytest.raises(InvalidInput) as caught:
        await credentials.save(app, "evil", "imap", mail | {"password": "a\r\nA1 DELETE INBOX"})
    assert "control characters" in caught.value.problems[0].message
