"""tidegate executions: list, show, export, resume and cancel what was executed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_json
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.app import App
    from tidegate.services.http_export import Format

STATUSES = ("queued", "running", "waiting", "succeeded", "failed", "cancelled", "crashed")


@click.group()
def command() -> None:
    """List, show, export, resume and cancel executions."""


def _with_app(
    state: CliState, db: str | None, work: "Callable[[App], Awaitable[Any]]", **overrides: Any
) -> Any:
    from tidegate.cli.session import run_with_app

    return run_with_app(state.settings({"database_url": db, **overrides}), work)


@command.command("list")
@click.option("--status", type=click.Choice(STATUSES), multiple=True, help="Only these statuses.")
@click.option("--workflow", metavar="ID", help="Only of the workflow with this id.")
@click.option("--trigger", metavar="ID", help="Only those that started at this trigger.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@click.option("--after", metavar="CURSOR", help="The page after the one that gave this cursor.")
@db_option
@json_option
@pass_state
def list_command(
    state: CliState,
    *,
    status: tuple[str, ...],
    workflow: str | None,
    trigger: str | None,
    limit: int,
    after: str | None,
    db: str | None,
    as_json: bool,
) -> None:
    """List executions, newest first."""
    if trigger is not None and workflow is None:
        # The same node id stands for different triggers in different workflows.
        raise click.UsageError("--trigger needs --workflow: a trigger's id is its workflow's own")
    from tidegate.cli.execution_views import list_page

    async def work(app: "App") -> None:
        await list_page(
            app,
            statuses=status,
            workflow=workflow,
            trigger=trigger,
            after=after,
            limit=limit,
            as_json=as_json,
        )

    _with_app(state, db, work)


@command.command()
@click.argument("execution")
@click.option("--node", metavar="ID", help="Show the items of this node.")
@click.option(
    "--items",
    default=5,
    show_default=True,
    type=click.IntRange(min=0),
    help="How many items of each input and output to show.",
)
@db_option
@json_option
@pass_state
def show(
    state: CliState,
    *,
    execution: str,
    node: str | None,
    items: int,
    db: str | None,
    as_json: bool,
) -> None:
    """Show an EXECUTION (id or number): every node's input, output, error, timing and usage."""
    from tidegate.cli.execution_views import show_execution

    async def work(app: "App") -> None:
        await show_execution(app, execution, node, items, as_json=as_json)

    _with_app(state, db, work)


@command.command()
@click.argument("execution")
@click.option(
    "--in-flight",
    "in_flight",
    type=click.Choice(("rerun", "fail")),
    help="What to do with a node that may or may not have done its work.",
)
@click.option("--allow", multiple=True, metavar="HOST:PORT", help="Let the gate connect there.")
@click.option("--detach", is_flag=True, help="Leave it if it waits again.")
@db_option
@json_option
@pass_state
def resume(
    state: CliState,
    *,
    execution: str,
    in_flight: Literal["rerun", "fail"] | None,
    allow: tuple[str, ...],
    db: str | None,
    detach: bool,
    as_json: bool,
) -> int:
    """Go on with an EXECUTION whose process died, or whose wait is over.

    It goes on at the first node without a result. Exit code as of `tidegate run`.
    """
    from tidegate.cli.run import EXIT_CODES
    from tidegate.cli.run_workflow import resume_execution
    from tidegate.cli.views import view_for

    view = view_for(as_json=as_json)

    async def work(app: "App") -> str:
        return await resume_execution(app, execution, in_flight, view, detach=detach)

    try:
        status: str = _with_app(state, db, work, **{"egress.allow": list(allow) or None})
    except asyncio.CancelledError:
        return EXIT_CODES["cancelled"]
    return EXIT_CODES[status]


@command.command()
@click.argument("execution")
@click.argument("node")
@click.option(
    "--as",
    "format",
    type=click.Choice(("curl", "httpx", "har")),
    default="curl",
    show_default=True,
    help="Commands of cURL, Python code with httpx, or an HTTP archive (HAR 1.2).",
)
@db_option
@json_option
@pass_state
def export(
    state: CliState,
    *,
    execution: str,
    node: str,
    format: "Format",
    db: str | None,
    as_json: bool,
) -> None:
    """Print the HTTP requests that a NODE of an EXECUTION made, for other tools.

    All attempts and redirects are there, in their order. No secret is: *** stands for each.
    """
    from tidegate.services import executions
    from tidegate.services.http_export import export as exported

    async def work(app: "App") -> str:
        return await exported(app, await executions.find(app, execution), node, format)

    text: str = _with_app(state, db, work)
    if as_json:
        print_json({"format": format, "text": text})
    else:
        click.echo(safe(text), nl=False)


@command.command()
@click.argument("execution")
@db_option
@json_option
@pass_state
def cancel(state: CliState, execution: str, db: str | None, *, as_json: bool) -> None:
    """Cancel an EXECUTION, in whatever process it runs."""
    from tidegate.services import executions

    async def work(app: "App") -> tuple[str, str]:
        found = await executions.find(app, execution)
        status = await executions.request_cancel(app, found)
        return found.id, status.value

    execution_id, status = _with_app(state, db, work)
    if as_json:
        print_json({"execution_id": execution_id, "status": status, "cancel_requested": True})
    elif status == "running":
        click.echo("its process was asked to cancel; that takes up to a second")
    else:
        click.echo(safe(f"it is {status}"))
