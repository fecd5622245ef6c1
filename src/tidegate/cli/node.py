"""``tidegate node``: scaffold a package with a node type of your own, and check node types."""

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

from tidegate.cli.output import json_option, print_json, problem_text

if TYPE_CHECKING:
    from tidegate.sdk import Node


@click.group()
def command() -> None:
    """Write and check node types; preview a request."""


@command.command()
@click.argument("name")
@click.option(
    "--path",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Make the package's folder in DIR (default: here).",
)
@json_option
def new(name: str, path: Path, *, as_json: bool) -> None:
    """Scaffold a Python package with one node type.

    NAME is the node type, such as acme.shout. The package has an entry point, a node with an
    example, and a test; nothing that exists is overwritten.
    """
    from tidegate.cli.scaffold import write_package

    folder, files = write_package(name, path)
    if as_json:
        print_json({"folder": str(folder), "files": [str(file) for file in files]})
        return
    for file in files:
        click.echo(file)
    click.echo(f"\nnext:\n  cd {folder}\n  pip install -e '.[test]'")
    click.echo(f"  tidegate node check {name}\n  python -m pytest")


@command.command()
@click.argument("targets", nargs=-1, required=True, metavar="NODE...")
@json_option
def check(targets: tuple[str, ...], *, as_json: bool) -> int:
    """Prove the shape of node types, and run their examples.

    NODE is module:Class, a Python file, or the name of an installed node type. The code is
    imported, so check only what you would also run. Exit code 0 if all is well, 1 if not.
    """
    import asyncio

    from tidegate.services.check_node import check_node_class, run_examples

    checked: list[dict[str, Any]] = []
    for target in targets:
        for node_class in _load(target):
            problems = check_node_class(node_class) or asyncio.run(run_examples(node_class))
            name = str(getattr(node_class, "name", None) or node_class.__name__)
            checked.append({"target": target, "node": name, "problems": problems})
    valid = not any(entry["problems"] for entry in checked)
    if as_json:
        for entry in checked:
            entry["problems"] = [problem.as_json() for problem in entry["problems"]]
        print_json({"valid": valid, "nodes": checked})
        return 0 if valid else 1
    for entry in checked:
        for problem in entry["problems"]:
            click.echo(problem_text(problem))
        if not entry["problems"]:
            click.echo(f"{entry['node']}: ok")
    return 0 if valid else 1


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("node")
@click.option("--item", default="{}", metavar="JSON", help="The input item, a JSON object.")
@json_option
def preview(file: Path, node: str, item: str, *, as_json: bool) -> None:
    """Show the exact bytes of the request that NODE of the workflow FILE would send.

    Nothing is sent, and what a credential would add is not shown.
    """
    import asyncio

    from tidegate import codec
    from tidegate.errors import InvalidInput, NotFound
    from tidegate.registry import load_registry
    from tidegate.services.check import load_workflow_file
    from tidegate.services.http_preview import preview_request

    try:
        found = codec.decode(item)
    except InvalidInput as error:
        raise click.UsageError(f"--item: {error.message}") from None
    if type(found) is not dict:
        raise click.UsageError('--item must be a JSON object, such as {"name": "Ada"}.')
    workflow = load_workflow_file(file).workflow
    placed = next((one for one in workflow.nodes if one.id == node), None)
    if placed is None:
        has = ", ".join(one.id for one in workflow.nodes)
        raise NotFound(f"there is no node '{node}'; the workflow has: {has}")
    node_class = load_registry().node_class(placed.type, placed.version)
    data = asyncio.run(preview_request(node_class, placed.params, found))
    if as_json:
        print_json({"request": data.decode("utf-8", "replace"), "bytes": len(data)})
        return
    sys.stdout.buffer.write(data + (b"" if data.endswith(b"\n") else b"\n"))


def _load(target: str) -> "list[type[Node]]":
    """The classes that are meant by ``module:Class``, a file, or a node type.

    Raises:
        UserError: nothing can be loaded.
    """
    from tidegate.errors import UserError

    try:
        if target.endswith(".py"):
            return _classes_of(_import_file(Path(target)))
        if ":" in target:
            from importlib.metadata import EntryPoint

            sys.path.insert(0, "")
            return [EntryPoint("node", target, "tidegate.nodes").load()]
    except Exception as error:
        raise UserError(f"{target} can't be loaded: {type(error).__name__}: {error}") from error
    from tidegate.registry import load_registry

    return [load_registry().latest(target)]


def _import_file(path: Path) -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    name = f"checked_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError("it is no Python module")
    module = module_from_spec(spec)
    # Registered first: pydantic and dataclasses look annotations up in their module.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _classes_of(module: ModuleType) -> "list[type[Node]]":
    from tidegate.sdk import Node

    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Node)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    ]
    if not found:
        raise ImportError("it has no subclass of tidegate.sdk.Node")
    return found
