"""tidegate run: execute a workflow file for real."""

import asyncio
import getpass
from pathlib import Path
from typing import Any

import click

from tidegate.cli.options import data_option, parse_data, parse_variables
from tidegate.cli.output import CliState, json_option, pass_state, uncollected

EXIT_CODES = {"succeeded": 0, "waiting": 0, "failed": 1, "crashed": 1, "cancelled": 130}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Set a variable.")
@click.option("--trigger", metavar="ID", help="The trigger to start at, if there are several.")
@click.option("--db", metavar="URL", help="Another database than the one of the settings.")
@click.option(
    "--allow", multiple=True, metavar="HOST:PORT", help="Let the gate connect to HOST:PORT."
)
@click.option("--detach", is_flag=True, help="Leave an execution that waits; resume it later.")
@json_option
@pass_state
def command(
    state: CliState,
    *,
    file: Path,
    data: str | None,
    variables: tuple[str, ...],
    trigger: str | None,
    db: str | None,
    allow: tuple[str, ...],
    detach: bool,
    as_json: bool,
) -> int:
    """Execute a workflow FILE and show what every node did.

    Exit code: 0 succeeded (or left waiting), 1 failed, 2 invalid, 130 cancelled.
    """
    settings = state.settings({"database_url": db, "egress.allow": list(allow) or None})
    custom_data = parse_data(data)
    start: dict[str, Any] = {
        "custom_data": custom_data.value,
        "has_custom_data": custom_data.is_given,
        "variables": parse_variables(variables),
    }
    with uncollected():
        from tidegate.cli.run_workflow import run_file
        from tidegate.cli.session import run_with_app
        from tidegate.cli.views import view_for

    view = view_for(as_json=as_json)
    try:
        status = run_with_app(
            settings,
            lambda app: run_file(app, file, trigger, start, view, user=_user(), detach=detach),
        )
    except asyncio.CancelledError:
        return EXIT_CODES["cancelled"]
    return EXIT_CODES[status]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
