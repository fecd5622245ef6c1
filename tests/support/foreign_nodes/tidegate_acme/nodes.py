"""Node types that reach for everything a node may reach, and for what it may not."""

import os
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Literal

from tidegate.sdk import (
    Context,
    Example,
    Field,
    HttpRequest,
    Item,
    Lazy,
    Node,
    NodeFailed,
    NodeParams,
    Outputs,
    Polled,
    PollParams,
    PollTrigger,
)

IMPORTED_BY = os.getpid()


class Shout(Node):
    """Write a text in capital letters."""

    name = "acme.shout"
    label = "Shout"
    category = "acme"
    examples = (Example({"text": "{{ json.name }}"}, [{"name": "Ada"}], [{"text": "ADA!"}]),)

    class Params(NodeParams):
        """What is shouted, and how loudly."""

        text: str = Field(label="Text")
        marks: int = Field(1, ge=0, le=10, label="Exclamation marks")
        mode: Literal["upper", "lower"] = "upper"

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        text = params.text.upper() if params.mode == "upper" else params.text.lower()
        return item.derive({"text": text + "!" * params.marks})


class Rule(NodeParams):
    """One rule of Pick."""

    when: Lazy[bool] = Field(label="When")


class Pick(Node):
    """Keep the items for which a condition holds."""

    name = "acme.pick"
    label = "Pick"
    outputs = ("kept", "rest")

    class Params(NodeParams):
        """The condition."""

        keep: Lazy[bool] = Field(label="Keep")
        rules: list[Rule] = Field([], label="Rules")

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Outputs]:
        async for items in batches:
            kept = [
                item
                for item in items
                if params.keep(item) and all(rule.when(item) for rule in params.rules)
            ]
            ids = {id(item) for item in kept}
            yield Outputs({"kept": kept, "rest": [i for i in items if id(i) not in ids]})


class Fetch(Node):
    """Get a page through the gate."""

    name = "acme.fetch"
    label = "Fetch"
    effects = "read"

    class Params(NodeParams):
        """The page."""

        url: str
        stream: bool = False

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        request = HttpRequest("GET", params.url)
        if params.stream:
            async with ctx.http.stream(request) as answer:
                pieces = [piece async for piece in answer.chunks()]
            return item.derive({"status": answer.head.status, "size": sum(map(len, pieces))})
        response = await ctx.http.request(request)
        ctx.log.info("fetched", status=response.status)
        return item.derive({"status": response.status, "body": response.body.decode()})


class FetchOnce(Node):
    """Get a page through the gate, once for all items."""

    name = "acme.fetch_once"
    label = "Fetch once"
    effects = "read"

    class Params(NodeParams):
        """The page."""

        url: str

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> list[Item]:
        response = await ctx.http.request(HttpRequest("GET", params.url))
        return [item.derive({"status": response.status}) for item in items]


class Keep(Node):
    """Write a file and keep it with the item."""

    name = "acme.keep"
    label = "Keep"
    effects = "write"

    class Params(NodeParams):
        """The file."""

        path: str
        text: str

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> list[Item]:
        async def pieces() -> AsyncIterator[bytes]:
            for part in params.text.split():
                yield part.encode()

        info = await ctx.files.write(params.path, pieces(), mode="create")
        read = b"".join([piece async for piece in ctx.files.read(params.path)])
        stored = await ctx.files.store("kept.txt", "text/plain", pieces())
        return [items[0].derive({"size": info.size, "read": read.decode()}, {"kept": stored})]


class Count(Node):
    """Count executions."""

    name = "acme.count"
    label = "Count"
    effects = "write"

    async def run(self, ctx: Context, params: NodeParams, items: Sequence[Item]) -> list[Item]:
        value, version = await ctx.state.read("count")
        was_first = await ctx.state.compare_and_set("count", (value or 0) + 1, version=version)
        again = await ctx.state.compare_and_set("count", 99, version=version)
        await ctx.state.workflow.put("shared", {"n": 1})
        return [
            Item(
                {
                    "count": await ctx.state.get("count"),
                    "done": [was_first, again],
                    "keys": [await ctx.state.keys(), await ctx.state.workflow.keys()],
                }
            )
        ]


class NextNumber(PollTrigger):
    """Find one number more at each look."""

    name = "acme.next_number"
    label = "Next number"
    examples = (Example({}, output=[{"number": 1}]),)

    async def poll(self, ctx: Context, params: PollParams, state: Any) -> Polled:
        number = (state or 0) + 1
        return Polled([Item({"number": number})], number)


class Misbehave(Node):
    """Do what a node must not do."""

    name = "acme.misbehave"
    label = "Misbehave"

    class Params(NodeParams):
        """What to do."""

        what: str

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Any:
        if params.what == "fail":
            raise NodeFailed("this will not work", reason="asked for")
        if params.what == "break":
            raise KeyError("oops")
        if params.what == "die":
            os._exit(3)
        if params.what == "sleep":
            time.sleep(600)
        if params.what == "memory":
            return item.derive({"size": len(bytearray(2_000_000_000))})
        if params.what == "environment":
            return item.derive({"environment": dict(os.environ), "pid": os.getpid()})
        if params.what.startswith("/"):
            return item.derive({"text": Path(params.what).read_text()})
        return item.derive({"imported_by": IMPORTED_BY, "pid": os.getpid()})
