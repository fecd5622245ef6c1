"""What run_item passes on before it returns: in order, once, and known again after a crash."""

import asyncio
from typing import ClassVar

import pytest

from tidegate.engine.journaled import Journaled
from tidegate.engine.testing import Feed, run_workflow
from tidegate.errors import HttpError, HttpErrorType
from tidegate.model.status import ExecutionStatus
from tidegate.model.workflow import Edge, NodeSettings, PlacedNode, Workflow
from tidegate.sdk import Context, Item, Node, NodeParams


class Pages(Node):
    """Gives ``pages`` pages of two items for each item; fails once before the page ``fails_at``."""

    name = "test.pages"
    label = "Pages"
    effects = "read"
    retry_defaults: ClassVar = {"max_retries": 1, "retry_delay": 0}
    asked: ClassVar[list[tuple[str, int]]] = []
    keys: ClassVar[list[str]] = []
    failures: ClassVar[set[int]] = set()

    class Params(NodeParams):
        pass

    async def run_item(self, ctx: Context, params: NodeParams, item: Item) -> list[Item]:
        name = item.json["name"]
        self.keys.append(ctx.idempotency_key.partition("/")[2])
        ctx.shared["items"] = ctx.shared.get("items", 0) + 1
        page = (ctx.resume or {"next": 0})["next"]
        await asyncio.sleep(item.json.get("delay", 0))
        while page < item.json["pages"]:
            if page in self.failures:
                self.failures.remove(page)
                raise HttpError("later", HttpErrorType.TIMEOUT)
            self.asked.append((name, page))
            page += 1
            made = [item.derive({"name": name, "page": page, "n": n}) for n in range(2)]
            await ctx.emit(made, {"next": page})
        return []


@pytest.fixture(autouse=True)
def clean():
    Pages.asked.clear()
    Pages.keys.clear()
    Pages.failures.clear()


async def run(items, **options):
    nodes = (PlacedNode("start", Feed.name), PlacedNode("node", Pages.name, **options))
    given = Workflow("test", nodes, (Edge("start", "node"),))
    feed = type("BoundFeed", (Feed,), {"fed": {"main": items}})
    classes = {Feed.name: feed, Pages.name: Pages}
    return given, lambda name, version: classes[name]


async def execute(items, journaled=None, spill=None, **options):
    given, classes = await run(items, **options)
    return await run_workflow(given, classes, journaled=journaled, spill=spill)


def items_of(ran, rows=None):
    row = next(r for r in reversed(ran.rows) if r.node_id == "node" and r.kind == "finished")
    (output,) = Journaled.of([row], ran.spill).outputs(row).values()
    found = []
    for batch in output.batches:
        items, sources = batch.load()
        found += [
            (i.json["name"], i.json["page"], i.json["n"], s)
            for i, s in zip(items, sources, strict=True)
        ]
    return found


def expected(*counts):
    names = "abcdef"
    return [
        (names[at], page, n, at)
        for at, count in enumerate(counts)
        for page in range(1, count + 1)
        for n in range(2)
    ]


async def test_pages_go_out_in_the_order_of_the_input():
    """The first item is the slowest, and still its pages come first."""
    items = [{"name": "a", "pages": 3, "delay": 0.05}, {"name": "b", "pages": 2}]
    ran = await execute(items)
    assert ran.end.status is ExecutionStatus.SUCCEEDED
    assert items_of(ran) == expected(3, 2)


async def test_a_failure_goes_on_at_its_page_and_counts_anew():
    """More failures than the policy has retries, but each of them after a step on."""
    Pages.failures |= {1, 2, 4}
    ran = await execute([{"name": "a", "pages": 5}])
    assert ran.end.status is ExecutionStatus.SUCCEEDED
    assert Pages.asked == [("a", page) for page in range(5)]
    assert items_of(ran) == expected(5)


async def test_without_a_step_on_the_policy_holds():
    Pages.failures |= {1}
    ran = await execute(
        [{"name": "a", "pages": 3}], settings=NodeSettings(retry={"max_retries": 0})
    )
    assert ran.end.status is ExecutionStatus.FAILED


async def test_a_failed_item_leaves_its_pages_and_the_others():
    Pages.failures |= {1}
    settings = NodeSettings(retry={"max_retries": 0}, on_error="continue")
    items = [{"name": "a", "pages": 3}, {"name": "b", "pages": 1}]
    ran = await execute(items, settings=settings)
    row = ran.rows[-1]
    (output,) = Journaled.of([row], ran.spill).outputs(row).values()
    found = [item.json for batch in output.batches for item in batch.load()[0]]
    assert [f["name"] for f in found].count("b") == 2
    assert sum("error" in f for f in found) == 1


@pytest.mark.parametrize("died_after", range(1, 8))
async def test_a_crash_starts_nothing_over(died_after):
    """The journal ends at any row; every page is asked for once more at most, and none is lost."""
    items = [{"name": "a", "pages": 3}, {"name": "b", "pages": 2}]
    whole = await execute(items)
    kinds = [row.kind for row in whole.rows]
    assert kinds.count("checkpoint") == 5
    rows = whole.rows[:died_after]
    kept = sum(row.kind == "checkpoint" for row in rows)
    finished = any(row.node_id == "node" and row.kind == "finished" for row in rows)
    Pages.asked.clear()
    again = await execute(items, journaled=Journaled.of(rows, whole.spill), spill=whole.spill)
    assert again.end.status is ExecutionStatus.SUCCEEDED
    assert len(Pages.asked) == (0 if finished else 5 - kept)
    if not finished:
        assert items_of(again) == expected(3, 2) or sorted(items_of(again)) == sorted(
            expected(3, 2)
        )


async def test_each_item_has_its_own_key():
    await execute([{"name": "a", "pages": 1}, {"name": "b", "pages": 1}])
    assert sorted(Pages.keys) == ["node//0", "node//1"]
