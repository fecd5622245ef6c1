"""Tables of every older version are upgraded with what they hold, and never by accident."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tidegate.config import Settings
from tidegate.errors import UserError
from tidegate.services import upgrading
from tidegate.store import engines, schema
from tidegate.store.schema import UpgradeNeeded

OLDER = sorted(
    file.name.partition("_")[0]
    for file in (schema.MIGRATIONS / "versions").glob("*.py")
    if file.name.partition("_")[0] < schema.HEAD
)
WORKFLOW = "00000000-0000-7000-8000-0000000000aa"
EXECUTION = "00000000-0000-7000-8000-0000000000bb"
ROWS = (
    (
        "INSERT INTO workflows (id, name, created_at, updated_at, version_hash) "
        f"VALUES ('{WORKFLOW}', 'kept', 1, 1, 'h')"
    ),
    (
        "INSERT INTO workflow_versions (workflow_id, hash, document, created_at) "
        f"VALUES ('{WORKFLOW}', 'h', '{{}}', 1)"
    ),
    (
        'INSERT INTO executions (id, workflow_id, version_hash, status, trigger, source, "user", '
        f"created_at, token, owner) VALUES ('{EXECUTION}', '{WORKFLOW}', 'h', 'succeeded', 'start', "
        "'cli', 'me', 1, 1, 'x')"
    ),
    (
        "INSERT INTO execution_logs (execution_id, created_at, level, message, path) "
        f"VALUES ('{EXECUTION}', 1, 'info', 'still here', '')"
    ),
    (
        "INSERT INTO http_request_logs (execution_id, node_id, path, attempt, method, url, "
        "bytes_in, bytes_out, verdict, created_at) "
        f"VALUES ('{EXECUTION}', 'get', '', 1, 'GET', 'https://asked/', 1, 1, 'public', 1)"
    ),
    (
        "INSERT INTO users (id, email, name, role, created_at) "
        f"VALUES ('{WORKFLOW}', 'me@example.org', 'Me', 'owner', 1)"
    ),
)


def make_older(url: str, revision: str, tmp_path: Path) -> None:
    """A database as an older version left it, with something of everything that was there then."""
    parsed = engines.parse_url(url, tmp_path)
    engine = engines.writing_engine(parsed, "process")
    with engine.connect() as connection, connection.begin():
        schema.upgrade(connection, revision)
        for statement in ROWS:
            connection.execute(text(statement))
    engine.dispose()


def stored(url: str, tmp_path: Path) -> list[tuple]:
    engine = create_engine(engines.parse_url(url, tmp_path))
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT w.name, e.status, l.message, u.email, r.url, r.item FROM executions e "
                "JOIN workflows w ON w.id = e.workflow_id "
                "JOIN execution_logs l ON l.execution_id = e.id JOIN users u ON u.id = w.id "
                "JOIN http_request_logs r ON r.execution_id = e.id"
            )
        ).all()
        assert schema.current_revision(connection) == schema.HEAD
    engine.dispose()
    return [tuple(row) for row in rows]


KEPT = [("kept", "succeeded", "still here", "me@example.org", "https://asked/", None)]


@pytest.mark.parametrize("revision", OLDER)
async def test_a_sqlite_file_is_copied_and_upgraded(tmp_path, revision, open_database) -> None:
    url = f"sqlite:///{tmp_path / 'tidegate.db'}"
    make_older(url, revision, tmp_path)
    await open_database(url).close()
    assert stored(url, tmp_path) == KEPT
    (copy,) = tmp_path.glob("tidegate.db.before-upgrade-*")
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as session:
        assert session.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
        assert session.execute("SELECT count(*) FROM executions").fetchone() == (1,)
    await open_database(url).close()
    assert list(tmp_path.glob("tidegate.db.before-upgrade-*Z")) == [copy]


@pytest.mark.postgres
@pytest.mark.parametrize("revision", OLDER)
async def test_postgresql_is_upgraded_by_the_command_alone(
    tmp_path, revision, open_database, postgres_server
) -> None:
    url = postgres_server.create()
    make_older(url, revision, tmp_path)
    with pytest.raises(UpgradeNeeded, match="tidegate db migrate"):
        open_database(url)
    settings = Settings(data_dir=tmp_path, database_url=url)
    assert not upgrading.status(settings).is_current
    before = await upgrading.migrate(settings)
    assert before.revision == revision
    assert upgrading.status(settings).is_current
    assert stored(url, tmp_path) == KEPT
    await open_database(url).close()
    postgres_server.drop(url)


async def test_nothing_is_upgraded_when_the_copy_can_not_be_made(
    tmp_path, open_database, monkeypatch
) -> None:
    url = f"sqlite:///{tmp_path / 'tidegate.db'}"
    make_older(url, OLDER[-1], tmp_path)

    def fails(*_arguments) -> None:
        raise UserError("no room")

    monkeypatch.setattr(schema, "copy_sqlite", fails)
    with pytest.raises(UserError, match="no room"):
        open_database(url)
    with closing(sqlite3.connect(tmp_path / "tidegate.db")) as session:
        assert session.execute("SELECT version_num FROM alembic_version").fetchone() == (OLDER[-1],)
