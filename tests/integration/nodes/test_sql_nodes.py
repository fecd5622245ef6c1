import pytest

from tidegate.errors import NodeFailed, WorkflowInvalid
from tidegate.nodes.sql.query import SqlQuery
from tidegate.nodes.sql.write import SqlWrite


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request, runner):
    if request.param == "sqlite":
        return "sqlite:shop.db"
    postgres = request.getfixturevalue("postgres")
    runner.rules.append(postgres.rule)
    runner.credentials["database"] = postgres.credential
    return postgres.url


@pytest.fixture
def write(runner, url):
    async def write(items=({},), **params):
        return await runner.engine(SqlWrite, {"url": url, **params}, items)

    return write


@pytest.fixture
def read(runner, url):
    async def read(statement="SELECT * FROM stock ORDER BY sku", items=({},), **params):
        return await runner.engine(SqlQuery, {"url": url, "statement": statement, **params}, items)

    return read


@pytest.fixture
async def stock(write):
    await write(
        action="statement",
        statement="CREATE TABLE stock (sku text PRIMARY KEY, count integer, note text)",
    )
    items = [{"sku": "L1", "count": 3}, {"sku": "C1", "count": 5, "note": "'; DROP TABLE stock"}]
    made = await write(items, table="stock", columns=["sku", "count", "note"])
    assert made == [{"rows_changed": 2, "items": 2}]


async def test_rows_for_each_item(stock, read):
    made = await read(
        "SELECT count, $1 AS asked FROM stock WHERE sku = $1",
        [{"s": "C1"}, {"s": "X"}, {"s": "L1"}],
        params=["{{ json.s }}"],
    )
    assert made == [{"count": 5, "asked": "C1"}, {"count": 3, "asked": "L1"}]


async def test_the_item_as_named_parameters(stock, read):
    made = await read(
        "SELECT note FROM stock WHERE sku = :sku", [{"sku": "C1", "x": 1}], params="{{ json }}"
    )
    assert made == [{"note": "'; DROP TABLE stock"}]


async def test_values_of_items_never_become_sql(stock, write, read):
    evil = {"sku": "x'); DELETE FROM stock; --", "count": 0, "note": "$1 :sku ?"}
    await write([evil], table="stock")
    assert await read("SELECT * FROM stock WHERE count = 0") == [evil]
    assert len(await read()) == 3


async def test_expressions_in_a_statement_are_plain_text(stock, read):
    made = await read("SELECT '{{ json.sku }}' AS a", [{"sku": "' OR 1=1"}])
    assert made == [{"a": "{{ json.sku }}"}]


async def test_actions(stock, write, read):
    made = await write(
        [{"sku": "L1", "count": 9}, {"sku": "N1", "count": 1}],
        action="upsert", table="stock", keys=["sku"],
    )  # fmt: skip
    assert made == [{"rows_changed": 2, "items": 2}]
    await write([{"sku": "C1", "note": "new", "more": 1}], action="update", table="stock",
                columns=["sku", "note"], keys=["sku"])  # fmt: skip
    await write([{"sku": "N1", "count": 77}], action="delete", table="stock", keys=["sku"])
    assert await read() == [
        {"sku": "C1", "count": 5, "note": "new"},
        {"sku": "L1", "count": 9, "note": None},
    ]


async def test_a_statement_for_each_item(stock, write, read):
    made = await write(
        [{"s": "L1", "n": 1}, {"s": "C1", "n": 2}, {"s": "X", "n": 3}],
        action="statement",
        statement="UPDATE stock SET count = count - :n WHERE sku = :s",
        params={"n": "{{ json.n }}", "s": "{{ json.s }}"},
    )
    assert made == [{"rows_changed": 2, "items": 3}]
    assert [row["count"] for row in await read()] == [3, 2]


@pytest.mark.parametrize(
    ("items", "params", "message"),
    [
        ([{"sku": "A"}, {"sku": "B", "count": 1}], {"table": "stock"}, "item 1 has a field 'count'"),
        ([{"sku": "A", "nope": 1}], {"table": "stock"}, "no column 'nope'"),
        ([{"sku": "A"}], {"table": "stock", "columns": ["count", "sku"], "action": "update", "keys": ["sku"]},
         "item 0 has no field 'count'"),
        ([{"sku": "A"}], {"table": "nope"}, "no table 'nope'"),
        ([{"sku": "A"}], {}, "no table to write to"),
        ([{"sku": "A"}], {"action": "statement"}, "no statement"),
        ([{"sku": "A"}], {"action": "statement", "statement": "DELETE FROM stock", "params": "{{ 5 }}"},
         "the parameters are a number"),
        ([{"sku": "A", "count": 1}, {"sku": "A", "count": 2}], {"table": "stock"}, "(?i)unique"),
    ],
)  # fmt: skip
async def test_mistakes_change_nothing(stock, write, read, items, params, message):
    with pytest.raises(NodeFailed, match=message):
        await write(items, **params)
    assert len(await read()) == 2


async def test_parameters_of_both_kinds(stock, read, write):
    with pytest.raises(NodeFailed, match="lists for all items"):
        await write(
            [{"p": ["L1"]}, {"p": {"a": "L1"}}],
            action="statement", statement="DELETE FROM stock WHERE sku = $1", params="{{ json.p }}",
        )  # fmt: skip
    assert len(await read()) == 2


async def test_bytes_and_json_from_one_table_to_another(runner, url, write, read):
    kind = ("blob", "text") if url.startswith("sqlite") else ("bytea", "jsonb")
    for table in ("one", "two"):
        await write(
            action="statement",
            statement=f"CREATE TABLE {table} (a {kind[0]}, b {kind[1]}, c bigint)",
        )
    row = {"a": {"$base64": "AP8="}, "b": {"x": [1, None]}, "c": 2**62 + 1}
    await write([row], table="one")
    found = await read("SELECT * FROM one")
    await write(found, table="two")
    assert await read("SELECT * FROM two") == found
    assert found[0]["a"] == row["a"]
    assert found[0]["c"] == row["c"]


async def test_many_rows_stay_in_the_budget(runner, url, write):
    from tidegate.config import LimitSettings

    await write(action="statement", statement="CREATE TABLE many (n integer, pad text)")
    await write([{"n": n, "pad": "x" * 1000} for n in range(20_000)], table="many")
    params = {"url": url, "statement": "SELECT * FROM many ORDER BY n"}
    made = await runner.engine(SqlQuery, params, limits=LimitSettings(memory=8))
    assert [row["n"] for row in made] == list(range(20_000))


@pytest.mark.parametrize(
    "params", [{"url": "{{ json.u }}"}, {"statement": "{{ json.s }}"}, {"statement": ""}]
)
async def test_what_must_be_constant(runner, params):
    with pytest.raises((WorkflowInvalid, NodeFailed)):
        await runner.engine(
            SqlQuery,
            {"url": "sqlite:a.db", "statement": "SELECT 1 AS a", **params},
            [{"u": "sqlite:a.db", "s": "SELECT 1 AS a"}],
        )
