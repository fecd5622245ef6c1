"""What executions and their requests ask of the server and of hosts: peaks, rates, errors."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from tidegate import codec
from tidegate.app import App
from tidegate.model.execution import us_to_iso
from tidegate.model.item import JsonObject
from tidegate.services.identity.permissions import Action, Caller
from tidegate.store import analytics, http_requests
from tidegate.store.analytics import ExecutionUsage, Range
from tidegate.store.http_requests import RequestSample

MOST: Final = 20
"""So many executions or hosts are told."""


async def heaviest(
    app: App, caller: Caller, *, by: str, begin: int, end: int
) -> Sequence[JsonObject]:
    """The executions of a range that used the most, of the newest thousands.

    ``by`` is a field of what an execution used, such as ``memory_used``.
    """
    caller.require(Action.EXECUTIONS_READ)
    wanted = Range(begin, end, projects=caller.projects(Action.EXECUTIONS_READ))
    rows = await app.database.read(lambda connection: analytics.usages(connection, wanted))
    found = [_used(row) for row in rows]
    return sorted(found, key=lambda entry: -entry["usage"].get(by, 0))[:MOST]


def _used(row: ExecutionUsage) -> JsonObject:
    return {
        "id": row.id,
        "number": row.number,
        "workflow_id": row.workflow_id,
        "status": row.status,
        "created_at": us_to_iso(row.created_at),
        "duration_ms": None if row.duration is None else round(row.duration / 1000, 3),
        "usage": codec.decode(row.usage),
    }


async def requests(app: App, caller: Caller, *, begin: int, end: int) -> JsonObject:
    """Rate, failures and 95th percentile of requests since a moment, in all and by host."""
    caller.require(Action.EXECUTIONS_READ)
    allowed = caller.projects(Action.EXECUTIONS_READ)
    found, is_whole = await app.database.read(
        lambda connection: http_requests.samples(connection, projects=allowed, begin=begin)
    )
    by_host: defaultdict[str, list[RequestSample]] = defaultdict(list)
    for sample in found:
        by_host[urlsplit(sample.url).hostname or ""].append(sample)
    hosts = sorted(by_host.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    return {
        "is_whole": is_whole,
        "per_second": round(len(found) / max(1e-6, (end - begin) / 1e6), 3),
        **numbers_of(found),
        "hosts": [{"host": host, **numbers_of(samples)} for host, samples in hosts[:MOST]],
    }


def numbers_of(samples: Iterable[RequestSample]) -> JsonObject:
    """How many requests there were and failed, and the 95th percentile of their time."""
    entries = list(samples)
    times = sorted(entry.milliseconds for entry in entries if entry.milliseconds is not None)
    return {
        "requests": len(entries),
        "failed": sum(entry.has_failed for entry in entries),
        "p95_ms": times[min(len(times) - 1, len(times) * 95 // 100)] if times else None,
    }
