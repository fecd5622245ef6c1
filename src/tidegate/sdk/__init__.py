"""What a node author imports: the only public API of Tidegate."""

from tidegate.errors import (
    CredentialError,
    HttpError,
    HttpErrorType,
    NodeError,
    NodeFailed,
    NodeRetryable,
    OutputTooLarge,
    SecurityError,
    SecurityErrorType,
)
from tidegate.model.item import FileRef, Item, JsonObject
from tidegate.sdk.budget import Budget
from tidegate.sdk.context import Context, ExecutionInfo
from tidegate.sdk.files import FileInfo
from tidegate.sdk.http import HttpRequest, HttpResponse
from tidegate.sdk.node import Node
from tidegate.sdk.outcome import ERROR, MAIN, Example, Outputs, Wait
from tidegate.sdk.params import Field, Json, Lazy, NodeParams
from tidegate.sdk.poll import Polled, PollParams, PollTrigger
from tidegate.sdk.state import StateAccess, StateEntry

__all__ = [
    "ERROR",
    "MAIN",
    "Budget",
    "Context",
    "CredentialError",
    "Example",
    "ExecutionInfo",
    "Field",
    "FileInfo",
    "FileRef",
    "HttpError",
    "HttpErrorType",
    "HttpRequest",
    "HttpResponse",
    "Item",
    "Json",
    "JsonObject",
    "Lazy",
    "Node",
    "NodeError",
    "NodeFailed",
    "NodeParams",
    "NodeRetryable",
    "OutputTooLarge",
    "Outputs",
    "PollParams",
    "PollTrigger",
    "Polled",
    "SecurityError",
    "SecurityErrorType",
    "StateAccess",
    "StateEntry",
    "Wait",
]
