"""A node type of another package, in its process: described, checked, and called."""

import asyncio
import sys
import traceback
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pkgutil import resolve_name
from typing import Any

from pydantic import ValidationError

from tidegate import codec
from tidegate.errors import NodeError, NodeFailed, UserError
from tidegate.isolation.channel import Channel
from tidegate.isolation.entries.link import Link, RemoteLazy
from tidegate.isolation.entries.remote import RemoteContext
from tidegate.isolation.wire import (
    Place,
    error_to_wire,
    item_from_wire,
    item_to_wire,
)
from tidegate.model.field_problems import params_problems
from tidegate.model.item import Item, JsonObject
from tidegate.sdk.budget import Budget
from tidegate.sdk.context import Context, ExecutionInfo
from tidegate.sdk.node import Node
from tidegate.sdk.outcome import MAIN, Outputs, Wait
from tidegate.sdk.params import NodeParams, field_hints, is_lazy_field, lazy_row_model

_PLACED = ("inputs_for", "outputs_for", "effects_for", "concurrency_for")


def describe(request: bytes, channel: Channel) -> bytes:
    """Everything that the parent needs to know of a node type."""
    del channel
    node = _load(codec.decode(request))
    shape = "item" if hasattr(node, "run_item") else "all"
    shape = "batches" if hasattr(node, "run_batches") else shape
    return codec.encode(
        {
            "name": node.name,
            "version": node.version,
            "label": node.label,
            "category": node.category,
            "doc": node.__doc__ or "",
            "effects": node.effects,
            "in_flight": node.in_flight,
            "inputs": list(node.inputs),
            "outputs": list(node.outputs),
            "is_trigger": node.is_trigger,
            "is_loop": node.is_loop,
            "is_long": node.is_long,
            "polls": node.polls,
            "retry_defaults": dict(node.retry_defaults),
            "shape": shape,
            "placed": any(name in vars(kind) for name in _PLACED for kind in _own(node)),
            "params": _describe_params(node.Params),
            "schema_": node.Params.model_json_schema(),
            "examples": [_example(example) for example in node.examples],
        }
    )


def _own(node: type[Node]) -> Sequence[type]:
    return node.__mro__[: node.__mro__.index(Node)]


def _describe_params(model: type[NodeParams]) -> JsonObject:
    described: JsonObject = {}
    for name, info in model.model_fields.items():
        rows = lazy_row_model(model, name)
        described[info.alias or name] = {
            "lazy": is_lazy_field(model, name),
            "required": info.is_required(),
            "hints": dict(field_hints(model, name)),
            "rows": None if rows is None else _describe_params(rows),
        }
    return described


def _example(example: Any) -> JsonObject:
    return {
        "params": dict(example.params),
        "items": list(example.items),
        "output": None if example.output is None else list(example.output),
        "title": example.title,
        "inputs": {name: list(items) for name, items in example.inputs.items()},
        "outputs": None if example.outputs is None else dict(example.outputs),
        "runnable": example.runnable,
    }


def place(request: bytes, channel: Channel) -> bytes:
    """What a placed node has, given its raw parameters."""
    del channel
    asked = codec.decode(request)
    node, params = _load(asked), asked["params"]
    return codec.encode(
        {
            "inputs": list(node.inputs_for(params)),
            "outputs": list(node.outputs_for(params)),
            "effects": node.effects_for(params),
            "concurrency": node.concurrency_for(params),
        }
    )


def validate(request: bytes, channel: Channel) -> bytes:
    """Pydantic's reports of what is wrong with parameters."""
    asked = codec.decode(request)
    model = _load(asked).Params
    values = _with_lazy(asked["params"], asked["lazy"], RemoteLazy.unbound)
    del channel
    try:
        model.model_validate(values)
    except ValidationError as error:
        return codec.encode(
            [
                {
                    "type": entry["type"],
                    "loc": list(entry["loc"]),
                    "msg": entry["msg"],
                    "ctx": {name: _plain(value) for name, value in entry.get("ctx", {}).items()},
                }
                for entry in error.errors(include_url=False, include_input=False)
            ]
        )
    return b"[]"


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def call(request: bytes, channel: Channel) -> bytes:
    """Run the node once; what it gave, or how it failed."""
    asked = codec.decode(request)
    try:
        node = _load(asked)()
        with asyncio.Runner() as runner:
            return codec.encode(runner.run(_call(node, asked, channel)))
    except UserError as error:
        return codec.encode({"raised": error_to_wire(NodeFailed(error.message, **error.details))})
    except NodeError as error:
        return codec.encode({"raised": error_to_wire(error)})
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a mistake of the node type
        broke = {"kind": type(error).__name__, "trace": traceback.format_exc()[-20_000:]}
        return codec.encode({"broke": broke})


async def _call(node: Node, asked: Mapping[str, Any], channel: Channel) -> JsonObject:
    link = Link(channel, asyncio.get_running_loop())
    inputs = {
        name: [item_from_wire(item) for item in items] for name, items in asked["inputs"].items()
    }
    start = 0
    for items in inputs.values():
        link.know(items, start)
        start += len(items)
    lazies = [tuple(place) for place in asked["lazy"]]
    values = _with_lazy(asked["params"], lazies, link.lazy)
    try:
        params = node.Params.model_validate(values)
    except ValidationError as error:
        problems = params_problems(error, asked["params"], node.Params)
        text = "; ".join(f"{p.parameter}: {p.message}" for p in problems)
        raise NodeFailed(
            f"a parameter has a wrong value: {text}",
            problems=[problem.as_json() for problem in problems],
        ) from None
    ctx = _context(asked, link, inputs)
    run: Any = node
    if asked["shape"] == "item":
        return _made(await run.run_item(ctx, params, inputs[MAIN][0]), link)
    if asked["shape"] == "all":
        return _made(await run.run(ctx, params, inputs.get(MAIN, [])), link)
    async for made in run.run_batches(ctx, params, _batches(link)):
        await link.ask({"m": "made", **_made(made, link)})
    return {"items": []}


async def _batches(link: Link) -> AsyncIterator[Sequence[Item]]:
    while True:
        answer, _ = await link.ask({"m": "batch"})
        if answer["items"] is None:
            return
        items = [item_from_wire(item) for item in answer["items"]]
        link.know(items, answer["start"])
        yield items


def _context(asked: Mapping[str, Any], link: Link, inputs: Mapping[str, Sequence[Item]]) -> Context:
    given = asked["context"]
    execution = given["execution"]
    return RemoteContext(
        link,
        given["resume"],
        execution=ExecutionInfo(
            **{**execution, "started_at": datetime.fromisoformat(execution["started_at"])}
        ),
        node_id=given["node_id"],
        attempt=given["attempt"],
        iteration=tuple(given["iteration"]),
        inputs=inputs if len(inputs) > 1 or asked["shape"] == "all" else {},
        budget=Budget(memory=given["memory"], seconds=given["seconds"]),
    )


def _made(made: Any, link: Link) -> JsonObject:
    """What the node gave, as JSON; the parent checks it again."""
    if made is None:
        return {"items": []}
    if isinstance(made, Item):
        made = [made]
    if isinstance(made, Wait):
        if isinstance(made.items, Outputs):
            raise NodeFailed("a node of another package waits for a time, with items of one output")
        return {"wait": made.until.isoformat(), "items": _items(made.items, link)}
    if isinstance(made, Outputs):
        return {"outputs": {name: _items(items, link) for name, items in made.items.items()}}
    return {"items": _items(made, link)}


def _items(items: Any, link: Link) -> list[Any]:
    if isinstance(items, str) or not isinstance(items, Sequence):
        raise NodeFailed(f"the node gave back {type(items).__name__}, not items")
    return [_item(item, link) for item in items]


def _item(item: Any, link: Link) -> Any:
    """The number of an item that the parent knows, or a new item and what it came from."""
    if not isinstance(item, Item):
        raise NodeFailed(f"the node gave back {type(item).__name__}, not an Item")
    number = link.number_of(item)
    if number is not None:
        return number
    if not isinstance(item.json, dict):
        raise NodeFailed(f"an item holds a JSON object (dict), not {type(item.json).__name__}")
    codec.check(item.json, what="item")
    made = item_to_wire(item)
    if item.parents is not None:
        numbers = [link.number_of(parent) for parent in item.parents]
        made["from"] = [number for number in numbers if number is not None]
    return made


def _with_lazy(values: JsonObject, places: Sequence[Sequence[Any]], make: Any) -> JsonObject:
    """The values with something to call at each lazy place."""
    for where in places:
        place: Place = tuple(where)
        container: Any = values
        for part in place[:-1]:
            container = container[part]
        container[place[-1]] = make(place)
    return values


def _load(asked: Mapping[str, Any]) -> type[Node]:
    """The class ``module:Class``.

    Raises:
        TypeError: it is no node type.
    """
    top = asked["target"].partition(":")[0].partition(".")[0]
    if asked["package"] is not None and top not in sys.modules:
        _load_package(top, asked["package"])
    found = resolve_name(asked["target"])
    if not (isinstance(found, type) and issubclass(found, Node)):
        raise TypeError(f"{asked['target']} is no subclass of tidegate.sdk.Node")
    return found


def _load_package(name: str, place: Mapping[str, Any]) -> None:
    """Load a package from a folder beside which nothing may be read."""
    spec = spec_from_file_location(
        name, place["file"], submodule_search_locations=place["folders"] or None
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{name} is no Python module")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
