"""How much of the network an execution and its nodes use, and how much they may."""

from typing import Final

from tidegate.egress.errors import Reason, failure
from tidegate.egress.shares import Slots
from tidegate.errors import NodeError

MAX_CONCURRENT: Final = 10
MAX_BYTES: Final = 500 << 20


class EgressUsage:
    """Counts requests and bytes on the wire. One for an execution, and one a node under it.

    ``max_concurrent`` and ``max_bytes`` (in and out together) bound the whole execution: a usage
    with a parent has the parent's. ``max_response`` (bytes) is what no single response may
    pass, whatever its request says.
    """

    __slots__ = (
        "bytes_in",
        "bytes_out",
        "max_bytes",
        "max_response",
        "parent",
        "requests",
        "slots",
    )

    def __init__(
        self,
        *,
        parent: "EgressUsage | None" = None,
        max_concurrent: int = MAX_CONCURRENT,
        max_bytes: int = MAX_BYTES,
        max_response: int | None = None,
    ) -> None:
        self.parent = parent
        self.requests = 0
        self.bytes_in = 0
        self.bytes_out = 0
        if parent is None:
            self.slots = Slots(max_concurrent)
            self.max_bytes = max_bytes
            self.max_response = max_response
        else:
            self.slots = parent.slots
            self.max_bytes = parent.max_bytes
            self.max_response = parent.max_response

    def sent(self, size: int) -> None:
        """Count one request of ``size`` bytes.

        Raises:
            SecurityError: RESOURCE_LIMIT_EXCEEDED, when the execution's transfer is spent.
        """
        self.requests += 1
        self.bytes_out += size
        whole = self.parent
        if whole is None:
            whole = self
        else:
            whole.requests += 1
            whole.bytes_out += size
        if whole.bytes_in + whole.bytes_out > self.max_bytes:
            raise self._spent()

    def received(self, size: int) -> None:
        """Count bytes of a response.

        Raises:
            SecurityError: RESOURCE_LIMIT_EXCEEDED, when the execution's transfer is spent.
        """
        self.bytes_in += size
        whole = self.parent
        if whole is None:
            whole = self
        else:
            whole.bytes_in += size
        if whole.bytes_in + whole.bytes_out > self.max_bytes:
            raise self._spent()

    def _spent(self) -> NodeError:
        return failure(
            Reason.LIMIT,
            f"this execution transferred more than its {self.max_bytes >> 20} MB",
            blocked="transferred bytes",
        )
