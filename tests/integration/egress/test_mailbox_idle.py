"""Mailboxes that say by themselves what comes (IDLE), and accounts with tokens (XOAUTH2)."""

import asyncio
from base64 import b64encode

import pytest
from scripted_imap import OK, ended, told

from tidegate.errors import CredentialError, HttpError, NodeFailed, NodeRetryable

CAN = b"* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n"
EXAMINE = (
    b"* 4 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\nTAG OK [READ-ONLY] done\r\n"
)
IDLE = {"CAPABILITY": CAN, "EXAMINE": EXAMINE, "IDLE": b"+ idling\r\n", "DONE": OK}


async def waited(mail, times=1):
    async with mail.open("INBOX") as box:
        return [await box.wait_for_mail() for _ in range(times)]


async def test_a_message_that_comes_is_heard_at_once(mailbox):
    mail, server = await mailbox(**IDLE)
    waiting = asyncio.create_task(waited(mail, 2))
    await told(server, "IDLE")
    server.say(b"* OK still here\r\n* 2 FETCH (FLAGS (\\Seen))\r\n")
    await asyncio.sleep(0.1)
    assert not waiting.done()
    server.say(b"* 5 EXISTS\r\n* 1 RECENT\r\n")
    await asyncio.sleep(0.1)
    assert not waiting.done()  # it waits for the second
    server.say(b"* 6 EXISTS\r\n")
    assert await waiting == [True, True]
    words = ["CAPABILITY", 'EXAMINE "INBOX"', "CAPABILITY", "IDLE", "DONE", "LOGOUT"]
    assert [line for line in await ended(server) if not line.startswith("LOGIN")] == words


@pytest.mark.parametrize("said", [b"* 5 EXISTS\r\n+ idling\r\n", b"+ idling\r\n* 5 EXISTS\r\n"])
async def test_a_message_that_comes_with_the_answer_is_heard_too(mailbox, said):
    mail, server = await mailbox(**IDLE | {"IDLE": said})
    if said.startswith(b"*"):  # it may have been there before: only what follows is news
        waiting = asyncio.create_task(waited(mail))
        await told(server, "IDLE")
        server.say(b"* 6 EXISTS\r\n")
        assert await waiting == [True]
    else:
        assert await waited(mail) == [True]


async def test_a_server_that_does_not_know_how_is_not_asked(mailbox):
    mail, server = await mailbox()
    assert await waited(mail, 2) == [False, False]
    said = await ended(server)
    assert "IDLE" not in said
    assert said.count("CAPABILITY") == 2  # once at the beginning, and once for both


async def test_a_server_may_refuse_in_the_end(mailbox):
    mail, _ = await mailbox(**IDLE | {"IDLE": b"TAG NO not now\r\n"})
    with pytest.raises(NodeFailed) as caught:
        await waited(mail)
    assert caught.value.message == "the mail server refuses IDLE"


@pytest.mark.parametrize("with_reset", [True, False])
async def test_a_server_that_goes_while_it_is_listened_to_is_tried_again(mailbox, with_reset):
    mail, server = await mailbox(**IDLE)
    waiting = asyncio.create_task(waited(mail))
    await told(server, "IDLE")
    writer = server.say.__self__
    if with_reset:
        writer.transport.abort()
    else:
        writer.close()
    with pytest.raises((NodeRetryable, HttpError)) as caught:
        await waiting
    assert "it hung up" in caught.value.message or "ended the connection" in caught.value.message


async def test_much_may_be_said_as_long_as_each_time_it_is_little(mailbox, monkeypatch):
    monkeypatch.setattr("tidegate.egress.imap_client.ANSWER_BYTES", 3600)
    mail, server = await mailbox(**IDLE)
    waiting = asyncio.create_task(waited(mail))
    await told(server, "IDLE")
    for _ in range(8):
        server.say(b"* OK %s\r\n" % (b"x" * 500))
        await asyncio.sleep(0.1)
    server.say(b"* 5 EXISTS\r\n")
    assert await waiting == [True]
    mail, _ = await mailbox(**IDLE | {"IDLE": b"+ idling\r\n" + b"* OK more\r\n" * 400})
    with pytest.raises(NodeRetryable, match="it sends more than was asked for"):
        await waited(mail)


class Tokens:
    """Gives tokens in turn; ``(token, whether it was used before)``."""

    def __init__(self, *tokens):
        self.tokens, self.rejected = list(tokens), []

    async def token(self):
        return self.tokens.pop(0)

    def reject(self, token):
        self.rejected.append(token)


def line(token, user="ada"):
    return b64encode(f"user={user}\1auth=Bearer {token}\1\1".encode()).decode()


def accepting(*good):
    """What a server says to tokens: the others are told why not, and then refused."""
    answers = {line(token): OK for token in good}
    return {
        "AUTHENTICATE": b"+ \r\n",
        line("bad"): b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n",
        line("worse"): b"TAG NO bearer worse\r\n",
        "": b"TAG NO said bad\r\n",
        **answers,
    }


async def test_a_token_signs_in(mailbox):
    tokens = Tokens(("good", True))
    mail, server = await mailbox(tokens=tokens, **accepting("good"))
    assert await waited(mail, 0) == []
    said = await ended(server)
    assert said[1:3] == ["AUTHENTICATE XOAUTH2", line("good")]
    assert (tokens.tokens, tokens.rejected) == ([], [])


@pytest.mark.parametrize("first", ["bad", "worse"])
async def test_an_old_token_that_is_refused_is_tried_once_more_afresh(mailbox, first):
    tokens = Tokens((first, True), ("good", False), ("never", False))
    mail, server = await mailbox(tokens=tokens, **accepting("good"))
    assert await waited(mail, 0) == []
    assert (len(tokens.tokens), tokens.rejected) == (1, [first])
    assert server.connections == 2


@pytest.mark.parametrize("given", [[("bad", False)], [("worse", True), ("bad", False)]])
async def test_a_fresh_token_that_is_refused_is_an_error_of_the_credential(mailbox, given):
    tokens = Tokens(*given, ("never", False))
    mail, server = await mailbox(tokens=tokens, **accepting())
    with pytest.raises(CredentialError) as caught:
        await waited(mail, 0)
    assert caught.value.message == (
        "the mail server refused the access token for ada; has the account granted access to its "
        "mail, and is the scope the one for IMAP?"
    )
    assert server.connections == len(given)
    assert tokens.rejected[0] == given[0][0]


async def test_a_server_that_goes_refuses_no_token(mailbox):
    tokens = Tokens(("good", True))
    mail, _ = await mailbox(tokens=tokens, AUTHENTICATE=None)
    with pytest.raises(HttpError, match="the mail server ended the connection"):
        await waited(mail, 0)
    assert tokens.rejected == []
