import sqlite3

import pytest
from sqlalchemy import create_engine, text

from tidegate.errors import Bug, Conflict, NotFound, OperationalError
from tidegate.store.errors import translate


def raised_by(*statements: str) -> BaseException:
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(Exception) as caught:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
    return caught.value


def test_what_is_not_the_databases_stays_as_it_is() -> None:
    for error in (NotFound("x"), ValueError("x"), OperationalError("x")):
        assert translate(error) is error


def test_wrong_sql_is_our_bug() -> None:
    assert isinstance(translate(raised_by("SELECT nonsense")), Bug)


def test_a_duplicate_is_a_conflict() -> None:
    error = raised_by(
        "CREATE TABLE t (a TEXT UNIQUE)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)"
    )
    assert isinstance(translate(error), Conflict)


def test_a_full_database_is_operational_and_keeps_its_cause() -> None:
    error = raised_by(
        "PRAGMA max_page_count = 2", "CREATE TABLE t (a TEXT)", "CREATE TABLE u (a TEXT)"
    )
    failure = translate(error)
    assert isinstance(failure, OperationalError)
    assert "full" in failure.message
    assert failure.__cause__ is error


def test_drivers_own_errors_are_known_too() -> None:
    session = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.Error) as caught:
        session.execute("nonsense")
    session.close()
    assert isinstance(translate(caught.value), Bug)


def test_postgresqls_states() -> None:
    import psycopg

    lost = psycopg.OperationalError("server closed the connection unexpectedly")
    assert "can't be reached" in str(translate(lost))
    assert "full" in str(translate(psycopg.errors.DiskFull("x")))
    assert isinstance(translate(psycopg.errors.SyntaxError("x")), Bug)
    assert isinstance(translate(psycopg.errors.UniqueViolation("x")), Conflict)
    assert isinstance(translate(psycopg.errors.AdminShutdown("x")), OperationalError)
