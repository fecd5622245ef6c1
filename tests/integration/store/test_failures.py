"""Disks that are full or read-only, servers that go away: clear errors, nothing half-stored."""

import asyncio
import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from tidegate.errors import OperationalError
from tidegate.model.execution import BatchRef, ExecutionEnd, StoredOutput
from tidegate.model.status import ExecutionStatus
from tidegate.store import executions, node_executions
from tidegate.store.journal import ExecutionJournal
from tidegate.store.writer import REPEATS

CHILD = Path(__file__).with_name("child_failing.py")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


def run_child(database: Path, *prefix: str, **options) -> dict:
    command = [*prefix, sys.executable, str(CHILD), f"sqlite:///{database}"]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, **options
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def mounted(folder: Path, *mount: str) -> list[str]:
    """The beginning of a command that sees ``folder`` mounted, in a mount namespace of its own."""
    prefix = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    script = " && ".join([*mount, 'exec "$@"']).replace("FOLDER", str(folder))
    command = [*prefix, script, "sh"]
    if subprocess.run([*command, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("UNAVAILABLE: this machine lets us mount nothing")
    return command


def test_a_full_disk_fails_clearly_and_stays_readable(tmp_path) -> None:
    prefix = mounted(tmp_path, "mount -t tmpfs -o size=2m tmpfs FOLDER")
    report = run_child(tmp_path / "tidegate.db", *prefix)
    assert report["failure"]["code"] == "UNAVAILABLE"
    assert "full" in report["failure"]["message"]
    assert report["promised"] == report["readable"] > 0
    assert report["again"] == "UNAVAILABLE running"


def test_a_limit_on_file_sizes_fails_clearly_and_stays_readable(tmp_path, sqlite_template) -> None:
    database = tmp_path / "tidegate.db"
    shutil.copy(sqlite_template, database)
    size = 1024 * 1024
    report = run_child(
        database, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    )
    assert "limit" in report["failure"]["message"]
    assert report["promised"] == report["readable"] > 0
    # Without the limit the same file goes on.
    assert run_child(database)["promised"] == 200


def test_a_new_database_on_a_full_disk(tmp_path) -> None:
    prefix = mounted(tmp_path, "mount -t tmpfs -o size=64k tmpfs FOLDER")
    report = run_child(tmp_path / "tidegate.db", *prefix)
    assert "full" in report["open"]["message"]


def test_a_read_only_disk_can_be_read_but_not_written(tmp_path, sqlite_template) -> None:
    shutil.copy(sqlite_template, tmp_path / "tidegate.db")
    prefix = mounted(tmp_path, "mount --bind FOLDER FOLDER", "mount -o remount,ro,bind FOLDER")
    report = run_child(tmp_path / "tidegate.db", *prefix)
    assert report["promised"] == 0
    assert "read-only" in report["failure"]["message"]


def test_a_read_only_disk_has_no_place_for_a_new_database(tmp_path) -> None:
    prefix = mounted(tmp_path, "mount --bind FOLDER FOLDER", "mount -o remount,ro,bind FOLDER")
    report = run_child(tmp_path / "tidegate.db", *prefix)
    assert "read-only" in report["open"]["message"]


@ON_SQLITE
async def test_a_failed_group_fails_all_of_it_and_the_next_one_works(
    database, start, make_row
) -> None:
    execution, journal = start()
    await journal.barrier()
    pages = await database.write(lambda c: c.scalar(text("PRAGMA page_count")))
    await database.write(lambda c: c.execute(text(f"PRAGMA max_page_count = {pages}")).all())
    # More than the pages that migrations left free can hold, and few enough for one group.
    data = b'{"items":[{"text":"' + b"x" * 4000 + b'"}]}'
    output = StoredOutput((BatchRef("main", 0, len(data), 1),), data)
    for index in range(500):
        journal.record(make_row(execution.id, f"n{index}", output=output))
    write = database.write(lambda c: executions.request_cancel(c, execution.id))
    results = await asyncio.gather(journal.barrier(), write, return_exceptions=True)
    assert all(isinstance(result, OperationalError) for result in results)

    await database.write(lambda c: c.execute(text("PRAGMA max_page_count = 1000000")).all())
    with pytest.raises(OperationalError, match="full"):
        await journal.end(ExecutionEnd(execution.id, ExecutionStatus.SUCCEEDED, 1))
    rows = await database.read(lambda c: node_executions.rows(c, execution.id))
    assert rows == []
    again = ExecutionJournal(database, execution.id, 1)
    await again.end(ExecutionEnd(execution.id, ExecutionStatus.FAILED, 1, error={"code": "X"}))
    stored = await database.read(lambda c: executions.get(c, execution.id))
    assert stored.status is ExecutionStatus.FAILED
    assert stored.cancel_requested is False


@pytest.fixture
def end_sessions(database_url, postgres_server):
    """Ends every session on the test's database, as a restart of the server does."""
    return lambda: postgres_server.end_sessions(database_url)


@ON_POSTGRESQL
async def test_a_lost_session_fails_what_was_under_way_and_comes_back(
    database, end_sessions, start, make_row
) -> None:
    execution, journal = start()
    await journal.barrier()
    end_sessions()
    journal.record(make_row(execution.id))
    with pytest.raises(OperationalError):
        await journal.barrier()
    with pytest.raises(OperationalError):
        await journal.barrier()

    # The execution itself still belongs to us.
    again = ExecutionJournal(database, execution.id, 1)
    again.record(make_row(execution.id))
    await again.barrier()
    rows = await database.read(lambda c: node_executions.rows(c, execution.id))
    assert len(rows) == 1


@ON_POSTGRESQL
async def test_a_session_lost_in_the_middle_of_a_group(database, end_sessions, start) -> None:
    def lose(connection):
        end_sessions()
        connection.execute(text("SELECT 1"))

    execution, journal = start()
    results = await asyncio.gather(
        journal.barrier(), database.write(lose), database.write(lambda c: 1), return_exceptions=True
    )
    assert all(isinstance(result, OperationalError) for result in results)
    assert await database.read(lambda c: executions.find(c, [execution.id])) == {}
    assert await database.write(lambda c: 1) == 1


@ON_POSTGRESQL
async def test_readers_survive_lost_sessions(database, end_sessions) -> None:
    assert await database.read(executions.due) == []
    end_sessions()
    assert await database.read(executions.due) == []


@ON_POSTGRESQL
async def test_a_deadlock_of_two_processes_is_repeated(
    database, database_url, open_database, start
) -> None:
    other = open_database(database_url)
    first, journal = start()
    second, _ = start()
    await journal.barrier()
    loop = asyncio.get_running_loop()
    both = [asyncio.Event(), asyncio.Event()]
    tries = [0, 0]

    def cancel_both(own: int, *ids: str):
        def run(connection) -> None:
            tries[own] += 1
            executions.request_cancel(connection, ids[0])
            loop.call_soon_threadsafe(both[own].set)
            if tries[own] == 1:
                asyncio.run_coroutine_threadsafe(both[1 - own].wait(), loop).result(10)
            executions.request_cancel(connection, ids[1])

        return run

    await asyncio.gather(
        database.write(cancel_both(0, first.id, second.id)),
        other.write(cancel_both(1, second.id, first.id)),
    )
    assert min(tries) >= 1
    assert max(tries) >= 2
    await other.close()


@ON_POSTGRESQL
async def test_a_group_is_repeated_as_often_as_it_may_be(database) -> None:
    tries = 0

    def end_in_deadlocks(count: int):
        def run(connection) -> int:
            nonlocal tries
            tries += 1
            if tries <= count:
                connection.execute(text("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40P01'; END $$"))
            return tries

        return run

    assert await database.write(end_in_deadlocks(REPEATS)) == REPEATS + 1
    tries = 0
    with pytest.raises(OperationalError, match="deadlock"):
        await database.write(end_in_deadlocks(REPEATS + 1))
    assert tries == REPEATS + 1
    assert await database.write(lambda c: 1) == 1
