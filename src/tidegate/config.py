"""All settings, one frozen value: defaults < file < environment ``TIDEGATE_*`` < command line.

Nothing else reads the environment. The text below each field is its entry in the documentation.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from tidegate import server_settings as server_side
from tidegate.errors import InvalidInput, Problem

PREFIX = "TIDEGATE_"
TEST_PREFIX = "TIDEGATE_TEST_"
"""Variables for Tidegate's own tests; processes that they start inherit them."""


def default_data_dir() -> Path:
    """The platform's folder for this user's application data."""
    import platformdirs  # noqa: PLC0415 - only where no folder is set

    return Path(platformdirs.user_data_dir("tidegate", appauthor=False))


@dataclass(frozen=True, slots=True)
class EgressSettings:
    """What the gate lets out beyond the public internet, and what it refuses besides."""

    allow: tuple[str, ...] = ()
    """Rules `name-or-network:port` that open what is not public, such as `127.0.0.1:8099` or
    `*.corp.example:443`; ` workflow=ID` at the end limits a rule to one workflow."""
    blocked_domains: tuple[str, ...] = ()
    """Domains that are refused, each with its sub-domains."""
    blocked_domains_file: str | None = None
    """A file with more blocked domains: one on each line, or a hosts file."""
    allowed_ports: tuple[int, ...] = ()
    """If given, the only ports that are open without a rule in `allow`, such as `80,443`. If not,
    all are but those of other well-known protocols (mail, DNS, SSH, ...)."""
    https_with_credentials: bool = True
    """Whether a request that carries a credential needs https."""
    unverified_tls: bool = False
    """Whether a node may turn the verification of a server's certificate off. Each use is a
    security event."""
    proxy: str | None = None
    """An HTTP proxy that connects requests (CONNECT) to public addresses, such as
    `http://user:password@proxy.example.org:3128`. Names are looked up and checked here all the
    same. What `allow` opens is reached without it, and so are servers of other protocols."""
    connect_timeout: float = 10.0
    """Seconds for finding the name, connecting and TLS."""
    circuit_failures: int = 20
    """After so many failures in a row (it can't be reached, or 502, 503, 504) a host is not asked
    for a while; 0 for never."""
    circuit_seconds: float = 30.0
    """So long it is not asked. Then one request tries."""


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """Defaults for each node execution and the ceilings that a workflow can't pass."""

    memory: int = 128
    """Megabytes of memory of a node execution, if the node does not say otherwise."""
    max_memory: int = 1024
    """The most megabytes that a node may ask for with `memory_limit`."""
    timeout: float = 30.0
    """Seconds for one attempt of a node, if the node does not say otherwise."""
    max_timeout: float = 3600.0
    """The most seconds that a node may ask for with `timeout`."""
    concurrent_requests: int = 10
    """HTTP requests that one execution may have under way at once."""
    host_requests: int = 100
    """HTTP requests that all executions of this process may have under way to one host. A host that
    answers 429 gets fewer for a while."""
    response: int = 50
    """The most megabytes of one HTTP response, whatever its node allows."""
    transfer: int = 500
    """Megabytes that one execution may send and receive in all."""
    code_output: int = 10
    """The most megabytes that code may give back, and print, in one attempt of its node."""
    sub_workflow_depth: int = 10
    """How deep sub-workflows may call each other."""


@dataclass(frozen=True, slots=True)
class IsolationSettings:
    """How untrusted work is kept apart."""

    trusted_packages: tuple[str, ...] = ()
    """Installed packages whose node types run inside Tidegate's own process, as built-in ones do.
    Those of every other package run in locked processes."""
    processes: int = 0
    """How many locked processes of one kind may run at once; 0 is twice the number of CPUs."""
    code_requirements: Path | None = None
    """A file that lists packages, pinned and with hashes, that code in full CPython may import.
    They are built once by `tidegate code packages --build`."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """How results are kept."""

    spill_threshold: int = 256 * 1024
    """Bytes of one output that stay in the database row; a larger output goes to a file."""
    durability: Literal["process", "power"] = "process"
    """What a committed result survives: `process` the death of the process, `power` a power cut
    too (slower)."""
    output_index: bool = True
    """Whether PostgreSQL keeps a searchable projection of each output."""
    response_cache: int = 256
    """Megabytes that the answers kept by HTTP nodes with `cache` may take, sealed, in `data_dir`;
    those that were not used for longest go first. 0 keeps none."""
    lease: float = 15.0
    """Seconds after which an execution whose process is silent may be taken over."""


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """Where the key is that seals credentials."""

    key_file: Path | None = None
    """The file with the keys of the vault; without one, `vault.key` in `data_dir`. It is made when
    the first credential is stored, or something else has to be sealed or signed. Its folder is
    shut to workflows."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What `tidegate serve` listens to, and how much it does at once."""

    host: str = "127.0.0.1"
    """The address to listen at. Others than this machine reach `0.0.0.0` or an address of its
    own: put a proxy with TLS before it."""
    port: int = 8480
    """The port to listen at; 0 takes a free one."""
    public_urls: tuple[str, ...] = ()
    """The addresses by which browsers reach the server, such as `https://flows.example.com`. The
    first is used in links, and its path, such as `/tidegate`, is where the server is mounted;
    requests that change something must come from one of them."""
    executions: int = 64
    """Executions that run at once; others wait in the queue."""
    drain: float = 20.0
    """Seconds that running executions have when the server stops; the others go on at its next
    start."""
    request_timeout: float = 30.0
    """Seconds that a client has for the head of a request, and again for a body of usual size."""
    max_body: int = 10
    """The most megabytes of the body of a request."""
    max_upload: int = 100
    """The most megabytes of the body of a webhook or a form whose content becomes files."""
    trusted_proxies: tuple[str, ...] = ()
    """The networks of your proxies, such as `10.0.0.0/8`: what they say in `X-Forwarded-For` about
    who calls is believed."""


@dataclass(frozen=True, slots=True)
class ReferenceSettings:
    """What the fields of a credential may refer to, instead of holding a secret themselves."""

    environment: tuple[str, ...] = ()
    """Names or patterns (`CRM_*`) of the environment variables that `{"$env": NAME}` may name."""
    folders: tuple[str, ...] = ("/run/secrets",)
    """The folders whose files `{"$file": PATH}` may name."""


@dataclass(frozen=True, slots=True)
class HashicorpSettings:
    """The HashiCorp Vault whose key-value store `{"$vault": "PATH#FIELD"}` refers to."""

    address: str | None = None
    """Its URL, such as `https://vault.example.org:8200`; without one there is none."""
    token_file: Path | None = None
    """A file with a token, as an agent of Vault keeps it up to date."""
    role_id: str | None = None
    """The role to log in with (AppRole), in place of a token."""
    secret_id_file: Path | None = None
    """A file with the secret id of the role."""
    mount: str = "secret"
    """Where the store is mounted."""
    namespace: str | None = None
    """The namespace, where the vault has some."""
    ca_file: Path | None = None
    """A file with the authorities to trust for its TLS, in place of the usual ones."""
    timeout: float = 5.0
    """Seconds to wait for an answer."""
    cache: float = 60.0
    """Seconds that a value which was read is used without asking again."""


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Who is told of security events, and of failed executions whose workflow asks for it."""

    severity: Literal["low", "medium", "high", "critical"] = "high"
    """Security events of this severity and above are told."""
    webhook_url: str | None = None
    """Where notifications are posted to as JSON, through the gate."""
    webhook_credential: str | None = None
    """The name of a stored credential of type bearer: its token signs what is posted."""
    email_to: tuple[str, ...] = ()
    """The addresses that notifications are mailed to."""
    email_from: str | None = None
    """The address that they are mailed from."""
    smtp_host: str | None = None
    """The mail server, reached through the gate: open its port with `egress.allow`."""
    smtp_port: int = 465
    """The port of the mail server."""
    smtp_security: Literal["tls", "starttls", "none"] = "tls"
    """TLS from the start, TLS after STARTTLS, or none: then there is no login."""
    smtp_credential: str | None = None
    """The name of a stored credential of type basic: the user and the password of the login."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    data_dir: Path = field(default_factory=default_data_dir)
    """The folder of the SQLite database, of large outputs and of items' files."""
    database_url: str | None = None
    """A SQLAlchemy URL (`postgresql://user@host/name`); without one, a SQLite file in
    `data_dir`."""
    file_roots: tuple[str, ...] = ()
    """The folders that workflows may read and write; none by default."""
    error_workflow: str | None = None
    """The id or the name of the workflow that is started when an execution fails whose workflow
    names none itself (`settings: error_workflow`)."""
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """The lowest level of log lines on standard error."""
    log_format: Literal["console", "json"] = "console"
    """How a log line is written: `console` as `name=value` pairs, `json` as one object."""
    egress: EgressSettings = EgressSettings()
    limits: LimitSettings = LimitSettings()
    isolation: IsolationSettings = IsolationSettings()
    storage: StorageSettings = StorageSettings()
    vault: VaultSettings = VaultSettings()
    server: ServerSettings = ServerSettings()
    references: ReferenceSettings = ReferenceSettings()
    hashicorp: HashicorpSettings = HashicorpSettings()
    notify: NotifySettings = NotifySettings()
    remote: server_side.RemoteSettings = field(default_factory=server_side.RemoteSettings)
    retention: server_side.RetentionSettings = field(default_factory=server_side.RetentionSettings)
    oidc: server_side.OidcSettings = field(default_factory=server_side.OidcSettings)
    tracing: server_side.TracingSettings = field(default_factory=server_side.TracingSettings)


def load_settings(
    file: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings.

    Args:
        file: a TOML file; default ``tidegate.toml`` in the working directory, if it is there.
        overrides: dotted names to values (``{"egress.allow": [...]}``), the command line's.
        environment: default the process's; ``TIDEGATE_EGRESS_ALLOW=a:1,b:2`` sets ``egress.allow``.

    Raises:
        InvalidInput: naming every unknown or wrong setting at once.
    """
    environment = os.environ if environment is None else environment
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    path = file or Path("tidegate.toml")
    if file is not None or path.is_file():
        values, known = _flatten(_read_toml(path)), _setting_types()
        wrong = [name for name in values if name not in known]
        problems += [replace(_unknown(name, known), file=str(path)) for name in wrong]
        values = {name: value for name, value in values.items() if name in known}
    names = {PREFIX + name.replace(".", "_").upper(): name for name in _setting_types()}
    for variable, text in environment.items():
        if variable in names:
            values[names[variable]] = text
        elif variable.startswith(PREFIX) and not variable.startswith(TEST_PREFIX):
            problems.append(_unknown(variable, names))
    values |= {name: value for name, value in (overrides or {}).items() if value is not None}
    return _build(values, problems)


def environment_variable(name: str) -> str | None:
    """A variable of this process's environment, for a credential that refers to it by name."""
    return os.environ.get(name)


def _read_toml(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only where there is a settings file

    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except (OSError, ValueError) as error:  # of TOML, or of bytes that are no text
        reason = getattr(error, "strerror", None) or error
        raise InvalidInput(f"the settings file {path} can't be read: {reason}") from None


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def _setting_types() -> dict[str, Any]:
    """Dotted name of each setting -> its type."""
    found: dict[str, Any] = {}
    for name, kind in get_type_hints(Settings).items():
        if name in _GROUPS:
            found |= {f"{name}.{inner}": t for inner, t in get_type_hints(_GROUPS[name]).items()}
        else:
            found[name] = kind
    return found


_GROUPS: dict[str, Any] = {
    "egress": EgressSettings,
    "limits": LimitSettings,
    "isolation": IsolationSettings,
    "storage": StorageSettings,
    "vault": VaultSettings,
    "server": ServerSettings,
    "references": ReferenceSettings,
    "hashicorp": HashicorpSettings,
    "notify": NotifySettings,
    "remote": server_side.RemoteSettings,
    "retention": server_side.RetentionSettings,
    "oidc": server_side.OidcSettings,
    "tracing": server_side.TracingSettings,
}


def _build(values: Mapping[str, Any], problems: list[Problem]) -> Settings:
    types = _setting_types()
    groups: dict[str, dict[str, Any]] = {name: {} for name in ("", *_GROUPS)}
    for name, raw in values.items():
        group, _, key = name.rpartition(".")
        try:
            groups[group][key] = _convert(raw, types[name])
        except ValueError as error:
            problems.append(Problem(f"setting {name}: {error}", "INVALID_SETTING", parameter=name))
    if problems:
        text = "; ".join(problem.message for problem in problems)
        raise InvalidInput(f"the settings are wrong: {text}", problems)
    settings = Settings(**groups[""])
    return replace(settings, **{name: kind(**groups[name]) for name, kind in _GROUPS.items()})


def _unknown(name: str, known: Mapping[str, Any]) -> Problem:
    import difflib  # noqa: PLC0415 - only where something is wrong

    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return Problem(f"unknown setting {name}{hint}", "UNKNOWN_SETTING", parameter=name)


def _convert(raw: Any, kind: Any) -> Any:
    """``raw`` (TOML value or text) as ``kind``; ValueError says what is allowed."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        inner = next(argument for argument in get_args(kind) if argument is not type(None))
        return None if raw in (None, "") else _convert(raw, inner)
    if origin is Literal:
        if raw not in get_args(kind):
            raise ValueError(f"must be one of {', '.join(get_args(kind))}, not {raw!r}")
        return raw
    if origin is tuple:
        parts = raw.split(",") if isinstance(raw, str) else list(raw)
        inner = get_args(kind)[0]
        return tuple(_convert(str(part).strip(), inner) for part in parts if str(part).strip())
    if kind is bool:
        return _convert_bool(raw)
    if kind in (int, float):
        value = kind(raw)
        if value < 0:
            raise ValueError("must not be negative")
        return value
    return kind(raw)


def _convert_bool(raw: Any) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    value = words.get(str(raw).lower())
    if value is None:
        raise ValueError(f"must be true or false, not {raw!r}")
    return value


def setting_names() -> tuple[str, ...]:
    """Every setting's dotted name; a test finds each of them in the documentation."""
    return tuple(_setting_types())


assert {f.name for f in fields(Settings)} >= set(_GROUPS)
