"""The one thread that writes: it takes what is pending and commits it as a group.

Callers wait for the commit, never for the database. Entries keep their order. Under load a group
grows while the one before it is committed; without load an entry that nobody waits for is
committed after :data:`LINGER` seconds.
"""

import asyncio
import contextlib
import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from tidegate.errors import OperationalError
from tidegate.store.bulk import Session
from tidegate.store.errors import asks_to_repeat, translate
from tidegate.store.segment import Barrier, Entry, JournalState, Segment, write_parts

T = TypeVar("T")

MAX_ENTRIES: Final = 2048
MAX_BYTES: Final = 8 * 1024 * 1024
WAKE_AT: Final = 512
"""So many pending entries wake the writer though nobody waits for them."""
LINGER: Final = 0.05
"""Shorter made many small groups of a busy execution's rows, each of which interrupts it."""
MAX_BACKOFF: Final = 5.0
REPEATS: Final = 5
"""How often a group is committed again that others on the same rows made fail."""
MAX_REPEAT_PAUSE: Final = 0.05

_Outcome = tuple["asyncio.Future[Any]", Any, BaseException | None]


class Call:
    """A function that runs inside of a group's transaction, and who waits for its result."""

    __slots__ = ("error", "fn", "future", "loop", "result")

    def __init__(
        self,
        fn: Callable[[Connection], Any],
        loop: asyncio.AbstractEventLoop,
        future: "asyncio.Future[Any]",
    ) -> None:
        self.fn = fn
        self.loop = loop
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None


class _Rejected(Exception):
    """A unit failed and was rolled back; the group goes on."""

    def __init__(self, failure: BaseException) -> None:
        super().__init__(str(failure))
        self.failure = failure


Unit = Call | Segment


class Writer:
    """Owns the writing session and its thread. Every method but the thread's is for event loops."""

    def __init__(self, engine: Engine, *, output_index: bool) -> None:
        self._engine = engine
        self._output_index = output_index
        self._pending: deque[tuple[JournalState | None, Any]] = deque()
        self._signal: SimpleQueue[None] = SimpleQueue()
        self._sleeping = False
        self._linger_until = 0.0
        self._closing = False
        self._connection: Connection | None = None
        self._backoff = 0.0
        self._thread = threading.Thread(target=self._run, name="tidegate-writer", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """How many entries wait for the thread."""
        return len(self._pending)

    def call(self, fn: Callable[[Connection], T]) -> "asyncio.Future[T]":
        """Queue ``fn``; the future has its result after the commit."""
        loop = asyncio.get_running_loop()
        call = Call(fn, loop, loop.create_future())
        self._refuse_if_closed()
        self._pending.append((None, call))
        self._wake_soon(loop)
        return call.future

    def add(self, state: JournalState, entry: Entry) -> None:
        """Queue a journal entry that nobody waits for yet."""
        self._pending.append((state, entry))
        if self._sleeping:
            self._linger()

    def wait(self, state: JournalState) -> "asyncio.Future[None]":
        """A future that is done when everything queued before is committed or has failed."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._refuse_if_closed()
        self._pending.append((state, Barrier(loop, future)))
        self._wake_soon(loop)
        return future

    async def close(self) -> None:
        """Commit what is pending and end the thread."""
        self._closing = True
        self._signal.put(None)
        await asyncio.to_thread(self._thread.join)

    def _refuse_if_closed(self) -> None:
        if self._closing:
            raise OperationalError("the database is closed")

    def _wake_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake the thread when the loop is done with its turn: what that adds joins the commit."""
        if self._sleeping:
            loop.call_soon(self._wake)

    def _wake(self) -> None:
        if self._sleeping:
            self._sleeping = False
            self._signal.put(None)

    def _linger(self) -> None:
        if len(self._pending) >= WAKE_AT:
            self._wake()
            return
        now = time.monotonic()
        if now < self._linger_until:
            return
        # A timer of a loop that was closed never comes: after twice its time set another one.
        self._linger_until = now + 2 * LINGER
        asyncio.get_running_loop().call_later(LINGER, self._linger_over)

    def _linger_over(self) -> None:
        self._linger_until = 0.0
        if self._pending:
            self._wake()

    # What follows runs in the writer's thread.

    def _run(self) -> None:
        while True:
            units = self._take()
            if units:
                self._commit(units)
            elif self._closing:
                break
            else:
                self._sleep()
        self._disconnect()

    def _sleep(self) -> None:
        self._sleeping = True
        # Something may have come between the look into the queue and the line above.
        if not self._pending and not self._closing:
            self._signal.get()
        self._sleeping = False

    def _take(self) -> list[Unit]:
        """The next group: what is pending, up to a bound, in its order."""
        units: list[Unit] = []
        segment: Segment | None = None
        size = 0
        for _ in range(MAX_ENTRIES):
            try:
                state, entry = self._pending.popleft()
            except IndexError:
                break
            if state is None:
                units.append(entry)
                segment = None
                continue
            if segment is None:
                segment = Segment()
                units.append(segment)
            size += segment.part(state).add(entry, output_index=self._output_index)
            if size >= MAX_BYTES:
                break
        return units

    def _commit(self, units: list[Unit]) -> None:
        try:
            self._commit_repeating(units)
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it
            failure = translate(error)
            for unit in units:
                _fail(unit, failure)
            if isinstance(failure, OperationalError):
                self._recover()
        _settle(units)

    def _commit_repeating(self, units: list[Unit]) -> None:
        """Commit a group, again where the server ended it only because of others beside it."""
        healthy = _healthy_states(units)
        for left in reversed(range(REPEATS + 1)):
            try:
                self._commit_group(units)
            except Exception as error:
                if not left or not asks_to_repeat(error):
                    raise
            else:
                return
            # Nothing of the group is in the database: what it found out does not count.
            for state in healthy:
                state.failure = None
            # At once it may lock the rows that the other waits for, and end in the same deadlock.
            time.sleep(random.random() * MAX_REPEAT_PAUSE)  # noqa: S311 - no secret

    def _commit_group(self, units: list[Unit]) -> None:
        connection = self._connected()
        if len(units) == 1 and self._commit_alone(connection, units[0]):
            return
        with connection.begin():
            for unit in units:
                self._run_unit(connection, unit)

    def _commit_alone(self, connection: Connection, unit: Unit) -> bool:
        """Commit a group of one unit without savepoints; False: do it again, part by part."""
        if isinstance(unit, Call):
            with connection.begin():
                unit.result = unit.fn(connection)
            return True
        session = _session(connection)
        try:
            if isinstance(session, sqlite3.Connection):
                session.execute("BEGIN IMMEDIATE")
            write_parts(session, unit.parts.values())
            session.commit()
        except Exception as error:
            with contextlib.suppress(Exception):
                session.rollback()
            if len(unit.parts) == 1 or isinstance(translate(error), OperationalError):
                raise
            return False
        return True

    def _run_unit(self, connection: Connection, unit: Unit) -> None:
        """Run a unit so that its failure leaves the others of the group as they are."""
        if isinstance(unit, Call):
            try:
                with _savepoint(connection):
                    unit.result = unit.fn(connection)
            except _Rejected as rejected:
                unit.error = rejected.failure
            return
        for part in unit.parts.values():
            try:
                with _savepoint(connection):
                    write_parts(_session(connection), [part])
            except _Rejected as rejected:
                part.fail(rejected.failure)

    def _connected(self) -> Connection:
        if self._connection is None:
            if self._backoff:
                time.sleep(self._backoff)
            try:
                self._connection = self._engine.connect()
            except SQLAlchemyError:
                self._backoff = min(MAX_BACKOFF, self._backoff * 2 or 0.1)
                raise
            self._backoff = 0.0
        return self._connection

    def _recover(self) -> None:
        """Let go of a session that was lost; the next group opens another one."""
        connection = self._connection
        if connection is None:
            return
        if connection.invalidated or getattr(_session(connection), "closed", False):
            self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()


def _session(connection: Connection) -> Session:
    return connection.connection.driver_connection


@contextlib.contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """Run the body in a savepoint; raises _Rejected where the group can go on without it."""
    connection.exec_driver_sql("SAVEPOINT unit")
    try:
        yield
    except Exception as error:
        failure = translate(error)
        if isinstance(failure, OperationalError) and failure is not error:
            raise
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT unit")
        connection.exec_driver_sql("RELEASE SAVEPOINT unit")
        raise _Rejected(failure) from error
    connection.exec_driver_sql("RELEASE SAVEPOINT unit")


def _healthy_states(units: list[Unit]) -> list[JournalState]:
    segments = [unit for unit in units if isinstance(unit, Segment)]
    return [state for segment in segments for state in segment.parts if state.failure is None]


def _fail(unit: Unit, failure: BaseException) -> None:
    if isinstance(unit, Call):
        unit.error = unit.error or failure
        return
    for part in unit.parts.values():
        if part.state.failure is None and part.count:
            part.fail(failure)


def _settle(units: list[Unit]) -> None:
    """Tell everyone who waits, with one call into each event loop."""
    outcomes: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for unit in units:
        if isinstance(unit, Call):
            outcomes.setdefault(unit.loop, []).append((unit.future, unit.result, unit.error))
            continue
        for part in unit.parts.values():
            state = part.state
            state.done += part.count
            for barrier in part.barriers:
                outcome = (barrier.future, None, state.failure)
                outcomes.setdefault(barrier.loop, []).append(outcome)
    for loop, of_loop in outcomes.items():
        # A loop that was closed has nobody who waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_deliver, of_loop)


def _deliver(outcomes: list[_Outcome]) -> None:
    for future, result, error in outcomes:
        if future.done():
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
