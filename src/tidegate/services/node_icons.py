"""Which picture an editor shows for a node type: names of Lucide icons."""

from collections.abc import Mapping
from typing import Final

_BY_NAME: Final[Mapping[str, str]] = {
    "code.javascript": "braces",
    "data.aggregate": "group",
    "data.compare": "diff",
    "data.convert": "replace",
    "data.crypto": "key-round",
    "data.date_time": "calendar",
    "data.filter": "filter",
    "data.generate": "sparkles",
    "data.limit": "list-end",
    "data.remove_duplicates": "copy-x",
    "data.rename": "text-cursor-input",
    "data.set": "pencil",
    "data.sort": "arrow-down-a-z",
    "data.split_out": "ungroup",
    "data.state": "save",
    "data.summarize": "sigma",
    "flow.if": "split",
    "flow.loop": "repeat",
    "flow.merge": "merge",
    "flow.no_op": "circle-dot",
    "flow.stop": "octagon-x",
    "flow.sub_workflow": "workflow",
    "flow.switch": "route",
    "flow.wait": "hourglass",
    "trigger.email": "mail",
    "trigger.error": "siren",
    "trigger.file_watch": "folder-search",
    "trigger.form": "clipboard-list",
    "trigger.manual": "mouse-pointer-click",
    "trigger.schedule": "clock",
    "trigger.sub_workflow": "workflow",
    "trigger.webhook": "webhook",
}
_BY_CATEGORY: Final[Mapping[str, str]] = {
    "code": "code",
    "data": "table",
    "files": "file",
    "flow": "waypoints",
    "http": "globe",
    "sql": "database",
    "triggers": "zap",
}
_OTHER: Final = "box"


def icon_of(name: str, category: str) -> str:
    """The icon of a node type; foreign ones have their category's."""
    return _BY_NAME.get(name) or _BY_CATEGORY.get(category, _OTHER)
