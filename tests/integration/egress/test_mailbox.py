"""Mailboxes, word for word: what is said to a server, and what is made of its answers."""

import asyncio
import gc
import socket
import ssl
from base64 import b64encode
from contextlib import suppress

import pytest
from certificates import Authority
from imap_server import PASSWORD, USER, serving
from scripted_imap import ANSWERS, OK, ended

from tidegate.egress import imap, imap_client
from tidegate.egress.imap import NodeMail
from tidegate.errors import (
    CredentialError,
    HttpError,
    HttpErrorType,
    NodeFailed,
    NodeRetryable,
    SecurityError,
)
from tidegate.sdk.mail import MailHead


async def opened(mail, folder="INBOX", **options):
    async with mail.open(folder, **options):
        pass


async def refused(error, mail, folder="INBOX"):
    """What is said where a folder can't be opened."""
    with pytest.raises(error) as caught:
        await opened(mail, folder)
    return caught.value.message


@pytest.mark.parametrize(("writes", "word"), [(False, "EXAMINE"), (True, "SELECT")])
async def test_a_folder_is_opened_and_left(mailbox, writes, word):
    mail, server = await mailbox()
    async with mail.open("INBOX", writes=writes) as box:
        assert (box.validity, box.next_uid) == (7, 4294967295)
    assert await ended(server) == [
        "CAPABILITY",
        'LOGIN "ada" "pass"',
        f'{word} "INBOX"',
        "LOGOUT",
    ]


async def test_nothing_more_is_said_after_a_failure(mailbox):
    mail, server = await mailbox()
    with pytest.raises(LookupError):
        async with mail.open("INBOX"):
            raise LookupError
    assert (await ended(server))[-1] == 'EXAMINE "INBOX"'


@pytest.mark.parametrize(
    ("answer", "uids"),
    [
        (b"* SEARCH 9 3 1 2 3\r\n", [1, 2, 3]),
        (b"* SEARCH 2\r\n* SEARCH 1\r\n", [1, 2]),
        (b"* SEARCH\r\n", []),
        (b"", []),
    ],
)
async def test_uids_are_in_their_order_and_range(mailbox, answer, uids):
    mail, server = await mailbox(SEARCH=answer + b"TAG OK done\r\n")
    async with mail.open("INBOX") as box:
        assert await box.uids(1, 3) == uids
        assert server.requests[-1] == "UID SEARCH UID 1:3"


async def test_uids_are_numbers_of_ten_digits(mailbox):
    mail, _ = await mailbox(SEARCH=b"* SEARCH 4294967295\r\nTAG OK done\r\n")
    async with mail.open("INBOX") as box:
        assert await box.uids(1, 4294967295) == [4294967295]
    for word in (b"12345678901", b"1 x", b"-1"):
        mail, _ = await mailbox(SEARCH=b"* SEARCH %s\r\nTAG OK done\r\n" % word)
        async with mail.open("INBOX") as box:
            with pytest.raises(NodeRetryable) as caught:
                await box.uids(1, 99999999999)
    assert caught.value.message == "the mail server's list of messages can't be understood"


async def test_heads_are_those_asked_for_in_their_order(mailbox):
    mail, server = await mailbox(
        FETCH=b"* 1 FETCH (UID 3 RFC822.SIZE 30 FLAGS (\\Seen $x\xff))\r\n"
        b"* 2 FETCH (FLAGS () RFC822.SIZE 123456789012 UID 1)\r\n"
        b"* 3 FETCH (FLAGS (\\Seen))\r\n"  # told by itself
        b"* 4 FETCH (UID 9)\r\n"
        b"* 5 FETCH (RFC822.SIZE 1)\r\n"
        b"* 6 FETCH (UID 8 RFC822.SIZE 5)\r\n"
        b"* 7 FETCH (UID 7 RFC822.SIZE 6 X {2}\r\n)) FLAGS (\\Seen))\r\n"
        b"TAG OK done\r\n"
    )
    async with mail.open("INBOX") as box:
        assert await box.heads([7, 1, 2, 8, 3]) == [
            MailHead(7, 6, ()),
            MailHead(1, 123456789012, ()),
            MailHead(8, 5, ()),
            MailHead(3, 30, ("\\Seen", "$x\N{REPLACEMENT CHARACTER}")),
        ]
        assert server.requests[-1] == "UID FETCH 7,1,2,8,3 (UID RFC822.SIZE FLAGS)"


async def test_heads_where_nothing_is_left(mailbox):
    mail, server = await mailbox()
    async with mail.open("INBOX") as box:
        assert await box.heads([]) == []
        assert server.requests[-1] == 'EXAMINE "INBOX"'
        assert await box.heads([1]) == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"* 1 FETCH (BODY[]<0> {5}\r\na\r\nb) UID 1)\r\n", b"a\r\nb)"),
        (b'* 1 FETCH (UID 1 BODY[]<0> "a \\"b\\" \\\\")\r\n', b'a "b" \\'),
        (b'* 1 FETCH (UID 1 BODY[HEADER] "")\r\n', b""),
        (b'* 1 FETCH (UID 2)\r\n* 1 FETCH (BODY[] "a")\r\n', b"a"),
        (b"* 1 FETCH (UID 1 BODY[] NIL)\r\n", None),
        (b"", None),
    ],
)
async def test_a_message_is_read_in_each_form(mailbox, answer, message):
    mail, server = await mailbox(FETCH=answer + b"TAG OK done\r\n")
    async with mail.open("INBOX") as box:
        assert await box.read(1, 5) == message
        assert server.requests[-1] == "UID FETCH 1 (BODY.PEEK[]<0.5>)"
        await box.read(1, 6, only_headers=True)
        assert server.requests[-1] == "UID FETCH 1 (BODY.PEEK[HEADER]<0.6>)"


async def test_messages_are_marked_as_read(mailbox):
    mail, server = await mailbox()
    async with mail.open("INBOX", writes=True) as box:
        await box.mark_read([])
        assert server.requests[-1] == 'SELECT "INBOX"'
        await box.mark_read([1, 2])
        assert server.requests[-1] == "UID STORE 1,2 +FLAGS.SILENT (\\Seen)"


async def test_as_much_is_read_as_was_asked_for(mailbox, monkeypatch):
    """Each step may hear so much, however much was heard before; a message comes on top."""
    monkeypatch.setattr(imap_client, "ANSWER_BYTES", 1000)
    body = b"* 1 FETCH (BODY[]<0> {%d}\r\n%s)\r\nTAG OK done\r\n"
    mail, _ = await mailbox(FETCH=body % (3000, b"x" * 3000))
    async with mail.open("INBOX") as box:
        for _ in range(2):
            assert len(await box.read(1, 3000)) == 3000
        with pytest.raises(NodeRetryable) as caught:
            await box.read(1, 100)
    assert caught.value.message == (
        "the mail server can't be used: command: UID => it sends more than was asked for"
    )


async def test_lines_count_too(mailbox, monkeypatch):
    monkeypatch.setattr(imap_client, "ANSWER_BYTES", 1000)
    mail, _ = await mailbox(SEARCH=b"* OK more\r\n" * 100 + b"TAG OK done\r\n")
    async with mail.open("INBOX") as box:
        with pytest.raises(NodeRetryable, match="it sends more than was asked for"):
            await box.uids(1, 2)


async def test_exactly_so_much_may_be_said(mailbox, monkeypatch):
    said = ANSWERS["CAPABILITY"].replace(b"TAG", b"ABCD1")
    login = b"ABCD1 OK done\r\n"
    total = len(b"* OK ready\r\n" + said + login) + len(ANSWERS["EXAMINE"]) + 2
    monkeypatch.setattr(imap_client, "ANSWER_BYTES", total)
    await opened((await mailbox())[0])
    monkeypatch.setattr(imap_client, "ANSWER_BYTES", total - 1)
    assert "more than was asked for" in await refused(NodeRetryable, (await mailbox())[0])


async def test_what_a_server_refuses_is_said(mailbox):
    mail, _ = await mailbox(SEARCH=b"TAG NO not\x1b[m now %s\r\n" % (b"x" * 300))
    async with mail.open("INBOX") as box:
        with pytest.raises(NodeRetryable) as caught:
            await box.uids(1, 2)
    said, _, words = caught.value.message.partition(": ")
    assert said == "the mail server refused SEARCH"
    assert len(words) == 200
    assert words.startswith("not") and "\x1b" not in words
    mail, _ = await mailbox(EXAMINE=b"TAG NO Gr\xc3\xbc\xc3\x9fe \xff\r\n")
    assert await refused(NodeFailed, mail, "x" * 200) == (
        f"the mail server does not open the folder {'x' * 100!r}: Grüße \N{REPLACEMENT CHARACTER}"
    )
    mail, _ = await mailbox(LOGIN=b"TAG NO wrong\r\n")
    assert await refused(CredentialError, mail) == (
        "the mail server refused the user or the password: wrong"
    )


@pytest.mark.parametrize("word", [b"", b" x", b" 12345678901"])
@pytest.mark.parametrize("missing", ["UIDVALIDITY", "UIDNEXT"])
async def test_a_folder_without_its_numbers_is_not_read(mailbox, word, missing):
    answer = ANSWERS["EXAMINE"].replace(b"[%s" % missing.encode(), b"[X")
    if word:
        answer = b"* OK [%s%s] x\r\n" % (missing.encode(), word) + answer
    mail, _ = await mailbox(EXAMINE=answer)
    assert await refused(NodeFailed, mail) == (
        f"the mail server does not say {missing}, without which nothing is safe to do"
    )


async def test_the_last_number_that_is_said_counts(mailbox):
    mail, _ = await mailbox(EXAMINE=b"* OK [UIDVALIDITY 6] x\r\n" + ANSWERS["EXAMINE"])
    async with mail.open("INBOX") as box:
        assert box.validity == 7


@pytest.mark.parametrize(
    ("answers", "error", "said"),
    [
        (
            {"greeting": b"220 hello\r\n"},
            NodeRetryable,
            "can't be used: unexpected response: b'220",
        ),
        (
            {"EXAMINE": b"TAG BAD what\r\n"},
            NodeRetryable,
            "can't be used: EXAMINE command error: BAD",
        ),
        ({"LOGIN": b"* BYE shut\r\n"}, NodeRetryable, "can't be used: command: LOGIN => shut"),
        ({"EXAMINE": None}, HttpError, "ended the connection"),
        (
            {"CAPABILITY": b"* CAPABILITY \xff\r\n" + OK},
            NodeRetryable,
            "'s answer can't be understood",
        ),
    ],
)
async def test_a_server_that_fails_is_tried_again(mailbox, answers, error, said):
    mail, _ = await mailbox(**answers)
    start = "the mail server" + ("" if said.startswith("'") else " ")
    assert (await refused(error, mail)).startswith(start + said)


async def test_a_server_may_just_hang_up_at_the_end(mailbox):
    mail, server = await mailbox(LOGOUT=None)
    await opened(mail)
    assert server.requests[-1] == "LOGOUT"


@pytest.mark.parametrize("word", ["CAPABILITY", "FETCH"])
async def test_a_server_that_is_silent_is_left_in_time(mailbox, monkeypatch, word):
    monkeypatch.setattr(imap, "STEP_SECONDS", 0.3)
    mail, server = await mailbox(**{word: b""})
    with pytest.raises(HttpError) as caught:
        async with mail.open("INBOX") as box:
            await box.heads([1])
    assert caught.value.type is HttpErrorType.TIMEOUT
    assert caught.value.message == "the mail server took too long to answer"
    assert caught.value.details["phase"] == "response"
    await ended(server)


async def test_whoever_is_cancelled_hangs_up_and_leaves_no_word(mailbox, caplog):
    mail, server = await mailbox(LOGIN=b"")
    task = asyncio.create_task(opened(mail))
    while not (server.requests and server.requests[-1].startswith("LOGIN")):
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    del task
    await ended(server)
    await asyncio.sleep(0.05)
    gc.collect()
    assert caplog.records == []


async def test_a_password_beyond_ascii_needs_another_command(mailbox):
    plain = b64encode("\0dä\0päss".encode()).decode()
    mail, server = await mailbox(user="dä", password="päss", AUTHENTICATE=b"+ \r\n", **{plain: OK})
    await opened(mail)
    assert (await ended(server))[1:3] == ["AUTHENTICATE PLAIN", plain]


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("a b", '"a b"'),
        ("Grüße & more", '"Gr&APwA3w-e &- more"'),
        ("\u3fff", '"&P,8-"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("~\u00a1", '"~&AKE-"'),
        ("x" * 500, f'"{"x" * 500}"'),
    ],
)
async def test_a_folder_is_named_in_modified_utf_7(mailbox, folder, written):
    mail, server = await mailbox()
    await opened(mail, folder)
    assert server.requests[2] == f"EXAMINE {written}"


@pytest.mark.parametrize("folder", ["", "a\r\nb", "x" * 501])
async def test_what_is_no_name_of_a_folder_reaches_no_server(mailbox, folder):
    mail, server = await mailbox()
    assert await refused(NodeFailed, mail, folder) == "this is no name of a mail folder"
    assert server.connections == 0


@pytest.mark.parametrize("answers", [{"LOGIN": b"TAG NO wrong\r\n"}, {}])
async def test_a_connection_that_was_left_holds_nothing(mailbox, answers):
    mail, _ = await mailbox(**answers)
    open_socket, sockets = mail._gate.open_socket, []

    async def kept_socket(*arguments, **options):
        sockets.append(await open_socket(*arguments, **options))
        return sockets[-1]

    mail._gate.open_socket = kept_socket
    with suppress(CredentialError):
        await opened(mail)
    await asyncio.sleep(0)
    assert [sock.fileno() for sock in sockets] == [-1]


async def test_who_is_gone_before_tls_begins_shakes_no_hands():
    ours, theirs = socket.socketpair()
    wire = imap_client.Wire(ours)
    wire.end()
    with pytest.raises(OSError, match=r"^the connection was ended$"):
        wire.begin_tls("mail.example.org")
    assert theirs.recv(100) == b""
    wire.close()
    theirs.close()


async def test_without_a_credential_nothing_is_opened(open_gate):
    mail = NodeMail(open_gate(), None)
    assert await refused(CredentialError, mail) == (
        "a mailbox needs a credential of type imap or imap_oauth2: credential: NAME"
    )


async def test_a_blocked_server_is_reported_with_its_workflow(open_gate, kept):
    values = {"host": "127.0.0.1", "port": 1, "security": "tls", "user": "u", "password": "p"}
    with pytest.raises(SecurityError):
        await opened(NodeMail(open_gate(), values, "w", kept))
    assert [event[3]["workflow"] for event in kept.events] == ["w"]
    with pytest.raises(SecurityError, match="not public"):
        await opened(NodeMail(open_gate(), values, recorder=kept))
    assert kept.events[1][3]["workflow"] == ""


class Abroad(socket.socket):
    """A socket that names a public address as its other end."""

    def getpeername(self):
        return ("93.184.215.14", 143)


@pytest.mark.parametrize("security", ["plain", "starttls"])
async def test_no_password_in_clear_text_over_the_public_internet(security):
    ours, theirs = socket.socketpair()

    class Abroads:
        async def open_socket(self, host, port, **_):
            assert (host, port) == ("mail.example.org", 143)
            return Abroad(fileno=ours.detach())

    values = {"host": "mail.example.org", "port": 143, "security": security}
    mail = NodeMail(Abroads(), values | {"user": "u", "password": "p"})
    if security == "starttls":  # asks for TLS before anything else
        theirs.sendall(b"* BYE\r\n")
        await refused(NodeRetryable, mail)
    else:
        assert await refused(NodeFailed, mail) == (
            "a mail server on the public internet needs TLS: set the credential's security "
            "to tls or starttls"
        )
    assert theirs.recv(100) == b""
    theirs.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = Authority(tmp_path_factory.mktemp("imap"))
    made.make("good", ["127.0.0.1"])
    made.make("other", ["mail.example.org"])
    return made


@pytest.fixture
def secured(authority, monkeypatch, open_gate):
    """A server with TLS and its mailbox."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    running = []

    def make(name="good", security="tls"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.folder / f"{name}.pem", authority.folder / f"{name}.key")
        running.append(serving(context, starttls=security == "starttls"))
        server = running[-1].__enter__()
        values = {"host": "127.0.0.1", "port": server.port, "security": security}
        gate = open_gate(rules=(f"127.0.0.1:{server.port}",))
        return NodeMail(gate, values | {"user": USER, "password": PASSWORD}), server

    yield make
    for server in running:
        server.__exit__(None, None, None)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_message_comes_over_tls(secured, security):
    mail, server = secured(security=security)
    server.injects = b"* BYE go away\r\n* OK [UIDVALIDITY 99] x\r\n"
    server.put(b"a: b\r\n\r\ntext")
    async with mail.open("INBOX") as box:
        assert await box.read(1, 100) == b"a: b\r\n\r\ntext"
        assert box.validity == 7
    words = [line.split()[0] for line in server.said]
    start = ["CAPABILITY", "STARTTLS"] if security == "starttls" else []
    assert words == [*start, "CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"]


@pytest.mark.parametrize("password", ["pässwörd ☃", 'qu"o\\te'])
async def test_a_password_of_any_letters_is_sent_whole(secured, password):
    mail, server = secured()
    server.password = password
    mail = NodeMail(mail._gate, mail._values | {"password": password})
    await opened(mail)
    assert server.commands("LOGOUT")


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_for_another_name_ends_it(secured, security):
    mail, server = secured("other", security)
    with pytest.raises(HttpError) as caught:
        await opened(mail)
    assert caught.value.type is HttpErrorType.SSL_ERROR
    assert "for another name" in caught.value.message
    assert not server.commands("LOGIN")


@pytest.mark.parametrize("answer", [b"TAG NO not today\r\n", b"TAG BAD not today\r\n"])
async def test_a_server_without_starttls_is_left(mailbox, answer):
    can = b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK done\r\n"
    mail, server = await mailbox(security="starttls", CAPABILITY=can, STARTTLS=answer)
    message = await refused(NodeFailed, mail)
    assert message.startswith("the mail server does not begin TLS: ")
    assert "not today" in message
    assert await ended(server) == ["CAPABILITY", "STARTTLS"]


async def test_a_server_that_goes_at_starttls_is_tried_again(mailbox):
    mail, _ = await mailbox(security="starttls", STARTTLS=b"* BYE\r\n")
    assert "can't be used" in await refused(NodeRetryable, mail)
