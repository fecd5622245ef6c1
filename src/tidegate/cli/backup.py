"""tidegate backup and tidegate restore: everything in one file, and back."""

from pathlib import Path

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_json
from tidegate.log import safe


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--with-key",
    is_flag=True,
    help="Put the vault's key into it too: whoever has the file then has the secrets.",
)
@db_option
@json_option
@pass_state
def backup_command(
    state: CliState, file: Path, db: str | None, *, with_key: bool, as_json: bool
) -> None:
    """Write everything into FILE, while a server runs.

    That is the database, large outputs and items' files. The vault's key is left out: keep a copy
    of it elsewhere.
    """
    from tidegate.services.backup import backup

    made = backup(state.settings({"database_url": db}), file, with_key=with_key)
    if as_json:
        print_json(
            {
                "file": str(made.file),
                "size": made.size,
                "database": made.database,
                "revision": made.revision,
                "outputs": made.outputs,
                "files": made.files,
                "keys": list(made.keys),
                "has_key": made.has_key,
            }
        )
        return
    click.echo(
        safe(
            f"{made.file}: {made.size:,} bytes: the database (version {made.revision}), "
            f"{made.outputs} large outputs, {made.files} files"
        )
    )
    if made.has_key:
        click.echo("The vault's key is in it: whoever has this file has the secrets.")
    elif made.keys:
        click.echo(f"The vault's key is not in it. Keep it elsewhere: {', '.join(made.keys)}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@db_option
@json_option
@pass_state
def restore_command(state: CliState, file: Path, db: str | None, *, as_json: bool) -> None:
    """Put a backup back, where nothing is yet.

    The settings say where: the database, and the folder of outputs and files.
    """
    from tidegate.services.restoring import restore

    done = restore(state.settings({"database_url": db}), file)
    if as_json:
        print_json(
            {
                "created_at": done.created_at,
                "revision": done.revision,
                "files": done.files,
                "gone": done.gone,
                "missing_keys": list(done.missing_keys),
            }
        )
        return
    click.echo(
        safe(f"restored as of {done.created_at}: version {done.revision}, {done.files} files")
    )
    if done.gone:
        click.echo(f"{done.gone} executions had been deleted while the backup was made")
    if done.missing_keys:
        click.echo(
            "The vault's key is missing: put the key file back before the server starts "
            f"(needed: {safe(', '.join(done.missing_keys))})"
        )
