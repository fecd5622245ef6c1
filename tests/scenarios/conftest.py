"""Node types that only the scenarios use: they fail, sleep, write and misbehave on demand.

Every one logs the line ``called`` when it starts to work and ``left`` when it is done, so that a
scenario can say how often a node worked and which nodes were at work at the same time.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from tidegate.app import App
from tidegate.config import LimitSettings, Settings, StorageSettings
from tidegate.errors import HttpError, HttpErrorType
from tidegate.registry import Registry, load_registry
from tidegate.sdk import (
    Context,
    Field,
    FileRef,
    Item,
    Json,
    JsonObject,
    Node,
    NodeFailed,
    NodeParams,
    NodeRetryable,
    Outputs,
    SecurityError,
    SecurityErrorType,
    Wait,
)

SECRET_OF_A_BUG = "text that nobody should read"


def failure(kind: str, node: str, retry_after: float | None = None) -> BaseException:
    match kind:
        case "failed":
            return NodeFailed(f"{node} can't")
        case "retryable":
            return NodeRetryable(f"{node} can't now", retry_after)
        case "refused":
            return HttpError(f"{node} was refused", HttpErrorType.CONNECTION_REFUSED)
        case "http_404":
            return HttpError(f"{node} got 404", HttpErrorType.HTTP_STATUS, status_code=404)
        case "http_503":
            return HttpError(f"{node} got 503", HttpErrorType.HTTP_STATUS, status_code=503)
        case "unsafe":
            return HttpError(
                f"{node} may have done it", HttpErrorType.CONNECTION_REFUSED, safe_to_repeat=False
            )
        case "security":
            return SecurityError(
                f"{node} was blocked", SecurityErrorType.BLOCKED_URL, rule="test", blocked="x"
            )
        case "timeout":
            return TimeoutError(f"{node}'s own timeout")
        case "bug":
            return KeyError(SECRET_OF_A_BUG)
        case "cancelled":
            return asyncio.CancelledError()
    raise AssertionError(kind)


Kind = Literal[
    "failed",
    "retryable",
    "refused",
    "http_404",
    "http_503",
    "unsafe",
    "security",
    "timeout",
    "bug",
    "cancelled",
]


class Start(Node):
    """A trigger that puts out the items that it is told to."""

    name = "test.start"
    label = "Start"
    is_trigger = True
    inputs = ()

    class Params(NodeParams):
        items: list[JsonObject] = Field([{}], expressions=False)

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        ctx.log.info("called")
        return [Item(json) for json in params.items]


class CallParams(NodeParams):
    """``fail`` attempts end with ``error``; before that the node is at work for ``seconds``."""

    fail: int = 0
    error: Kind = "retryable"
    retry_after: float | None = None
    seconds: float = 0.0
    fields: dict[str, Json] = Field({})


class Call(Node):
    """Passes its items on as new ones; fails the first attempts on demand."""

    name = "test.call"
    label = "Call"

    Params = CallParams

    async def run(self, ctx: Context, params: CallParams, items: Sequence[Item]) -> Any:
        ctx.log.info("called")
        if params.seconds:
            await asyncio.sleep(params.seconds)
        if ctx.attempt <= params.fail:
            raise failure(params.error, ctx.node_id, params.retry_after)
        ctx.log.info("left")
        return [item.derive({**item.json, **params.fields, "by": ctx.node_id}) for item in items]


class CallWrite(Call):
    name = "test.call_write"
    effects = "write"
    in_flight = "rerun"


class WriteFailsOnce(CallWrite):
    name = "test.write_fails_once"

    async def run(self, ctx: Context, params: CallParams, items: Sequence[Item]) -> Any:
        if ctx.attempt == 1:
            raise NodeFailed(f"{ctx.node_id} can't")
        return items


class Each(Node):
    """Works item by item. An item with ``fail: 2`` fails in the first two attempts."""

    name = "test.each"
    label = "Each"
    effects = "read"

    class Params(NodeParams):
        error: Kind = "retryable"
        seconds: float = 0.0
        value: Json = None

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        ctx.log.info("called", n=item.json.get("n"))
        seconds = item.json.get("seconds", params.seconds)
        if seconds:
            await asyncio.sleep(seconds)
        if ctx.attempt <= item.json.get("fail", 0):
            raise failure(item.json.get("error", params.error), ctx.node_id)
        ctx.log.info("left", n=item.json.get("n"))
        made = {**item.json, "by": ctx.node_id}
        return item.derive(made if params.value is None else {**made, "value": params.value})


class EachWrite(Each):
    name = "test.each_write"
    effects = "write"
    in_flight = "rerun"


class EachCompute(Each):
    name = "test.each_compute"
    effects = "none"


class EachAlone(Each):
    name = "test.each_alone"

    @classmethod
    def concurrency_for(cls, params):
        return 1


class EachMany(Each):
    """Several items for each item: ``copies`` of it, on two outputs in turn."""

    name = "test.each_many"
    outputs = ("even", "odd")

    async def run_item(self, ctx: Context, params: Each.Params, item: Item) -> Any:
        made = [item.derive({**item.json, "copy": n}) for n in range(item.json.get("copies", 1))]
        return Outputs({"even": made[::2], "odd": made[1::2]})


class Stream(Node):
    """Works over batches and says how large they were."""

    name = "test.stream"
    label = "Stream"

    class Params(NodeParams):
        fail: int = 0

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        ctx.log.info("called")
        async for batch in batches:
            ctx.log.info("batch", size=len(batch))
            yield [item.derive({**item.json, "by": ctx.node_id}) for item in batch]
        if ctx.attempt <= params.fail:
            raise NodeRetryable(f"{ctx.node_id} can't now")


class Route(Node):
    """Puts each item out where its field ``to`` says, be there such an output or not."""

    name = "test.route"
    label = "Route"
    outputs = ("a", "b", "c")

    class Params(NodeParams):
        pass

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Outputs:
        found: dict[str, list[Item]] = {}
        for item in items:
            for name in item.json["to"] if isinstance(item.json["to"], list) else [item.json["to"]]:
                found.setdefault(name, []).append(item)
        return Outputs(found)


class Pair(Node):
    """A node with two inputs: says what came in by each of them."""

    name = "test.pair"
    label = "Pair"
    inputs = ("first", "second")

    class Params(NodeParams):
        fail: int = 0

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        ctx.log.info("called")
        if ctx.attempt <= params.fail:
            raise NodeFailed(f"{ctx.node_id} can't")
        everything = [item for name in self.inputs for item in ctx.inputs[name]]
        seen = {name: [item.json for item in ctx.inputs[name]] for name in self.inputs}
        return [Item(seen, parents=everything)]


class Rubbish(Node):
    """Gives back what no node should."""

    name = "test.rubbish"
    label = "Rubbish"

    class Params(NodeParams):
        kind: str

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Any:
        endless: dict[str, Any] = {}
        endless["again"] = endless
        deep: Any = {}
        for _ in range(500):
            deep = {"in": deep}
        made: dict[str, Any] = {
            "nothing": None,
            "text": "text",
            "object": {"n": 1},
            "objects": [{"n": 1}],
            "number": 5,
            "objects by output": Outputs({"main": [{"n": 1}]}),  # type: ignore[list-item]  # rubbish
            "one item by output": Outputs({"main": Item({})}),  # type: ignore[dict-item]  # rubbish
            "item with text": [Item("text")],  # type: ignore[arg-type]  # rubbish
            "item with list": [Item([1])],  # type: ignore[arg-type]  # rubbish
            "not a number": [Item({"x": {"y": float("nan")}})],
            "infinite": [Item({"x": float("inf")})],
            "bytes": [Item({"x": b"bytes"})],
            "a set": [Item({"x": {1}})],
            "a date": [Item({"x": ctx.now()})],
            "a class": [Item({"x": Item})],
            "a number as key": [Item({1: "x"})],  # type: ignore[dict-item]  # rubbish
            "lone surrogate": [Item({"x": "\ud800"})],
            "endless": [Item(endless)],
            "deep": [Item(deep)],
            "the same item twice": [items[0], items[0]],
            "wait without zone": Wait(ctx.now().replace(tzinfo=None)),
        }
        return made[params.kind]


class Big(Node):
    """``count`` items of about ``size`` bytes."""

    name = "test.big"
    label = "Big"

    class Params(NodeParams):
        count: int = 100
        size: int = 100

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        return [Item({"n": n, "text": "x" * params.size}) for n in range(params.count)]


class WithFile(Node):
    """Gives each item a file."""

    name = "test.with_file"
    label = "With file"

    class Params(NodeParams):
        pass

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        ref = FileRef("key", f"{item.json.get('n')}.txt", "text/plain", 4, "ab" * 32)
        return item.derive(item.json, {"data": ref})


class Sleep(Node):
    """Waits as a node may: outside memory if it is long."""

    name = "test.wait"
    label = "Wait"

    class Params(NodeParams):
        seconds: float

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Wait:
        ctx.log.info("called")
        return Wait(ctx.now() + timedelta(seconds=params.seconds), items)


class FirstFails(Node):
    """Fails when it works for the first time with a key, in whichever execution."""

    name = "test.first_fails"
    label = "First fails"
    seen: ClassVar[set[str]] = set()

    class Params(NodeParams):
        key: str

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        ctx.log.info("called")
        if params.key not in self.seen:
            self.seen.add(params.key)
            raise NodeFailed("not yet")
        return items


class Busy(Node):
    """Computes without ever waiting for anything."""

    name = "test.busy"
    label = "Busy"

    class Params(NodeParams):
        pass

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        return [item.derive({"sum": sum(range(2000))}) for item in items]


TEST_NODES: tuple[type[Node], ...] = (
    Start,
    Call,
    CallWrite,
    WriteFailsOnce,
    Each,
    EachWrite,
    EachCompute,
    EachAlone,
    EachMany,
    Stream,
    Route,
    Pair,
    Rubbish,
    Big,
    WithFile,
    Sleep,
    FirstFails,
    Busy,
)


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Every node type of the product, and those above."""
    real = load_registry()
    return Registry.of(*(real[key] for key in real), *TEST_NODES)


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, to be copied."""
    folder = tmp_path_factory.mktemp("template")

    async def make() -> None:
        await App.open(Settings(data_dir=folder)).close()

    asyncio.run(make())
    return next(folder.glob("*.db"))


@pytest.fixture
async def open_app(
    tmp_path: Path, database_template: Path, registry: Registry
) -> AsyncIterator[Callable[..., App]]:
    """Opens the whole product on a fresh database, with these node types."""
    opened: list[App] = []

    def open_(limits: LimitSettings, spill_threshold: int = 256 * 1024) -> App:
        data_dir = tmp_path / "data"
        data_dir.mkdir()
        (data_dir / database_template.name).write_bytes(database_template.read_bytes())
        storage = StorageSettings(spill_threshold=spill_threshold)
        app = App.open(Settings(data_dir=data_dir, limits=limits, storage=storage))
        app.registry = registry
        opened.append(app)
        return app

    yield open_
    for app in opened:
        await app.close()
