"""SQLite files: nothing leads out of the file that was named, and nothing goes on without end."""

import asyncio
import os
import sqlite3

import pytest

from tidegate.errors import NodeError, NodeFailed, SecurityError, SecurityErrorType


@pytest.fixture
def sql(sqlite_sql):
    return sqlite_sql


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE '/tmp/x.db' AS x",
        "ATTACH '../outside.db' AS x",
        "DETACH main",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = WAL",
        "PRAGMA temp_store_directory = '/tmp'",
        "PRAGMA database_list",
        "PRAGMA trusted_schema = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA mmap_size = 100000",
        "PRAGMA user_version = 5",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('/tmp/x.so')",
        "SELECT fts3_tokenizer('simple', x'00')",
        "SELECT fts3_tokenizer('simple')",
        "CREATE VIRTUAL TABLE x USING fts5(a)",
        "COMMIT",
        "BEGIN",
        "ROLLBACK",
        "SAVEPOINT a",
    ],
)
async def test_no_way_out_of_the_file(sql, tmp_path, statement):
    await sql.people()
    for use in (sql.query, sql.execute):
        with pytest.raises(SecurityError) as caught:
            await use(statement)
        assert caught.value.rule == "sql.statement"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "root"]
    assert [p.name for p in (tmp_path / "root").iterdir()] == ["data.db"]


async def test_no_vacuum_into_another_file(sql, tmp_path):
    await sql.people()
    for use in (sql.query, sql.execute):
        with pytest.raises(NodeError):
            await use("VACUUM INTO '../outside.db'")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "root"]


async def test_readfile_and_writefile_do_not_exist(sql):
    await sql.people()
    for statement in (
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('x', 'y')",
        "SELECT edit('a')",
    ):
        with pytest.raises(NodeError):
            await sql.query(statement)


async def test_a_view_or_trigger_of_the_file_can_do_no_more(sql, runner):
    await sql.people()
    with sqlite3.connect(runner.root / "data.db") as db:
        db.execute("CREATE VIEW v AS SELECT load_extension('/tmp/x.so') AS a")
        db.execute(
            "CREATE TRIGGER t AFTER INSERT ON people BEGIN SELECT fts3_tokenizer('simple', x'00'); END"
        )
    db.close()
    with pytest.raises(NodeError):
        await sql.query("SELECT * FROM v")
    with pytest.raises(NodeError):
        await sql.execute("INSERT INTO people VALUES (5, 'x', 1)")
    assert len(await sql.query("SELECT * FROM people")) == 2


async def test_harmless_pragmas(sql):
    await sql.people()
    assert [row["name"] for row in await sql.query("PRAGMA table_info(people)")] == [
        "id",
        "name",
        "age",
    ]
    assert await sql.query("PRAGMA user_version") == [{"user_version": 0}]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:../outside.db",
        "sqlite:/etc/passwd",
        "sqlite:.hidden.db",
        "sqlite:link.db",
        "sqlite:dir/x.db",
        "sqlite::memory:",
        "sqlite:",
        "sqlite:a.db?mode=rwc",
        "sqlite:file:a.db",
        "sqlite:pipe",
    ],
)
async def test_paths_are_those_of_files(runner, sql_at, tmp_path, url):
    outside = tmp_path / "outside.db"
    with sqlite3.connect(outside) as db:
        db.execute("CREATE TABLE secret (a)")
    db.close()
    (runner.root / "link.db").symlink_to(outside)
    (runner.root / "dir").symlink_to(tmp_path)
    os.mkfifo(runner.root / "pipe")
    before = outside.read_bytes()
    sql = sql_at(url)
    with pytest.raises(NodeError):
        await sql.query("SELECT * FROM secret")
    if url in ("sqlite::memory:", "sqlite:a.db?mode=rwc", "sqlite:file:a.db"):
        await sql.execute("CREATE TABLE t (a)")  # an odd name, but only a name
        assert (runner.root / url.removeprefix("sqlite:").removeprefix("file:")).exists() or (
            runner.root / "file:a.db"
        ).exists()
    else:
        with pytest.raises(NodeError):
            await sql.execute("CREATE TABLE t (a)")
    assert outside.read_bytes() == before


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
async def test_side_files_must_not_be_links(sql, runner, tmp_path, ending):
    await sql.people()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (runner.root / f"data.db{ending}").symlink_to(victim)
    for use in (sql.query, sql.execute):
        with pytest.raises(SecurityError):
            await use("SELECT 1 AS a")
    assert victim.read_text() == "precious"


async def test_a_file_swapped_while_it_is_opened(sql, runner, tmp_path, monkeypatch):
    await sql.people()
    outside = tmp_path / "outside.db"
    with sqlite3.connect(outside) as db:
        db.execute("CREATE TABLE secret (a)")
    db.close()
    inside, spare, real = runner.root / "data.db", runner.root / "spare.db", sqlite3.connect

    def connect(*args, **options):
        inside.rename(spare)
        inside.symlink_to(outside)
        try:
            connection = real(*args, **options)
            connection.execute("SELECT * FROM secret")
        finally:
            inside.unlink()
            spare.rename(inside)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(SecurityError):
        await sql.query("SELECT * FROM secret")


async def test_a_missing_file_is_made_only_for_writing(sql_at):
    sql = sql_at("sqlite:new/deep.db")
    with pytest.raises(NodeFailed, match=r"there is no 'new/deep\.db'"):
        await sql.query("SELECT 1 AS a")
    await sql.execute("CREATE TABLE t (a)")
    assert await sql.query("SELECT * FROM t") == []


async def test_a_file_that_is_no_database(sql, runner):
    (runner.root / "data.db").write_text("hello " * 1000)
    with pytest.raises(NodeFailed, match="not a SQLite database"):
        await sql.query("SELECT 1 AS a")


async def test_huge_values_are_refused(sql):
    for statement in (
        "SELECT zeroblob(100000000) AS a",
        "SELECT hex(randomblob(50000000)) AS a",
        "SELECT replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000))) AS a",
    ):
        with pytest.raises(SecurityError, match=r"larger than the node's memory|too big") as caught:
            await sql.query(statement, memory=8 << 20)
        assert caught.value.type is SecurityErrorType.RESOURCE_LIMIT_EXCEEDED


async def test_a_slow_pattern_is_refused(sql):
    with pytest.raises(NodeFailed, match="pattern too complex"):
        await sql.query("SELECT $1 LIKE $2 AS a", ["a" * 10_000, "%a" * 2000])


async def test_a_whole_number_that_does_not_fit(sql):
    with pytest.raises(NodeFailed, match="too large"):
        await sql.query("SELECT $1 AS a", [2**63])


async def test_text_that_is_not_utf8_is_bytes(sql):
    assert await sql.query("SELECT CAST(x'ff41' AS text) AS a") == [{"a": {"$base64": "/0E="}}]
    assert await sql.query("SELECT 9e999 AS a") == [{"a": "Infinity"}]


async def test_question_marks(sql):
    assert await sql.query("SELECT ? AS a, ? AS b", [1, "x"]) == [{"a": 1, "b": "x"}]


async def test_two_writers_wait_for_each_other(sql):
    await sql.people()

    async def rows(start):
        for n in range(5):
            yield [[start + n]]
            await asyncio.sleep(0.01)

    def write(start):
        return sql.access().execute(sql.url, "INSERT INTO people VALUES ($1, 'x', 1)", rows(start))

    assert await asyncio.gather(write(10), write(20), write(30)) == [5, 5, 5]


async def test_sqlalchemy_urls(runner, sql_at):
    await sql_at("sqlite:///data.db").execute("CREATE TABLE t (a)")
    absolute = f"sqlite:///{runner.root}/data.db"
    assert await sql_at(absolute).query("SELECT * FROM t") == []
    assert await sql_at(f"sqlite:{runner.root}/data.db").query("SELECT * FROM t") == []
