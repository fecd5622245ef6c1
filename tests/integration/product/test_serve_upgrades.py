"""`tidegate serve` on the SQLite file of an older Tidegate: copied, upgraded, and served."""

import sqlite3
from contextlib import closing

import pytest
from server_process import ServerProcess
from sqlalchemy import text

from tidegate.store import engines, schema

OLDER = [f"{number:04}" for number in range(2, int(schema.HEAD))]
WORKFLOW = "00000000-0000-7000-8000-0000000000aa"


def make_older(data_dir, revision) -> None:
    """A file as an older version left it, with a workflow in it."""
    data_dir.mkdir()
    engine = engines.writing_engine(
        engines.parse_url(f"sqlite:///{data_dir / 'tidegate.db'}", data_dir), "process"
    )
    with engine.connect() as connection, connection.begin():
        schema.upgrade(connection, revision)
        connection.execute(
            text(
                "INSERT INTO workflows (id, name, created_at, updated_at, version_hash) "
                f"VALUES ('{WORKFLOW}', 'kept', 1, 1, 'h')"
            )
        )
    engine.dispose()


@pytest.mark.parametrize("revision", [OLDER[0], OLDER[-1]])
def test_a_server_backs_up_and_upgrades_its_file_at_start(tmp_path, revision) -> None:
    data_dir = tmp_path / "data"
    make_older(data_dir, revision)
    server = ServerProcess(data_dir)
    try:
        with server.client() as client:
            ready = client.get("/readyz")
            assert ready.status_code == 200, ready.text
    finally:
        assert server.stop() == 0
    (copy,) = data_dir.glob("tidegate.db.before-upgrade-*")
    for file, expected in ((copy, revision), (data_dir / "tidegate.db", schema.HEAD)):
        with closing(sqlite3.connect(file)) as session:
            found = session.execute("SELECT version_num FROM alembic_version").fetchone()
            assert found == (expected,)
            assert session.execute("SELECT name FROM workflows").fetchall() == [("kept",)]
    again = ServerProcess(data_dir)
    again.stop()
    assert list(data_dir.glob("tidegate.db.before-upgrade-*Z")) == [copy]
