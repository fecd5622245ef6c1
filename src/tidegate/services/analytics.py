"""Numbers over time: how many executions ran, how they ended, how long they took."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tidegate import codec
from tidegate.app import App
from tidegate.model.execution import us_to_datetime, us_to_iso
from tidegate.model.item import JsonObject
from tidegate.model.status import ENDED, ExecutionStatus
from tidegate.services import time_saved
from tidegate.services.identity.permissions import Action, Caller
from tidegate.store import analytics as store
from tidegate.store import execution_lists
from tidegate.store.analytics import Range, Sample
from tidegate.store.execution_filter import ExecutionFilter

_MOST_FAILING: Final = 20
_USUAL: Final = 100
"""So many executions of a workflow say how long it usually takes."""


async def histogram(
    app: App, caller: Caller, wanted: ExecutionFilter, *, begin: int, end: int, parts: int
) -> JsonObject:
    """How many executions fit a filter in each part of a time, by status."""
    caller.require(Action.EXECUTIONS_READ)
    wanted = replace(wanted, projects=caller.projects(Action.EXECUTIONS_READ))
    counted, looked_to = await app.database.read(
        lambda connection: execution_lists.counts(
            connection, wanted, begin=begin, end=end, parts=parts
        )
    )
    by_status = [(entry.part, entry.status.value, entry.count) for entry in counted]
    return over_time(by_status, begin, end, parts) | {"looked_to": us_to_iso(looked_to)}


def over_time(
    counted: Iterable[tuple[int, str, int]], begin: int, end: int, parts: int
) -> JsonObject:
    """Counts of ``(part, kind, count)`` as the parts of a histogram."""
    width = max(1, -(-(end - begin) // parts))
    found: list[Counter[str]] = [Counter() for _ in range(parts)]
    for part, kind, count in counted:
        found[min(part, parts - 1)][kind] += count
    whole = sum(found, Counter[str]())
    return {
        "parts": [
            {"from": us_to_iso(begin + place * width), "counts": dict(counts)}
            for place, counts in enumerate(found)
        ],
        "counts": dict(whole),
        "total": whole.total(),
    }


async def usual_durations(
    app: App, caller: Caller, workflow_ids: Collection[str]
) -> list[JsonObject]:
    """How long workflows usually take, by their newest executions that succeeded."""
    caller.require(Action.EXECUTIONS_READ)
    projects = caller.projects(Action.EXECUTIONS_READ)
    found = await app.database.read(
        lambda connection: store.latest_durations(connection, workflow_ids, projects, _USUAL)
    )
    return [
        {"workflow_id": workflow_id, "executions": len(lengths), **percentiles(lengths)}
        for workflow_id, lengths in found.items()
    ]


async def numbers(
    app: App, caller: Caller, workflow_id: str | None, *, begin: int, end: int, parts: int
) -> JsonObject:
    """The numbers of a range of time, and the totals of the range before it."""
    caller.require(Action.EXECUTIONS_READ)
    projects = caller.projects(Action.EXECUTIONS_READ)
    now = Range(begin, end, workflow_id, projects)
    earlier = Range(2 * begin - end, begin, workflow_id, projects)
    found, before, failures, slow = await app.database.read(
        lambda connection: (
            store.samples(connection, now),
            store.samples(connection, earlier),
            store.failures(connection, now),
            store.slowest(connection, now),
        )
    )
    saved = await time_saved.minutes(app, projects, workflow_id)
    return {
        "from": us_to_iso(begin),
        "to": us_to_iso(end),
        "looked_at": len(found),
        "is_whole": len(found) < store.SAMPLE,
        "totals": totals(found, saved),
        "totals_before": totals(before, saved),
        "series": series(found, begin, end, parts),
        "hours": hours(found),
        "failing_nodes": failing(failures),
        "slow_nodes": [
            {
                "workflow_id": entry.workflow_id,
                "node": entry.node_id,
                "type": entry.node_type,
                "attempts": entry.attempts,
                "mean_ms": round(entry.mean / 1000, 3),
                "longest_ms": round(entry.longest / 1000, 3),
            }
            for entry in slow
        ],
    }


def totals(samples: Iterable[Sample], saved: Mapping[str, float]) -> JsonObject:
    """Counts by status, the share that succeeded of those that ended, durations, and time saved.

    ``saved`` are the minutes that an execution saves, by workflow; without any, none are told.
    """
    entries = list(samples)
    counts = Counter(entry.status.value for entry in entries)
    ended = sum(counts[status.value] for status in ENDED)
    share = counts[ExecutionStatus.SUCCEEDED.value] / ended if ended else None
    return {
        "executions": len(entries),
        "counts": dict(counts),
        "succeeded_share": None if share is None else round(share, 4),
        **durations(entries),
        "minutes_saved": minutes_saved(entries, saved) if saved else None,
    }


def minutes_saved(samples: Iterable[Sample], saved: Mapping[str, float]) -> float:
    """The work that executions saved, in minutes; those that failed save none."""
    succeeded = Counter(
        entry.workflow_id for entry in samples if entry.status is ExecutionStatus.SUCCEEDED
    )
    return round(sum(saved.get(id, 0.0) * count for id, count in succeeded.items()), 2)


def durations(samples: Iterable[Sample]) -> JsonObject:
    """The median and the 95th percentile of durations, in milliseconds; None without any."""
    return percentiles(entry.duration for entry in samples if entry.duration is not None)


def percentiles(microseconds: Iterable[int]) -> JsonObject:
    """The median and the 95th percentile in milliseconds; None without any."""
    lengths = sorted(microseconds)
    if not lengths:
        return {"p50_ms": None, "p95_ms": None}
    return {
        f"p{share}_ms": round(lengths[min(len(lengths) - 1, len(lengths) * share // 100)] / 1000, 3)
        for share in (50, 95)
    }


def series(samples: Iterable[Sample], begin: int, end: int, parts: int) -> list[JsonObject]:
    """Counts by status and durations of each part of a time."""
    width = max(1, -(-(end - begin) // parts))
    grouped: list[list[Sample]] = [[] for _ in range(parts)]
    for entry in samples:
        grouped[min(parts - 1, (entry.created_at - begin) // width)].append(entry)
    return [
        {
            "from": us_to_iso(begin + place * width),
            "counts": dict(Counter(entry.status.value for entry in group)),
            **durations(group),
        }
        for place, group in enumerate(grouped)
    ]


def hours(samples: Iterable[Sample]) -> list[list[int]]:
    """How many began in each hour (UTC) of each weekday, Monday first."""
    found = [[0] * 24 for _ in range(7)]
    for entry in samples:
        moment = us_to_datetime(entry.created_at)
        found[moment.weekday()][moment.hour] += 1
    return found


def failing(failures: Sequence[store.Failure]) -> list[JsonObject]:
    """The nodes at which most executions failed, with the last error's code."""
    counts: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for failure in failures:
        error = codec.decode(failure.error)
        key = (failure.workflow_id, str(error.get("node") or ""))
        counts[key] += 1
        last.setdefault(key, error)
    return [
        {
            "workflow_id": key[0],
            "node": key[1] or None,
            "failures": count,
            "code": last[key].get("code"),
            "message": last[key].get("message"),
        }
        for key, count in counts.most_common(_MOST_FAILING)
    ]
