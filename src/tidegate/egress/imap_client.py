"""The standard library's IMAP client over a socket that the gate has connected and checked.

Everything here blocks, and runs in threads; any thread may end the conversation.
"""

import imaplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BufferedReader
from typing import Any, Final, TypeVar

from tidegate.egress.addresses import parse_address, special_block
from tidegate.egress.errors import Reason, failure
from tidegate.egress.tls import tls_context
from tidegate.egress.tls_errors import tls_sentence
from tidegate.errors import CredentialError, NodeFailed, NodeRetryable
from tidegate.log import safe_line

T = TypeVar("T")

ANSWER_BYTES: Final = 2 << 20
"""The most that a server may say in one step besides the message that was asked for."""
_IDLE: Final = "IDLE"
imaplib.Commands.setdefault(_IDLE, ("SELECTED",))  # the library knows it from Python 3.14 on


class Wire:
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


class Client(imaplib.IMAP4):
    """The library's client over a socket that is connected already, and with bounded answers."""

    def __init__(self, host: str, wire: Wire) -> None:
        self._wire = wire
        self.left = ANSWER_BYTES
        super().__init__(host)

    def expect(self, extra: int = 0) -> None:
        """A step begins, whose answer may be so much larger than usual."""
        self.left = ANSWER_BYTES + extra

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
        """LOGIN, or for what is not ASCII the mechanism that knows UTF-8.

        Raises:
            CredentialError: the server refuses them.
        """
        try:
            if user.isascii() and password.isascii():
                self.login(self._quote(user), password)
            else:
                self.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        except self.abort:
            raise
        except self.error as error:
            raise CredentialError(
                f"the mail server refused the user or the password: {shown(error.args)}"
            ) from None

    def sign_in_with_token(self, user: str, token: str) -> None:
        """XOAUTH2, as Google and Microsoft describe it.

        Raises:
            CredentialError: the server refuses the token.
        """
        answers = [f"user={user}\x01auth=Bearer {token}\x01\x01".encode()]
        try:
            # It says why it refuses in a second challenge, which wants an empty answer.
            self.authenticate("XOAUTH2", lambda _: answers.pop() if answers else b"")
        except self.abort:
            raise
        except self.error:
            # Its words are left out: they may hold what it was given, in a form of its own.
            raise CredentialError(
                f"the mail server refused the access token for {user}; has the account granted "
                "access to its mail, and is the scope the one for IMAP?"
            ) from None

    def begin_idle(self) -> bool:
        """Let the server say by itself what comes; see :meth:`hear`.

        Raises:
            NodeFailed: it does not know how.
        """
        self.expect()
        tag = self._command(_IDLE)
        while self._get_response() is not None:
            if self.tagged_commands[tag]:
                raise NodeFailed("the mail server refuses IDLE")
        self.untagged_responses.pop("EXISTS", None)  # of before
        return self.hear()

    def hear(self) -> bool:
        """Read what the server has said by itself; whether it has a new message."""
        self.expect()
        while self._has_said_more():
            self._get_response()
        return self.untagged_responses.pop("EXISTS", None) is not None

    def end_idle(self) -> None:
        """Be the one who speaks again; the answer comes before the next one."""
        self.send(b"DONE\r\n")

    def _has_said_more(self) -> bool:
        """Whether there is something to read, here or in the library's buffer.

        Raises:
            imaplib.IMAP4.abort: the server has hung up.
        """
        assert isinstance(self.file, BufferedReader)
        self.sock.settimeout(0)
        try:
            if self.file.peek(1):
                return True
            # A plain socket's file does not tell silence from the end.
            is_plain = not isinstance(self.sock, ssl.SSLSocket)
            if is_plain and self.sock.recv(1, socket.MSG_PEEK):
                return True
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            self.sock.settimeout(None)
        raise self.abort("it hung up")

    def can_idle(self) -> bool:
        """Whether it says that it knows IDLE; many say so only once somebody has signed in."""
        self.expect()
        self._get_capabilities()
        return _IDLE in self.capabilities


def told(work: Callable[[], T]) -> T:
    """``work``, with the library's errors in words for people."""
    try:
        return work()
    except imaplib.IMAP4.error as error:
        raise NodeRetryable(f"the mail server can't be used: {shown(error.args)}") from None
    except OSError:
        raise failure(Reason.RESET, "the mail server ended the connection") from None
    except (ValueError, TypeError, LookupError, AttributeError):
        # What the library makes of answers that are no IMAP, or of a connection that was ended.
        raise NodeRetryable("the mail server's answer can't be understood") from None


def _no_tls(words: Sequence[Any]) -> NodeFailed:
    return NodeFailed(f"the mail server does not begin TLS: {shown(words)}")


def shown(words: Sequence[Any]) -> str:
    """A server's own words, as one short line."""
    word = words[-1] if words else ""
    text = word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word)
    return safe_line(text)[:200]
