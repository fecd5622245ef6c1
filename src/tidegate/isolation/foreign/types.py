"""Stand-ins for foreign node types, made from what their processes say of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Final

from pydantic import Field as PydanticField
from pydantic import TypeAdapter, ValidationError, create_model
from pydantic_core import InitErrorDetails, PydanticCustomError

from tidegate import codec
from tidegate.errors import InvalidInput
from tidegate.isolation.blocking import BlockingPool
from tidegate.isolation.foreign.descriptions import (
    NodeDescription,
    ParamDescription,
    ParamProblem,
    PlacedDescription,
    Shape,
)
from tidegate.isolation.foreign.finding import find_class
from tidegate.isolation.foreign.process_node import (
    ForeignClass,
    ProcessAllNode,
    ProcessBatchesNode,
    ProcessItemNode,
    ProcessNode,
)
from tidegate.isolation.pool import ProcessPool
from tidegate.isolation.wire import params_to_wire
from tidegate.model.item import JsonObject
from tidegate.sdk.node import Effects, Node
from tidegate.sdk.outcome import Example
from tidegate.sdk.params import RESOLVED, Lazy, NodeParams
from tidegate.sdk.poll import poll_schedule
from tidegate.sdk.schedule import Schedule

_ENTRIES: Final = "tidegate.isolation.entries.node:"
_BASES: Final[Mapping[Shape, type[ProcessNode]]] = {
    "item": ProcessItemNode,
    "all": ProcessAllNode,
    "batches": ProcessBatchesNode,
}


@cache
def _problems() -> TypeAdapter[list[ParamProblem]]:
    return TypeAdapter(list[ParamProblem])


class ForeignTypes:
    """Makes stand-ins. ``processes`` is the pool that their nodes run in."""

    def __init__(self, processes: Callable[[], ProcessPool]) -> None:
        self._processes = processes
        self._blocking = BlockingPool()

    def close(self) -> None:
        """End the processes that described types."""
        self._blocking.close()

    def load(self, target: str) -> type[Node]:
        """The stand-in for the class ``module:Class``.

        Raises:
            ImportError: there is no such class, or it is no node type; says why.
            OperationalError: no process can be started.
        """
        foreign = find_class(target)
        asking = _Asking(self._blocking, foreign)
        try:
            found = NodeDescription.model_validate_json(asking.ask("describe"))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ImportError(
                f"{target} describes itself wrongly: {place}: {first['msg']}"
            ) from None
        return _make(found, foreign, asking, self._processes)


class _Asking:
    """Asks a foreign class, in its process, and waits."""

    def __init__(self, blocking: BlockingPool, foreign: ForeignClass) -> None:
        self._blocking, self._foreign = blocking, foreign

    def ask(self, entry: str, **more: Any) -> bytes:
        """The answer of an entry.

        Raises:
            ImportError: the class can't be imported, or broke.
        """
        about = {"target": self._foreign.target, "package": self._foreign.package}
        result = self._blocking.run(
            _ENTRIES + entry,
            codec.encode({**about, **more}),
            readable=self._foreign.readable,
            owner=self._foreign.target,
        )
        if result.outcome != "ok":
            raise ImportError(result.message)
        return result.value


class _Placing:
    """What depends on a placed node's parameters, where the class computes it."""

    asking: ClassVar[_Asking]

    @classmethod
    def _placed(cls, params: Mapping[str, Any]) -> PlacedDescription:
        try:
            answer = cls.asking.ask("place", params=dict(params))
            return PlacedDescription.model_validate_json(answer)
        except (ImportError, ValidationError) as error:
            raise InvalidInput(f"its ports can't be computed: {error}") from None

    @classmethod
    def inputs_for(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """See ``Node``."""
        return cls._placed(params).inputs

    @classmethod
    def outputs_for(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """See ``Node``."""
        return cls._placed(params).outputs

    @classmethod
    def effects_for(cls, params: Mapping[str, Any]) -> Effects:
        """See ``Node``."""
        return cls._placed(params).effects

    @classmethod
    def concurrency_for(cls, params: Mapping[str, Any]) -> int:
        """See ``Node``."""
        return cls._placed(params).concurrency


class _Polling:
    """A trigger that polls: its own process does, at times that its parameters say here."""

    Params: ClassVar[type["ForeignParams"]]

    @classmethod
    def schedule_for(cls, params: Mapping[str, Any]) -> Schedule | None:
        """See ``Node``."""
        fields = cls.Params.own_schema.get("properties", {})
        defaults = {name: field["default"] for name, field in fields.items() if "default" in field}
        try:
            return poll_schedule(params, defaults)
        except ValidationError as error:
            raise InvalidInput(f"its times can't be followed: {error.error_count()}") from None


class ForeignParams(NodeParams):
    """Base of the stand-ins for ``Params``: the class's own process validates."""

    asking: ClassVar[_Asking]
    own_schema: ClassVar[JsonObject]

    @classmethod
    def model_validate(cls, obj: Any, *, context: Any = None, **options: Any) -> Any:
        """As pydantic's; values that expressions gave are validated when the node runs.

        Raises:
            ValidationError: what the class's own validation found.
        """
        if context is not RESOLVED and isinstance(obj, dict):
            problems = cls._problems(obj)
            if problems:
                raise ValidationError.from_exception_data(
                    cls.__name__, [_line(problem, obj) for problem in problems]
                )
        return super().model_validate(obj, context=context, **options)

    @classmethod
    def _problems(cls, values: Mapping[str, Any]) -> Sequence[ParamProblem]:
        plain, lazy = params_to_wire(values)
        try:
            answer = cls.asking.ask("validate", params=plain, lazy=lazy)
            return _problems().validate_json(answer)
        except (ImportError, ValidationError) as error:
            return [ParamProblem(type="value_error", loc=[], msg=str(error))]

    @classmethod
    def model_json_schema(  # type: ignore[override]  # of pydantic's options one is used here
        cls, *, ref_template: str = "#/$defs/{model}"
    ) -> dict[str, Any]:
        """The class's own schema."""
        made: dict[str, Any] = _with_references(cls.own_schema, ref_template)
        return made


def _line(problem: ParamProblem, values: Any) -> InitErrorDetails:
    """One of pydantic's reports, made anew; a validator's own words are kept as they are."""
    place = tuple(problem.loc)
    if problem.type not in ("value_error", "assertion_error"):
        try:
            return _checked(
                InitErrorDetails(type=problem.type, loc=place, input=values, ctx=dict(problem.ctx))
            )
        except (KeyError, TypeError, ValueError):
            pass  # no type of error that pydantic knows
    text = str(problem.ctx.get("error", problem.msg))
    return InitErrorDetails(
        type=PydanticCustomError("value_error", "{error}", {"error": text}), loc=place, input=values
    )


def _checked(details: InitErrorDetails) -> InitErrorDetails:
    ValidationError.from_exception_data("", [details])
    return details


def _with_references(value: Any, template: str) -> Any:
    """A schema with its references in another place."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            return {**value, "$ref": template.format(model=reference.rpartition("/")[2])}
        return {name: _with_references(part, template) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_references(part, template) for part in value]
    return value


def _make(
    found: NodeDescription,
    foreign: ForeignClass,
    asking: _Asking,
    processes: Callable[[], ProcessPool],
) -> type[Node]:
    """The stand-in's class."""
    params = _params_model("Params", found.params, ForeignParams)
    params.asking, params.own_schema = asking, found.schema_  # type: ignore[attr-defined]  # it is a ForeignParams
    bases: tuple[type, ...] = (_BASES[found.shape],)
    if found.polls:
        bases = (_Polling, *bases)
    attributes = {
        "__doc__": found.doc,
        "__module__": __name__,
        "Params": params,
        "foreign": foreign,
        "processes": staticmethod(processes),
        "asking": asking,
        "examples": tuple(Example(**example.model_dump()) for example in found.examples),
        **found.model_dump(
            exclude={"doc", "shape", "placed", "params", "schema_", "examples"}, mode="python"
        ),
    }
    name = foreign.target.rpartition(":")[2].rpartition(".")[2]
    return type(name, (_Placing, *bases) if found.placed else bases, attributes)


def _params_model(
    name: str, fields: Mapping[str, ParamDescription], base: type[NodeParams]
) -> type[NodeParams]:
    made: dict[str, Any] = {}
    for field, described in fields.items():
        kind: Any = Lazy[Any] if described.lazy else Any
        if described.rows is not None:
            kind = list[_params_model(field, described.rows, NodeParams)]  # type: ignore[misc]  # a type made here
        default: Any = ... if described.required else None
        if described.rows is not None and not described.required:
            default = []
        made[field] = (kind, PydanticField(default, json_schema_extra={"x-ui": described.hints}))
    return create_model(name, __base__=base, **made)
