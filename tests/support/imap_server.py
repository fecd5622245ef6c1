"""A small IMAP4rev1 server with one mailbox: what clients of mailboxes are tested against."""

import base64
import re
import select
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

USER, PASSWORD = "ada@example.org", "secret of the mailbox"


@dataclass
class Stored:
    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer:
    """``idles``: it knows IDLE, and says so to who has signed in; ``tokens`` are good for XOAUTH2.

    ``said`` is every command without its tag. ``hangs_at`` is a command never answered;
    ``floods_at`` one that is answered without an end; ``injects`` is sent in clear text
    with the answer to STARTTLS.
    """

    def __init__(self, context: ssl.SSLContext | None = None, *, starttls: bool = False) -> None:
        self.context, self.starttls = context, starttls
        self.password = PASSWORD
        self.validity, self.next_uid = 7, 1
        self.folders = {"INBOX": []}
        self.said: list[str] = []
        self.hangs_at = self.floods_at = ""
        self.injects = b""
        self.lies_about_size = False
        self.idles, self.tokens = False, set()
        self.idlers = 0
        self.sockets: list[socket.socket] = []
        self.hangs, self.left = threading.Event(), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def put(self, raw: bytes, folder: str = "INBOX") -> int:
        self.folders.setdefault(folder, []).append(Stored(self.next_uid, raw))
        self.next_uid += 1
        return self.next_uid - 1

    def commands(self, word: str) -> list[str]:
        return [line for line in self.said if word in line]

    def close(self) -> None:
        self.listener.close()
        for sock in self.sockets:
            sock.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                self.sockets.append(sock)
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError):
            if self.context is not None and not self.starttls:
                sock = self.context.wrap_socket(sock, server_side=True)
                self.sockets.append(sock)
            _Session(self, sock).run()


class _Session:
    def __init__(self, server: ImapServer, sock: socket.socket) -> None:
        self.server, self.sock = server, sock
        self.file = sock.makefile("rb")
        self.is_private = server.context is not None and not server.starttls
        self.is_in = False
        self.folder: list[Stored] = []

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def run(self) -> None:
        if self.server.hangs_at == "greeting":
            self.hang()
        self.send(b"* OK ready\r\n")
        while line := self.file.readline():
            tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            self.server.said.append(rest)
            word = rest.partition(" ")[0].upper()
            place = rest.split()[1].upper() if word == "UID" else word
            if place == self.server.hangs_at:
                self.hang()
            while place == self.server.floods_at:
                self.send(b"* OK more\r\n" * 1000)
            answer = getattr(self, f"on_{place.lower()}")(tag, rest)
            extra = self.server.injects if place == "STARTTLS" else b""
            self.send(f"{tag} {answer or 'OK done'}\r\n".encode() + extra)
            if place == "STARTTLS" and self.server.starttls:
                self.begin_tls()
            if place == "LOGOUT":
                self.sock.shutdown(socket.SHUT_RDWR)
                return

    def hang(self) -> None:
        """Say nothing until the client goes."""
        self.server.hangs.set()
        with suppress(OSError):
            self.sock.recv(1)
        self.server.left.set()
        raise ConnectionError

    def begin_tls(self) -> None:
        self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
        self.server.sockets.append(self.sock)
        self.file, self.is_private = self.sock.makefile("rb"), True

    def on_capability(self, tag: str, rest: str) -> None:
        can = " STARTTLS LOGINDISABLED" if self.server.starttls and not self.is_private else ""
        can += " IDLE" if self.server.idles and self.is_in else ""
        self.send(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN{can}\r\n".encode())

    def on_starttls(self, tag: str, rest: str) -> str:
        return "OK begin" if self.server.starttls else "BAD no TLS here"

    def on_login(self, tag: str, rest: str) -> str:
        found = re.fullmatch(r'LOGIN "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"', rest)
        return self.let_in(*(re.sub(r"\\(.)", r"\1", word) for word in found.groups()))

    def on_authenticate(self, tag: str, rest: str) -> str:
        self.send(b"+ \r\n")
        if rest.endswith("XOAUTH2"):
            return self.let_in_by_token()
        _, user, password = base64.b64decode(self.file.readline()).decode().split("\0")
        return self.let_in(user, password)

    def let_in_by_token(self) -> str:
        answer = self.file.readline()
        parts = base64.b64decode(answer).decode().split("\1")
        self.is_in = parts[0] == f"user={USER}" and parts[1][12:] in self.server.tokens
        if not self.is_in:
            self.send(b"+ " + base64.b64encode(b'{"status":"400"}') + b"\r\n")
            assert self.file.readline() == b"\r\n"
        # A careless server says what it was given.
        return "OK welcome" if self.is_in else f"NO not {answer.decode().strip()}"

    def on_idle(self, tag: str, rest: str) -> None:
        """With ``* OK`` now and then, as some do."""
        seen = len(self.folder)
        self.send(b"+ idling\r\n* OK still here\r\n")
        self.server.idlers += 1
        while not select.select([self.sock], [], [], 0.05)[0]:
            if len(self.folder) > seen:
                seen = len(self.folder)
                self.send(f"* {seen} EXISTS\r\n* 1 RECENT\r\n".encode())
        self.server.idlers -= 1
        if self.file.readline() != b"DONE\r\n":
            raise ConnectionError

    def let_in(self, user: str, password: str) -> str:
        self.is_in = (user, password) == (USER, self.server.password)
        # A careless server says what it was given.
        return (
            "OK welcome" if self.is_in else f"NO [AUTHENTICATIONFAILED] not {user} with {password}"
        )

    def on_select(self, tag: str, rest: str) -> str:
        name = rest.partition(" ")[2].strip('"')
        if not self.is_in or name not in self.server.folders:
            return "NO there is no such folder"
        self.folder = self.server.folders[name]
        self.send(
            f"* {len(self.folder)} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n"
            f"* OK [UIDVALIDITY {self.server.validity}] x\r\n"
            f"* OK [UIDNEXT {self.server.next_uid}] x\r\n".encode()
        )
        return "OK [READ-WRITE] open"

    def on_examine(self, tag: str, rest: str) -> str:
        return self.on_select(tag, rest).replace("READ-WRITE", "READ-ONLY")

    def on_search(self, tag: str, rest: str) -> None:
        first, last = map(int, re.search(r"UID (\d+):(\d+)", rest[4:]).groups())
        # As the range n:* does, the last message is always found.
        found = [one.uid for one in self.folder if first <= one.uid <= last] or [
            one.uid for one in self.folder[-1:]
        ]
        self.send(f"* SEARCH {' '.join(map(str, found))}\r\n".encode())

    def chosen(self, rest: str) -> list[tuple[int, Stored]]:
        uids = set(map(int, rest.split()[2].split(",")))
        return [(n, one) for n, one in enumerate(self.folder, 1) if one.uid in uids]

    def on_fetch(self, tag: str, rest: str) -> None:
        for number, one in self.chosen(rest):
            body = re.search(r"BODY\.PEEK\[(HEADER)?\]<0\.(\d+)>", rest)
            if body is None:
                size = 10 if self.server.lies_about_size else len(one.raw)
                flags = " ".join(sorted(one.flags))
                answer = f"UID {one.uid} RFC822.SIZE {size} FLAGS ({flags})".encode()
            else:
                raw = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if body[1] else one.raw
                piece = raw[: int(body[2])]
                answer = b"BODY[%s]<0> {%d}\r\n%s UID %d" % (
                    (body[1] or "").encode(),
                    len(piece),
                    piece,
                    one.uid,
                )
            self.send(b"* %d FETCH (%s)\r\n" % (number, answer))

    def on_store(self, tag: str, rest: str) -> None:
        for _, one in self.chosen(rest):
            one.flags.add("\\Seen")

    def on_logout(self, tag: str, rest: str) -> None:
        self.send(b"* BYE\r\n")


@contextmanager
def serving(context=None, **options):
    server = ImapServer(context, **options)
    try:
        yield server
    finally:
        server.close()
