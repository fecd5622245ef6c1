"""PostgreSQL: types, parameters, passwords, and what a query may not do."""

import asyncio

import pytest

from tidegate.errors import NodeError, NodeFailed, NodeTimeout, SecurityError
from tidegate.sdk.sql import TableWrite

pytestmark = pytest.mark.postgres


@pytest.fixture
def sql(postgres_sql):
    return postgres_sql


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1::smallint", 1),
        ("9223372036854775807", 2**63 - 1),
        ("123456789012345678901234567890::numeric", 123456789012345678901234567890),
        ("12.50::numeric", 12.5),
        ("0.1::numeric", 0.1),
        ("0.10000000000000000000000000001::numeric", "0.10000000000000000000000000001"),
        ("'NaN'::numeric", "NaN"),
        ("1.1::real", 1.1),
        ("0.1::float8 + 0.2::float8", 0.30000000000000004),
        ("'-Infinity'::float8", "-Infinity"),
        ("true", True),
        ("NULL", None),
        ("'ü'::text", "ü"),
        ("'a'::char(3)", "a  "),
        ("date '2024-02-29'", "2024-02-29"),
        ("timestamp '2024-02-29 12:30:00.5'", "2024-02-29T12:30:00.5"),
        ("timestamptz '2024-02-29 12:30:00+02'", "2024-02-29T10:30:00Z"),
        ("timestamptz 'infinity'", "infinity"),
        ("time '12:30'", "12:30:00"),
        ("interval '1 day 2 hours'", "P1DT2H"),
        (
            "'5f0c7e2e-6f0e-4b0a-8a53-5c2a0a6a2a11'::uuid",
            "5f0c7e2e-6f0e-4b0a-8a53-5c2a0a6a2a11",
        ),
        ("'{\"a\": [1, 2.50, null]}'::jsonb", {"a": [1, 2.5, None]}),
        ("'null'::json", None),
        ("'\\x00ff'::bytea", {"$base64": "AP8="}),
        ("ARRAY[1, 2, NULL]", [1, 2, None]),
        ("ARRAY[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("ARRAY['a b', 'c,\"d']", ["a b", 'c,"d']),
        ("ARRAY[1.5::numeric]", [1.5]),
        ("ARRAY[timestamptz '2024-01-01 00:00+00']", ["2024-01-01T00:00:00Z"]),
        ("'192.168.0.1/24'::inet", "192.168.0.1/24"),
        ("int4range(1, 5)", "[1,5)"),
        ("ROW(1, 'a')", "(1,a)"),
        ("'12.50'::money::numeric", 12.5),
    ],
)
async def test_types(sql, expression, value):
    assert await sql.query(f"SELECT {expression} AS v") == [{"v": value}]


async def test_a_json_number_that_no_double_holds(sql):
    with pytest.raises(NodeFailed, match="can't be kept"):
        await sql.query("SELECT '1e999'::json AS v")


async def test_parameters_of_statements(sql):
    (row,) = await sql.query(
        "SELECT $1::text AS a, $2::int + 1 AS b, $3::jsonb->>'x' AS c, 2 = ANY($4) AS d, $5::bytea AS e",
        ["t", 41, {"x": "y"}, [1, 2], {"$base64": "AP8="}],
    )
    assert row == {"a": "t", "b": 42, "c": "y", "d": True, "e": {"$base64": "AP8="}}
    (row,) = await sql.query("SELECT '%s %(a)s 100%' AS a, $1::text LIKE 'x%' AS b", ["xy"])
    assert row == {"a": "%s %(a)s 100%", "b": True}


async def test_quoting_of_postgresql(sql):
    statement = """SELECT E'\\':a' AS a, $x$ :b $1 $x$ AS b, $$:c$$ AS c, /* :d /* $2 */ :e */ :v::text AS d,
        (ARRAY[1,2,3])[1:2] AS e"""
    (row,) = await sql.query(statement, {"v": "ok"})
    assert row == {"a": "':a", "b": " :b $1 ", "c": ":c", "d": "ok", "e": [1, 2]}


async def test_table_writes_fit_any_column(sql):
    await sql.execute(
        "CREATE TABLE t (a text, b numeric, c timestamptz, d jsonb, e int[], f boolean, g uuid, h varchar)"
    )
    columns = ("a", "b", "c", "d", "e", "f", "g", "h")
    uuid = "5f0c7e2e-6f0e-4b0a-8a53-5c2a0a6a2a11"
    values = (5, 2.5, "2024-01-01T00:00:00Z", "text", [1, 2], True, uuid, False)
    await sql.execute(TableWrite("insert", "t", columns), [dict(zip(columns, values, strict=True))])
    (row,) = await sql.query("SELECT * FROM t")
    assert row == dict(zip(columns, ("5", *values[1:7], "false"), strict=True))


async def test_a_password_in_the_url_is_refused(sql_at, postgres):
    url = postgres.url.replace("postgresql://", "postgresql://ada:secret@")
    with pytest.raises(NodeFailed, match="credential") as caught:
        await sql_at(url).query("SELECT 1")
    assert "secret@" not in str(caught.value)


async def test_addresses_that_are_not_allowed(sql_at):
    for url in (
        "postgresql://a@127.0.0.1:1/db",
        "postgresql://a@169.254.169.254/db",
        "postgresql://a@[::1]/db",
    ):
        with pytest.raises(SecurityError):
            await sql_at(url).query("SELECT 1")


async def test_the_session_reads_only(sql, postgres):
    await sql.people()
    for statement in (
        "SELECT set_config('transaction_read_only', 'off', true)",
        "SELECT nextval('s')",
        "WITH gone AS (DELETE FROM people RETURNING *) SELECT * FROM gone",
    ):
        with pytest.raises(NodeError):
            await sql.query(statement)
    assert postgres.run("SELECT count(*) FROM people") == [(2,)]


async def test_no_connection_is_left_behind(sql, postgres):
    await sql.query("SELECT 1 AS a")
    with pytest.raises(NodeFailed):
        await sql.query("SELECT nope")
    with pytest.raises(NodeTimeout):
        await sql.query("SELECT pg_sleep(60)", seconds=0.3)
    for _ in range(100):
        left = postgres.run(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'tidegate'"
        )
        if left == [(0,)]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(left)
