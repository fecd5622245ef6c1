"""What the SQL nodes share: the database's URL, and parameters from expressions."""

from collections.abc import Mapping
from typing import Any

from tidegate.sdk import Context, NodeFailed
from tidegate.sdk.sql import SqlParams
from tidegate.sdk.values import type_name

URL_HELP = (
    "sqlite:shop.db for a file in a folder that is open to workflows, or "
    "postgresql://user@host:5432/database, whose password is in the node's credential."
)
STATEMENT_HELP = (
    "A constant: expressions go into the parameters, so that no value is ever read as SQL. "
    "`$1`, `$2` stand for a list's parameters, `:name` for an object's."
)


def sql_params(value: Any) -> SqlParams:
    """A parameter's value as parameters of a statement.

    Raises:
        NodeFailed: it is neither a list nor an object.
    """
    if type(value) in (dict, list):
        params: SqlParams = value
        return params
    raise NodeFailed(
        f"the parameters are {type_name(value)}; they must be a list (for $1, $2) or an object "
        "(for :name)"
    )


def database_credential(ctx: Context) -> Mapping[str, Any] | None:
    """The user and the password for the database, where the node has them."""
    return ctx.credentials.get("database")
