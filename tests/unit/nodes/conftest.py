"""Runs a node on its own: real parameters, real items, an in-memory file store."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tidegate.sdk import Budget, Context, ExecutionInfo, FileRef, Item, Node, Outputs, Wait
from tidegate.sdk.reply import NobodyWaits


class MemoryFiles:
    """``ctx.files`` as far as nodes of this folder use it: items' own files."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}

    async def store(self, name: str, content_type: str, chunks: AsyncIterator[bytes]) -> FileRef:
        data = b"".join([chunk async for chunk in chunks])
        key = f"file-{len(self.data)}"
        self.data[key] = data
        return FileRef(key, name, content_type, len(data), hashlib.sha256(data).hexdigest())

    async def open(self, ref: FileRef) -> AsyncIterator[bytes]:
        data = self.data[ref.key]
        for start in range(0, len(data), 7):
            yield data[start : start + 7]

    async def keep(self, data: bytes, name: str = "data.bin") -> FileRef:
        async def chunks() -> AsyncIterator[bytes]:
            yield data

        return await self.store(name, "application/octet-stream", chunks())


class LogLines:
    """``ctx.log`` that remembers."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def debug(self, message: str, **data: Any) -> None:
        self.lines.append(("debug", message))

    def info(self, message: str, **data: Any) -> None:
        self.lines.append(("info", message))

    def warning(self, message: str, **data: Any) -> None:
        self.lines.append(("warning", message))

    def error(self, message: str, **data: Any) -> None:
        self.lines.append(("error", message))


@dataclass
class Bench:
    """A context's parts, and the methods that run a node in it."""

    budget: Budget = field(default_factory=lambda: Budget(seconds=600))
    files: MemoryFiles = field(default_factory=MemoryFiles)
    log: LogLines = field(default_factory=LogLines)
    custom_data: Any = None
    has_custom_data: bool = False
    batch_size: int = 1000
    reply: Any = field(default_factory=NobodyWaits)

    def context(self, inputs: Mapping[str, Sequence[Item]]) -> Context:
        execution = ExecutionInfo(
            id="execution-1",
            workflow_id="workflow-1",
            workflow_name="Test",
            trigger="start",
            source="cli",
            user="ada",
            started_at=datetime(2024, 5, 1, 12, tzinfo=UTC),
            custom_data=self.custom_data,
            has_custom_data=self.has_custom_data,
        )
        ports = SimpleNamespace(files=self.files, reply=self.reply)
        return Context(
            execution=execution,
            node_id="node",
            attempt=1,
            iteration=(),
            inputs=inputs,
            budget=self.budget,
            reach=SimpleNamespace(make_log=lambda: self.log, make_ports=lambda: cast("Any", ports)),
        )

    async def outcome(
        self, node: type[Node], params: Mapping[str, Any], inputs: Mapping[str, Sequence[Item]]
    ) -> dict[str, list[Item]] | Wait:
        """Run the node; its items by output, or the wait that it asks for."""
        ctx = self.context(inputs)
        instance: Any = node()
        values = node.Params.model_validate(dict(params))
        items = inputs.get("main", ())
        outputs: dict[str, list[Item]] = {name: [] for name in node.outputs_for(params)}
        if hasattr(instance, "run_item"):
            results = [await instance.run_item(ctx, values, item) for item in items]
        elif hasattr(instance, "run"):
            results = [await instance.run(ctx, values, items)]
        else:
            results = [r async for r in instance.run_batches(ctx, values, self._batches(items))]
        for result in results:
            if isinstance(result, Wait):
                return result
            parts = result.items if isinstance(result, Outputs) else {"main": result}
            for name, part in parts.items():
                outputs[name].extend([part] if isinstance(part, Item) else part)
        return outputs

    async def _batches(self, items: Sequence[Item]) -> AsyncIterator[Sequence[Item]]:
        for start in range(0, len(items), self.batch_size):
            yield items[start : start + self.batch_size]

    async def items(
        self, node: type[Node], params: Mapping[str, Any], items: Sequence[Item]
    ) -> dict[str, list[Item]]:
        """Run a node with one input; the items by output."""
        result = await self.outcome(node, params, {"main": items})
        assert not isinstance(result, Wait)
        return result

    async def json(
        self, node: type[Node], params: Mapping[str, Any], *inputs: Sequence[dict[str, Any]]
    ) -> dict[str, list[dict[str, Any]]]:
        """Run a node with JSON objects for each of its inputs; JSON objects by output."""
        names = node.inputs_for(params)
        given = {
            name: [Item(json) for json in items] for name, items in zip(names, inputs, strict=False)
        }
        result = await self.outcome(node, params, given)
        assert not isinstance(result, Wait)
        return {name: [item.json for item in items] for name, items in result.items()}

    async def main(
        self, node: type[Node], params: Mapping[str, Any], *inputs: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """As :meth:`json`, only the output ``main``."""
        return (await self.json(node, params, *inputs))["main"]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(scope="session")
def new_bench() -> Callable[..., Bench]:
    """Makes more than one, or one with other settings."""
    return Bench


Run = Callable[..., Awaitable[Any]]
