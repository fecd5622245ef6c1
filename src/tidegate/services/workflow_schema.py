"""The JSON Schema of workflow documents, with the parameters of every installed node type."""

from typing import Any, Final

from tidegate.errors import WorkflowInvalid
from tidegate.model.document_schema import DocumentSection
from tidegate.model.item import JsonObject
from tidegate.registry import Registry, params_schema

_EXPRESSION: Final = {"$ref": "#/$defs/expression"}
_HEADINGS: Final = ("title", "description", "default", "x-ui")
_CONSTRAINTS: Final = frozenset({"enum", "const", "pattern", "format", "minLength", "maxLength"})


def workflow_schema(registry: Registry) -> JsonObject:
    """One JSON Schema (draft 2020-12) for a workflow document in YAML or JSON.

    A text that holds ``{{`` is allowed wherever a parameter takes expressions. What a schema can't
    say (edges between existing nodes, expressions' syntax) is ``tidegate check``'s.
    """
    schema = DocumentSection.model_json_schema()
    definitions: JsonObject = schema.pop("$defs")
    for section in (schema, *definitions.values()):
        _allow_empty(section)
    definitions["expression"] = {
        "type": "string",
        "pattern": r"\{\{",
        "description": "a text with an expression in it: {{ json.name }}",
    }
    conditions = []
    for name, version in sorted(registry):
        key = f"{name}.v{version}"
        try:
            params = params_schema(registry[name, version], f"#/$defs/{key}.{{model}}")
        except WorkflowInvalid:
            continue  # the package is broken; `tidegate check` says so where it is used
        inner = params.pop("$defs", {})
        definitions.update({f"{key}.{model}": _inside(part) for model, part in inner.items()})
        definitions[key] = _inside(params)
        conditions.append(_condition(name, version, key, required="required" in params))
    node = definitions["NodeSection"]
    node["properties"]["type"]["enum"] = list(registry.names)
    node["allOf"] = conditions
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Tidegate workflow",
        "$defs": dict(sorted(definitions.items())),
    }


def _allow_empty(section: JsonObject) -> None:
    """Let a key that may be left out stand without a value, as the reader does."""
    for name, part in section["properties"].items():
        if name not in section.get("required", ()):
            headings = {key: part.pop(key) for key in _HEADINGS if key in part}
            section["properties"][name] = {**headings, "anyOf": [part, {"type": "null"}]}


def _condition(name: str, version: int, key: str, *, required: bool) -> JsonObject:
    """``params`` of a node of this type and version; a node without a version is version 1."""
    condition: JsonObject = {
        "properties": {"type": {"const": name}, "version": {"const": version}},
        "required": ["type"] if version == 1 else ["type", "version"],
    }
    params: JsonObject = {"$ref": f"#/$defs/{key}"}
    if required:
        then = {"properties": {"params": params}, "required": ["params"]}
    else:
        then = {"properties": {"params": {"anyOf": [params, {"type": "null"}]}}}
    return {"if": condition, "then": then}


def _inside(schema: Any) -> Any:
    """A schema whose parts, but not the whole, may be expressions."""
    if not isinstance(schema, dict):
        return schema
    changed = dict(schema)
    if "properties" in changed:
        changed["properties"] = {
            name: _or_expression(part) for name, part in changed["properties"].items()
        }
    for key in ("items", "additionalProperties"):
        if isinstance(changed.get(key), dict):
            changed[key] = _or_expression(changed[key])
    if "prefixItems" in changed:
        changed["prefixItems"] = [_or_expression(part) for part in changed["prefixItems"]]
    # Not oneOf: with expressions allowed, several alternatives may fit.
    alternatives = changed.pop("oneOf", None) or changed.get("anyOf")
    if alternatives:
        changed["anyOf"] = [_inside(part) for part in alternatives]
        changed.pop("discriminator", None)
    return changed


def _or_expression(schema: Any) -> Any:
    """A schema that a text with an expression satisfies too, unless the field takes none."""
    if not isinstance(schema, dict) or schema.get("x-ui", {}).get("expressions") is False:
        return schema
    inner = _inside(schema)
    takes_any = not any(key in inner for key in ("type", "anyOf", "allOf", "$ref", "enum", "const"))
    takes_text = inner.get("type") == "string" and not _CONSTRAINTS & inner.keys()
    if takes_any or takes_text:
        return inner
    headings = {key: inner.pop(key) for key in _HEADINGS if key in inner}
    return {**headings, "anyOf": [inner, _EXPRESSION]}
