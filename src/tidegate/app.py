"""The composition root: settings in, a working Tidegate out."""

import asyncio
import hashlib
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidegate import __version__
from tidegate.audit import Anchor
from tidegate.config import EgressSettings, HashicorpSettings, Settings
from tidegate.credentials.hashicorp import HashicorpVault
from tidegate.credentials.references import References
from tidegate.credentials.tokens import Tokens
from tidegate.engine.plan import Plan
from tidegate.errors import OperationalError
from tidegate.files.binary import BinaryStore
from tidegate.files.responses import ResponseFiles
from tidegate.files.roots import FileRoots
from tidegate.files.sealed import SealedSpill
from tidegate.files.spill import SpillDirectory
from tidegate.redact import Redactor
from tidegate.registry import Registry, UntrustedNodes, load_registry
from tidegate.store.database import Database
from tidegate.store.workflows import WorkflowState
from tidegate.vault import Vault

if TYPE_CHECKING:
    from tidegate.egress.client import Gate
    from tidegate.events.broadcaster import Broadcaster
    from tidegate.events.replies import Replies
    from tidegate.isolation.engines import CodeEngines
    from tidegate.isolation.packages import CodePackages
    from tidegate.isolation.pool import ProcessPool
    from tidegate.metrics import Metrics
    from tidegate.queue.base import Dispatcher

CLOCK_SLACK_SECONDS: Final = 2.0
"""The start of a process is only known to about a second."""


@dataclass(slots=True)
class App:
    """Everything that outlives a single execution, wired once for each process.

    ``owner`` names this process in leases; ``plans`` keeps compiled versions by hash. ``spill``
    writes sealed files and reads both kinds; ``plain_spill`` is for executions without secrets;
    ``responses`` is the response cache, None where it is off. ``address`` is where the server
    listens. ``when_published`` is awaited after a workflow was published or withdrawn here.
    """

    settings: Settings
    database: Database
    registry: Registry
    untrusted: UntrustedNodes
    spill: SealedSpill
    plain_spill: SpillDirectory
    roots: FileRoots
    binaries: BinaryStore
    responses: ResponseFiles | None
    redact: Redactor
    vault: Vault
    tokens: Tokens
    anchor: Anchor
    references: References
    owner: str
    plans: dict[str, Plan] = field(default_factory=dict)
    named_credentials: dict[WorkflowState, frozenset[str]] = field(default_factory=dict)
    minutes_saved: dict[WorkflowState, float | None] = field(default_factory=dict)
    address: str = ""
    when_published: Callable[[], Awaitable[None]] | None = None
    _gate: "Gate | None" = None
    _loads_http: bool = False
    _processes: "ProcessPool | None" = None
    _queue: "Dispatcher | None" = None
    _code: "CodeEngines | None" = None
    _events: "Broadcaster | None" = None
    _replies: "Replies | None" = None
    _metrics: "Metrics | None" = None

    @classmethod
    def open(cls, settings: Settings) -> "App":
        """Open the database (making or upgrading it) and wire the parts. Blocks; call at start.

        Raises:
            UserError: a setting or the database is wrong.
            OperationalError: the database can't be reached, or the data folder can't be made.
        """
        try:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OperationalError(
                f"the data folder {settings.data_dir} can't be made: {error.strerror}"
            ) from None
        # A wrong rule is reported now; without any the gate is made for the first request.
        gate = None if settings.egress == EgressSettings() else _make_gate(settings)
        database = Database.open(
            settings.database_url,
            data_dir=settings.data_dir,
            durability=settings.storage.durability,
            output_index=settings.storage.output_index,
        )
        durable = settings.storage.durability == "power"
        key_file = settings.vault.key_file or settings.data_dir / "vault.key"
        closed = dict.fromkeys([settings.data_dir, key_file.parent])
        roots = FileRoots(settings.file_roots, closed=list(closed), durable=durable)
        redact = Redactor()
        has_vault = settings.hashicorp != HashicorpSettings()
        hashicorp = HashicorpVault(settings.hashicorp, redact.add) if has_vault else None
        vault = Vault(key_file)
        plain_spill = SpillDirectory(
            settings.data_dir / "outputs", durability=settings.storage.durability
        )
        trusted = settings.isolation.trusted_packages
        untrusted = UntrustedNodes(trusted, lambda: app.processes)
        app = cls(
            settings=settings,
            database=database,
            registry=load_registry(untrusted),
            untrusted=untrusted,
            spill=SealedSpill(plain_spill, vault),
            plain_spill=plain_spill,
            roots=roots,
            binaries=BinaryStore(settings.data_dir / "files", durable=durable),
            responses=_make_responses(settings, vault),
            redact=redact,
            vault=vault,
            tokens=Tokens(redact),
            anchor=Anchor(_anchor_file(key_file, database.name)),
            references=References(settings.references, hashicorp),
            owner=process_name(),
            _gate=gate,
        )
        return app

    @property
    def gate(self) -> "Gate":
        """The gate to the outside."""
        if self._gate is None:
            self._gate = _make_gate(self.settings)
        return self._gate

    @property
    def processes(self) -> "ProcessPool":
        """The pool of locked processes for untrusted work; made when it is first asked for."""
        if self._processes is None:
            from tidegate.isolation.pool import ProcessPool  # noqa: PLC0415 - few workflows have untrusted work

            self._processes = ProcessPool(size=self.settings.isolation.processes)
        return self._processes

    @property
    def queue(self) -> "Dispatcher":
        """What carries queued executions to workers; only a server has any."""
        if self._queue is None:
            from tidegate.queue.embedded import EmbeddedDispatcher  # noqa: PLC0415 - `run` has no queue

            self._queue = EmbeddedDispatcher()
        return self._queue

    @property
    def code(self) -> "CodeEngines":
        """The engines for users' code; made when they are first asked for."""
        if self._code is None:
            from tidegate.isolation.engines import CodeEngines  # noqa: PLC0415 - few workflows have code

            packages = code_packages(self.settings)
            self._code = CodeEngines(lambda: self.processes, packages)
        return self._code

    @property
    def events(self) -> "Broadcaster":
        """What shows live what happens; only a server has anybody who looks."""
        if self._events is None:
            from tidegate.events.broadcaster import Broadcaster  # noqa: PLC0415 - `run` shows nobody

            self._events = Broadcaster()
        return self._events

    @property
    def replies(self) -> "Replies":
        """Who waits for the answers of executions; only a server has anybody who does."""
        if self._replies is None:
            from tidegate.events.replies import Replies  # noqa: PLC0415 - `run` answers nobody

            self._replies = Replies()
        return self._replies

    async def published(self) -> None:
        """What is published has changed: tell those who act upon it in this process."""
        if self.when_published is not None:
            await self.when_published()

    @property
    def metrics(self) -> "Metrics":
        """What is counted; only a server shows it."""
        if self._metrics is None:
            from tidegate.metrics import Metrics  # noqa: PLC0415 - `run` counts nothing

            self._metrics = Metrics(__version__)
        return self._metrics

    def load_http(self) -> None:
        """Begin to load what HTTP requests need, while the first execution is prepared."""
        if not self._loads_http:
            from tidegate.egress.pool import load_ahead  # noqa: PLC0415 - loads aiohttp

            self._loads_http = True
            load_ahead()

    async def close(self) -> None:
        """Commit what is pending and let go of every resource."""
        if self._events is not None:
            await self._events.close()
        if self._code is not None:
            await self._code.close()
        if self._processes is not None:
            await self._processes.close()
        self.untrusted.close()
        if self._gate is not None:
            await self._gate.close()
        await self.database.close()
        await asyncio.to_thread(self.anchor.flush)


def _make_gate(settings: Settings) -> "Gate":
    from tidegate.egress.client import Gate  # noqa: PLC0415 - many workflows request nothing
    from tidegate.egress.policy import EgressPolicy  # noqa: PLC0415 - the same: no gate is made then
    from tidegate.egress.traffic import TrafficLimits  # noqa: PLC0415 - the same: no gate is made then
    from tidegate.egress.tunnel import Proxy  # noqa: PLC0415 - the same: no gate is made then

    egress = settings.egress
    policy = EgressPolicy.from_rules(
        allow=egress.allow,
        blocked_domains=egress.blocked_domains,
        blocked_domains_file=egress.blocked_domains_file,
        allowed_ports=egress.allowed_ports,
        https_with_credentials=egress.https_with_credentials,
        unverified_tls=egress.unverified_tls,
        connect_timeout=egress.connect_timeout,
    )
    traffic = TrafficLimits(
        max(1, settings.limits.host_requests), egress.circuit_failures, egress.circuit_seconds
    )
    proxy = None if egress.proxy is None else Proxy.parse(egress.proxy)
    return Gate(policy, traffic=traffic, proxy=proxy)


def _make_responses(settings: Settings, vault: Vault) -> ResponseFiles | None:
    room = settings.storage.response_cache << 20
    return ResponseFiles(settings.data_dir / "responses", vault, room) if room else None


def code_packages(settings: Settings) -> "CodePackages":
    """The packages that code may import."""
    from tidegate.isolation.packages import CodePackages  # noqa: PLC0415 - few workflows have code

    return CodePackages(settings.isolation.code_requirements, settings.data_dir / "code_packages")


def _anchor_file(key_file: Path, database: str) -> Path:
    """One for each database whose secrets the key seals."""
    return key_file.with_name(f"audit-{hashlib.sha256(database.encode()).hexdigest()[:16]}.anchor")


def process_name() -> str:
    """A name of this process that no other has, on this machine or another, now or later."""
    return f"{socket.gethostname()}:{os.getpid()}:{time.time():.2f}"


def is_dead(owner: str) -> bool:
    """Whether the process of this name ran on this machine and is gone.

    A process that began after the name was given is another one with the same number.
    """
    import psutil  # noqa: PLC0415 - only where another process is asked for

    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    try:
        began = psutil.Process(int(rest)).create_time()
    except psutil.NoSuchProcess:
        return True
    return began > float(owner.rpartition(":")[2]) + CLOCK_SLACK_SECONDS
