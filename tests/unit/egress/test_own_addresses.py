"""Which addresses are this machine's own, asked of the kernel."""

import socket

import pytest

from tidegate.egress import own_addresses
from tidegate.egress.addresses import parse_address
from tidegate.egress.own_addresses import is_own_address


def own(text):
    return is_own_address(parse_address(text))


@pytest.fixture(autouse=True)
def _fresh():
    own_addresses._binds_anything.cache_clear()
    yield
    own_addresses._binds_anything.cache_clear()


def test_loopback_is_and_what_is_elsewhere_is_not():
    assert own("127.0.0.1")
    assert own("127.9.9.9")
    for text in ("8.8.8.8", "192.0.2.7", "2606:4700::1", "2001:db8::7"):
        assert not own(text)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_ipv6_is_asked_as_ipv6():
    assert own("::1")


def test_any_port_that_is_taken_says_nothing():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        assert own("127.0.0.1")


def test_a_kernel_that_lets_everything_be_bound_is_not_believed(monkeypatch):
    asked = []
    monkeypatch.setattr(own_addresses, "_can_bind", lambda address: asked.append(address) or True)
    assert not own("8.8.8.8")
    assert not own("2606:4700::1")
    assert [address.text for address in asked] == [
        "8.8.8.8",
        "192.0.2.1",
        "2606:4700::1",
        "2001:db8::1",
    ]
    assert [address.version for address in asked] == [4, 4, 6, 6]
