"""How a node execution ended, as the executor sees it."""

from msgspec import Struct, field

from tidegate.engine.batches import Output
from tidegate.engine.gather import Gather
from tidegate.errors import TidegateError
from tidegate.model.execution import Path, ResourceUsage
from tidegate.model.item import JsonObject
from tidegate.model.status import NodeStatus


class NodeResult(Struct):
    """The end of a node execution, or that it waits until ``wake_at`` (microseconds).

    ``failure`` is set when the failure was not handled and the execution has to stop.
    """

    node_id: str
    path: Path
    status: NodeStatus
    outputs: dict[str, Output] = field(default_factory=dict)
    gather: Gather | None = None
    error: JsonObject | None = None
    errors_handled: int = 0
    failure: TidegateError | None = None
    wake_at: int | None = None
    attempt: int = 1
    started_at: int = 0
    items_in: int = 0
    usage: ResourceUsage | None = None
