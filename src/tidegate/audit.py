"""The hash chain of the audit log: each entry carries a keyed MAC of itself and of the one before.

Without the vault's key no entry can be made, changed, moved or taken out unnoticed. The head names
the last entry under a MAC of its own, so that a cut tail is noticed; the anchor is a copy of the
head beside the vault's key, so that an older state of the whole database is noticed too.
"""

import hmac
import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from tidegate import codec
from tidegate.errors import InvalidInput, TidegateError, VaultError
from tidegate.ids import new_id
from tidegate.model.audit import EMPTY_HASH, AuditEntry, AuditEvent, AuditHead
from tidegate.model.execution import now_us

PURPOSE: Final = "audit log"
"""What the vault derives the chain's keys for."""
MAX_PROBLEMS: Final = 20
KEEP_EVERY: Final = 1.0
"""Seconds between two writes of the anchor."""

KeyOf = Callable[[str], bytes | None]
"""The chain's key by the id of the vault's key; None where the vault does not have it."""


def extend(
    head: AuditHead, events: Iterable[AuditEvent], key_id: str, key: bytes
) -> tuple[Sequence[AuditEntry], AuditHead]:
    """The entries that come after ``head``, and the head after them."""
    entries: list[AuditEntry] = []
    seq, previous = head.seq, head.hash
    for event in events:
        seq += 1
        details = codec.encode(dict(event.details)).decode()
        at = now_us()
        content = (seq, at, event.actor, event.action, event.subject, details, key_id, previous)
        entries.append(AuditEntry(*content, hash=_mac(key, "entry", content)))
        previous = entries[-1].hash
    return entries, AuditHead(seq, previous, key_id, _mac(key, "head", (seq, previous, key_id)))


def _mac(key: bytes, kind: str, content: Sequence[Any]) -> str:
    # JSON tells every two lists of texts and numbers apart.
    text = json.dumps([f"tidegate audit {kind}", 1, *content], ensure_ascii=True)
    return hmac.digest(key, text.encode(), "sha256").hex()


class Verification:
    """Reads the chain from its beginning; ``problems`` says what does not fit.

    Feed it every entry in the order of ``seq``, then :meth:`end` it.
    """

    def __init__(self, key_of: KeyOf) -> None:
        self._key_of = key_of
        self.hash = EMPTY_HASH
        self.count = 0
        self.seq = 0
        self.problems: list[str] = []
        self._missing: set[str] = set()

    def feed(self, entry: AuditEntry, anchors: Iterable[AuditHead] = ()) -> None:
        """The next entry; ``anchors`` are known states that it must agree with."""
        if entry.seq != self.seq + 1:
            gap = f"{self.seq + 1} to {entry.seq - 1}" if entry.seq > self.seq + 2 else ""
            self._say(f"entry {gap or self.seq + 1} is missing before entry {entry.seq}")
        elif entry.previous_hash != self.hash:
            self._say(f"entry {entry.seq} does not follow the one before it: one of them was moved")
        key = self._key(entry.key_id, f"entry {entry.seq}")
        content = (
            *(entry.seq, entry.at, entry.actor, entry.action, entry.subject),
            *(entry.details, entry.key_id, entry.previous_hash),
        )
        if key is not None and not hmac.compare_digest(_mac(key, "entry", content), entry.hash):
            self._say(f"entry {entry.seq} was changed, or was not written by Tidegate")
        for anchor in anchors:
            if anchor.seq == entry.seq and anchor.hash != entry.hash:
                self._say(f"entry {entry.seq} is another one than it was when it was noted")
        self.seq, self.hash = entry.seq, entry.hash
        self.count += 1

    def end(self, head: AuditHead, anchors: Iterable[AuditHead] = ()) -> None:
        """The last entry was fed: compare it with the head and with known states."""
        if head.seq or head.mac:
            key = self._key(head.key_id, "the head")
            content = (head.seq, head.hash, head.key_id)
            if key is not None and not hmac.compare_digest(_mac(key, "head", content), head.mac):
                self._say("the head, which names the last entry, was changed")
        if head.seq > self.seq:
            self._say(f"the end was cut off: the last entry is {self.seq} and was {head.seq}")
        elif head.seq < self.seq or head.hash != self.hash:
            self._say(f"the head names entry {head.seq} as the last one, and it is not")
        for anchor in anchors:
            if anchor.seq > self.seq:
                self._say(
                    f"the end was cut off, or an older copy of the database was put in its place: "
                    f"there were {anchor.seq} entries, and now there are {self.seq}"
                )

    def _key(self, key_id: str, what: str) -> bytes | None:
        key = self._key_of(key_id)
        if key is None and key_id not in self._missing:
            self._missing.add(key_id)
            self._say(f"{what} can't be checked: the key file does not have its key {key_id!r}")
        return key

    def _say(self, problem: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        elif len(self.problems) == MAX_PROBLEMS:
            self.problems.append("and more")


class Anchor:
    """The newest head that this machine has seen, in a file beside the vault's key.

    Its methods block for the time of a small file.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._kept_at = 0.0
        self._pending: AuditHead | None = None

    def keep(self, head: AuditHead) -> None:
        """Note the head, unless a newer one is noted; at most once a second.

        Raises:
            VaultError: the file can't be written.
        """
        self._pending = head
        if time.monotonic() - self._kept_at >= KEEP_EVERY:
            self.flush()

    def flush(self) -> None:
        """Note the newest head that was given.

        Raises:
            VaultError: the file can't be written.
        """
        head, self._pending = self._pending, None
        if head is None:
            return
        self._kept_at = time.monotonic()
        known = self.read()
        if known is not None and known.seq >= head.seq:
            return
        part = self.file.with_name(f"{self.file.name}.{new_id()}")
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.touch(mode=0o600)
            part.write_text(f"{head.seq}:{head.hash}\n", "ascii")
            part.replace(self.file)
        except OSError as error:
            raise VaultError(
                f"the audit log's anchor {self.file} can't be written: {error.strerror}"
            ) from None

    def read(self) -> AuditHead | None:
        """What was noted; None where nothing was.

        Raises:
            VaultError: the file can't be read.
        """
        try:
            return parse_mark(self.file.read_text("ascii").strip())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TidegateError) as error:
            raise VaultError(f"the audit log's anchor {self.file} can't be read: {error}") from None


def parse_mark(text: str) -> AuditHead:
    """``SEQ:HASH``, as ``tidegate audit verify`` prints it.

    Raises:
        InvalidInput: it is something else.
    """
    seq, _, digest = text.partition(":")
    if not seq.isascii() or not seq.isdigit() or len(digest) != len(EMPTY_HASH):
        raise InvalidInput(f"{text!r} is no SEQ:HASH as `tidegate audit verify` prints it")
    return AuditHead(int(seq), digest)
