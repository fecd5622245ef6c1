"""Which addresses are the public internet."""

import importlib.util
import ipaddress
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.egress import address_table
from tidegate.egress.addresses import METADATA, parse_address, special_block

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location(
        "generate_address_table", ROOT / "scripts/generate_address_table.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rule_of(text: str) -> str | None:
    block = special_block(parse_address(text))
    return None if block is None else block.rule


def test_the_table_is_what_the_generator_makes(generator):
    source = generator.SOURCE.read_text("utf-8")
    assert generator.TARGET.read_text("utf-8") == generator.render(source)
    assert re.search(rf"as of {address_table.REGISTRY_DATE}", source)


def test_every_block_of_the_registry_is_refused_at_both_ends(generator):
    _, blocks = generator.read_blocks(generator.SOURCE.read_text("utf-8"))
    assert len(blocks) > 50
    for network, rule, _ in blocks:
        if rule in {"nat64", "ipv4_mapped"}:
            continue
        for end in (network[0], network[-1]):
            assert rule_of(str(end)) is not None, (network, end)


@pytest.mark.parametrize("version", [4, 6])
def test_the_ranges_are_in_order_and_do_not_overlap(version):
    ranges = address_table.IPV4_RANGES if version == 4 else address_table.IPV6_RANGES
    before = -1
    for first, last, rule, name in ranges:
        assert before < first <= last
        assert rule and name
        before = last


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("0.0.0.0", "this_network"),
        ("1.0.0.0", None),
        ("9.255.255.255", None),
        ("10.0.0.0", "private"),
        ("10.255.255.255", "private"),
        ("11.0.0.0", None),
        ("100.63.255.255", None),
        ("100.64.0.0", "shared"),
        ("100.100.100.200", "metadata"),
        ("127.0.0.1", "loopback"),
        ("168.63.129.15", None),
        ("168.63.129.16", "metadata"),
        ("168.63.129.17", None),
        ("169.254.169.254", "metadata"),
        ("169.254.169.253", "link_local"),
        ("172.15.255.255", None),
        ("172.31.255.255", "private"),
        ("172.32.0.0", None),
        ("192.0.0.8", "ietf_protocol"),
        ("198.20.0.0", None),
        ("223.255.255.255", None),
        ("224.0.0.0", "multicast"),
        ("240.0.0.0", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::2", "outside_2000"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:8.8.8.8", None),
        ("::ffff:0:8.8.8.8", "outside_2000"),
        ("64:ff9b::7f00:1", "loopback"),
        ("64:ff9b::a9fe:a9fe", "metadata"),
        ("64:ff9b::808:808", None),
        ("64:ff9b:0:0:0:1::", "outside_2000"),
        ("64:ff9b:1::808:808", "nat64_local"),
        ("1fff:ffff::", "outside_2000"),
        ("2000::", None),
        ("2001::1", "teredo"),
        ("2001:1ff::", "ietf_protocol"),
        ("2001:200::", None),
        ("2002:808:808::", "six_to_four"),
        ("2003::", None),
        ("3fff::1", "documentation"),
        ("3fff:1000::", None),
        ("4000::", "outside_2000"),
        ("fd00:ec2::254", "metadata"),
        ("fd00:ec2::255", "unique_local"),
        ("fe80::1", "link_local"),
        ("fec0::1", "site_local"),
        ("ff02::1", "multicast"),
        ("2606:4700::5efe:8.8.8.8", None),
        ("2606:4700::5efe:10.0.0.1", "private"),
        ("2606:4700::200:5efe:a9fe:a9fe", "metadata"),
        ("2606:4700::300:5efe:10.0.0.1", None),
    ],
)
def test_rules(text, rule):
    assert rule_of(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "1",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1.2.3.256",
            "0x7f.0.0.1",
            "1.2.3.4 ",
            " 1.2.3.4",
        ),
        *(
            "1.2.3.4\n",
            "١.2.3.4",
            "localhost",
            "::1%1",
            "127.0.0.1%lo",
            "[::1]",
            "::1\x00",
            ":::",
            "1::2::3",
        ),
        *("::ffff:127.1", "::g", "12345::", "1:2:3:4:5:6:7:8:9", "2130706433"),
    ],
)
def test_what_is_not_a_plain_address(text):
    assert parse_address(text) is None


def test_addresses_have_one_spelling():
    assert parse_address("::FFFF:8.8.8.8").text == "8.8.8.8"
    assert parse_address("2606:4700:0:0:0:0:0:1111").text == "2606:4700::1111"
    assert parse_address("1.2.3.4").version == 4
    assert parse_address("::1").version == 6


def test_no_metadata_address_is_public():
    assert len(METADATA) == 12
    for packed in METADATA:
        text = str(ipaddress.ip_address(packed))
        assert rule_of(text) == "metadata", text


@given(st.ip_addresses(v=4))
def test_public_ipv4_is_never_less_than_what_python_calls_global(address):
    """Python's own list has holes; where it says private, so do we."""
    if rule_of(str(address)) is None:
        assert address.is_global and not address.is_multicast


@given(st.ip_addresses(v=6))
def test_public_ipv6_lies_in_the_global_unicast_range(address):
    if rule_of(str(address)) is None and address.ipv4_mapped is None:
        inside = address in ipaddress.ip_network("2000::/3")
        assert inside or address in ipaddress.ip_network("64:ff9b::/96")


@given(st.ip_addresses(v=4))
def test_carried_addresses_follow_the_ipv4_rule(address):
    wanted = rule_of(str(address))
    for prefix in ("::ffff:", "64:ff9b::", "2606:4700::5efe:"):
        assert rule_of(f"{prefix}{address}") == wanted


@given(st.one_of(st.ip_addresses().map(str), st.text("0123456789abcdef:.%x", max_size=24)))
def test_reading_agrees_with_ipaddress(text):
    address = parse_address(text)
    try:
        theirs = ipaddress.ip_address(text)
    except ValueError:
        assert address is None
        return
    if address is None:
        assert "%" in text
    else:
        mapped = getattr(theirs, "ipv4_mapped", None)
        assert address.packed == (mapped or theirs).packed
