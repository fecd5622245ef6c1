"""Security events, listed: every filter, page by page, and each by an index."""

import random

import pytest
from sqlalchemy import event as sqlalchemy_event

from tidegate.errors import NotFound
from tidegate.model.execution import SecurityEvent
from tidegate.store import security_events
from tidegate.store.security_events import Acknowledgement, EventFilter

SEVERITIES = ("low", "medium", "high", "critical")
FILTERS = (
    EventFilter(),
    EventFilter(severities=("critical",)),
    EventFilter(severities=("high", "low")),
    EventFilter(event_type="B"),
    EventFilter(node_id="n1"),
    EventFilter(since=40, until=90),
    EventFilter(severities=("medium", "high"), event_type="A", node_id="n2", since=10),
    EventFilter(acknowledged=False),
    EventFilter(acknowledged=True),
    EventFilter(severities=("critical", "low"), acknowledged=False, since=10),
)
LOOKED = Acknowledgement(1, "me@example.org", "a test")


def fits(event: SecurityEvent, wanted: EventFilter) -> bool:
    return (
        wanted.acknowledged in {None, int(event.description) % 3 == 0}
        and (not wanted.severities or event.severity in wanted.severities)
        and wanted.event_type in {None, event.event_type}
        and wanted.node_id in {None, event.node_id}
        and (wanted.since is None or event.at >= wanted.since)
        and (wanted.until is None or event.at < wanted.until)
    )


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
async def test_pages_give_each_event_once_and_newest_first(database, wanted):
    seeded = random.Random(7)
    events = [
        SecurityEvent(
            seeded.choice("ABC"),
            seeded.choice(SEVERITIES),
            str(number),
            seeded.randrange(100),
            node_id=seeded.choice(["n1", "n2", None]),
        )
        for number in range(150)
    ]

    def insert(connection):
        for one in events:
            security_events.insert(connection, one)
        stored = security_events.page(connection, EventFilter(), limit=150)
        seqs = [one.seq for one in stored if int(one.event.description) % 3 == 0]
        security_events.acknowledge(connection, seqs, LOOKED)

    await database.write(insert)
    found = []
    before = None
    while page := await database.read(
        lambda c, before=before: security_events.page(c, wanted, before=before, limit=7)
    ):
        found += page
        before = (page[-1].event.at, page[-1].seq)
    places = [(stored.event.at, stored.seq) for stored in found]
    assert places == sorted(places, reverse=True)
    shown = sorted(int(stored.event.description) for stored in found)
    assert shown == [number for number, one in enumerate(events) if fits(one, wanted)]


async def test_the_first_who_acknowledges_an_event_stays(database):
    def work(connection):
        for text in ("a", "b"):
            security_events.insert(connection, SecurityEvent("A", "low", text, 1))
        newest, oldest = security_events.page(connection, EventFilter())
        security_events.acknowledge(connection, [oldest.seq], LOOKED)
        again = Acknowledgement(2, "other@example.org", "")
        security_events.acknowledge(connection, [newest.seq, oldest.seq], again)
        with pytest.raises(NotFound, match="no security event 999"):
            security_events.acknowledge(connection, [newest.seq, 999], again)
        return security_events.find(connection, [newest.seq, oldest.seq])

    newest, oldest = await database.write(work)
    assert oldest.acknowledged == LOOKED
    assert newest.acknowledged == Acknowledgement(2, "other@example.org", "")


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
async def test_no_list_is_sorted_or_scanned(database, wanted):
    """What SQLite plans to do; PostgreSQL has the same indexes, and uses them in large tables."""
    if not database.name.startswith("sqlite"):
        return
    plans = []

    def explain(connection):
        def before(_connection, cursor, statement, parameters, _context, _many):
            if not statement.startswith("SELECT"):
                return
            plans.append(cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

        sqlalchemy_event.listen(connection, "before_cursor_execute", before)
        return security_events.page(connection, wanted, before=(50, 3), limit=10)

    await database.read(explain)
    assert plans
    for plan in plans:
        text = " ".join(str(row) for row in plan)
        assert "USING INDEX ix_security_events_" in text, text
        assert "TEMP B-TREE" not in text, text
