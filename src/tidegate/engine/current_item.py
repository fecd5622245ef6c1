"""The item that a node works on: what it logs and requests meanwhile names it."""

from contextvars import ContextVar
from typing import Final

CURRENT_ITEM: Final[ContextVar[int | None]] = ContextVar("tidegate_current_item", default=None)
"""The place of the item in the node's input, while a node is called for one item.

None where it is called for many, and between items. Tasks that are begun meanwhile inherit it.
"""
