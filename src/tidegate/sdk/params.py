"""Parameters of a node: a pydantic model whose fields also tell the editor how to show them."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import partial
from typing import Annotated, Any, Final, Generic, Literal, TypedDict, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic import Field as _PydanticField
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticUndefined, core_schema

from tidegate.model.item import Item, JsonObject

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Widget = Literal["text", "multiline", "code", "json", "key_value", "credential", "file", "date"]


class Hints(TypedDict, total=False):
    """How the editor shows a parameter; what is left out is as usual."""

    label: str
    widget: Widget
    placeholder: str
    show_when: dict[str, Any]
    expressions: bool
    sensitive: bool
    roots: list[str]


_KEYWORDS: Final = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}


class _ParamsJsonSchema(GenerateJsonSchema):
    """Names the bounds of a union as JSON Schema does; pydantic leaves Python's names there."""

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        found = super().generate_inner(schema)
        return {_KEYWORDS.get(keyword, keyword): value for keyword, value in found.items()}


RESOLVED: Final = "resolved"
"""The validation context of values that expressions gave, while a node runs."""


class NodeParams(BaseModel):
    """Base of every node's ``Params``: unknown fields are refused, values are frozen.

    Defaults are validated too, which wraps the default of a ``Lazy`` parameter.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, validate_default=True
    )

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> JsonObject:
        """Pydantic's, with keywords of JSON Schema alone."""
        return super().model_json_schema(*args, **{"schema_generator": _ParamsJsonSchema} | options)


class Lazy(Generic[T_co]):
    """A parameter that the node evaluates itself, as often as it likes, under its own budget.

    ``params.condition(item)`` evaluates the expressions in the parameter for one input item.
    Further roots may be given by name (``response=...`` in a success criterion). The value is
    checked against ``T`` only where it holds no expression; a node checks what it computes.
    """

    __slots__ = ("_evaluate", "is_constant")

    def __init__(
        self, evaluate: Callable[[Item | None, Mapping[str, Any]], Any], *, is_constant: bool
    ) -> None:
        self._evaluate = evaluate
        self.is_constant = is_constant

    def __call__(self, item: Item | None = None, /, **roots: Any) -> T_co:
        """The value for ``item`` (the JSON of expressions' ``json`` and ``item``)."""
        value: T_co = self._evaluate(item, roots)
        return value

    @classmethod
    def constant(cls, value: T) -> "Lazy[T]":
        """A lazy parameter that is always ``value``; for tests and defaults."""
        return Lazy(lambda _item, _roots: value, is_constant=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        arguments = getattr(source, "__args__", None) or (Any,)
        inner = handler.generate_schema(arguments[0])
        wrap = core_schema.no_info_after_validator_function(cls.constant, inner)
        return core_schema.json_or_python_schema(
            json_schema=inner,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), wrap]),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        return handler(schema["json_schema"])


def Field(  # noqa: N802 - stands in for pydantic's
    default: Any = PydanticUndefined,
    *,
    label: str | None = None,
    widget: Widget | None = None,
    placeholder: str | None = None,
    show_when: Mapping[str, Any] | None = None,
    expressions: bool = True,
    sensitive: bool = False,
    roots: Sequence[str] = (),
    **constraints: Any,
) -> Any:
    """A parameter with its label and the editor's hints; the rest is pydantic's ``Field``.

    Args:
        default: the default value; without one the parameter is required.
        label: what people see.
        widget: how the editor shows it.
        placeholder: an example in the empty field.
        show_when: other parameters' values under which it is shown: ``{"mode": "csv"}``.
        expressions: whether ``{{ ... }}`` is read as an expression in it.
        sensitive: whether its value must never be shown or stored.
        roots: further names that expressions in a ``Lazy`` parameter may use; the node gives
            their values when it calls it (``response`` in a success criterion).
        constraints: ``ge``, ``le``, ``min_length``, ``description``, ...
    """
    hints = {
        "label": label,
        "widget": widget,
        "placeholder": placeholder,
        "show_when": dict(show_when) if show_when else None,
        "expressions": None if expressions else False,
        "sensitive": sensitive or None,
        "roots": list(roots) or None,
    }
    extra: dict[str, Any] = {
        "x-ui": {name: hint for name, hint in hints.items() if hint is not None}
    }
    title: dict[str, Any] = {"title": label} if label else {}
    if isinstance(default, list | dict):
        constraints["default_factory"] = partial(deepcopy, default)
        default = PydanticUndefined
    return _PydanticField(default, json_schema_extra=extra, **title, **constraints)


def field_hints(model: type[BaseModel], name: str) -> Mapping[str, Any]:
    """What :func:`Field` was told about a parameter, without what was left out."""
    info = model.model_fields.get(name)
    extra = info.json_schema_extra if info is not None else None
    hints = extra.get("x-ui", {}) if isinstance(extra, dict) else {}
    return hints if isinstance(hints, dict) else {}


def is_lazy_field(model: type[BaseModel], name: str) -> bool:
    """Whether a parameter, or a part of it, is ``Lazy``."""
    info = model.model_fields.get(name)
    if info is None:
        return False
    return _is_lazy(info.annotation) or lazy_row_model(model, name) is not None


def lazy_row_model(model: type[BaseModel], name: str) -> type["NodeParams"] | None:
    """The objects' model of a parameter that is a list of objects with ``Lazy`` parameters."""
    info = model.model_fields.get(name)
    annotation = info.annotation if info is not None else None
    if getattr(annotation, "__origin__", None) is not list:
        return None
    row = annotation.__args__[0]  # type: ignore[union-attr]  # a list[...] has arguments
    if not (isinstance(row, type) and issubclass(row, NodeParams)):
        return None
    return row if any(is_lazy_field(row, field) for field in row.model_fields) else None


def _is_lazy(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", annotation)
    return origin is Lazy or any(map(_is_lazy, getattr(annotation, "__args__", ())))


Json = Annotated[Any, "any JSON value; expressions in it keep their type"]
