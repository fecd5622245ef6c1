"""What people see of ``tidegate executions list`` and ``show``."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tidegate import codec
from tidegate.app import App
from tidegate.cli.report import print_report
from tidegate.cli.tables import (
    duration_text,
    item_table,
    make_console,
    node_name,
    say,
    status_text,
    text,
)
from tidegate.model.execution import Execution, LogLine, NodeRow, us_to_iso
from tidegate.services.reports import Report, input_items, output_items


def print_page(found: Sequence[Execution], following: str | None, *, is_filtered: bool) -> None:
    """A page of executions; ``following`` is the cursor of the next one."""
    console = make_console()
    if not found:
        none_yet = "no executions yet; `tidegate run FILE` makes one"
        say(console, "no executions like these" if is_filtered else none_yet)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("number", "status", "trigger", "started", "time", "id"):
        table.add_column(column, no_wrap=True)
    for execution in found:
        table.add_row(
            str(execution.number),
            status_text(execution.status.value),
            text(execution.trigger),
            us_to_iso(execution.started_at) or "",
            duration_text(execution.duration_ms),
            execution.id,
        )
    console.print(table)
    if following is not None:
        say(console, f"more: tidegate executions list --after {following}")


async def print_execution(
    app: App, report: Report, rows: Sequence[NodeRow], lines: Sequence[LogLine], items: int
) -> None:
    """An execution, the items of some of its node executions, and its log."""
    console = make_console()
    await print_report(app, report, console)
    for row in rows:
        await _print_node(app, report, row, items, console)
    for line in lines:
        node = node_name(line.node_id or "", line.path)
        data = f" {codec.encode(line.data).decode()}" if line.data else ""
        say(console, f"{us_to_iso(line.at)} {line.level:7} {node:12} {line.message}{data}")


async def _print_node(app: App, report: Report, row: NodeRow, items: int, console: Console) -> None:
    name = node_name(row.node_id, row.path)
    for port, shown in (await input_items(app, report, row, items)).items():
        console.print(item_table(shown, title=f"input {port} of {name}"))
    for port, shown in (await output_items(app, row, items)).items():
        console.print(item_table(shown, title=f"output {port} of {name}"))
    if row.error:
        say(console, f"error of {name}:")
        console.print(text(codec.encode_pretty(row.error)))
    if row.usage is not None:
        say(console, f"usage of {name}: {codec.encode(row.usage.as_json()).decode()}")
