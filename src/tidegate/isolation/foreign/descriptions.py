"""What a foreign node type says of itself. Its process wrote it, so every field is checked."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tidegate.sdk.node import Effects, InFlight

Shape = Literal["item", "batches", "all"]
Text = Annotated[str, Field(max_length=20_000)]
PortName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Ports = Annotated[tuple[PortName, ...], Field(max_length=100)]


class Described(BaseModel):
    """Base: strict, frozen, nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ParamDescription(Described):
    """One parameter. ``rows`` describes the objects of a list with lazy parameters in them."""

    lazy: bool = False
    required: bool = False
    hints: dict[str, Any] = {}
    rows: "dict[Text, ParamDescription] | None" = None


class ExampleDescription(Described):
    """An example of the node type; see ``sdk.Example``."""

    params: dict[str, Any]
    items: list[dict[str, Any]] = []
    output: list[dict[str, Any]] | None = None
    title: Text = ""
    inputs: dict[str, list[dict[str, Any]]] = {}
    outputs: dict[str, list[dict[str, Any]]] | None = None
    runnable: bool = True


class NodeDescription(Described):
    """A node type. ``placed`` says that its inputs, outputs or effects depend on parameters."""

    name: Text
    version: int
    label: Text
    category: Text
    doc: Text
    effects: Effects
    in_flight: InFlight
    inputs: Ports
    outputs: Ports
    is_trigger: bool
    is_loop: bool
    is_long: bool
    polls: bool
    retry_defaults: dict[str, Any]
    shape: Shape
    placed: bool
    params: dict[Text, ParamDescription]
    schema_: dict[str, Any]
    examples: list[ExampleDescription]


class PlacedDescription(Described):
    """What a placed node has, given its raw parameters."""

    inputs: Ports
    outputs: Ports
    effects: Effects
    concurrency: Annotated[int, Field(ge=1, le=1000)]


class ParamProblem(Described):
    """One report of pydantic's about a parameter; ``text`` is a validator's own words."""

    type: Text
    loc: list[str | int]
    msg: Text
    ctx: dict[str, Any] = {}
