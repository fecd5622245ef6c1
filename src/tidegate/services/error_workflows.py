"""Who hears of failures: the workflow that is started when an execution of another one fails."""

from dataclasses import replace
from typing import Final

from tidegate.app import App
from tidegate.errors import NotFound, TidegateError
from tidegate.ids import child_id
from tidegate.log import get_logger
from tidegate.model.execution import Execution, us_to_iso
from tidegate.model.item import JsonObject
from tidegate.model.status import ExecutionStatus
from tidegate.services import executions, variables
from tidegate.services.executions import Start
from tidegate.services.sealing import reduced, sensitive_nodes
from tidegate.services.workflows import (
    Version,
    plan_of,
    source_file,
    store_file,
    stored_latest,
    stored_version,
)
from tidegate.store import workflows

ERROR_TRIGGER: Final = "trigger.error"
SOURCE: Final = "error"
_FAILED: Final = (ExecutionStatus.FAILED, ExecutionStatus.CRASHED)


async def wanted_for(app: App, execution_id: str) -> tuple[Version, Start] | None:
    """What is to be started because an execution ended; None: it did not fail, or nobody hears.

    What can't be started is logged: the failure itself is on record.

    Raises:
        OperationalError: the database does not work.
    """
    execution = await executions.find(app, execution_id)
    is_own = execution.source == SOURCE or execution.parent_id is not None
    if execution.status not in _FAILED or is_own:
        return None
    failed = await stored_version(app, execution.workflow_id, execution.version_hash)
    name = failed.workflow.settings.error_workflow or app.settings.error_workflow
    if name is None:
        return None
    try:
        version = await _find(app, name, failed)
        if version.workflow_id == execution.workflow_id:
            return None
        start = _start(app, version, execution, failed)
    except TidegateError as error:
        get_logger().error(
            "error_workflow_broken",
            error_workflow=name,
            execution=execution.id,
            reason=error.message,
        )
        return None
    stored = await app.database.read(
        lambda connection: workflows.get(connection, version.workflow_id)
    )
    values = await variables.values(app, stored.project_id)
    return version, replace(start, variables=values)


async def _find(app: App, name: str, failed: Version) -> Version:
    """The error workflow: of the same project, or the one of the settings.

    Raises:
        NotFound, WorkflowInvalid: there is none, or it can't run.
    """
    is_own = failed.workflow.settings.error_workflow == name
    if is_own and name.endswith((".yaml", ".yml", ".json")):
        file = await source_file(app, failed.workflow_id)
        if file is None:
            raise NotFound(f"{name!r} is a path, but this workflow is not from a file")
        return await store_file(app, file.parent / name)
    id = await app.database.read(lambda connection: workflows.id_of(connection, name))
    return await stored_latest(app, id, caller_id=failed.workflow_id if is_own else id)


def _start(app: App, version: Version, execution: Execution, failed: Version) -> Start:
    plan = plan_of(app, version)
    triggers = [t for t in plan.triggers if plan.nodes[t].type == ERROR_TRIGGER]
    if len(triggers) != 1:
        raise NotFound(
            f"workflow {version.workflow.name!r} needs exactly one {ERROR_TRIGGER} node and has "
            f"{len(triggers)}"
        )
    error = dict(execution.error or {})
    if error.get("node") in sensitive_nodes(failed.workflow):
        error = reduced(error)
    data: JsonObject = {
        "execution": {
            "id": execution.id,
            "number": execution.number,
            "status": execution.status.value,
            "trigger": execution.trigger,
            "source": execution.source,
            "user": execution.user,
            "started_at": us_to_iso(execution.started_at),
            "finished_at": us_to_iso(execution.finished_at),
        },
        "workflow": {"id": execution.workflow_id, "name": failed.workflow.name},
        "error": error,
    }
    return Start(
        trigger=triggers[0],
        source=SOURCE,
        user=execution.user,
        custom_data=data,
        has_custom_data=True,
        id=child_id("error", execution.id, str(execution.token)),
    )
