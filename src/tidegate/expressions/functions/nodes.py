"""What ``node("id")`` offers."""

from typing import Any, Final

from tidegate.expressions.library import Topic
from tidegate.expressions.scope import NodeView, Scope
from tidegate.expressions.values import need_text

TOPIC: Final = Topic("Results of other nodes")

TOPIC.field(NodeView, "item", "The item of that node which this item was made from.")
TOPIC.field(NodeView, "json", "The object of that item; short for `.item.json`.")
TOPIC.field(NodeView, "items", "The objects of all items of its main output.")
TOPIC.field(NodeView, "first", "The first of them.")
TOPIC.field(NodeView, "last", "The last of them.")


@TOPIC.method(NodeView, "node('fetch').output('error')", [{"message": "no"}])
def output(scope: Scope, view: NodeView, name: Any) -> list[Any]:
    """The objects of all items of the named output."""
    return view.output(need_text(name, "the output's name"))
