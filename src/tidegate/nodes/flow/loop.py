"""flow.loop: work through the items in batches."""

from typing import Any

from tidegate.sdk import Example, Field, Node, NodeParams


class Loop(Node):
    """Work through the items in batches, one after another.

    What follows the output `each` is the loop's body; it runs once for each batch. End the body
    with an edge into the loop's input `results`: the items that arrive there are collected over
    all iterations and leave by `done`. Without such an edge, `done` passes the loop's own input
    on. The body may only be entered by `each` and left by `done`.
    """

    name = "flow.loop"
    label = "Loop over items"
    category = "flow"
    inputs = ("main", "results")
    outputs = ("each", "done")
    is_loop = True

    class Params(NodeParams):
        """How the items are cut into batches."""

        batch_size: int = Field(
            1, ge=1, le=1000, label="Batch size", description="Items in each iteration."
        )
        max_iterations: int = Field(
            10_000,
            ge=1,
            label="Most iterations",
            description="More than this many iterations is a failure, before the first one.",
        )

    examples = (
        Example(
            {"batch_size": 2},
            items=[{"n": 1}, {"n": 2}, {"n": 3}],
            outputs={"done": [{"n": 1}, {"n": 2}, {"n": 3}]},
            title="Two items in each iteration",
        ),
    )

    async def run(self, ctx: Any, params: Any, items: Any) -> Any:
        """Never called: the engine runs a loop as a scope of its own.

        Raises:
            AssertionError: always.
        """
        raise AssertionError("the engine runs loops itself")
