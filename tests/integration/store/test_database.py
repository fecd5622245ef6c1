"""The database: writes in groups that do not harm each other, reads that can't write."""

import asyncio
import threading

import pytest
from sqlalchemy import text

from tidegate.errors import Bug, NotFound, OperationalError, UserError
from tidegate.store import executions, workflows
from tidegate.store.tables import workflow_versions
from tidegate.store.tables import workflows as workflows_table


def insert(name):
    return lambda connection: connection.execute(
        workflows_table.insert().values(id=name, name=name, created_at=1, updated_at=1)
    )


def names(connection):
    return list(
        connection.scalars(workflows_table.select().with_only_columns(workflows_table.c.name))
    )


async def test_a_write_is_committed_when_it_returns(database) -> None:
    assert await database.write(lambda connection: 7) == 7
    await database.write(insert("a"))
    assert await database.read(names) == ["a"]


async def test_writes_run_in_their_order_in_one_thread(database) -> None:
    seen = []

    def note(index):
        return lambda connection: seen.append((index, threading.get_ident()))

    await asyncio.gather(*(database.write(note(index)) for index in range(500)))
    assert [index for index, _ in seen] == list(range(500))
    assert len({thread for _, thread in seen} | {threading.get_ident()}) == 2


async def test_a_write_that_fails_does_not_harm_those_of_its_group(database) -> None:
    def write_then_raise(connection):
        insert("half")(connection)
        raise NotFound("no")

    results = await asyncio.gather(
        database.write(insert("a")),
        database.write(write_then_raise),
        database.write(insert("a")),
        database.write(lambda connection: connection.execute(text("SELECT nonsense"))),
        database.write(insert("b")),
        return_exceptions=True,
    )
    assert isinstance(results[1], NotFound)
    assert results[2].code == "CONFLICT"
    assert isinstance(results[3], Bug)
    assert sorted(await database.read(names)) == ["a", "b"]


async def test_a_write_alone_that_fails_leaves_nothing(database) -> None:
    def write_then_raise(connection):
        insert("half")(connection)
        raise NotFound("no")

    with pytest.raises(NotFound):
        await database.write(write_then_raise)
    await database.write(insert("a"))
    assert await database.read(names) == ["a"]


async def test_journal_entries_and_writes_keep_their_order(database, start, make_row) -> None:
    first, _journal = start()

    def store_workflow(connection) -> None:
        insert("later")(connection)
        version = {"workflow_id": "later", "hash": "0" * 64, "document": b"{}", "created_at": 1}
        connection.execute(workflow_versions.insert().values(version))

    # None is awaited, and each needs what was queued before it.
    cancel = database.write(lambda c: executions.request_cancel(c, first.id))
    stored = database.write(store_workflow)
    second, other = start(workflow_id="later")
    other.record(make_row(second.id))
    await other.barrier()
    assert cancel.done()
    assert stored.done()
    assert (await database.read(lambda c: executions.get(c, first.id))).cancel_requested


async def test_a_reader_cannot_write(database) -> None:
    with pytest.raises((OperationalError, Bug), match="read-only"):
        await database.read(insert("a"))
    assert await database.read(names) == []


async def test_many_readers_beside_a_writer(database) -> None:
    async def write() -> None:
        for index in range(50):
            await database.write(insert(f"n{index}"))

    async def read() -> list[int]:
        return [len(await database.read(names)) for _ in range(20)]

    _, *counts = await asyncio.gather(write(), *(read() for _ in range(8)))
    assert all(seen == sorted(seen) for seen in counts)
    assert len(await database.read(names)) == 50


async def test_writes_from_several_event_loops(database) -> None:
    def other_loop(number: int) -> None:
        async def write() -> None:
            await asyncio.gather(*(database.write(insert(f"{number}.{i}")) for i in range(20)))

        asyncio.run(write())

    await asyncio.gather(*(asyncio.to_thread(other_loop, number) for number in range(4)))
    assert len(await database.read(names)) == 80


async def test_close_commits_what_is_pending(database_url, open_database) -> None:
    database = open_database(database_url)
    pending = [database.write(insert(f"n{index}")) for index in range(100)]
    await database.close()
    assert all(future.done() and not future.exception() for future in pending)
    with pytest.raises(OperationalError, match="closed"):
        await database.write(insert("late"))
    again = open_database(database_url)
    assert len(await again.read(names)) == 100
    await again.close()


async def test_a_cancelled_wait_does_not_stop_the_writer(database) -> None:
    waiting = database.write(insert("a"))
    waiting.cancel()
    await database.write(insert("b"))
    assert sorted(await database.read(names)) == ["a", "b"]


@pytest.mark.parametrize("url", ["mysql://a/b", "no url", "sqlite://", "sqlite:///:memory:"])
def test_unknown_databases_are_refused(open_database, url) -> None:
    with pytest.raises(UserError):
        open_database(url)


async def test_a_server_that_is_not_there_is_a_clear_error(open_database) -> None:
    with pytest.raises(OperationalError, match="can't be reached"):
        open_database("postgresql://nobody@127.0.0.1:1/none")


async def test_workflow_versions(database) -> None:
    def store(version_hash, **known_by):
        return database.write(
            lambda c: workflows.store_version(
                c, version_hash=version_hash, document=version_hash.encode(), **known_by
            )
        )

    first = await store("a" * 64, name="w", path="/f.yaml")
    assert await store("b" * 64, name="renamed", path="/f.yaml") == first
    assert await store("a" * 64, name="renamed", path="/f.yaml") == first
    by_name = await store("a" * 64, name="w")
    assert await store("a" * 64, name="w") == by_name != first

    stored = await database.read(lambda c: workflows.get(c, first))
    assert (stored.name, stored.path, stored.version_hash) == ("renamed", "/f.yaml", "a" * 64)
    document = await database.read(lambda c: workflows.document(c, first, "b" * 64))
    assert document == b"b" * 64
    with pytest.raises(NotFound):
        await database.read(lambda c: workflows.document(c, by_name, "b" * 64))
    found = await database.read(
        lambda c: workflows.find_version(c, path="/f.yaml", version_hash="b" * 64)
    )
    assert found == first
