"""``tidegate``: finds the command, and turns whatever it raises into a message and an exit code."""

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final, NoReturn

import click

from tidegate import __version__
from tidegate.cli.output import CliState, show_bug, show_error
from tidegate.errors import TidegateError, UserError

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "audit": ("tidegate.cli.audit:command", "Read and verify the audit log."),
    "backup": (
        "tidegate.cli.backup:backup_command",
        "Write everything into FILE, while a server runs.",
    ),
    "check": ("tidegate.cli.check:command", "Report every problem of workflow files."),
    "code": ("tidegate.cli.code:command", "Run code as the code nodes do."),
    "credentials": (
        "tidegate.cli.credentials:command",
        "Store the secrets that workflows use; none is ever shown.",
    ),
    "db": (
        "tidegate.cli.db:command",
        "Look at the version of the tables, and upgrade them.",
    ),
    "diff": (
        "tidegate.cli.deploy:diff",
        "Show what push would change on a server.",
    ),
    "doctor": (
        "tidegate.cli.doctor:command",
        "Say what is wrong here, and what isolates.",
    ),
    "egress": ("tidegate.cli.egress:command", "Explain what the gate lets workflows reach."),
    "executions": (
        "tidegate.cli.executions:command",
        "List, show, export, resume and cancel executions.",
    ),
    "expr": ("tidegate.cli.expr:command", "Evaluate an expression."),
    "http": ("tidegate.cli.http:command", "Turn a cURL command into a node."),
    "node": (
        "tidegate.cli.node:command",
        "Write and check node types; preview a request.",
    ),
    "nodes": ("tidegate.cli.nodes:command", "List the node types, or explain one."),
    "notify": ("tidegate.cli.notify:command", "Find out whether notifications arrive."),
    "pull": (
        "tidegate.cli.deploy:pull",
        "Write a server's workflows as files.",
    ),
    "push": (
        "tidegate.cli.deploy:push",
        "Bring workflow files to a server.",
    ),
    "restore": (
        "tidegate.cli.backup:restore_command",
        "Put a backup back, where nothing is yet.",
    ),
    "run": ("tidegate.cli.run:command", "Execute a workflow FILE and show what every node did."),
    "serve": ("tidegate.cli.serve:command", "Serve the API, and run what is started."),
    "schedules": (
        "tidegate.cli.schedules:command",
        "Show when workflows start by themselves.",
    ),
    "schema": ("tidegate.cli.schema:command", "Print the JSON Schema of workflow files."),
    "security": (
        "tidegate.cli.security:command",
        "List what the gate, the limits and the vault saw.",
    ),
    "users": ("tidegate.cli.users:command", "Invite people, and let them choose new passwords."),
    "vault": ("tidegate.cli.vault:command", "Check and change the keys that seal credentials."),
}
"""Command -> where it is, and its help. A test compares the help with the command's own."""

EXIT_FAILED: Final = 1
EXIT_INVALID: Final = 2
EXIT_CANCELLED: Final = 130


class LazyGroup(click.Group):
    """Imports a command when it is called, so that ``--help`` costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command = resolve_name(COMMANDS[cmd_name][0])
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with the nearest."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"there is no command '{name}'{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(COMMANDS.items())])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tidegate", message="%(prog)s %(version)s")
@click.option(
    "--config",
    "config",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read the settings from this TOML file (default: tidegate.toml, if it is there).",
)
@click.option("--debug", is_flag=True, help="Show where in Tidegate an unexpected error happened.")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, *, debug: bool) -> None:
    """Tidegate: workflow automation that a Python team can own."""
    ctx.obj = CliState(config, debug=debug)


def run(arguments: Sequence[str]) -> int:
    """Run a command line; returns the exit code.

    0: done. 1: it failed. 2: the call, the input or the settings are wrong. 130: cancelled.
    """
    # Read here as well as by each command: a usage error comes before options are parsed.
    as_json = "--json" in arguments
    debug = "--debug" in arguments
    try:
        # A command returns its exit code, or nothing where that is 0.
        result: Any = cli.main(list(arguments), prog_name="tidegate", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _show_click_error(error, as_json=as_json)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("cancelled", err=True)
        return EXIT_CANCELLED
    except BrokenPipeError:
        return _close_output()
    except TidegateError as error:
        show_error(error, as_json=as_json)
        return EXIT_INVALID if isinstance(error, UserError) else EXIT_FAILED
    except Exception as error:  # noqa: BLE001 - the last net: people get a sentence and an id
        show_bug(error, as_json=as_json, debug=debug)
        return EXIT_FAILED
    return result if isinstance(result, int) else 0


def _show_click_error(error: click.ClickException, *, as_json: bool) -> None:
    if as_json:
        show_error(UserError(error.format_message()), as_json=True)
    else:
        error.show()


def _close_output() -> int:
    """Whoever read the output has enough; nothing more can be said, at exit neither."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_FAILED


def main() -> None:
    """The ``tidegate`` command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal without UTF-8 shows escapes instead of ending the command.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # real streams
    code = run(sys.argv[1:])
    if threading.active_count() > 1:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> NoReturn:
    """End the process although a thread still looks up a name or loads code.

    What had to be finished was finished when the app was closed. The exit of the interpreter would
    wait for such a thread, or take its libraries away under it: OpenSSL reading certificates
    crashes then.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
