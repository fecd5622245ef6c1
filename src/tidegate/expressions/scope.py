"""What one evaluation sees, and what it may use.

An expression's work is counted in steps (about a microsecond or less each) and bytes. Both come
out of the :class:`~tidegate.sdk.budget.Budget` of the node execution, which all its evaluations
share; on top of that a single evaluation may take at most the limits below, so that one bad
expression can't eat everything.

Steps and time are gone once used. Memory is different: what an evaluation holds for a moment is
given back when it ends, and only the size of its result stays charged (``Scope.held``), until the
caller has passed the result on and calls :meth:`Scope.release_results`.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from tidegate.errors import Bug, ExpressionError, ExpressionLimit, SecurityError, TidegateError
from tidegate.sdk.budget import MEGABYTE, Budget

T = TypeVar("T")

MAX_STEPS: Final = 1_000_000
MAX_MEMORY: Final = 32 * MEGABYTE
MAX_SECONDS: Final = 1.0
MAX_OUTPUT: Final = 16 * MEGABYTE
MAX_INT_BITS: Final = 4096

STEPS_BETWEEN_LOOKS: Final = 256
"""After so many steps the clock is looked at again."""


class NodeView:
    """The value of ``node("id")``: the results of another node, each fetched when it is asked for.

    The engine gives one function per field. ``item`` is the ancestor of the current item, as
    ``{"json", "files", "index"}``; the others give JSON objects.
    """

    __slots__ = ("_first", "_item", "_items", "_last", "_output", "node_id")

    def __init__(
        self,
        node_id: str,
        *,
        item: Callable[[], dict[str, Any]],
        items: Callable[[], list[Any]],
        first: Callable[[], Any],
        last: Callable[[], Any],
        output: Callable[[str], list[Any]],
    ) -> None:
        self.node_id = node_id
        self._item = item
        self._items = items
        self._first = first
        self._last = last
        self._output = output

    @property
    def item(self) -> dict[str, Any]:
        """The item of that node which the current item was made from."""
        return _fetch(self._item)

    @property
    def json(self) -> Any:
        """Short for ``item.json``."""
        return _fetch(self._item)["json"]

    @property
    def items(self) -> list[Any]:
        """The objects of the node's main output."""
        return _fetch(self._items)

    @property
    def first(self) -> Any:
        """The first of ``items``."""
        return _fetch(self._first)

    @property
    def last(self) -> Any:
        """The last of ``items``."""
        return _fetch(self._last)

    def output(self, name: str) -> list[Any]:
        """The objects of the output called ``name``."""
        return _fetch(lambda: self._output(name))


def _fetch(field: Callable[[], T]) -> T:
    """Call a function of the engine; its mistakes must not be blamed on the expression."""
    try:
        return field()
    except SecurityError as error:
        raise ExpressionLimit(error.message) from error
    except TidegateError:
        raise
    except Exception as error:
        raise Bug(f"a node's results could not be fetched: {error}") from error


def utc_now() -> datetime:
    """The time in UTC; the default clock of ``now()``."""
    return datetime.now(UTC)


class Scope:
    """What expressions see and use; made once per node execution and reused for every item.

    ``values`` maps names (roots, and loop variables during an evaluation) to JSON-like values of
    the exact types dict, list, str, int, float, bool and None. The caller sets ``values["json"]``
    and ``values["item"]`` before each item. ``held`` counts the bytes of results that are still
    charged to ``budget``.

    A scope serves one evaluation at a time, in one thread.
    """

    __slots__ = (
        "_ends_at",
        "_may_end_at",
        "alloc",
        "budget",
        "check_at",
        "clock",
        "floor",
        "held",
        "node_lookup",
        "values",
    )

    def __init__(
        self,
        values: dict[str, Any],
        budget: Budget,
        *,
        node_lookup: Callable[[str], NodeView] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.values = values
        self.budget = budget
        self.node_lookup = node_lookup
        self.clock = clock
        self.held = 0
        self.alloc = 0
        self.floor = 0
        # Counted over evaluations, so that many short ones also look at the clock.
        self.check_at = max(0, budget.steps - STEPS_BETWEEN_LOOKS)
        self._ends_at = 0.0
        self._may_end_at = 0.0

    def begin(self) -> int:
        """Start an evaluation: one step is taken and the limits of one evaluation are set.

        Returns:
            The bytes that the evaluation may use.

        Raises:
            ExpressionLimit: the node execution has no steps or no time left.
        """
        budget = self.budget
        left = budget.steps - 1
        budget.steps = left
        self.floor = left - MAX_STEPS
        self._ends_at = 0.0
        alloc = budget.alloc
        if alloc > MAX_MEMORY:  # noqa: PLR1730 - min() takes three times as long
            alloc = MAX_MEMORY
        self.alloc = alloc
        if left < self.check_at:
            self.look()
        return alloc

    def step(self, count: int = 1) -> None:
        """Take ``count`` steps.

        Raises:
            ExpressionLimit: none are left, or the time is over.
        """
        budget = self.budget
        left = budget.steps - count
        budget.steps = left
        if left < self.check_at:
            self.look()

    def look(self) -> None:
        """Look at the steps that are left and at the clock; called every so many steps.

        The time of one expression is what it computes itself: that others keep the machine busy is
        not its fault.

        Raises:
            ExpressionLimit: no steps are left, or the time is over.
        """
        left = self.budget.steps
        if left < max(0, self.floor):
            # A refused piece of work was not done: the other evaluations keep their steps.
            self.budget.steps = max(0, self.floor)
            if self.floor >= 0:
                raise ExpressionLimit(f"this expression takes more than {MAX_STEPS:,} steps")
            raise ExpressionLimit("the expressions of this node took too many steps together")
        self.check_at = max(0, left - STEPS_BETWEEN_LOOKS)
        now = time.monotonic()
        if now > self.budget.deadline:
            raise ExpressionLimit("this node's time was over before its expressions were done")
        if not self._ends_at:
            self._ends_at = time.thread_time() + MAX_SECONDS
            self._may_end_at = now + MAX_SECONDS
        elif now > self._may_end_at:
            rest = self._ends_at - time.thread_time()
            if rest <= 0:
                raise ExpressionLimit(f"this expression takes longer than {MAX_SECONDS:g} s")
            self._may_end_at = now + rest

    def charge(self, size: int) -> None:
        """Take ``size`` bytes, before something of that size is made.

        Raises:
            ExpressionLimit: they are not there.
        """
        left = self.alloc - size
        if left < 0:
            raise ExpressionLimit(
                f"this expression needs more memory than it may use ({MAX_MEMORY >> 20} MB, or "
                "what is left of the node's memory)"
            )
        self.alloc = left

    def charge_text(self, length: int, *, ascii_only: bool) -> None:
        """Take the bytes of a text of ``length`` characters."""
        self.charge(56 + (length if ascii_only else 4 * length))

    def charge_list(self, length: int) -> None:
        """Take the bytes of a list of ``length`` values that exist already."""
        self.charge(64 + 8 * length)

    def hold(self, size: int, used: int) -> None:
        """End an evaluation that used ``used`` bytes and whose result has ``size`` of them.

        Raises:
            ExpressionLimit: the node execution's memory does not have room for the result.
        """
        budget = self.budget
        lowest = budget.alloc - used
        if lowest < budget.low_water:
            budget.low_water = max(0, lowest)
        if size > budget.alloc:
            raise ExpressionLimit("the results of this node's expressions need too much memory")
        budget.alloc -= size
        self.held += size

    def release_results(self) -> None:
        """Give back the bytes of all results so far: the caller has dropped or charged them."""
        self.budget.release(self.held)
        self.held = 0

    def node(self, node_id: str) -> NodeView:
        """The results of another node.

        Raises:
            ExpressionError: there is no such node here, or it has no results.
        """
        if self.node_lookup is None:
            raise ExpressionError("node() is not available here")
        lookup = self.node_lookup
        return _fetch(lambda: lookup(node_id))
