"""Calling a node once an item: concurrency, and repeating only the items that failed."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tidegate.engine.attempt import Attempt
from tidegate.engine.call import Breath, by_output, side_inputs
from tidegate.engine.checkpoints import write_checkpoint
from tidegate.engine.current_item import CURRENT_ITEM
from tidegate.engine.deadline import within
from tidegate.engine.emitting import Emitter
from tidegate.engine.failing import classify, is_cancelled
from tidegate.engine.fallback import Handling, output_of, substitute
from tidegate.engine.retry import has_time, is_retryable
from tidegate.errors import NodeError, error_json
from tidegate.model.item import Item, JsonObject
from tidegate.sdk.context import ItemContext

Made = Mapping[str, Sequence[Item]]

MAX_LOGGED: Final = 10
"""So many failed items of a node execution get a line each in the execution's log."""


async def call_items(attempt: Attempt) -> None:
    """Work through the input; a failed item is repeated or handled without the others.

    Raises:
        NodeError: an item failed for good and the node's failures are not handled.
    """
    if attempt.node.params.has_costly_roots:
        await attempt.scope.load_roots()
    if len(attempt.node.inputs) > 1:
        attempt.context.inputs = await side_inputs(attempt)
    async for start, items in attempt.gather.batches():
        attempt.start = start
        attempt.scope.window(start, items)
        attempt.budget.deadline = time.monotonic() + attempt.node.timeout
        before = attempt.budget.alloc
        made = await _batch(attempt, items)
        await _put(attempt, start, made)
        attempt.scope.release()
        # What the node charged for the items that it made is held by nobody any more.
        attempt.budget.release(max(before - attempt.budget.alloc, 0))
        attempt.progress(len(items))


async def _batch(attempt: Attempt, items: Sequence[Item]) -> list[Made]:
    """What each item of a batch became."""
    made: list[Made | None] = [None] * len(items)
    todo = list(range(len(items)))
    retries, begun = 0, time.monotonic()
    passing = _passing(attempt, made)
    while True:
        if hasattr(attempt.node.node, "run_each"):
            failed = await _each(attempt, items, todo, made)
        else:
            failed = await _round(attempt, items, todo, made, passing)
        policy = attempt.node.retry
        again = {i: error for i, error in failed.items() if is_retryable(policy, error)}
        _handle(attempt, items, {i: e for i, e in failed.items() if i not in again}, made)
        if not again:
            break
        if attempt.emitter is not None and attempt.emitter.progressed:
            attempt.emitter.progressed = False
            retries, begun = 0, time.monotonic()  # the policy counts what fails without a step on
        slowest = max(again.values(), key=lambda e: e.retry_after or 0)
        spent = time.monotonic() - begun
        if not has_time(policy, spent, retries + 1, slowest) or not await attempt.retry_items(
            attempt, slowest, retries
        ):
            _handle(attempt, items, again, made)
            break
        todo = sorted(again)
        retries += 1
        attempt.context.attempt += 1
    return [found if found is not None else {} for found in made]


async def _round(
    attempt: Attempt,
    items: Sequence[Item],
    todo: Sequence[int],
    made: list[Made | None],
    passing: "_BatchEmitter | None",
) -> dict[int, NodeError]:
    """Try some items; returns those that failed. Cancelled as a whole."""
    failed: dict[int, NodeError] = {}
    width = attempt.node.concurrency
    if attempt.emitter is not None:
        attempt.emitter.begin_round(todo)
    stops = attempt.node.handling is Handling.STOP and attempt.node.retry.max_retries == 0
    if width == 1 or len(todo) == 1:
        breath = Breath()
        for index in todo:
            await _one(attempt, items[index], index, made, failed, passing=passing)
            if failed and stops:
                break
            if breath.is_due:
                await breath.take()
        return failed
    queue = iter(todo)

    async def worker() -> None:
        for index in queue:
            await _one(attempt, items[index], index, made, failed, passing=passing)
            if failed and stops:
                return

    async with asyncio.TaskGroup() as group:
        for _ in range(min(width, len(todo))):
            group.create_task(worker())
    return failed


def _passing(attempt: Attempt, made: list[Made | None]) -> "_BatchEmitter | None":
    """For work with the outside, which may pass on parts of what it makes."""
    if not attempt.has_item_timeout:
        return None
    if attempt.emitter is None:
        attempt.emitter = Emitter()
    return _BatchEmitter(attempt, attempt.emitter, made)


async def _each(
    attempt: Attempt, items: Sequence[Item], todo: Sequence[int], made: list[Made | None]
) -> dict[int, NodeError]:
    """As :func:`_round`, in one call; what goes wrong with the call is the failure of each."""
    failed: dict[int, NodeError] = {}
    run_each: Any = attempt.node.node.run_each  # type: ignore[attr-defined]  # by its shape
    params = {}
    for index in todo:
        try:
            params[index] = attempt.scope.params_for(items[index], index)
        except NodeError as error:
            error.details.setdefault("item", attempt.start + index)
            failed[index] = error
    given = [items[index] for index in params]
    try:
        results = await run_each(attempt.context, [*params.values()], given)
    except NodeError as error:
        return failed | dict.fromkeys(params, error)
    for index, result in zip(params, results, strict=True):
        if isinstance(result, NodeError):
            result.details.setdefault("item", attempt.start + index)
            failed[index] = result
        else:
            made[index] = by_output(attempt.node, result)
    return failed


async def _one(
    attempt: Attempt,
    item: Item,
    index: int,
    made: list[Made | None],
    failed: dict[int, NodeError],
    *,
    passing: "_BatchEmitter | None",
) -> None:
    run_item: Any = attempt.node.node.run_item  # type: ignore[attr-defined]  # by its shape
    place = attempt.start + index
    before = CURRENT_ITEM.set(place)
    try:
        params = attempt.scope.params_for(item, index)
        if passing is None:
            work = run_item(attempt.context, params, item)
        else:
            work = run_item(passing.context(index), params, item)
            deadlines = attempt.environment.deadlines
            work = within(attempt.node.timeout, work, attempt.watch, deadlines)
        made[index] = by_output(attempt.node, await work)
    except (Exception, asyncio.CancelledError) as raised:  # an item's failure is its own
        if isinstance(raised, asyncio.CancelledError) and is_cancelled():
            raise
        error = classify(attempt.environment, attempt.node, raised, attempt.bugs)
        error.details.setdefault("item", place)
        failed[index] = error
    finally:
        CURRENT_ITEM.reset(before)
        if attempt.emitter is not None:
            attempt.emitter.end(index)


class _BatchEmitter:
    """Takes what the items of one batch pass on before their work ends."""

    __slots__ = ("_attempt", "_emitter", "_made")

    def __init__(self, attempt: Attempt, emitter: Emitter, made: list[Made | None]) -> None:
        self._attempt, self._emitter, self._made = attempt, emitter, made

    def context(self, index: int) -> ItemContext:
        """The context of one item of the batch."""
        place = self._attempt.start + index
        return ItemContext(self._attempt.context, place, self, self._emitter.resumes.get(place))

    async def emit(self, index: int, items: Sequence[Item], resume: JsonObject) -> None:
        """Put items out in their turn, and remember where the work on their source goes on."""
        attempt, made = self._attempt, self._made
        place = index - attempt.start
        await self._emitter.turn(place)
        for at in range(place):  # results of earlier items, which would come at the batch's end
            earlier = made[at]
            if earlier:
                made[at] = {}
                await _put(attempt, attempt.start + at, [earlier])
        found = by_output(attempt.node, items)
        await _put(attempt, index, [found])
        await write_checkpoint(attempt, index, found, resume)
        self._emitter.resumes[index] = resume
        self._emitter.progressed = True


def _handle(
    attempt: Attempt,
    items: Sequence[Item],
    failed: Mapping[int, NodeError],
    made: list[Made | None],
) -> None:
    """Put what the fallback says in the place of failed items.

    Raises:
        NodeError: the first failure, when failures are not handled.
    """
    for index, error in sorted(failed.items()):
        if attempt.node.handling is Handling.STOP:
            raise error
        attempt.items_failed.append(error)
        if len(attempt.items_failed) <= MAX_LOGGED:
            attempt.log_failure(error, [items[index]])
        output = output_of(attempt.node.handling, attempt.node.through)
        if output is not None:
            made[index] = {
                output: substitute(
                    attempt.node.handling,
                    attempt.node.settings,
                    [items[index]],
                    attempt.environment.redact.error(error_json(error)),
                )
            }


async def _put(attempt: Attempt, start: int, made: Sequence[Made]) -> None:
    """Write a batch's results in the order of its input, each with its source."""
    outputs: dict[str, tuple[list[Item], list[int], set[int]]] = {}
    for index, found in enumerate(made):
        for name, results in found.items():
            kept, sources, seen = outputs.setdefault(name, ([], [], set()))
            for result in results:
                result.parents = None
                # An item is found again by its identity, so none may stand twice in an output.
                kept.append(Item(result.json, result.files) if id(result) in seen else result)
                seen.add(id(result))
                sources.append(start + index)
    straight = range(start, start + len(made))
    for name, (kept, sources, _) in outputs.items():
        is_straight = len(sources) == len(made) and all(map(int.__eq__, sources, straight))
        await attempt.put(name, kept, straight if is_straight else sources)
