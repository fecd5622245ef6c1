"""PostgreSQL servers that a workflow names: their addresses pass the same checks as HTTP's."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from tidegate.egress.addresses import parse_address, special_block
from tidegate.egress.deadlines import Deadlines
from tidegate.egress.errors import Reason, failure
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.resolver import Resolver
from tidegate.egress.streams import checked_addresses, new_hop
from tidegate.errors import CredentialError, NodeFailed, NodeRetryable

if TYPE_CHECKING:
    from psycopg import AsyncConnection

PORT: Final = 5432
_SSL_MODES: Final = ("disable", "prefer", "require", "verify-full")
_HASHED: Final = "scram-sha-256,md5,none"
_NO_FILE: Final = "/dev/null/none"


@dataclass(frozen=True, slots=True)
class PostgresTarget:
    """What a ``postgresql://`` URL says. ``ssl_mode`` is None where it says nothing."""

    host: str
    port: int
    database: str
    user: str
    password: str
    ssl_mode: str | None

    @classmethod
    def parse(cls, url: str) -> "PostgresTarget":
        """Read ``postgresql://user:password@host:port/database?sslmode=verify-full``.

        Raises:
            NodeFailed: it is not such a URL.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORT
            options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
        except ValueError:
            raise _not_understood("it can't be read") from None
        if parts.scheme not in {"postgresql", "postgres"} or not parts.hostname or parts.fragment:
            raise _not_understood("write postgresql://user@host:5432/database")
        mode = options.pop("sslmode", None)
        if options or mode not in {None, *_SSL_MODES}:
            raise _not_understood(f"the only option is sslmode, one of {', '.join(_SSL_MODES)}")
        return cls(
            host=parts.hostname,
            port=port,
            database=unquote(parts.path.removeprefix("/")),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            ssl_mode=mode,
        )


async def connect_postgres(
    target: PostgresTarget,
    *,
    policy: EgressPolicy,
    resolver: Resolver,
    deadlines: Deadlines,
    owner: str,
) -> "AsyncConnection[Any]":
    """Connect within the policy's connect timeout, in autocommit off.

    Raises:
        Blocked: the policy refuses the name or an address.
        HttpError: the name was not found, or the time is up.
        CredentialError: the server refused the user or the password.
        NodeRetryable: the server could not be reached, or refused otherwise.
        NodeFailed: the connection would not be safe.
    """
    if not target.user:
        raise _not_understood("it names no user")
    phase = "dns"
    try:
        with deadlines.within(policy.connect_timeout) as deadline:
            hop = new_hop(target.host, target.port, policy, owner, deadline)
            addresses = await checked_addresses(hop, target.port, resolver)
            phase = "connect"
            error: Exception | None = None
            for address in addresses:
                try:
                    return await _connect(target, hop.host, address, policy.connect_timeout)
                except NodeRetryable as refused:
                    error = refused
            assert error is not None
            raise error
    except TimeoutError:
        raise failure(
            Reason.TIMEOUT, "connecting to the database took too long", phase=phase
        ) from None


async def _connect(
    target: PostgresTarget, name: str, address: str, seconds: float
) -> "AsyncConnection[Any]":
    import psycopg  # noqa: PLC0415 - 60 ms that only workflows with SQL pay

    # libpq checks the certificate against the name and connects to the checked address.
    mode = _ssl_mode(target, address)
    parameters = _without_environment() | {
        "host": name,
        "hostaddr": address,
        "port": str(target.port),
        "dbname": target.database,
        "user": target.user,
        "password": target.password,
        "sslmode": mode,
        "sslrootcert": "system" if mode == "verify-full" else _NO_FILE,
        # A password in clear text only inside TLS.
        "require_auth": _HASHED if mode in {"disable", "prefer"} else f"password,{_HASHED}",
        "connect_timeout": str(max(2, int(seconds))),
        "client_encoding": "UTF8",
        "application_name": "tidegate",
    }
    try:
        return await psycopg.AsyncConnection.connect(
            psycopg.conninfo.make_conninfo("", **parameters)
        )
    except psycopg.OperationalError as error:
        said = str(error).replace(address, name).strip().splitlines()
        text = f"the database can't be used: {said[0] if said else ''}"
        # libpq gives no SQLSTATE here. A server that ends the session after it was given a password
        # refuses that, or what its user may do; neither passes by trying again.
        ended = error.pgconn
        if ended is not None and (ended.used_password or ended.needs_password):
            raise CredentialError(text) from None
        raise NodeRetryable(text) from None


def _ssl_mode(target: PostgresTarget, address: str) -> str:
    """TLS is a must on the public internet; a private network may do without."""
    parsed = parse_address(address)
    is_public = parsed is not None and special_block(parsed) is None
    if target.ssl_mode is None:
        return "require" if is_public else "prefer"
    if is_public and target.ssl_mode in {"disable", "prefer"}:
        raise NodeFailed("a database on the public internet needs sslmode=require or stricter")
    return target.ssl_mode


def _without_environment() -> dict[str, str]:
    """Every setting that libpq would else take from this process: variables, files, certificates.

    They may hold the credentials of Tidegate's own database, which a workflow's server must not
    be offered.
    """
    from psycopg import pq  # noqa: PLC0415 - as above

    known = {
        option.keyword.decode(): (option.compiled or b"").decode()
        for option in pq.Conninfo.get_defaults()
        if option.envvar and option.keyword != b"service"
    }
    closed = {
        "passfile": _NO_FILE,
        "sslcrl": _NO_FILE,
        "sslcertmode": "disable",
        "min_protocol_version": "3.0",
        "max_protocol_version": "3.0",
        "gssencmode": "disable",
    }
    return known | closed


def _not_understood(why: str) -> NodeFailed:
    return NodeFailed(f"this is not the address of a PostgreSQL database: {why}")
