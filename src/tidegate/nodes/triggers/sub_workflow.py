"""trigger.sub_workflow: another workflow starts this one."""

from collections.abc import Sequence
from typing import Any

from tidegate.sdk import Context, Example, Field, Item, Node, NodeFailed, NodeParams
from tidegate.sdk.json_schema import MAX_PROBLEMS, problems_of, schema_problem
from tidegate.sdk.values import type_name


class SubWorkflowTrigger(Node):
    """Start when another workflow calls this one, with the items that it gives.

    The schema says what an item must look like; the call fails when one does not fulfil it, with
    every place that is wrong, before anything has happened. To try the workflow by itself, start
    it with data: an object is one item, a list of objects several.
    """

    name = "trigger.sub_workflow"
    label = "Sub-workflow trigger"
    category = "triggers"
    is_trigger = True
    inputs = ()

    class Params(NodeParams):
        """What an item must look like."""

        description: str = Field(
            "", label="Description", description="Says to people what the workflow is for."
        )
        input_schema: dict[str, Any] | None = Field(
            None,
            label="Input schema",
            widget="json",
            expressions=False,
            description="A JSON Schema (2020-12) that each item must fulfil.",
        )

    examples = (
        Example(
            {
                "input_schema": {
                    "type": "object",
                    "required": ["order"],
                    "properties": {"order": {"type": "integer"}},
                }
            },
            title="Items with the number of an order",
            runnable=False,
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """The items that the caller gave."""
        given = _objects(ctx)
        if params.input_schema is not None:
            _validate(given, params.input_schema)
        return [Item(json) for json in given]


def _objects(ctx: Context) -> list[dict[str, Any]]:
    """The caller's data as a list of objects.

    Raises:
        NodeFailed: it is something else.
    """
    if not ctx.execution.has_custom_data:
        return [{}]
    data = ctx.execution.custom_data
    listed = data if type(data) is list else [data]
    for index, json in enumerate(listed):
        if type(json) is not dict:
            raise NodeFailed(
                f"this workflow takes objects; item {index} of the given data is {type_name(json)}"
            )
    return listed


def _validate(given: Sequence[dict[str, Any]], schema: dict[str, Any]) -> None:
    wrong = schema_problem(schema)
    if wrong is not None:
        raise NodeFailed(f"input_schema is not a valid JSON Schema: {wrong}")
    problems: list[str] = []
    for index, json in enumerate(given):
        problems += [f"item {index}, {problem}" for problem in problems_of(json, schema)]
        if len(problems) >= MAX_PROBLEMS:
            break
    if problems:
        raise NodeFailed(
            f"the given items do not fulfil input_schema: {'; '.join(problems)}", problems=problems
        )
