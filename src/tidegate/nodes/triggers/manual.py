"""trigger.manual: a person, or a program in their name, starts the workflow."""

from collections.abc import Sequence
from typing import Any

from tidegate import codec
from tidegate.errors import InvalidInput
from tidegate.sdk import Context, Example, Field, Item, Json, Node, NodeFailed, NodeParams
from tidegate.sdk.json_schema import problems_of, schema_problem


class ManualTrigger(Node):
    """Start when somebody asks: `tidegate run`, the Run button, or the API.

    Puts out one item that says when, how and by whom the execution was started, with the data
    that was given (`custom_data`), or the default data where none was given.
    """

    name = "trigger.manual"
    label = "Manual trigger"
    category = "triggers"
    is_trigger = True
    inputs = ()

    class Params(NodeParams):
        """What may be given, and what it must look like."""

        description: str = Field(
            "", label="Description", description="Says to people what the workflow is for."
        )
        allow_custom_data: bool = Field(
            True,
            label="Allow custom data",
            description="Whether whoever starts it may give data.",
        )
        default_data: Json = Field(
            None,
            label="Default data",
            widget="json",
            description="Used when no data is given: any JSON, or a text that holds JSON.",
        )
        data_validation: dict[str, Any] | None = Field(
            None,
            label="Data validation",
            widget="json",
            expressions=False,
            description="A JSON Schema (2020-12) that the data must fulfil.",
        )

    examples = (
        Example({}, title="No data", runnable=False),
        Example(
            {
                "default_data": {"name": "Ada"},
                "data_validation": {"type": "object", "required": ["name"]},
            },
            title="Data with a default and a check",
            runnable=False,
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """The one item that starts everything."""
        execution = ctx.execution
        data = self._data(ctx, params)
        made: dict[str, Any] = {
            "triggered_at": execution.started_at.isoformat(timespec="milliseconds").replace(
                "+00:00", "Z"
            ),
            "trigger_type": "manual",
            "description": params.description,
            "custom_data": data,
            "metadata": {
                "execution_id": execution.id,
                "user": execution.user,
                "source": execution.source,
            },
        }
        return [Item(made)]

    def _data(self, ctx: Context, params: Params) -> Any:
        """The given data, or the default, checked.

        Raises:
            NodeFailed: data was given that is not allowed or does not fulfil the schema.
        """
        if ctx.execution.has_custom_data:
            if not params.allow_custom_data:
                raise NodeFailed(
                    "this trigger takes no data (allow_custom_data is off); start it without data"
                )
            data, where = ctx.execution.custom_data, "the given data"
        else:
            data, where = _default(params.default_data), "default_data"
        if params.data_validation is None:
            return data
        wrong = schema_problem(params.data_validation)
        if wrong is not None:
            raise NodeFailed(f"data_validation is not a valid JSON Schema: {wrong}")
        problems = problems_of(data, params.data_validation)
        if problems:
            raise NodeFailed(
                f"{where} does not fulfil data_validation: {'; '.join(problems)}",
                problems=problems,
            )
        return data


def _default(given: Any) -> Any:
    """Default data: a JSON value, or a text that holds one (the founding design's form)."""
    if not isinstance(given, str):
        return given
    try:
        return codec.decode(given)
    except InvalidInput:
        return given
