"""tidegate push, pull, diff: workflow files against a server."""

import asyncio
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tidegate.cli.output import CliState, json_option, pass_state, print_json
from tidegate.errors import InvalidInput
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.cli.deployment import Change
    from tidegate.config import Settings

MAIN_PROJECT = "00000000-0000-7000-8000-000000000001"


def remote_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The folder, and which server and project."""

    @click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
    @click.option("--server", metavar="URL", help="The server's address (setting remote.url).")
    @click.option(
        "--project", metavar="ID", default=MAIN_PROJECT, help="The project (default: the main one)."
    )
    @json_option
    @pass_state
    @wraps(function)
    def wrapped(*args: Any, **options: Any) -> Any:
        return function(*args, **options)

    return wrapped


@click.command()
@click.option("--draft", is_flag=True, help="Change drafts only; publish nothing.")
@click.option("--prune", is_flag=True, help="Delete workflows that have no file.")
@click.option("--preview", is_flag=True, help="Say what would be done; change nothing.")
@click.option(
    "--env",
    "environment",
    metavar="NAME",
    help="Set the variables and credentials of DIR/environments/NAME.yaml too.",
)
@remote_options
def push(
    state: CliState,
    *,
    folder: Path,
    server: str | None,
    project: str,
    draft: bool,
    prune: bool,
    preview: bool,
    environment: str | None,
    as_json: bool,
) -> None:
    """Bring workflow files to a server.

    Makes the server's workflows those of the files in DIR, and publishes them. The API key is the
    setting remote.key (TIDEGATE_REMOTE_KEY).
    """
    from tidegate.cli import deployment
    from tidegate.cli.remote import Remote

    settings = state.settings({"remote.url": server})
    values = None if environment is None else _environment(settings, folder, environment)

    async def work() -> "tuple[list[Change], int]":
        local = deployment.local_workflows(folder)
        async with Remote(settings.remote) as remote:
            known = await deployment.remote_workflows(remote, project)
            found = deployment.changes(local, known, prune=prune)
            if preview:
                return found, 0
            # Before the workflows, which may not be published without their credentials.
            count = 0
            if values is not None:
                count = await deployment.push_environment(remote, project, values)
            for change in found:
                await deployment.carry_out(remote, project, change, publish=not draft)
            return found, count

    found, count = asyncio.run(work())
    _report(found, as_json=as_json, done=not preview, values=count)


@click.command()
@remote_options
def pull(state: CliState, *, folder: Path, server: str | None, project: str, as_json: bool) -> None:
    """Write a server's workflows as files.

    Their drafts go into DIR; a workflow that has a file there keeps its place.
    """
    from tidegate.cli import deployment
    from tidegate.cli.remote import Remote

    settings = state.settings({"remote.url": server})

    folder.mkdir(parents=True, exist_ok=True)

    async def work() -> list[Path]:
        async with Remote(settings.remote) as remote:
            known = await deployment.remote_workflows(remote, project)
        return deployment.write_pulled(folder, deployment.local_workflows(folder), known)

    written = asyncio.run(work())
    if as_json:
        print_json({"written": [str(path) for path in written]})
    else:
        click.echo("\n".join(f"wrote {safe(str(path))}" for path in written) or "nothing changed")


@click.command()
@remote_options
def diff(state: CliState, *, folder: Path, server: str | None, project: str, as_json: bool) -> int:
    """Show what push would change on a server.

    Every place in which its workflows differ from the files in DIR. The exit code is 1 where
    anything differs.
    """
    from tidegate.cli import deployment
    from tidegate.cli.remote import Remote

    settings = state.settings({"remote.url": server})

    async def work() -> "list[Change]":
        local = deployment.local_workflows(folder)
        async with Remote(settings.remote) as remote:
            known = await deployment.remote_workflows(remote, project)
        return deployment.changes(local, known, prune=True)

    found = asyncio.run(work())
    _report(found, as_json=as_json, done=False)
    return int(any(change.kind != "same" for change in found))


def _environment(settings: "Settings", folder: Path, name: str) -> Mapping[str, Any]:
    """The values of an environment; what refers to this machine's environment is looked up."""
    import yaml

    from tidegate.cli.deployment import ENVIRONMENTS
    from tidegate.credentials.references import References

    path = folder / ENVIRONMENTS / f"{name}.yaml"
    if Path(name).name != name or not path.is_file():
        raise InvalidInput(f"there is no environment {path}")
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError:
        raise InvalidInput(f"{path} is no YAML") from None
    parts = ("variables", "credentials")
    is_right = isinstance(value, dict) and all(
        key in parts and isinstance(part, dict) for key, part in value.items()
    )
    if not is_right:
        raise InvalidInput(f"{path} has the keys variables and credentials, which are mappings")
    resolved: Mapping[str, Any] = References(settings.references).resolved(value)
    return resolved


def _report(found: "list[Change]", *, as_json: bool, done: bool, values: int = 0) -> None:
    if as_json:
        shown = [
            {"kind": change.kind, "name": change.name, "differences": list(change.differences)}
            for change in found
        ]
        print_json({"changes": shown, "done": done, "values": values})
        return
    words = {"create": "+", "change": "~", "delete": "-"}
    for change in found:
        if change.kind == "same":
            continue
        click.echo(f"{words[change.kind]} {safe(change.name)}")
        for difference in change.differences:
            click.echo(f"    {difference['kind']}: {safe(difference['path'])}")
    changed = sum(change.kind != "same" for change in found)
    verb = "changed" if done else "to change"
    said = f"; {values} variables and credentials set" if values else ""
    click.echo(f"{changed} {verb}, {len(found) - changed} the same{said}")
