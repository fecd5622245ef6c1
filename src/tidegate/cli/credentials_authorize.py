"""tidegate credentials authorize: let a person grant access to a credential of type oauth2."""

from typing import TYPE_CHECKING

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_json
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.app import App
    from tidegate.services.authorization import Started


@click.command()
@click.argument("name")
@click.option(
    "--paste",
    is_flag=True,
    help="Ask for the address that the browser was sent back to, instead of listening for it.",
)
@click.option("--allow", multiple=True, metavar="HOST:PORT", help="Let the gate connect there.")
@db_option
@json_option
@pass_state
def authorize(
    state: CliState,
    *,
    name: str,
    paste: bool,
    allow: tuple[str, ...],
    db: str | None,
    as_json: bool,
) -> None:
    """Grant access to the credential NAME, of type oauth2, in a browser.

    Prints the address to open. The browser is then sent back to the credential's redirect_url,
    where this command listens, if that is on this machine. With --paste, it asks for that address.
    """
    from tidegate.cli.session import run_with_app
    from tidegate.services.authorization import finish_authorization, start_authorization

    settings = state.settings({"database_url": db, "egress.allow": list(allow) or None})

    async def listening(app: "App") -> None:
        from tidegate.cli.loopback import answer_at

        started = await start_authorization(app, name)
        async with answer_at(started.redirect_url, started.state) as answer:
            _show(started)
            answer_url = await answer
        await finish_authorization(app, answer_url)

    if paste:
        _show(run_with_app(settings, lambda app: start_authorization(app, name)))
        answer_url = click.prompt("the address that the browser was sent back to", err=True)
        run_with_app(settings, lambda app: finish_authorization(app, answer_url))
    else:
        run_with_app(settings, listening)
    if as_json:
        print_json({"name": name, "authorized": True})
    else:
        click.echo(f"authorized: {safe(name)}")


def _show(started: "Started") -> None:
    click.echo(f"open this address in a browser:\n\n{started.address}\n", err=True)
