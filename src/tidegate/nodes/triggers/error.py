"""trigger.error: another workflow failed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams

_SAMPLE: Final[Mapping[str, Any]] = {
    "execution": {
        "id": "01970000-0000-7000-8000-000000000000",
        "number": 1,
        "status": "failed",
        "trigger": "start",
        "source": "manual",
        "user": "",
        "started_at": "2025-01-01T00:00:00.000Z",
        "finished_at": "2025-01-01T00:00:01.000Z",
    },
    "workflow": {"id": "01970000-0000-7000-8000-000000000001", "name": "A workflow that failed"},
    "error": {"code": "NODE_FAILED", "message": "a sample: nothing has failed", "node": "call"},
}


class ErrorTrigger(Node):
    """Start when an execution of another workflow fails or crashes.

    Workflows name the one that hears of their failures in `settings: error_workflow`; for all
    others it is the one of the setting `error_workflow`. It hears of every execution, however it
    was started, but of sub-workflows only by what called them, and never of its own failures.

    Started by hand, it puts out a sample, or the data that is given.
    """

    name = "trigger.error"
    label = "Error trigger"
    category = "triggers"
    is_trigger = True
    inputs = ()

    class Params(NodeParams):
        """Nothing to set."""

        description: str = Field(
            "", label="Description", description="Says to people what the workflow is for."
        )

    examples = (Example({}, title="What failed, where and why", output=[dict(_SAMPLE)]),)

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """What failed."""
        given = ctx.execution.custom_data
        return [Item({**_SAMPLE, **given} if isinstance(given, dict) else dict(_SAMPLE))]
