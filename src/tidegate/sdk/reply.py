"""``ctx.reply``: what goes back to whoever called the workflow by HTTP and waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from tidegate.model.item import FileRef

FORBIDDEN_HEADERS: Final = frozenset(
    {
        "connection",
        "content-length",
        "content-security-policy",
        "date",
        "keep-alive",
        "server",
        "set-cookie",
        "strict-transport-security",
        "clear-site-data",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that a reply can't have: they belong to the server, or to pages of its address."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer. ``body`` is bytes, or an item's file that is sent as it is."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | FileRef = b""


class Replier(Protocol):
    """Takes replies. They leave once the node execution that gave them is stored."""

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for a reply."""
        ...

    @property
    def is_stream(self) -> bool:
        """Whether every reply is sent on, one after the other; otherwise only the first."""
        ...

    def give(self, reply: Reply) -> bool:
        """Reply; False where nobody waits, or has been replied to already."""
        ...


class NobodyWaits:
    """The replier of an execution that nobody waits for."""

    is_awaited = False
    is_stream = False

    def give(self, reply: Reply) -> bool:
        """Nobody takes it."""
        return False
