"""Counting, as Prometheus's own parser reads it."""

from prometheus_client.parser import text_string_to_metric_families

from tidegate.metrics import METRICS, Metrics


def samples(metrics: Metrics) -> dict[tuple, float]:
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def test_buckets_hold_what_is_not_longer() -> None:
    metrics = Metrics("1.2.3")
    for seconds in (0.0005, 0.001, 0.7, 1, 9999):
        metrics.attempt_ended("data.set", "succeeded", seconds, 2)
    found = samples(metrics)

    def bucket(bound: str) -> float:
        return found["tidegate_node_seconds_bucket", ("le", bound), ("node_type", "data.set")]

    assert [bucket(bound) for bound in ("0.001", "0.5", "1", "3600", "+Inf")] == [2, 2, 4, 4, 5]
    assert found["tidegate_node_seconds_count", ("node_type", "data.set")] == 5
    assert found["tidegate_node_items_total", ("node_type", "data.set")] == 10
    assert found["tidegate_info", ("version", "1.2.3")] == 1


def test_a_gauge_is_asked_whenever_it_is_read() -> None:
    metrics = Metrics("1")
    value = [1]
    metrics.watch("tidegate_queue_executions", lambda: value[0], "ready")
    assert samples(metrics)["tidegate_queue_executions", ("state", "ready")] == 1
    value[0] = 5
    assert samples(metrics)["tidegate_queue_executions", ("state", "ready")] == 5


def test_names_are_unique_and_as_prometheus_wants_them() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    for metric in METRICS:
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.help.endswith(".")
