"""Lets triggers poll when their time has come, some at once, and stores what they find."""

import asyncio
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from tidegate import codec
from tidegate.app import App
from tidegate.errors import ExecutionTimeout, OperationalError, TidegateError
from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.model.execution import Execution, LogLine, now_us, us_to_datetime
from tidegate.model.item import JsonObject
from tidegate.services import schedules, variables
from tidegate.services.executions import Start, queued_execution
from tidegate.services.workflows import Version, plan_of, runnable_version
from tidegate.store import polls, workflows
from tidegate.store import schedules as schedule_store
from tidegate.store.polls import Next, PollOvertaken
from tidegate.store.schedules import StoredSchedule
from tidegate.triggers.failures import Failures
from tidegate.worker.polling import PollResult, poll

MOST_AT_ONCE: Final = 10
_SPARE_SECONDS: Final = 60.0
_FIRST_WAIT: Final = 30.0
_LONGEST_WAIT: Final = 3600.0


class Poller:
    """The polls of one process."""

    def __init__(self, app: App, failures: Failures) -> None:
        self._app, self._failures = app, failures
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._audited: set[tuple[str, str]] = set()

    @property
    def is_full(self) -> bool:
        """Whether no further poll can begin now."""
        return len(self._tasks) >= MOST_AT_ONCE

    async def begin_due(self) -> None:
        """Begin the polls whose time has come, as far as there is room.

        Raises:
            OperationalError: the database does not work.
        """
        room = MOST_AT_ONCE - len(self._tasks)
        if room <= 0:
            return
        due = partial(schedule_store.due, polls=True, limit=room)
        for row in await self._app.database.read(due):
            if row.id not in self._tasks:
                task = asyncio.create_task(self._poll(row), name=f"poll {row.trigger}")
                self._tasks[row.id] = task
                task.add_done_callback(partial(self._ended, row.id))

    def _ended(self, schedule_id: str, _task: asyncio.Task[None]) -> None:
        del self._tasks[schedule_id]

    async def close(self) -> None:
        """Stop the polls that are under way; others take them at once."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _poll(self, due: StoredSchedule) -> None:
        """One poll, whatever becomes of it."""
        row = due
        try:
            version = await runnable_version(self._app, row.workflow_id, row.version_hash)
            seconds = 2 * plan_of(self._app, version).nodes[row.trigger].timeout
            # Before the write: it is done even where this task is cancelled meanwhile.
            row = polls.taken(due, seconds + _SPARE_SECONDS)
            if not await self._app.database.write(partial(polls.begin, schedule=due, taken=row)):
                return
            async with asyncio.timeout(seconds):
                execution, result = await self._look(version, row)
            await self._store(version, row, execution, result)
        except asyncio.CancelledError:
            # Others may begin it at once, from the same state.
            again = Next(due.planned_at, now_us(), due.failures, due.error)
            with suppress(PollOvertaken, OperationalError):
                await self._app.database.write(partial(polls.end, schedule=row, following=again))
            raise
        except PollOvertaken:
            return
        except OperationalError as error:
            get_logger().warning("database_unavailable", reason=error.code)
        except TimeoutError:
            text = "it took longer than twice its timeout, with all its attempts"
            await self._failed(row, ExecutionTimeout(text).as_json())
        except TidegateError as error:
            await self._failed(row, self._app.redact.error(error.as_json()))
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not stop the trigger
            await self._failed(row, reported_bug(self._app, error))

    async def _look(self, version: Version, row: StoredSchedule) -> tuple[Execution, PollResult]:
        execution = await execution_of_poll(self._app, version, row)
        place = (row.workflow_id, row.version_hash)
        audits = place not in self._audited
        result = await poll(self._app, version, execution, audits=audits)
        self._audited.add(place)
        return execution, result

    async def _store(
        self, version: Version, row: StoredSchedule, execution: Execution, result: PollResult
    ) -> None:
        if result.events:
            report = partial(polls.report, events=result.events)
            await self._app.database.write(report)
        if result.error is not None:
            await self._failed(row, result.error)
            return
        if not result.items:
            self._say(row, result.found.lines)
        following = _following(self._app, version, row, result.again_after)
        made = await self._app.database.write(
            partial(
                polls.store,
                schedule=row,
                following=following,
                found=result.found,
                execution=execution if result.items else None,
                enqueue=self._app.queue.enqueue,
            )
        )
        if made is not None:
            self._app.events.queued(made)

    def _say(self, row: StoredSchedule, lines: Sequence[LogLine]) -> None:
        """Warnings of a poll that starts nothing, which no execution's log can keep."""
        for line in lines:
            if line.level in {"warning", "error"}:
                get_logger().warning(
                    "poll_warning",
                    workflow=row.workflow_id,
                    trigger=row.trigger,
                    reason=line.message,
                )

    async def _failed(self, row: StoredSchedule, error: JsonObject) -> None:
        """Say so where people look, and wait longer each time."""
        failures = row.failures + 1
        wait = wait_after(failures)
        at = now_us() + round(wait * 1_000_000)
        get_logger().warning(
            "poll_failed",
            workflow=row.workflow_id,
            trigger=row.trigger,
            failures=failures,
            again_in=wait,
            reason=error.get("message"),
        )
        following = Next(at, at, failures, codec.encode(error).decode())
        with suppress(PollOvertaken, OperationalError):
            await self._app.database.write(partial(polls.end, schedule=row, following=following))
            await self._failures.polling_failed(row, error, failures)


async def execution_of_poll(app: App, version: Version, row: StoredSchedule) -> Execution:
    """The execution that a poll starts if it finds something; it begins with a result."""
    stored = await app.database.read(partial(workflows.get, workflow_id=row.workflow_id))
    values = await variables.values(app, stored.project_id)
    start = Start(trigger=row.trigger, source="poll", variables=values)
    return replace(queued_execution(app, version, start), token=1)


def reported_bug(app: App, error: Exception) -> JsonObject:
    """A mistake of ours, in the log; what may be shown of it."""
    bug = new_id()
    text = "".join(traceback.format_exception(error))
    get_logger().error("bug", bug=bug, traceback=app.redact(text))
    message = f"Tidegate made a mistake here; the log has the details under {bug}"
    return {"code": "BUG", "message": message, "bug": bug}


def wait_after(failures: int) -> float:
    """How many seconds a trigger waits after so many failures in a row."""
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << min(failures - 1, 10)))


def _following(app: App, version: Version, row: StoredSchedule, again_after: float | None) -> Next:
    """When a trigger polls after a success: at its next time, or before it where it asks so."""
    plan = plan_of(app, version)
    one = next(found for found in schedules.planned(plan) if found.trigger == row.trigger)
    now = now_us()
    following = one.schedule.next(us_to_datetime(now))
    planned_at = None if following is None else schedules.microseconds(following)
    next_at = planned_at
    if again_after is not None:
        again = now + round(again_after * 1_000_000)
        next_at = again if planned_at is None else min(again, planned_at)
    return Next(planned_at, next_at)
