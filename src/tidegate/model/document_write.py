"""Writing a workflow document: always the same text for the same workflow, made for git.

Keys have a fixed order, what is at its default is left out, edges are short lines, and text of
several lines stands as it is. Parameters keep their own order, because it can have a meaning.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, Literal

import yaml

from tidegate import codec
from tidegate.model.document_tree import MAX_DEPTH
from tidegate.model.document_yaml import FORBIDDEN, NotANumber, resolve_plain
from tidegate.model.item import JsonObject
from tidegate.model.workflow import (
    FORMAT_VERSION,
    CanvasGroup,
    CanvasNote,
    ConcurrencySettings,
    FallbackStrategy,
    NodeSettings,
    PlacedNode,
    RetryPolicy,
    Workflow,
    WorkflowSettings,
)

DocumentFormat = Literal["yaml", "json"]

DRAWN: Final = ("layout", "notes", "groups")
"""How a workflow is drawn; it changes nothing that nodes do."""

_TEXT_TAG: Final = "tag:yaml.org,2002:str"


def document_value(workflow: Workflow) -> JsonObject:
    """The document as one JSON object, keys in their order, without what is at its default.

    Raises:
        InvalidInput: the workflow holds a value that a document can't hold (NaN, for example).
    """
    value: JsonObject = {"tidegate": FORMAT_VERSION, "name": workflow.name}
    if workflow.description:
        value["description"] = workflow.description
    if workflow.variables:
        value["variables"] = dict(workflow.variables)
    if settings := _workflow_settings(workflow.settings):
        value["settings"] = settings
    value["nodes"] = {node.id: node_value(node) for node in workflow.nodes}
    if workflow.edges:
        value["edges"] = [str(edge) for edge in workflow.edges]
    if workflow.layout:
        value["layout"] = {node: [_short(x), _short(y)] for node, (x, y) in workflow.layout.items()}
    if workflow.notes:
        value["notes"] = {note_id: _note(note) for note_id, note in workflow.notes.items()}
    if workflow.groups:
        value["groups"] = {group_id: _group(group) for group_id, group in workflow.groups.items()}
    codec.check(value, what="the workflow", max_depth=MAX_DEPTH)
    return value


def dump_document(workflow: Workflow, format: DocumentFormat) -> str:
    """The document as text; reading it again gives an equal workflow.

    Raises:
        InvalidInput: the workflow holds a value that a document can't hold.
    """
    value = document_value(workflow)
    if format == "json":
        return codec.encode_pretty(value) + "\n"
    if "layout" in value:
        value["layout"] = {node: _Pair(place) for node, place in value["layout"].items()}
    return yaml_text(value)


def yaml_text(value: JsonObject) -> str:
    """A JSON object as YAML for people, as :func:`dump_document` writes it."""
    return yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=float("inf"),
    )


def document_hash(workflow: Workflow) -> str:
    """SHA-256 (hex) of what the workflow does: the canonical JSON without how it is drawn."""
    value = document_value(workflow)
    for key in DRAWN:
        value.pop(key, None)
    return hashlib.sha256(codec.encode(value)).hexdigest()


def _note(note: CanvasNote) -> JsonObject:
    value: JsonObject = {"text": note.text} if note.text else {}
    value |= {name: _short(getattr(note, name)) for name in ("x", "y", "width", "height")}
    return value


def _group(group: CanvasGroup) -> JsonObject:
    value: JsonObject = {"label": group.label} if group.label else {}
    value["nodes"] = list(group.nodes)
    if group.collapsed:
        value["collapsed"] = True
    return value


def _workflow_settings(settings: WorkflowSettings) -> JsonObject:
    value: JsonObject = {}
    if settings.timeout is not None:
        value["timeout"] = _short(settings.timeout)
    if settings.on_crash != WorkflowSettings().on_crash:
        value["on_crash"] = settings.on_crash
    if fallback := _fallback(settings.fallback):
        value["fallback"] = fallback
    if settings.priority:
        value["priority"] = settings.priority
    if settings.concurrency is not None:
        value["concurrency"] = _concurrency(settings.concurrency)
    if settings.error_workflow is not None:
        value["error_workflow"] = settings.error_workflow
    if settings.minutes_saved is not None:
        value["minutes_saved"] = _short(settings.minutes_saved)
    return value


def _concurrency(concurrency: ConcurrencySettings) -> JsonObject:
    plain = ConcurrencySettings(concurrency.limit)
    written = {field.name: getattr(concurrency, field.name) for field in fields(concurrency)}
    return {
        name: value
        for name, value in written.items()
        if name == "limit" or value != getattr(plain, name)
    }


def _fallback(fallback: FallbackStrategy) -> JsonObject:
    flags = {field.name: getattr(fallback, field.name) for field in fields(fallback)}
    return {name: flag for name, flag in flags.items() if flag}


def node_value(node: PlacedNode) -> JsonObject:
    """A node as it stands in a document, without what is at its default."""
    value: JsonObject = {"type": node.type}
    if node.version != 1:
        value["version"] = node.version
    if node.label:
        value["label"] = node.label
    if node.credential is not None:
        value["credential"] = node.credential
    if node.params:
        value["params"] = node.params
    if settings := _node_settings(node.settings):
        value["settings"] = settings
    return value


def _node_settings(settings: NodeSettings) -> JsonObject:
    value: JsonObject = {}
    default = NodeSettings()
    for field in fields(settings):
        current = getattr(settings, field.name)
        if current == getattr(default, field.name):
            continue
        if field.name == "fallback":
            current = _fallback(current)
        elif field.name == "retry":
            current = _retry(current)
        elif field.name == "default_output":
            current = list(current)
        elif field.name == "timeout":
            current = _short(current)
        value[field.name] = current
    return value


def _retry(retry: Mapping[str, Any]) -> JsonObject:
    names = [field.name for field in fields(RetryPolicy) if field.name in retry]
    return {name: list(v) if type(v := retry[name]) is tuple else v for name in names}


def _short(number: float) -> float:
    """``10`` instead of ``10.0``."""
    return int(number) if number == int(number) else number


class _Pair(list[float]):
    """A place on the canvas, which is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Block style, list entries indented, no aliases.

    Not the C emitter: that one escapes every character beyond U+FFFF.
    """

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - PyYAML's signature
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Text as a block where it has lines; quoted where YAML 1.1 or 1.2 would take it for more."""
    style: str | None = None
    if FORBIDDEN.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    else:
        try:
            style = None if resolve_plain(text) == text else "'"
        except NotANumber:
            style = "'"
    return dumper.represent_scalar(_TEXT_TAG, text, style=style)


def _represent_pair(dumper: yaml.SafeDumper, pair: _Pair) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", pair, flow_style=True)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(_Pair, _represent_pair)
