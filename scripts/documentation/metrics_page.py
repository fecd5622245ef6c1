"""docs/reference/metrics.md: every metric, from the table in metrics.py."""

from tidegate.metrics import METRICS

HEAD = """\
# Metrics

Written from `src/tidegate/metrics.py` by `make docs`; a test compares the two with a real server.

`GET /metrics` answers in Prometheus's text format, to an API key with the scope `metrics:read`
([how](../howto/monitor.md)). Each process counts for itself, from its start on. Labels never hold
ids, addresses or texts of users. Beside these there are the usual `process_*` and `python_*`.

| metric | kind | labels | meaning |
|---|---|---|---|
"""


def metrics_page() -> str:
    """The whole page, in Markdown."""
    rows = [
        f"| `{metric.name}` | {metric.kind} "
        f"| {', '.join(f'`{label}`' for label in metric.labels)} | {metric.help} |"
        for metric in METRICS
    ]
    return HEAD + "\n".join(rows).replace("|  |", "| |") + "\n"
