"""tidegate db: the version of the database's tables."""

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_json
from tidegate.log import safe


@click.group()
def command() -> None:
    """Look at the version of the tables, and upgrade them."""


@command.command()
@db_option
@json_option
@pass_state
def status(state: CliState, db: str | None, *, as_json: bool) -> int:
    """Say which version the tables have, and which one this Tidegate needs.

    Exit code 0 if they are the same, 1 if not.
    """
    from tidegate.services import upgrading

    found = upgrading.status(state.settings({"database_url": db}))
    if as_json:
        print_json(
            {
                "database": found.database,
                "revision": found.revision,
                "needed": found.needed,
                "current": found.is_current,
            }
        )
    else:
        has = f"version {found.revision}" if found.revision else "no tables yet"
        needs = "up to date" if found.is_current else f"this Tidegate needs version {found.needed}"
        click.echo(safe(f"{found.database}: {has}; {needs}"))
    return 0 if found.is_current else 1


@command.command()
@db_option
@json_option
@pass_state
def migrate(state: CliState, db: str | None, *, as_json: bool) -> None:
    """Upgrade the tables to what this Tidegate needs; a SQLite file is copied first.

    Stop every process that uses the database before, and make a backup.
    """
    import asyncio

    from tidegate.log import configure
    from tidegate.services import upgrading

    settings = state.settings({"database_url": db})
    configure(settings.log_level, settings.log_format)
    before = asyncio.run(upgrading.migrate(settings))
    if as_json:
        print_json(
            {"database": before.database, "before": before.revision, "revision": before.needed}
        )
    elif before.is_current:
        click.echo(safe(f"{before.database}: version {before.needed} already; nothing to do"))
    else:
        was = before.revision or "nothing"
        click.echo(safe(f"{before.database}: upgraded from {was} to version {before.needed}"))
