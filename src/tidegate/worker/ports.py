"""What a node of one execution may reach, bound to its budget and to the journal."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from tidegate.app import App
from tidegate.credentials.tokens import TokensOf
from tidegate.egress.caching import CacheScope, CachingGate
from tidegate.egress.hosts import read_host
from tidegate.egress.usage import EgressUsage
from tidegate.egress.verdict import Refused
from tidegate.engine.plan import PlannedNode
from tidegate.engine.ports import Observer
from tidegate.errors import CredentialError
from tidegate.files.access import NodeFiles
from tidegate.files.sql import NodeSql
from tidegate.model.execution import Execution, Path
from tidegate.model.item import JsonObject
from tidegate.sdk.budget import Budget
from tidegate.sdk.code import CodeRunner
from tidegate.sdk.context import NodeLog, WorkflowCaller
from tidegate.sdk.files import FileAccess
from tidegate.sdk.http import HttpGate
from tidegate.sdk.mail import MailAccess
from tidegate.sdk.reply import NobodyWaits, Replier
from tidegate.sdk.sql import SqlAccess
from tidegate.sdk.state import StateAccess
from tidegate.services import sealing
from tidegate.store.journal import ExecutionJournal
from tidegate.worker.recorder import NodeRecorder, Place, RequestJournal

if TYPE_CHECKING:
    from tidegate.credentials.opened import OpenCredential
    from tidegate.egress.client import BoundGate
    from tidegate.services.credentials import Opened


class ExecutionPorts:
    """The reach of one execution: its attempts share what it may send and receive.

    ``state`` is ``ctx.state`` of its nodes, where that is not simply what is stored.
    """

    def __init__(
        self,
        app: App,
        execution: Execution,
        journal: ExecutionJournal | RequestJournal,
        opened: "Opened",
        observer: Observer,
        *,
        state: StateAccess | None = None,
    ) -> None:
        self._app, self._execution, self._journal = app, execution, journal
        self._state = state
        self._opened, self._observer = opened, observer
        limits = app.settings.limits
        self._usage = EgressUsage(
            max_concurrent=limits.concurrent_requests,
            max_bytes=limits.transfer << 20,
            max_response=limits.response << 20,
        )

    def of_attempt(
        self,
        node: PlannedNode,
        place: Place,
        budget: Budget,
        callers: WorkflowCaller,
        log: NodeLog,
    ) -> "AttemptPorts":
        """The reach of one attempt."""
        recorder = NodeRecorder(
            self._app.redact,
            self._journal,
            self._observer,
            execution_id=self._execution.id,
            node_id=node.id,
            place=place,
        )
        return AttemptPorts(
            self._app,
            workflow_id=self._execution.workflow_id,
            usage=self._usage,
            recorder=recorder,
            budget=budget,
            callers=callers,
            log=log,
            reply=self._reply(node.id, place[0]),
            credential=self._opened.get(node.credential or ""),
            state=self._state,
        )

    def _reply(self, node_id: str, path: Path) -> Replier:
        channel = self._app.replies.known(self._execution.id)
        if channel is None or not isinstance(self._journal, ExecutionJournal):
            return NobodyWaits()
        from tidegate.worker.replies import JournaledReplies  # noqa: PLC0415 - only in a server

        return JournaledReplies(channel, self._journal, node_id, path)


class AttemptPorts:
    """The reach of one attempt; each part is made when it is asked for."""

    def __init__(
        self,
        app: App,
        *,
        workflow_id: str,
        usage: EgressUsage,
        recorder: NodeRecorder,
        budget: Budget,
        callers: WorkflowCaller,
        log: NodeLog,
        reply: Replier,
        credential: "OpenCredential | CredentialError | None" = None,
        state: StateAccess | None = None,
    ) -> None:
        self._app, self._workflow_id, self._budget = app, workflow_id, budget
        self._usage = EgressUsage(parent=usage)
        self._recorder = recorder
        self._callers = callers
        self._log = log
        self.reply = reply
        self._credential = credential
        self._http: HttpGate | None = None
        self._state = state

    @property
    def http(self) -> HttpGate:
        """The gate, bound to the budget and the recorder; with a credential it signs.

        Raises:
            CredentialError: the node's credential can't be had.
        """
        if self._http is None:
            self._http = self._make_http()
        return self._http

    def _make_http(self) -> HttpGate:
        bound = self._bound(self._recorder)
        credential = self._open_credential()
        gate: HttpGate = bound
        if credential is not None:
            from tidegate.credentials.gate import CredentialGate  # noqa: PLC0415 - seldom needed

            token_gate = self._bound(self._recorder.for_credential())
            gate = CredentialGate(gate, token_gate, credential, self._app.tokens, self._recorder)
        responses = self._app.responses
        if responses is None:
            return gate
        scope = CacheScope(
            self._workflow_id,
            "" if credential is None else f"{credential.id} {credential.version}",
            bound.admits,
            self._seal_ready,
            self._budget,
        )
        return CachingGate(gate, responses, scope)

    async def _seal_ready(self) -> None:
        """Before an answer is kept: there is a key to seal it with."""
        if not self._app.vault.exists:
            await sealing.ready(self._app)

    def _bound(self, recorder: NodeRecorder) -> "BoundGate":
        return self._app.gate.bound(
            budget=self._budget,
            recorder=recorder,
            workflow=self._workflow_id,
            usage=self._usage,
        )

    def _open_credential(self) -> "OpenCredential | None":
        if isinstance(self._credential, CredentialError):
            raise self._credential
        return self._credential

    @property
    def files(self) -> FileAccess:
        """Files under the operator's roots, and items' own files."""
        return NodeFiles(self._app.roots, self._app.binaries, self._budget)

    @property
    def sql(self) -> SqlAccess:
        """SQL databases under the roots and behind the gate."""
        return NodeSql(
            self._app.roots,
            self._app.gate,
            self._budget,
            workflow=self._workflow_id,
            recorder=self._recorder,
            check_host=self._check_database,
        )

    @property
    def mail(self) -> MailAccess:
        """The mailbox of the credential, behind the gate."""
        from tidegate.egress.imap import NodeMail  # noqa: PLC0415 - seldom needed

        values = next(iter(self.credentials.values()), None)
        credential, tokens = self._open_credential(), None
        if credential is not None:
            from tidegate.credentials.mailbox import MailboxCredential  # noqa: PLC0415 - seldom needed

            if not isinstance(credential.values, MailboxCredential):
                values = None
            elif credential.values.needs_token:
                gate = self._bound(self._recorder.for_credential())
                tokens = TokensOf(self._app.tokens, credential, gate)
        return NodeMail(self._app.gate, values, self._workflow_id, self._recorder, tokens=tokens)

    def _check_database(self, host: str, port: int) -> None:
        credential = self._open_credential()
        if credential is None:
            return
        from tidegate.egress.postgres import PORT  # noqa: PLC0415 - seldom needed

        with suppress(Refused):  # what is no host at all is refused when it is connected to
            host = read_host(host).name
        credential.check_host(host, port, PORT, self._recorder)

    @property
    def code(self) -> CodeRunner:
        """Engines for users' code."""
        from tidegate.worker.code import NodeCode  # noqa: PLC0415 - seldom needed

        output = self._app.settings.limits.code_output << 20
        return NodeCode(self._app.code, self._budget, self._log, output)

    @property
    def state(self) -> StateAccess:
        """What the node keeps between executions."""
        if self._state is not None:
            return self._state
        from tidegate.worker.state import NodeState  # noqa: PLC0415 - seldom needed

        return NodeState(self._app, self._workflow_id, self._recorder.node_id)

    @property
    def workflows(self) -> WorkflowCaller:
        """Sub-workflows."""
        return self._callers

    @property
    def credentials(self) -> Mapping[str, JsonObject]:
        """The values of a credential that is not for HTTP, by its type; the gate has the others.

        Raises:
            CredentialError: the credential can't be had, or is one that signs requests.
        """
        credential = self._open_credential()
        if credential is None:
            return {}
        values = credential.values
        if values.is_for_http:
            raise CredentialError(
                f"the credential '{credential.name}' is of type {values.name}: it signs HTTP "
                "requests and is not shown to nodes; a database needs one of type database, "
                "a mailbox one of type imap or imap_oauth2"
            )
        return {values.name: dict(values.as_values())}

    @property
    def requests(self) -> int:
        """HTTP requests made so far."""
        return self._usage.requests

    @property
    def bytes_transferred(self) -> int:
        """Bytes in and out so far."""
        return self._usage.bytes_in + self._usage.bytes_out
