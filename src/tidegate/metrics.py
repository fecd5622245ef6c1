"""What a server counts and measures, for Prometheus. docs/reference/metrics.md is made from it.

Labels take few values: names of node types, statuses, templates of routes. Ids, addresses and texts
of users are never labels.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.core import Metric as MetricFamily
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: ``kind`` as Prometheus calls it."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()


_SECONDS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 3600)
_REQUEST_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

METRICS: Final[Sequence[Metric]] = (
    Metric("tidegate_info", "gauge", "Always 1; the label is the version.", ("version",)),
    Metric(
        "tidegate_executions_total",
        "counter",
        "Executions that this process ended, by status and by what started them.",
        ("status", "source"),
    ),
    Metric(
        "tidegate_execution_seconds",
        "histogram",
        "From the start of an execution to its end, waits included.",
    ),
    Metric(
        "tidegate_queue_executions",
        "gauge",
        "Executions in the queue of this process: ready to run, due later, or running.",
        ("state",),
    ),
    Metric(
        "tidegate_node_executions_total",
        "counter",
        "Attempts of nodes that ended, by node type and by the status of the node execution.",
        ("node_type", "status"),
    ),
    Metric(
        "tidegate_node_seconds", "histogram", "Of one attempt of a node, by type.", ("node_type",)
    ),
    Metric(
        "tidegate_node_items_total", "counter", "Items that nodes gave, by type.", ("node_type",)
    ),
    Metric(
        "tidegate_http_requests_total",
        "counter",
        "Requests of workflows, by the class of the answer (2xx, ...; none: there was no answer).",
        ("status",),
    ),
    Metric("tidegate_http_request_seconds", "histogram", "Of requests of workflows, to their end."),
    Metric(
        "tidegate_http_bytes_total",
        "counter",
        "Bytes that requests of workflows sent and received.",
        ("direction",),
    ),
    Metric(
        "tidegate_security_events_total",
        "counter",
        "What the gate, a limit or the vault saw in executions.",
        ("event_type", "severity"),
    ),
    Metric(
        "tidegate_api_requests_total",
        "counter",
        "Requests that this server answered, by the template of their route.",
        ("method", "route", "status"),
    ),
    Metric(
        "tidegate_api_request_seconds",
        "histogram",
        "To the first byte of the answer, by route.",
        ("method", "route"),
    ),
    Metric(
        "tidegate_sign_ins_total",
        "counter",
        "Tries to sign in: succeeded, failed, or slowed down.",
        ("result",),
    ),
    Metric(
        "tidegate_database_pending_writes",
        "gauge",
        "Entries that wait for the thread that writes to the database.",
    ),
    Metric(
        "tidegate_trigger_failures_total",
        "counter",
        "Polls of triggers that failed, and schedules that can't be followed any more.",
        ("kind",),
    ),
    Metric(
        "tidegate_failing_triggers",
        "gauge",
        "Triggers of the installation whose last poll failed.",
    ),
    Metric("tidegate_pruned_executions_total", "counter", "Executions that retention removed."),
)


class _Series:
    """The values of one metric by its labels. Cheaper than the library's own: no locks.

    Written by the event loop alone; :meth:`family` copies before it reads.
    """

    __slots__ = ("_bounds", "_metric", "functions", "values")

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        is_api = metric.name == "tidegate_api_request_seconds"
        self._bounds = _REQUEST_SECONDS if is_api else _SECONDS
        self.values: dict[tuple[str, ...], list[float]] = {}
        self.functions: dict[tuple[str, ...], Callable[[], float]] = {}

    def add(self, amount: float, *labels: str) -> None:
        """Count."""
        found = self.values.get(labels)
        if found is None:
            found = self.values[labels] = [0.0]
        found[0] += amount

    def observe(self, value: float, *labels: str) -> None:
        """Measure: the counts of the buckets are behind the sum."""
        found = self.values.get(labels)
        if found is None:
            found = self.values[labels] = [0.0] * (len(self._bounds) + 2)
        found[0] += value
        found[bisect_left(self._bounds, value) + 1] += 1

    def family(self) -> MetricFamily:
        """As Prometheus reads it."""
        metric = self._metric
        if metric.kind == "histogram":
            return self._histogram()
        kind = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
        family = kind(metric.name, metric.help, labels=metric.labels)
        known = {labels: found[0] for labels, found in self.values.copy().items()}
        for labels, value in (known or ({} if metric.labels else {(): 0.0})).items():
            family.add_metric(labels, value)
        for labels, function in self.functions.items():
            family.add_metric(labels, function())
        return family

    def _histogram(self) -> MetricFamily:
        metric = self._metric
        family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
        names = [*(f"{bound:g}" for bound in self._bounds), "+Inf"]
        for labels, (total, *counts) in self.values.copy().items():
            family.add_metric(labels, list(zip(names, accumulate(counts), strict=True)), total)
        return family


class _Collector(Collector):
    """All metrics of ours."""

    def __init__(self, series: Iterable[_Series]) -> None:
        self._series = tuple(series)

    def collect(self) -> Iterator[MetricFamily]:
        """The metrics as they are now."""
        for series in self._series:
            yield series.family()


class Metrics:
    """The metrics of one process. Counting takes about a microsecond."""

    def __init__(self, version: str) -> None:
        self._of = {metric.name: _Series(metric) for metric in METRICS}
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._registry.register(_Collector(self._of.values()))
        self._of["tidegate_info"].add(1, version)

    def execution_ended(self, status: str, source: str, seconds: float | None) -> None:
        """An execution ended; ``seconds`` from its start."""
        self._of["tidegate_executions_total"].add(1, status, source)
        if seconds is not None:
            self._of["tidegate_execution_seconds"].observe(seconds)

    def trigger_failed(self, kind: Literal["poll", "schedule"]) -> None:
        """A poll failed, or a schedule broke."""
        self._of["tidegate_trigger_failures_total"].add(1, kind)

    def triggers_fail(self, count: int) -> None:
        """So many triggers fail now."""
        self._of["tidegate_failing_triggers"].values[()] = [float(count)]

    def attempt_ended(self, node_type: str, status: str, seconds: float, items: int) -> None:
        """An attempt of a node ended."""
        self._of["tidegate_node_executions_total"].add(1, node_type, status)
        self._of["tidegate_node_seconds"].observe(seconds, node_type)
        if items:
            self._of["tidegate_node_items_total"].add(items, node_type)

    def request_ended(
        self, status: int | None, seconds: float | None, bytes_in: int, bytes_out: int
    ) -> None:
        """A request of a workflow ended."""
        shown = "none" if status is None else f"{status // 100}xx"
        self._of["tidegate_http_requests_total"].add(1, shown)
        if seconds is not None:
            self._of["tidegate_http_request_seconds"].observe(seconds)
        self._of["tidegate_http_bytes_total"].add(bytes_in, "in")
        self._of["tidegate_http_bytes_total"].add(bytes_out, "out")

    def security_event(self, event_type: str, severity: str) -> None:
        """Something was refused, opened or ended."""
        self._of["tidegate_security_events_total"].add(1, event_type, severity)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """The server answered a request."""
        self._of["tidegate_api_requests_total"].add(1, method, route, str(status))
        self._of["tidegate_api_request_seconds"].observe(seconds, method, route)

    def signed_in(self, result: Literal["succeeded", "failed", "slowed"]) -> None:
        """Somebody tried to sign in."""
        self._of["tidegate_sign_ins_total"].add(1, result)

    def pruned(self, executions: int) -> None:
        """Retention removed executions."""
        self._of["tidegate_pruned_executions_total"].add(executions)

    def watch(self, name: str, value: Callable[[], float], *labels: str) -> None:
        """Ask for the value of a gauge whenever it is read."""
        self._of[name].functions[labels] = value

    def text(self) -> bytes:
        """Everything, in Prometheus's text format."""
        return generate_latest(self._registry)
