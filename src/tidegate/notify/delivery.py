"""Brings notifications to their channels beside the executions: bounded, repeated, collapsed."""

import asyncio
from typing import Final

from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.model.execution import SecurityEvent, now_us
from tidegate.model.item import JsonObject
from tidegate.notify.base import Channel, Notification, TriggerFailure, Undelivered
from tidegate.notify.log import LogNotifier

MAX_PENDING: Final = 100
"""Notifications that wait for one channel; what comes on top is counted and lost."""
MAX_GROUPS: Final = 1000
WINDOW_SECONDS: Final = 60.0
"""So long further notifications of the same kind are held back, to be told as one."""
ATTEMPTS: Final = 4
BACKOFF_SECONDS: Final = 0.5
_SEVERITIES: Final = ("low", "medium", "high", "critical")
_ERROR_FIELDS: Final = ("code", "type", "message", "node", "iteration")

Group = tuple[str, ...]


class Delivery(LogNotifier):
    """A notifier with channels. Belongs to one event loop; :meth:`close` it there.

    The first notification of a group goes out at once; those of the next minute follow as one.
    A channel that fails is logged once, until it works again.
    """

    def __init__(self, channels: tuple[Channel, ...], severity: str) -> None:
        self._least = _SEVERITIES.index(severity)
        self._queues = [_ChannelQueue(channel) for channel in channels]
        self._held: dict[Group, Notification | None] = {}
        self._timers: dict[Group, asyncio.TimerHandle] = {}

    def execution_failed(self, execution_id: str, workflow: str, error: JsonObject) -> None:
        """An execution failed whose workflow asks for a notification."""
        super().execution_failed(execution_id, workflow, error)
        said = {name: error[name] for name in _ERROR_FIELDS if name in error}
        details = {"execution_id": execution_id, "workflow": workflow, "error": said}
        title = f"an execution of '{workflow}' failed: {error.get('message', '')}"
        self._put(
            ("execution_failed", workflow, str(error.get("code")), str(error.get("node"))),
            Notification(new_id(), "execution_failed", "high", title, now_us(), details),
        )

    def trigger_failed(self, failed: TriggerFailure) -> None:
        """A trigger goes on failing; whoever calls this says it seldom."""
        said = {name: failed.error[name] for name in _ERROR_FIELDS if name in failed.error}
        details = {
            "workflow_id": failed.workflow_id,
            "workflow": failed.workflow,
            "node": failed.trigger,
            "failures": failed.failures,
            "error": said,
        }
        title = (
            f"the trigger '{failed.trigger}' of '{failed.workflow}' starts nothing: "
            f"{failed.error.get('message', '')}"
        )
        self._put(
            ("trigger_failed", failed.workflow_id, failed.trigger),
            Notification(new_id(), "trigger_failed", "high", title, now_us(), details),
        )

    def security_event(self, event: SecurityEvent) -> None:
        """Tell it, if it is severe enough."""
        if _SEVERITIES.index(event.severity) < self._least:
            return
        details = {
            "event_type": event.event_type,
            "execution_id": event.execution_id,
            "node": event.node_id,
            "details": event.details,
        }
        workflow = str((event.details or {}).get("workflow"))
        self._put(
            ("security_event", event.event_type, workflow, str(event.node_id)),
            Notification(
                *(new_id(), "security_event", event.severity, event.description, event.at),
                details,
            ),
        )

    async def close(self, seconds: float) -> None:
        """Tell what is held back, wait up to ``seconds`` for the channels, and end."""
        for timer in self._timers.values():
            timer.cancel()
        for notification in self._held.values():
            if notification is not None:
                self._send(notification)
        self._held.clear()
        try:
            async with asyncio.timeout(seconds):
                for queue in self._queues:
                    await queue.drained()
        except TimeoutError:
            get_logger().warning("notify.gave_up", seconds=seconds)
        for queue in self._queues:
            await queue.close()

    def _put(self, group: Group, notification: Notification) -> None:
        if group in self._held:
            held = self._held[group]
            self._held[group] = notification if held is None else held.repeated(notification)
            return
        if len(self._held) < MAX_GROUPS:
            self._held[group] = None
            loop = asyncio.get_running_loop()
            self._timers[group] = loop.call_later(WINDOW_SECONDS, self._window_over, group)
        self._send(notification)

    def _window_over(self, group: Group) -> None:
        held = self._held.pop(group)
        del self._timers[group]
        if held is not None:
            self._put(group, held)

    def _send(self, notification: Notification) -> None:
        for queue in self._queues:
            queue.put(notification)


class _ChannelQueue:
    """What waits for one channel, and the task that delivers it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._queue: asyncio.Queue[Notification] = asyncio.Queue(MAX_PENDING)
        self._task: asyncio.Task[None] | None = None
        self._is_failing = self._is_full = False

    def put(self, notification: Notification) -> None:
        """Take one; returns at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name=f"notify {self._channel.name}")
        try:
            self._queue.put_nowait(notification)
            self._is_full = False
        except asyncio.QueueFull:
            if not self._is_full:
                get_logger().error("notify.full", channel=self._channel.name, pending=MAX_PENDING)
            self._is_full = True

    async def drained(self) -> None:
        """Wait until nothing is left to deliver."""
        await self._queue.join()

    async def close(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            notification = await self._queue.get()
            try:
                await self._deliver(notification)
            finally:
                self._queue.task_done()

    async def _deliver(self, notification: Notification) -> None:
        delay = BACKOFF_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._channel.send(notification)
            except Undelivered as failure:
                if not failure.may_repeat or attempt == ATTEMPTS:
                    self._failed(failure.reason)
                    return
            except Exception as error:  # noqa: BLE001 - a channel's mistake must harm nobody
                self._failed(f"it broke with {type(error).__name__}")
                return
            else:
                self._is_failing = False
                return
            await asyncio.sleep(delay)
            delay *= 2

    def _failed(self, reason: str) -> None:
        if not self._is_failing:
            get_logger().error("notify.failed", channel=self._channel.name, reason=reason)
        self._is_failing = True
