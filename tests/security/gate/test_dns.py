"""Scenarios of names: whatever a resolver says, only public addresses are connected to."""

import pytest

PUBLIC, OTHER, INTERNAL = "93.184.215.14", "93.184.215.15", "10.0.0.7"
SLACK = 2.5  # seconds; five times the half second that is promised


def blocked(outcome) -> bool:
    return (
        not outcome["ok"]
        and outcome["category"] == "address"
        and outcome["type"] == "INTERNAL_NETWORK"
    )


def test_dyn_001_rebinding_between_check_and_connect(world):
    world.script(zone={"rebind.test": [[PUBLIC], [INTERNAL]]})
    outcome = world.get("http://rebind.test/")
    assert outcome["ok"] and outcome["body"] == f"{PUBLIC}:80"
    assert world.asked == ["rebind.test"]
    assert world.connections == [f"{PUBLIC}:80"]


def test_dyn_002_rebinding_on_the_second_request(world):
    # The first answer closes its connection, so that the second request needs a new one.
    closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    world.script(zone={"rebind.test": [[PUBLIC], [INTERNAL]]}, routes={"/once": closing})
    first = world.get("http://rebind.test/once")
    second = world.get("http://rebind.test/once")
    assert first["ok"] and blocked(second)
    assert world.connections == [f"{PUBLIC}:80"]
    assert "10.0.0.7" not in second["message"] + str(second.get("request_url"))
    assert second["events"][0]["details"]["addresses"] == [INTERNAL]


def test_dyn_002_a_pooled_connection_leads_to_the_checked_peer(world):
    world.script(zone={"rebind.test": [[PUBLIC], [INTERNAL]]})
    outcomes = world.send(*[{"method": "GET", "url": "http://rebind.test/"}] * 2)["outcomes"]
    assert [outcome["remote"] for outcome in outcomes] == [f"{PUBLIC}:80"] * 2
    assert world.connections == [f"{PUBLIC}:80"]


@pytest.mark.parametrize(
    "answers",
    [
        [PUBLIC, INTERNAL],
        [INTERNAL, PUBLIC],
        [PUBLIC, "fd00::7"],
        [PUBLIC, OTHER, "127.0.0.1"],
        [PUBLIC, "::1"],
        [PUBLIC, "::ffff:10.0.0.7"],
        [PUBLIC, "93.184.215.99"],
    ],
)
def test_dyn_004_one_bad_address_spoils_the_answer(world, answers):
    world.script(zone={"mixed.test": [answers]})
    assert blocked(world.get("http://mixed.test/"))
    assert world.connections == []


def test_dyn_005_all_of_a_hundred_answers_are_examined(world):
    answers = [f"93.184.215.{n}" for n in range(100, 199)] + ["10.0.0.7"]
    world.script(zone={"many.test": [answers]})
    outcome = world.get("http://many.test/")
    assert blocked(outcome) and world.connections == []


@pytest.mark.parametrize("answer", ["NXDOMAIN", "NODATA", "SERVFAIL", []])
def test_dyn_007_no_answer(world, answer):
    world.script(zone={"none.test": [answer]})
    outcome = world.get("http://none.test/")
    assert (outcome["category"], outcome["type"]) == ("dns_error", "DNS_RESOLUTION")
    assert outcome["message"].startswith("the host's name could not be found;")
    assert "93.184.215.53" not in str(outcome)


def test_dyn_008_a_silent_resolver_stops_nobody_else(world):
    world.script(zone={"ok.test": [[PUBLIC]], **{f"slow{n}.test": ["SILENT"] for n in range(50)}})
    policy = {"connect_timeout": 2.0}
    slow = [{"method": "GET", "url": f"http://slow{n}.test/"} for n in range(50)]
    reply = world.send(
        *slow, concurrent=True, policy=policy, workflow="bad", usage={"max_concurrent": 50}
    )
    for outcome in reply["outcomes"]:
        assert (outcome["category"], outcome["phase"]) == ("timeout", "dns")
        assert outcome["seconds"] < 2 + SLACK
    # The threads still hang in the system's resolver; another workflow has its own share.
    outcome = world.get("http://ok.test/", policy=policy, workflow="good")
    assert outcome["ok"] and outcome["seconds"] < SLACK


def test_dyn_010_a_cname_to_an_internal_name(world):
    world.script(
        zone={
            "alias.test": [["CNAME metadata.google.internal", "169.254.169.254"]],
            "inside.test": [["CNAME db.internal", INTERNAL]],
        }
    )
    outcome = world.get("http://alias.test/")
    assert blocked(outcome) and outcome["risk_level"] == "critical"
    assert blocked(world.get("http://inside.test/"))
    assert world.connections == []


@pytest.mark.parametrize("host", ["93.184.215.99", "93.184.215.1", "[2606:2800:21f:cb07::1]"])
def test_an_own_public_address_is_refused(world, host):
    outcome = world.get(f"http://{host}/")
    assert blocked(outcome)
    assert outcome["events"][0]["details"]["rule"] == "address.own"
    world.script(zone={"me.test": [[host.strip("[]")]]})
    assert blocked(world.get("http://me.test/"))
    assert world.connections == []


def test_ipv6_and_literals_work(world):
    world.listen("2606:2800:21f:cb07::14", 80)
    world.script(zone={"six.test": [["2606:2800:21f:cb07::14"]]})
    for host in ("six.test", "[2606:2800:21f:cb07::14]", PUBLIC):
        assert world.get(f"http://{host}/")["ok"], host
