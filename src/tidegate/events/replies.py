"""Who waits in this process for what executions answer, and how the answers reach them.

An answer leaves once the node execution that gave it is stored: with the end of the execution,
where that is at hand, or else with a commit of its own.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Sequence
from typing import Protocol

from tidegate.errors import TidegateError
from tidegate.model.execution import ExecutionEnd, NodeRow, Path
from tidegate.model.status import ExecutionStatus, NodeStatus
from tidegate.sdk.reply import Reply


class Committed(Protocol):
    """The journal, as far as it is needed here."""

    @property
    def has_ended(self) -> bool:
        """Whether the execution's end was given to it."""
        ...

    def barrier(self) -> Awaitable[None]:
        """Wait until everything taken so far is committed."""
        ...


class ReplyChannel:
    """What one execution answers, and its end; for one who waits.

    ``wanted`` are the nodes whose rows are kept for an answer made of the execution's results.
    """

    __slots__ = (
        "_changed",
        "_given",
        "_journal",
        "_pending",
        "_replies",
        "_stored",
        "_tasks",
        "end",
        "failure",
        "has_left",
        "is_stream",
        "rows",
        "wanted",
    )

    def __init__(self, *, is_stream: bool = False, wanted: Sequence[str] = ()) -> None:
        self.is_stream = is_stream
        self.wanted = wanted
        self.rows: list[NodeRow] | None = []
        self.end: ExecutionEnd | None = None
        self.failure: TidegateError | None = None
        self.has_left = False
        self._given = 0
        self._journal: Committed | None = None
        self._pending: dict[tuple[str, Path], list[Reply]] = {}
        self._stored: list[Reply] = []
        self._replies: deque[Reply] = deque()
        self._changed: asyncio.Future[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def give(self, reply: Reply, journal: Committed, node_id: str, path: Path) -> bool:
        """Take a reply of a node that runs; it leaves when that node's row is stored."""
        if self.has_left or (self._given and not self.is_stream):
            return False
        self._given += 1
        self._journal = journal
        self._pending.setdefault((node_id, path), []).append(reply)
        return True

    async def next(self) -> Reply | None:
        """The next reply that is stored; None when the execution has ended.

        Raises:
            TidegateError: the execution could not begin.
        """
        while not self._replies:
            if self.failure is not None:
                raise self.failure
            if self.end is not None:
                return None
            self._changed = asyncio.get_running_loop().create_future()
            await self._changed
        return self._replies.popleft()

    def leave(self) -> None:
        """Nobody waits any more."""
        self.has_left = True

    def fail(self, failure: TidegateError) -> None:
        """The execution could not begin."""
        self.failure = failure
        self._wake()

    def node_finished(self, row: NodeRow) -> None:
        """A row was recorded: its replies leave with its commit."""
        if self.rows is not None and row.node_id in self.wanted:
            self.rows.append(row)
        given = self._pending.pop((row.node_id, row.path), None) if self._pending else None
        if given is None:
            return
        if row.status is NodeStatus.FAILED or row.status is NodeStatus.RETRYING:
            self._given -= len(given)
        elif self._journal is not None:
            self._stored.extend(given)
            task = asyncio.get_running_loop().create_task(self._flush(self._journal))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def execution_ended(self, end: ExecutionEnd) -> None:
        """The end is stored, and so is all before it; or it waits, and goes on some time."""
        if end.status is ExecutionStatus.WAITING:
            self.rows = None  # those of its next part will not be all
        else:
            self.end = end
        for given in self._pending.values():
            self._stored.extend(given)
        self._pending.clear()
        self._release()

    async def _flush(self, journal: Committed) -> None:
        """The execution goes on: commit what there is, unless its end does so."""
        if journal.has_ended:
            return
        try:
            await journal.barrier()
        except TidegateError as error:
            self.fail(error)
        else:
            self._release()

    def _release(self) -> None:
        self._replies.extend(self._stored)
        self._stored.clear()
        self._wake()

    def _wake(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)


class Replies:
    """The channels of the executions that somebody in this process waits for."""

    def __init__(self) -> None:
        self._channels: dict[str, ReplyChannel] = {}

    def expect(self, execution_id: str, channel: ReplyChannel) -> None:
        """Somebody waits for this execution."""
        self._channels[execution_id] = channel

    def forget(self, execution_id: str) -> None:
        """Nobody waits for it any more."""
        channel = self._channels.pop(execution_id, None)
        if channel is not None:
            channel.leave()

    def known(self, execution_id: str) -> ReplyChannel | None:
        """The channel of an execution, if somebody waits for it."""
        return self._channels.get(execution_id)
