"""The tables: migrations equal the metadata, and foreign or newer databases are left alone."""

import hashlib
import sqlite3
import subprocess
import sys
import warnings

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.schema import CreateIndex

from tidegate.errors import OperationalError, UserError
from tidegate.store import account_tables, engines, indexes, schema
from tidegate.store.tables import metadata


def differences(connection: Connection) -> list[object]:
    def ours(entity, name, kind, reflected, compare_to) -> bool:
        if kind != "index" or connection.dialect.name != "sqlite":
            return True
        # GIN indexes are made on PostgreSQL only; SQLAlchemy can't read one of an expression.
        return not is_gin(entity) and name != "ix_executions_duration"

    def is_gin(index) -> bool:
        return index.dialect_options["postgresql"]["using"] == "gin"

    assert account_tables.state.metadata is metadata
    assert indexes.INDEXES
    context = MigrationContext.configure(
        connection,
        opts={"include_object": ours, "compare_type": True, "compare_server_default": True},
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r".* expression-based index .?ix_executions_duration")
        return compare_metadata(context, metadata)


async def test_migrations_make_the_tables_that_the_code_knows(
    empty_database_url, open_database, tmp_path
) -> None:
    await open_database(empty_database_url).close()
    engine = create_engine(engines.parse_url(empty_database_url, tmp_path))
    with engine.connect() as connection:
        assert differences(connection) == []
        assert schema.current_revision(connection) == schema.HEAD
        if connection.dialect.name == "postgresql":
            found = inspect(connection).get_indexes("node_executions")
            gin = {
                index["column_names"][0]
                for index in found
                if index.get("dialect_options", {}).get("postgresql_using") == "gin"
            }
            assert gin == {"output_data", "network_metrics"}
        else:
            made = connection.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE name = 'ix_executions_duration'"
            ).scalar_one()
            (declared,) = (i for i in indexes.INDEXES if i.name == "ix_executions_duration")
            expected = str(CreateIndex(declared).compile(engine))
            assert made.replace("((", "(").replace("),", ",").split() == expected.split()
    engine.dispose()


def test_the_code_expects_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


async def test_several_processes_may_make_the_tables_at_once(empty_database_url) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; "
        "from tidegate.store.database import Database; "
        "asyncio.run(Database.open(sys.argv[1], data_dir=Path('.')).close())"
    )
    command = [sys.executable, "-c", program, empty_database_url]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors


def test_opening_an_existing_database_does_not_import_alembic(database_url) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; "
        "from tidegate.store.database import Database; "
        "asyncio.run(Database.open(sys.argv[1], data_dir=Path('.')).close()); "
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, database_url], check=True, timeout=60)


def run(url: str, tmp_path, statement: str) -> None:
    engine = create_engine(engines.parse_url(url, tmp_path))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_newer_database_is_refused_and_not_touched(database_url, open_database, tmp_path) -> None:
    run(database_url, tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    path = tmp_path / "tidegate.db"
    before = hashlib.sha256(path.read_bytes()).digest() if path.exists() else None
    with pytest.raises(UserError, match="newer Tidegate"):
        open_database(database_url)
    if before is not None:
        assert hashlib.sha256(path.read_bytes()).digest() == before


def test_tables_of_another_program_are_not_touched(
    empty_database_url, open_database, tmp_path
) -> None:
    run(empty_database_url, tmp_path, "CREATE TABLE executions (a INTEGER)")
    with pytest.raises(UserError, match="another program"):
        open_database(empty_database_url)


def test_a_file_that_is_no_database(open_database, tmp_path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear database,\n" * 1000)
    with pytest.raises(UserError, match="is no database"):
        open_database(f"sqlite:///{path}")
    assert path.read_text() == "Dear database,\n" * 1000


def test_a_damaged_database(open_database, tmp_path, sqlite_template) -> None:
    path = tmp_path / "damaged.db"
    path.write_bytes(sqlite_template.read_bytes()[:100] + b"\xff" * 8000)
    with pytest.raises(OperationalError, match="damaged"):
        open_database(f"sqlite:///{path}")


async def test_a_file_in_a_folder_that_does_not_exist(open_database, tmp_path) -> None:
    with pytest.raises(OperationalError, match="can't be opened"):
        open_database(f"sqlite:///{tmp_path}/none/tidegate.db")


async def test_the_default_is_a_private_file_in_the_data_folder(tmp_path) -> None:
    from tidegate.store.database import Database

    folder = tmp_path / "new" / "data"
    database = Database.open(None, data_dir=folder)
    await database.close()
    assert (folder.stat().st_mode & 0o777) == 0o700
    session = sqlite3.connect(folder / "tidegate.db")
    assert session.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    session.close()
