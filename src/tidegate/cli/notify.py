"""tidegate notify: find out whether notifications arrive."""

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_json
from tidegate.log import safe_line


@click.group()
def command() -> None:
    """Find out whether notifications arrive."""


@command.command()
@click.option("--allow", multiple=True, metavar="HOST:PORT", help="Let the gate connect there.")
@db_option
@json_option
@pass_state
def test(state: CliState, *, allow: tuple[str, ...], db: str | None, as_json: bool) -> int:
    """Send a test notification to each channel of the settings, and say what happened.

    Exit code 0 if all arrived, 1 if not, or if there is no channel.
    """
    from tidegate.cli.session import run_with_app
    from tidegate.services import notifications

    overrides = {"database_url": db, "egress.allow": list(allow) or None}
    results = run_with_app(state.settings(overrides), notifications.send_test)
    arrived = bool(results) and all(has_arrived for _, has_arrived, _ in results)
    if as_json:
        shown = [
            {"channel": name, "arrived": has_arrived, "answer": answer}
            for name, has_arrived, answer in results
        ]
        print_json({"channels": shown})
        return 0 if arrived else 1
    for name, has_arrived, answer in results:
        click.echo(safe_line(f"{name}: {'arrived' if has_arrived else 'NOT arrived'}: {answer}"))
    if not results:
        click.echo("there is no channel; see the settings notify.webhook_url and notify.email_to")
    return 0 if arrived else 1
