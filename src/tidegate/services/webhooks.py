"""Webhooks: which ones a published version has, and whether their addresses are free."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tidegate.app import App
from tidegate.engine.plan import Plan
from tidegate.errors import Conflict, TidegateError
from tidegate.log import get_logger
from tidegate.sdk.form import FormParams
from tidegate.sdk.webhook import WebhookParams
from tidegate.services.outputs import final_nodes
from tidegate.services.workflows import Version, plan_of, runnable_version
from tidegate.store import schedules, workflows

Kind = Literal["webhook", "form"]
"""What an address is: each kind has addresses of its own."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A placed trigger that is called by HTTP, in one version of its workflow.

    ``final`` are the nodes whose results are the workflow's.
    """

    project_id: str
    version: Version
    trigger: str
    node_type: str
    params: WebhookParams | FormParams
    credential: str | None
    final: tuple[str, ...]
    segments: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "segments", tuple(self.params.path.split("/")))

    @property
    def kind(self) -> Kind:
        """Whether programs or people call it."""
        return "form" if isinstance(self.params, FormParams) else "webhook"

    @property
    def workflow_id(self) -> str:
        """The workflow that it starts."""
        return self.version.workflow_id

    @property
    def shape(self) -> tuple[str | None, ...]:
        """Its path without the names of its parameters: two webhooks can't share one."""
        return tuple(None if part.startswith("{") else part for part in self.segments)


def webhooks_of(app: App, version: Version, project_id: str) -> list[Webhook]:
    """The webhooks of a version.

    Raises:
        WorkflowInvalid: it can't run.
    """
    plan = plan_of(app, version)
    final = final_nodes(plan)
    return [
        Webhook(project_id, version, id, plan.nodes[id].type, params, credential, final)
        for id, params, credential in _triggers(plan)
    ]


def _triggers(plan: Plan) -> Iterator[tuple[str, WebhookParams | FormParams, str | None]]:
    for id in plan.triggers:
        node = plan.nodes[id]
        if isinstance(node.params.constant, WebhookParams | FormParams):
            yield id, node.params.constant, node.credential


async def check_free(app: App, version: Version, project_id: str) -> None:
    """Refuse to publish a version whose addresses another workflow has.

    Raises:
        Conflict: naming the address, and the workflow where it is of the same project.
    """
    wanted = webhooks_of(app, version, project_id)
    if not wanted:
        return
    for other in await _published(app):
        clash = None if other.workflow_id == version.workflow_id else _clash(wanted, other)
        if clash is not None:
            same = other.project_id == project_id
            name = f"the workflow '{other.version.workflow.name}'" if same else "another workflow"
            raise Conflict(
                f"{clash} belongs to {name} already; choose another path or method, or unpublish "
                "that workflow",
                node=next(one.trigger for one in wanted if one.shape == other.shape),
            )


def _clash(wanted: Sequence[Webhook], other: Webhook) -> str | None:
    for one in wanted:
        shared = set(one.params.methods) & set(other.params.methods)
        if (one.kind, one.shape) == (other.kind, other.shape) and shared:
            return f"{min(shared)} /{other.kind}/{other.params.path}"
    return None


async def _published(app: App) -> list[Webhook]:
    """The webhooks of every published version that can run here."""
    found: list[Webhook] = []
    for workflow_id, version_hash in (await app.database.read(schedules.published)).items():
        try:
            stored = await app.database.read(
                lambda connection, id=workflow_id: workflows.get(connection, id)  # type: ignore[misc]  # bound early
            )
            version = await runnable_version(app, workflow_id, version_hash)
            found += webhooks_of(app, version, stored.project_id)
        except TidegateError as error:
            get_logger().warning("version_broken", workflow=workflow_id, reason=error.message)
    return found
