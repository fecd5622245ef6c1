"""``ctx.sql``: the database that a URL names, SQLite under the roots or PostgreSQL by the gate."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tidegate.egress.client import Gate
from tidegate.egress.records import Recorder
from tidegate.errors import NodeFailed
from tidegate.files.resource import in_thread, opened
from tidegate.files.roots import FileRoots
from tidegate.files.table_sql import check_names
from tidegate.sdk.budget import Budget
from tidegate.sdk.sql import SqlParams, TableWrite

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Rows = Sequence[dict[str, Any]]

_POSTGRESQL: Final = ("postgresql:", "postgres:")
_SQLITE: Final = "sqlite:"


@dataclass(frozen=True, slots=True)
class NodeSql:
    """Databases for one attempt of a node. See ``sdk.sql.SqlAccess``.

    ``check_host`` refuses the host and port of a server that the credential may not be sent to.
    """

    roots: FileRoots
    gate: Gate
    budget: Budget
    workflow: str = ""
    recorder: Recorder | None = None
    check_host: Callable[[str, int], None] | None = None

    async def query(
        self,
        url: str,
        statement: str,
        param_sets: AsyncIterator[SqlParams],
        *,
        credential: Mapping[str, Any] | None = None,
    ) -> AsyncGenerator[Rows, None]:
        """The rows of a query for each of ``param_sets``."""
        # A database is opened only when there is something to ask it.
        first = await anext(param_sets, None)
        if first is None:
            return
        if url.startswith(_POSTGRESQL):
            from tidegate.files import postgres  # noqa: PLC0415 - psycopg takes 60 ms to load

            connect = partial(self._connect, url, credential)
            found = postgres.query(connect, statement, _again(first, param_sets), self.budget)
        else:
            found = self._query_sqlite(_path(url), statement, _again(first, param_sets))
        async with aclosing(found):
            async for rows in found:
                yield rows

    async def execute(
        self,
        url: str,
        statement: str | TableWrite,
        batches: AsyncIterator[Sequence[SqlParams]],
        *,
        credential: Mapping[str, Any] | None = None,
    ) -> int:
        """Run one statement for each row, all in one transaction."""
        if isinstance(statement, TableWrite):
            check_names(statement)
        if url.startswith(_POSTGRESQL):
            from tidegate.files import postgres  # noqa: PLC0415 - psycopg takes 60 ms to load

            connect = partial(self._connect, url, credential)
            return await postgres.execute(connect, statement, batches, self.budget)
        return await self._execute_sqlite(_path(url), statement, batches)

    async def _query_sqlite(
        self, path: str, statement: str, param_sets: AsyncIterator[SqlParams]
    ) -> AsyncGenerator[Rows, None]:
        from tidegate.files.sqlite import SqliteFile  # noqa: PLC0415 - only where it is used

        make = partial(SqliteFile, self.roots, path, self.budget, reads_only=True)
        async with opened(make) as database:
            async for params in param_sets:
                await in_thread(partial(database.start, statement, params))
                while rows := await in_thread(database.fetch):
                    yield rows

    async def _execute_sqlite(
        self,
        path: str,
        statement: str | TableWrite,
        batches: AsyncIterator[Sequence[SqlParams]],
    ) -> int:
        from tidegate.files.sqlite import SqliteFile  # noqa: PLC0415 - only where it is used

        changed = 0
        has_begun = False
        make = partial(SqliteFile, self.roots, path, self.budget, reads_only=False)
        async with opened(make) as database:
            async for rows in batches:
                if rows and not has_begun:
                    is_named = isinstance(rows[0], Mapping)
                    await in_thread(partial(database.begin, statement, is_named=is_named))
                    has_begun = True
                changed += await in_thread(partial(database.write, rows))
            if has_begun:
                await in_thread(database.commit)
        return changed

    async def _connect(
        self, url: str, credential: Mapping[str, Any] | None
    ) -> "AsyncConnection[Any]":
        from tidegate.egress.postgres import PostgresTarget  # noqa: PLC0415 - rarely needed

        target = PostgresTarget.parse(url)
        if target.password:
            raise NodeFailed(
                "the database's URL holds a password, which would be stored with the workflow; "
                "keep it in a credential, and only the user in the URL"
            )
        if credential is not None and self.check_host is not None:
            self.check_host(target.host, target.port)
        secret = credential or {}
        target = replace(
            target,
            user=str(secret.get("user") or target.user),
            password=str(secret.get("password") or ""),
        )
        return await self.gate.connect_postgres(
            target, workflow=self.workflow, recorder=self.recorder
        )


async def _again(first: SqlParams, rest: AsyncIterator[SqlParams]) -> AsyncIterator[SqlParams]:
    yield first
    async for params in rest:
        yield params


def _path(url: str) -> str:
    if not url.startswith(_SQLITE):
        scheme = url.partition(":")[0][:30]
        raise NodeFailed(
            f"there is no database for {scheme!r}; write sqlite:path/file.db or "
            "postgresql://user@host:5432/database"
        )
    # sqlite:///name is SQLAlchemy's form of a relative path, sqlite:////name of an absolute one.
    path = url.removeprefix(_SQLITE)
    return path.removeprefix("///") if path.startswith("///") else path
