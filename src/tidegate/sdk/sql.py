"""What a node may do with a SQL database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tidegate.model.item import JsonObject

SqlParams = Mapping[str, Any] | Sequence[Any]
"""Values for ``:name`` (a mapping) or ``$1``, ``$2`` (a sequence) in a statement."""


@dataclass(frozen=True, slots=True)
class TableWrite:
    """A change of a table's rows that the database's dialect words; names are never parsed as SQL.

    ``table`` may be ``schema.table``. ``columns`` are all that a row gives a value for; ``keys``,
    some of them, find the rows that exist.
    """

    action: Literal["insert", "upsert", "update", "delete"]
    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()


class SqlAccess(Protocol):
    """``ctx.sql``: a database for the length of one call, named by a URL.

    ``sqlite:relative/path.db`` under an allowed root, or ``postgresql://user@host:port/database``,
    whose password comes from ``credential`` (``user``, ``password``).

    Values are JSON: big integers stay exact, a decimal is a number where a number shows the same
    digits and else text, dates and times are ISO 8601 text in UTC, JSON columns are decoded, and
    bytes are ``{"$base64": "..."}``, in both directions.
    """

    def query(
        self,
        url: str,
        statement: str,
        param_sets: AsyncIterator[SqlParams],
        *,
        credential: Mapping[str, Any] | None = None,
    ) -> AsyncIterator[Sequence[JsonObject]]:
        """Ask a query with each of ``param_sets`` in turn, in one read-only transaction.

        Rows come in batches of about 1 MB; all rows for some parameters come before the next
        parameters are taken. Close the iterator (``contextlib.aclosing``) when not all rows are
        wanted.

        Raises:
            NodeError: the database refused, or can't be reached.
            SecurityError: the address, the path or the statement is not allowed.
        """
        ...

    async def execute(
        self,
        url: str,
        statement: str | TableWrite,
        batches: AsyncIterator[Sequence[SqlParams]],
        *,
        credential: Mapping[str, Any] | None = None,
    ) -> int:
        """Run one statement for each row, all in one transaction.

        A ``TableWrite`` needs mappings with all of its columns.

        Returns:
            How many rows were changed.

        Raises:
            NodeError: as :meth:`query`; nothing was changed then.
        """
        ...
