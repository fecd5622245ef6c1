"""Names, ports, addresses and the operator's exceptions."""

import pytest

from tidegate.egress.policy import BAD_PORTS, EgressPolicy
from tidegate.egress.rules import AllowRule
from tidegate.egress.url import parse_url
from tidegate.errors import InvalidInput


def policy(*rules: str, **options) -> EgressPolicy:
    return EgressPolicy.from_rules(rules, **options)


def verdict(text: str, *rules: str, **options):
    return policy(*rules, **options).check_text(text)


def test_an_allowed_url_comes_back_rebuilt():
    found = verdict("HTTP://Example.COM:80/a b")
    assert found.is_valid and found.errors == () and found.category is None
    assert (found.rule, found.risk_level) == ("public", "low")
    assert found.sanitized_url == "http://example.com/a%20b"


@pytest.mark.parametrize(
    ("host", "is_internal"),
    [
        *(("localhost", True), ("intranet", True), ("a.localhost", True), ("db.internal", True)),
        *(("x.home.arpa", True), ("home.arpa", True), ("home.arpa.com", False), ("x.arpa", False)),
        *(("a.svc", True), ("svc.example.com", False), ("x.onion", True), ("localhost.com", False)),
        *(("a.lan", True), ("a.corp", True), ("a.mail", True), ("mail.com", False)),
        *(("a.localdomain6", True), ("a.invalid", True), ("a.alt", True), ("rebind.test", False)),
    ],
)
def test_internal_names(host, is_internal):
    found = verdict(f"http://{host}/")
    assert found.is_valid is not is_internal
    if is_internal:
        assert (found.category, found.rule, found.risk_level) == (
            "hostname",
            "host.internal_name",
            "high",
        )
        assert found.blocked_resource == f"{host}:80"


def test_ports():
    assert verdict("http://example.com:22/").rule == "port.bad"
    assert verdict("http://example.com:22/").blocked_resource == "example.com:22"
    assert verdict("http://8.8.8.8:6667/").category == "port"
    assert verdict("http://example.com:8080/").is_valid
    assert verdict("http://example.com:8080/", allowed_ports=(80, 443)).rule == "port.not_allowed"
    assert verdict("https://example.com/", allowed_ports=(80, 443)).is_valid
    assert verdict("http://example.com:22/", allowed_ports=(22,)).is_valid
    with pytest.raises(InvalidInput, match="0 is not a port"):
        EgressPolicy.from_rules(allowed_ports=(80, 0))
    with pytest.raises(InvalidInput, match="65536 is not a port"):
        EgressPolicy.from_rules(allowed_ports=(65536,))
    assert EgressPolicy.from_rules(allowed_ports=(1, 65535)).allowed_ports == {1, 65535}


def test_the_bad_ports_are_those_of_the_fetch_standard():
    listed = """0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109
    110 111 113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532
    540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061
    6000 6566 6665 6666 6667 6668 6669 6679 6697 10080"""
    assert set(map(int, listed.split())) == BAD_PORTS


def test_a_rule_opens_its_port_even_a_bad_one_and_no_other():
    assert verdict("http://10.0.0.1:25/", "10.0.0.1:25").is_valid
    assert verdict("http://10.0.0.1:26/", "10.0.0.1:25").category == "address"
    assert verdict("http://example.com:25/", "example.com:25").is_valid
    assert verdict("http://example.com:23/", "example.com:25").category == "port"
    assert verdict("http://10.0.0.1:81/", "10.0.0.1:81", allowed_ports=(80,)).is_valid


def test_a_network_rule_opens_addresses_of_its_network():
    rules = ("127.0.0.1:8099", "10.1.0.0/16:443", "[fd00::/8]:80", "169.254.0.0/16:80")
    assert verdict("http://127.0.0.1:8099/", *rules).rule == "allow 127.0.0.1:8099"
    assert verdict("http://127.0.0.2:8099/", *rules).rule == "address.loopback"
    assert verdict("https://10.1.255.255/", *rules).is_valid
    assert verdict("https://10.2.0.0/", *rules).rule == "address.private"
    assert verdict("http://[fd12::1]/", *rules).is_valid
    assert verdict("http://[fc00::1]/", *rules).rule == "address.unique_local"
    assert verdict("http://169.254.1.1/", *rules).is_valid
    assert verdict("http://[::ffff:127.0.0.1]:8099/", *rules).is_valid
    # NAT64 leads through somebody else's gateway: not the address that the rule names.
    assert not verdict("https://[64:ff9b::10.1.0.1]/", *rules).is_valid


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "0.0.0.0", "224.0.0.1"],
)
def test_nothing_opens_metadata_and_addresses_that_are_no_servers(host):
    found = verdict(f"http://{host}/", "0.0.0.0/0:80", f"{host}:80", f"{host}/32:80")
    assert not found.is_valid and "allow" not in found.errors[0]


def test_metadata_stays_closed_in_ipv6():
    found = verdict("http://[fd00:ec2::254]/", "[::/0]:80")
    assert (found.rule, found.risk_level) == ("address.metadata", "critical")
    assert verdict("http://[::1]/", "[::/0]:80").is_valid
    assert not verdict("http://[::]/", "[::/0]:80").is_valid
    assert not verdict("http://[ff02::1]/", "[::/0]:80").is_valid


def test_a_name_rule_opens_private_networks_but_not_loopback_or_metadata():
    opened = policy("erp.corp:8080", "*.internal.example:443")
    assert opened.check_text("http://erp.corp:8080/").rule == "allow erp.corp:8080"
    assert opened.check_text("http://erp.corp/").category == "hostname"
    assert opened.check_address("10.1.2.3", 8080, "erp.corp").is_valid
    assert opened.check_address("100.64.0.1", 8080, "erp.corp").is_valid
    assert opened.check_address("fd00::1", 8080, "erp.corp").is_valid
    for address in ("127.0.0.1", "169.254.169.254", "169.254.1.1", "::1", "0.0.0.0", "198.18.0.1"):
        assert not opened.check_address(address, 8080, "erp.corp").is_valid, address
    assert not opened.check_address("10.1.2.3", 8081, "erp.corp").is_valid
    assert not opened.check_address("10.1.2.3", 8080, "other.example").is_valid
    assert opened.check_address("10.0.0.1", 443, "a.b.internal.example").is_valid
    assert not opened.check_address("10.0.0.1", 443, "internal.example").is_valid
    assert not opened.check_address("10.0.0.1", 443, "xinternal.example").is_valid


def test_an_answer_that_is_no_address_is_refused():
    for text in ("2130706433", "localhost", "127.0.0.1%lo", "::1%1", ""):
        found = policy().check_address(text, 80, "x.org")
        assert (found.category, found.rule) == ("address", "address.unreadable")
    assert policy().check_address("x" * 200, 80, "x.org").detail.startswith("x" * 100 + " is not")


def test_a_refused_address_is_named_to_operators_only():
    found = policy().check_address("10.9.8.7", 80, "x.org")
    assert found.detail == "10.9.8.7 is not public: Private use"
    assert "10.9.8.7" not in found.errors[0] + found.blocked_resource


def test_own_addresses_need_a_rule_that_names_them():
    closed = policy("x.org:80").check_own_address("8.8.8.8", 80, "x.org")
    assert (closed.category, closed.rule) == ("address", "address.own")
    assert closed.detail == "8.8.8.8 is not public: An address of this machine"
    opened = policy("8.8.8.8:80").check_own_address("8.8.8.8", 80, "x.org")
    assert (opened.is_valid, opened.rule) == (True, "allow 8.8.8.8:80")
    assert not policy("8.8.8.8:81").check_own_address("8.8.8.8", 80, "x.org").is_valid


def test_blocked_domains_block_sub_domains_and_win_over_rules(tmp_path):
    listed = tmp_path / "blocked"
    listed.write_text(
        "# bad\nevil.example # worse # by far\n\n0.0.0.0 ads.example\nBÜCHER.example\n", "utf-8"
    )
    guarded = policy(
        "evil.example:80", blocked_domains=["*.Bad.org", "x.y"], blocked_domains_file=str(listed)
    )
    for host in ("bad.org", "a.bad.org", "x.y", "evil.example", "a.b.evil.example", "ads.example"):
        found = guarded.check_text(f"http://{host}/")
        assert (found.category, found.rule) == ("blocked_domain", "domain.blocked"), host
    assert guarded.check_text("http://xn--bcher-kva.example/").category == "blocked_domain"
    for host in ("notbad.org", "y.example", "org.example", "example.net"):
        assert guarded.check_text(f"http://{host}/").is_valid, host


def test_a_list_that_can_not_be_read_is_an_error(tmp_path):
    with pytest.raises(InvalidInput, match="can't be read"):
        policy(blocked_domains_file=str(tmp_path / "missing"))
    with pytest.raises(InvalidInput) as caught:
        policy(blocked_domains=["a " * 99])
    assert caught.value.message == f"{'a ' * 50!r} is not a domain that can be blocked"


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "x:", ":80", "x:0", "x:65536", "x:80:80", "10.0.0.1/8:80", "fd00::1:80", "x:*"),
        *("http://x:80", "a b:80", "127.1:80", "[x]:80", "x:80 workflow=", "x:80 other=1", "*:80"),
        *("*.*.x:80", "x.*:80", "[fd00::1:80", "x" * 200),
    ],
)
def test_rules_that_are_none(text):
    with pytest.raises(InvalidInput) as caught:
        AllowRule.parse(text)
    assert caught.value.message == (
        f"{text[:100]!r} is not an egress rule; write a name or a network and one port, such as "
        "127.0.0.1:8099, 10.1.0.0/16:443, [fd00::1]:80 or *.example.com:443"
    )


def test_a_rule_keeps_its_words():
    rule = AllowRule.parse("  *.Corp.Example.:443   workflow=abc-1 ")
    assert (rule.name, rule.port, rule.network, rule.workflow) == (
        "*.corp.example",
        443,
        None,
        "abc-1",
    )
    assert str(AllowRule.parse("10.0.0.0/8:65535").network) == "10.0.0.0/8"
    assert str(AllowRule.parse("[fd00::1]:1").network) == "fd00::1/128"


def test_rules_of_a_workflow():
    shared = policy("10.0.0.1:80", "10.0.0.2:80 workflow=a")
    assert policy("10.0.0.1:80").for_workflow("a").allow == shared.for_workflow("b").allow
    assert shared.for_workflow("a") is shared
    assert shared.for_workflow("a").check_text("http://10.0.0.2/").is_valid
    assert not shared.for_workflow("b").check_text("http://10.0.0.2/").is_valid
    assert shared.for_workflow("b").check_text("http://10.0.0.1/").is_valid
    assert hash(shared.for_workflow("b")) == hash(shared.for_workflow("c"))


def test_an_address_can_be_blocked_like_a_domain():
    guarded = policy(blocked_domains=["8.8.8.8"])
    assert guarded.check(parse_url("http://8.8.8.8/")).category == "blocked_domain"
    assert guarded.check(parse_url("http://8.8.4.4/")).is_valid
