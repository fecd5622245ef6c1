"""What this installation stands on: data, key, gate, and the lock on processes."""

import asyncio
import os
import platform
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, Literal

from tidegate.app import App
from tidegate.errors import OperationalError, VaultError
from tidegate.isolation.lock.names import LAYERS
from tidegate.model.item import JsonObject
from tidegate.services.keys import check_keys
from tidegate.services.retention import free_bytes
from tidegate.store import accounts
from tidegate.store.schema import current_revision
from tidegate.vault import FILE_MODE

State = Literal["ok", "weaker", "problem"]

LITTLE_SPACE: Final = 500 << 20
_CODE: Final = "tidegate.isolation.entries.cpython:run"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``weaker`` works, with less protection than elsewhere."""

    name: str
    state: State
    text: str

    def as_json(self) -> JsonObject:
        """The finding as a JSON object."""
        return {"name": self.name, "state": self.state, "text": self.text}


async def examine(app: App) -> list[Finding]:
    """Look at everything. Starts a locked process, to see what this system has for it."""
    return [
        Finding("platform", "ok", f"Python {platform.python_version()} on {platform.platform()}"),
        await asyncio.to_thread(_data_dir, app),
        await app.database.read(
            lambda connection: Finding(
                "database", "ok", f"{app.database.name}, version {current_revision(connection)}"
            )
        ),
        await asyncio.to_thread(_key_file, app),
        await _keys(app),
        await asyncio.to_thread(_disk, app),
        _address(app),
        await _people(app),
        await asyncio.to_thread(_provider, app),
        await asyncio.to_thread(_tracing, app),
        _gate(app),
        _trusted(app),
        await asyncio.to_thread(_code_packages, app),
        *await _layers(app),
    ]


def _data_dir(app: App) -> Finding:
    folder = app.settings.data_dir
    mode = folder.stat().st_mode & 0o777
    if os.name != "nt" and mode & 0o077:
        text = f"{folder} can be read by others (mode {mode:o}); make it 700"
        return Finding("data_dir", "problem", text)
    return Finding("data_dir", "ok", str(folder))


def _key_file(app: App) -> Finding:
    vault = app.vault
    if not vault.exists:
        text = f"no key yet; the first credential makes {vault.key_file}"
        return Finding("key_file", "ok", text)
    if os.name != "nt" and vault.mode & ~FILE_MODE:
        text = f"{vault.key_file} can be read by others (mode {vault.mode:o})"
        return Finding("key_file", "problem", f"{text}; make it {FILE_MODE:o}")
    return Finding("key_file", "ok", str(vault.key_file))


async def _keys(app: App) -> Finding:
    try:
        used = await check_keys(app)
    except VaultError as error:
        return Finding("keys", "problem", error.message)
    return Finding("keys", "ok", f"all {sum(used.values())} credentials can be opened")


def _disk(app: App) -> Finding:
    free = free_bytes(app)
    text = f"{free >> 20:,} MB free in {app.settings.data_dir}"
    if free < LITTLE_SPACE:
        return Finding("disk", "problem", f"{text}; executions fail when the disk is full")
    return Finding("disk", "ok", text)


def _address(app: App) -> Finding:
    server = app.settings.server
    place = f"{server.host}:{server.port}"
    if server.host in ("127.0.0.1", "localhost", "::1"):
        return Finding("server", "ok", f"serves this machine alone, at {place}")
    if not server.public_urls:
        text = f"serves others at {place}, under any name: set server.public_urls"
        return Finding("server", "weaker", text)
    plain = [url for url in server.public_urls if not url.startswith("https:")]
    if plain:
        text = f"passwords and keys travel in clear to {', '.join(plain)}: put TLS before it"
        return Finding("server", "weaker", text)
    return Finding("server", "ok", f"serves {', '.join(server.public_urls)}, at {place}")


async def _people(app: App) -> Finding:
    if await app.database.read(accounts.has_users):
        return Finding("owner", "ok", "there is an owner")
    return Finding("owner", "ok", "nobody has an account yet: `tidegate serve` prints a link")


def _provider(app: App) -> Finding:
    oidc = app.settings.oidc
    if oidc.issuer is None:
        return Finding("oidc", "ok", "nobody signs in by a provider")
    if oidc.client_id is None:
        return Finding("oidc", "problem", "oidc.issuer is set, and oidc.client_id is not")
    file = oidc.client_secret_file
    if file is not None and not os.access(file, os.R_OK):
        return Finding("oidc", "problem", f"oidc.client_secret_file can't be read: {file}")
    return Finding("oidc", "ok", f"people sign in by {oidc.issuer}")


def _tracing(app: App) -> Finding:
    endpoint = app.settings.tracing.endpoint
    if endpoint is None:
        return Finding("tracing", "ok", "no traces are sent")
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        text = "tracing.endpoint is set, and the extra is missing: pip install 'tidegate[tracing]'"
        return Finding("tracing", "problem", text)
    return Finding("tracing", "ok", f"traces are sent to {endpoint}")


def _gate(app: App) -> Finding:
    rules = app.settings.egress.allow
    if not rules:
        return Finding("gate", "ok", "only the public internet")
    return Finding("gate", "ok", f"the public internet, and: {', '.join(rules)}")


def _trusted(app: App) -> Finding:
    trusted = app.settings.isolation.trusted_packages
    if not trusted:
        text = "node types of other packages run in locked processes"
        return Finding("trusted_packages", "ok", text)
    text = f"these run inside Tidegate's own process: {', '.join(trusted)}"
    return Finding("trusted_packages", "weaker", text)


def _code_packages(app: App) -> Finding:
    packages = app.code.packages
    lacking = packages.lacking()
    if lacking is not None:
        return Finding("code_packages", "problem", lacking)
    found = [f"{name} {version}" for name, version in packages.installed().items()]
    if not found:
        return Finding("code_packages", "ok", "code imports the standard library alone")
    return Finding("code_packages", "ok", f"code may import: {', '.join(found)}")


async def _layers(app: App) -> list[Finding]:
    try:
        missing = await app.processes.missing_layers(_CODE)
    except OperationalError as error:
        return [Finding("isolation", "problem", error.message)]
    return [
        Finding(f"isolation.{name}", "weaker", f"{LAYERS[name]}: not here: {missing[name]}")
        if name in missing
        else Finding(f"isolation.{name}", "ok", LAYERS[name])
        for name in LAYERS
    ]
