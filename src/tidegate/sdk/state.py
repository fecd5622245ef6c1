"""``ctx.state``: what a node, or its workflow, keeps between executions."""

from typing import Any, NamedTuple, Protocol


class StateEntry(NamedTuple):
    """The value of a key and its version; ``version`` is 0 where the key has no value."""

    value: Any
    version: int


class StateAccess(Protocol):
    """Values by key. Each change is committed when the call returns.

    Executions that run at the same time share it: what is computed from an old value is written
    with :meth:`compare_and_set`.
    """

    @property
    def workflow(self) -> "StateAccess":
        """What all nodes of the workflow share."""
        ...

    async def get(self, key: str, default: Any = None) -> Any:
        """The value of a key."""
        ...

    async def read(self, key: str) -> StateEntry:
        """The value of a key with its version."""
        ...

    async def put(self, key: str, value: Any) -> None:
        """Give a key a value, whatever it has.

        Raises:
            NodeFailed: it is no JSON, too large, or there are too many keys.
        """
        ...

    async def compare_and_set(self, key: str, value: Any, *, version: int) -> bool:
        """Give a key a value if it is still at ``version``; False: somebody was before.

        Raises:
            NodeFailed: as :meth:`put`.
        """
        ...

    async def delete(self, key: str) -> None:
        """Let a key go."""
        ...

    async def keys(self) -> list[str]:
        """All keys, sorted."""
        ...
