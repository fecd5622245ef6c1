"""``tidegate run`` tells what failed before it ends, and ends the same if nobody listens."""

import json

FAILING = """
tidegate: 1
name: failing
nodes:
  start: {type: trigger.manual}
  stop: {type: flow.stop, params: {message: "no stock"}}
  inside: {type: http.request, params: {url: "http://10.0.0.1/"}}
edges: [start -> inside, inside -> stop]
settings: {fallback: {notify_on_failure: true}}
"""


def test_run_waits_for_its_notifications(start, write, counting_server):
    settings = {"TIDEGATE_NOTIFY_WEBHOOK_URL": f"http://{counting_server.address}/hook"}
    file = write("failing.yaml", FAILING)
    command = start("run", file, "--allow", counting_server.address, "--json", **settings)
    assert command.wait() == 1, command.text()
    sent = sorted((json.loads(body) for body in counting_server.seen), key=lambda one: one["kind"])
    assert [one["kind"] for one in sent] == ["execution_failed", "security_event"]
    assert sent[0]["details"]["error"]["node"] == "inside"
    assert sent[1]["details"]["event_type"] == "INTERNAL_NETWORK"


def test_a_webhook_that_nobody_answers_changes_nothing(start, write):
    settings = {"TIDEGATE_NOTIFY_WEBHOOK_URL": "http://127.0.0.1:9/hook"}
    command = start("run", write("failing.yaml", FAILING), "--json", **settings)
    assert command.wait() == 1, command.text()
    assert json.loads(command.stdout())["status"] == "failed"
    assert "notify.failed" in command.stderr()
