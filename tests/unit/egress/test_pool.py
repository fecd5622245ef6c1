"""The connections of one policy are made when they are needed."""

import threading

from tidegate.egress import pool
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.pool import Pool, load_ahead
from tidegate.egress.resolver import Resolver


def test_what_sends_is_loaded_in_a_thread_that_an_exit_waits_for(monkeypatch):
    loaded, done = [], threading.Event()

    def load(name):
        loaded.append((name, threading.current_thread().name, threading.current_thread().daemon))
        done.set()

    monkeypatch.setattr(pool, "import_module", load)
    load_ahead()
    assert done.wait(10)
    assert loaded == [("tidegate.egress.transport", "tidegate-load", False)]


async def test_there_is_one_transport_and_it_can_be_closed_at_any_time():
    resolver = Resolver()
    found = Pool(EgressPolicy(), resolver)
    await found.close()  # nothing was opened
    transport = await found.open()
    assert await found.open() is transport
    await found.close()
    resolver.close()
