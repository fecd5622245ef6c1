"""Schedules: read from published workflows, and turned into executions when their time comes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.engine.plan import Plan
from tidegate.errors import OperationalError, TidegateError
from tidegate.ids import child_id
from tidegate.log import get_logger
from tidegate.model.execution import now_us, us_to_datetime, us_to_iso
from tidegate.sdk.schedule import Schedule
from tidegate.services import sealing, variables
from tidegate.services.executions import Start, queued_execution
from tidegate.services.workflows import plan_of, runnable_version
from tidegate.store import schedules as store
from tidegate.store import workflows
from tidegate.store.schedules import StoredSchedule

LATE_SECONDS: Final = 10.0
"""A time that is acted upon so much later was missed: no server ran."""
MAX_MISSED: Final = 100
"""So many missed times are made up for at most."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A placed trigger's schedule, and what becomes of missed times; ``jitter`` is seconds.

    ``polls``: at these times the trigger looks, which may start nothing.
    """

    trigger: str
    schedule: Schedule
    missed: str
    jitter: int
    params: str
    polls: bool = False


def planned(plan: Plan) -> list[Planned]:
    """The schedules of a workflow's triggers."""
    found = []
    placed = {node.id: node for node in plan.workflow.nodes}
    for trigger in plan.triggers:
        node = plan.nodes[trigger]
        params = node.params.constant
        if node.node.polls:
            # Some of its parameters may be expressions; those that say when are not.
            values = dict(placed[trigger].params)
        elif params is not None:
            values = params.model_dump(mode="json")
        else:
            continue
        schedule = node.node.schedule_for(values)
        if schedule is not None:
            text = codec.canonical({"type": node.type, "params": values}).decode()
            jitter = int(values.get("jitter", 0))
            missed = values.get("missed", "once")
            found.append(Planned(trigger, schedule, missed, jitter, text, node.node.polls))
    return found


async def sync(app: App, seen: dict[str, str] | None = None) -> None:
    """Make the stored schedules those of the published versions.

    ``seen`` remembers the versions that were looked at: most have no schedule, or the stored one.
    """
    seen = {} if seen is None else seen
    wanted, known = await app.database.read(
        lambda connection: (store.published(connection), store.versions(connection))
    )
    for workflow_id in known.keys() - wanted.keys():
        await app.database.write(partial(store.remove, workflow_id=workflow_id))
    for workflow_id, version_hash in wanted.items():
        if version_hash not in (known.get(workflow_id), seen.get(workflow_id)):
            try:
                await _sync_workflow(app, workflow_id, version_hash)
            except OperationalError:
                raise
            except TidegateError as error:
                # Its node types may be gone: the schedules of the others go on.
                get_logger().error("version_broken", workflow=workflow_id, reason=error.message)
                await app.database.write(partial(store.remove, workflow_id=workflow_id))
        seen[workflow_id] = version_hash
    for workflow_id in seen.keys() - wanted.keys():
        del seen[workflow_id]


async def _sync_workflow(app: App, workflow_id: str, version_hash: str) -> None:
    plan = plan_of(app, await runnable_version(app, workflow_id, version_hash))
    now = now_us()
    rows = [_row(workflow_id, version_hash, one, now) for one in planned(plan)]
    await app.database.write(
        lambda connection: store.replace(connection, workflow_id, version_hash, rows)
    )


def _row(workflow_id: str, version_hash: str, one: Planned, now: int) -> StoredSchedule:
    id = child_id("schedule", workflow_id, one.trigger)
    if one.polls:
        # At once: what is there now is what later polls compare with.
        return StoredSchedule(
            id, workflow_id, one.trigger, version_hash, one.params, now, now, polls=True
        )
    first = one.schedule.next(us_to_datetime(now))
    following = None if first is None else microseconds(first)
    next_at = with_jitter(id, following, one.jitter)
    return StoredSchedule(
        id, workflow_id, one.trigger, version_hash, one.params, following, next_at
    )


async def fire(app: App, row: StoredSchedule) -> int:
    """Act upon a schedule whose time has come; returns how many executions were started.

    The schedule moves on in the transaction that stores the executions, so that no time is acted
    upon twice, by whichever process.
    """
    version = await runnable_version(app, row.workflow_id, row.version_hash)
    one = next((p for p in planned(plan_of(app, version)) if p.trigger == row.trigger), None)
    if one is None or row.planned_at is None:
        await app.database.write(partial(store.remove, workflow_id=row.workflow_id))
        return 0
    stored = await app.database.read(partial(workflows.get, workflow_id=row.workflow_id))
    values = await variables.values(app, stored.project_id)
    now = now_us()
    times, following = due_times(one, row.planned_at, now)
    starts = [
        Start(
            trigger=row.trigger,
            source="schedule",
            custom_data={"planned_at": us_to_iso(time), "is_missed": _is_missed(one, time, now)},
            has_custom_data=True,
            variables=values,
            id=child_id(row.id, str(time)),
        )
        for time in times
    ]
    executions = [
        await sealing.as_stored(app, version.workflow, queued_execution(app, version, start))
        for start in starts
    ]
    next_at = with_jitter(row.id, following, one.jitter)

    made = await app.database.write(
        lambda connection: store.fire(
            connection,
            row,
            planned_at=following,
            next_at=next_at,
            executions=executions,
            enqueue=app.queue.enqueue,
        )
    )
    for execution in made:
        app.events.queued(execution)
    return len(made)


def due_times(one: Planned, planned_at: int, now: int) -> tuple[list[int], int | None]:
    """The times to act upon now, the first of which was planned, and the time after them.

    Times that were missed are left out, made one, or all acted upon, as the trigger says.
    """
    present = us_to_datetime(now)
    count = MAX_MISSED if one.missed == "all" else 1
    times = []
    for moment in islice(one.schedule.until(present), count):
        time = microseconds(moment)
        if time < planned_at:
            break
        times.append(time)
    following = one.schedule.next(present)
    if one.missed == "skip" and times and _is_missed(one, times[0], now):
        times = []
    return times[::-1], None if following is None else microseconds(following)


def _is_missed(one: Planned, time: int, now: int) -> bool:
    return now - time > (one.jitter + LATE_SECONDS) * 1_000_000


def with_jitter(schedule_id: str, time: int | None, seconds: int) -> int | None:
    """When a time is acted upon: a part of ``seconds`` later, the same at each asking."""
    if time is None or not seconds:
        return time
    digest = hashlib.sha256(f"{schedule_id}/{time}".encode()).digest()
    return time + int.from_bytes(digest[:8]) % (seconds * 1_000_000)


def next_times(plan: Plan, count: int, now: datetime | None = None) -> Mapping[str, Sequence[Any]]:
    """The next times of each schedule of a workflow, by trigger, as ISO 8601 text in UTC."""
    begin = now or datetime.now(UTC)
    return {
        one.trigger: [us_to_iso(microseconds(time)) for time in one.schedule.upcoming(begin, count)]
        for one in planned(plan)
    }


def microseconds(moment: datetime) -> int:
    """A time as microseconds since 1970, exactly."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
