"""docs/reference/nodes/: one page for each group of node types, from the classes themselves."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from documentation.params_table import ParamsTable
from tidegate import codec
from tidegate.model.document_write import yaml_text
from tidegate.registry import OWN_PACKAGE, load_registry
from tidegate.sdk import Example, Node

INDEX_HEAD = """\
# Node types

Written from the classes by `make docs`; a test compares them. `tidegate nodes TYPE` prints the
same for the installed version, and for node types of other packages.

Every node also has the [settings](../workflow-file.md#settings-of-a-node) that all nodes share:
`on_error`, `retry`, `timeout`, `memory_limit` and others.
"""

GROUP_HEAD = """\
# Nodes: {group}

Written from the classes by `make docs`; a test compares them. Back to [all node types](index.md).

A parameter may hold [expressions](../expressions.md) unless its row says *no expressions*. The
node itself evaluates the *lazy* ones, for one item after another.
"""

EFFECTS = {
    "none": "none: it only computes",
    "read": "read: it asks the outside, and may be repeated",
    "write": "write: it may change the outside; the journal commits before it starts",
}
RUNS = {
    "run_item": "for each item; parameters are evaluated for each item",
    "run_batches": "over batches of items, streaming; parameters are evaluated once",
    "run": "once with all items; parameters are evaluated once",
}


def nodes_pages() -> dict[str, str]:
    """File name -> the whole page, in Markdown."""
    registry = load_registry()
    groups: dict[str, list[type[Node]]] = {}
    for name in registry.names:
        for version in registry.versions(name):
            if registry.package(name, version) == OWN_PACKAGE:
                node = registry.node_class(name, version)
                groups.setdefault(name.partition(".")[0], []).append(node)
    pages = {f"{group}.md": _group_page(group, nodes) for group, nodes in groups.items()}
    return {"index.md": _index_page(groups), **pages}


def _index_page(groups: Mapping[str, Iterable[type[Node]]]) -> str:
    lines = [INDEX_HEAD]
    for group, nodes in groups.items():
        lines += [f"## [{group}]({group}.md)", "", "| type | does |", "|---|---|"]
        for node in nodes:
            does = inspect.cleandoc(node.__doc__ or "").splitlines()[0]
            anchor = _title(node).replace(".", "").replace(",", "").replace(" ", "-")
            lines.append(f"| [`{node.name}`]({group}.md#{anchor}) | {does} |")
        lines.append("")
    return "\n".join(lines)


def _group_page(group: str, nodes: Iterable[type[Node]]) -> str:
    return "\n".join([GROUP_HEAD.format(group=group), *(line for n in nodes for line in _node(n))])


def _title(node: type[Node]) -> str:
    return node.name if node.version == 1 else f"{node.name}, version {node.version}"


def _node(node: type[Node]) -> Iterator[str]:
    yield f"## {_title(node)}\n"
    text = inspect.cleandoc(node.__doc__ or "").replace("``", "`")
    yield f"**{node.label}.** {text}\n"
    yield "| | |\n|---|---|"
    yield f"| inputs | {_ports(node, node.inputs, 'inputs_for')} |"
    yield f"| outputs | {_ports(node, node.outputs, 'outputs_for')} |"
    by_params = "; its parameters decide" if "effects_for" in vars(node) else ""
    yield f"| effects | {EFFECTS[node.effects]}{by_params} |"
    yield f"| runs | {_runs(node)} |"
    if node.retry_defaults:
        retry = ", ".join(f"`{name}: {value}`" for name, value in node.retry_defaults.items())
        yield f"| retry | {retry} |"
    yield ""
    yield from ParamsTable(node).lines()
    for example in node.examples:
        yield from _example(node, example)


def _runs(node: type[Node]) -> str:
    if node.is_trigger:
        return "once, when an execution starts at it"
    if node.is_loop:
        return "its body, once for each batch"
    return next(text for method, text in RUNS.items() if hasattr(node, method))


def _ports(node: type[Node], names: Iterable[str], by_params: str) -> str:
    text = ", ".join(f"`{name}`" for name in names) or "none"
    return f"{text}; its parameters decide" if by_params in vars(node) else text


def _example(node: type[Node], example: Example) -> Iterator[str]:
    yield f"### {example.title or 'Example'}\n"
    yield f"```yaml\n{yaml_text({'type': node.name, 'params': dict(example.params)})}```\n"
    given = {name: items for name, items in example.inputs.items() if items}
    if node.inputs and list(example.items) != [{}]:
        given = {"main": example.items, **given}
    gives = example.outputs
    if gives is None:
        gives = {} if example.output is None else {"main": example.output}
    blocks = [*_blocks("in", given), *_blocks("out", gives)]
    if blocks:
        yield "```text"
        yield from blocks
        yield "```\n"


def _blocks(word: str, ports: Mapping[str, Iterable[Any]]) -> Iterator[str]:
    for name, items in ports.items():
        label = word if name == "main" else f"{word} {name}"
        for item in items:
            yield f"{label}: {codec.encode(item).decode()}"
