"""The node: one class, one file, one thing that it does."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tidegate.sdk.code import PlacedCode
from tidegate.sdk.outcome import MAIN, Example
from tidegate.sdk.params import NodeParams

if TYPE_CHECKING:
    from tidegate.sdk.schedule import Schedule

Effects = Literal["none", "read", "write"]
Shape = Literal["item", "batches", "all"]
AnsweredBy = Literal["webhook", "approval"]
InFlight = Literal["rerun", "fail", "ask"]


class Node:
    """Base of all node types.

    A node defines exactly one of three methods:

    - ``async def run_item(self, ctx, params, item)`` returns an item, several, or none. The
      parameters are resolved for each item; the engine gives concurrency, per-item retry and
      lineage. An ``Outputs`` may be returned too.
    - ``def run_batches(self, ctx, params, batches)`` is an async generator over batches of items:
      row-wise work that streams. Parameters that need the item are ``Lazy``.
    - ``async def run(self, ctx, params, items)`` sees all items; parameters are resolved once.

    Where calls are costly there is ``async def run_each(self, ctx, params, items)`` in the place of
    ``run_item``: it is given a batch of items and the parameters of each, and returns for each what
    ``run_item`` would, or the ``NodeError`` that it would raise. A node type whose parameters say
    how it works defines two of them and :meth:`shape_for`.

    ``effects`` says what is safe to repeat: ``none`` (computes), ``read`` (asks the outside),
    ``write`` (changes the outside: the journal commits before it starts).
    """

    name: ClassVar[str]
    label: ClassVar[str]
    version: ClassVar[int] = 1
    category: ClassVar[str] = "other"
    effects: ClassVar[Effects] = "none"
    in_flight: ClassVar[InFlight] = "ask"
    inputs: ClassVar[tuple[str, ...]] = (MAIN,)
    outputs: ClassVar[tuple[str, ...]] = (MAIN,)
    is_trigger: ClassVar[bool] = False
    polls: ClassVar[bool] = False
    """It is a ``PollTrigger``: its schedule says when it looks, not when executions start."""
    is_loop: ClassVar[bool] = False
    is_long: ClassVar[bool] = False
    """Its default timeout is the longest that the operator allows: it waits for others' work."""
    uses_http: ClassVar[bool] = False
    """It sends HTTP requests, so that what they need is loaded before the first."""
    retry_defaults: ClassVar[Mapping[str, Any]] = {}
    """Overrides of the retry policy's defaults for this node type."""
    examples: ClassVar[Sequence[Example]] = ()

    class Params(NodeParams):
        """No parameters."""

    @classmethod
    def outputs_for(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """The outputs that a placed node has; a switch has one for each of its cases.

        ``params`` is the raw document, which may be wrong or hold expressions.
        """
        return cls.outputs

    @classmethod
    def effects_for(cls, params: Mapping[str, Any]) -> Effects:
        """What a placed node does to the outside; reading by HTTP is safe to repeat.

        ``params`` is the raw document, as in :meth:`outputs_for`.
        """
        return cls.effects

    @classmethod
    def concurrency_for(cls, params: Mapping[str, Any]) -> int:
        """How many items of ``run_item`` may be under way at once."""
        return 10

    @classmethod
    def shape_for(cls, params: Mapping[str, Any]) -> Shape:
        """By which method a placed node is called; ``params`` as in :meth:`outputs_for`."""
        if hasattr(cls, "run_item") or hasattr(cls, "run_each"):
            return "item"
        return "batches" if hasattr(cls, "run_batches") else "all"

    @classmethod
    def code_for(cls, params: Mapping[str, Any]) -> PlacedCode | None:
        """The code that a placed node runs through ``ctx.code``, if it does."""
        return None

    @classmethod
    def schedule_for(cls, params: Mapping[str, Any]) -> "Schedule | None":
        """When a placed trigger starts executions by itself, if it does; ``params`` are right."""
        return None

    @classmethod
    def answered_by(cls, params: Mapping[str, Any]) -> AnsweredBy | None:
        """What may end the wait of a placed node before its time, by a link of the execution."""
        return None

    @classmethod
    def inputs_for(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """The inputs that a placed node has."""
        return cls.inputs
