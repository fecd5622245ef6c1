"""tidegate vault: check and change the keys that seal credentials."""

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_columns, print_json
from tidegate.log import safe


@click.group()
def command() -> None:
    """Check and change the keys that seal credentials."""


@command.command()
@db_option
@json_option
@pass_state
def check(state: CliState, db: str | None, *, as_json: bool) -> int:
    """Open every credential, and say by which key it is sealed.

    Exit code 0 if all can be opened, 1 if not.
    """
    from tidegate.cli.session import run_with_app
    from tidegate.services import vault

    found = run_with_app(state.settings({"database_url": db}), vault.check)
    if as_json:
        print_json(
            {
                "valid": not found.problems,
                "key_file": found.key_file,
                "keys": [{"id": id, "credentials": count} for id, count in found.keys.items()],
                "problems": list(found.problems),
            }
        )
        return 1 if found.problems else 0
    for problem in found.problems:
        click.echo(safe(problem), err=True)
    if not found.keys:
        click.echo(f"no key yet; the first credential makes it: {safe(found.key_file)}")
        return 0
    click.echo(f"key file: {safe(found.key_file)}")
    last = list(found.keys)[-1]
    print_columns(
        (id, f"seals {count} credentials", "the current key" if id == last else "")
        for id, count in found.keys.items()
    )
    return 1 if found.problems else 0


@command.command()
@db_option
@json_option
@pass_state
def rotate(state: CliState, db: str | None, *, as_json: bool) -> None:
    """Make a new key and seal every credential by it.

    Old keys stay in the file, so that copies of the database can still be opened. This may be
    interrupted at any moment and done again.
    """
    from tidegate.cli.session import run_with_app
    from tidegate.services import vault

    count = run_with_app(state.settings({"database_url": db}), vault.rotate)
    if as_json:
        print_json({"credentials": count})
    else:
        click.echo(f"{count} credentials are sealed by a new key")
