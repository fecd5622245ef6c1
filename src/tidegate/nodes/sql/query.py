"""sql.query: read rows."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from tidegate.nodes.sql.values import STATEMENT_HELP, URL_HELP, database_credential, sql_params
from tidegate.sdk import Context, Example, Field, Item, Json, Lazy, Node, NodeError, NodeParams
from tidegate.sdk.sql import SqlParams
from tidegate.sdk.values import size_of


class SqlQuery(Node):
    """Run a query for each item and give an item for each row.

    The query runs in a read-only transaction, and its rows are read piece by piece, so that a
    result may be larger than the memory. Values are bound as parameters and never become SQL.

    Whole numbers stay exact; a decimal is a number where a number shows the same digits, else
    text. Dates and times are ISO 8601 text in UTC, JSON columns are decoded, and bytes are
    `{"$base64": "..."}`. Two columns of the same name need another name with `AS`.
    """

    name = "sql.query"
    label = "SQL query"
    category = "sql"
    effects = "read"

    class Params(NodeParams):
        """Which database, and what to ask it."""

        url: str = Field(
            label="Database", placeholder="sqlite:shop.db", expressions=False, description=URL_HELP
        )
        statement: str = Field(
            label="Statement",
            widget="code",
            min_length=1,
            expressions=False,
            description=STATEMENT_HELP,
        )
        params: Lazy[dict[str, Json] | list[Json]] = Field(
            [], label="Parameters", widget="json", placeholder='["{{ json.id }}"]'
        )

    examples = (
        Example(
            {
                "url": "sqlite:shop.db",
                "statement": "SELECT name, total FROM orders WHERE customer = $1 ORDER BY id",
                "params": ["{{ json.customer }}"],
            },
            items=[{"customer": 7}],
            output=[{"name": "Lamp", "total": 19.9}, {"name": "Chair", "total": 80.0}],
            title="Rows for each item",
            runnable=False,
        ),
        Example(
            {
                "url": "postgresql://reader@db.example.org/shop",
                "statement": "SELECT * FROM orders WHERE day >= :since",
                "params": {"since": "2024-05-01"},
            },
            output=[{"id": 1, "day": "2024-05-02", "total": 19.9}],
            title="Named parameters",
            runnable=False,
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """The rows of every item's query."""
        current = Item({})
        number = -1

        async def param_sets() -> AsyncIterator[SqlParams]:
            nonlocal current, number
            async for batch in batches:
                for item in batch:
                    current = item
                    number += 1
                    yield sql_params(params.params(item))

        found: Any = ctx.sql.query(
            params.url, params.statement, param_sets(), credential=database_credential(ctx)
        )
        try:
            async with aclosing(found):
                async for rows in found:
                    held = sum(map(size_of, rows))
                    ctx.budget.charge(held, "the rows of a query")
                    yield [current.derive(row, {}) for row in rows]
                    ctx.budget.release(held)
        except NodeError as error:
            error.details.setdefault("item", number)
            raise
