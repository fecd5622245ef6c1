"""tidegate users: invite people and reset passwords; whoever has the database may."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_columns, print_json
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.app import App

ROLES = ("owner", "admin", "editor", "operator", "viewer")


@click.group()
def command() -> None:
    """Invite people, and let them choose new passwords."""


def _with_app(state: CliState, db: str | None, work: "Callable[[App], Awaitable[Any]]") -> Any:
    from tidegate.cli.session import run_with_app

    return run_with_app(state.settings({"database_url": db}), work)


@command.command("list")
@db_option
@json_option
@pass_state
def list_command(state: CliState, db: str | None, *, as_json: bool) -> None:
    """List everybody who has an account."""

    async def work(app: "App") -> Any:
        from tidegate.services.identity import users
        from tidegate.services.identity.permissions import LOCAL

        return await users.listed(app, LOCAL)

    found = _with_app(state, db, work)
    if as_json:
        names = ("email", "name", "role", "disabled")
        print_json([{name: getattr(user, name) for name in names} for user in found])
    else:
        print_columns([user.email, user.role, user.name] for user in found)


@command.command()
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default="editor", show_default=True)
@db_option
@json_option
@pass_state
def invite(state: CliState, email: str, role: str, db: str | None, *, as_json: bool) -> None:
    """Print a link by which EMAIL makes an account; it works once, for a week."""

    async def work(app: "App") -> str:
        from tidegate.services.identity import users
        from tidegate.services.identity.permissions import LOCAL, Role

        token = await users.invite(app, LOCAL, email, Role(role))
        return _link(app, "invitation", token)

    _print_link(_with_app(state, db, work), as_json=as_json)


@command.command("reset")
@click.argument("email")
@db_option
@json_option
@pass_state
def reset_password(state: CliState, email: str, db: str | None, *, as_json: bool) -> None:
    """Print a link by which EMAIL chooses another password; it works once, for a day."""

    async def work(app: "App") -> str:
        from tidegate.errors import NotFound
        from tidegate.services.identity import users
        from tidegate.services.identity.permissions import LOCAL

        found = [user for user in await users.listed(app, LOCAL) if user.email == email.lower()]
        if not found:
            raise NotFound(f"nobody has the address {email}")
        return _link(app, "reset", await users.reset_password(app, LOCAL, found[0].id))

    _print_link(_with_app(state, db, work), as_json=as_json)


def _link(app: "App", page: str, token: str) -> str:
    server = app.settings.server
    url = server.public_urls[0] if server.public_urls else f"http://{server.host}:{server.port}"
    return f"{url.rstrip('/')}/{page}#{token}"


def _print_link(url: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"url": url})
    else:
        click.echo(safe(url))
