"""Prints a report of an execution as tables, for people."""

from typing import Final

from rich.console import Console

from tidegate.app import App
from tidegate.cli.tables import duration_text, item_table, node_table, say, status_text
from tidegate.model.item import JsonObject
from tidegate.services.reports import Report, has_output, output_items

SHOWN_ITEMS: Final = 20


async def print_report(app: App, report: Report, console: Console) -> None:
    """Nodes, the final items, and how it ended."""
    console.print(node_table(report.summary()["nodes"]))
    for node_id in report.final_nodes:
        await _print_items(app, report, node_id, console)
    execution = report.execution
    console.print(
        f"execution {execution.number}",
        status_text(execution.status.value),
        f"in {duration_text(execution.duration_ms)}" if execution.finished_at is not None else "",
        _handled(execution.errors_handled),
    )
    if execution.error:
        where = f"node {execution.error['node']}: " if "node" in execution.error else ""
        say(console, f"{where}{execution.error.get('message', '')}", style="red")


async def _print_items(app: App, report: Report, node_id: str, console: Console) -> None:
    rows = [row for row in report.nodes if row.node_id == node_id and has_output(row)]
    total = sum(sum(row.output.counts().values()) for row in rows if row.output is not None)
    shown: list[JsonObject] = []
    for row in rows:
        for items in (await output_items(app, row, SHOWN_ITEMS - len(shown))).values():
            shown += items[: SHOWN_ITEMS - len(shown)]
    if shown:
        more = f" (the first {len(shown)} of {total})" if total > len(shown) else ""
        console.print(item_table(shown, title=f"items of {node_id}{more}"))


def _handled(count: int) -> str:
    if not count:
        return ""
    return "with 1 error handled" if count == 1 else f"with {count} errors handled"
