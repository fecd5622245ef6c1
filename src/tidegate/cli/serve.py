"""tidegate serve: the server, with its worker."""

import asyncio
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, say_key_made, uncollected

if TYPE_CHECKING:
    from tidegate.app import App


@click.command()
@click.option("--host", metavar="ADDRESS", help="Listen at this address (setting server.host).")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Listen at this port; 0 takes a free one."
)
@click.option(
    "--allow", multiple=True, metavar="HOST:PORT", help="Let the gate connect to HOST:PORT."
)
@click.option(
    "--workflows",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Run the workflow files in DIR as they are there; the browser only shows them.",
)
@db_option
@json_option
@pass_state
def command(
    state: CliState,
    *,
    host: str | None,
    port: int | None,
    allow: tuple[str, ...],
    workflows: Path | None,
    db: str | None,
    as_json: bool,
) -> None:
    """Serve the API, and run what is started.

    Stops at Ctrl-C or SIGTERM; executions that have not ended by then go on at the next start.
    """
    settings = state.settings(
        {
            "server.host": host,
            "server.port": port,
            "database_url": db,
            "egress.allow": list(allow) or None,
        }
    )
    with uncollected():
        from tidegate.cli.session import run_with_app

    async def work(app: "App") -> None:
        await _serve(app, workflows, as_json=as_json)

    run_with_app(settings, work)


async def _serve(app: "App", workflows: Path | None, *, as_json: bool) -> None:
    with uncollected():
        from tidegate.api.server import serve
        from tidegate.services.audit import open_keys
        from tidegate.services.identity.users import setup_token
        from tidegate.services.notifications import open_notifier
        from tidegate.triggers.folder import FolderWatch
        from tidegate.triggers.service import Triggers
        from tidegate.worker.pruner import Pruner
        from tidegate.worker.service import WorkerService

    if await open_keys(app):
        say_key_made(str(app.vault.key_file))
    stop = asyncio.Event()
    if sys.platform != "win32":
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with (
        open_notifier(app) as notifier,
        WorkerService(app, notifier, app.events.observe) as worker,
        Triggers(app, worker, notifier) as triggers,
        nullcontext() if workflows is None else FolderWatch(app, workflows),
        Pruner(app),
    ):
        token = await setup_token(app)
        await serve(
            app, worker, triggers, stop, lambda url: _say_ready(url, token, as_json=as_json)
        )


def _say_ready(url: str, token: str | None, *, as_json: bool) -> None:
    setup = None if token is None else f"{url}/setup#{token}"
    if as_json:
        from tidegate import codec

        said = {"event": "ready", "url": url} | ({} if setup is None else {"setup_url": setup})
        click.echo(codec.encode(said))
    else:
        click.echo(f"Tidegate is at {url} (Ctrl-C stops it)")
        if setup is not None:
            click.echo(f"Make the owner's account here; this link works once:\n  {setup}")
    sys.stdout.flush()
