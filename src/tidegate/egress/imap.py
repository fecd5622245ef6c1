"""Mailboxes that a workflow reads: IMAP over a socket that the gate has connected and checked.

The standard library's client runs in threads. Whoever waits for it may be cancelled or out of time:
then the socket is shut down, which ends the thread, too.
"""

import asyncio
import imaplib
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final, TypeVar

from tidegate.egress.addresses import parse_address, special_block
from tidegate.egress.client import Gate
from tidegate.egress.errors import Reason, failure
from tidegate.egress.hosts import read_host
from tidegate.egress.records import Recorder
from tidegate.egress.tls import tls_context
from tidegate.egress.tls_errors import tls_sentence
from tidegate.errors import CredentialError, NodeError, NodeFailed, NodeRetryable
from tidegate.log import safe_line
from tidegate.sdk.mail import MailHead

T = TypeVar("T")

STEP_SECONDS: Final = 20.0
"""The longest that one step (signing in, a list, one message) may take."""
_ANSWER_BYTES: Final = 2 << 20
"""The most that a server may say in one step besides the message that was asked for."""
_UID: Final = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_FLAGS: Final = re.compile(rb"\bFLAGS \(([^()]*)\)")
_QUOTED: Final = re.compile(rb'\bBODY\[[^\]]*\](?:<\d+>)? "((?:[^"\\]|\\.)*)"')


class NodeMail:
    """The mailbox of a credential, for one attempt. See ``sdk.mail.MailAccess``.

    ``values`` are the credential's; None where the node has none of type ``imap``.
    """

    def __init__(
        self,
        gate: Gate,
        values: Mapping[str, Any] | None,
        workflow: str = "",
        recorder: Recorder | None = None,
    ) -> None:
        self._gate, self._values = gate, values
        self._workflow, self._recorder = workflow, recorder

    @asynccontextmanager
    async def open(self, folder: str, *, writes: bool = False) -> AsyncGenerator["OpenMailbox"]:
        """A folder, open until the block is left."""
        values = self._values
        if values is None:
            raise CredentialError("a mailbox needs a credential of type imap: credential: NAME")
        name = _quoted(folder)
        sock = await self._gate.open_socket(
            values["host"], values["port"], workflow=self._workflow, recorder=self._recorder
        )
        talk = _Talk(sock)
        try:
            await talk.step(partial(talk.sign_in, values))
            yield await talk.step(partial(OpenMailbox.select, talk, folder, name, writes=writes))
            with suppress(NodeError):  # everything was read; a server may just hang up
                await talk.step(talk.client.logout)
        finally:
            talk.end()


class OpenMailbox:
    """A selected folder. See ``sdk.mail.Mailbox``."""

    def __init__(self, talk: "_Talk", validity: int, next_uid: int) -> None:
        self._talk = talk
        self.validity = validity
        self.next_uid = next_uid

    @classmethod
    def select(cls, talk: "_Talk", folder: str, name: str, *, writes: bool) -> "OpenMailbox":
        """Select it; in a thread."""
        said, data = talk.client.select(name, readonly=not writes)
        if said != "OK":
            raise NodeFailed(
                f"the mail server does not open the folder {folder[:100]!r}: {_shown(data)}"
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


class _Talk:
    """One conversation: its steps run in threads, one at a time, each within its time."""

    client: "_Client"

    def __init__(self, sock: socket.socket) -> None:
        self._wire = _Wire(sock)
        self._under_way: asyncio.Future[Any] | None = None

    async def step(self, work: Callable[[], T]) -> T:
        """Do ``work`` in a thread; it ends with the task that waits for it.

        Raises:
            NodeError: it failed, or took too long.
        """
        future = asyncio.get_running_loop().run_in_executor(None, partial(_told, work))
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
            self.client.left = _ANSWER_BYTES + extra
            said, data = self.client.uid(command, *arguments)
            if said != "OK":
                raise NodeRetryable(f"the mail server refused {command}: {_shown(data)}")
            return data

        return await self.step(work)

    def sign_in(self, values: Mapping[str, Any]) -> None:
        """Begin TLS, and sign in; in a thread."""
        security = values["security"]
        if security == "plain":
            self._wire.check_private()
        host = read_host(values["host"]).name
        if security == "tls":
            self._wire.begin_tls(host)
        self.client = _Client(host, self._wire)
        if security == "starttls":
            self.client.begin_tls()
        try:
            self.client.sign_in(values["user"], values["password"])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise CredentialError(
                f"the mail server refused the user or the password: {_shown(error.args)}"
            ) from None

    def end(self) -> None:
        """Close the connection; where a thread still uses it, that is woken, and then it is closed.

        Closed under the thread, its descriptor could be another connection's by then.
        """
        self._wire.end()
        if self._under_way is None:
            self._wire.close()
        else:
            self._under_way.add_done_callback(lambda _: self._wire.close())


class _Wire:
    """The socket, which becomes another object when TLS begins; any thread may end it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.settimeout(None)  # a step that is late is ended from outside
        self._is_ended = False

    def check_private(self) -> None:
        """Refuse to send a password in clear text over the public internet."""
        address = parse_address(self.sock.getpeername()[0])
        if address is None or special_block(address) is None:
            raise NodeFailed(
                "a mail server on the public internet needs TLS: set the credential's security "
                "to tls or starttls"
            )

    def begin_tls(self, host: str) -> None:
        """Shake hands and check the certificate against the host's name."""
        wrapped = tls_context().wrap_socket(
            self.sock, server_hostname=host, do_handshake_on_connect=False
        )
        self.sock = wrapped
        if self._is_ended:
            raise OSError("the connection was ended")
        try:
            wrapped.do_handshake()
        except ssl.SSLError as error:
            raise failure(Reason.TLS, tls_sentence([error])) from None

    def end(self) -> None:
        """Shut it down, as far down as the system's own socket, under whoever waits for it."""
        self._is_ended = True
        with suppress(OSError):  # nobody is at its other end any more
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give its descriptor back, even where the library has made a file of it."""
        with suppress(OSError):  # the library has closed both
            socket.close(self.sock.detach())


class _Client(imaplib.IMAP4):
    """The library's client over a socket that is connected already, and with bounded answers."""

    def __init__(self, host: str, wire: _Wire) -> None:
        self._wire = wire
        self.left = _ANSWER_BYTES
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._wire.sock

    def read(self, size: int) -> bytes:
        """Bytes of a literal."""
        self._take(size)
        return super().read(size)

    def readline(self) -> bytes:
        """A line."""
        line = super().readline()
        self._take(len(line))
        return line

    def _take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.abort("it sends more than was asked for")

    def begin_tls(self) -> None:
        """STARTTLS. What came before in clear text counts no more."""
        try:
            said, data = self._simple_command("STARTTLS")
        except self.abort:
            raise
        except self.error as error:
            raise _no_tls(error.args) from None
        if said != "OK":
            raise _no_tls(data)
        self.file.close()
        self._wire.begin_tls(self.host)
        self.sock = self._wire.sock
        self.file = self.sock.makefile("rb")
        self.untagged_responses = {}
        self._get_capabilities()

    def sign_in(self, user: str, password: str) -> None:
        """LOGIN, or for what is not ASCII the mechanism that knows UTF-8."""
        if user.isascii() and password.isascii():
            self.login(self._quote(user), password)
        else:
            self.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())


def _told(work: Callable[[], T]) -> T:
    """``work``, with the library's errors in words for people."""
    try:
        return work()
    except imaplib.IMAP4.error as error:
        raise NodeRetryable(f"the mail server can't be used: {_shown(error.args)}") from None
    except OSError:
        raise failure(Reason.RESET, "the mail server ended the connection") from None
    except (ValueError, TypeError, LookupError, AttributeError):
        # What the library makes of answers that are no IMAP, or of a connection that was ended.
        raise NodeRetryable("the mail server's answer can't be understood") from None


def _no_tls(words: Sequence[Any]) -> NodeFailed:
    return NodeFailed(f"the mail server does not begin TLS: {_shown(words)}")


def _forget(future: "asyncio.Future[T]") -> None:
    if not future.cancelled():
        future.exception()  # nobody is there any more to hear of it


def _number(client: imaplib.IMAP4, key: str) -> int:
    _, data = client.response(key)
    word = data[-1]
    if not isinstance(word, bytes) or not word.isdigit() or len(word) > 10:
        raise NodeFailed(f"the mail server does not say {key}, without which nothing is safe to do")
    return int(word)


def _shown(words: Sequence[Any]) -> str:
    """A server's own words, as one short line."""
    word = words[-1] if words else ""
    text = word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)
    return safe_line(text)[:200]


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
