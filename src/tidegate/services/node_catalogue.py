"""Node types for those who draw workflows: their parameters, docs, previews and checks."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidegate.app import App
from tidegate.errors import NotFound, Problem, WorkflowInvalid
from tidegate.model.item import JsonObject
from tidegate.registry import describe
from tidegate.sdk.description import NodeDescription
from tidegate.sdk.node import Node
from tidegate.services.check_params import check_params
from tidegate.services.curl.node import CurlNode, node_from_curl
from tidegate.services.identity.permissions import Action, Caller
from tidegate.services.node_icons import icon_of


def summaries(app: App, caller: Caller, *, whole: bool = False) -> list[JsonObject]:
    """Every node type; with its schema, docs and examples where it is wanted ``whole``."""
    caller.require(Action.WORKFLOWS_READ)
    return [
        {**_summary(app, name), **_details(app.registry.latest(name))}
        if whole
        else _summary(app, name)
        for name in app.registry.names
    ]


def _summary(app: App, name: str) -> JsonObject:
    node = app.registry.latest(name)
    return {
        "name": name,
        "label": node.label,
        "version": node.version,
        "category": node.category,
        "icon": icon_of(name, node.category),
        "summary": (node.__doc__ or "").strip().partition("\n")[0],
        "package": app.registry.package(name, node.version),
        "is_trigger": node.is_trigger,
        "inputs": list(node.inputs),
        "outputs": list(node.outputs),
        "fixed_ports": _same(node.inputs_for, Node.inputs_for)
        and _same(node.outputs_for, Node.outputs_for),
        "is_loop": node.is_loop,
    }


def _same(method: Any, default: Any) -> bool:
    """Whether a class method is the one that every node type starts with."""
    return bool(method.__func__ is default.__func__)


class NodeTypeDetails(NodeDescription):
    """A node type with all that is known of it, and its picture."""

    icon: str


def details(app: App, caller: Caller, name: str) -> NodeTypeDetails:
    """A node type with the JSON Schema of its parameters, its docs and examples.

    Raises:
        NotFound: there is none with this name.
    """
    caller.require(Action.WORKFLOWS_READ)
    return _details(_node(app, name))


def _details(node: type[Node]) -> NodeTypeDetails:
    return {**describe(node), "icon": icon_of(node.name, node.category)}


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with the parameters of a node, and the inputs and outputs that they give it."""

    problems: Sequence[Problem]
    inputs: Sequence[str]
    outputs: Sequence[str]


def check(app: App, caller: Caller, name: str, params: Mapping[str, Any]) -> Checked:
    """Look at the parameters of a node.

    Raises:
        NotFound: there is no such node type.
    """
    caller.require(Action.WORKFLOWS_READ)
    node = _node(app, name)
    problems = check_params(node.Params, params).problems
    return Checked(problems, node.inputs_for(params), node.outputs_for(params))


async def from_curl(caller: Caller, text: str) -> CurlNode:
    """A cURL command as a node; it is read, never run, and its secrets are left out.

    Raises:
        Forbidden: the caller edits nothing.
        InvalidInput: this is no cURL command.
    """
    caller.require(Action.WORKFLOWS_WRITE)
    return await asyncio.to_thread(node_from_curl, text)


def _node(app: App, name: str) -> type[Node]:
    try:
        return app.registry.latest(name)
    except (WorkflowInvalid, NotFound) as error:
        raise NotFound(error.message) from None
