"""What can be written into a workflow, for editors: functions of expressions, settings."""

from typing import Any

from tidegate.expressions.functions import TOPICS
from tidegate.expressions.library import RECEIVER_NAMES, Function
from tidegate.model.document_schema import NodeSettingsSection, WorkflowSettingsSection
from tidegate.model.item import JsonObject
from tidegate.services.identity.permissions import Action, Caller


def describe(caller: Caller) -> JsonObject:
    """Functions and methods of expressions, and JSON Schemas of what every node can be told.

    Raises:
        Forbidden: the caller reads no workflows.
    """
    caller.require(Action.WORKFLOWS_READ)
    return {
        "functions": [
            _function(topic.title, function)
            for topic in TOPICS
            for function in (*topic.functions.values(), *topic.methods.values())
        ],
        "node_settings": NodeSettingsSection.model_json_schema(),
        "workflow_settings": WorkflowSettingsSection.model_json_schema(),
    }


def _function(topic: str, function: Function) -> dict[str, Any]:
    receiver = function.receiver
    return {
        "name": function.name,
        "topic": topic,
        "signature": function.signature,
        "summary": function.summary,
        "receiver": None if receiver is None else RECEIVER_NAMES[receiver],
        "example": function.example.source,
    }
