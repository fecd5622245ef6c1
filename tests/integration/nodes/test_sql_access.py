"""``ctx.sql`` on a real SQLite file and a real PostgreSQL server."""

import asyncio
import time

import pytest

from tidegate.errors import NodeError, NodeFailed, NodeTimeout
from tidegate.sdk.sql import TableWrite


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def sql(request):
    return request.getfixturevalue(f"{request.param}_sql")


async def test_values_are_bound_never_pasted(sql):
    await sql.people()
    evil = "x'; DROP TABLE people; --"
    assert (
        await sql.execute("UPDATE people SET name = $1 WHERE id = $2", [[evil, 2], [evil, 9]]) == 1
    )
    assert await sql.query("SELECT name FROM people WHERE name = $1", [evil]) == [{"name": evil}]
    assert await sql.query("SELECT age FROM people WHERE id = :id", {"id": 1, "more": 0}) == [
        {"age": 36}
    ]
    assert await sql.query("SELECT id FROM people WHERE name = $1", ["' OR 1=1"]) == []


async def test_what_looks_like_a_placeholder_in_text_and_comments_is_left_alone(sql):
    statement = """SELECT ':a $1' AS "x:a", 'it''s :b' AS q, $1 AS v -- :c $2
        /* :d $3 */"""
    (row,) = await sql.query(statement, ["ok"])
    assert row == {"x:a": ":a $1", "q": "it's :b", "v": "ok"}
    (row,) = await sql.query("SELECT :v AS a, :v AS b, ':w' AS c", {"v": "x"})
    assert row == {"a": "x", "b": "x", "c": ":w"}


async def test_a_missing_parameter_is_named(sql):
    with pytest.raises(NodeFailed, match=":nope, which is not among the parameters: a, b"):
        await sql.query("SELECT :nope", {"a": 1, "b": 2})
    with pytest.raises(NodeFailed, match=r"uses \$3, but there are 1"):
        await sql.query("SELECT $3", ["a"])


async def test_large_results_come_in_batches(sql, once):
    statement = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
        "SELECT i, :pad AS pad FROM n"
    )
    sizes = []
    access = sql.access()
    async for rows in access.query(
        sql.url, statement, once({"pad": "x"}), credential=sql.credential
    ):
        sizes.append(len(rows))
    assert sizes == [1000, 1000, 500]
    sizes.clear()
    async for rows in access.query(
        sql.url, statement, once({"pad": "x" * 50_000}), credential=sql.credential
    ):
        sizes.append(len(rows))
    assert sum(sizes) == 2500
    assert max(sizes) < 30


async def test_a_reader_can_stop_early(sql, once):
    from contextlib import aclosing

    statement = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 5000000"
    async with aclosing(
        sql.access().query(sql.url, statement, once([]), credential=sql.credential)
    ) as batches:
        assert len(await anext(batches)) == 1000


async def test_many_parameters_share_one_transaction(sql):
    await sql.people()

    async def param_sets():
        for n in range(50):
            yield [n % 3]

    found = []
    statement = "SELECT name FROM people WHERE id = $1"
    async for rows in sql.access().query(
        sql.url, statement, param_sets(), credential=sql.credential
    ):
        found += [row["name"] for row in rows]
    assert found == ["Ada", "Bob"] * 16 + ["Ada"]


async def test_nothing_to_ask_opens_nothing(runner):
    async def nothing():
        for _ in ():
            yield []

    async for _ in runner.context().sql.query(
        "postgresql://a@127.0.0.1:1/x", "SELECT 1", nothing()
    ):
        raise AssertionError


async def test_only_reading(sql):
    await sql.people()
    for statement in ("DELETE FROM people", "CREATE TABLE x (a integer)", "DROP TABLE people"):
        with pytest.raises(NodeError, match="SQL write"):
            await sql.query(statement)
    assert len(await sql.query("SELECT * FROM people")) == 2


@pytest.mark.parametrize(
    "statement", ["SELECT 1 AS a; DELETE FROM people", "SELECT 1 AS a; COMMIT; DELETE FROM people"]
)
async def test_one_statement_only(sql, statement):
    await sql.people()
    for _ in range(2):
        with pytest.raises(NodeFailed, match=r"one statement|multiple commands"):
            await sql.query(statement)
        with pytest.raises(NodeFailed, match=r"one statement|multiple commands"):
            await sql.execute(statement)
    assert len(await sql.query("SELECT * FROM people")) == 2


async def test_a_failed_row_undoes_all_rows(sql):
    await sql.people()
    with pytest.raises(NodeFailed, match=r"(?i)unique|duplicate"):
        await sql.execute("INSERT INTO people VALUES ($1, 'x', 1)", [[3], [4]], [[5], [1]])
    assert len(await sql.query("SELECT * FROM people")) == 2


async def test_a_failed_source_undoes_all_rows(sql):
    await sql.people()

    async def broken():
        yield [[3]]
        raise RuntimeError("broke")

    with pytest.raises(RuntimeError):
        await sql.access().execute(
            sql.url, "INSERT INTO people VALUES ($1, 'x', 1)", broken(), credential=sql.credential
        )
    assert len(await sql.query("SELECT * FROM people")) == 2


async def test_table_writes(sql):
    await sql.people()

    def write(action, columns=("id", "name", "age"), keys=("id",)):
        return TableWrite(action, "people", columns, keys)

    rows = [{"id": 2, "name": "Bo", "age": 3}, {"id": 3, "name": "Cy", "age": 4}]
    assert await sql.execute(write("upsert"), rows) == 2
    assert await sql.execute(write("upsert", ("id",)), [{"id": 3}, {"id": 4}]) == 1
    assert (
        await sql.execute(write("update"), [rows[0] | {"age": 5}, {"id": 9, "name": "", "age": 1}])
        == 1
    )
    assert (
        await sql.execute(
            write("delete", ("id", "name"), ("id", "name")), [{"id": 3, "name": "Cy"}]
        )
        == 1
    )
    assert await sql.execute(write("delete", ("id",)), [{"id": 4}, {"id": 5}]) == 1
    assert await sql.query("SELECT * FROM people ORDER BY id") == [
        {"id": 1, "name": "Ada", "age": 36},
        {"id": 2, "name": "Bo", "age": 5},
    ]


async def test_names_are_names_whatever_they_hold(sql):
    odd = 'a"; DROP TABLE people; --'
    quoted = '"' + odd.replace('"', '""') + '"'
    await sql.people()
    await sql.execute(f'CREATE TABLE {quoted} ({quoted} integer PRIMARY KEY, "x%$1:b" text)')
    write = TableWrite("upsert", odd, (odd, "x%$1:b"), (odd,))
    assert await sql.execute(write, [{odd: 1, "x%$1:b": "y"}, {odd: 1, "x%$1:b": "z"}]) == 2
    assert await sql.query(f"SELECT * FROM {quoted}") == [{odd: 1, "x%$1:b": "z"}]
    assert await sql.execute(TableWrite("delete", odd, (odd,), (odd,)), [{odd: 1}]) == 1
    assert len(await sql.query("SELECT * FROM people")) == 2


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (TableWrite("insert", "nope", ("id",)), "no table 'nope'"),
        (TableWrite("insert", "people", ("id", "nam")), "no column 'nam'; it has: id, name, age"),
        (TableWrite("delete", "people", ("nope",), ("nope",)), "no column 'nope'"),
        (TableWrite("delete", "people", ("id",)), "name the key columns"),
        (TableWrite("update", "people", ("id",), ("id",)), "no column to update"),
        (TableWrite("update", "people", ("name",), ("id",)), "'id' is not among the columns"),
        (TableWrite("insert", "people", ()), "no columns"),
        (TableWrite("insert", "people", ("id", "id")), "named twice"),
        (TableWrite("insert", "a.b.c", ("id",)), "not a table's name"),
        (TableWrite("insert", "x" * 64, ("id",)), "can't be the name"),
        (TableWrite("insert", "people", ("a\0",)), "can't be the name"),
        (TableWrite("insert", "", ("id",)), "can't be the name"),
    ],
)
async def test_wrong_table_writes_are_refused(sql, write, message):
    await sql.people()
    with pytest.raises(NodeFailed, match=message):
        await sql.execute(write, [dict.fromkeys(write.columns, 1)])
    assert len(await sql.query("SELECT * FROM people")) == 2


async def test_a_schema_may_be_named(sql):
    await sql.people()
    table = "main.people" if sql.is_sqlite else "public.people"
    assert await sql.execute(TableWrite("delete", table, ("id",), ("id",)), [{"id": 1}]) == 1


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1,
        2**53 + 1,
        1.5,
        -0.1,
        "",
        "ü\n'\"",
        [1, 2],
        {"a": [1, None]},
        {"$base64": "AP8="},
    ],
)
async def test_values_go_there_and_back(sql, value):
    kind = "blob" if sql.is_sqlite else "jsonb"
    is_bytes = isinstance(value, dict) and "$base64" in value
    if not sql.is_sqlite and is_bytes:
        kind = "bytea"
    await sql.execute(f"CREATE TABLE v (x {kind})")
    await sql.execute(TableWrite("insert", "v", ("x",)), [{"x": value}])
    (row,) = await sql.query("SELECT x FROM v")
    if sql.is_sqlite and isinstance(value, list | dict) and not is_bytes:
        import json

        assert json.loads(row["x"]) == value  # SQLite has no JSON type: it is kept as text
    else:
        assert row == {"x": value}


async def test_two_columns_of_one_name(sql):
    with pytest.raises(NodeFailed, match="two columns are named 'a'"):
        await sql.query("SELECT 1 AS a, 2 AS a")


async def test_the_database_says_what_is_wrong(sql):
    with pytest.raises(NodeFailed, match="nope"):
        await sql.query("SELECT * FROM nope")
    with pytest.raises(NodeFailed, match=r"(?i)syntax"):
        await sql.query("SELEC 1")


ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n"
)


async def test_an_endless_query_ends_at_the_deadline(sql):
    started = time.monotonic()
    with pytest.raises(NodeTimeout):
        await sql.query(ENDLESS, seconds=0.5)
    assert time.monotonic() - started < 5


async def test_an_endless_query_can_be_cancelled(sql):
    task = asyncio.create_task(sql.query(ENDLESS, seconds=600))
    await asyncio.sleep(0.5)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 5


async def test_a_cancelled_write_changes_nothing(sql):
    await sql.people()
    reached = asyncio.Event()

    async def slow():
        yield [[3]]
        reached.set()
        await asyncio.sleep(600)

    task = asyncio.create_task(
        sql.access().execute(
            sql.url, "INSERT INTO people VALUES ($1, 'x', 1)", slow(), credential=sql.credential
        )
    )
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(await sql.query("SELECT * FROM people")) == 2
    await sql.execute("DELETE FROM people")  # nobody holds a lock any more


@pytest.mark.parametrize("url", ["mysql://h/db", "nonsense", "", "sqlite"])
async def test_other_databases_are_not_known(runner, url, once):
    with pytest.raises(NodeFailed, match="there is no database for"):
        async for _ in runner.context().sql.query(url, "SELECT 1", once([])):
            pass
