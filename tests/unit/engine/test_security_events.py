"""Every limit that ends a node execution, and every refusal outside the gate, leaves an event."""

import asyncio

import pytest

from tidegate.config import LimitSettings
from tidegate.engine.testing import run_workflow
from tidegate.errors import (
    HttpError,
    HttpErrorType,
    NodeFailed,
    OutputTooLarge,
    SecurityError,
    SecurityErrorType,
)
from tidegate.model.workflow import Edge, NodeSettings, PlacedNode, Workflow
from tidegate.nodes.data.set_fields import SetFields
from tidegate.sdk import Item, Node, NodeParams

LIMIT = "RESOURCE_LIMIT_EXCEEDED"


class Start(Node):
    """Three items."""

    name = "test.start"
    label = "Start"
    is_trigger = True

    class Params(NodeParams):
        """None."""

    async def run(self, ctx, params, items):
        """Three items."""
        return [Item({"n": n}) for n in range(3)]


def raising(shape, fail):
    """A node class of this shape that does ``fail(ctx)``."""

    class Params(NodeParams):
        """None."""

    async def run(self, ctx, params, items):
        await fail(ctx)
        return items

    async def run_item(self, ctx, params, item):
        await fail(ctx)
        return item

    method = {"all": {"run": run}, "item": {"run_item": run_item}}[shape]
    attributes = {"name": "test.broken", "label": "Broken", "version": 1, "Params": Params}
    return type("Broken", (Node,), {**attributes, **method, "__doc__": "Breaks."})


async def charge(ctx):
    ctx.budget.charge(1 << 40, "everything")


async def sleep(ctx):
    await asyncio.sleep(60)


async def steps(ctx):
    ctx.budget.step(1 << 60)


async def put_out_too_much(ctx):
    raise OutputTooLarge("this is too much")


async def receive_too_much(ctx):
    raise HttpError("the response is larger than allowed", HttpErrorType.RESPONSE_TOO_LARGE)


async def climb_out(ctx):
    raise SecurityError(
        "no", SecurityErrorType.BLOCKED_URL, rule="files.parent", blocked="../x", risk="high"
    )


async def fail_plainly(ctx):
    raise NodeFailed("no")


async def ran(node_class, **settings):
    workflow = Workflow(
        "w",
        (
            PlacedNode("start", Start.name),
            PlacedNode("broken", node_class.name, settings=NodeSettings(**settings)),
        ),
        (Edge("start", "broken"),),
    )
    classes = {Start.name: Start, node_class.name: node_class}
    return await run_workflow(
        workflow, lambda name, _: classes[name], limits=LimitSettings(timeout=0.3)
    )


@pytest.mark.parametrize("shape", ["all", "item"])
@pytest.mark.parametrize(
    ("fail", "rule", "event_type", "severity"),
    [
        (charge, "limits.memory", LIMIT, "medium"),
        (sleep, "limits.timeout", LIMIT, "medium"),
        (steps, "limits.expression", LIMIT, "medium"),
        (put_out_too_much, "limits.output", LIMIT, "medium"),
        (receive_too_much, "limits.response", LIMIT, "medium"),
        (climb_out, "files.parent", "BLOCKED_URL", "high"),
    ],
)
async def test_a_limit_leaves_an_event(shape, fail, rule, event_type, severity):
    done = await ran(raising(shape, fail))
    (event,) = done.events
    assert (event.event_type, event.severity, event.node_id) == (event_type, severity, "broken")
    assert event.details["rule"] == rule
    assert event.execution_id == done.end.execution_id


async def test_a_thousand_items_that_meet_the_same_limit_leave_one_event():
    done = await ran(raising("item", charge), on_error="continue")
    assert done.end.errors_handled == 3
    assert len(done.events) == 1


async def test_each_attempt_has_its_own_event():
    node_class = raising("all", sleep)
    done = await ran(node_class, retry={"max_retries": 1, "retry_delay": 1})
    assert [event.details["rule"] for event in done.events] == ["limits.timeout"] * 2


async def test_what_the_gate_reported_is_not_reported_again():
    async def refused(ctx):
        error = SecurityError("no", SecurityErrorType.INTERNAL_NETWORK, rule="egress.address")
        error.is_recorded = True
        raise error

    assert (await ran(raising("all", refused))).events == []


async def test_an_ordinary_failure_is_no_security_event():
    assert (await ran(raising("all", fail_plainly))).events == []


async def test_an_expression_that_takes_too_many_steps_leaves_an_event():
    expression = "{{ [x * y for x in range(5000) for y in range(5000)] }}"
    workflow = Workflow(
        "w",
        (
            PlacedNode("start", Start.name),
            PlacedNode("set", SetFields.name, params={"fields": {"a": expression}}),
        ),
        (Edge("start", "set"),),
    )
    classes = {Start.name: Start, SetFields.name: SetFields}
    done = await run_workflow(workflow, lambda name, _: classes[name])
    assert [event.details["rule"] for event in done.events] == ["limits.expression"]
