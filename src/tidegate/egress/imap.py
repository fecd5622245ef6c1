"""Mailboxes that a workflow reads: IMAP over a socket that the gate has connected and checked.

The standard library's client runs in threads. Whoever waits for it may be cancelled or out of time:
then the socket is shut down, which ends the thread, too.
"""

import asyncio
import re
import socket
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from tidegate.egress.client import Gate
from tidegate.egress.errors import Reason, failure
from tidegate.egress.hosts import read_host
from tidegate.egress.imap_client import Client, Wire, shown, told
from tidegate.egress.records import Recorder
from tidegate.errors import CredentialError, NodeError, NodeFailed, NodeRetryable
from tidegate.sdk.mail import MailHead

T = TypeVar("T")

STEP_SECONDS: Final = 20.0
"""The longest that one step (signing in, a list, one message) may take."""
_UID: Final = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_FLAGS: Final = re.compile(rb"\bFLAGS \(([^()]*)\)")
_QUOTED: Final = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')


class MailTokens(Protocol):
    """Access tokens of one account."""

    async def token(self) -> tuple[str, bool]:
        """One that should be good, and whether it was used before.

        Raises:
            NodeError: there is none to be had.
        """
        ...

    def reject(self, token: str) -> None:
        """The server refused this one."""
        ...


class NodeMail:
    """The mailbox of a credential, for one attempt. See ``sdk.mail.MailAccess``.

    ``values`` are the credential's; None where the node has none for a mailbox. ``tokens`` are for
    an account that signs in with OAuth 2 (XOAUTH2).
    """

    def __init__(
        self,
        gate: Gate,
        values: Mapping[str, Any] | None,
        workflow: str = "",
        recorder: Recorder | None = None,
        *,
        tokens: MailTokens | None = None,
    ) -> None:
        self._gate, self._values, self._tokens = gate, values, tokens
        self._workflow, self._recorder = workflow, recorder

    @asynccontextmanager
    async def open(self, folder: str, *, writes: bool = False) -> AsyncGenerator["OpenMailbox"]:
        """A folder, open until the block is left."""
        values = self._values
        if values is None:
            raise CredentialError(
                "a mailbox needs a credential of type imap or imap_oauth2: credential: NAME"
            )
        name = _quoted(folder)
        talk = await self._signed_in(values)
        try:
            yield await talk.step(partial(OpenMailbox.select, talk, folder, name, writes=writes))
            with suppress(NodeError):  # everything was read; a server may just hang up
                await talk.step(talk.sign_out)
        finally:
            talk.end()

    async def _signed_in(self, values: Mapping[str, Any]) -> "_Talk":
        if self._tokens is None:
            return await self._connected(values, None)
        token, is_old = await self._tokens.token()
        try:
            return await self._connected(values, token)
        except CredentialError:
            self._tokens.reject(token)
            if not is_old:
                raise
        # A token may be withdrawn before its time: once more, with a fresh one.
        token, _ = await self._tokens.token()
        return await self._connected(values, token)

    async def _connected(self, values: Mapping[str, Any], token: str | None) -> "_Talk":
        sock = await self._gate.open_socket(
            values["host"], values["port"], workflow=self._workflow, recorder=self._recorder
        )
        talk = _Talk(sock)
        try:
            await talk.step(partial(talk.sign_in, values, token))
        except BaseException:
            talk.end()
            raise
        return talk


class OpenMailbox:
    """A selected folder. See ``sdk.mail.Mailbox``."""

    def __init__(self, talk: "_Talk", validity: int, next_uid: int) -> None:
        self._talk = talk
        self.validity = validity
        self.next_uid = next_uid
        self._can_idle: bool | None = None

    @classmethod
    def select(cls, talk: "_Talk", folder: str, name: str, *, writes: bool) -> "OpenMailbox":
        """Select it; in a thread."""
        said, data = talk.client.select(name, readonly=not writes)
        if said != "OK":
            raise NodeFailed(
                f"the mail server does not open the folder {folder[:100]!r}: {shown(data)}"
            )
        numbers = [_number(talk.client, key) for key in ("UIDVALIDITY", "UIDNEXT")]
        return cls(talk, *numbers)

    async def uids(self, first: int, last: int) -> Sequence[int]:
        """The UIDs of the messages from ``first`` to ``last``, in their order."""
        data = await self._talk.ask("SEARCH", f"UID {first}:{last}")
        words = b" ".join(part for part in data if isinstance(part, bytes)).split()
        if not all(word.isdigit() and len(word) <= 10 for word in words):
            raise NodeRetryable("the mail server's list of messages can't be understood")
        return sorted({uid for uid in map(int, words) if first <= uid <= last})

    async def heads(self, uids: Sequence[int]) -> Sequence[MailHead]:
        """Size and flags of messages that are still there, by UID."""
        if not uids:
            return []
        data = await self._talk.ask("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE FLAGS)")
        found = {}
        for part in data:
            line = part[0] if isinstance(part, tuple) else part or b""
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid is None or size is None:
                continue
            flags = _FLAGS.search(line)
            words = flags[1].decode("ascii", "replace").split() if flags else []
            found[int(uid[1])] = MailHead(int(uid[1]), int(size[1]), tuple(words))
        return [found[uid] for uid in uids if uid in found]

    async def read(self, uid: int, max_bytes: int, *, only_headers: bool = False) -> bytes | None:
        """The first ``max_bytes`` bytes of a message or its headers; None where it is gone."""
        part = "HEADER" if only_headers else ""
        wanted = f"(BODY.PEEK[{part}]<0.{max_bytes}>)"
        data = await self._talk.ask("FETCH", str(uid), wanted, extra=max_bytes)
        for part_ in data:
            if isinstance(part_, tuple):
                return bytes(part_[1])
            if part_ is not None and (short := _QUOTED.search(part_)):
                return re.sub(rb"\\(.)", rb"\1", short[1])
        return None

    async def mark_read(self, uids: Sequence[int]) -> None:
        """Mark messages as read."""
        if uids:
            await self._talk.ask("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", "(\\Seen)")

    async def wait_for_mail(self) -> bool:
        """Wait until a message comes (IDLE); False where the server can't say so.

        From then on it is for waiting alone.
        """
        if self._can_idle is None:
            self._can_idle = await self._talk.step(self._talk.client.can_idle)
        if not self._can_idle:
            return False
        while not await self._talk.hear():
            pass  # it said something else
        return True


class _Talk:
    """One conversation: its steps run in threads, one at a time, each within its time."""

    client: Client

    def __init__(self, sock: socket.socket) -> None:
        self._wire = Wire(sock)
        self._under_way: asyncio.Future[Any] | None = None
        self._is_idle = False

    async def step(self, work: Callable[[], T]) -> T:
        """Do ``work`` in a thread; it ends with the task that waits for it.

        Raises:
            NodeError: it failed, or took too long.
        """
        future = asyncio.get_running_loop().run_in_executor(None, partial(told, work))
        self._under_way = future
        try:
            async with asyncio.timeout(STEP_SECONDS):
                return await asyncio.shield(future)
        except TimeoutError:
            raise failure(
                Reason.TIMEOUT, "the mail server took too long to answer", phase="response"
            ) from None
        finally:
            if not future.done():
                self._wire.end()
                future.add_done_callback(_forget)

    async def ask(self, command: str, *arguments: str, extra: int = 0) -> Sequence[Any]:
        """A UID command, and the untagged answers to it; ``extra`` bytes more may be read."""

        def work() -> Sequence[Any]:
            self.client.expect(extra)
            said, data = self.client.uid(command, *arguments)
            if said != "OK":
                raise NodeRetryable(f"the mail server refused {command}: {shown(data)}")
            return data

        return await self.step(work)

    async def hear(self) -> bool:
        """Wait until the server says something, in no thread; whether it has a new message."""
        if not self._is_idle:
            self._is_idle = True
            if await self.step(self.client.begin_idle):
                return True
        loop, said = asyncio.get_running_loop(), asyncio.Event()
        descriptor = self._wire.sock.fileno()
        loop.add_reader(descriptor, said.set)
        try:
            await said.wait()
        finally:
            loop.remove_reader(descriptor)
        return await self.step(self.client.hear)

    def sign_in(self, values: Mapping[str, Any], token: str | None) -> None:
        """Begin TLS, and sign in; in a thread."""
        security = values["security"]
        if security == "plain":
            self._wire.check_private()
        host = read_host(values["host"]).name
        if security == "tls":
            self._wire.begin_tls(host)
        self.client = Client(host, self._wire)
        if security == "starttls":
            self.client.begin_tls()
        if token is None:
            self.client.sign_in(values["user"], values["password"])
        else:
            self.client.sign_in_with_token(values["user"], token)

    def sign_out(self) -> None:
        """Take leave; in a thread."""
        if self._is_idle:
            self.client.end_idle()
        self.client.logout()

    def end(self) -> None:
        """Close the connection; where a thread still uses it, that is woken, and then it is closed.

        Closed under the thread, its descriptor could be another connection's by then.
        """
        self._wire.end()
        if self._under_way is None:
            self._wire.close()
        else:
            self._under_way.add_done_callback(lambda _: self._wire.close())


def _forget(future: "asyncio.Future[T]") -> None:
    if not future.cancelled():
        future.exception()  # nobody is there any more to hear of it


def _number(client: Client, key: str) -> int:
    _, data = client.response(key)
    word = data[-1]
    if not isinstance(word, bytes) or not word.isdigit() or len(word) > 10:
        raise NodeFailed(f"the mail server does not say {key}, without which nothing is safe to do")
    return int(word)


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 (RFC 3501, section 5.1.3), in quotes."""
    if not folder.isprintable() or not folder or len(folder) > 500:
        raise NodeFailed("this is no name of a mail folder")

    def encoded(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        text = b64encode(match[0].encode("utf-16-be")).decode()
        return "&" + text.rstrip("=").replace("/", ",") + "-"

    name = re.sub(r"&|[^\x20-\x7e]+", encoded, folder)
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
