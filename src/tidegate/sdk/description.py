"""What a node type says of itself, as types: its parameters' JSON Schema, its examples.

They are declarations alone. The browser editor's types are written from them (``make docs``).
"""

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from tidegate.model.item import JsonObject
from tidegate.sdk.node import Effects, InFlight
from tidegate.sdk.params import Hints

_Keywords = TypedDict(
    "_Keywords",
    {
        "$ref": str,
        "$defs": "dict[str, ParamsSchema]",
        "anyOf": "list[ParamsSchema]",
        "oneOf": "list[ParamsSchema]",
        "additionalProperties": "bool | ParamsSchema",
        "exclusiveMinimum": float,
        "exclusiveMaximum": float,
        "minItems": int,
        "maxItems": int,
        "minLength": int,
        "maxLength": int,
        "x-ui": Annotated[Hints, Meta(description="How the editor shows it.")],
    },
    total=False,
)


class ParamsSchema(_Keywords, total=False):
    """A JSON Schema with the keywords that parameters and settings have."""

    type: str
    title: str
    description: str
    default: Any
    enum: list[Any]
    const: Any
    format: str
    items: "ParamsSchema"
    properties: "dict[str, ParamsSchema]"
    required: list[str]
    minimum: float
    maximum: float
    pattern: str


class ExampleDescription(TypedDict):
    """An example of a node type: parameters, and what they make of items."""

    title: NotRequired[str]
    params: JsonObject
    items: list[JsonObject]
    inputs: NotRequired[
        Annotated[dict[str, list[JsonObject]], Meta(description="Items of further inputs.")]
    ]
    output: NotRequired[list[JsonObject]]
    outputs: NotRequired[
        Annotated[dict[str, list[JsonObject]], Meta(description="Items by output.")]
    ]


class NodeDescription(TypedDict):
    """Everything that people and the editor need to know about a node type."""

    name: str
    label: str
    version: int
    category: str
    description: str
    params: ParamsSchema
    inputs: list[str]
    outputs: list[str]
    effects: Effects
    in_flight: InFlight
    is_trigger: bool
    is_loop: bool
    retry_defaults: JsonObject
    examples: list[ExampleDescription]
