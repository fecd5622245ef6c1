"""The audit log on SQLite and PostgreSQL: whatever is done to its rows is found."""

import asyncio
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, delete, insert, select, text, update

from tidegate.app import App
from tidegate.audit import parse_mark
from tidegate.config import Settings
from tidegate.errors import VaultError
from tidegate.model.audit import AuditEvent
from tidegate.services import audit, credentials, vault
from tidegate.store.account_tables import audit_head, audit_log
from tidegate.store.audit_log import AuditFilter

WRITER = """
import asyncio, sys
from pathlib import Path
from tidegate.app import App
from tidegate.config import Settings
from tidegate.model.audit import AuditEvent
from tidegate.services import audit

async def main():
    app = App.open(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
    for number in range(int(sys.argv[4])):
        await audit.write(app, [AuditEvent("test.write", str(number), sys.argv[3])])
    await app.close()

asyncio.run(main())
"""


@pytest.fixture
async def app(database_url, tmp_path):
    opened = App.open(Settings(data_dir=tmp_path / "data", database_url=database_url))
    yield opened
    await opened.close()


@pytest.fixture
def session(database_url):
    """What somebody has who can change the database and has no key."""
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for statement in UNLOCK[connection.dialect.name]:
            connection.execute(text(statement))
    yield engine
    engine.dispose()


_NAMES = [column.name for column in audit_log.c]
UNLOCK = {
    "sqlite": ["DROP TRIGGER audit_log_no_update", "DROP TRIGGER audit_log_no_delete"],
    "postgresql": ["DROP TRIGGER audit_log_no_change ON audit_log"],
}


async def write(app, count, actor="ada"):
    for number in range(count):
        await audit.write(app, [AuditEvent("test.write", f"s{number}", actor, {"n": number})])


def row(seq):
    return audit_log.c.seq == seq


def edit(**values):
    return [update(audit_log).where(row(4)).values(**values)]


def swap(first, second):
    return [
        update(audit_log).where(row(first)).values(seq=1000),
        update(audit_log).where(row(second)).values(seq=first),
        update(audit_log).where(row(1000)).values(seq=second),
    ]


TAMPERINGS = {
    "actor": (edit(actor="eve"), "entry 4 was changed"),
    "action": (edit(action="nothing"), "entry 4 was changed"),
    "subject": (edit(subject="other"), "entry 4 was changed"),
    "details": (edit(details='{"n":7}'), "entry 4 was changed"),
    "time": (edit(created_at=1), "entry 4 was changed"),
    "hash": (edit(hash="f" * 64), "entry 4 was changed"),
    "link": (edit(previous_hash="f" * 64), "does not follow"),
    "key id": (edit(key_id="0" * 16), "does not have its key"),
    "deleted": ([delete(audit_log).where(row(4))], "entry 4 is missing before entry 5"),
    "two deleted": (
        [delete(audit_log).where(audit_log.c.seq.in_([4, 5]))],
        "entry 4 to 5 is missing",
    ),
    "first deleted": ([delete(audit_log).where(row(1))], "entry 1 is missing before entry 2"),
    "tail cut": ([delete(audit_log).where(audit_log.c.seq > 7)], "the end was cut off"),
    "all deleted": ([delete(audit_log)], "the end was cut off"),
    "swapped": (swap(3, 4), "does not follow"),
    "head": ([update(audit_head).values(seq=5)], "the head"),
    "head's MAC": ([update(audit_head).values(mac="0" * 64)], "the head"),
    "everything begins anew": (
        [delete(audit_log), update(audit_head).values(seq=0, hash="0" * 64, key_id="", mac="")],
        "an older copy of the database was put in its place",
    ),
}


async def test_every_tampering_is_found(app, session):
    await write(app, 9)
    await asyncio.to_thread(app.anchor.flush)
    whole = await audit.verify(app)
    assert (whole.problems, whole.entries) == ((), 10), "the key's creation is the first entry"
    with session.connect() as connection:
        rows = [dict(found) for found in connection.execute(select(audit_log)).mappings()]
        head = dict(connection.execute(select(audit_head)).mappings().one())
    unseen = {}
    for name, (statements, expected) in TAMPERINGS.items():
        with session.begin() as connection:
            for statement in statements:
                connection.execute(statement)
        found = await audit.verify(app)
        if not any(expected in problem for problem in found.problems):
            unseen[name] = found.problems
        with session.begin() as connection:
            connection.execute(delete(audit_log))
            connection.execute(insert(audit_log), rows)
            connection.execute(update(audit_head).values(**head))
    assert unseen == {}
    assert (await audit.verify(app)).problems == ()


async def test_an_older_state_of_the_whole_database_is_found_by_what_was_noted(app, session):
    """A consistent older copy has a right head; the anchor and a noted mark know better."""
    await write(app, 3)
    with session.connect() as connection:
        head = dict(connection.execute(select(audit_head)).mappings().one())
    await write(app, 2)
    mark = (await audit.verify(app)).mark
    await asyncio.to_thread(app.anchor.flush)
    with session.begin() as connection:
        connection.execute(delete(audit_log).where(audit_log.c.seq > head["seq"]))
        connection.execute(update(audit_head).values(**head))
    (problem,) = (await audit.verify(app)).problems
    assert "an older copy of the database" in problem
    app.anchor.file.unlink()
    assert (await audit.verify(app)).problems == (), "nothing else can know it"
    assert (await audit.verify(app, parse_mark(mark))).problems != ()


async def test_who_has_the_key_of_another_vault_can_add_nothing(app, session, tmp_path):
    from tidegate import audit as chain
    from tidegate.model.audit import AuditHead

    await write(app, 1)
    with session.begin() as connection:
        head = AuditHead(
            *connection.execute(
                select(audit_head.c.seq, audit_head.c.hash, audit_head.c.key_id, audit_head.c.mac)
            ).one()
        )
        forged, new = chain.extend(
            head, [AuditEvent("test.forged", "x", "eve")], head.key_id, b"k" * 32
        )
        (entry,) = forged
        values = {c: getattr(entry, {"created_at": "at"}.get(c, c)) for c in _NAMES}
        connection.execute(insert(audit_log), [values])
        connection.execute(
            update(audit_head).values(seq=new.seq, hash=new.hash, key_id=new.key_id, mac=new.mac)
        )
    assert len((await audit.verify(app)).problems) == 2


async def test_after_a_rotation_old_entries_are_still_verified(app):
    await write(app, 2)
    await credentials.save(
        app, "api", "bearer", {"token": "s3cr3t-value"}, hosts=("api.example.org",)
    )
    await vault.rotate(app)
    await write(app, 2)
    assert (await audit.verify(app)).problems == ()
    entries = await audit.page(app, AuditFilter(), limit=10)
    assert len({entry.key_id for entry in entries}) == 2
    app.vault.key_file.write_text("".join(app.vault.key_file.read_text().splitlines(True)[-1:]))
    app.vault.__init__(app.vault.key_file)
    problems = (await audit.verify(app)).problems
    assert any("does not have its key" in problem for problem in problems)


async def test_processes_that_write_at_once_make_one_chain(database_url, tmp_path):
    data = tmp_path / "data"
    arguments = [sys.executable, "-c", WRITER, str(data), database_url]
    writers = [subprocess.Popen([*arguments, f"p{n}", "25"]) for n in range(3)]
    for writer in writers:
        assert writer.wait(120) == 0
    app = App.open(Settings(data_dir=data, database_url=database_url))
    found = await audit.verify(app)
    assert (found.problems, found.anchor is not None) == ((), True)
    assert found.entries in range(76, 79), "at most each of them saw that the key was new"
    for number in range(3):
        entries = await audit.page(app, AuditFilter(actor=f"p{number}"), limit=100)
        assert [int(entry.subject) for entry in reversed(entries)] == list(range(25))
    await app.close()


async def test_an_entry_and_its_change_are_one(app):
    def change(connection):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await audit.write(app, [AuditEvent("test.write", "x", "ada")], change)
    assert await audit.page(app, AuditFilter(), limit=10) == []
    await write(app, 1)
    assert (await audit.verify(app)).problems == ()


async def test_no_entry_without_the_key_that_sealed_the_credentials(app):
    await credentials.save(
        app, "api", "bearer", {"token": "s3cr3t-value"}, hosts=("api.example.org",)
    )
    app.vault.key_file.unlink()
    app.vault.__init__(app.vault.key_file)
    with pytest.raises(VaultError, match="missing"):
        await write(app, 1)
    await credentials.delete(app, "api")
    assert await credentials.listed(app) == [], "what can't be opened can be deleted"


async def test_rows_can_only_be_added(app, database_url):
    await write(app, 1)
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    for statement in ("UPDATE audit_log SET actor = 'eve'", "DELETE FROM audit_log"):
        with engine.connect() as connection, pytest.raises(Exception, match="append-only"):
            connection.execute(text(statement))
    engine.dispose()


async def test_hostile_names_are_kept_as_text(app):
    name = "x'; DROP TABLE audit_log; --\0\ud800\n\x1b[2J"
    await audit.write(app, [AuditEvent("test.write", name, name, {"name": "a\0b"})])
    assert (await audit.verify(app)).problems == ()
    (entry,) = await audit.page(app, AuditFilter(action="test.write"), limit=10)
    assert entry.subject.startswith("x'; DROP TABLE")
