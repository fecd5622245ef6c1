"""What each host bears: places, pauses and the circuit, on a clock that the test sets."""

import asyncio

import pytest

from tidegate import log
from tidegate.egress import traffic
from tidegate.egress.errors import Reason, failure
from tidegate.egress.traffic import HostStatus, HostTraffic, Traffic, TrafficLimits
from tidegate.errors import HttpError, HttpErrorType


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

        time = monotonic

    made = Clock()
    monkeypatch.setattr(traffic, "time", made)
    return made


def host(places=4, failures=3, open_seconds=30.0):
    return HostTraffic("a.test:80", TrafficLimits(places, failures, open_seconds))


def nothing(_name):
    return ()


def says(**headers):
    return lambda name: (
        [headers[name.replace("-", "_")]] if name.replace("-", "_") in headers else ()
    )


def refused(reason=Reason.REFUSED, **details):
    return failure(reason, **details)


def is_open(one):
    try:
        one.enter()
    except HttpError as error:
        assert error.type is HttpErrorType.CIRCUIT_OPEN
        return True
    one.leave()
    return False


def test_the_defaults():
    assert TrafficLimits() == (100, 20, 30.0)
    status = Traffic().of("a.test", 443).status()
    assert status == HostStatus("a.test:443", "closed", 0, 100, 0, 0, 0.0, 0.0)


def test_places_are_taken_and_given_back(clock):
    one = host(places=2)
    assert one.enter()
    assert one.enter()
    assert not one.enter()
    assert one.status().in_flight == 2
    one.leave()
    assert one.enter()
    assert not one.is_idle
    one.leave()
    one.leave()
    assert one.status().in_flight == 0
    assert one.is_idle


async def test_who_waits_first_is_first(clock):
    one = host(places=1)
    assert one.enter()
    order = []

    async def wait(name):
        await one.wait()
        order.append(name)

    tasks = [asyncio.create_task(wait(name)) for name in "abc"]
    await asyncio.sleep(0)
    assert one.status().waiting == 3
    for _ in range(3):
        # Nobody overtakes those who wait.
        assert not one.enter()
        one.leave()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert order == ["a", "b", "c"]
    await asyncio.gather(*tasks)
    assert one.status() == HostStatus("a.test:80", "closed", 0, 1, 1, 0, 0.0, 0.0)


async def test_a_cancelled_wait_takes_no_place(clock):
    one = host(places=1)
    assert one.enter()
    waiting = [asyncio.create_task(one.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.gather(waiting[0], return_exceptions=True)
    assert one.status().waiting == 2
    one.leave()  # handed to the second, who is cancelled in this moment
    waiting[1].cancel()
    await asyncio.gather(waiting[1], return_exceptions=True)
    await waiting[2]
    assert one.status().in_flight == 1
    one.leave()
    assert one.status().in_flight == 0


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_halves_the_places_once_a_second_and_answers_bring_them_back(clock, status):
    one = host(places=16)
    for _ in range(16):
        assert one.enter()
    for _ in range(3):
        one.answered(status, says(retry_after="0.001"))
    assert one.status().places == 8
    clock.now += 0.9
    one.answered(status, says(retry_after="0.001"))
    assert one.status().places == 8
    clock.now += 0.2
    one.answered(status, says(retry_after="0.001"))
    assert one.status().places == 4
    for _ in range(30):
        one.answered(200, nothing)
    assert 6 <= one.status().places <= 9
    for _ in range(1000):
        one.answered(200, nothing)
    assert one.status().places == 16


def test_places_shrink_from_what_is_used_and_not_below_one(clock):
    one = host(places=100)
    for _ in range(4):
        one.enter()
    one.answered(429, nothing)
    assert one.status().places == 2  # (4 + 1) / 2
    for _ in range(5):
        clock.now += 2
        one.answered(429, nothing)
    assert one.status().places == 1


def test_a_pause_is_kept_and_bounded(clock):
    one = host()
    one.answered(429, says(retry_after="10"))
    assert one.status().paused_for == 10
    assert not one.enter()
    assert not one.is_idle
    one.answered(429, says(retry_after="4"))
    assert one.status().paused_for == 10
    clock.now += 9
    assert not one.enter()
    clock.now += 1
    assert one.enter()
    assert one.status().paused_for == 0
    one.answered(503, says(retry_after="86400"))
    assert one.status().paused_for == traffic.MAX_PAUSE == 60
    assert one.failures == 0  # it said when; that is no failure


async def test_a_pause_ends_by_itself():
    one = host(places=1)
    one.answered(429, says(retry_after="0.05"))
    assert not one.enter()
    async with asyncio.timeout(5):
        await one.wait()
    assert one.status().in_flight == 1
    assert one.status().paused_for == 0


@pytest.mark.parametrize("status", [502, 503, 504])
def test_so_many_failures_open_the_circuit(clock, status):
    one = host(failures=3, open_seconds=30)
    one.answered(status, nothing)
    one.answered(status, nothing)
    assert not is_open(one)
    one.answered(status, nothing)
    assert one.status().circuit == "open"
    assert one.status().open_for == 30
    clock.now += 10
    with pytest.raises(HttpError) as caught:
        one.enter()
    error = caught.value
    assert error.message == "a.test:80 failed 3 times in a row; it is not asked for another 20 s"
    assert error.retry_after == 20
    assert error.retryable
    assert error.details["circuit"] == {"host": "a.test:80", "state": "open", "failures": 3}
    clock.now += 20
    assert one.status().circuit == "half_open"
    assert one.enter()  # this one tries
    with pytest.raises(HttpError) as caught:
        one.enter()
    assert caught.value.retry_after == 1
    one.answered(200, nothing)
    assert one.status().circuit == "closed"
    assert one.failures == 0
    assert not is_open(one)


def test_the_one_that_tries_may_fail(clock):
    one = host(failures=1, open_seconds=30)
    one.failed(refused())
    clock.now += 30
    assert one.enter()
    one.leave()
    one.failed(refused())
    assert is_open(one)
    assert one.status().open_for == 30
    clock.now += 30
    assert one.enter()
    one.failed(None)  # it was cancelled: another one may try
    one.leave()
    assert one.enter()


@pytest.mark.parametrize("status", [200, 404, 500, 501, 505])
def test_a_good_answer_forgets_failures(clock, status):
    one = host(failures=3)
    for _ in range(2):
        one.answered(502, nothing)
    one.answered(status, nothing)
    assert one.failures == 0
    for _ in range(2):
        one.answered(502, nothing)
    assert not is_open(one)


def test_which_errors_count(clock):
    one = host(failures=1000)
    counted = [Reason.REFUSED, Reason.RESET, Reason.UNREACHABLE]
    for reason in Reason:
        before = one.failures
        one.failed(refused(reason))
        assert (one.failures > before) == (reason in counted), reason
    before = one.failures
    one.failed(refused(Reason.RESET, phase="body"))
    one.failed(None)
    one.failed(TimeoutError())
    assert one.failures == before
    one.failed(refused(Reason.RESET, phase="connect"))
    assert one.failures == before + 1


async def test_an_open_circuit_ends_the_waiting(clock):
    one = host(places=1, failures=1)
    assert one.enter()
    waiting = [asyncio.create_task(one.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    one.failed(refused())
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert isinstance(found[1], HttpError)
    assert found[1].type is HttpErrorType.CIRCUIT_OPEN
    assert found[1].retry_after == 30
    assert one.status().waiting == 0


def test_a_circuit_can_be_turned_off(clock):
    one = host(failures=0)
    for _ in range(100):
        one.answered(502, nothing)
    assert not is_open(one)
    assert one.status().circuit == "closed"


def test_hosts_are_told_apart_and_idle_ones_forgotten(clock, monkeypatch):
    monkeypatch.setattr(traffic, "MAX_HOSTS", 3)
    some = Traffic(TrafficLimits(places=1))
    busy = some.of("a", 80)
    busy.enter()
    idle = some.of("a", 81)
    assert some.of("a", 80) is busy
    assert some.of("b", 80) is not busy
    assert [status.host for status in some.status()] == ["a:80", "a:81", "b:80"]
    some.of("c", 80)
    assert [status.host for status in some.status()] == ["a:80", "c:80"]
    assert some.of("a", 81) is not idle


def test_who_looks_hears_of_the_circuit(clock, capsys, monkeypatch):
    monkeypatch.setitem(log._settings, "level", "warning")
    one = host(failures=2)
    for _ in range(2):
        one.failed(refused())
    assert capsys.readouterr().err.count("circuit=open") == 1
    one.answered(200, nothing)
    capsys.readouterr()
    for _ in range(3):
        one.failed(refused())
    one.answered(200, nothing)
    lines = [line for line in capsys.readouterr().err.splitlines() if "egress.circuit" in line]
    assert len(lines) == 2
    assert "host=a.test:80" in lines[0]
    assert "circuit=open" in lines[0]
    assert "circuit=closed" in lines[1]
    assert "host=a.test:80" in lines[1]
    one.answered(502, nothing)
    one.answered(200, nothing)
    assert "egress.circuit" not in capsys.readouterr().err


async def test_a_pause_lets_in_at_its_end_and_not_twice(clock, monkeypatch):
    one = host(places=2)
    timers = []
    loop = asyncio.get_running_loop()

    def call_later(seconds, call):
        timers.append((seconds, call))
        return "a timer"

    monkeypatch.setattr(loop, "call_later", call_later)
    one.answered(429, says(retry_after="10"))
    waiting = [asyncio.create_task(one.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    assert [seconds for seconds, _ in timers] == [10]  # one timer for all who wait
    clock.now += 4
    one.answered(429, says(retry_after="10"))  # longer, meanwhile
    clock.now += 6
    timers.pop()[1]()
    assert [seconds for seconds, _ in timers] == [4]
    clock.now += 4
    timers.pop()[1]()
    await waiting[0]
    assert (one.status().in_flight, one.status().waiting) == (1, 1)  # 429 has halved the places
    one.leave()
    await waiting[1]
    assert one.status() == HostStatus("a.test:80", "closed", 0, 1, 1, 0, 0.0, 0.0)


async def test_every_one_that_waited_for_a_pause_counts(clock, monkeypatch):
    one = host(places=4)
    assert one.enter()
    one.answered(503, says(retry_after="0.5"))
    monkeypatch.setattr(asyncio.get_running_loop(), "call_later", lambda *_: None)
    waiting = [asyncio.create_task(one.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    clock.now += 1
    for _ in range(100):
        one.answered(200, nothing)
    one.leave()  # one goes, three come
    await asyncio.gather(*waiting)
    assert one.status().in_flight == 3


def test_times_are_told_in_milliseconds(clock):
    one = host(failures=1, open_seconds=1.23456)
    one.answered(429, says(retry_after="2.34567"))
    one.failed(refused())
    assert one.status().open_for == 1.235
    assert one.status().paused_for == 2.346


async def test_who_gives_up_while_the_circuit_is_tried_lets_another_try(clock):
    one = host(places=1, failures=1)
    one.failed(refused())
    clock.now += 30
    assert one.enter()  # it tries
    waiting = asyncio.create_task(one.wait())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    one.leave()
    assert one.enter()


def test_nobody_tries_before_the_time(clock):
    one = host(failures=1, open_seconds=30)
    one.failed(refused())
    clock.now += 29.5
    with pytest.raises(HttpError) as caught:
        one.enter()
    assert caught.value.retry_after == 1
    clock.now += 0.5
    assert one.enter()
    one.leave()
    one.answered(200, nothing)
    one.failed(refused())  # closed and open again: the next try is a new one
    clock.now += 30
    assert one.enter()


def test_a_refusal_a_second_after_another_counts(clock):
    one = host(places=16)
    for _ in range(16):
        one.enter()
    one.answered(429, nothing)
    clock.now += 1
    one.answered(429, nothing)
    assert one.status().places == 4
