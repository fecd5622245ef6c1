"""The work of ``tidegate run`` and ``tidegate executions resume``: start, watch, report."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from tidegate.app import App
from tidegate.cli.views import View
from tidegate.engine.observers import SilentObserver
from tidegate.engine.ports import Notifier, Observer
from tidegate.errors import OperationalError
from tidegate.ids import new_id
from tidegate.model.execution import ExecutionEnd, us_to_iso
from tidegate.model.status import ExecutionStatus
from tidegate.model.workflow import InFlight
from tidegate.services import error_workflows, executions
from tidegate.services.executions import Start
from tidegate.services.notifications import open_notifier
from tidegate.services.reports import report
from tidegate.services.workflows import choose_trigger, plan_of, store_file
from tidegate.worker.worker import Worker

Work = Callable[[Worker, Observer], Awaitable[ExecutionEnd]]


async def run_file(
    app: App,
    file: Path,
    trigger: str | None,
    start: Mapping[str, Any],
    view: View,
    *,
    user: str,
    detach: bool,
) -> str:
    """Run a workflow file; returns the execution's status.

    Raises:
        WorkflowInvalid: with every problem of the file.
        asyncio.CancelledError: Ctrl-C; the execution is stored as cancelled.
    """
    version = await store_file(app, file)
    plan = plan_of(app, version)
    execution_id = new_id()
    begin = Start(choose_trigger(plan, trigger), "cli", user, id=execution_id, **start)
    for orphan in await executions.orphans(app):
        view.say(
            f"execution {orphan.number} lost its process; go on with: "
            f"tidegate executions resume {orphan.number}"
        )
    if app.settings.egress.allow:
        view.note(f"egress: allowed besides the internet: {', '.join(app.settings.egress.allow)}")
    return await watch(
        app,
        view,
        execution_id,
        lambda worker, observer: worker.run_new(version, begin, observer),
        detach=detach,
    )


async def resume_execution(
    app: App, wanted: str, decision: InFlight | None, view: View, *, detach: bool
) -> str:
    """Go on with an execution; returns its status.

    Raises:
        NotFound: there is no such execution.
        Conflict: it has ended, or another process runs it.
    """
    execution = await executions.find(app, wanted)
    return await watch(
        app,
        view,
        execution.id,
        lambda worker, observer: worker.go_on(execution, observer, decision),
        detach=detach,
    )


async def watch(app: App, view: View, execution_id: str, work: Work, *, detach: bool) -> str:
    """Do ``work`` with live progress, wait as long as it waits, and report; returns the status.

    An execution that is cancelled, here or by another process, is reported too, and so is one
    that could not go on, where that could be stored.

    Raises:
        OperationalError: the database or the disk does not work.
    """
    # What was to be told is told after the report, and for a bounded time.
    async with open_notifier(app) as notifier:
        return await _watch(app, view, execution_id, work, notifier, detach=detach)


async def _watch(
    app: App, view: View, execution_id: str, work: Work, notifier: Notifier, *, detach: bool
) -> str:
    try:
        async with Worker(app, notifier) as worker:
            with view.watch() as observer:
                end = await work(worker, observer)
                while end.status is ExecutionStatus.WAITING and not detach:
                    view.say(f"waiting until {us_to_iso(end.wake_at)} (Ctrl-C cancels)")
                    end = await worker.follow(end.execution_id, observer)
            await _run_error_workflow(app, worker, execution_id, view)
    except asyncio.CancelledError:
        await _report_cancelled(app, view, execution_id)
        raise
    except OperationalError:
        stored = await executions.find_many(app, [execution_id])
        if execution_id not in stored or stored[execution_id].status is not ExecutionStatus.CRASHED:
            raise
    done = await executions.find(app, execution_id)
    await view.show(app, await report(app, done))
    return str(done.status.value)


async def _run_error_workflow(app: App, worker: Worker, execution_id: str, view: View) -> None:
    """Where the execution failed, run the workflow that hears of it."""
    found = await error_workflows.wanted_for(app, execution_id)
    if found is None:
        return
    version, start = found
    end = await worker.run_new(version, start, SilentObserver())
    end = await worker.run_to_end(end, SilentObserver())
    view.say(f"the error workflow '{version.workflow.name}' {end.status.value}")


async def _report_cancelled(app: App, view: View, execution_id: str) -> None:
    """Show what a cancelled execution did, if it came to be stored."""
    stored = await executions.find_many(app, [execution_id])
    if execution_id in stored:
        await view.show(app, await report(app, stored[execution_id]))
