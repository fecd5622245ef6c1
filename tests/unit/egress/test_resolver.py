"""Look-ups: bounded, shared, fair, and never in the way of the event loop."""

import asyncio
import threading
import time

import pytest

from tidegate.egress.resolver import THREADS_PER_OWNER, NameNotFound, Resolver, system_lookup
from tidegate.egress.shares import Shares


class Names:
    """A look-up that can be made to hang."""

    def __init__(self):
        self.calls = []
        self.hang = threading.Event()
        self.hang.set()
        self.slow = set()

    def __call__(self, host):
        self.calls.append(host)
        if host in self.slow or "slow" in host:
            self.hang.wait(20)
        if host == "none.test":
            return []
        if host == "fails.test":
            raise OSError("resolver internals")
        if host == "odd.test":
            raise UnicodeError
        return [f"{host}-address"]


@pytest.fixture
def names():
    found = Names()
    yield found
    found.hang.set()


@pytest.fixture
async def resolver(names):
    made = Resolver(names, threads=10)
    yield made
    made.close()


async def test_answers_and_failures(resolver):
    assert await resolver.resolve("a.test") == ["a.test-address"]
    for host in ("none.test", "fails.test", "odd.test"):
        with pytest.raises(NameNotFound) as caught:
            await resolver.resolve(host)
        assert str(caught.value) == ""


async def test_nothing_is_cached(resolver, names):
    await resolver.resolve("a.test")
    await resolver.resolve("a.test")
    assert names.calls == ["a.test", "a.test"]


async def test_look_ups_of_one_name_at_one_time_are_one(resolver, names):
    names.hang.clear()
    waiting = [asyncio.ensure_future(resolver.resolve("slow.test", str(i))) for i in range(50)]
    await asyncio.sleep(0.05)
    names.hang.set()
    assert await asyncio.gather(*waiting) == [["slow.test-address"]] * 50
    assert names.calls == ["slow.test"]


async def test_a_workflow_with_dead_names_does_not_stop_the_others(resolver, names):
    names.hang.clear()
    stuck = [asyncio.ensure_future(resolver.resolve(f"slow{i}.test", "bad")) for i in range(50)]
    await asyncio.sleep(0.05)
    assert len(names.calls) == THREADS_PER_OWNER
    for task in stuck:
        task.cancel()
    await asyncio.gather(*stuck, return_exceptions=True)
    # The threads still hang, so the workflow that made them hang gets no more of them.
    again = asyncio.ensure_future(resolver.resolve("slow99.test", "bad"))
    assert await asyncio.wait_for(resolver.resolve("a.test", "good"), 2) == ["a.test-address"]
    assert not again.done() and "slow99.test" not in names.calls
    names.hang.set()
    assert await asyncio.wait_for(again, 2) == ["slow99.test-address"]


async def test_a_cancelled_wait_does_not_stop_the_one_who_shares_it(resolver, names):
    names.hang.clear()
    first = asyncio.ensure_future(resolver.resolve("slow.test"))
    second = asyncio.ensure_future(resolver.resolve("slow.test"))
    await asyncio.sleep(0.05)
    first.cancel()
    names.hang.set()
    assert await second == ["slow.test-address"]


async def test_threads_are_bounded_and_end(names):
    resolver = Resolver(names, threads=3)
    names.hang.clear()
    waiting = [asyncio.ensure_future(resolver.resolve(f"slow{i}.test", str(i))) for i in range(9)]
    await asyncio.sleep(0.1)
    assert len(names.calls) == 3
    names.hang.set()
    assert len(await asyncio.gather(*waiting)) == 9
    resolver.close()
    deadline = time.monotonic() + 5
    while any(thread.name.startswith("tidegate-dns") for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_threads_are_made_as_they_are_needed_and_hold_up_no_exit(names):
    def threads():
        return [one for one in threading.enumerate() if one.name.startswith("tidegate-dns-")]

    before = len(threads())
    resolver = Resolver(names, threads=4)
    for _ in range(5):  # one after the other: one thread is enough
        await resolver.resolve("a.test")
        assert len(threads()) == before + 1
    names.hang.clear()
    waiting = [asyncio.ensure_future(resolver.resolve(f"slow{i}.test", str(i))) for i in range(3)]
    await asyncio.sleep(0)
    assert len(threads()) == before + 3
    assert all(one.daemon for one in threads())
    assert len({one.name for one in threads()}) == before + 3
    names.hang.set()
    await asyncio.gather(*waiting)
    resolver.close()


async def test_who_waited_for_a_place_shares_a_look_up_that_began_meanwhile(names):
    resolver = Resolver(names, threads=40)
    names.hang.clear()
    busy = [
        asyncio.ensure_future(resolver.resolve(f"slow{i}.test", "w"))
        for i in range(THREADS_PER_OWNER)
    ]
    await asyncio.sleep(0)
    late = [asyncio.ensure_future(resolver.resolve("slow.test", "w")) for _ in range(3)]
    await asyncio.sleep(0)
    first = asyncio.ensure_future(resolver.resolve("slow.test", "another"))
    await asyncio.sleep(0)
    # One of the places that the waiting ones need is free, while their name is being looked up.
    busy_first = next(iter(resolver._in_flight.values()))
    busy_first.set_result(["early"])
    for _ in range(5):
        await asyncio.sleep(0)
    names.hang.set()
    for found in await asyncio.gather(first, *late):
        assert found == ["slow.test-address"]
    await asyncio.gather(*busy)
    assert names.calls.count("slow.test") == 1
    resolver.close()


async def test_a_shared_look_up_needs_no_place(names):
    resolver = Resolver(names, threads=40)
    names.hang.clear()
    busy = [
        asyncio.ensure_future(resolver.resolve(f"slow{i}.test", "w"))
        for i in range(THREADS_PER_OWNER)
    ]
    await asyncio.sleep(0)
    late = asyncio.ensure_future(resolver.resolve("slow0.test", "w"))
    await asyncio.sleep(0)
    names.hang.set()
    assert await late == ["slow0.test-address"]
    await asyncio.gather(*busy)
    assert names.calls.count("slow0.test") == 1
    resolver.close()


def test_a_loop_that_is_gone_does_not_hurt_the_thread(names):
    names.hang.clear()

    async def give_up():
        resolver = Resolver(names)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(resolver.resolve("slow.test"), 0.05)
        return resolver

    resolver = asyncio.run(give_up())
    names.hang.set()
    resolver.close()


def test_the_systems_look_up_knows_localhost():
    found = system_lookup("localhost")
    assert set(found) & {"127.0.0.1", "::1"}
    assert len(found) == len(set(found))  # each once, and not once for each kind of socket


async def test_shares_are_fair():
    shares = Shares(2)
    slots = shares.of("a")
    assert slots.take() and slots.take() and not slots.take()
    waiting = [asyncio.ensure_future(slots.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    assert shares.of("b").take()
    slots.give()
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [True, False, False]
    waiting[1].cancel()
    slots.give()
    await asyncio.wait_for(waiting[2], 1)
    assert waiting[1].cancelled()
    # A place that is handed over in the moment of a cancellation is not lost.
    last = asyncio.ensure_future(slots.wait())
    await asyncio.sleep(0)
    slots.give()
    last.cancel()
    await asyncio.gather(last, return_exceptions=True)
    assert slots.take()
