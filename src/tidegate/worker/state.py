"""``ctx.state`` over the database."""

from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.errors import Conflict, InvalidInput, NodeFailed
from tidegate.sdk.state import StateAccess, StateEntry
from tidegate.store import state as store
from tidegate.store.state import StatePlace

MAX_BYTES: Final = 256 * 1024
MAX_KEY: Final = 200


class NodeState:
    """The state of one node, or (with an empty ``node_id``) of a workflow."""

    def __init__(self, app: App, workflow_id: str, node_id: str) -> None:
        self._app = app
        self._place = StatePlace(workflow_id, node_id)

    @property
    def workflow(self) -> StateAccess:
        """What all nodes of the workflow share."""
        return NodeState(self._app, self._place.workflow_id, "")

    async def get(self, key: str, default: Any = None) -> Any:
        """The value of a key."""
        entry = await self.read(key)
        return entry.value if entry.version else default

    async def read(self, key: str) -> StateEntry:
        """The value of a key with its version."""
        place = self._place
        found = await self._app.database.read(lambda connection: store.get(connection, place, key))
        return (
            StateEntry(None, 0) if found is None else StateEntry(codec.decode(found[0]), found[1])
        )

    async def put(self, key: str, value: Any) -> None:
        """Give a key a value, whatever it has."""
        place, text = self._place, state_text(key, value)
        try:
            await self._app.database.write(
                lambda connection: store.put(connection, place, key, text)
            )
        except Conflict as error:
            raise NodeFailed(error.message) from None

    async def compare_and_set(self, key: str, value: Any, *, version: int) -> bool:
        """Give a key a value if it is still at ``version``."""
        place, text = self._place, state_text(key, value)
        try:
            return await self._app.database.write(
                lambda connection: store.replace(
                    connection, place, key, value=text, version=version
                )
            )
        except Conflict as error:
            raise NodeFailed(error.message) from None

    async def delete(self, key: str) -> None:
        """Let a key go."""
        place = self._place
        await self._app.database.write(lambda connection: store.remove(connection, place, key))

    async def keys(self) -> list[str]:
        """All keys, sorted."""
        place = self._place
        return list(await self._app.database.read(lambda c: store.keys(c, place)))


def state_text(key: str, value: Any, most: int = MAX_BYTES) -> bytes:
    """A value as it is stored, of at most so many bytes.

    Raises:
        NodeFailed: it can't be kept.
    """
    if not 0 < len(key) <= MAX_KEY:
        raise NodeFailed(f"a key of state has 1 to {MAX_KEY} characters")
    try:
        codec.check(value, what="state")
    except InvalidInput as error:
        raise NodeFailed(error.message) from None
    text = codec.encode(value)
    if len(text) > most:
        raise NodeFailed(
            f"the state '{key[:50]}' would have {len(text)} bytes; at most {most} are kept: "
            "write large data to a file"
        )
    return text
