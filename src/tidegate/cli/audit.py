"""tidegate audit: read the audit log, and find out whether somebody changed it."""

from typing import TYPE_CHECKING

import click

from tidegate.cli.options import db_option, parse_time
from tidegate.cli.output import CliState, json_option, pass_state, print_columns, print_json
from tidegate.log import safe, safe_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.app import App
    from tidegate.model.audit import AuditEntry, AuditHead
    from tidegate.services.audit import AuditReport


@click.group()
def command() -> None:
    """Read and verify the audit log."""


@command.command("list")
@click.option("--actor", metavar="NAME", help="Only what this person did.")
@click.option("--action", metavar="ACTION", help="Only this action, such as credential.create.")
@click.option("--subject", metavar="NAME", help="Only what was done to this.")
@click.option("--since", metavar="TIME", help="From this time on: 2026-05-01, or 24h ago.")
@click.option("--until", metavar="TIME", help="Before this time.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--after", metavar="CURSOR", type=click.IntRange(1), help="The page after this one.")
@db_option
@json_option
@pass_state
def list_command(
    state: CliState,
    *,
    actor: str | None,
    action: str | None,
    subject: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    after: int | None,
    db: str | None,
    as_json: bool,
) -> None:
    """List the entries, newest first: who did what to which secret, key or policy."""
    from tidegate import codec
    from tidegate.cli.session import run_with_app
    from tidegate.model.execution import us_to_iso
    from tidegate.services import audit
    from tidegate.store.audit_log import AuditFilter

    first, last = parse_time(since, "--since"), parse_time(until, "--until")

    async def work(app: "App") -> "Sequence[AuditEntry]":
        wanted = AuditFilter(actor, action, subject, first, last)
        return await audit.page(app, wanted, before=after, limit=limit + 1)

    found = run_with_app(state.settings({"database_url": db}), work)
    shown = found[:limit]
    following = shown[-1].seq if len(found) > limit else None
    if as_json:
        entries = [
            {
                "seq": entry.seq,
                "at": us_to_iso(entry.at),
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "details": codec.decode(entry.details),
                "hash": entry.hash,
            }
            for entry in shown
        ]
        print_json({"entries": entries, "next": following})
        return
    if not shown:
        click.echo("no such entries")
        return
    rows = [
        (str(e.seq), us_to_iso(e.at) or "", e.actor, e.action, e.subject, e.details) for e in shown
    ]
    print_columns([safe_line(cell) for cell in row] for row in rows)
    if following is not None:
        click.echo(f"more: --after {following}")


@command.command()
@click.option(
    "--contains",
    metavar="SEQ:HASH",
    help="An entry that was there before, as an earlier verification printed it.",
)
@db_option
@json_option
@pass_state
def verify(state: CliState, *, contains: str | None, db: str | None, as_json: bool) -> int:
    """Find out whether an entry was edited, deleted or moved, or the end was cut off.

    Exit code 0 if the log is whole, 1 if not.
    """
    from tidegate.audit import parse_mark
    from tidegate.cli.session import run_with_app
    from tidegate.services import audit

    noted: AuditHead | None = None if contains is None else parse_mark(contains)

    async def work(app: "App") -> "AuditReport":
        return await audit.verify(app, noted)

    found = run_with_app(state.settings({"database_url": db}), work)
    code = 1 if found.problems else 0
    if as_json:
        print_json(
            {
                "valid": not found.problems,
                "entries": found.entries,
                "last": found.mark,
                "anchor": found.anchor,
                "problems": list(found.problems),
            }
        )
        return code
    for problem in found.problems:
        click.echo(safe(problem), err=True)
    if found.problems:
        return code
    click.echo(f"{found.entries} entries, each as it was written")
    if found.anchor is None:
        click.echo("nothing is noted on this machine: an older copy of all of it would look whole")
    click.echo(f"the last one: {found.mark}")
    click.echo("keep that elsewhere, and check later with: tidegate audit verify --contains ...")
    return code
