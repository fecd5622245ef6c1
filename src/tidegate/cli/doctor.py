"""``tidegate doctor``: what this installation stands on, and what protects it here."""

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_columns, print_json


@click.command()
@db_option
@json_option
@pass_state
def command(state: CliState, db: str | None, *, as_json: bool) -> int:
    """Say what is wrong here, and what isolates.

    Exit code 0 if nothing is wrong; what is only weaker than elsewhere is not wrong.
    """
    from tidegate.cli.session import run_with_app
    from tidegate.services import doctor

    found = run_with_app(state.settings({"database_url": db}), doctor.examine)
    healthy = not any(finding.state == "problem" for finding in found)
    if as_json:
        print_json({"healthy": healthy, "findings": [finding.as_json() for finding in found]})
    else:
        print_columns([finding.state, finding.name, finding.text] for finding in found)
    return 0 if healthy else 1
