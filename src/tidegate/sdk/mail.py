"""What a node may do with a mailbox: read it, and mark what it has read."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MailHead:
    """What the server says of a message without sending it. ``size`` is bytes."""

    uid: int
    size: int
    flags: tuple[str, ...]


class Mailbox(Protocol):
    """An open folder of a mailbox. Every method raises ``NodeError`` where the server fails."""

    @property
    def validity(self) -> int:
        """UIDVALIDITY: where it changes, the UIDs that were seen before mean nothing any more."""
        ...

    @property
    def next_uid(self) -> int:
        """Greater than the UID of every message that was there when the folder was opened."""
        ...

    async def uids(self, first: int, last: int) -> Sequence[int]:
        """The UIDs of the messages from ``first`` to ``last``, in their order."""
        ...

    async def heads(self, uids: Sequence[int]) -> Sequence[MailHead]:
        """Size and flags of messages that are still there, by UID."""
        ...

    async def read(self, uid: int, max_bytes: int, *, only_headers: bool = False) -> bytes | None:
        """The first ``max_bytes`` bytes of a message or of its headers; it stays unread.

        None where it is gone.
        """
        ...

    async def wait_for_mail(self) -> bool:
        """Wait until a message may have come; False where the server can't say so (IDLE).

        A mailbox that waited can do nothing else any more.
        """
        ...

    async def mark_read(self, uids: Sequence[int]) -> None:
        """Mark messages as read; the folder must have been opened with ``writes``."""
        ...


class MailAccess(Protocol):
    """``ctx.mail``: the mailbox of the node's credential, through the gate."""

    def open(self, folder: str, *, writes: bool = False) -> AbstractAsyncContextManager[Mailbox]:
        """A folder, open until the block is left.

        Raises:
            CredentialError: there is no such credential, or the server refuses it.
            HttpError: the server can't be reached in time, or its certificate is not good.
            SecurityError: the gate refuses the server.
            NodeError: the server fails otherwise.
        """
        ...
