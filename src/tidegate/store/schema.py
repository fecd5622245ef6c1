"""The version of the tables: looked at on every start, changed by Alembic only where it differs."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, inspect

from tidegate.errors import OperationalError, UserError
from tidegate.model.execution import now_us, us_to_datetime
from tidegate.store import engines
from tidegate.store.errors import translate

HEAD: Final = "0012"
"""The revision that this code works with: the newest file in ``migrations/versions``."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSION_TABLE: Final = "alembic_version"
_ADVISORY_LOCK: Final = 0x71DE6A7E


class UpgradeNeeded(UserError):
    """The tables are those of an older Tidegate, and nobody has said to upgrade them."""

    code = "UPGRADE_NEEDED"


def prepare(reading: Engine, writing: Engine, *, upgrades: bool = False) -> Path | None:
    """Make the tables where there are none, and upgrade those of an older Tidegate.

    A SQLite file is copied first; the copy's path is returned. On PostgreSQL, which other processes
    may be using, tables are upgraded only where ``upgrades`` says so.

    Raises:
        UserError: the database is another program's, or a newer Tidegate's; it was not touched.
        UpgradeNeeded: it is an older Tidegate's, on PostgreSQL.
        OperationalError: the SQLite file can't be copied.
    """
    with reading.connect() as connection:
        revision = current_revision(connection)
    if revision == HEAD:
        return None
    on_sqlite = writing.dialect.name == "sqlite"
    if revision is not None:
        _refuse_newer(revision)
        if not on_sqlite and not upgrades:
            raise UpgradeNeeded(
                "an older Tidegate made the tables of this database; stop every process that uses "
                "it, make a backup, and run: tidegate db migrate",
                revision=revision,
                needed=HEAD,
            )
    with writing.connect() as connection:
        copy: Path | None = None
        with connection.begin():
            if not on_sqlite:
                # Of several processes that start at once, one makes the tables.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
            revision = current_revision(connection)
            if revision == HEAD:
                return None
            if on_sqlite and revision is not None:
                copy = _copy_before(Path(writing.url.database or ""), revision)
            upgrade(connection)
    return copy


def current_revision(connection: Connection) -> str | None:
    """The revision of the tables in a database; None where there are none.

    Raises:
        UserError: there are tables, and they are another program's.
    """
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {row[0] for row in found}
    else:
        names = set(inspect(connection).get_table_names())
    if VERSION_TABLE in names:
        row = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").first()  # noqa: S608 - a constant
        return None if row is None else str(row[0])
    ours = {"executions", "workflows"}
    if names & ours or (names and connection.dialect.name == "sqlite"):
        raise UserError("this database holds tables of another program; Tidegate did not touch it")
    return None


def revision_of(url: URL) -> str | None:
    """As :func:`current_revision`, of a database that need not be there. Blocks.

    Raises:
        UserError: there are tables, and they are another program's.
        OperationalError: the database can't be reached.
    """
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    engine = engines.reading_engine(url, 1)
    try:
        with engine.connect() as connection:
            return current_revision(connection)
    except Exception as error:
        failure = translate(error)
        if failure is error:
            raise
        raise failure from error
    finally:
        engine.dispose()


def is_known(revision: str) -> bool:
    """Whether this Tidegate can read, or upgrade, tables of a revision."""
    return revision in {file.name.partition("_")[0] for file in _migration_files()}


def _migration_files() -> list[Path]:
    return [file for file in (MIGRATIONS / "versions").iterdir() if file.suffix == ".py"]


def _refuse_newer(revision: str) -> None:
    if not is_known(revision):
        raise UserError(
            "this database was made by a newer Tidegate; use that version. It was not touched",
            revision=revision,
        )


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite file as it is at one moment; others may go on writing to it.

    Raises:
        OperationalError: it can't be read, or the copy can't be written.
    """
    try:
        target.touch(mode=0o600, exist_ok=False)
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)
    except (OSError, sqlite3.Error) as error:
        raise OperationalError(
            f"the database can't be copied to {target}; is there room on the disk?",
            reason=str(error),
        ) from None


def _copy_before(file: Path, revision: str) -> Path:
    """A copy of the file beside it, before it is upgraded from a revision."""
    time = us_to_datetime(now_us()).strftime("%Y%m%dT%H%M%SZ")
    target = file.with_name(f"{file.name}.before-upgrade-{revision}-{time}")
    copy_sqlite(file, target)
    return target


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to a revision, inside of the open transaction."""
    from alembic import command  # noqa: PLC0415 - slow to import, and seldom needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
