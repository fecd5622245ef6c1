"""The table of a node type's parameters, from the JSON Schema of its ``Params``."""

from collections.abc import Iterator, Mapping
from typing import Any

from tidegate import codec
from tidegate.registry import params_schema
from tidegate.sdk import Node, NodeParams
from tidegate.sdk.params import is_lazy_field, lazy_row_model

NAMES = {
    "string": "text",
    "integer": "whole number",
    "object": "object",
    "boolean": "true or false",
}
BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
}

Schema = Mapping[str, Any]


class ParamsTable:
    """The rows of one node type; the fields of an object follow its own row."""

    def __init__(self, node: type[Node]) -> None:
        self._model = node.Params
        self._schema = params_schema(node)
        self._definitions: Schema = self._schema.get("$defs", {})

    def lines(self) -> Iterator[str]:
        """The table in Markdown, or a sentence where there are no parameters."""
        if not self._schema.get("properties"):
            yield "It has no parameters.\n"
            return
        yield "| parameter | type | default | meaning |\n|---|---|---|---|"
        yield from self._rows(self._schema, self._model, "")
        yield ""

    def _rows(self, schema: Schema, model: type[NodeParams] | None, prefix: str) -> Iterator[str]:
        required = schema.get("required", ())
        for name, part in schema["properties"].items():
            default = "required" if name in required else _json(part.get("default"))
            lazy = model is not None and is_lazy_field(model, name)
            inner, mark = self._inner(part)
            # Of a list of objects with lazy parts, the parts say it themselves.
            text = _meaning(part, is_lazy=lazy and not inner)
            yield f"| `{prefix}{name}` | {self._type(part)} | {default} | {text} |"
            if inner:
                row_model = None if model is None else lazy_row_model(model, name)
                yield from self._rows(inner, row_model, f"{prefix}{name}{mark}")

    def _inner(self, part: Schema) -> tuple[Schema, str]:
        """The schema of an object's or of a list's objects' fields, and how it is joined on."""
        for mark, found in (("[].", part.get("items", {})), (".", part)):
            resolved = self._resolved(found)
            if "properties" in resolved:
                return resolved, mark
        return {}, ""

    def _resolved(self, part: Schema) -> Schema:
        reference = part.get("$ref")
        if reference is None:
            return part
        definition: Schema = self._definitions[reference.rpartition("/")[2]]
        return definition

    def _type(self, part: Schema) -> str:
        part = self._resolved(part)
        if "enum" in part:
            return ", ".join(f"`{choice}`" for choice in part["enum"])
        if "const" in part:
            return f"`{part['const']}`"
        alternatives = part.get("anyOf") or part.get("oneOf")
        if alternatives:
            return " or ".join(dict.fromkeys(self._type(other) for other in alternatives))
        kind = part.get("type")
        if kind == "array":
            return f"list of {self._plural(part.get('items', {}))}"
        return "any JSON" if kind is None else NAMES.get(kind, str(kind))

    def _plural(self, part: Schema) -> str:
        name = self._type(part)
        return {"text": "texts", "object": "objects", "whole number": "whole numbers"}.get(
            name, name
        )


def _meaning(part: Schema, *, is_lazy: bool) -> str:
    hints = part.get("x-ui", {})
    label, description = hints.get("label", part.get("title")), part.get("description")
    text = ": ".join(str(words).strip() for words in (label, description) if words)
    notes = [form.format(part[bound]) for bound, form in BOUNDS.items() if bound in part]
    if is_lazy:
        notes.append("*lazy*")
    if hints.get("expressions") is False:
        notes.append("*no expressions*")
    if hints.get("roots"):
        notes.append("expressions may use " + ", ".join(f"`{root}`" for root in hints["roots"]))
    if hints.get("show_when"):
        notes.append(
            "for " + " and ".join(_condition(*pair) for pair in hints["show_when"].items())
        )
    joined = "; ".join([text.removesuffix("."), *notes] if notes else [text])
    return " ".join(joined.split()).replace("|", "\\|")


def _condition(name: str, wanted: Any) -> str:
    choices = wanted if isinstance(wanted, list) else [wanted]
    return f"`{name}` " + " or ".join(_json(choice) for choice in choices)


def _json(value: Any) -> str:
    if value is None:
        return ""
    return f"`{codec.encode(value).decode()}`".replace("|", "\\|")
