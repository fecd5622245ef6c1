"""``tidegate schedules``: when workflows start by themselves."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.app import App
    from tidegate.store.schedules import StoredSchedule


@click.group()
def command() -> None:
    """Show when workflows start by themselves."""


@command.command("next")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(1, 1000), default=10, show_default=True)
@json_option
@pass_state
def show_next(state: CliState, *, file: Path, count: int, as_json: bool) -> None:
    """Show the next times of the schedules in a workflow FILE, in UTC.

    Nothing is stored or started.
    """
    from tidegate.engine.plan import make_plan
    from tidegate.registry import described_registry
    from tidegate.services.check import load_workflow_file
    from tidegate.services.schedules import next_times

    settings = state.settings({})
    workflow = load_workflow_file(file).workflow
    with described_registry(settings.isolation.trusted_packages) as registry:
        times = next_times(make_plan(workflow, registry.node_class, settings.limits), count)
    if as_json:
        print_json(times)
        return
    if not times:
        click.echo("no trigger of this workflow has a schedule (trigger.schedule)")
    for trigger, listed in times.items():
        click.echo(f"{trigger}:")
        for time in listed or ["no time any more"]:
            click.echo(f"  {time}")


@command.command("list")
@db_option
@json_option
@pass_state
def show_list(state: CliState, *, db: str | None, as_json: bool) -> None:
    """List the schedules of published workflows that `tidegate serve` follows."""
    from tidegate import codec
    from tidegate.cli.session import run_with_app
    from tidegate.log import safe_line
    from tidegate.model.execution import us_to_iso
    from tidegate.store import schedules

    async def read(app: "App") -> "Sequence[StoredSchedule]":
        return await app.database.read(schedules.every)

    rows = run_with_app(state.settings({"database_url": db}), read)
    listed: list[dict[str, Any]] = [
        {
            "workflow_id": row.workflow_id,
            "trigger": row.trigger,
            "planned_at": us_to_iso(row.planned_at),
            "next_at": us_to_iso(row.next_at),
            "last_at": us_to_iso(row.last_at),
            "polls": row.polls,
            "failures": row.failures,
            "error": row.error,
        }
        for row in rows
    ]
    if as_json:
        shown = [
            {**entry, "error": None if row.error is None else codec.decode(row.error)}
            for entry, row in zip(listed, rows, strict=True)
        ]
        print_json({"schedules": shown})
        return
    if not listed:
        click.echo("no published workflow has a schedule")
    for entry in listed:
        click.echo(
            f"{entry['workflow_id']}  {entry['trigger']}  next {entry['next_at'] or 'never'}"
            f"  last {entry['last_at'] or 'never'}"
        )
        if entry["error"] is not None:
            click.echo(
                safe_line(f"  failed {entry['failures']} times: {entry['error']['message']}")
            )
