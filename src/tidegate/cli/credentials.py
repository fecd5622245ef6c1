"""tidegate credentials: store secrets, and see which there are. No value is ever printed."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from tidegate.cli.credentials_authorize import authorize
from tidegate.cli.options import db_option, parse_data
from tidegate.cli.output import (
    CliState,
    json_option,
    pass_state,
    print_columns,
    print_json,
    say_key_made,
)
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.app import App
    from tidegate.credentials.base import CredentialType


@click.group()
def command() -> None:
    """Store the secrets that workflows use; none is ever shown."""


def _with_app(
    state: CliState, db: str | None, work: "Callable[[App], Awaitable[Any]]", **overrides: Any
) -> Any:
    from tidegate.cli.session import run_with_app

    return run_with_app(state.settings({"database_url": db, **overrides}), work)


@command.command("list")
@db_option
@json_option
@pass_state
def list_command(state: CliState, db: str | None, *, as_json: bool) -> None:
    """List the names and types of all credentials."""
    from tidegate.services import credentials

    found = _with_app(state, db, credentials.listed)
    if as_json:
        print_json({"credentials": list(found)})
    elif found:
        print_columns([(one["name"], one["type"], one["updated_at"]) for one in found])
    else:
        click.echo("there are none; store one with: tidegate credentials set NAME --type TYPE")


@command.command("set")
@click.argument("name")
@click.option("--type", "type", required=True, metavar="TYPE", help="One of the types above.")
@click.option(
    "--host", "hosts", multiple=True, metavar="HOST[:PORT]", help="Where it may be sent; repeat it."
)
@click.option(
    "--data",
    metavar="@FILE",
    help="Read the values as JSON from a file, @- from standard input; else you are asked.",
)
@click.option("--allow-plain-http", is_flag=True, help="Let it travel without TLS.")
@db_option
@json_option
@pass_state
def set_command(
    state: CliState,
    *,
    name: str,
    type: str,
    hosts: tuple[str, ...],
    data: str | None,
    allow_plain_http: bool,
    db: str | None,
    as_json: bool,
) -> None:
    """Store the credential NAME, or give it another content.

    Types: none; basic, digest, database (user, password); bearer (token); header (header, value);
    query (parameter, value); custom (headers, query); oauth1 (consumer_key, consumer_secret, token,
    token_secret, signature_method, private_key, realm); oauth2_client (token_url, client_id,
    client_secret, scope, authentication); oauth2 (as oauth2_client, and authorization_url, issuer,
    redirect_url, parameters; then: credentials authorize); mtls (certificate, key, passphrase,
    authorities).

    In place of a value, {"$env": "NAME"}, {"$file": "PATH"} or {"$vault": "PATH#FIELD"} in the JSON
    says where it is; it is looked up each time the credential is used.
    """
    from tidegate.credentials.types import type_named
    from tidegate.services import credentials

    values = _values(type_named(type), data)

    async def work(app: "App") -> Any:
        saved = await credentials.save(
            app, name, type, values, hosts=hosts, allow_plain_http=allow_plain_http
        )
        return saved, str(app.vault.key_file)

    saved, key_file = _with_app(state, db, work)
    if saved.made_key:
        say_key_made(key_file)
    if as_json:
        print_json({"name": name, "type": type, "is_new": saved.is_new})
    else:
        click.echo(f"{'stored' if saved.is_new else 'changed'}: {safe(name)} ({type})")


def _values(kind: "type[CredentialType]", data: str | None) -> Any:
    """The values, from the file, from standard input, or from the person at the terminal."""
    from tidegate.errors import InvalidInput

    if data is not None and not data.startswith("@"):
        raise InvalidInput(
            "--data: write @FILE or @- here; a secret on the command line can be seen by every "
            "program on this machine"
        )
    if not kind.model_fields:
        return {}
    if data is None and sys.stdin.isatty():
        return _asked(kind)
    return parse_data(data or "@-").value


def _asked(kind: "type[CredentialType]") -> dict[str, Any]:
    from tidegate.credentials.base import secret_fields
    from tidegate.errors import InvalidInput

    if not kind.can_be_typed:
        raise InvalidInput(f"the values of type {kind.name} are given as JSON: --data @FILE")
    secret = secret_fields(kind)
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        default = None if field.is_required() else field.default or ""
        value = click.prompt(
            name, default=default, hide_input=name in secret, show_default=bool(default)
        )
        if value != default:
            values[name] = value
    return values


@command.command()
@click.argument("name")
@db_option
@json_option
@pass_state
def show(state: CliState, name: str, db: str | None, *, as_json: bool) -> None:
    """Show what the credential NAME is, where it may go and which fields it has; no value."""
    from tidegate.services import credentials

    found = _with_app(state, db, lambda app: credentials.describe(app, name))
    if as_json:
        print_json(found)
        return
    rows = [("name", found["name"]), ("type", found["type"])]
    rows += [("hosts", ", ".join(found["hosts"]) or "-")]
    rows += [("plain http", "allowed")] if found["allow_plain_http"] else []
    rows += [(f"field {field}", text) for field, text in found["fields"].items()]
    rows += _grant_rows(found.get("grant"))
    rows += _state_rows(found)
    rows += [("created", found["created_at"]), ("updated", found["updated_at"])]
    print_columns(rows)


def _state_rows(found: "Mapping[str, Any]") -> list[tuple[str, str]]:
    rows = []
    if found["tested"] is not None:
        word = "works" if found["tested"]["works"] else "does not work"
        rows.append(("tested", f"{found['tested']['at']}: {word}; {safe(found['tested']['text'])}"))
    if found["expires_at"] is not None:
        rows.append(("expires", f"{found['expires_at']} ({found['expires_from']})"))
    return rows


def _grant_rows(grant: "Mapping[str, Any] | None") -> list[tuple[str, str]]:
    if grant is None or not grant["is_authorized"]:
        return [] if grant is None else [("authorized", "no")]
    renewed = "renewed by itself" if grant["can_refresh"] else "ends"
    return [("authorized", f"yes; {renewed} at {grant['renew_at']}")]


@command.command()
@click.argument("name")
@click.option("--url", metavar="URL", help="Where to try it (default: its first host).")
@click.option("--allow", multiple=True, metavar="HOST:PORT", help="Let the gate connect there.")
@db_option
@json_option
@pass_state
def test(
    state: CliState,
    *,
    name: str,
    url: str | None,
    allow: tuple[str, ...],
    db: str | None,
    as_json: bool,
) -> int:
    """Try the credential NAME: one GET request, or one session with a database.

    Exit code 0 if it was accepted, 1 if not.
    """
    from tidegate.services.credential_trial import trial

    found = _with_app(
        state,
        db,
        lambda app: trial(app, name, url),
        **{"egress.allow": list(allow) or None},
    )
    if as_json:
        expires_at = None if found.expires_at is None else found.expires_at.isoformat()
        print_json(
            {
                "works": found.works,
                "text": found.text,
                "status": found.status,
                "expires_at": expires_at,
            }
        )
    else:
        click.echo(f"{'works' if found.works else 'does not work'}: {safe(found.text)}")
    return 0 if found.works else 1


@command.command()
@click.argument("name")
@db_option
@json_option
@pass_state
def delete(state: CliState, name: str, db: str | None, *, as_json: bool) -> None:
    """Delete the credential NAME. Workflows that use it no longer start."""
    from tidegate.services import credentials

    _with_app(state, db, lambda app: credentials.delete(app, name))
    if as_json:
        print_json({"deleted": name})
    else:
        click.echo(f"deleted: {safe(name)}")


command.add_command(authorize)
