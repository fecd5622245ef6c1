"""``tidegate http``: turn a cURL command into a node or a workflow."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tidegate.cli.output import json_option, print_json
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.services.curl.node import CurlNode
    from tidegate.services.curl.words import Shell

MAX_FILE: Final = 1 << 20
"""Bytes of a file that a command names and that is put into the node as text."""


@click.command()
@click.argument("text", required=False, metavar="['curl ...']")
@click.option("--workflow", "as_workflow", is_flag=True, help="Print a whole workflow that runs.")
@click.option("--id", "node_id", metavar="ID", help="The node's id, in place of one from the URL.")
@click.option(
    "--shell",
    type=click.Choice(("sh", "cmd", "powershell")),
    help="The shell that the command was written for; guessed by default.",
)
@json_option
def command(
    text: str | None,
    *,
    as_workflow: bool,
    node_id: str | None,
    shell: "Shell | None",
    as_json: bool,
) -> None:
    """Turn a cURL command into a node.

    The command is given in quotes, or on standard input. It is read, never run. Secrets are left
    out: a credential that would hold them is named, with the command that stores it. What could
    not be taken over is said on standard error.
    """
    from tidegate.model.document_write import (
        document_value,
        dump_document,
        node_value,
        yaml_text,
    )
    from tidegate.services.curl.node import node_from_curl

    made = node_from_curl(
        sys.stdin.read() if text is None else text,
        shell=shell,
        node_id=_checked_id(node_id),
        read_file=_read_file,
    )
    node = node_value(made.node)
    if as_json:
        workflow = {"workflow": document_value(made.workflow())} if as_workflow else {}
        print_json({"id": made.node.id, "node": node, **workflow, **_about(made)})
        return
    shown = (
        dump_document(made.workflow(), "yaml") if as_workflow else yaml_text({made.node.id: node})
    )
    click.echo(safe(shown), nl=False)
    for warning in made.warnings:
        click.echo(f"warning: {safe(warning)}", err=True)


def _about(made: "CurlNode") -> dict[str, Any]:
    proposal = made.credential
    return {
        "credential": None if proposal is None else proposal.as_json(),
        "files": made.files,
        "warnings": list(made.warnings),
    }


def _checked_id(node_id: str | None) -> str | None:
    from tidegate.model.workflow import NODE_ID

    if node_id is not None and not NODE_ID.match(node_id):
        raise click.UsageError(
            "--id: a node's id starts with a letter and has at most 64 letters, digits, _ and -"
        )
    return node_id


def _read_file(path: str) -> str | None:
    """The text of a file beside the command, as curl would read it; None for what is no text."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_FILE + 1)
        return None if len(data) > MAX_FILE or b"\0" in data else data.decode()
    except (OSError, ValueError):
        return None
