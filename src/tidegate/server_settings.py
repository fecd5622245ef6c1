"""Settings of a server, and of those who talk to one; :mod:`tidegate.config` reads them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long `tidegate serve` keeps executions that have ended, with their logs and outputs."""

    days: float = 30.0
    """Executions are removed so many days after they were made; 0 keeps them."""
    executions: int = 0
    """The most executions that are kept, the newest ones; 0 for any number."""
    size: int = 0
    """The most megabytes of outputs and items' files that are kept, of the newest executions; 0 for
    any size."""
    interval: float = 60.0
    """Seconds between two looks for what is kept no longer."""


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """Traces for OpenTelemetry; they need the extra `tidegate[tracing]`."""

    endpoint: str | None = None
    """Where traces are sent to (OTLP over HTTP), such as `http://127.0.0.1:4318`; without one there
    are none."""
    service: str = "tidegate"
    """The name of the service in traces."""
    sample: float = 1.0
    """The share of executions that are traced, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Signing in by an OpenID Connect provider, beside or instead of passwords."""

    issuer: str | None = None
    """Its issuer, such as `https://login.example.com/realms/main`, reached through the gate;
    without one there is none."""
    client_id: str | None = None
    """The id under which Tidegate is registered there, with `/api/v1/oidc/callback` at the first of
    `server.public_urls` as its redirect address."""
    client_secret_file: Path | None = None
    """A file with the secret that belongs to it; none for a public client."""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    """What is asked for."""
    new_role: Literal["none", "admin", "editor", "operator", "viewer"] = "none"
    """The role of somebody who signs in for the first time; with `none`, only those get in whose
    address has an account already."""
    domains: tuple[str, ...] = ()
    """If given, only addresses of these domains get in."""


@dataclass(frozen=True, slots=True)
class RemoteSettings:
    """The server that `tidegate push`, `pull` and `diff` talk to."""

    url: str | None = None
    """Its address, such as `https://flows.example.com`."""
    key: str | None = None
    """An API key of it that may write workflows. Better given as `TIDEGATE_REMOTE_KEY` than in a
    file."""
