"""One hop: its clock, its phases, and the addresses that it lets pass."""

import asyncio

import pytest

from tidegate.egress import hop as hops
from tidegate.egress.hop import AddressBlocked, Hop
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.resolver import NameNotFound
from tidegate.sdk.http import PhaseTimeouts


class Names:
    """A resolver with one answer."""

    def __init__(self, *answer):
        self.answer, self.asked = answer, []

    async def resolve(self, host, owner):
        self.asked.append((host, owner))
        return self.answer


class Due:
    """A deadline whose clock stands still at 100."""

    def __init__(self, seconds=60.0):
        self.due = self.last = 100.0 + seconds

    def at_most(self, seconds):
        self.due = min(self.last, 100.0 + seconds)

    @property
    def left(self):
        return self.due - 100


class Wire:
    def __init__(self, transport=None, closed=None, ended_by=None):
        self.transport, self.closed, self._ended_by = transport, closed, ended_by

    def exception(self):
        return self._ended_by


def make(*rules, host="a.test", phases=None, seconds=60.0, **options):
    policy = EgressPolicy.from_rules(rules, **options)
    due = Due(seconds)
    return Hop(policy, host, "owner", due, phases or PhaseTimeouts()), due


@pytest.fixture(autouse=True)
def own_addresses(monkeypatch):
    """The addresses of this machine: a public one."""
    monkeypatch.setattr(hops, "is_own_address", lambda address: address.text == "8.8.4.4")


async def test_every_answer_is_checked_and_given_in_order():
    hop, _ = make()
    names = Names("8.8.8.8", "2606::1", "::ffff:1.1.1.1")
    assert await hop.resolve(names, 80) == ["8.8.8.8", "2606::1", "1.1.1.1"]
    assert names.asked == [("a.test", "owner")]
    assert hop.addresses == ("8.8.8.8", "2606::1", "::ffff:1.1.1.1")
    assert hop.verdict is None
    assert hop.phase == "connect"
    assert hop.is_fresh


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (("8.8.8.8", "10.0.0.7"), "address.private"),
        (("127.0.0.1", "8.8.8.8"), "address.loopback"),
        (("8.8.8.8", "8.8.4.4"), "address.own"),
        (("8.8.8.8", "localhost"), "address.unreadable"),
    ],
)
async def test_one_bad_answer_is_enough(answer, rule):
    hop, _ = make()
    with pytest.raises(AddressBlocked):
        await hop.resolve(Names(*answer), 80)
    assert hop.verdict.rule == rule


async def test_no_answer_is_no_name():
    hop, _ = make()
    with pytest.raises(NameNotFound):
        await hop.resolve(Names(), 80)


def test_a_rule_opens_an_address_its_port_and_the_machines_own():
    hop, _ = make("10.0.0.7:80", "8.8.4.4:80")
    hop.check("10.0.0.7", 80)
    hop.check("8.8.4.4", 80)
    assert hop.verdict is None
    for ip, port in (("10.0.0.7", 81), ("10.0.0.8", 80), ("8.8.4.4", 81)):
        with pytest.raises(AddressBlocked):
            hop.check(ip, port)
        assert hop.verdict.blocked_resource == f"a.test:{port}"


def test_the_peer_is_compared():
    hop, _ = make("10.0.0.7:80")
    hop.check_peer(("10.0.0.7", 80))
    assert (hop.peer, hop.rule) == ("10.0.0.7:80", "allow 10.0.0.7:80")
    hop.check_peer(("2606::1", 443, 0, 0))
    assert (hop.peer, hop.rule) == ("[2606::1]:443", "public")
    with pytest.raises(ConnectionResetError):
        hop.check_peer(None)
    with pytest.raises(AddressBlocked):
        hop.check_peer(("10.0.0.8", 80))
    assert hop.verdict.rule == "address.private"
    # What was refused once stays refused, whoever the peer is.
    with pytest.raises(AddressBlocked):
        hop.check_peer(("8.8.8.8", 80))


def test_connecting_has_its_own_time_and_each_phase_a_part_of_it():
    hop, due = make(connect_timeout=10, phases=PhaseTimeouts(dns=3, connect=4, tls=20, first_byte=7, idle=2))  # fmt: skip
    hop.begin_connect()
    assert due.left == 10
    hop.begin_socket()
    assert due.left == 4
    assert hop.socket_at > 0
    hop.begin_tls()
    assert (hop.phase, due.left) == ("tls", 10)  # not more than connecting may take in all
    assert hop.tls_at >= hop.socket_at
    hop.connected()
    assert (hop.phase, due.left) == ("response", 7)
    hop.receiving()
    assert (hop.phase, due.left) == ("body", 2)


def test_a_handshake_may_have_less_time_than_connecting():
    hop, due = make(connect_timeout=10, phases=PhaseTimeouts(tls=6))
    hop.begin_connect()
    hop.begin_tls()
    assert due.left == 6


async def test_the_name_has_its_own_time():
    hop, due = make(connect_timeout=10, phases=PhaseTimeouts(dns=3))

    class Slow(Names):
        async def resolve(self, host, owner):
            assert (hop.phase, due.left) == ("dns", 3)
            return await super().resolve(host, owner)

    await hop.resolve(Slow("8.8.8.8"), 80)
    assert due.left == 10
    assert hop.dns_end_at >= hop.dns_at > 0


def test_without_limits_of_phases_the_policys_and_the_total_hold():
    hop, due = make(connect_timeout=10)
    hop.begin_connect()
    due.due = 101
    hop.begin_connect()  # only the first one counts
    assert due.left == 1
    hop.begin_socket()
    assert due.left == 10
    moment = hop.socket_at
    hop.begin_socket()
    assert hop.socket_at == moment
    hop.connected()
    assert due.left == 60
    hop.receiving()
    assert due.left == 30
    due.due = 105
    hop.begin_upload()
    assert (hop.phase, due.left) == ("upload", 60)
    hop.end_upload()
    assert (hop.phase, due.left) == ("response", 60)


def test_a_pooled_connection_does_not_connect():
    hop, due = make(connect_timeout=10, phases=PhaseTimeouts(tls=1))
    due.due = 130
    hop.begin_tls()
    hop.connected()
    assert due.left == 30
    assert not hop.is_fresh


def test_the_upload_may_take_its_time_and_then_the_first_byte_counts():
    hop, due = make(phases=PhaseTimeouts(first_byte=5))
    hop.connected()
    assert due.left == 5
    hop.begin_upload()
    assert due.left == 60
    hop.end_upload()
    assert (hop.phase, due.left) == ("response", 5)
    hop.receiving()
    hop.end_upload()  # the answer was quicker
    assert hop.phase == "body"


async def test_whether_the_connection_broke():
    loop = asyncio.get_running_loop()
    for outcome, is_broken in ((None, False), (OSError(), True), ("cancelled", False)):
        closed = loop.create_future()
        hop, _ = make()
        assert not hop.is_broken
        assert hop.ended_by is None
        hop.begin_connect()
        hop.connected(Wire(closed=closed, ended_by=KeyError))
        assert not hop.is_broken
        seen, other = [], []
        hop.watch(seen.append)
        hop.watch(other.append)
        hop.unwatch(other.append)
        if outcome is None:
            closed.set_result(None)
        elif outcome == "cancelled":
            closed.cancel()
        else:
            closed.set_exception(outcome)
        await asyncio.sleep(0)
        assert hop.is_broken is is_broken
        assert (seen, other) == ([closed], [])
        assert hop.ended_by is KeyError


def test_watching_nothing_is_no_mistake():
    hop, _ = make()
    hop.watch(print)
    hop.unwatch(print)
    hop.hang_up()
    hop.connected(Wire())
    hop.hang_up()


@pytest.mark.parametrize("is_closing", [True, False])
def test_only_a_closed_connection_is_hung_up(is_closing):
    class Transport:
        aborted = 0

        def is_closing(self):
            return is_closing

        def abort(self):
            self.aborted += 1

    transport = Transport()
    wire = Wire(transport=transport)
    hop, _ = make()
    hop.connected(wire)
    wire.transport = None  # aiohttp forgets it
    hop.hang_up()
    assert transport.aborted == (1 if is_closing else 0)


def test_timings_are_milliseconds_of_what_happened():
    hop, _ = make()
    assert hop.timings() == (None,) * 5
    hop.begin_connect()
    hop.dns_at, hop.dns_end_at, hop.socket_at = 1.0, 1.5, 2.0
    hop.connected_at, hop.head_at = 2.25, 3.0
    assert hop.timings() == (500.0, 250.0, None, 750.0, None)
    hop.tls_at, hop.end_at = 2.125, 3.000_001_5
    assert hop.timings() == (500.0, 125.0, 125.0, 750.0, 0.001)
