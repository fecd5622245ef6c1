"""Scenarios of the operator's exceptions and of what is recorded."""

import json
from pathlib import Path

PUBLIC = "93.184.215.14"


def test_dyn_084_one_workflows_exception_is_not_anothers(world):
    policy = {"allow": ["10.1.2.3:8080 workflow=a"]}
    url = "http://10.1.2.3:8080/"
    assert world.get(url, policy=policy, workflow="a")["ok"]
    # The connection of a is still open; b must not ride on it.
    assert world.get(url, policy=policy, workflow="b")["category"] == "address"
    assert world.get(url, policy=policy, workflow="a")["ok"]
    assert world.get("http://10.1.2.3/", policy=policy, workflow="a")["category"] == "address"
    assert world.connections == ["10.1.2.3:8080"]


def test_dyn_085_a_name_rule_keeps_the_address_check(world):
    policy = {"allow": ["erp.test:80"]}
    answers = [["10.0.0.7"], ["169.254.169.254"], ["127.0.0.1"], ["::1"], ["93.184.215.99"]]
    closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    world.script(zone={"erp.test": answers}, routes={"/": closing})
    outcomes = [world.get("http://erp.test/", policy=policy) for _ in answers]
    assert [outcome.get("category") for outcome in outcomes] == [None, *["address"] * 4]
    assert outcomes[1]["risk_level"] == "critical"
    assert world.connections == ["10.0.0.7:80"]


def test_blocked_domains(world):
    world.script(zone={"a.evil.test": [[PUBLIC]], "good.test": [[PUBLIC]]})
    policy = {"blocked_domains": ["evil.test"]}
    assert world.get("http://a.evil.test/", policy=policy)["category"] == "blocked_domain"
    assert world.get("http://good.test/", policy=policy)["ok"]
    assert world.asked == ["good.test"]


def test_dyn_089_a_refusal_is_recorded_in_full_and_shown_in_part(world):
    world.script(zone={"inner.test": [[PUBLIC, "10.0.0.7"]]})
    outcome = world.get("http://inner.test/a?token=s3cret&b=1", workflow="w7")
    [event] = outcome["events"]
    assert (event["type"], event["severity"]) == ("INTERNAL_NETWORK", "high")
    assert event["details"] == {
        "url": "http://inner.test/a?token=***&b=1",
        "method": "GET",
        "category": "address",
        "rule": "address.private",
        "workflow": "w7",
        "hop": 0,
        "detail": "10.0.0.7 is not public: Private use",
        "addresses": [PUBLIC, "10.0.0.7"],
    }
    shown = {key: value for key, value in outcome.items() if key not in {"events", "records"}}
    assert "10.0.0.7" not in str(shown) and "s3cret" not in str(outcome)
    [record] = outcome["records"]
    assert (record["category"], record["url"]) == ("address", "http://inner.test/a?token=***&b=1")
    assert "10.0.0.7" not in str(record["error"])


def test_dyn_090_no_secret_in_errors_records_or_events(world):
    world.listen(PUBLIC, 443, "good")
    world.listen(PUBLIC, 4431, "selfsigned")
    world.script(
        zone={"a.test": [[PUBLIC]], "selfsigned.test": [[PUBLIC]], "inner.test": [["10.0.0.7"]]},
        routes={
            "/reset": [["reset"]],
            "/echo": "HTTP/1.1 500 No\r\nSet-Cookie: id=s3cret\r\nContent-Length: 0\r\n\r\n",
            "/bad": "HTTP/1.1 200 OK\r\nContent-Length: s3cret\r\n\r\n",
            "/loop": "HTTP/1.1 302 Found\r\nLocation: /loop?token=s3cret\r\nContent-Length: 0\r\n\r\n",
        },
    )
    headers = [["Authorization", "Bearer s3cret"], ["X-Api-Key", "s3cret"]]
    for url in (
        *(
            "https://a.test/reset",
            "https://a.test/echo",
            "https://a.test/bad",
            "https://a.test/loop",
        ),
        *("https://selfsigned.test:4431/", "https://inner.test/", "https://none.test/"),
        *("https://a.test:1/", "http://a.test/", "https://a.test/\n", "gopher://a.test/"),
        *("https://u:s3cret@a.test/", "https://a.test:99999/"),
    ):
        outcome = world.get(f"{url}?api_key=s3cret", headers=headers, timeout=3)
        # The answer of the server itself is the node's to keep.
        told = {key: outcome[key] for key in outcome if key not in {"headers", "final_url"}}
        assert "s3cret" not in str(told), (url, told)
        assert not outcome["ok"] or outcome["status"] == 500


def test_every_scenario_has_a_test_or_a_reason():
    """The scenarios' ids stand in the tests' names."""
    root = Path(__file__).parents[2]
    lines = (root / "data/security/scenarios.jsonl").read_text("utf-8").splitlines()
    wanted = {json.loads(line)["id"].replace("-", "_") for line in lines}
    sources = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    missing = {id for id in wanted if id not in sources}
    assert missing == set(ELSEWHERE), missing ^ set(ELSEWHERE)


# By number, so that these are not taken for tests of this folder.
_WHERE = {
    "011": "no name server can say it; a look-up that does: integration/egress",
    "038": "no node has a proxy parameter, and HttpRequest no field for one",
    "082": "the editor's browser tests",
    "087": "test_server_internal_network; open_stream and connect_postgres: integration/egress",
    "088": "code runs in locked processes: tests of isolation",
}
ELSEWHERE = {f"dyn_{number}": reason for number, reason in _WHERE.items()}
