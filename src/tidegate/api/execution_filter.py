"""Which executions a list or a number is about, as parameters of a URL."""

from typing import Annotated, Final

from fastapi import Depends, Query
from pydantic import Field

from tidegate.api.bodies import IdText, Microseconds
from tidegate.model.status import ExecutionStatus
from tidegate.store.execution_filter import ExecutionFilter
from tidegate.store.execution_names import LEAST_OF_ID

NodeId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
SearchText = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Milliseconds = Annotated[int | None, Query(ge=0, le=2**40)]
_SOURCE: Final = r"^[a-z_]{1,30}$"


def execution_filter(
    *,
    status: Annotated[list[ExecutionStatus], Query(max_length=7)] = [],
    workflow_id: Annotated[IdText | None, Query()] = None,
    trigger: Annotated[NodeId | None, Query(description="The id of a node.")] = None,
    source: Annotated[
        list[Annotated[str, Field(pattern=_SOURCE)]],
        Query(max_length=10, description="What started it: api, schedule, webhook, cli ..."),
    ] = [],
    created_from: Microseconds | None = None,
    created_before: Microseconds | None = None,
    min_ms: Milliseconds = None,
    max_ms: Milliseconds = None,
    error: SearchText = None,
    failed_node: Annotated[
        str | None,
        Query(
            pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}\*?$",
            description="Where it failed: the id of a node, or how that begins, and `*`.",
        ),
    ] = None,
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=r"^[^\x00]*$",
            description="Stands in the error or the workflow's name, or is the number.",
        ),
    ] = None,
    named: Annotated[
        str | None,
        Query(
            pattern=rf"^(#?[0-9]{{1,18}}|[0-9a-f][0-9a-f-]{{{LEAST_OF_ID - 1},35}})$",
            description="Its number, its id, or the beginning of its id (from 8 characters on).",
        ),
    ] = None,
) -> ExecutionFilter:
    """The filter; times are microseconds, durations those of executions that ended."""
    return ExecutionFilter(
        statuses=tuple(status),
        workflow_id=workflow_id,
        trigger=trigger,
        created_from=created_from,
        created_before=created_before,
        min_ms=min_ms,
        max_ms=max_ms,
        error_text=error,
        sources=tuple(source),
        failed_node=failed_node,
        text=q,
        named=named,
    )


FilterDep = Annotated[ExecutionFilter, Depends(execution_filter)]
