"""flow.sub_workflow: run another workflow as a step of this one."""

from collections.abc import Sequence
from typing import Literal

from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams


class SubWorkflow(Node):
    """Run another workflow with the items and go on with what it puts out.

    The other workflow starts at its `trigger.sub_workflow`, which says what it takes; its output
    is what its last nodes put out. It is an execution of its own, with its own history. When the
    process dies, resuming goes on with the same execution instead of starting a second one.
    """

    name = "flow.sub_workflow"
    label = "Execute sub-workflow"
    category = "flow"
    effects = "write"
    in_flight = "rerun"
    is_long = True

    class Params(NodeParams):
        """Which workflow, and how often."""

        workflow: str = Field(
            min_length=1,
            label="Workflow",
            description="An id, or a path relative to this workflow's file.",
            placeholder="./invoice.yaml",
            expressions=False,
        )
        mode: Literal["once", "each"] = Field(
            "once",
            label="Mode",
            description="`once` with all items, or `each`: one execution for each item.",
        )

    examples = (
        Example(
            {"workflow": "./invoice.yaml"},
            items=[{"order": 1}],
            title="One execution with all items",
            runnable=False,
        ),
        Example(
            {"workflow": "./invoice.yaml", "mode": "each"},
            title="One execution for each item",
            runnable=False,
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """Call the workflow once, or once for each item in order."""
        if params.mode == "once":
            return await ctx.workflows.call(params.workflow, items, call_key="all")
        results: list[Item] = []
        for index, item in enumerate(items):
            made = await ctx.workflows.call(params.workflow, [item], call_key=str(index))
            results.extend(item.derive(out.json, out.files) for out in made)
        return results
