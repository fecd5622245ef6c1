"""sql.write: change rows."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tidegate.nodes.sql.rows import RowSource
from tidegate.nodes.sql.values import STATEMENT_HELP, URL_HELP, database_credential
from tidegate.sdk import Context, Example, Field, Item, Json, Lazy, Node, NodeFailed, NodeParams
from tidegate.sdk.sql import TableWrite

_TABLE = ["insert", "upsert", "update", "delete"]
_KEYED = ["upsert", "update", "delete"]


class SqlWrite(Node):
    """Change a database with all items, in one transaction: everything or nothing.

    Either the items' fields go into the columns of a table (insert, upsert, update, delete), or a
    statement of your own is run for each item. Values are bound as parameters and never become
    SQL; a text such as `'; DROP TABLE` is only a text.

    Upsert inserts a row, or updates the one with the same key, for which the table needs a unique
    index. Bytes are written as `{"$base64": "..."}`; lists and objects become JSON (a plain list an
    array where PostgreSQL's column is one). The result is one item with the number of rows changed.
    """

    name = "sql.write"
    label = "SQL write"
    category = "sql"
    effects = "write"

    class Params(NodeParams):
        """Which database, and what to change in it."""

        url: str = Field(
            label="Database", placeholder="sqlite:shop.db", expressions=False, description=URL_HELP
        )
        action: Literal["insert", "upsert", "update", "delete", "statement"] = Field(
            "insert", label="Action"
        )
        table: str = Field(
            "",
            label="Table",
            placeholder="orders",
            expressions=False,
            description="Its name, or schema.table.",
            show_when={"action": _TABLE},
        )
        columns: list[str] = Field(
            [],
            label="Columns",
            expressions=False,
            description="The items' fields to write, which are named like the columns. Empty: all "
            "fields of the first item.",
            show_when={"action": _TABLE},
        )
        keys: list[str] = Field(
            [],
            label="Key columns",
            expressions=False,
            description="They find the rows that exist.",
            show_when={"action": _KEYED},
        )
        statement: str = Field(
            "",
            label="Statement",
            widget="code",
            expressions=False,
            description=STATEMENT_HELP,
            show_when={"action": "statement"},
        )
        params: Lazy[dict[str, Json] | list[Json]] = Field(
            [],
            label="Parameters",
            widget="json",
            placeholder='["{{ json.id }}"]',
            show_when={"action": "statement"},
        )

    examples = (
        Example(
            {"url": "sqlite:shop.db", "action": "upsert", "table": "products", "keys": ["sku"]},
            items=[{"sku": "L1", "price": 19.9}, {"sku": "C1", "price": 80}],
            output=[{"rows_changed": 2, "items": 2}],
            title="Insert or update by a key",
            runnable=False,
        ),
        Example(
            {
                "url": "postgresql://writer@db.example.org/shop",
                "action": "statement",
                "statement": "UPDATE stock SET count = count - :count WHERE sku = :sku",
                "params": {"sku": "{{ json.sku }}", "count": "{{ json.sold }}"},
            },
            items=[{"sku": "L1", "sold": 2}],
            output=[{"rows_changed": 1, "items": 1}],
            title="A statement for each item",
            runnable=False,
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """One item, once everything is committed."""
        rows = RowSource(batches)
        if params.action == "statement":
            if not params.statement:
                raise NodeFailed("there is no statement to run")
            if not await rows.has_items():
                return
            statement: str | TableWrite = params.statement
            values = rows.evaluated(params.params)
        else:
            if not params.table:
                raise NodeFailed("there is no table to write to")
            if not await rows.has_items():
                return
            given = params.keys if params.action == "delete" else params.columns
            columns = tuple(given or rows.first_fields())
            statement = TableWrite(params.action, params.table, columns, tuple(params.keys))
            values = rows.cells(statement, are_all_fields=not given)
        changed = await ctx.sql.execute(
            params.url, statement, values, credential=database_credential(ctx)
        )
        yield [Item({"rows_changed": changed, "items": rows.count}, parents=rows.first)]
