"""tidegate security: the events of the gate, the limits and the vault."""

from typing import TYPE_CHECKING, Any

import click

from tidegate.cli.options import db_option, parse_time
from tidegate.cli.output import CliState, json_option, pass_state, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.app import App
    from tidegate.model.item import JsonObject
    from tidegate.store.security_events import EventFilter, Place

SEVERITIES = ("low", "medium", "high", "critical")


@click.group()
def command() -> None:
    """List what the gate, the limits and the vault saw."""


@command.command()
@click.option("--severity", type=click.Choice(SEVERITIES), multiple=True, help="Only these.")
@click.option("--type", "event_type", metavar="TYPE", help="Only this type of event.")
@click.option("--execution", metavar="ID", help="Only of this execution (id or number).")
@click.option("--node", metavar="ID", help="Only of nodes with this id.")
@click.option("--since", metavar="TIME", help="From this time on: 2026-05-01, or 24h ago.")
@click.option("--until", metavar="TIME", help="Before this time.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--after", metavar="CURSOR", help="The page after the one that gave this cursor.")
@db_option
@json_option
@pass_state
def events(
    state: CliState,
    *,
    severity: tuple[str, ...],
    event_type: str | None,
    execution: str | None,
    node: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    after: str | None,
    db: str | None,
    as_json: bool,
) -> None:
    """List security events, newest first.

    Types: BLOCKED_URL, INTERNAL_NETWORK, INVALID_PROTOCOL, MALICIOUS_CONTENT,
    RESOURCE_LIMIT_EXCEEDED, CREDENTIAL_READ, CREDENTIAL_UNREADABLE, KEY_CREATED, KEY_ROTATED,
    POLICY_CHANGE, SIGN_IN, SIGN_IN_REFUSED.
    """
    from tidegate.cli.session import run_with_app
    from tidegate.store.security_events import EventFilter

    first, last = parse_time(since, "--since"), parse_time(until, "--until")
    before = None if after is None else _place(after)

    async def work(app: "App") -> "Sequence[JsonObject]":
        wanted = EventFilter(severity, event_type, execution, node, first, last)
        return await _page(app, wanted, before, limit)

    found = run_with_app(state.settings({"database_url": db}), work)
    following = found[limit - 1]["cursor"] if len(found) > limit else None
    shown = [{k: v for k, v in event.items() if k != "cursor"} for event in found[:limit]]
    if as_json:
        print_json({"events": shown, "next": following})
        return
    _print(shown, following)


async def _page(
    app: "App", wanted: "EventFilter", before: "Place | None", limit: int
) -> "Sequence[JsonObject]":
    """One event more than wanted: it tells whether there is a next page."""
    from dataclasses import replace

    from tidegate.model.execution import us_to_iso
    from tidegate.services import executions
    from tidegate.store import security_events

    if wanted.execution_id is not None:
        execution = await executions.find(app, wanted.execution_id)
        wanted = replace(wanted, execution_id=execution.id)
    found = await app.database.read(
        lambda connection: security_events.page(connection, wanted, before=before, limit=limit + 1)
    )
    return [
        {
            "at": us_to_iso(stored.event.at),
            "severity": stored.event.severity,
            "event_type": stored.event.event_type,
            "execution_id": stored.event.execution_id,
            "node": stored.event.node_id,
            "description": stored.event.description,
            "details": stored.event.details,
            "cursor": f"{stored.event.at}.{stored.seq}",
        }
        for stored in found
    ]


def _place(cursor: str) -> "Place":
    from tidegate.errors import InvalidInput

    at, _, seq = cursor.partition(".")
    if not (at.isascii() and at.isdigit() and seq.isascii() and seq.isdigit()):
        raise InvalidInput(f"{cursor!r} is no cursor of `security events`")
    return int(at), int(seq)


def _print(shown: "Sequence[JsonObject]", following: str | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from tidegate.cli.tables import make_console, say, text
    from tidegate.log import safe_line

    console = make_console()
    if not shown:
        say(console, "no such events")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in ("at", "severity", "type", "node"):
        table.add_column(column, no_wrap=True)
    table.add_column("what", overflow="fold")
    for event in shown:
        cells: list[Any] = [event["at"], event["severity"], event["event_type"]]
        cells += [event["node"] or "", event["description"]]
        table.add_row(*(text(safe_line(cell)) for cell in cells))
    console.print(table)
    if following is not None:
        say(console, f"more: --after {following}")
