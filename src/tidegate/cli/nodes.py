"""``tidegate nodes``: which node types there are, and how each is used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from tidegate.cli.output import (
    CliState,
    json_option,
    pass_state,
    print_columns,
    print_json,
    problem_text,
)
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.registry import Registry


@click.command()
@click.argument("name", required=False)
@json_option
@pass_state
def command(state: CliState, name: str | None, *, as_json: bool) -> None:
    """List the node types, or explain one.

    NAME is a node type such as http.request.
    """
    from tidegate.registry import described_registry

    with described_registry(state.settings({}).isolation.trusted_packages) as registry:
        _show(registry, name, as_json=as_json)


def _show(registry: "Registry", name: str | None, *, as_json: bool) -> None:
    from tidegate.registry import describe

    if name is not None:
        description = describe(registry.latest(name))
        if as_json:
            print_json(description)
        else:
            _print_node(dict(description))
    elif as_json:
        print_json([_summary(registry, known) for known in registry.names])
    else:
        _print_list(registry)


def _summary(registry: "Registry", name: str) -> dict[str, Any]:
    node = registry.latest(name)
    return {
        "name": name,
        "label": node.label,
        "version": node.version,
        "category": node.category,
        "summary": (node.__doc__ or "").strip().partition("\n")[0],
        "package": registry.package(name, node.version),
    }


def _print_list(registry: "Registry") -> None:
    by_category: dict[str, list[dict[str, Any]]] = {}
    for name in registry.names:
        summary = _summary(registry, name)
        by_category.setdefault(summary["category"], []).append(summary)
    for category in sorted(by_category):
        click.echo(f"{safe(category)}:")
        print_columns(
            ([summary["name"], summary["summary"]] for summary in by_category[category]),
            indent="  ",
        )
    for problem in registry.problems:
        click.echo(problem_text(problem, "warning: "), err=True)


def _print_node(node: dict[str, Any]) -> None:
    click.echo(safe(f"{node['name']}, version {node['version']}: {node['label']}"))
    click.echo(f"\n{safe(node['description'])}\n")
    effects = {
        "none": "computes only; safe to repeat",
        "read": "reads from outside; safe to repeat",
        "write": "changes the outside",
    }
    rows = [["inputs", ", ".join(node["inputs"]) or "none (it starts executions)"]]
    rows += [["outputs", ", ".join(node["outputs"])], ["effects", effects[node["effects"]]]]
    print_columns(rows)
    if node["params"].get("properties"):
        click.echo("\nparams:")
        print_columns(_parameter_rows(node["params"], node["params"].get("$defs", {})), indent="  ")
    for example in node["examples"]:
        _print_example(node["name"], example)


def _parameter_rows(
    schema: dict[str, Any], definitions: dict[str, Any], prefix: str = ""
) -> Iterator[list[str]]:
    """A row for each parameter; the fields of an object follow its own row."""
    from tidegate import codec

    for name, given in schema["properties"].items():
        part = _resolved(given, definitions)
        is_list = part.get("type") == "array"
        inner = _resolved(part.get("items", {}), definitions) if is_list else part
        is_object = "properties" in inner
        value = "required" if name in schema.get("required", []) else ""
        if not value and "default" in given and not is_object:
            value = f"default {codec.encode(given['default']).decode()}"
        text = given.get("description") or given.get("title", "")
        kind = _type_name(given, definitions)
        yield [prefix + name, kind, value, " ".join(text.split())]
        if is_object:
            yield from _parameter_rows(inner, definitions, f"{prefix}{name}{'[]' * is_list}.")


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (
        definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    )
    return found


def _type_name(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    schema = _resolved(schema, definitions)
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if alternatives:
        names = [_type_name(part, definitions) for part in alternatives]
        return " | ".join(dict.fromkeys(names))
    if schema.get("type") == "array":
        return f"list of {_type_name(schema.get('items', {}), definitions)}"
    names_by_type = {"string": "text", "integer": "whole number", "object": "mapping"}
    name = str(schema.get("type", "any"))
    return names_by_type.get(name, name)


def _print_example(name: str, example: dict[str, Any]) -> None:
    """Print an example as it stands in a workflow file."""
    from tidegate import codec
    from tidegate.model.document_write import yaml_text

    click.echo(f"\nexample{': ' + safe(example['title']) if 'title' in example else ''}")
    text = yaml_text({"type": name, "params": example["params"]})
    click.echo("".join(f"  {safe(line)}\n" for line in text.splitlines()), nl=False)
    for what in ("items", "output"):
        for item in example.get(what, ()):
            click.echo(safe(f"  {what.removesuffix('s')}: {codec.encode(item).decode()}"))
    for what in ("inputs", "outputs"):
        for port, items in example.get(what, {}).items():
            for item in items:
                line = f"  {what.removesuffix('s')} {port}: {codec.encode(item).decode()}"
                click.echo(safe(line))
