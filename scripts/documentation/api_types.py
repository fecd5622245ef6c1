"""TypeScript types of the HTTP API, for the browser editor: the shape that openapi-fetch reads."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tidegate.api.app import openapi_document

HEAD: Final = """\
// Written by `make docs` from the OpenAPI document. Do not change it by hand.

type Problem = {
  headers: { [name: string]: unknown };
  content: { "application/problem+json": components["schemas"]["ProblemDetails"] };
};
"""
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PLACES: Final = ("query", "header", "path", "cookie")
_SIMPLE: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]*")


def api_types() -> str:
    """The file ``web/src/api/schema.d.ts``."""
    document = openapi_document()
    schemas = document["components"]["schemas"]
    sent = _reachable(schemas, [*_bodies(document), schemas["FollowerRequest"]])
    sent.add("FollowerRequest")
    parts = [HEAD, "export interface components {", "  schemas: {"]
    for name, schema in sorted(schemas.items()):
        text = _type(schema, 2, complete=name not in sent)
        parts.append(f"{_doc(schema, 2)}    {_key(name)}: {text};")
    parts += ["  };", "}", "", "export interface paths {"]
    for path, operations in document["paths"].items():
        parts.append(f"  {json.dumps(path)}: {{")
        parts.append("    parameters: { query?: never; header?: never; path?: never };")
        for method in _METHODS:
            operation = operations.get(method)
            parts.append(
                f"    {method}?: never;"
                if operation is None
                else f"{_doc(operation, 2)}    {method}: {_operation(operation)};"
            )
        parts.append("  };")
    return "\n".join([*parts, "}", ""])


def _operation(operation: Mapping[str, Any]) -> str:
    lines = ["{", "      parameters: {"]
    for place in _PLACES:
        found = [each for each in operation.get("parameters", ()) if each["in"] == place]
        if not found:
            lines.append(f"        {place}?: never;")
            continue
        mark = "" if any(each.get("required") for each in found) else "?"
        lines.append(f"        {place}{mark}: {{")
        for each in found:
            optional = "" if each.get("required") else "?"
            kind = _type(each["schema"], 5, complete=False)
            lines.append(f"{_doc(each, 5)}          {_key(each['name'])}{optional}: {kind};")
        lines.append("        };")
    lines.append("      };")
    body = operation.get("requestBody")
    if body is None:
        lines.append("      requestBody?: never;")
    else:
        mark = "" if body.get("required") else "?"
        lines.append(f"      requestBody{mark}: {{ content: {_content(body, complete=False)} }};")
    lines.append("      responses: {")
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            continue
        content = _content(response, complete=True)
        mark = "?" if content == "never" else ""
        headers = "headers: { [name: string]: unknown }"
        lines.append(f"        {status}: {{ {headers}; content{mark}: {content} }};")
    return "\n".join([*lines, "        default: Problem;", "      };", "    }"])


def _content(holder: Mapping[str, Any], *, complete: bool) -> str:
    kinds = [
        f"{json.dumps(media)}: {_type(each.get('schema', {}), 4, complete=complete)}"
        for media, each in holder.get("content", {}).items()
    ]
    return "{ " + "; ".join(kinds) + " }" if kinds else "never"


def _type(schema: Mapping[str, Any], depth: int, *, complete: bool) -> str:
    """A schema as a type; ``complete``: what has a default is there, as in answers."""
    if "$ref" in schema:
        return f"components['schemas'][{json.dumps(schema['$ref'].rpartition('/')[2])}]".replace(
            "'", '"'
        )
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for word in ("anyOf", "oneOf"):
        if word in schema:
            members = (_type(each, depth, complete=complete) for each in schema[word])
            return " | ".join(dict.fromkeys(members))
    kind = schema.get("type")
    if "prefixItems" in schema:
        members = (_type(each, depth, complete=complete) for each in schema["prefixItems"])
        return f"[{', '.join(members)}]"
    if kind == "array":
        inner = _type(schema.get("items", {}), depth, complete=complete)
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if kind == "object":
        return _object(schema, depth, complete=complete)
    return _SIMPLE.get(kind, "unknown") if isinstance(kind, str) else "unknown"


def _object(schema: Mapping[str, Any], depth: int, *, complete: bool) -> str:
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    more = schema.get("additionalProperties")
    pad = "  " * (depth + 1)
    lines = []
    for name, each in properties.items():
        is_there = name in required or (complete and "default" in each)
        kind = _type(each, depth + 1, complete=complete)
        lines.append(f"{_doc(each, depth + 1)}{pad}{_key(name)}{'' if is_there else '?'}: {kind};")
    if isinstance(more, Mapping) and not properties:
        return f"Record<string, {_type(more, depth, complete=complete)}>"
    if (more is True and not properties) or (more is None and "properties" not in schema):
        return "Record<string, unknown>"
    if more:
        lines.append(f"{pad}[more: string]: unknown;")
    return "\n".join(["{", *lines, "  " * depth + "}"]) if lines else "Record<string, never>"


def _doc(schema: Mapping[str, Any], depth: int) -> str:
    text = schema.get("description")
    if not text:
        return ""
    flat = " ".join(str(text).split()).replace("*/", "* /")
    return f"{'  ' * depth}/** {flat} */\n"


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else json.dumps(name)


def _bodies(document: Mapping[str, Any]) -> Iterator[Any]:
    for operations in document["paths"].values():
        for operation in operations.values():
            yield operation.get("requestBody")


def _reachable(schemas: Mapping[str, Any], roots: Iterable[Any]) -> set[str]:
    """The names of the schemas that the roots speak of."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            name = str(value.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(schemas[name])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found
