"""Writes ``docs/reference/cli.md`` from the commands themselves.

``python -m tidegate.cli.reference > docs/reference/cli.md``
"""

import inspect
from collections.abc import Iterator

import click

from tidegate.cli.main import cli

HEAD = """\
# The command line

Written by `python -m tidegate.cli.reference`; a test compares it with the commands.

Every command takes `--json` where it prints something; an error is then one object
`{"error": {"code", "message", ...}}` on standard output. Without `--json`, errors go to standard
error. Exit codes: 0 done, 1 it failed, 2 the call, the input or the settings are wrong,
130 cancelled by Ctrl-C.
"""


def cli_reference() -> str:
    """The whole page, in Markdown."""
    context = click.Context(cli, info_name="tidegate")
    return "\n".join([HEAD, *_command(cli, context)])


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n"
    yield f"```\n{context.command_path} {' '.join(command.collect_usage_pieces(context))}\n```\n"
    yield f"{inspect.cleandoc(command.help or '')}\n"
    rows = [_row(option, context) for option in command.params]
    shown = [row for row in rows if row is not None]
    if shown:
        yield "| option | meaning |\n|---|---|"
        yield from shown
        yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _command(inner, click.Context(inner, info_name=name, parent=context))


def _row(option: click.Parameter, context: click.Context) -> str | None:
    record = option.get_help_record(context)
    if record is None or not record[1]:
        return None
    names, text = (" ".join(part.split()).replace("|", "\\|") for part in record)
    return f"| `{names}` | {text} |"


if __name__ == "__main__":
    print(cli_reference(), end="")
